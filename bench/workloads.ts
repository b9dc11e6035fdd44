// The training steps that are timed, as data, and each as a declaration of tapeless. All have softmax cross-entropy and
// Adam; they are multilayer perceptrons with ReLU, one of them behind convolutions, and a block of attention. Relies on the
// public face of the library only.
import {
  adam,
  batchNorm1d,
  conv2d,
  crossEntropy,
  defineLayer,
  dim,
  dropout,
  flatten,
  input,
  linear,
  maxPool2d,
  mean,
  relu,
  sequential,
  transformerEncoderLayer,
  type Declaration,
  type Layer,
} from '../src/index.ts';

/** Convolutions before the linear layers: 3×3 with zeros around, ReLU, and the largest of every 2×2, one a filter count. */
export interface Images {
  /** Channels, height and width of what is fed. */
  readonly shape: readonly [number, number, number];
  /** Output channels of each convolution. */
  readonly filters: readonly number[];
}

/** A transformer's encoder block over sequences, whose mean over the steps is classified by one linear layer. */
export interface Sequences {
  readonly steps: number;
  readonly heads: number;
}

/** A training step to time. */
export interface Workload {
  readonly id: string;
  /**
   * Features of the linear layers, from the first input to the logits: `[4, 30, 10, 3]`. Of sequences: those of a step,
   * those inside the block, and the logits.
   */
  readonly widths: readonly number[];
  /** What comes before them; null where the first linear layer is fed. */
  readonly images: Images | null;
  /** What is fed and done in place of linear layers one after the other; null for those. */
  readonly sequences: Sequences | null;
  readonly batch: number;
  /** Batch normalisation between each hidden product and its ReLU. */
  readonly batchNorm: boolean;
  /** Probability of dropout after each hidden ReLU; 0 for none. */
  readonly dropout: number;
}

const plain = { images: null, sequences: null, batchNorm: false, dropout: 0 };

/** In the order in which they are run and reported. */
export const workloads: readonly Workload[] = [
  { id: 'a', widths: [4, 30, 10, 3], batch: 90, ...plain },
  { id: 'b', widths: [784, 128, 64, 10], batch: 32, ...plain },
  { id: 'c', widths: [784, 512, 256, 10], batch: 128, ...plain },
  { id: 'd', widths: [784, 1000, 1000, 10], batch: 256, ...plain },
  { ...plain, id: 'e', widths: [784, 256, 10], batch: 64, batchNorm: true, dropout: 0.25 },
  { ...plain, id: 'f', widths: [784, 10], batch: 32, images: { shape: [1, 28, 28], filters: [8, 16] } },
  { ...plain, id: 'g', widths: [64, 128, 10], batch: 16, sequences: { steps: 32, heads: 4 } },
];

/** A workload in a few words: `784-256-10, batch 64, batch norm, dropout 0.25`. */
export function describeWorkload(workload: Workload): string {
  const { widths, batch, images, sequences, batchNorm, dropout: share } = workload;
  const before = sequences === null ? '' : `${sequences.steps}×`;
  return [
    images === null
      ? `${before}${widths.join('-')}`
      : `${images.shape.join('×')}-${images.filters.join('-')}-${widths.slice(1).join('-')}`,
    `batch ${batch}`,
    ...(images === null ? [] : ['3×3 convolutions']),
    ...(sequences === null ? [] : [`attention with ${sequences.heads} heads`]),
    ...(batchNorm ? ['batch norm'] : []),
    ...(share > 0 ? [`dropout ${share}`] : []),
  ].join(', ');
}

/**
 * Inputs and outputs of each linear layer, in order. Of sequences: the projections before and after attention, the two
 * inside the block, and the last.
 */
export function linearSizes({
  widths,
  sequences,
}: Pick<Workload, 'widths' | 'sequences'>): readonly (readonly [number, number])[] {
  if (sequences !== null) {
    const [width = 0, inside = 0, classes = 0] = widths;
    return [
      [width, 3 * width],
      [width, width],
      [width, inside],
      [inside, width],
      [width, classes],
    ];
  }
  return widths.slice(1).map((outputs, index) => [widths[index] ?? 0, outputs]);
}

