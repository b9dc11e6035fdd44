// Movement of elements of PyTorch's OpInfo cases, as calls of public functions.
import {
  broadcastTo,
  chunk,
  columnStack,
  concat,
  diag,
  diagEmbed,
  diagonal,
  dstack,
  expand,
  expandDims,
  flatten,
  flip,
  hstack,
  movedim,
  narrow,
  pad,
  ravel,
  repeat,
  repeatInterleave,
  reshape,
  roll,
  rot90,
  select,
  slice,
  split,
  squeeze,
  stack,
  swapaxes,
  tensorSplit,
  tile,
  trace,
  transpose,
  tril,
  triu,
  unbind,
  unflatten,
  vstack,
  type PadMode,
} from 'tapeless';
import { squeezeLeniently, widthsOf } from '../operators/movement.ts';
import { tensorOf } from './arguments.ts';
import { axesOf, calling, joining, numberOf, numberOr, numbersOf } from './calling.ts';
import type { OpinfoOperator } from './opinfo.ts';

const splitting = calling(['sizes', 'dim'], (x, given) =>
  split(x, axesOf(given, 'sizes'), numberOr(given, 'dim', 0)),
);

const reshaping = calling(['shape'], (x, given) => reshape(x, numbersOf(given, 'shape')));

/** Axes of a scalar are those of a vector of one element. */
const swapping = calling(['dim0', 'dim1'], (x, given) =>
  x.shape.length === 0 ? x : swapaxes(x, numberOf(given, 'dim0'), numberOf(given, 'dim1')),
);

const padding = calling(['pad', 'mode', 'value'], (x, given) =>
  pad(x, widthsOf(x, numbersOf(given, 'pad')), {
    mode: (given.mode ?? 'constant') as PadMode,
    value: numberOr(given, 'value', 0),
  }),
);

