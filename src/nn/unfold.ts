// Windows of images as columns and back (im2col, col2im).
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import { printShape } from '../ir/size.ts';
import { shapeMismatch } from '../ops/mismatch.ts';
import { numericSize, transpose } from '../ops/movement.ts';
import { reshape } from '../ops/reshape.ts';
import { overlapAdd, windows, type WindowAxis } from '../ops/windows.ts';
import { nonNegativeWhole, checkNames, isList, positiveWhole } from '../ops/option.ts';
import { perAxis, requireFloats, spatialSizes, type PerAxis } from './spatial.ts';

/** Options of {@link unfold} and {@link fold}. */
export interface UnfoldOptions {
  /** Steps between windows, default 1. */
  readonly stride?: PerAxis;
  /** Zeros on both sides of each axis, default 0. */
  readonly padding?: PerAxis;
  /** Steps between the elements of a window, default 1. */
  readonly dilation?: PerAxis;
}

function axesOf(
  call: string,
  sizes: readonly number[],
  kernelSize: PerAxis,
  { stride = 1, padding = 0, dilation = 1 }: UnfoldOptions,
): readonly WindowAxis[] {
  const kernel = perAxis(call, 'kernelSize', kernelSize, 2, positiveWhole);
  const strides = perAxis(call, 'stride', stride, 2, positiveWhole);
  const pads = perAxis(call, 'padding', padding, 2, nonNegativeWhole);
  const dilations = perAxis(call, 'dilation', dilation, 2, positiveWhole);
  return sizes.map((size, at) => {
    const [k = 1, step = 1, pad = 0, spread = 1] = [kernel[at], strides[at], pads[at], dilations[at]];
    const count = Math.floor((size + 2 * pad - spread * (k - 1) - 1) / step) + 1;
    return { axis: 2 + at, count, kernel: k, stride: step, dilation: spread, offset: -pad };
  });
}

function refuse(call: string, x: Tensor, problem: string, expectation: string): Error {
  return shapeMismatch({ code: 'E_SHAPE_MISMATCH', operation: call, problem, expectation, operands: [x] });
}

const unfoldNames = ['stride', 'padding', 'dilation'] as const;

/**
 * The windows of `x [N, C, H, W]` as columns `[N, C · kernel elements, windows]`, row-major both ways (PyTorch's `unfold`,
 * im2col); also without a batch. Zeros stand for padding.
 * @throws {ShapeError} `E_SHAPE_MISMATCH` where no window fits, `E_RANK` @throws {DeclarationError} `E_OPTION`
 */
export function unfold(x: Tensor, kernelSize: PerAxis, options: UnfoldOptions = {}): Tensor {
  const call = 'unfold';
  checkNames(call, options, unfoldNames);
  requireFloats(call, x);
  const sizes = spatialSizes(call, x, 2);
  const batched = x.shape.length === 4 ? x : reshape(x, [1, ...x.shape]);
  const axes = axesOf(call, sizes, kernelSize, options);
  if (axes.some(({ count }) => count < 1)) {
    throw refuse(call, x, `no window fits into ${printShape(x.shape)}`, 'takes windows that fit');
  }
  return composite(call, () => {
    const view = transpose(windows(batched, axes), [0, 1, 4, 5, 2, 3]);
    const [batch = 1, channels = 1] = batched.shape;
    const columns = axes.reduce((product, { kernel }) => product * kernel, Number(channels));
    const count = axes.reduce((product, each) => product * each.count, 1);
    return reshape(view, [...(x.shape.length === 4 ? [batch] : []), columns, count]);
  });
}

/**
 * Columns `[N, C · kernel elements, windows]` added up at their places in images `[N, C, …outputSize]`: the transpose of
 * {@link unfold} (PyTorch's `fold`, col2im); also without a batch.
 * @throws {ShapeError} `E_SHAPE_MISMATCH` for another number of rows or columns @throws {DeclarationError} `E_OPTION`
 */
export function fold(
  x: Tensor,
  outputSize: readonly [number, number],
  kernelSize: PerAxis,
  options: UnfoldOptions = {},
): Tensor {
  const call = 'fold';
  checkNames(call, options, unfoldNames);
  requireFloats(call, x);
  const sizes = isList(outputSize) ? perAxis(call, 'outputSize', outputSize, 2, positiveWhole) : [];
  const axes = axesOf(call, sizes, kernelSize, options);
  const isBatched = x.shape.length === 3;
  const elements = axes.reduce((product, { kernel }) => product * kernel, 1);
  const count = axes.reduce((product, each) => product * each.count, 1);
  if (!isBatched && x.shape.length !== 2) {
    throw refuse(call, x, `the input has shape ${printShape(x.shape)}`, 'takes [N, columns, windows]');
  }
  const [rows, columns] = [
    numericSize(call, x, x.shape.length - 2),
    numericSize(call, x, x.shape.length - 1),
  ];
  if (rows % elements !== 0 || columns !== count || axes.some((each) => each.count < 1)) {
    throw refuse(
      call,
      x,
      `the input has shape ${printShape(x.shape)}`,
      `takes a multiple of ${elements} rows and ${count} windows`,
    );
  }
  return composite(call, () => {
    const batch = isBatched ? (x.shape[0] ?? 1) : 1;
    const parted = reshape(x, [
      batch,
      rows / elements,
      ...axes.map(({ kernel }) => kernel),
      ...axes.map((each) => each.count),
    ]);
    const images = overlapAdd(transpose(parted, [0, 1, 4, 5, 2, 3]), axes, sizes);
    return isBatched ? images : reshape(images, images.shape.slice(1));
  });
}
