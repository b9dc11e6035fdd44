// Resizing of spatial axes: nearest, linear and cubic interpolation, one axis after the other, as PyTorch's `interpolate`.
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import { add, mul } from '../ops/arithmetic.ts';
import { broadcastAlong } from '../ops/broadcast.ts';
import { gather } from '../ops/gather.ts';
import { constant } from '../ops/leaf.ts';
import { numericSize } from '../ops/movement.ts';
import { reshape } from '../ops/reshape.ts';
import { adaptiveAverage } from './adaptive-pooling.ts';
import { defineLayer, type Layer } from './layer.ts';
import { badOption, checkNames, checkOption, chosen, positive, positiveWhole } from '../ops/option.ts';
import { perAxis, requireFloats, spatialSizes, type PerAxis } from './spatial.ts';

/** How values between elements come about. */
export type InterpolationMode =
  'nearest' | 'nearest-exact' | 'linear' | 'bilinear' | 'trilinear' | 'bicubic' | 'area';

/** Options of {@link interpolate}. */
export interface InterpolationOptions {
  /** Sizes of the spatial axes of the result; without them `scaleFactor` is needed. */
  readonly size?: PerAxis;
  /** Factors of the sizes, whose products are rounded down; without them `size` is needed. */
  readonly scaleFactor?: PerAxis;
  /**
   * Default `nearest`: the element at `⌊position · scale⌋`; `nearest-exact` rounds from centres. `linear`, `bilinear`,
   * `trilinear` (one, two, three axes) mix two neighbours an axis, `bicubic` four (Keys 1981, a = -3/4); `area` averages.
   */
  readonly mode?: InterpolationMode;
  /** Whether first and last elements keep their places, for linear and cubic modes; default false. */
  readonly alignCorners?: boolean;
  /** Whether positions are computed from the sizes where `scaleFactor` is given, default false. */
  readonly recomputeScaleFactor?: boolean;
}

const optionNames = ['size', 'scaleFactor', 'mode', 'alignCorners', 'recomputeScaleFactor'] as const;

const ranks: Readonly<Record<InterpolationMode, readonly number[]>> = {
  nearest: [1, 2, 3],
  'nearest-exact': [1, 2, 3],
  linear: [1],
  bilinear: [2],
  trilinear: [3],
  bicubic: [2],
  area: [1, 2, 3],
};

/** What one element of a result takes of its axis. */
interface Tap {
  readonly position: number;
  readonly weight: number;
}

/** Taps of all elements of a resized axis; `scale` is how far the input moves for one element of the result. */
type Sampling = (
  from: number,
  to: number,
  scale: number,
  alignCorners: boolean,
) => readonly (readonly Tap[])[];

/** PyTorch computes places of nearest elements in single precision. */
function nearest(shift: number): Sampling {
  return (from, to, scale) =>
    Array.from({ length: to }, (_, at) => {
      const place = Math.floor(Math.fround(Math.fround(at + shift) * Math.fround(scale)));
      return [{ position: Math.min(place, from - 1), weight: 1 }];
    });
}

/** Where an element of the result lies in the input. */
function sourceOf(at: number, from: number, to: number, scale: number, alignCorners: boolean): number {
  if (alignCorners) return to > 1 ? (at * (from - 1)) / (to - 1) : 0;
  return (at + 0.5) * scale - 0.5;
}

const linear: Sampling = (from, to, scale, alignCorners) =>
  Array.from({ length: to }, (_, at) => {
    const source = Math.max(0, sourceOf(at, from, to, scale, alignCorners));
    const before = Math.min(Math.floor(source), from - 1);
    const share = source - before;
    return [
      { position: before, weight: 1 - share },
      { position: Math.min(before + 1, from - 1), weight: share },
    ];
  });

const sharpness = -0.75;

/** Keys' cubic at a distance below 1, and between 1 and 2. */
function near(d: number): number {
  return ((sharpness + 2) * d - (sharpness + 3)) * d * d + 1;
}
function far(d: number): number {
  return ((sharpness * d - 5 * sharpness) * d + 8 * sharpness) * d - 4 * sharpness;
}

const cubic: Sampling = (from, to, scale, alignCorners) =>
  Array.from({ length: to }, (_, at) => {
    const source = sourceOf(at, from, to, scale, alignCorners);
    const before = Math.floor(source);
    const share = source - before;
    const weights = [far(share + 1), near(share), near(1 - share), far(2 - share)];
    return weights.map((weight, tap) => ({
      position: Math.max(0, Math.min(from - 1, before - 1 + tap)),
      weight,
    }));
  });

const samplings: Readonly<Record<Exclude<InterpolationMode, 'area'>, Sampling>> = {
  nearest: nearest(0),
  'nearest-exact': nearest(0.5),
  linear,
  bilinear: linear,
  trilinear: linear,
  bicubic: cubic,
};

