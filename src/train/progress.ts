// What training tells while it runs. A listener is a plain function, so that a terminal, a page or a log can be one;
// the terminal's bar lives with the code for Node.

import type { EpochRecord, History, StopReason } from './history.ts';

/** What happened; told apart by `kind`. Every `start` is followed by exactly one `end`. */
export type TrainingEvent<Metric extends string = string> =
  TrainingStarted | BatchDone | EpochDone<Metric> | TrainingEnded<Metric>;

/** Training begins. */
export interface TrainingStarted {
  readonly kind: 'start';
  readonly epochs: number;
  /** The limit on steps, if there is one. */
  readonly maxSteps?: number;
}

/** A step was taken. */
export interface BatchDone {
  readonly kind: 'batch';
  /** Counted from 1. */
  readonly epoch: number;
  /** Counted from 1. */
  readonly batch: number;
  /** Batches of this epoch. */
  readonly batches: number;
  /** Steps taken since `start`. */
  readonly steps: number;
  /** The loss of this batch. */
  readonly loss: number;
  /** The mean loss of this epoch so far. */
  readonly meanLoss: number;
}

/** An epoch was trained and validated. */
export interface EpochDone<Metric extends string = string> {
  readonly kind: 'epoch';
  readonly record: EpochRecord<Metric>;
}

/** Training is over. */
export interface TrainingEnded<Metric extends string = string> {
  readonly kind: 'end';
  /** `'error'` when `fit` throws. */
  readonly reason: StopReason | 'error';
  /** What `fit` returns; absent when it throws. */
  readonly history?: History<Metric>;
}

/** Hears what happens, at once and in order. */
export type ProgressListener<Metric extends string = string> = (event: TrainingEvent<Metric>) => void;
