// Reading images and volumes at positions that are computed: spatial transformers (Jaderberg et al. 2015), as PyTorch's
// `grid_sample` and `affine_grid`. Every axis says which elements it takes for a position, and with what weights; an
// element of the result is the sum over all combinations.
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import { printShape } from '../ir/size.ts';
import {
  add,
  div,
  equal,
  greater,
  greaterEqual,
  less,
  lessEqual,
  logicalAnd,
  maximum,
  minimum,
  mul,
  sub,
} from '../ops/arithmetic.ts';
import { broadcastAlong } from '../ops/broadcast.ts';
import { stack } from '../ops/concat.ts';
import { remainder } from '../ops/division.ts';
import { gather } from '../ops/gather.ts';
import { constant, scalar } from '../ops/leaf.ts';
import { matmul } from '../ops/contraction.ts';
import { dtypeMismatch, requireTensors, shapeMismatch } from '../ops/mismatch.ts';
import { numericSize, transpose } from '../ops/movement.ts';
import { checkNames, requireOneOf, requireWholes } from '../ops/option.ts';
import { select } from '../ops/parts.ts';
import { reshape } from '../ops/reshape.ts';
import { cast, where } from '../ops/select.ts';
import { floor, neg, round } from '../ops/unary.ts';
import { requireFloats, spatialSizes } from './spatial.ts';

/** How values between elements come about. */
export type GridSampling = 'bilinear' | 'nearest' | 'bicubic';

/** What stands for elements outside: zeros, the nearest ones, or those mirrored at the border. */
export type GridPadding = 'zeros' | 'border' | 'reflection';

/** Options of {@link gridSample}. */
export interface GridSampleOptions {
  /**
   * Default `bilinear`: mixes the two neighbours on every axis, also of volumes; `nearest` takes one; `bicubic`, of images
   * alone, mixes four an axis (Keys 1981, a = -3/4).
   */
  readonly mode?: GridSampling;
  /** Default `zeros`. */
  readonly padding?: GridPadding;
  /** Whether ±1 are the centres of the outermost elements, in place of their outer edges; default false. */
  readonly alignCorners?: boolean;
}

/** What one position takes of an axis: a whole number, as a float, and its weight, none for 1. */
interface Tap {
  readonly place: Tensor;
  readonly weight: Tensor | null;
}

/** An axis: its size, and what its options make of positions. */
interface GridAxis {
  readonly size: number;
  readonly padding: GridPadding;
  readonly alignCorners: boolean;
}

/** From -1 … 1 to positions between elements. */
function positionOf(coordinate: Tensor, { size, alignCorners }: GridAxis): Tensor {
  if (alignCorners) return mul(add(coordinate, 1), (size - 1) / 2);
  return mul(sub(mul(add(coordinate, 1), size), 1), 0.5);
}

/** Positions outside brought inside, but for padding with zeros; the gradient of those at the border is 0. */
function brought(position: Tensor, axis: GridAxis): Tensor {
  const { size, padding, alignCorners } = axis;
  if (padding === 'zeros') return position;
  const last = size - 1;
  const inside = padding === 'border' ? position : reflected(position, size, alignCorners);
  const isInside = logicalAnd(greater(inside, 0), less(inside, last));
  return where(isInside, inside, where(greaterEqual(inside, last), last, mul(inside, 0)));
}

/** Mirrored at the centres of the outermost elements, or at their outer edges. */
function reflected(position: Tensor, size: number, alignCorners: boolean): Tensor {
  const [low, span] = alignCorners ? [0, size - 1] : [-0.5, size];
  if (span === 0) return mul(position, 0);
  const signed = sub(position, low);
  const distance = where(less(signed, 0), neg(signed), signed);
  const extra = remainder(distance, span);
  const isEven = equal(remainder(floor(div(distance, span)), 2), 0);
  return where(isEven, add(extra, low), add(sub(span, extra), low));
}

const cubic = -0.75;

/** Weight of an element at a distance of at most 1, and of 1 to 2. */
const nearWeight = (d: Tensor): Tensor => add(mul(mul(sub(mul(d, cubic + 2), cubic + 3), d), d), 1);
const farWeight = (d: Tensor): Tensor =>
  sub(mul(add(mul(sub(mul(d, cubic), 5 * cubic), d), 8 * cubic), d), 4 * cubic);

