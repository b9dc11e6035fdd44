// How the tiles of a contraction follow one another, and which operands are copied before: a choice of what stays in
// which cache.
import type { Axis } from '../../ir/index-expression.ts';
import type { BufferReference } from '../../ir/scalar.ts';
import { visitExpression } from '../../kernels/expressions.ts';
import type { Contraction, Statement } from '../../kernels/kernel.ts';
import { expressionsIn } from '../../kernels/statements.ts';
import { forBlocks } from './blocks.ts';
import { counted } from './counted.ts';
import {
  coefficientOf,
  computedRows,
  directOperand,
  extentOf,
  fillPanel,
  packedRows,
  panelOperand,
  panelOperands,
  privateBuffer,
  sweepBytes,
  type Operand,
  type PanelColumns,
} from './operand.ts';
import type { Scope } from './scope.ts';
import type { Share } from './share.ts';
import { emitHeldEpilogue, emitHeldTile, emitTile, type Tiled } from './tile.ts';
import { balanced, mostRows, panelsOf, type Blocks } from './tiling.ts';
import { vectorWidth } from './lanes.ts';

/** How the tiles of a contraction follow one another. */
interface Arrangement {
  readonly tiled: Tiled;
  readonly panels: readonly Blocks[];
  readonly blocksOf: (panel: Blocks) => readonly Blocks[];
  readonly columnShare: Share | null;
  /** Of the first loop over rows inside the panels. */
  readonly innerShare: Share | null;
  readonly rowShare: Share | null;
  /** What functions for single kinds of tiles are called; null where there is one kind only. */
  readonly outline: string | null;
}

/** All tiles of a contraction, or the share of them that a thread has. */
export function emitTiles(tiled: Tiled, scope: Scope, share: Share | null): void {
  const { row, column } = tiled;
  const { fused, writer } = scope.context;
  const isByRows = isLongUpdate(tiled);
  // Where rows stand outside, all panels take them in blocks of one size.
  const commonRows = isByRows ? mostRows(fused ? 2 : 3, fused) : null;
  const panels = panelsOf(column.extent, fused, commonRows);
  const blocksOf = (panel: Blocks): readonly Blocks[] =>
    balanced(row.extent, commonRows ?? mostRows(panel.size, fused));
  const kinds = panels.reduce((sum, panel) => sum + blocksOf(panel).length, 0);
  const isSharedInside = share !== null && sharesInnerLoop(tiled, share, panels);
  const isSharedByRows = share !== null && !isSharedInside && sharesRows(tiled, share);
  const arrangement: Arrangement = {
    tiled,
    panels,
    blocksOf,
    columnShare: isSharedByRows || isSharedInside ? null : share,
    innerShare: isSharedInside ? share : null,
    rowShare: isSharedByRows ? share : null,
    outline: kinds > 1 ? `${writer.name}Tiles` : null,
  };
  if (isByRows) emitByRows(arrangement, scope);
  else emitByColumns(arrangement, scope);
}

/** Panels of columns outside, blocks of rows inside: a panel of the right operand stays in the first-level cache. */
function emitByColumns(arrangement: Arrangement, scope: Scope): void {
  const { tiled, panels, blocksOf, columnShare, rowShare, innerShare, outline } = arrangement;
  const { contraction, inner, row, column } = tiled;
  const { contracted } = contraction;
  const asItLies = inner.length > 0 ? directOperand(contraction.left, row) : undefined;
  const leftOf = asItLies === undefined ? leftOperands(arrangement, scope) : () => asItLies;
  const direct = inner.length > 0 ? null : rightAsItLies(tiled);
  forBlocks(panels, vectorWidth, column, columnShare, scope, (panel, inPanel) => {
    const columns = columnsOf(panel, column);
    const right = direct ?? panelOperand(contracted, panel.size, inPanel);
    if (direct === null) fillPanel(contraction.right, right, contracted, columns, inPanel);
    const tiles = (block: Blocks, body: Scope): void => {
      emitTile({ tiled, left: leftOf(panel, block), right, rows: block.size, columns }, body);
    };
    const inside = (axes: readonly Axis[], around: Scope): void => {
      const [axis, ...rest] = axes;
      if (axis === undefined) forBlocks(blocksOf(panel), 1, row, rowShare, around, tiles, outline);
      else counted(axis, around, (body) => inside(rest, body), axis === inner[0] ? innerShare : null);
    };
    inside(inner, inPanel);
  });
}

/**
 * Blocks of rows outside, for an epilogue that reads and writes long rows in memory: it then walks through them in
 * order, which is worth more than the panels of the right operand, all copied first, in the second-level cache.
 */