export const movementOpinfo: Readonly<Record<string, OpinfoOperator>> = {
  broadcast_to: calling(['size'], (x, given) => broadcastTo(x, numbersOf(given, 'size'))),
  chunk: calling(['chunks', 'dim'], (x, given) =>
    chunk(x, numberOf(given, 'chunks'), numberOr(given, 'dim', 0)),
  ),
  expand: calling(['size'], (x, given) => expand(x, numbersOf(given, 'size'))),
  diag: calling(['diagonal'], (x, given) => diag(x, numberOr(given, 'diagonal', 0))),
  diag_embed: calling(['offset', 'dim1', 'dim2'], (x, given) =>
    diagEmbed(x, {
      offset: numberOr(given, 'offset', 0),
      axes: [numberOr(given, 'dim1', -2), numberOr(given, 'dim2', -1)],
    }),
  ),
  diagonal: calling(['offset', 'dim1', 'dim2'], (x, given) =>
    diagonal(x, {
      offset: numberOr(given, 'offset', 0),
      axes: [numberOr(given, 'dim1', 0), numberOr(given, 'dim2', 1)],
    }),
  ),
  flip: calling(['dims'], (x, given) =>
    flip(x, given.dims === undefined ? x.shape.map((_, axis) => axis) : axesOf(given, 'dims')),
  ),
  fliplr: calling([], (x) => flip(x, 1)),
  flipud: calling([], (x) => flip(x, 0)),
  'nn.functional.pad': padding,
  'nn.functional.pad.constant': padding,
  'nn.functional.pad.reflect': padding,
  'nn.functional.pad.replicate': padding,
  'nn.functional.pad.circular': padding,
  narrow: calling(['dim', 'start', 'length'], (x, given) => {
    const start = typeof given.start === 'number' ? given.start : tensorOf(given, 'start');
    return narrow(x, numberOf(given, 'dim'), start, numberOf(given, 'length'));
  }),
  permute: calling(['dims'], (x, given) => transpose(x, numbersOf(given, 'dims'))),
  roll: calling(['shifts', 'dims'], (x, given) =>
    roll(x, axesOf(given, 'shifts'), given.dims === undefined ? undefined : axesOf(given, 'dims')),
  ),
  rot90: calling(['k', 'dims'], (x, given) => {
    const [first = 0, second = 1] = given.dims === undefined ? [0, 1] : numbersOf(given, 'dims');
    return rot90(x, numberOr(given, 'k', 1), [first, second]);
  }),
  split: splitting,
  'split.list_args': splitting,
  split_with_sizes: splitting,
  tensor_split: calling(['sections', 'dim'], (x, given) =>
    tensorSplit(
      x,
      axesOf(given, given.indices_or_sections === undefined ? 'sections' : 'indices_or_sections'),
      numberOr(given, 'dim', 0),
    ),
  ),
  select: calling(['dim', 'index'], (x, given) =>
    select(x, numberOf(given, 'dim'), numberOf(given, 'index')),
  ),
  slice: calling(['dim', 'start', 'end', 'step'], (x, given) => {
    const dim = numberOr(given, 'dim', 0);
    const { start, end, step } = given;
    const range = {
      ...(typeof start === 'number' ? { start } : {}),
      ...(typeof end === 'number' ? { stop: end } : {}),
      ...(typeof step === 'number' ? { step } : {}),
    };
    const position = dim < 0 ? dim + x.shape.length : dim;
    return slice(
      x,
      x.shape.map((_, axis) => (axis === position ? range : null)),
    );
  }),
  ravel: calling([], (x) => ravel(x)),
  reshape: reshaping,
  view: reshaping,
  reshape_as: calling(['other'], (x, given) => reshape(x, tensorOf(given, 'other').shape)),
  view_as: calling(['other'], (x, given) => reshape(x, tensorOf(given, 'other').shape)),
  expand_as: calling(['other'], (x, given) => expand(x, tensorOf(given, 'other').shape)),
  flatten: calling(['start_dim', 'end_dim'], (x, given) =>
    flatten(x, numberOr(given, 'start_dim', 0), numberOr(given, 'end_dim', -1)),
  ),
  unflatten: calling(['dim', 'sizes'], (x, given) =>
    unflatten(x, numberOf(given, 'dim'), numbersOf(given, 'sizes')),
  ),
  cat: joining(concat),
  stack: joining(stack),
  column_stack: joining(columnStack),
  hstack: joining(hstack),
  vstack: joining(vstack),
  dstack: joining(dstack),
  unbind: calling(['dim'], (x, given) => unbind(x, numberOr(given, 'dim', 0))),
  movedim: calling(['source', 'destination'], (x, given) =>
    movedim(x, axesOf(given, 'source'), axesOf(given, 'destination')),
  ),
  repeat: calling(['repeats'], (x, given) => repeat(x, numbersOf(given, 'repeats'))),
  repeat_interleave: calling(['repeats', 'dim'], (x, given, [shape]) => {
    const axis = given.dim === undefined ? undefined : numberOf(given, 'dim');
    if (typeof given.repeats === 'number' || Array.isArray(given.repeats)) {
      return repeatInterleave(x, axesOf(given, 'repeats'), axis);
    }
    // How long the result is depends on the repeats, so that the case says it.
    const size = shape?.at(axis ?? 0) ?? 0;
    return repeatInterleave(x, tensorOf(given, 'repeats'), axis, { size });
  }),
  squeeze: calling(['dim'], (x, given) =>
    given.dim === undefined ? squeeze(x) : squeezeLeniently(x, numberOf(given, 'dim')),
  ),
  swapaxes: swapping,
  transpose: swapping,
  t: calling([], (x) => transpose(x)),
  tile: calling(['dims'], (x, given) => tile(x, numbersOf(given, 'dims'))),
  unsqueeze: calling(['dim'], (x, given) => expandDims(x, numberOf(given, 'dim'))),
  trace: calling([], (x) => trace(x)),
  tril: calling(['diagonal'], (x, given) => tril(x, numberOr(given, 'diagonal', 0))),
  triu: calling(['diagonal'], (x, given) => triu(x, numberOr(given, 'diagonal', 0))),
};