const tapsOf: Readonly<Record<GridSampling, (coordinate: Tensor, axis: GridAxis) => readonly Tap[]>> = {
  nearest: (coordinate, axis) => [
    { place: round(brought(positionOf(coordinate, axis), axis)), weight: null },
  ],
  bilinear: (coordinate, axis) => {
    const position = brought(positionOf(coordinate, axis), axis);
    const before = floor(position);
    const part = sub(position, before);
    return [
      { place: before, weight: sub(1, part) },
      { place: add(before, 1), weight: part },
    ];
  },
  bicubic: (coordinate, axis) => {
    const position = positionOf(coordinate, axis);
    const before = floor(position);
    const part = sub(position, before);
    const weights = [
      farWeight(add(part, 1)),
      nearWeight(part),
      nearWeight(sub(1, part)),
      farWeight(sub(2, part)),
    ];
    return weights.map((weight, at) => ({ place: brought(add(before, at - 1), axis), weight }));
  },
};

/** All ways to take one tap of every axis. */
function combinations(axes: readonly (readonly Tap[])[]): readonly (readonly Tap[])[] {
  return axes.reduce<readonly (readonly Tap[])[]>(
    (all, taps) => all.flatMap((chosen) => taps.map((tap) => [...chosen, tap])),
    [[]],
  );
}

/**
 * Images `[N, C, H, W]` at the positions of a grid `[N, H', W', 2]`, or volumes `[N, C, D, H, W]` at those of
 * `[N, D', H', W', 3]`: `out[n, c, …i] = x[n, c, position(grid[n, …i])]` (PyTorch's `grid_sample`). The last axis of the grid
 * counts columns first (x, y, z) in `-1 … 1`, which are the edges of the image. Differentiable in images and grid, the
 * latter but for `nearest`.
 * @param options `mode`, `padding`, `alignCorners`
 * @throws {ShapeError} `E_RANK`, `E_SHAPE_MISMATCH` for a grid that does not fit, `E_EMPTY` for images of nothing,
 * `E_UNBOUND_DIM` @throws {DTypeError} `E_DTYPE_MISMATCH` @throws {DeclarationError} `E_OPTION`, also for `bicubic` volumes
 */
export function gridSample(x: Tensor, grid: Tensor, options: GridSampleOptions = {}): Tensor {
  const call = 'gridSample';
  requireTensors(call, x, grid);
  requireFloats(call, x);
  checkNames(call, options, ['mode', 'padding', 'alignCorners']);
  const { mode = 'bilinear', padding = 'zeros', alignCorners = false } = options;
  const rank = x.shape.length === 5 ? 3 : 2;
  requireOneOf(call, 'mode', mode, rank === 3 ? ['bilinear', 'nearest'] : Object.keys(tapsOf));
  requireOneOf(call, 'padding', padding, ['zeros', 'border', 'reflection']);
  if (grid.dtype !== x.dtype) {
    throw dtypeMismatch({
      operation: call,
      problem: `images of ${x.dtype}, a grid of ${grid.dtype}`,
      expectation: 'takes both of one type',
      operands: [x, grid],
    });
  }
  const sizes = imageSizes(call, x, grid, rank);
  return composite(call, () => {
    const taps = sizes.map((size, at) =>
      tapsOf[mode](select(grid, -1, rank - 1 - at), { size, padding, alignCorners }),
    );
    const outer = x.shape.slice(0, 2);
    const flat = reshape(x, [...outer, -1]);
    const shape = [...outer, ...grid.shape.slice(1, -1)];
    // Positions and weights are those of all channels.
    const spread = (each: Tensor): Tensor =>
      broadcastAlong(
        each,
        shape,
        each.shape.map((_, axis) => (axis === 0 ? 0 : axis + 1)),
      );
    return combinations(taps)
      .map((chosen) => {
        const { place, isInside } = flatPlace(chosen, sizes);
        const read = gather(flat, reshape(spread(place), [...outer, -1]), 2);
        const value = reshape(read, shape);
        const known = padding === 'zeros' ? where(spread(isInside), value, 0) : value;
        const weight = chosen.reduce<Tensor | null>(
          (product, { weight: own }) =>
            product === null || own === null ? (own ?? product) : mul(product, own),
          null,
        );
        return weight === null ? known : mul(known, spread(weight));
      })
      .reduce((sum, each) => add(sum, each));
  });
}

