// The operands of a contraction as tiles read them: straight from where they lie, or from a copy in private memory
// that is laid out in the order of reading, where that pays.
import { InternalError } from '../../ir/errors.ts';
import {
  addIndex,
  axisIndex,
  flatIndex,
  scaleIndex,
  type Axis,
  type IndexExpression,
} from '../../ir/index-expression.ts';
import type { BufferReference, Expression } from '../../ir/scalar.ts';
import { stridesOf } from '../../ir/value.ts';
import type { Statement } from '../../kernels/kernel.ts';
import { forBlocks } from './blocks.ts';
import type { WasmLocal } from './code.ts';
import { counted } from './counted.ts';
import { emitScalar } from './scalar.ts';
import type { Scope } from './scope.ts';
import { emitStatements } from './statement.ts';
import { strategyFor } from './strategy.ts';
import type { Blocks } from './tiling.ts';
import { vectorWidth } from './lanes.ts';
import { evaluateVectors } from './vector.ts';

/** Where an operand is read: elements of a buffer at a sum of strides over loop variables. */
export interface Operand {
  readonly buffer: BufferReference;
  readonly index: IndexExpression;
  /** Bytes from one row of a tile to the next. */
  readonly rowBytes: number;
}

export function coefficientOf(index: IndexExpression, axis: Axis): number {
  return index.terms.find(({ atom }) => atom.kind === 'axis' && atom.axis === axis)?.coefficient ?? 0;
}

/** Number of iterations of some loops. */
export function extentOf(axes: readonly Axis[]): number {
  return axes.reduce((product, axis) => product * axis.extent, 1);
}

/** Position in row-major order over some loops. */
function positionIn(axes: readonly Axis[]): IndexExpression {
  return flatIndex(axes.map(axisIndex), stridesOf(axes.map((axis) => axis.extent)));
}

/** An operand that can be read as it lies: a plain load whose strides are constant and none of them backwards. */
export function directOperand(expression: Expression, row: Axis | null): Operand | undefined {
  if (expression.kind !== 'load' || expression.buffer.dtype !== 'f32') return undefined;
  const { buffer, index } = expression;
  if (index.terms.some(({ atom, coefficient }) => atom.kind !== 'axis' || coefficient < 0)) return undefined;
  return { buffer, index, rowBytes: row === null ? 0 : 4 * coefficientOf(index, row) };
}

/** Bytes that one sweep over k walks through: what does not stay in the first-level cache is worth a copy. */
export function sweepBytes({ index }: Operand, contracted: readonly Axis[]): number {
  return contracted.reduce(
    (longest, axis) => Math.max(longest, 4 * Math.abs(coefficientOf(index, axis)) * axis.extent),
    0,
  );
}

/** Private memory as a buffer of floats. */
export function privateBuffer(name: string, length: number, scope: Scope): BufferReference {
  const buffer: BufferReference = { name, dtype: 'f32', length };
  scope.context.place(buffer, scope.context.reserve(4 * length));
  return buffer;
}

/** Computes the left operand once, row by row. */
export function computedRows(
  left: Expression,
  row: Axis,
  contracted: readonly Axis[],
  scope: Scope,
): Operand {
  const length = extentOf(contracted);
  const buffer = privateBuffer('rows', row.extent * length, scope);
  const axes = [row, ...contracted];
  const store: Statement = {
    kind: 'store',
    buffer: wholeBuffer(buffer),
    index: positionIn(axes),
    value: left,
  };
  const nest = axes.reduceRight<Statement>(
    (inner, axis) => ({ kind: 'loop', axis, body: [inner], reductions: [], folds: [] }),
    store,
  );
  emitStatements([nest], scope, strategyFor([nest]));
  return { buffer, index: positionIn(axes), rowBytes: 4 * length };
}

/** Statements store to buffers of the kernel IR; a copy has no tensor, and nothing here asks for one. */
function wholeBuffer(buffer: BufferReference): Extract<Statement, { kind: 'store' }>['buffer'] {
  return buffer as Extract<Statement, { kind: 'store' }>['buffer'];
}

