// Dropout: random zeros while training, the identity otherwise.
import type { Tensor } from '../ir/node.ts';
import type { Same } from '../ir/types/layer.ts';
import { greaterEqual, mul } from '../ops/arithmetic.ts';
import { broadcastAlong } from '../ops/broadcast.ts';
import { byMode, requireFloat, scalar } from '../ops/leaf.ts';
import { randomBits } from '../ops/random.ts';
import { where } from '../ops/select.ts';
import { defineLayer, type Layer } from './layer.ts';
import { checkOption, fraction } from './option.ts';

/** Options of {@link dropout}. */
export interface DropoutOptions {
  /** Name of the layer; its random stream is named after its path. */
  readonly name?: string;
}

/**
 * While training each element is zeroed with probability `p` (default 0.5) and the others are divided by `1 - p`, so
 * that expectations stay; in evaluate and predict it is the identity (inverted dropout, Srivastava et al. 2014).
 * `p = 0` is the identity, `p = 1` gives zeros. Every step draws anew.
 * @throws {DeclarationError} `E_OPTION` unless `0 ≤ p ≤ 1`
 */
export function dropout(p = 0.5, { name }: DropoutOptions = {}): Layer<Same> {
  checkOption('dropout', 'p', p, fraction);
  return defineLayer<Same>({
    type: 'dropout',
    label: `dropout(${p})`,
    name,
    apply: (x, { path }) => dropped('dropout', x, p, path),
  });
}

/** Dropout of a tensor while training; `stream` names its random numbers. */
export function dropped(operation: string, x: Tensor, p: number, stream: string): Tensor {
  requireFloat(operation, x);
  if (p === 0) return x;
  const zeros = broadcastAlong(scalar(0, x.dtype), x.shape, []);
  if (p === 1) return byMode(zeros, x);
  const kept = greaterEqual(randomBits(x.shape, { name: stream }), dropThreshold(p));
  return byMode(where(kept, mul(x, 1 / (1 - p)), zeros), x);
}

/** Random bits are uniform over all i32: the fraction `p` of them lies below this. */
function dropThreshold(p: number): number {
  return Math.min(Math.round(p * 2 ** 32) - 2 ** 31, 2 ** 31 - 1);
}
