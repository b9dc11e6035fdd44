// Dropout: random zeros while training, the identity otherwise. Each kind is a layer without a tensor, and a function of
// one.
import { isTensor, type Tensor } from '../ir/node.ts';
import { composite, currentScope, scopePath } from '../ir/origin.ts';
import { printShape, type Shape } from '../ir/size.ts';
import type { Same } from '../ir/types/layer.ts';
import { add, greaterEqual, mul } from '../ops/arithmetic.ts';
import { broadcastAlong } from '../ops/broadcast.ts';
import { byMode, requireFloat, scalar } from '../ops/leaf.ts';
import { dtypeMismatch, shapeMismatch } from '../ops/mismatch.ts';
import { randomBits } from '../ops/random.ts';
import { where } from '../ops/select.ts';
import { defineLayer, type Layer } from './layer.ts';
import { checkNames, checkOption, fraction } from '../ops/option.ts';
import { repeated } from './reduction.ts';

/** Options of {@link dropout} and its kin as layers. */
export interface DropoutOptions {
  /** Name of the layer, default: its type and a number; its random stream is named after its path. */
  readonly name?: string;
}

/** Options of {@link dropout} and its kin as functions. */
export interface DropoutCall {
  /** Whether elements are dropped: true, false, or (default) while the program trains. */
  readonly training?: boolean;
  /**
   * What is kept, as booleans that broadcast to the tensor: one mask for several tensors. Default: every call draws its
   * own.
   */
  readonly mask?: Tensor;
  /** Name of the random stream, default: the scope that the call is in. */
  readonly name?: string;
}

/** A kind of dropout: as a layer, and as a function of a tensor. */
interface Dropout {
  (p?: number, options?: DropoutOptions): Layer<Same>;
  <T extends Tensor>(x: T, p?: number, options?: DropoutCall): T;
}

/** What one kind of dropout is. */
interface DropoutDefinition {
  readonly type: string;
  /** The shape of the draws: 1 along axes whose elements share one. */
  readonly drawn: (x: Tensor, title: string) => Shape;
  /** The result of training, where the draws have the shape of `x`. */
  readonly dropped: (x: Tensor, kept: Tensor, p: number) => Tensor;
}

function dropoutOf(definition: DropoutDefinition): Dropout {
  const { type } = definition;
  const checked = (p: number): number => {
    checkOption(type, 'p', p, fraction);
    return p;
  };
  function dual(
    first: number | Tensor = 0.5,
    second: number | DropoutOptions = {},
    call: DropoutCall = {},
  ): Layer | Tensor {
    if (!isTensor(first)) {
      const p = checked(first);
      // A layer has its options second.
      const { name } = second as DropoutOptions;
      checkNames(type, second, ['name']);
      return defineLayer<Same>({
        type,
        label: `${type}(${p})`,
        name,
        apply: (x, { path, title }) => applied(definition, x, p, { name: path }, title),
      });
    }
    const p = checked(typeof second === 'number' ? second : 0.5);
    checkNames(type, call, ['training', 'mask', 'name']);
    return composite(type, () => applied(definition, first, p, call, type));
  }
  // What the type says of the result, the functions above do.
  return dual as Dropout;
}

function applied(
  { drawn, dropped, type }: DropoutDefinition,
  x: Tensor,
  p: number,
  { training, mask, name }: DropoutCall,
  title: string,
): Tensor {
  requireFloat(type, x);
  const shape = drawn(x, title);
  if (training === false || (p === 0 && mask === undefined)) return x;
  const kept = mask === undefined ? draw(shape, p, name) : checkedMask(type, mask);
  const result = kept === undefined ? zerosLike(x) : dropped(x, repeated(type, 'mask', kept, x), p);
  return training === true ? result : byMode(result, x);
}

/** Which elements are kept; undefined where none can be. */
function draw(shape: Shape, p: number, name: string | undefined): Tensor | undefined {
  if (p === 1) return undefined;
  const stream = name ?? scopePath(currentScope());
  return greaterEqual(randomBits(shape, { name: stream }), dropThreshold(p));
}

/** Random bits are uniform over all i32: the fraction `p` of them lies below this. */
function dropThreshold(p: number): number {
  return Math.min(Math.round(p * 2 ** 32) - 2 ** 31, 2 ** 31 - 1);
}

function checkedMask(type: string, mask: Tensor): Tensor {
  if (!isTensor(mask) || mask.dtype === 'bool') return mask;
  throw dtypeMismatch({
    operation: type,
    problem: `the mask is ${mask.dtype}`,
    expectation: 'takes a bool mask',
    operands: [mask],
    help: 'compare it, for example greater(mask, 0)',
  });
}

