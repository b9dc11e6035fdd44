// What training leaves behind: a record an epoch, which of them was best, and why it ended. Relies on the measures'
// type and the error hierarchy.

import { DeclarationError } from '../ir/errors.ts';
import type { Measures } from './trainable.ts';

/** One epoch. */
export interface EpochRecord<Metric extends string = string> {
  /** Counted from 1. */
  readonly epoch: number;
  /** The session's step counter at the end of the epoch. */
  readonly steps: number;
  /** How long it took, validation included. */
  readonly seconds: number;
  /** Rows that were trained on in a second, validation not counted. */
  readonly samplesPerSecond: number;
  /** Loss and metrics of the training batches, as they were when each batch was taken: the mean over samples. */
  readonly training: Measures<Metric>;
  /** Loss and metrics of the validation data after the epoch; absent without validation data. */
  readonly validation?: Measures<Metric>;
}

/** A measure of an epoch by name: `'loss'`, `'accuracy'`, `'validation.loss'`, `'validation.accuracy'`, … */
export type SeriesName<Metric extends string = string> =
  Metric | 'loss' | `validation.${Metric}` | 'validation.loss';

/** The epoch with the best value of what was monitored. */
export interface BestEpoch {
  /** The measure that was compared. */
  readonly monitor: string;
  readonly epoch: number;
  readonly value: number;
  /** Whether the session was given back the parameters of this epoch. */
  readonly restored: boolean;
}

/**
 * Why training ended: all epochs are done; all steps are taken; early stopping lost its patience; a callback called
 * `stop`, or the loop over the epochs was left; the abort signal was given.
 */
export type StopReason = 'epochs' | 'steps' | 'earlyStopping' | 'callback' | 'aborted';

/** A history as plain data, for files. */
export interface HistoryJson<Metric extends string = string> {
  readonly epochs: readonly EpochRecord<Metric>[];
  /** Absent when no epoch had a value that can be compared. */
  readonly best?: BestEpoch;
  readonly reason: StopReason;
  /** Whether early stopping ended the training. */
  readonly stoppedEarly: boolean;
  /** Steps taken, those after the best epoch and those before a checkpoint that was resumed included. */
  readonly steps: number;
  /** How long it took, likewise; the time between an interruption and the resumption does not count. */
  readonly seconds: number;
}

/** What `fit` returns. Frozen. */
export interface History<Metric extends string = string> extends HistoryJson<Metric> {
  /**
   * One measure over the epochs; NaN where an epoch has no validation.
   * @throws DeclarationError `E_SERIES` when no epoch has a measure of that name
   */
  series(name: SeriesName<Metric>): readonly number[];
  /** The same as plain data. */
  toJSON(): HistoryJson<Metric>;
}

/** Makes the history of plain data. */
export function history<Metric extends string>(plain: HistoryJson<Metric>): History<Metric> {
  const json = Object.freeze({ ...plain, epochs: Object.freeze([...plain.epochs]) });
  return Object.freeze({
    ...json,
    toJSON: () => json,
    series(name: SeriesName<Metric>) {
      const values = json.epochs.map((record) => measureOf(record, name));
      if (json.epochs.length > 0 && values.every((value) => value === undefined)) {
        throw seriesError(name, json.epochs);
      }
      return Object.freeze(values.map((value) => value ?? NaN));
    },
  });
}

/** The measure of that name, or `undefined` when the epoch has none. */
export function measureOf(record: EpochRecord, name: string): number | undefined {
  if (Object.hasOwn(record.training, name)) return record.training[name];
  const { validation } = record;
  if (validation === undefined || !name.startsWith('validation.')) return undefined;
  const metric = name.slice('validation.'.length);
  return Object.hasOwn(validation, metric) ? validation[metric] : undefined;
}

/** The error for a name that none of the records knows. */
export function seriesError(name: string, records: readonly EpochRecord[]): DeclarationError {
  const names = new Set(
    records.flatMap(({ training, validation = {} }) => [
      ...Object.keys(training),
      ...Object.keys(validation).map((metric) => `validation.${metric}`),
    ]),
  );
  const help =
    name.startsWith('validation.') && !names.has('validation.loss')
      ? 'pass validation data to fit'
      : 'metrics are declared in compile({ metrics }); check the spelling';
  return new DeclarationError(
    'E_SERIES',
    `no epoch has a measure "${name}"; there are ${[...names].join(', ')}\n\n  help: ${help}`,
    { help },
  );
}
