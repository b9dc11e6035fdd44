// Which family of the operator set an export belongs to: the order of pages that list them.
import type { Export } from './public-face.ts';

/** Folders and files of src, without the ending, by what they hold together. A file is in the first family that has it. */
export const families: Readonly<Record<string, readonly string[]>> = {
  'Leaves, constants and random numbers': [
    'ir/size',
    'ops/leaf',
    'ops/counters',
    'ops/creation',
    'ops/random',
  ],
  'Elementwise functions': [
    'ops/arithmetic',
    'ops/unary',
    'ops/bitwise',
    'ops/blend',
    'ops/clamp',
    'ops/division',
    'ops/hyperbolic',
    'ops/logarithm',
    'ops/rounding',
    'ops/special',
    'ops/bessel',
    'ops/normal-distribution',
    'ops/representation',
    'ops/trigonometric',
    'ops/select',
  ],
  Movement: [
    'ops/broadcast',
    'ops/reshape',
    'ops/concat',
    'ops/movement',
    'ops/pad',
    'ops/parts',
    'ops/axes',
    'ops/repeat',
    'ops/diagonal',
    'ops/stacking',
    'ops/blocks',
  ],
  'Reductions and running sums': [
    'ops/reduce',
    'ops/arg-extreme',
    'ops/cumulative',
    'ops/difference',
    'ops/truth',
    'ops/extremes',
    'ops/log-sum-exp',
    'ops/norm',
    'ops/variance',
    'ops/without-nan',
    'ops/renorm',
    'ops/segment',
  ],
  'Order, search and counting': ['ops/sort', 'ops/quantile', 'ops/search', 'ops/counting', 'ops/distinct'],
  'Reading and writing at indices': [
    'ops/gather',
    'ops/take',
    'ops/index-update',
    'ops/mask',
    'ops/embedding',
    'ops/scatter',
    'ops/region',
  ],
  'Products, linear algebra and distances': [
    'ops/contraction',
    'ops/einsum',
    'ops/product',
    'ops/added-product',
    'ops/tensordot',
    'ops/multi-dot',
    'ops/orthogonal',
    'ops/distance',
  ],
  'Images and signals': ['ops/image', 'ops/signal', 'ops/spectrum'],
  Differentiation: ['autodiff'],
  Activations: ['nn/activation', 'nn/rectifier', 'nn/shrinkage', 'nn/softmax'],
  Losses: [
    'nn/loss',
    'nn/binary-loss',
    'nn/margin-loss',
    'nn/class-margin-loss',
    'nn/distance-loss',
    'nn/likelihood-loss',
    'nn/cross-entropy',
  ],
  Metrics: ['nn/accuracy', 'nn/classification-metric', 'nn/regression-metric'],
  Initialisers: [
    'nn/initialiser',
    'nn/truncated-normal',
    'nn/orthogonal',
    'nn/structured-initialiser',
    'nn/variance-scaling',
  ],
  Layers: ['nn'],
  Schedules: ['optim/schedule', 'optim/adjustable'],
  'Gradients, penalties and averages': ['optim/clip', 'optim/penalty', 'optim/average'],
  Optimizers: ['optim'],
  Programs: ['runtime', 'compiler'],
};

const isIn = (file: string, place: string): boolean => file === `${place}.ts` || file.startsWith(`${place}/`);

/** The family of what a file of src declares. */
export function familyOf({ file, name }: Pick<Export, 'file' | 'name'>): string {
  const found = Object.entries(families).find(([, places]) => places.some((place) => isIn(file, place)));
  if (found === undefined) throw new Error(`${name} of ${file} is in no family`);
  return found[0];
}
