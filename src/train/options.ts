// What a caller of `fit` may ask for, and the check of it before anything is computed. Relies on datasets and on
// the types of records and events.

import type { Dataset, Feeds } from '../data/index.ts';
import type { EpochMonitor, MonitorOptions } from './best-epoch.ts';
import { epochMonitor } from './best-epoch.ts';
import type { EpochRecord, SeriesName } from './history.ts';
import { optionError, requireCount } from './option.ts';
import type { BatchDone, ProgressListener } from './progress.ts';
import type { RateReduction } from './rate-reducer.ts';

/** The data of one epoch. */
export interface EpochData<Columns extends Feeds = Feeds> {
  readonly train: Dataset<Columns>;
  readonly validation?: Dataset<Columns>;
}

/**
 * What to train on: one dataset for all epochs, or the data of each epoch, counted from 0, as
 * `shuffledCrossValidation` gives it.
 */
export type TrainingData<Columns extends Feeds = Feeds> =
  Dataset<Columns> | ((epoch: number) => EpochData<Columns>);

/** When to stop before the last epoch. */
export interface EarlyStopping<Metric extends string = string> extends MonitorOptions<SeriesName<Metric>> {
  /** Stop after so many epochs in a row without a better one. */
  readonly patience: number;
  /** Give the session the parameters of the best epoch when training ends, for whatever reason; default true. */
  readonly restoreBest?: boolean;
}

/** Options of `fit`. */
export interface FitOptions<Columns extends Feeds = Feeds, Metric extends string = string> {
  /** Passes over the data. */
  readonly epochs: number;
  /** Rows a step: 1 is stochastic, `'full'` is batch gradient descent; default 32. */
  readonly batchSize?: number | 'full';
  /** Take the rows of each epoch in a new random order; default true. */
  readonly shuffle?: boolean;
  /** Seed of that order; default 0. */
  readonly seed?: number;
  /** Leave out a last batch that is smaller than the others; default false. */
  readonly dropLast?: boolean;
  /** Data to evaluate after every epoch; not when the training data already comes with its own. */
  readonly validation?: Dataset<Columns>;
  /** Rows that are validated at once; default 1024. It bounds memory and changes rounding at most. */
  readonly validationBatchSize?: number;
  /** Default: never. */
  readonly earlyStopping?: EarlyStopping<Metric>;
  /**
   * Lower a rate when a measure stops getting better (PyTorch's `ReduceLROnPlateau`), which has to be declared as one
   * that changes: `adam({ lr: adjustable('lr', 0.001) })`. Default: never.
   */
  readonly reduceOnPlateau?: RateReduction<Metric>;
  /** Stop after so many steps; the epoch that they end in is validated and recorded. Default: no limit. */
  readonly maxSteps?: number;
  /** A loss that is NaN or infinite is an error (`'throw'`, the default), or is recorded like any other. */
  readonly onNonFinite?: 'throw' | 'continue';
  /**
   * Called after every epoch; a promise is awaited. `stop()` ends training.
   */
  readonly onEpoch?: (record: EpochRecord<Metric>, stop: () => void) => unknown;
  /**
   * Called after every step; a promise is awaited. `stop()` ends training: the epoch so far is validated and
   * recorded.
   */
  readonly onBatch?: (batch: BatchDone, stop: () => void) => unknown;
  /** Hears of the start, every batch, every epoch and the end, e.g. `terminalProgress()`; default: nobody. */
  readonly progress?: ProgressListener<Metric> | false;
  /** Ends training at the next step: `fit` returns normally and leaves the unfinished epoch unrecorded. */
  readonly signal?: AbortSignal;
}

/**
 * Checks what can be checked before the first step and makes the monitor of epochs. What concerns batches
 * (`batchSize`, `seed`) is checked where batches are made.
 * @throws DeclarationError `E_OPTION`
 */
export function checkedMonitor<Columns extends Feeds, Metric extends string>(
  data: TrainingData<Columns>,
  options: FitOptions<Columns, Metric>,
): EpochMonitor {
  const { epochs, maxSteps, validation, validationBatchSize, earlyStopping, onNonFinite = 'throw' } = options;
  requireCount('epochs', epochs);
  if (maxSteps !== undefined) requireCount('maxSteps', maxSteps);
  if (validationBatchSize !== undefined) requireCount('validationBatchSize', validationBatchSize);
  if (onNonFinite !== 'throw' && onNonFinite !== 'continue') {
    throw optionError(`onNonFinite is ${JSON.stringify(onNonFinite)}`, "pass 'throw' or 'continue'");
  }
  if (typeof data === 'function' && validation !== undefined) {
    throw optionError(
      'there are two sources of validation data: the option `validation` and the function that gives the data',
      'return { train, validation } from the function, or pass a dataset to train on',
    );
  }
  if (earlyStopping === undefined) return epochMonitor({});
  requireCount('earlyStopping.patience', earlyStopping.patience);
  const { monitor } = earlyStopping;
  if (typeof data !== 'function' && validation === undefined && monitor?.startsWith('validation.') === true) {
    throw optionError(
      `early stopping monitors "${monitor}", and there is no validation data`,
      "pass fit({ validation }), or monitor: 'loss'",
    );
  }
  return epochMonitor(earlyStopping);
}
