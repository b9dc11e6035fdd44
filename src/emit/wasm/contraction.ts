// Contractions as register tiles: sums of a few rows and a few vectors of columns are held in registers while k runs,
// in ascending order, so that every sum is rounded as the kernel IR says.
import type { Axis, IndexExpression } from '../../ir/index-expression.ts';
import { binary, local as valueOf, type Expression, type Local } from '../../ir/scalar.ts';
import { visitExpression } from '../../kernels/expressions.ts';
import type { Contraction, Loop, Statement } from '../../kernels/kernel.ts';
import { expressionsIn } from '../../kernels/statements.ts';
import type { Code, WasmLocal } from './code.ts';
import {
  coefficientOf,
  computedRows,
  directOperand,
  extentOf,
  fillPanel,
  packedRows,
  panelOperand,
  panelOperands,
  sweepBytes,
  type Operand,
  type PanelColumns,
} from './operand.ts';
import { emitScalar } from './scalar.ts';
import type { Scope } from './scope.ts';
import type { Share } from './share.ts';
import { counted, emitStatements } from './statement.ts';
import { strategyFor } from './strategy.ts';
import { forBlocks } from './blocks.ts';
import { balanced, mostRows, panelsOf, unrolling, type Blocks } from './tiling.ts';
import { stepOf, varies } from './variation.ts';
import { evaluateVectors, vectorWidth } from './vector.ts';

/** A contraction with one axis of vectors, one of rows at most, and what is left of both as loops around. */
interface Tiled {
  readonly contraction: Contraction;
  readonly outer: readonly Axis[];
  readonly row: Axis;
  readonly column: Axis;
}

export function emitContraction(contraction: Contraction, scope: Scope, share: Share | null): void {
  const tiled = tile(contraction);
  if (tiled === undefined) {
    const statements = asLoops(contraction);
    emitStatements(statements, scope, strategyFor(statements));
    return;
  }
  const inside = (axes: readonly Axis[], around: Scope): void => {
    const [axis, ...inner] = axes;
    if (axis === undefined) emitTiles(tiled, around, share);
    else counted(axis, around, (body) => inside(inner, body));
  };
  inside(tiled.outer, scope);
}

/** Whether and how a contraction is done in tiles; others are loops. */
function tile(contraction: Contraction): Tiled | undefined {
  const { rows, columns, contracted, sum, left, right } = contraction;
  const isEmpty = [...rows, ...columns, ...contracted].some((axis) => axis.extent === 0);
  if (sum.type !== 'f32' || isEmpty || rows.length + columns.length === 0) return undefined;
  const turned = { ...contraction, rows: columns, columns: rows, left: right, right: left };
  const { rows: outerRows, columns: outerColumns } =
    turningPrice(turned) < turningPrice(contraction) ? turned : contraction;
  const chosen = outerColumns === columns ? contraction : turned;
  const column = outerColumns.at(-1);
  if (column === undefined) return undefined;
  const row = outerRows.at(-1) ?? { name: 'row', extent: 1 };
  const outer = [...outerRows.slice(0, -1), ...outerColumns.slice(0, -1)];
  return { contraction: chosen, outer, row, column };
}

// Cycles to bring an element of an operand into a panel, and to read or write one of an epilogue that does not lie
// beside the next column's.
const turnedElement = 0.4;
const strayElement = 1.2;

/** Roughly what it costs that columns are in the lanes: columns that do not lie side by side have to be turned. */
function turningPrice({ rows, columns, contracted, right, initial, epilogue }: Contraction): number {
  const column = columns.at(-1);
  if (column === undefined) return Infinity;
  const lanes = { axis: column, isVarying: () => false, isLaneBuffer: () => false };
  const isStray = (index: IndexExpression): boolean => {
    const step = stepOf(index, lanes);
    return step !== 0 && step !== 1;
  };
  let strays = 0;
  for (const root of [initial, ...epilogue.flatMap(expressionsIn)]) {
    visitExpression(root, (each) => {
      if (each.kind === 'load' && isStray(each.index)) strays++;
    });
  }
  for (const statement of epilogue) if (statement.kind === 'store' && isStray(statement.index)) strays++;
  const isTurned = right.kind === 'load' && isStray(right.index);
  const panels = isTurned ? extentOf(columns) * extentOf(contracted) * turnedElement : 0;
  return panels + strays * extentOf(rows) * extentOf(columns) * strayElement;
}

/** The same contraction as plain loops, for element types without vectors and for single sums. */
export function asLoops(contraction: Contraction): readonly Statement[] {
  const { rows, columns, contracted, sum, initial, left, right, epilogue } = contraction;
  const gathered = sumOverLoops(contracted, sum, initial, binary('mul', left, right));
  const body = [...gathered, ...epilogue];
  return [...rows, ...columns].reduceRight<readonly Statement[]>(
    (inner, axis) => [{ kind: 'loop', axis, body: inner, reductions: [], folds: [] }],
    body,
  );
}