/** A place for one panel of columns of the right operand, one row of the panel after the other. */
export function panelOperand(contracted: readonly Axis[], vectors: number, scope: Scope): Operand {
  const width = vectors * vectorWidth;
  const buffer = privateBuffer('panel', extentOf(contracted) * width, scope);
  return { buffer, index: scaleIndex(positionIn(contracted), width), rowBytes: 0 };
}

/** A place for all panels of the right operand, one after the other. */
export function panelOperands(
  contracted: readonly Axis[],
  column: Axis,
  panels: readonly Blocks[],
  scope: Scope,
): (panel: Blocks) => Operand {
  const length = extentOf(contracted);
  const width = panels.reduce((sum, { count, size }) => sum + count * size * vectorWidth, 0);
  const buffer = privateBuffer('panels', length * width, scope);
  return ({ size }) => ({
    buffer,
    index: addIndex(
      scaleIndex(axisIndex(column), length),
      scaleIndex(positionIn(contracted), size * vectorWidth),
    ),
    rowBytes: 0,
  });
}

/** Columns of a panel: how many vectors, and how many lanes of the last one count. The axis is bound to the first. */
export interface PanelColumns {
  readonly axis: Axis;
  readonly vectors: number;
  readonly validInLast: number;
}

/** Copies a panel of the right operand to where `panelOperand` has made place for it. */
export function fillPanel(
  right: Expression,
  panel: Operand,
  contracted: readonly Axis[],
  columns: PanelColumns,
  scope: Scope,
): void {
  const inner = contracted.at(-1);
  if (inner === undefined) {
    fillRow(right, panel, columns, scope);
    return;
  }
  const isAcross =
    right.kind === 'load' &&
    right.buffer.dtype === 'f32' &&
    right.index.terms.every(({ atom }) => atom.kind === 'axis') &&
    coefficientOf(right.index, inner) === 1 &&
    coefficientOf(right.index, columns.axis) !== 1;
  const inside = (axes: readonly Axis[], around: Scope): void => {
    const [axis, ...rest] = axes;
    if (axis === undefined) return;
    if (rest.length > 0) counted(axis, around, (body) => inside(rest, body));
    else if (isAcross) fillTransposed(right, panel, axis, columns, around);
    else counted(axis, around, (body) => fillRow(right, panel, columns, body));
  };
  inside(contracted, scope);
}

function validIn(columns: PanelColumns, vector: number): number {
  return vector === columns.vectors - 1 ? columns.validInLast : vectorWidth;
}

/** One row of a panel: the columns for one k, which is bound in the scope. */
function fillRow(right: Expression, panel: Operand, columns: PanelColumns, scope: Scope): void {
  const start = scope.context.writer.local('i32', 'to');
  const bytes = scope.pushAddress(panel.buffer, panel.index, emitScalar);
  scope.code.set(start);
  for (let vector = 0; vector < columns.vectors; vector++) {
    const body = scope.vectorised({ axis: columns.axis, valid: validIn(columns, vector), vectors: 1 });
    const { local, offset } = scope.axis(columns.axis);
    body.bindAxis(columns.axis, { local, offset: offset + vector * vectorWidth });
    const [value] = evaluateVectors('value', right, body);
    if (value === undefined) throw new InternalError('E_EMIT', 'a panel without columns');
    body.code
      .get(start)
      .get(value)
      .memory('v128.store', bytes + 16 * vector);
    scope.code.append(body.code);
  }
}

/** Four rows of a panel at a time from four columns that lie along k, by 4×4 transposes. */
function fillTransposed(
  right: Extract<Expression, { kind: 'load' }>,
  panel: Operand,
  axis: Axis,
  columns: PanelColumns,
  scope: Scope,
): void {
  const whole = Math.floor(axis.extent / 4);
  if (whole > 0) {
    const body = scope.inner();
    const variable = body.ownLocal('i32', axis.name);
    body.bindAxis(axis, { local: variable, offset: 0 });
    for (let vector = 0; vector < columns.vectors; vector++) {
      transposeBlock(right, panel, columns, vector, body);
    }
    body.code
      .get(variable)
      .i32(4)
      .op('i32.add')
      .tee(variable)
      .i32(4 * whole)
      .op('i32.lt_s');
    scope.code.i32(0).set(variable).loop(body.code);
  }
  for (let k = 4 * whole; k < axis.extent; k++) {
    const body = scope.inner();
    body.bindAxis(axis, { local: null, offset: k });
    fillRow(right, panel, columns, body);
    scope.code.append(body.code);
  }
}

