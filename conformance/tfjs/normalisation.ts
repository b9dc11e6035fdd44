// Normalisations and softmax of TensorFlow.js.
import {
  add,
  localResponseNorm,
  logSoftmax,
  mul,
  reshape,
  rsqrt,
  softmax,
  sub,
  transpose,
  type Tensor,
} from 'tapeless';
import { asFloat } from './elementwise.ts';
import {
  demand,
  demandDtype,
  known,
  numberOf,
  tensorOf,
  type CallTable,
  type TracedCall,
  type Value,
} from './value.ts';

/** `(x - mean) / √(variance + ε) · scale + offset`. */
const batchNorm =
  (rank?: number): TracedCall =>
  ([value, mean, variance, offset = null, scale = null, epsilon = null], context) => {
    const [x, centre, spread] = [value, mean, variance].map((each) =>
      asFloat(tensorOf(each, context), context),
    ) as [Tensor, Tensor, Tensor];
    const optional = (given: Value): Tensor | null =>
      given === null ? null : asFloat(tensorOf(given, context), context);
    const [shift, factor] = [optional(offset), optional(scale)];
    for (const each of [x, centre, spread, shift, factor]) if (each !== null) known(each);
    demand(rank === undefined || x.shape.length === rank, `batchNorm${rank}d takes rank ${rank}`);
    demand(centre.shape.length === spread.shape.length, 'batchNorm: mean and variance have one rank');
    for (const each of [shift, factor]) {
      demand(each === null || each.shape.length === centre.shape.length, 'batchNorm: one rank for all');
    }
    const normal = mul(sub(x, centre), rsqrt(add(spread, numberOf(epsilon, 0.001))));
    const scaled = factor === null ? normal : mul(normal, factor);
    return shift === null ? scaled : add(scaled, shift);
  };

/** `x / (bias + alpha · Σ x²)^beta`, the sum over channels at a distance of `radius` at most. */
const localResponse: TracedCall = (
  [value, radius = null, bias = null, alpha = null, beta = null],
  context,
) => {
  const x = known(asFloat(tensorOf(value, context), context));
  const reach = numberOf(radius, 5);
  demand(x.shape.length === 3 || x.shape.length === 4, 'localResponseNormalization takes rank 3 or 4');
  demand(Number.isInteger(reach), `localResponseNormalization: the radius is ${reach}`);
  const [rows, columns, channels] = x.shape.slice(-3).map(Number) as [number, number, number];
  const images = transpose(reshape(x, [-1, rows, columns, channels]), [0, 3, 1, 2]);
  const size = 2 * reach + 1;
  const options = { alpha: numberOf(alpha, 1) * size, beta: numberOf(beta, 0.5), k: numberOf(bias, 1) };
  return reshape(transpose(localResponseNorm(images, size, options), [0, 2, 3, 1]), x.shape);
};

/** Along the last axis, as TensorFlow.js has it. */
const alongLast =
  (name: string, build: (x: Tensor, axis: number) => Tensor): TracedCall =>
  ([value, axis = null], context) => {
    const x = known(tensorOf(value, context));
    demandDtype(x, name === 'softmax' ? ['f32', 'f64'] : ['f32', 'f64', 'i32', 'bool'], name);
    const along = numberOf(axis, -1);
    demand(along === -1 || along === x.shape.length - 1, `${name} takes the last axis`);
    return build(asFloat(x, context), -1);
  };

export const normalisationCalls: CallTable = {
  localResponseNormalization: localResponse,
  batchNorm: batchNorm(),
  batchNorm2d: batchNorm(2),
  batchNorm3d: batchNorm(3),
  batchNorm4d: batchNorm(4),
  softmax: alongLast('softmax', (x, axis) => softmax(x, axis)),
  logSoftmax: alongLast('logSoftmax', (x, axis) => logSoftmax(x, axis)),
};
