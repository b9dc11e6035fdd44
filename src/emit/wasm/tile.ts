// One tile of a contraction: sums of a few rows and a few vectors of columns are held in registers while k runs, in
// ascending order, so that every sum is rounded as the kernel IR says.
import { InternalError } from '../../ir/errors.ts';
import { addIndex, axisIndex, constantIndex, type Axis } from '../../ir/index-expression.ts';
import type { BufferReference, Expression } from '../../ir/scalar.ts';
import { forEachIndex } from '../../ir/value.ts';
import type { Contraction, Statement } from '../../kernels/kernel.ts';
import type { Code, WasmLocal } from './code.ts';
import { counted } from './counted.ts';
import { coefficientOf, extentOf, type Operand, type PanelColumns } from './operand.ts';
import { emitScalar } from './scalar.ts';
import type { Scope } from './scope.ts';
import { emitStatements } from './statement.ts';
import { strategyFor } from './strategy.ts';
import { unrolling } from './tiling.ts';
import { varies } from './variation.ts';
import { vectorWidth } from './lanes.ts';
import { evaluateVectors } from './vector.ts';

/** A contraction with one axis of vectors, one of rows at most, and what is left of both as loops around. */
export interface Tiled {
  readonly contraction: Contraction;
  readonly outer: readonly Axis[];
  /** Loops over rows that stand inside those over panels of columns, so that a panel serves all of them. */
  readonly inner: readonly Axis[];
  readonly row: Axis;
  readonly column: Axis;
}

/** A kind of tile: what it reads and how large it is. Row and column are bound to its first ones. */
export interface TileKind {
  readonly tiled: Tiled;
  readonly left: Operand;
  readonly right: Operand;
  readonly rows: number;
  readonly columns: PanelColumns;
}

type Sums = readonly (readonly WasmLocal[])[];

function sumsOf({ rows, columns }: TileKind, scope: Scope): Sums {
  return Array.from({ length: rows }, (_, i) =>
    Array.from({ length: columns.vectors }, (_, j) => scope.context.writer.local('v128', `sum${i}_${j}`)),
  );
}

/** One tile: its sums start, run over k, and end in the epilogue. */
export function emitTile(kind: TileKind, scope: Scope): void {
  const { contraction } = kind.tiled;
  const sums = sumsOf(kind, scope);
  startSums(kind, sums, scope);
  emitSweep(contraction.contracted, kind, sums, scope);
  sums.forEach((line, i) => line.forEach((sum, j) => emitEpilogue(kind, i, j, sum, scope)));
}

/** A tile whose sums are kept in private memory, a row of `width` columns after the other, for a later epilogue. */
export function emitHeldTile(kind: TileKind, held: BufferReference, width: number, scope: Scope): void {
  const { contraction, column } = kind.tiled;
  const sums = sumsOf(kind, scope);
  startSums(kind, sums, scope);
  emitSweep(contraction.contracted, kind, sums, scope);
  sums.forEach((line, i) =>
    line.forEach((sum, j) => {
      const place = addIndex(axisIndex(column), constantIndex(i * width + j * vectorWidth));
      const offset = scope.pushAddress(held, place, emitScalar);
      scope.code.get(sum).memory('v128.store', offset);
    }),
  );
}

/** The epilogue of rows whose sums were kept, along each row in one go. */
export function emitHeldEpilogue(
  { contraction, row, column }: Tiled,
  rows: number,
  held: BufferReference,
  width: number,
  scope: Scope,
): void {
  const first = scope.axis(row);
  for (let i = 0; i < rows; i++) {
    const sum: Expression = {
      kind: 'load',
      type: contraction.sum.type,
      buffer: held,
      index: addIndex(axisIndex(column), constantIndex(i * width)),
    };
    const loop: Statement = {
      kind: 'loop',
      axis: column,
      body: [{ kind: 'let', local: contraction.sum, value: sum }, ...contraction.epilogue],
      reductions: [],
      folds: [],
    };
    const body = scope.inner();
    body.bindAxis(row, { local: first.local, offset: first.offset + i });
    emitStatements([loop], body, strategyFor([loop]));
    scope.code.append(body.code);
  }
}

/** The scope of one vector of a tile. */
function vectorScope({ tiled, columns }: TileKind, i: number, j: number, scope: Scope): Scope {
  const body = scope.vectorised({
    axis: tiled.column,
    valid: j === columns.vectors - 1 ? columns.validInLast : vectorWidth,
    vectors: 1,
  });
  const row = scope.axis(tiled.row);
  const column = scope.axis(tiled.column);
  body.bindAxis(tiled.row, { local: row.local, offset: row.offset + i });
  body.bindAxis(tiled.column, { local: column.local, offset: column.offset + j * vectorWidth });
  return body;
}

function startSums(kind: TileKind, sums: Sums, scope: Scope): void {
  const { initial } = kind.tiled.contraction;
  const dependsOnRow = mentions(initial, kind.tiled.row);
  sums.forEach((line, i) =>
    line.forEach((sum, j) => {
      const first = sums[0]?.[j];
      if (i > 0 && !dependsOnRow && first !== undefined) {
        scope.code.get(first).set(sum);
        return;
      }
      const body = vectorScope(kind, i, j, scope);
      const [value] = evaluateVectors('initial', initial, body);
      if (value === undefined) throw new InternalError('E_EMIT', 'a sum has no first value');
      body.code.get(value).set(sum);
      scope.code.append(body.code);
    }),
  );
}

