// Losses of the corpora, in PyTorch's conventions, as calls of public functions.
import {
  bce,
  bceWithLogits,
  crossEntropy,
  hingeEmbedding,
  huber,
  klDiv,
  l1Loss,
  mse,
  nll,
  poissonNll,
  smoothL1,
  type Tensor,
} from 'tapeless';
import { at, type Inputs, type Operator } from './operator.ts';

/** PyTorch's names of options, and ours. */
const names: Readonly<Record<string, string>> = {
  log_target: 'logTarget',
  log_input: 'logInput',
  label_smoothing: 'labelSmoothing',
  ignore_index: 'ignoreIndex',
};

/** The attributes of a case as options; inputs that are options as well are added by name. */
function optionsOf(attrs: object, tensors: Readonly<Record<string, Tensor | null | undefined>> = {}): object {
  const given = Object.entries(tensors).filter(([, tensor]) => tensor !== null && tensor !== undefined);
  const renamed = Object.entries(attrs).map(([name, value]): [string, unknown] => [
    names[name] ?? name,
    value,
  ]);
  return Object.fromEntries([...renamed, ...given]);
}

const pairLoss =
  (loss: (x: Tensor, y: Tensor, options: object) => Tensor): Operator =>
  (inputs, attrs) => [loss(at(inputs, 0), at(inputs, 1), optionsOf(attrs))];

/** Labels of -100 are ignored unless the case says otherwise; probabilities have nothing to ignore. */
const ofClasses =
  (loss: (x: Tensor, y: Tensor, options: object) => Tensor): Operator =>
  (inputs: Inputs, attrs) => {
    const target = at(inputs, 1);
    const ignored = target.dtype === 'i32' ? { ignore_index: -100 } : {};
    return [loss(at(inputs, 0), target, optionsOf({ ...ignored, ...attrs }, { weight: inputs[2] }))];
  };

export const lossesOperators: Readonly<Record<string, Operator>> = {
  mse_loss: pairLoss(mse),
  l1_loss: pairLoss(l1Loss),
  smooth_l1_loss: pairLoss(smoothL1),
  huber_loss: pairLoss(huber),
  kl_div: pairLoss(klDiv),
  hinge_embedding_loss: pairLoss(hingeEmbedding),
  poisson_nll_loss: pairLoss(poissonNll),
  cross_entropy: ofClasses(crossEntropy),
  nll_loss: ofClasses(nll),
  bce: (inputs, attrs) => [bce(at(inputs, 0), at(inputs, 1), optionsOf(attrs, { weight: inputs[2] }))],
  bce_with_logits: (inputs, attrs) => {
    const options = optionsOf(attrs, { weight: inputs[2], positiveWeight: inputs[3] });
    return [bceWithLogits(at(inputs, 0), at(inputs, 1), options)];
  },
};
