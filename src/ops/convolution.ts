// Convolution (cross-correlation, as all frameworks have it) over any number of spatial axes, in one op: forward,
// transposed, and both gradients are the same op with other strides, so that gradients exist to any order.
import { isFloat } from '../ir/dtype.ts';
import { demand, makeNode, type Attributes, type Op, type Tensor } from '../ir/node.ts';
import { concreteShape } from '../ir/size.ts';
import { flatten, forEachIndex, stridesOf, tabulate, type Value } from '../ir/value.ts';
import { contract } from './contraction.ts';
import { numericSize, sliceAxis, transpose } from './movement.ts';
import { slide } from './slide.ts';
import { shifted, windows, type WindowAxis } from './windows.ts';

/**
 * One spatial axis: result `o` sums over `k` the weight at `k` times the input at
 * `(o · stride + k · dilation + offset) / divisor`, where that is whole and inside. Padding is a negative offset, and
 * `divisor` puts zeros between the elements of the input, as transposed convolutions need it.
 */
export interface ConvolutionAxis extends Attributes {
  readonly size: number;
  readonly stride: number;
  readonly dilation: number;
  readonly offset: number;
  readonly divisor: number;
}

interface ConvolutionAttributes extends Attributes {
  readonly axes: readonly ConvolutionAxis[];
}

/** Axes before the spatial ones: batch, groups and channels of x; groups, outputs and channels of w. */
const leading = 3;

function operands(inputs: readonly Tensor[]): { readonly x: Tensor; readonly w: Tensor } {
  const [x, w] = inputs;
  if (x === undefined || w === undefined) throw new TypeError('a convolution takes two inputs');
  return { x, w };
}

/** `x [N, G, C, …S]`, `w [G, O, C, …K]` → `[N, G, O, …]`. */
export const convolutionOp: Op<ConvolutionAttributes> = {
  name: 'convolution',
  arity: 2,
  shape: (inputs, { axes }) => {
    const { x, w } = operands(inputs);
    const rank = leading + axes.length;
    const fits =
      x.shape.length === rank &&
      w.shape.length === rank &&
      x.shape[1] === w.shape[0] &&
      (x.shape[2] === w.shape[2] || typeof x.shape[2] === 'object');
    demand('convolution', fits, 'takes x [N, G, C, …S] and w [G, O, C, …K]');
    demand(
      'convolution',
      axes.every(({ stride, dilation, divisor }) => stride !== 0 && dilation !== 0 && divisor > 0),
      'takes strides and dilations other than 0',
    );
    return [x.shape[0] ?? 1, x.shape[1] ?? 1, w.shape[1] ?? 1, ...axes.map(({ size }) => size)];
  },
  dtype: (inputs) => {
    const { x, w } = operands(inputs);
    demand('convolution', isFloat(x.dtype) && x.dtype === w.dtype, 'takes floats of one dtype');
    return x.dtype;
  },
  vjp: ({ inputs, attrs: { axes }, cotangent }) => {
    const { x, w } = operands(inputs);
    // Element p of the input meets the weight at k in the result at (p · divisor - k · dilation - offset) / stride.
    const toInput = axes.map(({ stride, dilation, offset, divisor }, at): ConvolutionAxis => {
      const sign = Math.sign(stride);
      return {
        size: numericSize('convolution', x, leading + at),
        stride: sign * divisor,
        dilation: -sign * dilation,
        offset: -sign * offset,
        divisor: sign * stride,
      };
    });
    // The weight at k is to x as the result at o: the two change places, and batch and channels of x do.
    const toWeight = axes.map(({ stride, dilation, offset, divisor }, at): ConvolutionAxis => ({
      size: numericSize('convolution', w, leading + at),
      stride: dilation,
      dilation: stride,
      offset,
      divisor,
    }));
    return [
      convolution(cotangent, exchange(w, 1, 2), toInput),
      rotate(convolution(exchange(x, 0, 2), rotate(cotangent), toWeight)),
    ];
  },
  evaluate: ([x, w], { axes }, node) => {
    if (x === undefined || w === undefined) throw new TypeError('a convolution takes two inputs');
    return tabulate(concreteShape(node.shape), node.dtype, (index) => sumAt(x, w, axes, index));
  },
  lowering: {
    kind: 'expansion',
    expand: (inputs, { axes }) => {
      const { x, w } = operands(inputs);
      return expand(x, w, axes);
    },
  },
  printAttributes: ({ axes }) => axes.map(printAxis).join(', '),
};