/** `sum = initial; for every k: sum += value`, carried through one loop an axis. */
function sumOverLoops(
  axes: readonly Axis[],
  sum: Local,
  initial: Expression,
  value: Expression,
): readonly Statement[] {
  const [axis, ...inner] = axes;
  if (axis === undefined) return [{ kind: 'let', local: sum, value: binary('add', initial, value) }];
  if (inner.length === 0) {
    const fold = { local: sum, initial, next: binary('add', valueOf(sum), value) };
    return [{ kind: 'loop', axis, body: [], reductions: [], folds: [fold] }];
  }
  const partial: Local = { name: `${sum.name}Of${axis.name}`, type: sum.type };
  const loop: Loop = {
    kind: 'loop',
    axis,
    body: sumOverLoops(inner, partial, valueOf(sum), value),
    reductions: [],
    folds: [{ local: sum, initial, next: valueOf(partial) }],
  };
  return [loop];
}

/** How the tiles of a contraction follow one another. */
interface Arrangement {
  readonly tiled: Tiled;
  readonly panels: readonly Blocks[];
  readonly blocksOf: (panel: Blocks) => readonly Blocks[];
  readonly columnShare: Share | null;
  readonly rowShare: Share | null;
  /** What functions for single kinds of tiles are called; null where there is one kind only. */
  readonly outline: string | null;
}

function emitTiles(tiled: Tiled, scope: Scope, share: Share | null): void {
  const { contraction, row, column } = tiled;
  const { fused, writer } = scope.context;
  const isByRows = contraction.epilogue.some(isUpdate) && 4 * row.extent * column.extent > farBytes;
  // Where rows stand outside, all panels take them in blocks of one size.
  const commonRows = isByRows ? mostRows(fused ? 2 : 3, fused) : null;
  const panels = panelsOf(column.extent, fused, commonRows);
  const blocksOf = (panel: Blocks): readonly Blocks[] =>
    balanced(row.extent, commonRows ?? mostRows(panel.size, fused));
  const kinds = panels.reduce((sum, panel) => sum + blocksOf(panel).length, 0);
  const isSharedByRows = share !== null && sharesRows(tiled, share);
  const arrangement: Arrangement = {
    tiled,
    panels,
    blocksOf,
    columnShare: isSharedByRows ? null : share,
    rowShare: isSharedByRows ? share : null,
    outline: kinds > 1 ? `${writer.name}Tiles` : null,
  };
  if (isByRows) emitByRows(arrangement, scope);
  else emitByColumns(arrangement, scope);
}

