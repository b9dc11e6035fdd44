// Elements before and after those of a tensor, along each axis: one value, or the tensor's own elements once more.
import type { Tensor } from '../ir/node.ts';
import { addSizes, type Size } from '../ir/size.ts';
import { composite } from '../ir/origin.ts';
import type { Padded } from '../ir/types/movement.ts';
import type { Checked, Result } from '../ir/types/sentence.ts';
import { badOption, isList, checkNames, requireOneOf, describeValue } from './option.ts';
import { broadcastAlong } from './broadcast.ts';
import { concat } from './concat.ts';
import { requireTensors, shapeMismatch } from './mismatch.ts';
import { sliceAxis, spread } from './movement.ts';

/** What stands in the padding; see {@link pad}. */
export type PadMode = 'constant' | 'reflect' | 'symmetric' | 'replicate' | 'circular';

/** What {@link pad} takes beside the widths. */
export interface PadOptions {
  /** What stands in the padding; default `constant`. */
  readonly mode?: PadMode;
  /** The value of mode `constant`, default 0; rounded to the dtype of the tensor. */
  readonly value?: number;
}

/** Elements of the padding, from an axis of `size`; `width` of them before or after. */
interface Repetition {
  /** The greatest width that an axis of `size` allows. */
  readonly limit: (size: number) => number;
  readonly before: (x: Tensor, axis: number, width: number, size: Size) => Tensor;
  readonly after: (x: Tensor, axis: number, width: number, size: Size) => Tensor;
}

const repetitions: Readonly<Record<Exclude<PadMode, 'constant'>, Repetition>> = {
  reflect: {
    limit: (size) => size - 1,
    before: (x, axis, width) => sliceAxis(x, axis, width, width, -1),
    after: (x, axis, width, size) => sliceAxis(x, axis, addSizes(size, -2), width, -1),
  },
  symmetric: {
    limit: (size) => size,
    before: (x, axis, width) => sliceAxis(x, axis, width - 1, width, -1),
    after: (x, axis, width, size) => sliceAxis(x, axis, addSizes(size, -1), width, -1),
  },
  replicate: {
    limit: (size) => (size === 0 ? 0 : Number.POSITIVE_INFINITY),
    before: (x, axis, width) => repeatedSlice(x, axis, 0, width),
    after: (x, axis, width, size) => repeatedSlice(x, axis, addSizes(size, -1), width),
  },
  circular: {
    limit: (size) => size,
    before: (x, axis, width, size) => sliceAxis(x, axis, addSizes(size, -width), width),
    after: (x, axis, width) => sliceAxis(x, axis, 0, width),
  },
};

function repeatedSlice(x: Tensor, axis: number, position: Size, width: number): Tensor {
  const slice = sliceAxis(x, axis, position, 1);
  return broadcastAlong(
    slice,
    slice.shape.with(axis, width),
    slice.shape.map((_, each) => each),
  );
}

/**
 * `x` with elements before and after along each axis (PyTorch's `nn.functional.pad`, NumPy's `pad`). Modes, of `[1, 2,
 * 3]` with widths `[2, 2]`:
 *
 * - `constant`: `value` on both sides, `[0, 0, 1, 2, 3, 0, 0]`;
 * - `reflect`: mirrored at the first and the last element, which are not repeated, `[3, 2, 1, 2, 3, 2, 1]`;
 * - `symmetric`: mirrored at the edges, `[2, 1, 1, 2, 3, 3, 2]`;
 * - `replicate`: the first and the last element, `[1, 1, 1, 2, 3, 3, 3]` (NumPy's `edge`);
 * - `circular`: from the other end, `[2, 3, 1, 2, 3, 1, 2]` (NumPy's `wrap`).
 *
 * A negative width cuts elements off. The gradient of an element is the sum over all its copies.
 * @param widths `[before, after]` for every axis, whole numbers
 * @throws {ShapeError} `E_PAD` for widths that do not fit: no pair for every axis, more cut off than there is, or more
 * mirrored or repeated than there is (`reflect`: size - 1; `symmetric`, `circular`: size); on a named axis `E_SLICE` when it is
 * given too small a size
 * @throws {DeclarationError} `E_OPTION` for another mode
 */