function sumAt(x: Value, w: Value, axes: readonly ConvolutionAxis[], index: readonly number[]): number {
  const [xStrides, wStrides] = [stridesOf(x.shape), stridesOf(w.shape)];
  const [n = 0, g = 0, o = 0] = index;
  const xIndex = [n, g, 0, ...axes.map(() => 0)];
  const wIndex = [g, o, 0, ...axes.map(() => 0)];
  let total = 0;
  forEachIndex(w.shape.slice(2), ([c = 0, ...kernel]) => {
    xIndex[2] = c;
    wIndex[2] = c;
    for (const [at, { stride, dilation, offset, divisor }] of axes.entries()) {
      const k = kernel[at] ?? 0;
      const position = ((index[leading + at] ?? 0) * stride + k * dilation + offset) / divisor;
      const isInside = Number.isInteger(position) && position >= 0 && position < (x.shape[leading + at] ?? 0);
      if (!isInside) return;
      xIndex[leading + at] = position;
      wIndex[leading + at] = k;
    }
    total += (x.data[flatten(xIndex, xStrides)] ?? 0) * (w.data[flatten(wIndex, wStrides)] ?? 0);
  });
  return total;
}

function printAxis({ size, stride, dilation, offset, divisor }: ConvolutionAxis): string {
  return [
    `size ${size}`,
    ...(stride === 1 ? [] : [`stride ${stride}`]),
    ...(dilation === 1 ? [] : [`dilation ${dilation}`]),
    ...(offset === 0 ? [] : [`offset ${offset}`]),
    ...(divisor === 1 ? [] : [`divisor ${divisor}`]),
  ].join(' ');
}

/** `x` with two of its axes exchanged. */
function exchange(x: Tensor, a: number, b: number): Tensor {
  return transpose(
    x,
    x.shape.map((_, axis) => (axis === a ? b : axis === b ? a : axis)),
  );
}

/** The first three axes in turn: `[N, G, O, …]` becomes `[G, O, N, …]`. */
function rotate(x: Tensor): Tensor {
  return transpose(x, [1, 2, 0, ...x.shape.slice(leading).map((_, at) => leading + at)]);
}

/** A contraction of the weight by windows of the input. */
function expand(x: Tensor, w: Tensor, axes: readonly ConvolutionAxis[]): Tensor {
  let [input, weight] = [x, w];
  const flipped: number[] = [];
  const views = axes.map((given, at): WindowAxis => {
    const axis = leading + at;
    const kernel = numericSize('convolution', w, axis);
    let { stride, dilation, offset } = given;
    // Steps backwards are steps forwards through a flipped operand.
    if (stride < 0) {
      flipped.push(axis);
      offset += (given.size - 1) * stride;
      stride = -stride;
    }
    if (dilation < 0) {
      weight = flipAxis(weight, axis);
      offset += (kernel - 1) * dilation;
      dilation = -dilation;
    }
    // What windows reach beyond the input, and what lies between its elements, is written into a copy of it.
    const reach = (given.size - 1) * stride + (kernel - 1) * dilation + 1;
    const length = numericSize('convolution', x, axis);
    if (given.divisor > 1) {
      const { divisor } = given;
      input = slide(input, { axis, window: null, size: reach, stride: 1, dilation: 0, offset, divisor });
      offset = 0;
    } else if (offset < 0 || offset + reach > length) {
      input = shifted(input, axis, reach, offset);
      offset = 0;
    }
    return { axis, count: given.size, kernel, stride, dilation, offset };
  });
  const spatial = axes.map((_, at) => at);
  // [G, O, C, …K] by [N, G, C, …S, …K] is [G, O, N, …S].
  const product = contract(weight, windows(input, views), {
    batchLeft: [0],
    batchRight: [1],
    contractLeft: [2, ...spatial.map((at) => leading + at)],
    contractRight: [2, ...spatial.map((at) => leading + axes.length + at)],
  });
  const result = transpose(product, [2, 0, 1, ...spatial.map((at) => leading + at)]);
  return flipped.reduce(flipAxis, result);
}

function flipAxis(x: Tensor, axis: number): Tensor {
  const size = numericSize('convolution', x, axis);
  return size < 2 ? x : sliceAxis(x, axis, size - 1, size, -1);
}

/** Convolution of `x [N, G, C, …S]` by `w [G, O, C, …K]`: `[N, G, O, …]`, with an axis of attributes for every spatial one. */
export function convolution(x: Tensor, w: Tensor, axes: readonly ConvolutionAxis[]): Tensor {
  return makeNode(convolutionOp, [x, w], { axes });
}