function transposeBlock(
  right: Extract<Expression, { kind: 'load' }>,
  panel: Operand,
  columns: PanelColumns,
  vector: number,
  scope: Scope,
): void {
  const { code } = scope;
  const { writer } = scope.context;
  const fresh = (name: string): WasmLocal => writer.local('v128', name);
  const valid = validIn(columns, vector);
  const loaded = [0, 1, 2, 3].map((lane) => {
    const column = fresh(`column${lane}`);
    if (lane >= valid) {
      scope.pushVector(0);
      code.set(column);
      return column;
    }
    const body = scope.inner();
    const { local, offset } = scope.axis(columns.axis);
    body.bindAxis(columns.axis, { local, offset: offset + vector * vectorWidth + lane });
    const start = body.pushAddress(right.buffer, right.index, emitScalar);
    body.code.memory('v128.load', start).set(column);
    code.append(body.code);
    return column;
  });
  const [a, b, c, d] = loaded;
  if (a === undefined || b === undefined || c === undefined || d === undefined) return;
  const mixed = ['low', 'high', 'low', 'high'].map((half, position) => {
    const [first, second] = position < 2 ? [a, b] : [c, d];
    const target = fresh(`mixed${position}`);
    code.get(first).get(second);
    if (half === 'low') code.shuffle(0, 4, 1, 5);
    else code.shuffle(2, 6, 3, 7);
    code.set(target);
    return target;
  });
  const start = scope.context.writer.local('i32', 'at');
  const offset = scope.pushAddress(panel.buffer, panel.index, emitScalar);
  code.set(start);
  for (let k = 0; k < 4; k++) {
    const [first, second] = k < 2 ? [mixed[0], mixed[2]] : [mixed[1], mixed[3]];
    if (first === undefined || second === undefined)
      throw new InternalError('E_EMIT', 'four rows make a block');
    code.get(start).get(first).get(second);
    if (k % 2 === 0) code.shuffle(0, 1, 4, 5);
    else code.shuffle(2, 3, 6, 7);
    code.memory('v128.store', offset + k * 16 * columns.vectors + 16 * vector);
  }
}

/**
 * Copies the left operand so that the rows of a block stand side by side for every k. The rows have to lie side by
 * side already, only far from one k to the next.
 */
export function packedRows(
  left: Operand,
  row: Axis,
  contracted: readonly Axis[],
  blocks: readonly Blocks[],
  scope: Scope,
): (block: Blocks) => Operand {
  const length = extentOf(contracted);
  const buffer = privateBuffer('rows', row.extent * length + vectorWidth, scope);
  const operandFor = ({ size }: Blocks): Operand => ({
    buffer,
    index: addIndex(scaleIndex(axisIndex(row), length), scaleIndex(positionIn(contracted), size)),
    rowBytes: 4,
  });
  for (const block of blocks) {
    const target = operandFor(block);
    // What a vector brings too much is overwritten by the next one; two overlap where a block has more than four rows.
    const starts = block.size <= vectorWidth ? [0] : [0, block.size - vectorWidth];
    const inside = (axes: readonly Axis[], around: Scope): void => {
      const [axis, ...rest] = axes;
      if (axis !== undefined) {
        counted(axis, around, (body) => inside(rest, body));
        return;
      }
      for (const start of starts) {
        const to = around.context.writer.local('i32', 'to');
        const offset = around.pushAddress(target.buffer, target.index, emitScalar);
        around.code.set(to);
        const from = around.pushAddress(left.buffer, left.index, emitScalar);
        const value = around.context.writer.local('v128', 'value');
        around.code.memory('v128.load', from + 4 * start).set(value);
        around.code
          .get(to)
          .get(value)
          .memory('v128.store', offset + 4 * start);
      }
    };
    forBlocks([block], 1, row, null, scope, (_, body) => inside(contracted, body));
  }
  return operandFor;
}
