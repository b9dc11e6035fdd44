// Reductions, scans and sorting as PyTorch's test-suite calls them.
import {
  all,
  any,
  argmax,
  argmin,
  argsort,
  bucketize,
  cast,
  countNonzero,
  cummax,
  cummin,
  cumprod,
  cumsum,
  histogram,
  kthvalue,
  logCumSumExp,
  logSumExp,
  matrixNorm,
  max,
  maxWithIndex,
  maximum,
  mean,
  median,
  min,
  minWithIndex,
  minimum,
  mode,
  nanmean,
  nanmedian,
  nanquantile,
  nansum,
  norm,
  prod,
  quantile,
  reshape,
  searchSorted,
  sort,
  std,
  stdMean,
  sum,
  topk,
  varMean,
  variance,
  vecdot,
  type QuantileOptions,
  type ReduceOptions,
  type Tensor,
  type ValuesAndIndices,
  type VarianceOptions,
} from 'tapeless';
import { named, tensorOf, type NamedArguments } from './arguments.ts';
import type { Argument, OpinfoOperator } from './opinfo.ts';

type Axes = number | readonly number[] | undefined;

/** `dim`; an empty list is all axes, and a scalar, which PyTorch takes for a vector of one, has none. */
function axesIn(given: NamedArguments, x: Tensor): Axes {
  const { dim } = given;
  const list = Array.isArray(dim) ? (dim as readonly number[]) : dim === undefined ? [] : [Number(dim)];
  const isScalar = x.shape.length === 0 && list.every((axis) => axis === 0 || axis === -1);
  return list.length === 0 || isScalar ? undefined : list;
}

const keep = ({ keepdim }: NamedArguments): { readonly keepdims: boolean } => ({
  keepdims: keepdim === true,
});

/** What a function of a vector gives for a tensor that may be a scalar. */
function ofVector(
  x: Tensor,
  build: (vector: Tensor) => readonly Tensor[],
  hasShape: (result: Tensor) => Tensor = (result) => reshape(result, []),
): readonly Tensor[] {
  return x.shape.length > 0 ? build(x) : build(reshape(x, [1])).map(hasShape);
}

const reduction =
  (build: (x: Tensor, axes: Axes, options: ReduceOptions) => Tensor): OpinfoOperator =>
  (call) => {
    const given = named(call, ['input', 'dim', 'keepdim']);
    const x = tensorOf(given, 'input');
    return [build(x, axesIn(given, x), keep(given))];
  };

const position =
  (build: (x: Tensor, axis: number | undefined, options: ReduceOptions) => Tensor): OpinfoOperator =>
  (call) => {
    const given = named(call, ['input', 'dim', 'keepdim']);
    const x = tensorOf(given, 'input');
    const { dim } = given;
    return ofVector(x, (vector) => [build(vector, dim === undefined ? undefined : Number(dim), keep(given))]);
  };

const pair = ({ values, indices }: ValuesAndIndices): readonly Tensor[] => [values, indices];

/** `var(x, unbiased)`, `var(x, dim, unbiased, keepdim)` and `var(x, dim, *, correction, keepdim)`. */
const spread =
  (build: (x: Tensor, axes: Axes, options: VarianceOptions) => readonly Tensor[]): OpinfoOperator =>
  (call) => {
    const hasFlag = typeof call.args[1] === 'boolean';
    const given = named(call, hasFlag ? ['input', 'unbiased'] : ['input', 'dim', 'unbiased', 'keepdim']);
    const x = tensorOf(given, 'input');
    const { unbiased = true, correction = unbiased === true ? 1 : 0 } = given;
    return build(x, axesIn(given, x), { ...keep(given), correction: Number(correction) });
  };

