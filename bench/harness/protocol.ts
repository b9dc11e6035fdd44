// What the driver and the contenders say to each other: a line of JSON each way, over standard input and output.
import type { Workload } from '../workloads.ts';

/** Scalar functions that are timed over an array. */
export type FunctionName = 'exp' | 'log' | 'tanh' | 'sigmoid';

/** A product of two matrices, summed over one axis of each. */
export interface Contraction {
  /** Rows and columns of the left operand as they lie in memory. */
  readonly left: readonly [number, number];
  readonly right: readonly [number, number];
  readonly contractLeft: 0 | 1;
  readonly contractRight: 0 | 1;
}

/** What is timed. `data` names a file of numbers in the order that harness/problem.ts writes. */
export type Task =
  | ({ readonly kind: 'training'; readonly data: string } & Workload)
  | ({ readonly kind: 'contraction'; readonly data: string } & Contraction)
  | {
      readonly kind: 'function';
      readonly data: string;
      readonly name: FunctionName;
      readonly elements: number;
    };

export type Request =
  | { readonly command: 'prepare'; readonly task: Task }
  | { readonly command: 'run'; readonly variant: string; readonly steps: number; readonly leadIn: number };

/** One way in which a contender can do the task, with the first numbers that come out: all contenders must agree. */
export interface Variant {
  readonly name: string;
  /**
   * Training: the losses of the first steps. Otherwise: the sum of the result, and its last element. Nothing of a
   * contender that only sets the scale.
   */
  readonly outcome: readonly number[];
}

export interface Prepared {
  readonly variants: readonly Variant[];
  /** Number of trained values; 0 where nothing is trained. */
  readonly parameters: number;
  /** Version of the package, with what it runs on: `1.13.0 (OpenBLAS)`. */
  readonly version: string;
}

export interface Timed {
  readonly microseconds: number;
}

export interface Failed {
  readonly error: string;
}

export type Answer = Prepared | Timed | Failed;

/** Training steps whose losses are compared before anything is timed. */
export const checkedSteps = 2;

/**
 * After so many steps training starts again from the first weights, outside the clock: all contenders are timed on the
 * same stretch of training, and none on the numbers below 1e-38 that a network learned by heart leaves in its moments.
 */
export const stepsOfEpisode = 500;
