// Reductions, scans and sorting of the corpora, in PyTorch's conventions, as calls of public functions.
import {
  all,
  any,
  argmax,
  argmin,
  cumprod,
  cumsum,
  logSumExp,
  max,
  maxWithIndex,
  mean,
  min,
  minWithIndex,
  norm,
  prod,
  sort,
  std,
  sum,
  topk,
  variance,
  type ReduceOptions,
  type Tensor,
  type ValuesAndIndices,
  type VarianceOptions,
} from 'tapeless';
import { asVector, at, axesOf, numberAttribute, type Operator } from './operator.ts';
import type { CorpusAttributes } from '../corpus.ts';

const keepdims = (attrs: CorpusAttributes): boolean => attrs.keepdim === true;

const reduction =
  (
    build: (x: Tensor, axes: number | readonly number[] | undefined, options: ReduceOptions) => Tensor,
  ): Operator =>
  (inputs, attrs) => [build(at(inputs, 0), axesOf(at(inputs, 0), attrs), { keepdims: keepdims(attrs) })];

const spread =
  (
    build: (x: Tensor, axes: number | readonly number[] | undefined, options: VarianceOptions) => Tensor,
  ): Operator =>
  (inputs, attrs) => [
    build(at(inputs, 0), axesOf(at(inputs, 0), attrs), {
      keepdims: keepdims(attrs),
      correction: numberAttribute(attrs, 'correction', 1),
    }),
  ];

const position =
  (build: (x: Tensor, axis: number | undefined, options: ReduceOptions) => Tensor): Operator =>
  (inputs, attrs) => {
    const { dim = null } = attrs;
    const axis = dim === null ? undefined : numberAttribute(attrs, 'dim');
    return [build(at(inputs, 0), axis, { keepdims: keepdims(attrs) })];
  };

const pair = ({ values, indices }: ValuesAndIndices): readonly Tensor[] => [values, indices];

const sorting =
  (build: (x: Tensor, attrs: CorpusAttributes) => ValuesAndIndices): Operator =>
  (inputs, attrs) =>
    (['values', 'indices'] as const).map((name) => asVector(at(inputs, 0), (x) => build(x, attrs)[name]));

const along = (attrs: CorpusAttributes): number => numberAttribute(attrs, 'dim', -1);

export const reductionsOperators: Readonly<Record<string, Operator>> = {
  sum: reduction(sum),
  mean: reduction(mean),
  max: reduction(max),
  min: reduction(min),
  prod: reduction(prod),
  any: reduction(any),
  all: reduction(all),
  logsumexp: reduction(logSumExp),
  var: spread(variance),
  std: spread(std),
  norm: (inputs, attrs) => [
    norm(at(inputs, 0), axesOf(at(inputs, 0), attrs), {
      p: numberAttribute(attrs, 'p', 2),
      keepdims: keepdims(attrs),
    }),
  ],
  argmax: position(argmax),
  argmin: position(argmin),
  max_with_index: (inputs, attrs) =>
    pair(maxWithIndex(at(inputs, 0), along(attrs), { keepdims: keepdims(attrs) })),
  min_with_index: (inputs, attrs) =>
    pair(minWithIndex(at(inputs, 0), along(attrs), { keepdims: keepdims(attrs) })),
  cumsum: (inputs, attrs) => [cumsum(at(inputs, 0), along(attrs))],
  cumprod: (inputs, attrs) => [cumprod(at(inputs, 0), along(attrs))],
  sort: sorting((x, attrs) => sort(x, along(attrs), { descending: attrs.descending === true })),
  topk: sorting((x, attrs) =>
    topk(x, numberAttribute(attrs, 'k'), { axis: along(attrs), largest: attrs.largest !== false }),
  ),
};
