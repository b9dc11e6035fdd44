// Movement of elements of the corpora, in PyTorch's conventions, as calls of public functions.
import {
  broadcastTo,
  chunk,
  concat,
  diagEmbed,
  diagonal,
  expandDims,
  flatten,
  flip,
  pad,
  repeatInterleave,
  reshape,
  roll,
  select,
  ShapeError,
  slice,
  split,
  squeeze,
  stack,
  swapaxes,
  tile,
  transpose,
  tril,
  triu,
  type PadMode,
  type Tensor,
} from 'tapeless';
import type { CorpusAttributes } from '../corpus.ts';
import { asVector, at, numberAttribute, numbersAttribute, type Operator } from './operator.ts';

/**
 * `[before, after]` for every axis, of PyTorch's list that begins with the last axis. What a list has too much or too
 * little of stays wrong, for us to refuse.
 */
export function widthsOf(x: Tensor, widths: readonly number[]): readonly (readonly [number, number])[] {
  const count = Math.max(x.shape.length, Math.ceil(widths.length / 2));
  return Array.from({ length: count }, (_, axis) => {
    const fromEnd = 2 * (count - 1 - axis);
    const [before = 0, after = fromEnd < widths.length ? Number.NaN : 0] = widths.slice(fromEnd, fromEnd + 2);
    return [before, after];
  });
}

/** PyTorch leaves an axis of another size alone, which ours refuses. */
export function squeezeLeniently(x: Tensor, dim: number): Tensor {
  const size = x.shape.at(dim);
  const isKept = x.shape.length === 0 || (size !== undefined && dim < x.shape.length && size !== 1);
  return isKept ? x : squeeze(x, dim);
}

function diagonalOptions(attrs: CorpusAttributes, first: number, second: number): object {
  const { offset = 0, dim1 = first, dim2 = second } = attrs;
  return { offset: Number(offset), axes: [Number(dim1), Number(dim2)] };
}

/** Calls that ours has a meaning for, NumPy's, and PyTorch none. */
const refused = (what: string): ShapeError => new ShapeError('E_SLICE', `PyTorch does not take ${what}`);

/** PyTorch pads one to three axes other than with a constant, and those before them are channels and perhaps batch. */
function checkPadded(mode: unknown, rank: number, padded: number): void {
  const ranks = mode === 'circular' ? [padded + 2] : [padded + 1, padded + 2];
  if (mode !== 'constant' && !ranks.includes(rank)) {
    throw refused(`${String(mode)} padding of ${padded} axes of ${rank}`);
  }
}

export const movementOperators: Readonly<Record<string, Operator>> = {
  reshape: (inputs, attrs) => [reshape(at(inputs, 0), numbersAttribute(attrs, 'shape'))],
  flatten: (inputs, attrs) => [
    flatten(at(inputs, 0), numberAttribute(attrs, 'start', 0), numberAttribute(attrs, 'end', -1)),
  ],
  transpose: (inputs, attrs) => [
    asVector(at(inputs, 0), (x) => swapaxes(x, numberAttribute(attrs, 'd0'), numberAttribute(attrs, 'd1'))),
  ],
  permute: (inputs, attrs) => [transpose(at(inputs, 0), numbersAttribute(attrs, 'dims'))],
  squeeze: (inputs, attrs) => [
    attrs.dim === undefined
      ? squeeze(at(inputs, 0))
      : squeezeLeniently(at(inputs, 0), numberAttribute(attrs, 'dim')),
  ],
  unsqueeze: (inputs, attrs) => [expandDims(at(inputs, 0), numberAttribute(attrs, 'dim'))],
  broadcast_to: (inputs, attrs) => [broadcastTo(at(inputs, 0), numbersAttribute(attrs, 'shape'))],
  slice: (inputs, attrs) => {
    // Lists of [start, stop, step], null for the default.
    const ranges = attrs.slices as readonly (readonly (number | null)[])[];
    if (ranges.some(([, , step]) => typeof step === 'number' && step < 0)) throw refused('negative steps');
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
      inputs.map((_, position) => at(inputs, position)),
      numberAttribute(attrs, 'dim', 0),
    ),
  ],
  stack: (inputs, attrs) => [
    stack(
      inputs.map((_, position) => at(inputs, position)),
      numberAttribute(attrs, 'dim', 0),
    ),
  ],
  split: (inputs, attrs) =>
    split(
      at(inputs, 0),
      typeof attrs.sizes === 'number' ? attrs.sizes : numbersAttribute(attrs, 'sizes'),
      numberAttribute(attrs, 'dim', 0),
    ),
  chunk: (inputs, attrs) =>
    chunk(at(inputs, 0), numberAttribute(attrs, 'chunks'), numberAttribute(attrs, 'dim', 0)),
  pad: (inputs, attrs) => {
    const x = at(inputs, 0);
    const { mode = 'constant' } = attrs;
    const options = { mode: mode as PadMode, value: numberAttribute(attrs, 'value', 0) };
    const widths = numbersAttribute(attrs, 'pad');
    checkPadded(mode, x.shape.length, widths.length / 2);
    return [pad(x, widthsOf(x, widths), options)];
  },
  flip: (inputs, attrs) => [flip(at(inputs, 0), numbersAttribute(attrs, 'dims'))],
  select: (inputs, attrs) => [
    select(at(inputs, 0), numberAttribute(attrs, 'dim'), numberAttribute(attrs, 'index')),
  ],
  tile: (inputs, attrs) => [tile(at(inputs, 0), numbersAttribute(attrs, 'reps'))],
  roll: (inputs, attrs) => [
    roll(
      at(inputs, 0),
      numbersAttribute(attrs, 'shifts'),
      attrs.dims === undefined ? undefined : numbersAttribute(attrs, 'dims'),
    ),
  ],
  repeat_interleave: (inputs, attrs) => [
    repeatInterleave(
      at(inputs, 0),
      numberAttribute(attrs, 'repeats'),
      attrs.dim === undefined ? undefined : numberAttribute(attrs, 'dim'),
    ),
  ],
  tril: (inputs, attrs) => [tril(at(inputs, 0), numberAttribute(attrs, 'k', 0))],
  triu: (inputs, attrs) => [triu(at(inputs, 0), numberAttribute(attrs, 'k', 0))],
  diag_embed: (inputs, attrs) => [diagEmbed(at(inputs, 0), diagonalOptions(attrs, -2, -1))],
  diagonal: (inputs, attrs) => [diagonal(at(inputs, 0), diagonalOptions(attrs, 0, 1))],
};
