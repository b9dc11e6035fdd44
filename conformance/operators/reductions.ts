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
import { at, axesOf, numberAttribute, type Operator } from './operator.ts';
import type { CorpusAttributes } from '../corpus.ts';

const keepdims = (attrs: CorpusAttributes): boolean => attrs.keepdim === true;

const reduction =
  (
    build: (x: Tensor, axes: number | readonly number[] | undefined, options: ReduceOptions) => Tensor,
  ): Operator =>
  (inputs, attrs) => [build(at(inputs, 0), axesOf(attrs), { keepdims: keepdims(attrs) })];

const spread =
  (
    build: (x: Tensor, axes: number | readonly number[] | undefined, options: VarianceOptions) => Tensor,
  ): Operator =>
  (inputs, attrs) => [
    build(at(inputs, 0), axesOf(attrs), {
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
    norm(at(inputs, 0), axesOf(attrs), { p: numberAttribute(attrs, 'p', 2), keepdims: keepdims(attrs) }),
  ],
  argmax: position(argmax),
  argmin: position(argmin),
  max_with_index: (inputs, attrs) =>
    pair(maxWithIndex(at(inputs, 0), along(attrs), { keepdims: keepdims(attrs) })),
  min_with_index: (inputs, attrs) =>
    pair(minWithIndex(at(inputs, 0), along(attrs), { keepdims: keepdims(attrs) })),
  cumsum: (inputs, attrs) => [cumsum(at(inputs, 0), along(attrs))],
  cumprod: (inputs, attrs) => [cumprod(at(inputs, 0), along(attrs))],
  sort: (inputs, attrs) => pair(sort(at(inputs, 0), along(attrs), { descending: attrs.descending === true })),
  topk: (inputs, attrs) =>
    pair(
      topk(at(inputs, 0), numberAttribute(attrs, 'k'), {
        axis: along(attrs),
        largest: attrs.largest !== false,
      }),
    ),
};