/** One axis of a tensor, resampled. */
function resample(x: Tensor, axis: number, taps: readonly (readonly Tap[])[]): Tensor {
  const to = taps.length;
  const from = numericSize('interpolate', x, axis);
  const factor = to / from;
  const repeats = taps.every(
    ([first, ...others], at) => others.length === 0 && first?.position === Math.floor(at / factor),
  );
  if (repeats && Number.isInteger(factor)) return repeated(x, axis, factor);
  const shape = x.shape.with(axis, to);
  const along = (numbers: readonly number[], dtype: Tensor['dtype']): Tensor =>
    broadcastAlong(constant(numbers, [to], dtype), shape, [axis]);
  const count = taps[0]?.length ?? 0;
  const parts = Array.from({ length: count }, (_, tap) => {
    const picked = gather(
      x,
      along(
        taps.map((each) => each[tap]?.position ?? 0),
        'i32',
      ),
      axis,
    );
    return count === 1
      ? picked
      : mul(
          picked,
          along(
            taps.map((each) => each[tap]?.weight ?? 0),
            x.dtype,
          ),
        );
  });
  const [first, ...others] = parts;
  return first === undefined ? x : others.reduce<Tensor>((sum, part) => add(sum, part), first);
}

/** Every element so many times in a row: a view, whose gradient is a sum. */
function repeated(x: Tensor, axis: number, times: number): Tensor {
  if (times === 1) return x;
  const wide = broadcastAlong(
    x,
    x.shape.toSpliced(axis + 1, 0, times),
    x.shape.map((_, at) => (at <= axis ? at : at + 1)),
  );
  return reshape(wide, x.shape.with(axis, Number(x.shape[axis]) * times));
}

/**
 * `x` with its spatial axes resized to `size`, or by `scaleFactor` (PyTorch's `interpolate`): `[N, C, L]`, `[N, C, H, W]`
 * or `[N, C, D, H, W]`. Where corners are not aligned, element `i` of an axis lies at `(i + ½) · from / to - ½` of the
 * input; places outside take the nearest element.
 * @throws {DeclarationError} `E_OPTION` for options that do not fit together or the rank
 * @throws {ShapeError} `E_RANK`, `E_UNBOUND_DIM`
 */
export function interpolate(x: Tensor, options: InterpolationOptions): Tensor {
  const call = 'interpolate';
  checkNames(call, options, optionNames);
  requireFloats(call, x);
  const { mode = 'nearest', alignCorners, recomputeScaleFactor = false } = options;
  const allowed = chosen(call, 'mode', mode, ranks);
  const rank = x.shape.length - 2;
  if (rank >= 1 && rank <= 3 && !allowed.includes(rank)) {
    throw badOption(
      call,
      `mode is '${mode}' for ${rank} spatial axes`,
      `takes ${allowed.join(' or ')} there`,
    );
  }
  const from = spatialSizes(call, x, Math.max(1, Math.min(3, rank)));
  if (alignCorners !== undefined && (mode.startsWith('nearest') || mode === 'area')) {
    throw badOption(call, `alignCorners is given with mode '${mode}'`, 'is for linear and cubic modes');
  }
  const { to, scales } = sizesOf(call, from, options, recomputeScaleFactor);
  return composite(call, () => {
    if (mode === 'area') return adaptiveAverage(call, x, from.length, to);
    // Last axis first, as nested mixtures are written.
    return from.reduceRight((resized, length, at) => {
      const size = to[at] ?? length;
      const taps = samplings[mode](length, size, scales[at] ?? length / size, alignCorners ?? false);
      return resample(resized, 2 + at, taps);
    }, x);
  });
}

function sizesOf(
  call: string,
  from: readonly number[],
  { size, scaleFactor }: InterpolationOptions,
  recompute: boolean,
): { readonly to: readonly number[]; readonly scales: readonly number[] } {
  if ((size === undefined) === (scaleFactor === undefined)) {
    throw badOption(call, 'one of size and scaleFactor has to be given, not both', 'takes either');
  }
  if (size !== undefined) {
    const to = perAxis(call, 'size', size, from.length, positiveWhole);
    return { to, scales: to.map((each, at) => (from[at] ?? 1) / each) };
  }
  const factors = perAxis(call, 'scaleFactor', scaleFactor ?? 1, from.length, positive);
  const to = factors.map((factor, at) => Math.floor((from[at] ?? 1) * factor));
  for (const each of to) checkOption(call, 'size', each, positiveWhole);
  return {
    to,
    scales: factors.map((factor, at) => (recompute ? (from[at] ?? 1) / (to[at] ?? 1) : 1 / factor)),
  };
}

/** The layer of {@link interpolate} (PyTorch's `Upsample`). @throws {DeclarationError} `E_OPTION` */
export function upsample(options: InterpolationOptions & { readonly name?: string }): Layer {
  checkNames('upsample', options, [...optionNames, 'name']);
  const { name, ...rest } = options;
  const given = Object.entries(rest).map(([option, value]) => `${option}: ${JSON.stringify(value)}`);
  return defineLayer({
    type: 'upsample',
    label: `upsample({ ${given.join(', ')} })`,
    name,
    apply: (x) => interpolate(x, rest),
  });
}