function zerosLike(x: Tensor): Tensor {
  return broadcastAlong(scalar(0, x.dtype), x.shape, []);
}

/** Kept elements are divided by `1 - p`; `p = 1` keeps what a mask says as it is nowhere. */
function zeroed(x: Tensor, kept: Tensor, p: number): Tensor {
  return where(kept, mul(x, p === 1 ? 0 : 1 / (1 - p)), 0);
}

/** The value of SELU far below 0, `-scale · alpha` (Klambauer et al. 2017). */
const saturation = -1.7580993408473766;

/** Dropped elements become SELU's saturation; what follows restores mean 0 and variance 1. */
function saturated(x: Tensor, kept: Tensor, p: number): Tensor {
  const factor = 1 / Math.sqrt((saturation * saturation * p + 1) * (1 - p));
  return add(mul(where(kept, x, saturation), factor), -factor * saturation * p);
}

const everyElement = (x: Tensor): Shape => x.shape;

/** One draw a channel: axis 1, or axis 0 of a tensor of the rank without a batch. */
const everyChannel =
  (type: string, batched: readonly number[], single: number | undefined) =>
  (x: Tensor, title: string): Shape => {
    const rank = x.shape.length;
    const leading = batched.includes(rank) ? 2 : rank === single ? 1 : undefined;
    if (leading !== undefined) return x.shape.map((size, axis) => (axis < leading ? size : 1));
    const allowed = [...(single === undefined ? [] : [single]), ...batched].join(' or ');
    throw shapeMismatch({
      code: 'E_RANK',
      operation: title,
      problem: `the input has shape ${printShape(x.shape)}, ${x.shape.length} axes`,
      expectation: `${type} takes ${allowed} axes`,
      operands: [x],
    });
  };

/**
 * While training each element is zeroed with probability `p` (default 0.5) and the others are divided by `1 - p`, so
 * that expectations stay; in evaluate and predict it is the identity (inverted dropout, Srivastava et al. 2014; PyTorch's `Dropout`).
 * `dropout(p)` is a layer, `dropout(x, p, { training, mask, name })` a tensor. `p = 0` is the identity, `p = 1` gives zeros.
 * Every step draws anew.
 * @throws {DeclarationError} `E_OPTION` unless `0 ≤ p ≤ 1`
 */
export const dropout: Dropout = dropoutOf({ type: 'dropout', drawn: everyElement, dropped: zeroed });

/**
 * {@link dropout} of whole channels of signals, `[N, C, L]` or `[C, L]` (Tompson et al. 2015; PyTorch's `Dropout1d`).
 * @throws {ShapeError} `E_RANK` for another rank
 */
export const dropout1d: Dropout = dropoutOf({
  type: 'dropout1d',
  drawn: everyChannel('dropout1d', [3], 2),
  dropped: zeroed,
});

/**
 * {@link dropout} of whole channels of images, `[N, C, H, W]`, or of signals `[N, C, L]` (PyTorch's `Dropout2d`).
 * @throws {ShapeError} `E_RANK` for another rank
 */
export const dropout2d: Dropout = dropoutOf({
  type: 'dropout2d',
  drawn: everyChannel('dropout2d', [3, 4], undefined),
  dropped: zeroed,
});

/**
 * {@link dropout} of whole channels of volumes, `[N, C, D, H, W]` or `[C, D, H, W]` (PyTorch's `Dropout3d`).
 * @throws {ShapeError} `E_RANK` for another rank
 */
export const dropout3d: Dropout = dropoutOf({
  type: 'dropout3d',
  drawn: everyChannel('dropout3d', [5], 4),
  dropped: zeroed,
});

/**
 * Dropout that keeps mean 0 and variance 1, for networks of SELUs (Klambauer et al. 2017; PyTorch's `AlphaDropout`): while
 * training each element becomes `α' = -1.7581` with probability `p`, then all are mapped by `a · x + b` with
 * `a = 1 / √((1 - p)(1 + p · α'²))` and `b = -a · p · α'`. Forms, options and errors as {@link dropout}; `p = 1` gives zeros.
 */
export const alphaDropout: Dropout = dropoutOf({
  type: 'alphaDropout',
  drawn: everyElement,
  dropped: saturated,
});

/** {@link alphaDropout} of whole channels on axis 1, `[N, C, …]` (PyTorch's `FeatureAlphaDropout`). */
export const featureAlphaDropout: Dropout = dropoutOf({
  type: 'featureAlphaDropout',
  drawn: everyChannel('featureAlphaDropout', [2, 3, 4, 5], undefined),
  dropped: saturated,
});
