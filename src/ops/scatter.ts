// Writing at run-time positions along an axis: updates are added to what stands there, take its place, or are combined
// with it. Repeated positions are updated in row-major order of the updates, on every target.
import type { Combiner, ScatterCombiner } from '../ir/lowering.ts';
import { demand, makeNode, type Attributes, type Op, type Tensor, type VjpContext } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import { concreteShape, printShape, shapesEqual, type Size } from '../ir/size.ts';
import type { Scattered } from '../ir/types/movement.ts';
import type { Checked, DTypeProblem, Result, Unless } from '../ir/types/sentence.ts';
import { flatten, forEachIndex, stridesOf, type Value } from '../ir/value.ts';
import { checkNames, requireOneOf } from './option.ts';
import { div, equal, logicalAnd, maximum, mul } from './arithmetic.ts';
import { broadcastAlong } from './broadcast.ts';
import { gather } from './gather.ts';
import { requireFloat, scalar } from './leaf.ts';
import { dtypeMismatch, normaliseAxis, requireTensors, shapeMismatch } from './mismatch.ts';
import { sliceAxis } from './movement.ts';
import { atLeastVector, fitsInside, positions, requireFitting } from './positions.ts';
import { combineNumbers, initialOf } from './reduce.ts';
import { reshape } from './reshape.ts';
import { cast, where } from './select.ts';

interface AxisAttributes extends Attributes {
  readonly axis: number;
}

interface ScatterAttributes extends AxisAttributes {
  readonly combiner: Exclude<ScatterCombiner, 'sum'>;
}

/** What all scatters have in common: inputs target, indices and updates, one update for every index. */
function scatterOpOf<A extends AxisAttributes>(
  name: string,
  combiner: (attrs: A) => ScatterCombiner,
  vjp: (context: VjpContext<A>) => readonly (Tensor | null)[],
): Op<A> {
  return {
    name,
    arity: 3,
    shape: ([target, indices, updates], { axis }) => {
      const fits = target !== undefined && fitsInside(axis, target, indices);
      demand(name, fits, 'takes indices that are larger than the target on its axis only');
      const isPaired = shapesEqual(indices?.shape ?? [], updates?.shape ?? []);
      demand(name, isPaired, 'takes an update for every index');
      return target?.shape ?? [];
    },
    dtype: ([target, indices, updates], attrs) => {
      demand(name, indices?.dtype === 'i32', 'takes i32 indices');
      demand(name, target?.dtype === updates?.dtype, 'takes updates of the dtype of its target');
      const isNumeric = target?.dtype !== 'bool' || combiner(attrs) === 'replace';
      demand(name, isNumeric, 'combines numbers');
      return target?.dtype ?? 'f32';
    },
    vjp,
    evaluate: (inputs, attrs, node) => scatterValue(inputs, attrs.axis, combiner(attrs), node),
    lowering: { kind: 'scatter', axis: (attrs) => attrs.axis, combiner },
  };
}

function scatterValue(
  [target, indices, updates]: readonly Value[],
  axis: number,
  combiner: ScatterCombiner,
  node: Tensor,
): Value {
  const shape = concreteShape(node.shape);
  const strides = stridesOf(shape);
  const data = Float64Array.from(target?.data ?? []);
  forEachIndex(indices?.shape ?? [], (index, flat) => {
    const position = Math.max(0, Math.min((shape[axis] ?? 1) - 1, indices?.data[flat] ?? 0));
    const at = flatten(index.with(axis, position), strides);
    const update = updates?.data[flat] ?? 0;
    data[at] = combiner === 'replace' ? update : combineNumbers(combiner, data[at] ?? 0, update, node.dtype);
  });
  return { shape, dtype: node.dtype, data };
}

/** A copy of the target with updates added at run-time positions along one axis; positions outside are clamped. */
export const scatterAddOp: Op<AxisAttributes> = scatterOpOf(
  'scatterAdd',
  () => 'sum',
  ({ inputs: [, indices], attrs, cotangent }) =>
    indices === undefined ? [] : [cotangent, null, gather(cotangent, indices, attrs.axis)],
);

/** A copy of the target with updates in place of elements, or combined with them. */
export const scatterOp: Op<ScatterAttributes> = scatterOpOf(
  'scatter',
  (attrs) => attrs.combiner,
  (context) => {
    switch (context.attrs.combiner) {
      case 'replace':
        return replacementGradients(context);
      case 'product':
        return productGradients(context);
      case 'max':
      case 'min':
        return extremeGradients(context);
    }
  },
);

/** As PyTorch's: where a position is repeated every update is given the gradient, also those that do not stand. */
function replacementGradients({
  inputs: [, indices, updates],
  attrs: { axis },
  cotangent,
}: VjpContext<ScatterAttributes>): readonly (Tensor | null)[] {
  if (indices === undefined || updates === undefined) return [];
  const kept = scatterWith('replace', cotangent, indices, filledLike(updates, 0), axis);
  return [kept, null, gather(cotangent, indices, axis)];
}