export function pad<T extends Tensor, const W extends readonly (readonly [number, number])[]>(
  x: T,
  widths: Checked<W, Padded<T, W>>,
  options?: PadOptions,
): Result<Padded<T, W>>;
export function pad(
  x: Tensor,
  widths: readonly (readonly [number, number])[],
  options: PadOptions = {},
): Tensor {
  requireTensors('pad', x);
  checkNames('pad', options, ['mode', 'value']);
  const { mode = 'constant', value = 0 } = options;
  requireOneOf('pad', 'mode', mode, ['constant', ...Object.keys(repetitions)]);
  if (typeof value !== 'number' || (x.dtype === 'i32' && !Number.isInteger(value))) {
    throw badOption('pad', `value is ${String(value)}`, `has to be a number that ${x.dtype} has`);
  }
  const isPaired = (pair: readonly number[]): boolean =>
    isList(pair) && pair.length === 2 && pair.every(Number.isInteger);
  if (!isList(widths) || widths.length !== x.shape.length || !widths.every(isPaired)) {
    throw badWidths(x, widths, 'takes [before, after] for every axis, whole numbers');
  }
  return composite('pad', () =>
    widths.reduce<Tensor>((padded, [before, after], axis) => {
      if (before === 0 && after === 0) return padded;
      const size = padded.shape[axis] ?? 1;
      // What a named axis has is checked when it is given a size.
      const whole = typeof size === 'number' ? size : Number.POSITIVE_INFINITY;
      if (whole + before + after < 0 || whole + before < 0 || whole + after < 0) {
        throw badWidths(x, widths, `axis ${axis} has ${whole} elements to cut off`);
      }
      if (mode === 'constant') {
        const kept = crop(padded, axis, before, after);
        const start = Math.max(0, before);
        return spread(kept, axis, start, addSizes(size, before + after), 1, value);
      }
      // As PyTorch: the padding of `circular` comes from what is left, that of the others from the whole.
      const source = mode === 'circular' ? crop(padded, axis, before, after) : padded;
      const { limit } = repetitions[mode];
      const rest = source.shape[axis] ?? 1;
      const most = limit(typeof rest === 'number' ? rest : Number.POSITIVE_INFINITY);
      if (before > most || after > most) {
        throw badWidths(x, widths, `mode '${mode}' takes widths of at most ${most} on axis ${axis}`);
      }
      const surrounded = surround(source, axis, mode, Math.max(0, before), Math.max(0, after));
      return mode === 'circular' ? surrounded : crop(surrounded, axis, before, after);
    }, x),
  );
}

/** `x` without what negative widths cut off. */
function crop(x: Tensor, axis: number, before: number, after: number): Tensor {
  const [first, last] = [Math.max(0, -before), Math.max(0, -after)];
  return sliceAxis(x, axis, first, addSizes(x.shape[axis] ?? 1, -first - last));
}

function surround(
  x: Tensor,
  axis: number,
  mode: keyof typeof repetitions,
  before: number,
  after: number,
): Tensor {
  const size = x.shape[axis] ?? 1;
  const repetition = repetitions[mode];
  const parts = [
    ...(before === 0 ? [] : [repetition.before(x, axis, before, size)]),
    x,
    ...(after === 0 ? [] : [repetition.after(x, axis, after, size)]),
  ];
  return concat(parts, axis);
}

function badWidths(x: Tensor, widths: unknown, expectation: string): Error {
  return shapeMismatch({
    code: 'E_PAD',
    operation: 'pad',
    problem: `widths ${describeValue(widths)}`,
    expectation,
    operands: [x],
  });
}
