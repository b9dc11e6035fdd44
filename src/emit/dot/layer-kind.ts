// What layers and functions are for, by what the user wrote: decides their colours, and which are folded into the
// layer before them.
import type { Role } from './palette.ts';

/** What a layer is for: decides its colour. */
export type LayerKind =
  'linear' | 'activation' | 'normalisation' | 'regularisation' | 'movement' | 'loss' | 'metric';

export const roleOfKind: Readonly<Record<LayerKind, Role>> = {
  linear: 'forward',
  activation: 'accent',
  normalisation: 'update',
  regularisation: 'backward',
  movement: 'data',
  loss: 'loss',
  metric: 'data',
};

const activations: readonly string[] = [
  'celu',
  'elu',
  'gelu',
  'glu',
  'hardshrink',
  'hardsigmoid',
  'hardswish',
  'hardtanh',
  'leakyRelu',
  'logSigmoid',
  'logSoftmax',
  'mish',
  'prelu',
  'relu',
  'relu6',
  'rrelu',
  'selu',
  'sigmoid',
  'silu',
  'softmax',
  'softmin',
  'softplus',
  'softshrink',
  'softsign',
  'tanh',
  'tanhshrink',
  'threshold',
];

const patterns: readonly (readonly [RegExp, LayerKind])[] = [
  [new RegExp(`^(?:${activations.join('|')})$`), 'activation'],
  [/Norm\w*$|^standardise$/, 'normalisation'],
  [/[dD]ropout\w*$|^l[12]$/, 'regularisation'],
  [/[pP]ool\w*$|^(?:un)?flatten$|^upsample$|^pad\w*$|^reshape$/, 'movement'],
];

/** The kind of a layer or function by what the user wrote, for example `relu()`; undefined where that does not tell. */
export function kindOf(label: string): LayerKind | undefined {
  const word = /^\w*/.exec(label)?.[0] ?? '';
  return patterns.find(([pattern]) => pattern.test(word))?.[1];
}