/** Row-major position of an element among those of all axes, and whether there is one. */
function flatPlace(
  taps: readonly Tap[],
  sizes: readonly number[],
): { readonly place: Tensor; readonly isInside: Tensor } {
  const parts = taps.map(({ place }, at) => {
    const last = (sizes[at] ?? 1) - 1;
    return {
      place: cast(minimum(maximum(place, 0), last), 'i32'),
      isInside: logicalAnd(greaterEqual(place, 0), lessEqual(place, last)),
    };
  });
  return parts.reduce((before, { place, isInside }, at) => ({
    place: add(mul(before.place, sizes[at] ?? 1), place),
    isInside: logicalAnd(before.isInside, isInside),
  }));
}

function imageSizes(call: string, x: Tensor, grid: Tensor, rank: number): readonly number[] {
  const sizes = x.shape.length === rank + 2 ? spatialSizes(call, x, rank) : [];
  const fits = grid.shape.length === rank + 2 && grid.shape.at(-1) === rank && grid.shape[0] === x.shape[0];
  if (sizes.length === 0 || !fits) {
    const isImage = sizes.length > 0;
    throw shapeMismatch({
      code: isImage ? 'E_SHAPE_MISMATCH' : 'E_RANK',
      operation: call,
      problem: `images ${printShape(x.shape)} and a grid ${printShape(grid.shape)}`,
      expectation: "takes [N, C, H, W] and [N, H', W', 2], or [N, C, D, H, W] and [N, D', H', W', 3]",
      operands: [x, grid],
    });
  }
  if (!sizes.includes(0)) return sizes;
  throw shapeMismatch({
    code: 'E_EMPTY',
    operation: call,
    problem: `images ${printShape(x.shape)} have no elements to read`,
    expectation: 'takes images with elements',
    operands: [x, grid],
  });
}

/** Options of {@link affineGrid}. */
export interface AffineGridOptions {
  /** As of {@link gridSample}, default false. */
  readonly alignCorners?: boolean;
}

/**
 * `grid[n, i, j] = theta[n] · (x_j, y_i, 1)`: the grid that `gridSample` takes for an affine map of images, `theta`
 * `[N, 2, 3]`, or of volumes, `[N, 3, 4]` (PyTorch's `affine_grid`).
 * @param size of the images or volumes that are wanted, `[N, C, H, W]` or `[N, C, D, H, W]`
 * @throws {ShapeError} `E_SHAPE_MISMATCH` for a theta that does not fit @throws {DTypeError} `E_DTYPE_MISMATCH`
 * @throws {DeclarationError} `E_OPTION` for sizes that are no whole numbers above 0
 */
export function affineGrid(theta: Tensor, size: readonly number[], options: AffineGridOptions = {}): Tensor {
  const call = 'affineGrid';
  requireTensors(call, theta);
  requireFloats(call, theta);
  checkNames(call, options, ['alignCorners']);
  requireWholes(call, 'size', size, 1);
  const { alignCorners = false } = options;
  const [count = 0, , ...sizes] = size;
  const rank = sizes.length;
  const wanted = [count, rank, rank + 1];
  const given = theta.shape.length === 3 ? theta.shape.map((_, axis) => numericSize(call, theta, axis)) : [];
  if ((rank !== 2 && rank !== 3) || given.join() !== wanted.join()) {
    throw shapeMismatch({
      code: 'E_SHAPE_MISMATCH',
      operation: call,
      problem: `theta ${printShape(theta.shape)} for size [${size.join(', ')}]`,
      expectation: 'takes [N, 2, 3] and [N, C, H, W], or [N, 3, 4] and [N, C, D, H, W]',
      operands: [theta],
    });
  }
  return composite(call, () => {
    const coordinates = sizes.map((length, axis) => {
      const places = Array.from({ length }, (_, at) => {
        if (length === 1) return 0;
        const place = -1 + (2 * at) / (length - 1);
        return alignCorners ? place : (place * (length - 1)) / length;
      });
      return broadcastAlong(constant(places, [length], theta.dtype), sizes, [axis]);
    });
    const one = broadcastAlong(scalar(1, theta.dtype), sizes, []);
    const base = reshape(stack([...coordinates.toReversed(), one], rank), [-1, rank + 1]);
    return reshape(matmul(base, transpose(theta, [0, 2, 1])), [count, ...sizes, rank]);
  });
}
