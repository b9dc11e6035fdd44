// Movement of elements of the corpora, in PyTorch's conventions, as calls of public functions.
import {
  add,
  broadcastTo,
  concat,
  expandDims,
  flatten,
  flip,
  pad,
  reshape,
  slice,
  squeeze,
  stack,
  sub,
  transpose,
  type Tensor,
} from 'tapeless';
import { at, numberAttribute, numbersAttribute, type Operator } from './operator.ts';

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

export const movementOperators: Readonly<Record<string, Operator>> = {
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
    return [size !== undefined && dim < x.shape.length && size !== 1 ? x : squeeze(x, dim)];
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