function mentions(expression: Expression, axis: Axis): boolean {
  return varies(expression, { axis, isVarying: () => false, isLaneBuffer: () => false });
}

function emitEpilogue(kind: TileKind, i: number, j: number, sum: WasmLocal, scope: Scope): void {
  const { contraction } = kind.tiled;
  const body = vectorScope(kind, i, j, scope);
  body.bindValue(contraction.sum, { locals: [sum], isVarying: true, isMutable: false });
  emitStatements(contraction.epilogue, body, noLoops);
  scope.code.append(body.code);
}

/** Epilogues are values and stores. */
const noLoops = strategyFor([]);

/** Adds the products of all k to the sums, in ascending order. */
function emitSweep(contracted: readonly Axis[], kind: TileKind, sums: Sums, scope: Scope): void {
  const [axis, ...inner] = contracted;
  const isStraight = extentOf(contracted) <= (inner.length > 0 ? nestLimit : straightLimit);
  if (axis !== undefined && inner.length > 0 && !isStraight) {
    counted(axis, scope, (body) => emitSweep(inner, kind, sums, body));
    return;
  }
  const { left, right } = kind;
  const { writer, fused } = scope.context;
  const { code } = scope;
  const start = scope.inner();
  for (const each of contracted) start.bindAxis(each, { local: null, offset: 0 });
  const [a, b] = [writer.local('i32', 'left'), writer.local('i32', 'right')];
  const leftOffset = start.pushAddress(left.buffer, left.index, emitScalar);
  start.code.set(a);
  const rightOffset = start.pushAddress(right.buffer, right.index, emitScalar);
  start.code.set(b);
  code.append(start.code);
  const vectors = (sums[0] ?? []).map((_, j) => writer.local('v128', `right${j}`));
  const factor = writer.local('v128', 'factor');
  /** Adds the products at so many bytes from where both operands start. */
  const products = (into: Code, leftBytes: number, rightBytes: number): void => {
    vectors.forEach((vector, j) => {
      into
        .get(b)
        .memory('v128.load', rightOffset + rightBytes + 16 * j)
        .set(vector);
    });
    sums.forEach((line, i) => {
      into
        .get(a)
        .memory('v128.load32_splat', leftOffset + leftBytes + i * left.rowBytes)
        .set(factor);
      line.forEach((sum, j) => {
        const vector = vectors[j];
        if (vector === undefined) return;
        if (fused) into.get(factor).get(vector).get(sum).op('f32x4.relaxed_madd').set(sum);
        else into.get(sum).get(factor).get(vector).op('f32x4.mul').op('f32x4.add').set(sum);
      });
    });
  };
  if (isStraight) {
    forEachIndex(
      contracted.map(({ extent }) => extent),
      (position) => products(code, bytesAt(left, contracted, position), bytesAt(right, contracted, position)),
    );
    return;
  }
  const leftStep = axis === undefined ? 0 : 4 * coefficientOf(left.index, axis);
  const rightStep = axis === undefined ? 0 : 4 * coefficientOf(right.index, axis);
  const advance = (into: Code, count: number): void => {
    if (rightStep !== 0)
      into
        .get(b)
        .i32(count * rightStep)
        .op('i32.add')
        .set(b);
    if (leftStep !== 0)
      into
        .get(a)
        .i32(count * leftStep)
        .op('i32.add')
        .set(a);
  };
  const extent = axis?.extent ?? 1;
  const unrolled = unrolling(fused);
  const body = scope.inner();
  for (let k = 0; k < unrolled; k++) products(body.code, k * leftStep, k * rightStep);
  advance(body.code, unrolled);
  const rounds = Math.floor(extent / unrolled);
  if (leftStep > 0 || rightStep > 0) {
    // One pointer counts for both: V8 then needs no third register that changes.
    const [counting, step] = leftStep > 0 ? [a, leftStep] : [b, rightStep];
    const end = writer.local('i32', 'end');
    code
      .get(counting)
      .i32(rounds * unrolled * step)
      .op('i32.add')
      .set(end);
    body.code.get(counting).get(end).op('i32.ne');
  } else {
    const left = writer.local('i32', 'rounds');
    code.i32(rounds).set(left);
    body.code.get(left).i32(1).op('i32.sub').tee(left);
  }
  code.loop(body.code);
  for (let k = 0; k < extent % unrolled; k++) products(code, k * leftStep, k * rightStep);
}

/** Bytes from the start of an operand to what it has at a position of the contracted axes. */
function bytesAt({ index }: Operand, contracted: readonly Axis[], position: readonly number[]): number {
  return contracted.reduce((sum, axis, at) => sum + 4 * coefficientOf(index, axis) * (position[at] ?? 0), 0);
}

// Sums over so few k are written out: a loop would cost more than it saves.
const straightLimit = 16;
// As are those over several axes, a kernel of a convolution, whose innermost loops are short.
const nestLimit = 32;
