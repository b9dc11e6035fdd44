// The corpora's operator names, in PyTorch's conventions, as calls of our public functions. An operator that is
// missing here does not exist yet in ops/ or would only test a composition written in this file.
import { sizesEqual, type Shape } from '../../../src/ir/size.ts';
import type { Tensor } from '../../../src/ir/node.ts';
import {
  add,
  div,
  equal,
  greater,
  greaterEqual,
  less,
  lessEqual,
  logicalAnd,
  logicalOr,
  logicalXor,
  maximum,
  minimum,
  mul,
  notEqual,
  pow,
  sub,
} from '../../../src/ops/arithmetic.ts';
import { broadcastTo } from '../../../src/ops/broadcast.ts';
import { matmul } from '../../../src/ops/contraction.ts';
import { gather, oneHot, scatterAdd } from '../../../src/ops/gather.ts';
import { concat, stack } from '../../../src/ops/concat.ts';
import { flip, pad, slice, transpose } from '../../../src/ops/movement.ts';
import {
  argmax,
  argmin,
  max,
  mean,
  min,
  prod,
  sum,
  variance,
  type ReduceOptions,
} from '../../../src/ops/reduce.ts';
import { expandDims, flatten, reshape, squeeze } from '../../../src/ops/reshape.ts';
import { where } from '../../../src/ops/select.ts';
import * as unary from '../../../src/ops/unary.ts';
import type { CorpusAttributes } from './corpus.ts';

/** A corpus operator on our tensors; absent optional inputs are null. */
export type Operator = (
  inputs: readonly (Tensor | null)[],
  attrs: CorpusAttributes,
) => readonly Tensor[] | undefined;

function at(inputs: readonly (Tensor | null)[], position: number): Tensor {
  const input = inputs[position];
  if (input === undefined || input === null) throw new Error(`the case has no input ${position}`);
  return input;
}

const one =
  (build: (x: Tensor) => Tensor): Operator =>
  (inputs) => [build(at(inputs, 0))];

const two =
  (build: (a: Tensor, b: Tensor) => Tensor): Operator =>
  (inputs) => [build(at(inputs, 0), at(inputs, 1))];

function numberAttribute(attrs: CorpusAttributes, name: string, absent?: number): number {
  const value = attrs[name] ?? absent;
  if (typeof value === 'string') return Number(value);
  if (typeof value !== 'number') throw new Error(`the case has no number "${name}"`);
  return value;
}

function numbersAttribute(attrs: CorpusAttributes, name: string): readonly number[] {
  const value = attrs[name];
  if (!Array.isArray(value)) throw new Error(`the case has no list "${name}"`);
  // Lists of the corpora hold numbers.
  return value as readonly number[];
}

/** `dim` is null (all), a number or a list. */
function axesOf(attrs: CorpusAttributes): number | readonly number[] | undefined {
  const { dim = null } = attrs;
  if (dim === null) return undefined;
  return typeof dim === 'number' ? dim : numbersAttribute(attrs, 'dim');
}

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

function swapAxes(x: Tensor, first: number, second: number): Tensor {
  const axes = x.shape.map((_, axis) => axis);
  const rank = axes.length;
  // An axis that does not exist is passed on, so that transpose refuses it.
  const [a, b] = [first, second].map((axis) => (axis < 0 ? axis + rank : axis));
  return transpose(
    x,
    axes
      .map((axis) => (axis === a ? second : axis === b ? first : axis))
      .concat((a ?? 0) < rank && (b ?? 0) < rank ? [] : [rank]),
  );
}

function transposedIf(condition: unknown, x: Tensor): Tensor {
  return condition === true ? swapAxes(x, -1, -2) : x;
}

/** Parts of an axis, one after the other. */
function parts(x: Tensor, dim: number, sizes: readonly number[]): readonly Tensor[] {
  const axis = dim < 0 ? dim + x.shape.length : dim;
  let start = 0;
  return sizes.map((size) => {
    const ranges = x.shape.map((_, each) => (each === axis ? { start, stop: start + size } : null));
    start += size;
    return slice(x, ranges);
  });
}

