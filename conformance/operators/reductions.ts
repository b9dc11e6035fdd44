// Reductions of the corpora, in PyTorch's conventions, as calls of public functions.
import {
  argmax,
  argmin,
  expandDims,
  gather,
  max,
  mean,
  min,
  prod,
  squeeze,
  sum,
  variance,
  type Tensor,
  type ReduceOptions,
} from 'tapeless';
import { at, numberAttribute, axesOf, type Operator } from './operator.ts';

const reduction =
  (
    build: (x: Tensor, axes: number | readonly number[] | undefined, options: ReduceOptions) => Tensor,
  ): Operator =>
  (inputs, attrs) => [build(at(inputs, 0), axesOf(attrs), { keepdims: attrs.keepdim === true })];

const position =
  (build: (x: Tensor, axis?: number) => Tensor): Operator =>
  (inputs, attrs) => {
    const x = at(inputs, 0);
    const { dim = null } = attrs;
    if (dim === null) return [build(x)];
    const axis = numberAttribute(attrs, 'dim');
    const found = build(x, axis);
    return [attrs.keepdim === true ? expandDims(found, axis < 0 ? axis + x.shape.length : axis) : found];
  };

/** The extreme and its position: the whole gradient goes to that position. */
const withIndex =
  (build: (x: Tensor, axis: number) => Tensor): Operator =>
  (inputs, attrs) => {
    const x = at(inputs, 0);
    const dim = numberAttribute(attrs, 'dim');
    const axis = dim < 0 ? dim + x.shape.length : dim;
    const index = expandDims(build(x, axis), axis);
    const value = gather(x, index, axis);
    return attrs.keepdim === true ? [value, index] : [squeeze(value, axis), squeeze(index, axis)];
  };

export const reductionsOperators: Readonly<Record<string, Operator>> = {
  sum: reduction(sum),
  mean: reduction(mean),
  max: reduction(max),
  min: reduction(min),
  prod: reduction(prod),
  var: (inputs, attrs) => [
    variance(at(inputs, 0), axesOf(attrs), {
      keepdims: attrs.keepdim === true,
      correction: numberAttribute(attrs, 'correction', 1),
    }),
  ],
  argmax: position(argmax),
  argmin: position(argmin),
  max_with_index: withIndex(argmax),
  min_with_index: withIndex(argmin),
};