/** Panels of columns outside, blocks of rows inside: a panel of the right operand stays in the first-level cache. */
function emitByColumns(arrangement: Arrangement, scope: Scope): void {
  const { tiled, panels, blocksOf, columnShare, rowShare, outline } = arrangement;
  const { contraction, row, column } = tiled;
  const { contracted } = contraction;
  const leftOf = leftOperands(arrangement, scope);
  const direct = rightAsItLies(tiled);
  forBlocks(panels, vectorWidth, column, columnShare, scope, (panel, inPanel) => {
    const columns = columnsOf(panel, column);
    const right = direct ?? panelOperand(contracted, panel.size, inPanel);
    if (direct === null) fillPanel(contraction.right, right, contracted, columns, inPanel);
    const tiles = (block: Blocks, body: Scope): void => {
      emitTile(tiled, leftOf(panel, block), right, block.size, columns, body);
    };
    forBlocks(blocksOf(panel), 1, row, rowShare, inPanel, tiles, outline);
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
  forBlocks(blocksOf(anyPanel), 1, row, rowShare, scope, (block, inBlock) => {
    const tiles = (panel: Blocks, body: Scope): void => {
      emitTile(tiled, leftOf(panel, block), copyOf(panel), block.size, columnsOf(panel, column), body);
    };
    forBlocks(panels, vectorWidth, column, columnShare, inBlock, tiles, outline);
  });
}

// Results beyond this many bytes do not wait in the second-level cache for their epilogue.
const farBytes = 128 * 1024;

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

/** Whether threads divide the rows: of an update, so that each owns the weights that it will read, or of few columns. */
function sharesRows({ contraction, row, column }: Tiled, share: Share): boolean {
  const panels = panelsOf(column.extent, false, null).reduce((sum, panel) => sum + panel.count, 0);
  if (row.extent < 8 * share.threads) return false;
  return panels < 2 * share.threads || contraction.epilogue.some(isUpdate);
}

function isUpdate(statement: Statement): boolean {
  return (
    statement.kind === 'store' && (statement.buffer.role === 'parameter' || statement.buffer.role === 'state')
  );
}

/** One tile: its sums start, run over k, and end in the epilogue. */
function emitTile(
  { contraction, row, column }: Tiled,
  left: Operand,
  right: Operand,
  rows: number,
  columns: PanelColumns,
  scope: Scope,
): void {
  const { writer } = scope.context;
  const origin = scope.axis(row);
  const sums = Array.from({ length: rows }, (_, i) =>
    Array.from({ length: columns.vectors }, (_, j) => writer.local('v128', `sum${i}_${j}`)),
  );
  const at = (i: number, j: number): Scope => {
    const body = scope.vectorised({
      axis: column,
      valid: j === columns.vectors - 1 ? columns.validInLast : vectorWidth,
      vectors: 1,
    });
    body.bindAxis(row, { local: origin.local, offset: origin.offset + i });
    const { local, offset } = scope.axis(column);
    body.bindAxis(column, { local, offset: offset + j * vectorWidth });
    return body;
  };
  const dependsOnRow = mentions(contraction.initial, row);
  sums.forEach((line, i) =>
    line.forEach((sum, j) => {
      const first = sums[0]?.[j];
      if (i > 0 && !dependsOnRow && first !== undefined) {
        scope.code.get(first).set(sum);
        return;
      }
      const body = at(i, j);
      const [value] = evaluateVectors('initial', contraction.initial, body);
      if (value !== undefined) body.code.get(value).set(sum);
      scope.code.append(body.code);
    }),
  );
  emitSweep(contraction.contracted, left, right, sums, scope);
  const none = strategyFor([]);
  sums.forEach((line, i) =>
    line.forEach((sum, j) => {
      const body = at(i, j);
      body.bindValue(contraction.sum, { locals: [sum], isVarying: true, isMutable: false });
      emitStatements(contraction.epilogue, body, none);
      scope.code.append(body.code);
    }),
  );
}

function mentions(expression: Expression, axis: Axis): boolean {
  return varies(expression, { axis, isVarying: () => false, isLaneBuffer: () => false });
}

/** Adds the products of all k to the sums, in ascending order. */
function emitSweep(
  contracted: readonly Axis[],
  left: Operand,
  right: Operand,
  sums: readonly (readonly WasmLocal[])[],
  scope: Scope,
): void {
  const [axis, ...inner] = contracted;
  if (axis !== undefined && inner.length > 0) {
    counted(axis, scope, (body) => emitSweep(inner, left, right, sums, body));
    return;
  }
  const { writer, fused } = scope.context;
  const { code } = scope;
  const start = scope.inner();
  if (axis !== undefined) start.bindAxis(axis, { local: null, offset: 0 });
  const [a, b] = [writer.local('i32', 'left'), writer.local('i32', 'right')];
  const leftOffset = start.pushAddress(left.buffer, left.index, emitScalar);
  start.code.set(a);
  const rightOffset = start.pushAddress(right.buffer, right.index, emitScalar);
  start.code.set(b);
  code.append(start.code);
  const steps =
    axis === undefined ? [0, 0] : [coefficientOf(left.index, axis), coefficientOf(right.index, axis)];
  const [leftStep, rightStep] = steps.map((step) => 4 * step);
  if (leftStep === undefined || rightStep === undefined) return;
  const vectors = (sums[0] ?? []).map((_, j) => writer.local('v128', `right${j}`));
  const factor = writer.local('v128', 'factor');
  const products = (into: Code, k: number): void => {
    vectors.forEach((vector, j) => {
      into
        .get(b)
        .memory('v128.load', rightOffset + k * rightStep + 16 * j)
        .set(vector);
    });
    sums.forEach((line, i) => {
      into
        .get(a)
        .memory('v128.load32_splat', leftOffset + k * leftStep + i * left.rowBytes)
        .set(factor);
      line.forEach((sum, j) => {
        const vector = vectors[j];
        if (vector === undefined) return;
        if (fused) into.get(factor).get(vector).get(sum).op('f32x4.relaxed_madd').set(sum);
        else into.get(sum).get(factor).get(vector).op('f32x4.mul').op('f32x4.add').set(sum);
      });
    });
  };
  const extent = axis?.extent ?? 1;
  if (extent <= straightLimit) {
    for (let k = 0; k < extent; k++) products(code, k);
    return;
  }
  const unrolled = unrolling(fused);
  const body = scope.inner();
  for (let k = 0; k < unrolled; k++) products(body.code, k);
  // One pointer counts for both: V8 then needs no third register that changes.
  const [counting, step] = leftStep > 0 ? [a, leftStep] : [b, rightStep];
  const end = writer.local('i32', 'end');
  const rounds = Math.floor(extent / unrolled);
  code
    .get(counting)
    .i32(rounds * unrolled * step)
    .op('i32.add')
    .set(end);
  if (rightStep !== 0)
    body.code
      .get(b)
      .i32(unrolled * rightStep)
      .op('i32.add')
      .set(b);
  if (leftStep !== 0)
    body.code
      .get(a)
      .i32(unrolled * leftStep)
      .op('i32.add')
      .set(a);
  body.code.get(counting).get(end).op('i32.ne');
  code.loop(body.code);
  for (let k = 0; k < extent % unrolled; k++) products(code, k);
}

// Sums over so few k are written out: a loop would cost more than it saves.
const straightLimit = 8;