/** `max(x)`, `max(x, dim, keepdim)` and `max(x, other)`. */
const extreme =
  (
    whole: (x: Tensor) => Tensor,
    along: (x: Tensor, axis: number, options: ReduceOptions) => ValuesAndIndices,
    elementwise: (x: Tensor, other: Tensor) => Tensor,
  ): OpinfoOperator =>
  (call) => {
    const given = named(call, ['input', 'dim', 'keepdim']);
    const x = tensorOf(given, 'input');
    if (given['other'] !== undefined) return [elementwise(x, tensorOf(given, 'other'))];
    const { dim } = given;
    if (dim === undefined) return [whole(x)];
    if (typeof dim === 'object') return [elementwise(x, tensorOf(given, 'dim'))];
    return ofVector(x, (vector) => pair(along(vector, Number(dim), keep(given))));
  };

/** A function along one axis, whose results have the shape of the tensor. */
const along =
  (
    build: (x: Tensor, axis: number, given: NamedArguments) => readonly Tensor[],
    ...signature: string[]
  ): OpinfoOperator =>
  (call) => {
    const given = named(call, ['input', ...signature]);
    const { dim = -1 } = given;
    return ofVector(tensorOf(given, 'input'), (x) => build(x, Number(dim), given));
  };

/** `median(x)` gives a value, `median(x, dim)` a position too. */
const middle =
  (build: (x: Tensor, axis?: number, options?: ReduceOptions) => ValuesAndIndices): OpinfoOperator =>
  (call) => {
    const given = named(call, ['input', 'dim', 'keepdim']);
    const x = tensorOf(given, 'input');
    const { dim } = given;
    if (dim === undefined) return [build(x).values];
    return ofVector(x, (vector) => pair(build(vector, Number(dim), keep(given))));
  };

/** PyTorch holds the power in single precision, for tensors in double precision as well. */
function powerOf(p: Argument): number {
  return Math.fround(Number(p));
}

function vectorNorm(call: Parameters<OpinfoOperator>[0], power: 'p' | 'ord'): readonly Tensor[] {
  const given = named(call, ['input', power, 'dim', 'keepdim']);
  const x = tensorOf(given, 'input');
  const { [power]: p = 2 } = given;
  return [norm(x, axesIn(given, x), { p: p === 'fro' ? 2 : powerOf(p), ...keep(given) })];
}

/** `linalg.norm`: of vectors, or of matrices where an order is given and there are two axes. */
const linalgNorm: OpinfoOperator = (call) => {
  const given = named(call, ['input', 'ord', 'dim', 'keepdim']);
  const x = tensorOf(given, 'input');
  const { ord } = given;
  const axes = axesIn(given, x);
  const count = axes === undefined ? x.shape.length : [axes].flat().length;
  const isMatrix = ord !== undefined && count === 2;
  if (!isMatrix) return vectorNorm(call, 'ord');
  const order = ord === 'fro' || ord === 'nuc' ? ord : Number(ord);
  const pairOfAxes = axes === undefined ? {} : { axes: axes as readonly [number, number] };
  return [matrixNorm(x, { order: order as 'fro' | number, ...pairOfAxes, ...keep(given) })];
};

const sorted =
  (build: (x: Tensor, axis: number, descending: boolean) => readonly Tensor[]): OpinfoOperator =>
  (call) => {
    const named_ = named(call, ['input', 'dim', 'descending']);
    const { dim = -1, descending = false } = named_;
    return ofVector(tensorOf(named_, 'input'), (x) => build(x, Number(dim), descending === true));
  };

/** `quantile(x, q, dim, keepdim, interpolation)`; `q` is a number or a tensor. */
const quantiles =
  (
    build: (x: Tensor, q: number | Tensor, axis?: number, options?: QuantileOptions) => Tensor,
  ): OpinfoOperator =>
  (call) => {
    const given = named(call, ['input', 'q', 'dim', 'keepdim']);
    const { q, dim, interpolation = 'linear' } = given;
    const x = tensorOf(given, 'input');
    // A scalar has no axis, as a vector of one has none that counts.
    const axis = dim === undefined || x.shape.length === 0 ? undefined : Number(dim);
    const options = { ...keep(given), interpolation: interpolation as 'linear' };
    return [build(x, q as number | Tensor, axis, options)];
  };

