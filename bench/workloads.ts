// The five training steps that are timed, as data, and each as a declaration of tapeless. All are multilayer perceptrons
// with ReLU, softmax cross-entropy and Adam; relies on the public face of the library only.
import {
  adam,
  batchNorm1d,
  crossEntropy,
  dim,
  dropout,
  input,
  linear,
  relu,
  sequential,
  type Declaration,
  type Layer,
} from '../src/index.ts';

/** A training step to time. */
export interface Workload {
  readonly id: string;
  /** Features from the input to the logits: `[4, 30, 10, 3]`. */
  readonly widths: readonly number[];
  readonly batch: number;
  /** Batch normalisation between each hidden product and its ReLU. */
  readonly batchNorm: boolean;
  /** Probability of dropout after each hidden ReLU; 0 for none. */
  readonly dropout: number;
}

const plain = { batchNorm: false, dropout: 0 };

/** In the order in which they are run and reported. */
export const workloads: readonly Workload[] = [
  { id: 'a', widths: [4, 30, 10, 3], batch: 90, ...plain },
  { id: 'b', widths: [784, 128, 64, 10], batch: 32, ...plain },
  { id: 'c', widths: [784, 512, 256, 10], batch: 128, ...plain },
  { id: 'd', widths: [784, 1000, 1000, 10], batch: 256, ...plain },
  { id: 'e', widths: [784, 256, 10], batch: 64, batchNorm: true, dropout: 0.25 },
];

/** A workload in a few words: `784-256-10, batch 64, batch norm, dropout 0.25`. */
export function describeWorkload({ widths, batch, batchNorm, dropout: share }: Workload): string {
  return [
    widths.join('-'),
    `batch ${batch}`,
    ...(batchNorm ? ['batch norm'] : []),
    ...(share > 0 ? [`dropout ${share}`] : []),
  ].join(', ');
}

/** Inputs and outputs of each linear layer, in order. */
export function linearSizes({ widths }: Pick<Workload, 'widths'>): readonly (readonly [number, number])[] {
  return widths.slice(1).map((outputs, index) => [widths[index] ?? 0, outputs]);
}

/** Number of trained values; every contender has to have as many. */
export function parameterCount(workload: Workload): number {
  const products = linearSizes(workload).reduce((sum, [inputs, outputs]) => sum + (inputs + 1) * outputs, 0);
  const hidden = workload.widths.slice(1, -1).reduce((sum, width) => sum + width, 0);
  return products + (workload.batchNorm ? 2 * hidden : 0);
}

/** Declares a workload: inputs `x` and `y`, and a loss that Adam minimises. */
export function declare(workload: Workload): Declaration {
  const batch = dim('batch');
  const x = input('x', [batch, workload.widths[0] ?? 0]);
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
  const sizes = linearSizes(workload);
  return sizes.flatMap(([inputs, outputs], index) => {
    const isLast = index === sizes.length - 1;
    return [
      linear(inputs, outputs),
      ...(workload.batchNorm && !isLast ? [batchNorm1d(outputs)] : []),
      ...(isLast ? [] : [relu()]),
      ...(workload.dropout > 0 && !isLast ? [dropout(workload.dropout)] : []),
    ];
  });
}
