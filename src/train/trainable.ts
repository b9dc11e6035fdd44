// What training asks of a session, as a structural type: sessions of the compiler satisfy it, and so may anything
// else that learns from batches. Relies on the column types of datasets only.

import type { Feeds } from '../data/index.ts';

/** The element stores that a session hands out. */
export type PredictionData = Float32Array | Float64Array | Int32Array | Uint8Array;

/** One output of a model: row-major elements with their shape, axis 0 counting rows. */
export interface Prediction {
  readonly data: PredictionData;
  readonly shape: readonly number[];
}

/** Loss and metrics of a batch by name. */
export type BatchMeasures<Metric extends string = string> = Readonly<Record<Metric | 'loss', number>>;

/** Means of loss and metrics over batches, by name. */
export type Measures<Metric extends string = string> = BatchMeasures<Metric> & { readonly loss: number };

/** What can be evaluated on a batch. */
export interface EvaluableSession<Columns extends Feeds = Feeds, Metric extends string = string> {
  /** Loss and metrics of a batch without changing state, in an object that may be the same one each time. */
  readonly evaluate: (feeds: Columns) => BatchMeasures<Metric>;
}

/** What can predict the outputs of a batch. */
export interface PredictingSession<Columns extends Feeds = Feeds, Output extends string = string> {
  /** The model's outputs by name, in memory that may be the same each time. */
  readonly predict: (feeds: Columns) => Readonly<Record<Output, Prediction>>;
}

/**
 * What can be trained. `step`, `evaluate` and `predict` are properties rather than methods, so that the type
 * checker refuses a dataset that lacks a column which the session needs.
 */
export interface TrainableSession<
  Columns extends Feeds = Feeds,
  Metric extends string = string,
  Output extends string = string,
>
  extends EvaluableSession<Columns, Metric>, PredictingSession<Columns, Output> {
  /** Takes one training step and gives the batch's loss and metrics, in an object that may be the same each time. */
  readonly step: (feeds: Columns) => BatchMeasures<Metric>;
  /** The number of steps taken so far. */
  readonly steps: number;
  /** A copy of all parameters and state. */
  snapshot(): unknown;
  // A method, because its argument is checked loosely: what `snapshot` gave is all that is ever passed here.
  /** Puts back what `snapshot` gave. */
  restore(snapshot: unknown): void;
  /** Gives back what the session holds beside memory, such as threads. */
  close?(): void;
  /** Parameters by name, copied; tells checkpoints the shapes. */
  parameters?(): Readonly<Record<string, Prediction>>;
  /** Digits that tell apart what steps compute, so that a checkpoint is not taken for one of another training. */
  readonly fingerprint?: string;
  /** State beside the parameters by name, copied; needed by what changes rates. */
  state?(): Readonly<Record<string, Prediction>>;
  /** Sets state by name; needed by what changes rates. */
  assign?(values: Readonly<Record<string, number>>): void;
}
