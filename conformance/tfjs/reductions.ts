// Reductions of TensorFlow.js.
import {
  add,
  argmax,
  argmin,
  cast,
  cumprod,
  cumsum,
  exp,
  expandDims,
  isNaN,
  log,
  max,
  mean,
  min,
  prod,
  sqrt,
  square,
  stopGradient,
  sub,
  sum,
  abs,
  variance,
  where,
  equal,
  type CumulativeOptions,
  type ReduceOptions,
  type Tensor,
} from 'tapeless';
import { asFloat, asNumber } from './elementwise.ts';
import { truthOf } from './logic.ts';
import {
  axesOf,
  booleanOf,
  demand,
  isTensor,
  numberOf,
  numbersOf,
  refusal,
  tensorOf,
  type CallTable,
  type Context,
  type TracedCall,
  type Value,
} from './value.ts';

type Axes = number | readonly number[] | undefined;
type Reduction = (x: Tensor, axes: Axes, options: ReduceOptions) => Tensor;

/** No axes are all axes; an empty list of them is none: as many results as elements, each of one. */
const overAxes =
  (build: Reduction): Reduction =>
  (x, axes, options) =>
    Array.isArray(axes) && axes.length === 0 && isTensor(x)
      ? build(expandDims(x, x.shape.length), x.shape.length, {})
      : build(x, axes, options);

const reduction =
  (build: Reduction, prepare: (x: Tensor, context: Context) => Tensor): TracedCall =>
  ([x, axes, keepdims], context) =>
    overAxes(build)(prepare(tensorOf(x, context), context), axesOf(axes), {
      keepdims: booleanOf(keepdims),
    });

/** Each of several equal extremes has the whole gradient here; ours is shared. */
const extreme =
  (build: Reduction): TracedCall =>
  ([value, axes, keepdims], context) => {
    const x = asNumber(tensorOf(value, context));
    const options = { keepdims: booleanOf(keepdims) };
    const reduce = overAxes(build);
    const whole = reduce(x, axesOf(axes), options);
    if (!context.isDifferentiated || !isTensor(x)) return whole;
    const isExtreme = equal(x, stopGradient(reduce(x, axesOf(axes), { keepdims: true })));
    const zeros = where(isExtreme, sub(x, stopGradient(x)), 0);
    return add(stopGradient(whole), overAxes(sum)(zeros, axesOf(axes), options));
  };

const position =
  (build: (x: Tensor, axis: number) => Tensor, lowest: number): TracedCall =>
  ([value, axis = null], context) => {
    const x = asNumber(tensorOf(value, context));
    const isFloat = isTensor(x) && x.dtype !== 'i32';
    // NaN is no extreme here.
    return build(isFloat ? where(isNaN(x), lowest, x) : x, numberOf(axis, 0));
  };

/** Booleans as numbers, reduced, and booleans again. */
const ofTruth =
  (name: string, build: Reduction): TracedCall =>
  ([x, axes, keepdims], context) => {
    const numbers = cast(truthOf(x, name, context), 'i32');
    return cast(overAxes(build)(numbers, axesOf(axes), { keepdims: booleanOf(keepdims) }), 'bool');
  };

const logSumExpOf: Reduction = (x, axes, options) => {
  const kept = max(x, axes, { keepdims: true });
  const largest = stopGradient(where(equal(abs(kept), Infinity), 0, kept));
  const whole = add(log(sum(exp(sub(x, largest)), axes, { keepdims: true })), largest);
  return options.keepdims === true ? whole : sum(whole, axes);
};

const cumulative =
  (build: (x: Tensor, axis: number, options: CumulativeOptions) => Tensor): TracedCall =>
  ([x, axis = null, exclusive = null, reverse = null], context) =>
    build(asNumber(tensorOf(x, context)), numberOf(axis, 0), {
      exclusive: booleanOf(exclusive),
      reverse: booleanOf(reverse),
    });

/** Mean and biased variance. */
const momentsOf: TracedCall = ([value, axes, keepdims], context) => {
  const x = asFloat(tensorOf(value, context), context);
  const options = { keepdims: booleanOf(keepdims) };
  return {
    mean: overAxes(mean)(x, axesOf(axes), options),
    variance: overAxes((each, along, kept) => variance(each, along, { ...kept, correction: 0 }))(
      x,
      axesOf(axes),
      options,
    ),
  };
};

/** Norms of vectors, over one axis or all, and of matrices, over two. */
const normOf: TracedCall = ([value, ord = null, axis = null, keepdims], context) => {
  const x = asFloat(tensorOf(value, context), context);
  const order = ord ?? 'euclidean';
  if (!isTensor(x) || x.shape.length === 0) return abs(x);
  const axes = axis === null ? null : numbersOf(axis);
  const isMatrix = axes !== null && axes.length === 2;
  demand(axes === null || axes.length === 1 || isMatrix, 'norm: an axis or two');
  const options = { keepdims: booleanOf(keepdims) };
  if (!isMatrix) return vectorNorm(x, order, axes ?? x.shape.map((_, each) => each), options);
  return matrixNorm(x, order, axes as [number, number], options);
};

function vectorNorm(x: Tensor, order: Value, axes: readonly number[], options: ReduceOptions): Tensor {
  if (order === 1) return sum(abs(x), axes, options);
  if (order === Infinity) return max(abs(x), axes, options);
  if (order === -Infinity) return min(abs(x), axes, options);
  if (order === 2 || order === 'euclidean') return sqrt(sum(square(x), axes, options));
  throw refusal(`norm: there is no order ${JSON.stringify(order)}`);
}

function matrixNorm(
  x: Tensor,
  order: Value,
  [rows, columns]: readonly [number, number],
  options: ReduceOptions,
): Tensor {
  const kept = { keepdims: true };
  const within = (build: Reduction, inner: number, outer: number): Tensor => {
    const whole = build(sum(abs(x), inner, kept), outer, kept);
    return options.keepdims === true ? whole : sum(whole, [rows, columns]);
  };
  if (order === 1) return within(max, rows, columns);
  if (order === Infinity) return within(max, columns, rows);
  if (order === -Infinity) return within(min, columns, rows);
  if (order === 'fro' || order === 'euclidean') return sqrt(sum(square(x), [rows, columns], options));
  throw refusal(`norm: there is no order ${JSON.stringify(order)}`);
}

export const reductionCalls: CallTable = {
  sum: reduction(sum, asNumber),
  prod: reduction(prod, asNumber),
  mean: reduction(mean, asFloat),
  max: extreme(max),
  min: extreme(min),
  logSumExp: reduction(logSumExpOf, asFloat),
  all: ofTruth('all', min),
  any: ofTruth('any', max),
  argMax: position(argmax, -Infinity),
  argMin: position(argmin, Infinity),
  cumsum: cumulative(cumsum),
  cumprod: cumulative(cumprod),
  moments: momentsOf,
  norm: normOf,
  euclideanNorm: ([x, axis = null, keepdims = null], context) =>
    normOf([x ?? null, 'euclidean', axis, keepdims], context),
};
