// Softmax, normalisations and dropout of the corpora, in PyTorch's conventions, as calls of public functions.
import { batchNorm, dropout, groupNorm, layerNorm, logSoftmax, softmax, type Tensor } from 'tapeless';
import { at, numberAttribute, type Inputs, type Operator } from './operator.ts';

/** The optional inputs that a case has, under our names. */
function partsOf(inputs: Inputs, names: readonly string[]): Readonly<Record<string, Tensor>> {
  const parts = names.map((name, position): [string, Tensor | null | undefined] => [
    name,
    inputs[position + 1],
  ]);
  return Object.fromEntries(parts.filter((part): part is [string, Tensor] => Boolean(part[1])));
}

export const normalisationOperators: Readonly<Record<string, Operator>> = {
  softmax: (inputs, attrs) => [softmax(at(inputs, 0), numberAttribute(attrs, 'dim'))],
  log_softmax: (inputs, attrs) => [logSoftmax(at(inputs, 0), numberAttribute(attrs, 'dim'))],
  batch_norm: (inputs, attrs) => {
    const parts = partsOf(inputs, ['weight', 'bias', 'runningMean', 'runningVar']);
    const { output, runningMean, runningVar } = batchNorm(at(inputs, 0), {
      training: false,
      ...attrs,
      ...parts,
    });
    return [output, runningMean, runningVar].filter((result) => result !== undefined);
  },
  layer_norm: (inputs, attrs) => {
    const x = at(inputs, 0);
    const shape = x.shape.slice(-numberAttribute(attrs, 'n')).map(Number);
    const options = { eps: numberAttribute(attrs, 'eps', 1e-5), ...partsOf(inputs, ['weight', 'bias']) };
    return [layerNorm(x, shape, options)];
  },
  group_norm: (inputs, attrs) => [
    groupNorm(at(inputs, 0), numberAttribute(attrs, 'groups'), {
      eps: numberAttribute(attrs, 'eps', 1e-5),
      ...partsOf(inputs, ['weight', 'bias']),
    }),
  ],
  dropout_masked: (inputs, attrs) => [
    dropout(at(inputs, 0), numberAttribute(attrs, 'p'), { training: true, mask: at(inputs, 1) }),
  ],
  dropout: (inputs, attrs) => [
    dropout(at(inputs, 0), numberAttribute(attrs, 'p'), { training: attrs.training === true }),
  ],
};
