// Losses of TensorFlow.js: elements that are weighted and then reduced in one of four ways.
import {
  add,
  bceWithLogits,
  broadcastTo,
  cast,
  crossEntropy,
  div,
  huber,
  l1Loss,
  log,
  mean,
  mse,
  mul,
  neg,
  notEqual,
  relu,
  sub,
  sum,
  type Tensor,
} from 'tapeless';
import { asFloat } from './elementwise.ts';
import {
  demand,
  known,
  numberOf,
  refusal,
  sizesOf,
  tensorOf,
  type CallTable,
  type Context,
  type Value,
} from './value.ts';

const product = (sizes: readonly number[]): number => sizes.reduce((count, size) => count * size, 1);

/** `Reduction`: none, mean, sum, and the sum by the number of weights that are not zero, which is the default. */
function reduced(
  losses: Tensor,
  weights: Value | undefined,
  reduction: Value | undefined,
  context: Context,
): Tensor {
  const given =
    weights === null || weights === undefined ? null : asFloat(tensorOf(weights, context), context);
  const weighted = given === null ? losses : mul(losses, given);
  const kind = reduction ?? 3;
  if (kind === 0) return weighted;
  if (kind === 2) return sum(weighted);
  if (kind !== 1 && kind !== 3) throw refusal(`there is no reduction ${JSON.stringify(reduction)}`);
  if (given === null) return mean(weighted);
  if (kind === 1) {
    const repeats = product(sizesOf(losses)) / product(sizesOf(given));
    return div(div(sum(weighted), sum(given)), Math.max(1, repeats));
  }
  // Either may be repeated to the shape of the other.
  const counted = notEqual(broadcastTo(given, weighted.shape), 0);
  return div(sum(weighted), cast(sum(cast(counted, 'i32')), context.float));
}

/** Labels and predictions of one shape. */
function pair(values: readonly (Value | undefined)[], context: Context): readonly [Tensor, Tensor] {
  const [labels, predictions] = values.map((value) => asFloat(tensorOf(value, context), context)) as [
    Tensor,
    Tensor,
  ];
  for (const each of [labels, predictions]) known(each);
  demand(
    sizesOf(labels).join() === sizesOf(predictions).join(),
    `labels [${sizesOf(labels).join(', ')}] and predictions [${sizesOf(predictions).join(', ')}] differ`,
  );
  return [labels, predictions];
}

const none = { reduction: 'none' } as const;

export const lossCalls: CallTable = {
  'losses.computeWeightedLoss': ([losses, weights, reduction], context) =>
    reduced(asFloat(tensorOf(losses, context), context), weights, reduction, context),
  'losses.absoluteDifference': ([labels, predictions, weights, reduction], context) => {
    const [target, prediction] = pair([labels, predictions], context);
    return reduced(l1Loss(prediction, target, none), weights, reduction, context);
  },
  'losses.meanSquaredError': ([labels, predictions, weights, reduction], context) => {
    const [target, prediction] = pair([labels, predictions], context);
    return reduced(mse(prediction, target, none), weights, reduction, context);
  },
  'losses.huberLoss': ([labels, predictions, weights, delta = null, reduction = null], context) => {
    const [target, prediction] = pair([labels, predictions], context);
    return reduced(
      huber(prediction, target, { ...none, delta: numberOf(delta, 1) }),
      weights,
      reduction,
      context,
    );
  },
  'losses.hingeLoss': ([labels, predictions, weights, reduction], context) => {
    const [target, prediction] = pair([labels, predictions], context);
    const signs = sub(mul(target, 2), 1);
    return reduced(relu(sub(1, mul(signs, prediction))), weights, reduction, context);
  },
  'losses.logLoss': ([labels, predictions, weights, epsilon = null, reduction = null], context) => {
    const [target, prediction] = pair([labels, predictions], context);
    const eps = numberOf(epsilon, 1e-7);
    const ofOnes = mul(target, log(add(prediction, eps)));
    const ofZeros = mul(sub(1, target), log(add(sub(1, prediction), eps)));
    return reduced(neg(add(ofOnes, ofZeros)), weights, reduction, context);
  },
  'losses.cosineDistance': ([labels, predictions, axis, weights, reduction], context) => {
    const [target, prediction] = pair([labels, predictions], context);
    const products = sum(mul(target, prediction), numberOf(axis), { keepdims: true });
    return reduced(sub(1, products), weights, reduction, context);
  },
  'losses.sigmoidCrossEntropy': ([labels, logits, weights, smoothing = null, reduction = null], context) => {
    const [target, scores] = pair([labels, logits], context);
    const by = numberOf(smoothing, 0);
    const smoothed = by > 0 ? add(mul(target, 1 - by), by / 2) : target;
    return reduced(bceWithLogits(scores, smoothed, none), weights, reduction, context);
  },
  'losses.softmaxCrossEntropy': ([labels, logits, weights, smoothing = null, reduction = null], context) => {
    const [target, scores] = pair([labels, logits], context);
    const options = { ...none, labelSmoothing: numberOf(smoothing, 0) };
    return reduced(crossEntropy(scores, target, options), weights, reduction, context);
  },
};