function chunkSizes(length: number, chunks: number): readonly number[] {
  const size = Math.ceil(length / chunks);
  return Array.from({ length: Math.ceil(length / size) }, (_, part) => Math.min(size, length - part * size));
}

function rowsAt(x: Tensor, indices: Tensor, dim: number): Tensor {
  const axis = dim < 0 ? dim + x.shape.length : dim;
  const shape: Shape = x.shape.with(axis, indices.shape[0] ?? 0);
  const column = reshape(
    indices,
    shape.map((size, each) => (each === axis ? size : 1)),
  );
  return gather(x, broadcastTo(column, shape), axis);
}

export const operators: Readonly<Record<string, Operator>> = {
  neg: one(unary.neg),
  abs: one(unary.abs),
  exp: one(unary.exp),
  log: one(unary.log),
  log1p: one(unary.log1p),
  expm1: one(unary.expm1),
  sqrt: one(unary.sqrt),
  rsqrt: one(unary.rsqrt),
  square: one(unary.square),
  reciprocal: one(unary.reciprocal),
  sigmoid: one(unary.sigmoid),
  tanh: one(unary.tanh),
  relu: one(unary.relu),
  sin: one(unary.sin),
  cos: one(unary.cos),
  sign: one(unary.sign),
  floor: one(unary.floor),
  ceil: one(unary.ceil),
  round: one(unary.round),
  trunc: one(unary.trunc),
  erf: one(unary.erf),
  isnan: one(unary.isNaN),
  log_of_sigmoid: one((x) => unary.log(unary.sigmoid(x))),
  add: two(add),
  sub: two(sub),
  mul: two(mul),
  div: two(div),
  pow: two(pow),
  maximum: two(maximum),
  minimum: two(minimum),
  eq: two(equal),
  ne: two(notEqual),
  lt: two(less),
  le: two(lessEqual),
  gt: two(greater),
  ge: two(greaterEqual),
  logical_and: two(logicalAnd),
  logical_or: two(logicalOr),
  logical_xor: two(logicalXor),
  logical_not: one(unary.logicalNot),
  where: (inputs) => [where(at(inputs, 0), at(inputs, 1), at(inputs, 2))],
  masked_fill: (inputs, attrs) => [where(at(inputs, 1), numberAttribute(attrs, 'value'), at(inputs, 0))],
  lerp: (inputs) => {
    const start = at(inputs, 0);
    return [add(start, mul(at(inputs, 2), sub(at(inputs, 1), start)))];
  },
  addcmul: (inputs, attrs) => [
    add(at(inputs, 0), mul(mul(at(inputs, 1), at(inputs, 2)), numberAttribute(attrs, 'value', 1))),
  ],
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
  matmul: two(matmul),
  matmul_t: (inputs, { ta, tb }) => [
    matmul(transposedIf(ta, at(inputs, 0)), transposedIf(tb, at(inputs, 1))),
  ],
  linear: (inputs) => {
    const product = matmul(at(inputs, 0), transpose(at(inputs, 1)));
    return [inputs[2] ? add(product, inputs[2]) : product];
  },
  linear_io: (inputs) => [add(matmul(at(inputs, 0), at(inputs, 1)), at(inputs, 2))],
  reshape: (inputs, attrs) => [reshape(at(inputs, 0), numbersAttribute(attrs, 'shape'))],
  flatten: (inputs, attrs) => [
    flatten(at(inputs, 0), numberAttribute(attrs, 'start', 0), numberAttribute(attrs, 'end', -1)),
  ],
  transpose: (inputs, attrs) => [
    swapAxes(at(inputs, 0), numberAttribute(attrs, 'd0'), numberAttribute(attrs, 'd1')),
  ],
  permute: (inputs, attrs) => [transpose(at(inputs, 0), numbersAttribute(attrs, 'dims'))],
  squeeze: (inputs, attrs) => {
    const x = at(inputs, 0);
    if (attrs.dim === undefined) return [squeeze(x)];
    const dim = numberAttribute(attrs, 'dim');
    // PyTorch leaves an axis of another size alone; ours refuses it.
    const size = x.shape.at(dim);
    return [size !== undefined && dim < x.shape.length && !sizesEqual(size, 1) ? x : squeeze(x, dim)];
  },
  unsqueeze: (inputs, attrs) => [expandDims(at(inputs, 0), numberAttribute(attrs, 'dim'))],
  broadcast_to: (inputs, attrs) => [broadcastTo(at(inputs, 0), numbersAttribute(attrs, 'shape'))],
  slice: (inputs, attrs) => {
    // Lists of [start, stop, step], null for the default.
    const ranges = attrs.slices as readonly (readonly (number | null)[])[];
    return [
      slice(
        at(inputs, 0),
        ranges.map(([start, stop, step]) => ({
          ...(typeof start === 'number' ? { start } : {}),
          ...(typeof stop === 'number' ? { stop } : {}),
          ...(typeof step === 'number' ? { step } : {}),
        })),
      ),
    ];
  },
  cat: (inputs, attrs) => [
    concat(
      inputs.map((_, position_) => at(inputs, position_)),
      numberAttribute(attrs, 'dim', 0),
    ),
  ],
  stack: (inputs, attrs) => [
    stack(
      inputs.map((_, position_) => at(inputs, position_)),
      numberAttribute(attrs, 'dim', 0),
    ),
  ],
  split: (inputs, attrs) => {
    const x = at(inputs, 0);
    const sizes = numbersAttribute(attrs, 'sizes');
    const dim = numberAttribute(attrs, 'dim', 0);
    const total = sizes.reduce((sum_, size) => sum_ + size, 0);
    // Splitting by a list of sizes is no function of ours.
    return x.shape.at(dim) === total ? parts(x, dim, sizes) : undefined;
  },
  chunk: (inputs, attrs) => {
    const x = at(inputs, 0);
    const dim = numberAttribute(attrs, 'dim', 0);
    return parts(x, dim, chunkSizes(Number(x.shape.at(dim)), numberAttribute(attrs, 'chunks')));
  },
  pad: (inputs, attrs) => {
    const x = at(inputs, 0);
    const widths = numbersAttribute(attrs, 'pad');
    const unsupported = attrs.mode !== undefined || widths.some((width) => width < 0);
    if (unsupported) return undefined;
    // PyTorch lists the last axis first.
    const ranked = x.shape.map((_, axis) => {
      const fromEnd = 2 * (x.shape.length - 1 - axis);
      return [widths[fromEnd] ?? 0, widths[fromEnd + 1] ?? 0] as const;
    });
    const value = numberAttribute(attrs, 'value', 0);
    const padded = pad(value === 0 ? x : sub(x, value), ranked);
    return [value === 0 ? padded : add(padded, value)];
  },
  gather: (inputs, attrs) => {
    const [x, indices] = [at(inputs, 0), at(inputs, 1)];
    return [gather(x, indices, numberAttribute(attrs, 'dim'))];
  },
  scatter_add: (inputs, attrs) => [
    scatterAdd(at(inputs, 0), at(inputs, 1), at(inputs, 2), numberAttribute(attrs, 'dim')),
  ],
  index_select: (inputs, attrs) => {
    const indices = at(inputs, 1);
    // Index vectors are all that the composition here takes.
    if (indices.shape.length !== 1) return undefined;
    return [rowsAt(at(inputs, 0), indices, numberAttribute(attrs, 'dim'))];
  },
  one_hot: (inputs, attrs) => [oneHot(at(inputs, 0), numberAttribute(attrs, 'n'), 'i32')],
  flip: (inputs, attrs) => [flip(at(inputs, 0), numbersAttribute(attrs, 'dims'))],
  select: (inputs, attrs) => {
    const x = at(inputs, 0);
    const dim = numberAttribute(attrs, 'dim');
    const index = numberAttribute(attrs, 'index');
    const size = Number(x.shape.at(dim));
    const start = index < 0 ? index + size : index;
    const ranges = x.shape.map((_, axis) => (axis === dim ? { start, stop: start + 1 } : null));
    return [squeeze(slice(x, ranges), dim)];
  },
};
