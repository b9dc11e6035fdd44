// What training tells while it runs. A listener is a plain function, so that a terminal, a page or a log can be one;
// the terminal's bar lives with the code for Node.

import type { EpochRecord, History, StopReason } from './history.ts';

/** What happened; told apart by `kind`. Every `start` is followed by exactly one `end`. */
export type TrainingEvent<Metric extends string = string> =
  TrainingStarted | BatchDone<Metric> | EpochDone<Metric> | TrainingEnded<Metric>;

/** Training begins, or goes on from a checkpoint. */
export interface TrainingStarted {
  readonly kind: 'start';
  /** Epochs to come at most, those before a resumption included; where only steps are counted, as many as they make. */
  readonly epochs: number;
  /** The limit on steps, if there is one. */
  readonly steps?: number;
  /** What was done before; absent when training begins from nothing. */
  readonly resumed?: TrainingPosition;
}

/** How far training is. */
export interface TrainingPosition {
  /** Epochs that are complete. */
  readonly epochs: number;
  /** Steps that were taken. */
  readonly steps: number;
}

/** A step was taken. */
export interface BatchDone<Metric extends string = string> {
  readonly kind: 'batch';
  /** Counted from 1. */
  readonly epoch: number;
  /** Counted from 1. */
  readonly batch: number;
  /** Batches of this epoch. */
  readonly batches: number;
  /** Steps taken in all, those before a resumption included. */
  readonly steps: number;
  /** Rows of this batch. */
  readonly samples: number;
  /** The loss of this batch. */
  readonly loss: number;
  /** The mean loss of this epoch so far. */
  readonly meanLoss: number;
  /** The mean of every metric in this epoch so far. */
  readonly meanMetrics: Readonly<Record<Metric, number>>;
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
