// Contractions as register tiles: sums of a few rows and a few vectors of columns are held in registers while k runs,
// in ascending order, so that every sum is rounded as the kernel IR says.
import type { Axis } from '../../ir/index-expression.ts';
import { binary, local as valueOf, type Expression, type Local } from '../../ir/scalar.ts';
import type { Contraction, Loop, Statement } from '../../kernels/kernel.ts';
import type { Code, WasmLocal } from './code.ts';
import {
  coefficientOf,
  computedRows,
  directOperand,
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
import { balanced, mostRows, panelsOf, tilesOf, type Blocks } from './tiling.ts';
import { varies } from './variation.ts';
import { emitVector, vectorWidth } from './vector.ts';

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
  const { rows, columns, sum, left, right } = contraction;
  const isEmpty = [...rows, ...columns, ...contraction.contracted].some((axis) => axis.extent === 0);
  if (sum.type !== 'f32' || isEmpty) return undefined;
  const column = columns.at(-1);
  if (column === undefined) {
    const row = rows.at(-1);
    if (row === undefined) return undefined;
    return tile({ ...contraction, rows: columns, columns: rows, left: right, right: left });
  }
  const row = rows.at(-1) ?? { name: 'row', extent: 1 };
  return { contraction, outer: [...rows.slice(0, -1), ...columns.slice(0, -1)], row, column };
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

/**
 * Usually panels of columns stand outside and blocks of rows inside, so that a panel of the right operand stays in the
 * first-level cache. Where the epilogue reads and writes long rows in memory, rows stand outside, so that memory is
 * walked through in order.
 */
function emitTiles(tiled: Tiled, scope: Scope, share: Share | null): void {
  const { contraction, row, column } = tiled;
  const { contracted } = contraction;
  const isUpdating = contraction.epilogue.some(isUpdate);
  const panels = panelsOf(column.extent, isUpdating);
  const byRows = share !== null && sharesRows(tiled, share);
  const [columnShare, rowShare] = byRows ? [null, share] : [share, null];
  const isByRows = isUpdating && 4 * row.extent * column.extent > farBytes;
  const heightOf = (panel: Blocks): number =>
    Math.min(...tilesOf(panel.size).map((vectors) => mostRows(vectors, scope.context.fused)));
  const lowest = Math.min(...panels.map(heightOf));
  const blocksOf = (panel: Blocks): readonly Blocks[] =>
    balanced(row.extent, isByRows ? lowest : heightOf(panel));
  const leftOf = leftOperands(tiled, panels, blocksOf, scope);
  const direct = rightOf(tiled, isByRows);
  const forPanels = (
    around: Scope,
    write: (panel: Blocks, columns: PanelColumns, body: Scope) => void,
  ): void => {
    forBlocks(panels, vectorWidth, column, columnShare, around, (panel, body) => {
      const base = body.axis(column);
      const valid = validInLast(panel, column);
      write(panel, { axis: column, base, first: 0, vectors: panel.size, validInLast: valid }, body);
    });
  };
  const tiles = (panel: Blocks, block: Blocks, right: Operand, columns: PanelColumns, body: Scope): void => {
    for (const part of tileColumns(columns)) {
      emitTile(tiled, leftOf(panel, block), right, block.size, part, body);
    }
  };
  if (isByRows) {
    const copies = direct === null ? panelOperands(contracted, column, panels, scope) : () => direct;
    if (direct === null) {
      forPanels(scope, (panel, columns, body) => {
        fillPanel(contraction.right, copies(panel), contracted, columns, body);
      });
    }
    const [somePanel] = panels;
    if (somePanel === undefined) return;
    forBlocks(blocksOf(somePanel), 1, row, rowShare, scope, (block, inBlock) => {
      forPanels(inBlock, (panel, columns, body) => {
        tiles(panel, block, copies(panel), columns, body);
      });
    });
    return;
  }
  forPanels(scope, (panel, columns, body) => {
    const right = direct ?? panelOperand(contracted, panel.size, body);
    if (direct === null) fillPanel(contraction.right, right, contracted, columns, body);
    forBlocks(blocksOf(panel), 1, row, rowShare, body, (block, inBlock) => {
      tiles(panel, block, right, columns, inBlock);
    });
  });
}

// Results beyond this many bytes do not wait in the second-level cache for their epilogue.
const farBytes = 128 * 1024;

/** The columns of a panel, tile by tile. */
function tileColumns(columns: PanelColumns): readonly PanelColumns[] {
  let first = 0;
  return tilesOf(columns.vectors).map((vectors) => {
    const { local, offset } = columns.base;
    const isLast = first + vectors === columns.vectors;
    const part: PanelColumns = {
      axis: columns.axis,
      base: { local, offset: offset + first * vectorWidth },
      first: columns.first + first,
      vectors,
      validInLast: isLast ? columns.validInLast : vectorWidth,
    };
    first += vectors;
    return part;
  });
}

function validInLast({ start, count, size }: Blocks, column: Axis): number {
  const end = start + count * size * vectorWidth;
  return vectorWidth - Math.max(0, end - column.extent);
}

// What one sweep over k reads is copied when it does not stay in the first-level cache between two blocks.
const sweepLimit = 48 * 1024;

// Rows that lie side by side are picked up a few at a time: copied sooner, since each pick takes a line of the cache.
const pickedSweepLimit = 16 * 1024;

/** The left operand as the blocks of each panel read it. */
function leftOperands(
  { contraction, row }: Tiled,
  panels: readonly Blocks[],
  blocksOf: (panel: Blocks) => readonly Blocks[],
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

function rightOf({ contraction, row, column }: Tiled, isByRows: boolean): Operand | null {
  const direct = directOperand(contraction.right, null);
  if (direct === undefined || coefficientOf(direct.index, column) !== 1) return null;
  if (isByRows) return null;
  const isRepeated = row.extent >= 16;
  return isRepeated && sweepBytes(direct, contraction.contracted) > sweepLimit ? null : direct;
}

/** Whether threads divide the rows: of an update, so that each owns the weights that it will read, or of few columns. */
function sharesRows({ contraction, row, column }: Tiled, share: Share): boolean {
  const panels = panelsOf(column.extent, false).reduce((sum, panel) => sum + panel.count, 0);
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
    const body = scope.vectorised(column, j === columns.vectors - 1 ? columns.validInLast : vectorWidth);
    body.bindAxis(row, { local: origin.local, offset: origin.offset + i });
    const { local, offset } = columns.base;
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
      emitVector(contraction.initial, body);
      body.code.set(sum);
      scope.code.append(body.code);
    }),
  );
  emitSweep(contraction.contracted, left, { ...right, firstByte: 16 * columns.first }, sums, scope);
  const none = strategyFor([]);
  sums.forEach((line, i) =>
    line.forEach((sum, j) => {
      const body = at(i, j);
      body.bindValue(contraction.sum, { local: sum, isVarying: true, isMutable: false });
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
  right: Operand & { readonly firstByte: number },
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
        .memory('v128.load', rightOffset + right.firstByte + k * rightStep + 16 * j)
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
  const isStraight = extent <= straightLimit && leftStep >= 0 && rightStep >= 0;
  if (isStraight) {
    for (let k = 0; k < extent; k++) products(code, k);
    return;
  }
  const rest = writer.local('i32', 'k');
  const unrolled = fused && extent % 2 === 0 && leftStep >= 0 && rightStep >= 0 ? 2 : 1;
  const body = scope.inner();
  for (let k = 0; k < unrolled; k++) products(body.code, k);
  body.code
    .get(a)
    .i32(unrolled * leftStep)
    .op('i32.add')
    .set(a);
  body.code
    .get(b)
    .i32(unrolled * rightStep)
    .op('i32.add')
    .set(b);
  body.code.get(rest).i32(unrolled).op('i32.sub').tee(rest);
  code.i32(extent).set(rest).loop(body.code);
}

// Sums over so few k are written out: a loop would cost more than it saves.
const straightLimit = 4;