/** The product of the others: by division where no factor is 0, and as a product of its own where a single one is. */
function productGradients({
  node,
  inputs: [target, indices, updates],
  attrs: { axis },
  cotangent,
}: VjpContext<ScatterAttributes>): readonly (Tensor | null)[] {
  if (target === undefined || indices === undefined || updates === undefined) return [];
  const product = (left: Tensor, right: Tensor): Tensor => scatterWith('product', left, indices, right, axis);
  const read = (x: Tensor): Tensor => gather(x, indices, axis);
  const nonzeroTarget = where(equal(target, 0), 1, target);
  const ofTarget = div(mul(cotangent, product(nonzeroTarget, updates)), nonzeroTarget);
  const isZero = equal(updates, 0);
  const zeros = scatterWith('sum', filledLike(target, 0), indices, cast(isZero, target.dtype), axis);
  const isOnlyZero = logicalAnd(isZero, equal(read(zeros), 1));
  const withoutZero = product(target, where(isOnlyZero, 1, updates));
  const ofUpdates = where(
    isOnlyZero,
    read(mul(cotangent, withoutZero)),
    div(read(mul(cotangent, node)), where(isZero, 1, updates)),
  );
  return [ofTarget, null, ofUpdates];
}

/** As PyTorch's `scatter_reduce`: what is equal to the result shares the gradient equally. */
function extremeGradients({
  node,
  inputs: [target, indices, updates],
  attrs: { axis },
  cotangent,
}: VjpContext<ScatterAttributes>): readonly (Tensor | null)[] {
  if (target === undefined || indices === undefined || updates === undefined) return [];
  const isTarget = cast(equal(target, node), target.dtype);
  const isUpdate = cast(equal(updates, gather(node, indices, axis)), target.dtype);
  const ties = scatterWith('sum', isTarget, indices, isUpdate, axis);
  // Only NaN is equal to nothing: its gradient is NaN, as PyTorch's.
  const shared = div(cotangent, ties);
  return [mul(isTarget, shared), null, mul(isUpdate, gather(shared, indices, axis))];
}

/** The node, for operands that are known to fit. */
export function scatterWith(
  combiner: ScatterCombiner,
  target: Tensor,
  indices: Tensor,
  updates: Tensor,
  axis: number,
): Tensor {
  return combiner === 'sum'
    ? makeNode(scatterAddOp, [target, indices, updates], { axis })
    : makeNode(scatterOp, [target, indices, updates], { axis, combiner });
}

function filledLike(x: Tensor, value: number): Tensor {
  return broadcastAlong(scalar(value, x.dtype), x.shape, []);
}

/** Operands of a scatter that are known to fit, and what makes the result of the node. */
interface Fitted {
  readonly target: Tensor;
  readonly indices: Tensor;
  readonly updates: Tensor;
  readonly axis: number;
  readonly restore: (result: Tensor) => Tensor;
}

function fit(
  operation: string,
  target: Tensor,
  indices: Tensor,
  updates: Tensor | number,
  axis: number,
): Fitted {
  requireTensors(operation, target, indices);
  const [into, at] = [atLeastVector(target), atLeastVector(indices)];
  const position = normaliseAxis(operation, into, axis);
  requireFitting(operation, into, at, position);
  const checked = positions(operation, at, into.shape[position] ?? 1);
  const restore = (result: Tensor): Tensor => (target.shape.length === 0 ? reshape(result, []) : result);
  if (typeof updates === 'number') {
    const repeated = broadcastAlong(scalar(updates, target.dtype), at.shape, []);
    return { target: into, indices: checked, updates: repeated, axis: position, restore };
  }
  requireTensors(operation, updates);
  const source = atLeastVector(updates);
  if (updates.dtype !== target.dtype) {
    throw dtypeMismatch({
      operation,
      problem: `${updates.dtype} updates into ${target.dtype}`,
      expectation: 'takes updates of the dtype of the target',
      operands: [target, updates],
    });
  }
  // No axis is left out: updates have to reach as far as the indices on all of them.
  if (!fitsInside(-1, source, at)) {
    throw shapeMismatch({
      code: 'E_SHAPE_MISMATCH',
      operation,
      problem: `${printShape(updates.shape)} updates for ${printShape(indices.shape)} indices`,
      expectation: 'takes one update for every index',
      operands: [indices, updates],
    });
  }
  const paired = at.shape.reduce<Tensor>((part, size, each) => firstOf(part, each, size), source);
  return { target: into, indices: checked, updates: paired, axis: position, restore };
}

function firstOf(x: Tensor, axis: number, size: Size): Tensor {
  return typeof size === 'number' ? sliceAxis(x, axis, 0, size) : x;
}

/**
 * `target` with `updates` added at `indices` along `axis` (PyTorch's `scatter_add`): `out[…indices[…i…]…] +=
 * updates[…i…]`, repeated positions in row-major order of the updates. Indices are no larger than the target on the
 * other axes and no larger than the updates on any, of which the first elements are taken. A scalar counts as a vector
 * of one element. Positions lie in `0 … size - 1`: fed ones are refused otherwise, computed ones are clamped.
 * @throws {ShapeError} `E_SHAPE_MISMATCH` for operands that do not fit; `E_INDEX` for a constant position outside
 * @throws {DTypeError} `E_DTYPE_MISMATCH` for indices that are not i32 and updates of another dtype
 */