export const reductionsOpinfo: Readonly<Record<string, OpinfoOperator>> = {
  sum: reduction(sum),
  mean: reduction(mean),
  prod: reduction(prod),
  amax: reduction(max),
  amin: reduction(min),
  nansum: reduction(nansum),
  nanmean: reduction(nanmean),
  all: reduction(all),
  any: reduction(any),
  count_nonzero: reduction(countNonzero),
  logsumexp: reduction(logSumExp),
  max: extreme(max, maxWithIndex, maximum),
  min: extreme(min, minWithIndex, minimum),
  aminmax: (call) => {
    const given = named(call, ['input']);
    const x = tensorOf(given, 'input');
    const axes = axesIn(given, x);
    return [min(x, axes, keep(given)), max(x, axes, keep(given))];
  },
  argmax: position(argmax),
  argmin: position(argmin),
  var: spread((x, axes, options) => [variance(x, axes, options)]),
  std: spread((x, axes, options) => [std(x, axes, options)]),
  var_mean: spread((x, axes, options) => {
    const both = varMean(x, axes, options);
    return [both.variance, both.mean];
  }),
  std_mean: spread((x, axes, options) => {
    const both = stdMean(x, axes, options);
    return [both.std, both.mean];
  }),
  norm: (call) => vectorNorm(call, 'p'),
  'linalg.vector_norm': (call) => vectorNorm(call, 'ord'),
  'linalg.norm': linalgNorm,
  'linalg.matrix_norm': linalgNorm,
  'linalg.vecdot': (call) => {
    const { dim = -1, ...given } = named(call, ['x', 'y']);
    return [vecdot(tensorOf(given, 'x'), tensorOf(given, 'y'), Number(dim))];
  },
  cumsum: along((x, axis) => [cumsum(x, axis)], 'dim'),
  cumprod: along((x, axis) => [cumprod(x, axis)], 'dim'),
  logcumsumexp: along((x, axis) => [logCumSumExp(x, axis)], 'dim'),
  cummax: along((x, axis) => pair(cummax(x, axis)), 'dim'),
  cummin: along((x, axis) => pair(cummin(x, axis)), 'dim'),
  sort: sorted((x, axis, descending) => pair(sort(x, axis, { descending }))),
  argsort: sorted((x, axis, descending) => [argsort(x, axis, { descending })]),
  msort: sorted((x) => [sort(x, 0).values]),
  topk: along(
    (x, axis, { k, largest = true }) => pair(topk(x, Number(k), { axis, largest: largest === true })),
    'k',
    'dim',
    'largest',
    'sorted',
  ),
  kthvalue: along(
    (x, axis, given) => pair(kthvalue(x, Number(given['k']), axis, keep(given))),
    'k',
    'dim',
    'keepdim',
  ),
  median: middle(median),
  nanmedian: middle(nanmedian),
  mode: along((x, axis, given) => pair(mode(x, axis, keep(given))), 'dim', 'keepdim'),
  quantile: quantiles(quantile),
  nanquantile: quantiles(nanquantile),
  searchsorted: (call) => {
    const given = named(call, ['sequence', 'input']);
    const right = given['right'] === true || given['side'] === 'right';
    return [searchSorted(tensorOf(given, 'sequence'), tensorOf(given, 'input'), { right })];
  },
  bucketize: (call) => {
    const given = named(call, ['input', 'boundaries']);
    return [
      bucketize(tensorOf(given, 'input'), tensorOf(given, 'boundaries'), { right: given['right'] === true }),
    ];
  },
  histc: (call) => {
    const {
      bins = 100,
      min: low = 0,
      max: high = 0,
      ...given
    } = named(call, ['input', 'bins', 'min', 'max']);
    const range = low === high ? {} : { range: [Number(low), Number(high)] as const };
    const x = tensorOf(given, 'input');
    return [cast(histogram(x, { bins: Number(bins), ...range }).counts, x.dtype)];
  },
};