function emitByRows(arrangement: Arrangement, scope: Scope): void {
  const { tiled, panels, blocksOf, columnShare, rowShare, outline } = arrangement;
  const { contraction, row, column } = tiled;
  const { contracted } = contraction;
  const leftOf = leftOperands(arrangement, scope);
  const copyOf = panelOperands(contracted, column, panels, scope);
  forBlocks(panels, vectorWidth, column, columnShare, scope, (panel, inPanel) => {
    fillPanel(contraction.right, copyOf(panel), contracted, columnsOf(panel, column), inPanel);
  });
  const [anyPanel] = panels;
  if (anyPanel === undefined) return;
  const blocks = blocksOf(anyPanel);
  const width = panels.reduce((sum, { count, size }) => sum + count * size * vectorWidth, 0);
  const held = privateBuffer('sums', width * Math.max(...blocks.map(({ size }) => size)), scope);
  forBlocks(blocks, 1, row, rowShare, scope, (block, inBlock) => {
    const tiles = (panel: Blocks, body: Scope): void => {
      const [left, right] = [leftOf(panel, block), copyOf(panel)];
      const kind = { tiled, left, right, rows: block.size, columns: columnsOf(panel, column) };
      if (columnShare === null) emitHeldTile(kind, held, width, body);
      else emitTile(kind, body);
    };
    forBlocks(panels, vectorWidth, column, columnShare, inBlock, tiles, outline);
    if (columnShare === null) emitHeldEpilogue(tiled, block.size, held, width, inBlock);
  });
}

// From this many bytes on, an update walks through its parameters in the order in which they lie in memory, if all
// panels of the right operand, which every block of rows then meets, stay in the caches.
const longUpdate = 16 * 1024;
const mostPanelBytes = 2 * 1024 * 1024;

function isLongUpdate({ contraction, row, column }: Tiled): boolean {
  const panelBytes = 4 * column.extent * extentOf(contraction.contracted);
  const isLong = 4 * row.extent * column.extent > longUpdate && panelBytes <= mostPanelBytes;
  return isLong && contraction.epilogue.some(isUpdate) && readsWhatItUpdates(contraction);
}

function columnsOf({ start, count, size }: Blocks, column: Axis): PanelColumns {
  const missing = Math.max(0, start + count * size * vectorWidth - column.extent);
  return { axis: column, vectors: size, validInLast: vectorWidth - missing };
}

// What one sweep over k reads is copied when it does not stay in the first-level cache between two blocks.
const sweepLimit = 48 * 1024;

// Rows that lie side by side are picked up a few at a time: copied sooner, since each pick takes a line of the cache.
const pickedSweepLimit = 16 * 1024;

/** The left operand as the blocks of each panel read it. */
function leftOperands(
  { tiled: { contraction, row }, panels, blocksOf }: Arrangement,
  scope: Scope,
): (panel: Blocks, block: Blocks) => Operand {
  const { left, contracted } = contraction;
  const direct = directOperand(left, row) ?? computedRows(left, row, contracted, scope);
  const count = panels.reduce((sum, panel) => sum + panel.count, 0);
  const inner = contracted.at(-1);
  const isPicked = direct.rowBytes === 4 && inner !== undefined && coefficientOf(direct.index, inner) !== 1;
  if (!isPicked || count < 4 || sweepBytes(direct, contracted) < pickedSweepLimit) return () => direct;
  const packed = new Map(
    panels.map((panel) => [panel, packedRows(direct, row, contracted, blocksOf(panel), scope)]),
  );
  return (panel, block) => packed.get(panel)?.(block) ?? direct;
}

/** The right operand where it lies, if panels of it can be read there and stay in the first-level cache. */
function rightAsItLies({ contraction, row, column }: Tiled): Operand | null {
  const direct = directOperand(contraction.right, null);
  if (direct === undefined || coefficientOf(direct.index, column) !== 1) return null;
  const isRepeated = row.extent >= 16;
  return isRepeated && sweepBytes(direct, contraction.contracted) > sweepLimit ? null : direct;
}

/** Whether panels of the right operand are copied, and stand outside of the loops over rows. */
export function copiesPanels(tiled: Tiled): boolean {
  return rightAsItLies(tiled) === null && !isLongUpdate(tiled);
}

/** Whether threads divide the first loop over rows inside the panels: where there are too few panels for all of them. */
function sharesInnerLoop({ inner }: Tiled, share: Share, panels: readonly Blocks[]): boolean {
  const [first] = inner;
  const count = panels.reduce((sum, panel) => sum + panel.count, 0);
  return first !== undefined && first.extent >= share.threads && count < 2 * share.threads;
}

/** Whether threads divide the rows: of an update, so that each owns the weights that it will read, or of few columns. */
function sharesRows({ contraction, row, column }: Tiled, share: Share): boolean {
  const panels = panelsOf(column.extent, false, null).reduce((sum, panel) => sum + panel.count, 0);
  if (row.extent < 8 * share.threads) return false;
  return panels < 2 * share.threads || contraction.epilogue.some(isUpdate);
}

/** A product that only takes the place of a leaf has nothing to walk through. */
function readsWhatItUpdates({ epilogue }: Contraction): boolean {
  const updated = new Set<BufferReference>(
    epilogue.flatMap((statement) => (statement.kind === 'store' ? [statement.buffer] : [])),
  );
  let found = false;
  for (const root of epilogue.flatMap(expressionsIn)) {
    visitExpression(root, (each) => {
      found ||= each.kind === 'load' && updated.has(each.buffer);
    });
  }
  return found;
}

function isUpdate(statement: Statement): boolean {
  return (
    statement.kind === 'store' && (statement.buffer.role === 'parameter' || statement.buffer.role === 'state')
  );
}
