// What TensorFlow.js fuses behind a product or a convolution: a bias and an activation.
import {
  add,
  elu,
  greater,
  leakyRelu,
  relu6,
  mul,
  relu,
  reshape,
  sigmoid,
  where,
  type Tensor,
} from 'tapeless';
import { refusal, sizesOf, tensorOf, type Context, type Value } from './value.ts';

/**
 * `activation(x + bias)`.
 * @param trailing axes behind the channels, which a bias of one axis is for
 */
export function activated(
  x: Tensor,
  given: Readonly<Record<string, Value | undefined>>,
  context: Context,
  trailing = 0,
): Tensor {
  const perChannel = (value: Value | undefined): Tensor => {
    const tensor = tensorOf(value, context);
    const isPerChannel = trailing > 0 && tensor.shape.length === 1;
    return isPerChannel ? reshape(tensor, [...sizesOf(tensor), ...Array<number>(trailing).fill(1)]) : tensor;
  };
  const { bias = null, activation = null, preluActivationWeights = null, leakyreluAlpha = null } = given;
  const y = bias === null ? x : add(x, perChannel(bias));
  const slope = typeof leakyreluAlpha === 'number' ? leakyreluAlpha : 0.2;
  const activations: Readonly<Record<string, () => Tensor>> = {
    linear: () => y,
    relu: () => relu(y),
    relu6: () => relu6(y),
    elu: () => elu(y),
    sigmoid: () => sigmoid(y),
    leakyrelu: () => leakyRelu(y, slope),
    prelu: () => where(greater(y, 0), y, mul(y, perChannel(preluActivationWeights))),
  };
  const name = activation ?? 'linear';
  const apply = typeof name === 'string' ? activations[name] : undefined;
  if (apply === undefined) throw refusal(`there is no activation ${JSON.stringify(activation)}`);
  return apply();
}