/** Edge of the kernels of all convolutions. */
export const kernelSize = 3;

/** Input and output channels of each convolution, in order. */
export function convolutionSizes({
  images,
}: Pick<Workload, 'images'>): readonly (readonly [number, number])[] {
  if (images === null) return [];
  const channels = [images.shape[0], ...images.filters];
  return images.filters.map((outputs, index) => [channels[index] ?? 0, outputs]);
}

/** Inputs of one output, and outputs, of all trained layers: convolutions, then linear layers. */
export function layerSizes(workload: Workload): readonly (readonly [number, number])[] {
  const taps = kernelSize * kernelSize;
  const convolutions = convolutionSizes(workload).map(
    ([inputs, outputs]) => [inputs * taps, outputs] as const,
  );
  return [...convolutions, ...linearSizes(workload)];
}

/** The shape of one row of what is fed. */
export function inputShape({ images, sequences, widths }: Workload): readonly number[] {
  if (images !== null) return images.shape;
  return [...(sequences === null ? [] : [sequences.steps]), widths[0] ?? 0];
}

/** Numbers of one row of what is fed. */
export function inputSize(workload: Workload): number {
  return inputShape(workload).reduce((product, size) => product * size, 1);
}

/** Number of trained values; every contender has to have as many. */
export function parameterCount(workload: Workload): number {
  const products = layerSizes(workload).reduce((sum, [inputs, outputs]) => sum + (inputs + 1) * outputs, 0);
  const hidden = workload.widths.slice(1, -1).reduce((sum, width) => sum + width, 0);
  const normalised = workload.sequences === null ? 0 : 2 * (workload.widths[0] ?? 0);
  return products + (workload.batchNorm ? 2 * hidden : 0) + 2 * normalised;
}

/** Declares a workload: inputs `x` and `y`, and a loss that Adam minimises. */
export function declare(workload: Workload): Declaration {
  const batch = dim('batch');
  const x = input('x', [batch, ...inputShape(workload)]);
  const y = input('y', [batch], 'i32');
  const logits = sequential(...layersOf(workload))(x);
  return {
    name: workload.id,
    loss: crossEntropy(logits, y),
    optimizer: adam({ lr: 1e-3 }),
    outputs: { logits },
    sizes: { batch: workload.batch },
  };
}

function layersOf(workload: Workload): readonly Layer[] {
  if (workload.sequences !== null) return encoderOf(workload, workload.sequences);
  const sizes = linearSizes(workload);
  const convolutions = convolutionSizes(workload).flatMap(([inputs, outputs]) => [
    conv2d(inputs, outputs, kernelSize, { padding: 1 }),
    relu(),
    maxPool2d(2),
  ]);
  const images = convolutions.length === 0 ? [] : [...convolutions, flatten()];
  const linears = sizes.flatMap(([inputs, outputs], index) => {
    const isLast = index === sizes.length - 1;
    return [
      linear(inputs, outputs),
      ...(workload.batchNorm && !isLast ? [batchNorm1d(outputs)] : []),
      ...(isLast ? [] : [relu()]),
      ...(workload.dropout > 0 && !isLast ? [dropout(workload.dropout)] : []),
    ];
  });
  return [...images, ...linears];
}

/** The block, the mean over the steps, and the last layer, named after its place among the linear ones. */
function encoderOf({ widths }: Workload, { heads }: Sequences): readonly Layer[] {
  const [width = 0, inside = 0, classes = 0] = widths;
  return [
    transformerEncoderLayer(width, heads, { dimFeedforward: inside, dropout: 0 }),
    defineLayer({ type: 'mean', label: 'mean(steps)', apply: (x) => mean(x, 1) }),
    linear(width, classes, { name: 'linear3' }),
  ];
}
