// Random tensors of TensorFlow.js: the distributions are the same, the numbers are ours. What has a seed is drawn once,
// so that it is the same wherever it is asked for.
import {
  add,
  argmax,
  cast,
  div,
  expandDims,
  floor,
  greaterEqual,
  log,
  mul,
  neg,
  randomNormal,
  randomUniform,
  reshape,
  round,
  truncatedNormal,
  where,
  type Tensor,
} from 'tapeless';
import { asFloat } from './elementwise.ts';
import {
  booleanOf,
  demand,
  dtypeNamed,
  known,
  numberOf,
  refusal,
  shapeOf,
  sizesOf,
  tensorOf,
  demandDtype,
  type CallTable,
  type Context,
  type TracedCall,
  type Value,
} from './value.ts';

/** Draws once for a seed, and anew without one. */
function drawn(
  kind: string,
  seed: Value | undefined,
  draw: (name: string) => Tensor,
  context: Context,
): Tensor {
  const name = `${kind} ${JSON.stringify(seed ?? null)}`;
  return seed === null || seed === undefined ? draw(name) : context.drawnOnce(name, () => draw(name));
}

/** Numbers of the dtype that is asked for; whole ones are rounded. */
function inDtype(x: Tensor, dtype: Value | undefined, context: Context): Tensor {
  const wanted = dtypeNamed(dtype, context);
  if (wanted === 'bool') throw refusal('random numbers are no booleans');
  return wanted === 'i32' ? cast(round(x), 'i32') : cast(x, wanted);
}

function normalOf(
  shape: readonly number[],
  [mean, deviation]: readonly [number, number],
  dtype: Value | undefined,
  seed: Value | undefined,
  context: Context,
): Tensor {
  const kind = `normal ${shape.join()} ${mean} ${deviation} ${JSON.stringify(dtype ?? null)}`;
  return drawn(
    kind,
    seed,
    (name) => inDtype(add(mul(randomNormal(shape, { name }), deviation), mean), dtype, context),
    context,
  );
}

function uniformOf(
  shape: readonly number[],
  [low, high]: readonly [number, number],
  dtype: Value | undefined,
  seed: Value | undefined,
  context: Context,
): Tensor {
  const kind = `uniform ${shape.join()} ${low} ${high} ${JSON.stringify(dtype ?? null)}`;
  const draw = (name: string): Tensor => {
    const numbers = add(mul(randomUniform(shape, { name }), high - low), low);
    return inDtype(dtype === 'int32' ? floor(numbers) : numbers, dtype, context);
  };
  return drawn(kind, seed, draw, context);
}

/** Samples by the largest of `logit - ln(-ln u)` (Gumbel). */
const multinomial: TracedCall = ([value, samples, seed, isNormalised], context) => {
  const given = known(asFloat(tensorOf(value, context), context));
  const sizes = sizesOf(given);
  const count = numberOf(samples);
  demand(sizes.reduce((product, size) => product * size, 1) >= 2, 'multinomial: two outcomes at least');
  demand(sizes.length <= 2, `multinomial: probabilities of rank 1 or 2, not ${sizes.length}`);
  const logits = booleanOf(isNormalised) ? log(given) : given;
  const rows = sizes.length === 1 ? reshape(logits, [1, sizes[0] ?? 1]) : logits;
  const [batch = 1, outcomes = 1] = sizesOf(rows);
  const noise = drawn(
    `multinomial ${batch} ${outcomes} ${count}`,
    seed,
    (name) => neg(log(neg(log(randomUniform([batch, count, outcomes], { name }))))),
    context,
  );
  const chosen = argmax(add(expandDims(rows, 1), cast(noise, context.float)), 2);
  return sizes.length === 1 ? reshape(chosen, [count]) : chosen;
};

const dropout: TracedCall = ([value, rate, noiseShape = null, seed = null], context) => {
  const x = known(tensorOf(value, context));
  demandDtype(x, ['f32', 'f64'], 'dropout');
  const share = numberOf(rate);
  demand(share >= 0 && share < 1, `dropout: the rate is ${share}`);
  if (share === 0) return x;
  const sizes = sizesOf(x);
  // Noise of fewer elements is repeated.
  const shape = noiseShape === null ? sizes : shapeOf(noiseShape);
  const noise = drawn(`dropout ${shape.join()}`, seed, (name) => randomUniform(shape, { name }), context);
  return where(greaterEqual(noise, share), div(x, 1 - share), 0);
};

export const randomCalls: CallTable = {
  randomNormal: ([shape, mean = null, deviation = null, dtype, seed], context) =>
    normalOf(shapeOf(shape), [numberOf(mean, 0), numberOf(deviation, 1)], dtype, seed, context),
  randomStandardNormal: ([shape, dtype, seed], context) =>
    normalOf(shapeOf(shape), [0, 1], dtype, seed, context),
  truncatedNormal: ([shape, mean = null, deviation = null, dtype, seed], context) => {
    const [sizes, centre, width] = [shapeOf(shape), numberOf(mean, 0), numberOf(deviation, 1)];
    const bounds = { mean: centre, std: width, low: centre - 2 * width, high: centre + 2 * width };
    const kind = `truncated ${sizes.join()} ${centre} ${width} ${JSON.stringify(dtype ?? null)}`;
    const draw = (name: string): Tensor => inDtype(truncatedNormal(bounds)(sizes, { name }), dtype, context);
    return drawn(kind, seed, draw, context);
  },
  randomUniform: ([shape, low = null, high = null, dtype, seed], context) =>
    uniformOf(shapeOf(shape), [numberOf(low, 0), numberOf(high, 1)], dtype, seed, context),
  randomUniformInt: ([shape, low, high, seed], context) =>
    uniformOf(shapeOf(shape), [numberOf(low), numberOf(high)], 'int32', seed, context),
  randomGamma: ([shape]) => {
    const sizes = shapeOf(shape);
    throw refusal(`there are no gamma distributed numbers, of shape [${sizes.join(', ')}] or another`);
  },
  multinomial,
  dropout,
};