export function scatterAdd<T extends Tensor, I extends Tensor, U extends Tensor>(
  target: T,
  indices: Unless<DTypeProblem<I['dtype'], 'i32', 'scatterAdd'>, I>,
  updates: Checked<U, Scattered<T, I, U>>,
  axis: number,
): Result<Scattered<T, I, U>>;
export function scatterAdd(target: Tensor, indices: Tensor, updates: Tensor, axis: number): Tensor {
  requireNumbers('scatterAdd', target);
  const fitted = fit('scatterAdd', target, indices, updates, axis);
  return fitted.restore(scatterWith('sum', fitted.target, fitted.indices, fitted.updates, fitted.axis));
}

/**
 * `target` with `updates`, or one number, in place of the elements at `indices` along `axis` (PyTorch's `scatter`):
 * `out[…indices[…i…]…] = updates[…i…]`. Where a position is repeated, the last update in row-major order stands; the
 * gradient is then PyTorch's, which every update of the position is given. Shapes and positions as in
 * {@link scatterAdd}.
 * @throws {ShapeError} `E_SHAPE_MISMATCH`, `E_INDEX` @throws {DTypeError} `E_DTYPE_MISMATCH`
 */
export function scatter<T extends Tensor>(
  target: T,
  indices: Tensor,
  updates: Tensor | number,
  axis: number,
): Tensor<T['shape'], T['dtype']>;
export function scatter(target: Tensor, indices: Tensor, updates: Tensor | number, axis: number): Tensor {
  const fitted = fit('scatter', target, indices, updates, axis);
  return fitted.restore(scatterWith('replace', fitted.target, fitted.indices, fitted.updates, fitted.axis));
}

/** How {@link scatterReduce} combines: PyTorch's names. */
export type ScatterReduction = 'sum' | 'prod' | 'mean' | 'amax' | 'amin';

/** What {@link scatterReduce} takes beside operands. */
export interface ScatterReduceOptions {
  /** Whether what stands at a position takes part, default true; without it, updates alone are reduced. */
  readonly includeSelf?: boolean;
}

const combinerOf: Readonly<Record<ScatterReduction, Combiner>> = {
  sum: 'sum',
  mean: 'sum',
  prod: 'product',
  amax: 'max',
  amin: 'min',
};

/**
 * `target` with the updates of each position reduced into it along `axis` (PyTorch's `scatter_reduce`). Elements that no
 * update names stay as they are. `mean` divides by the number of elements that took part; equal extremes share the
 * gradient equally (without `includeSelf` updates alone do, where PyTorch 1.13 also counts an element that is left out
 * and happens to be equal); NaN propagates. Shapes and positions as in {@link scatterAdd}.
 * @throws {DeclarationError} `E_OPTION` for another reduction
 * @throws {ShapeError} `E_SHAPE_MISMATCH`, `E_INDEX` @throws {DTypeError} `E_DTYPE_MISMATCH`; a mean takes floats
 */
export function scatterReduce<T extends Tensor>(
  target: T,
  indices: Tensor,
  updates: Tensor,
  axis: number,
  reduce: ScatterReduction,
  options?: ScatterReduceOptions,
): Tensor<T['shape'], T['dtype']>;
export function scatterReduce(
  target: Tensor,
  indices: Tensor,
  updates: Tensor,
  axis: number,
  reduce: ScatterReduction,
  options: ScatterReduceOptions = {},
): Tensor {
  requireOneOf('scatterReduce', 'reduce', reduce, Object.keys(combinerOf));
  checkNames('scatterReduce', options, ['includeSelf']);
  requireNumbers('scatterReduce', target);
  if (reduce === 'mean') requireFloat('scatterReduce with mean', target);
  const { includeSelf = true } = options;
  const { restore, ...fitted } = fit('scatterReduce', target, indices, updates, axis);
  return composite('scatterReduce', () => {
    const combiner = combinerOf[reduce];
    const into = (how: ScatterCombiner, x: Tensor, values: Tensor): Tensor =>
      scatterWith(how, x, fitted.indices, values, fitted.axis);
    const identity = filledLike(fitted.updates, initialOf(combiner, target.dtype));
    const start = includeSelf ? fitted.target : into('replace', fitted.target, identity);
    const reduced = into(combiner, start, fitted.updates);
    if (reduce !== 'mean') return restore(reduced);
    const own = filledLike(fitted.target, includeSelf ? 1 : 0);
    const count = into('sum', own, filledLike(fitted.updates, 1));
    return restore(div(reduced, maximum(count, 1)));
  });
}

function requireNumbers(operation: string, x: Tensor): void {
  requireTensors(operation, x);
  if (x.dtype !== 'bool') return;
  throw dtypeMismatch({
    operation,
    problem: 'the target is bool',
    expectation: 'takes f32, f64 or i32',
    operands: [x],
    help: "cast it, for example cast(x, 'i32')",
  });
}
