// What a caller of `fit` may ask for, and the check of it before anything is computed. Relies on datasets and on
// the types of records and events.

import type { Dataset, Feeds, Sampler } from '../data/index.ts';
import type { MonitorOptions } from './best-epoch.ts';
import { epochMonitor } from './best-epoch.ts';
import type { CheckpointOptions } from './checkpoint-options.ts';
import { checkCheckpointOptions } from './checkpoint-options.ts';
import type { EpochRecord, SeriesName } from './history.ts';
import { optionError, requireCount, requireKnown, requireWhole } from './option.ts';
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
  /** Stop after so many epochs in a row without a better one; `Infinity` keeps the best epoch and never stops. */
  readonly patience: number;
  /** Give the session the parameters of the best epoch when training ends, for whatever reason; default true. */
  readonly restoreBest?: boolean;
}

/** Options of `fit`. One of `epochs` and `steps` has to be given; with both, whatever is reached first ends training. */
export interface FitOptions<Columns extends Feeds = Feeds, Metric extends string = string> {
  /** Passes over the data. */
  readonly epochs?: number;
  /** Stop after so many steps; the epoch that they end in is validated and recorded. */
  readonly steps?: number;
  /**
   * Epochs that were taken before, by another call; default 0. The first epoch is the one after them, with the rows that
   * it would have had without a break, and `epochs` counts them, too.
   */
  readonly initialEpoch?: number;
  /** Rows a step: 1 is stochastic, `'full'` is batch gradient descent; default 32. */
  readonly batchSize?: number | 'full';
  /** Take the rows of each epoch in a new random order; default true, unless there is a sampler. */
  readonly shuffle?: boolean;
  /** Seed of that order; default 0. */
  readonly seed?: number;
  /** Leave out a last batch that is smaller than the others; default false. */
  readonly dropLast?: boolean;
  /**
   * Which rows an epoch has, in place of each one once: `balancedSampler(labels)`, `weightedSampler(weights)`, or a
   * function from the data of an epoch to such a sampler.
   */
  readonly sampler?: Sampler | ((data: Dataset<Columns>) => Sampler);
  /** Data to evaluate after every epoch; not when the training data already comes with its own. */
  readonly validation?: Dataset<Columns>;
  /** Rows that are validated at once; default 1024. It bounds memory and changes rounding at most. */
  readonly validationBatchSize?: number;
  /**
   * Validate every so many epochs, and after the last one; default 1. What compares validation measures (early stopping,
   * `reduceOnPlateau`) counts the epochs that were validated.
   */
  readonly validationEvery?: number;
  /** Default: never. */
  readonly earlyStopping?: EarlyStopping<Metric>;
  /**
   * Lower a rate when a measure stops getting better (PyTorch's `ReduceLROnPlateau`), which has to be declared as one
   * that changes: `adam({ lr: adjustable('lr', 0.001) })`. Default: never.
   */
  readonly reduceOnPlateau?: RateReduction<Metric>;
  /** Save everything now and then, and go on from what was saved; default: no. */
  readonly checkpoint?: CheckpointOptions;
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
  readonly onBatch?: (batch: BatchDone<Metric>, stop: () => void) => unknown;
  /** Who hears of the start, every batch, every epoch and the end, e.g. `terminalProgress()`; default: nobody. */
  readonly progress?: ProgressListener<Metric> | readonly ProgressListener<Metric>[] | false;
  /**
   * Ends training at the next step: `fit` returns normally and leaves the unfinished epoch unrecorded. With
   * `checkpoint`, what was done of it is saved.
   */
  readonly signal?: AbortSignal;
}

const optionNames: readonly (keyof FitOptions)[] = [
  'epochs',
  'steps',
  'initialEpoch',
  'batchSize',
  'shuffle',
  'seed',
  'dropLast',
  'sampler',
  'validation',
  'validationBatchSize',
  'validationEvery',
  'earlyStopping',
  'reduceOnPlateau',
  'checkpoint',
  'onNonFinite',
  'onEpoch',
  'onBatch',
  'progress',
  'signal',
];

/**
 * Checks what can be checked before the first step. What concerns batches (`batchSize`, `seed`) is checked where batches
 * are made.
 * @throws DeclarationError `E_OPTION`
 */
export function checkFitOptions<Columns extends Feeds, Metric extends string>(
  data: TrainingData<Columns>,
  options: FitOptions<Columns, Metric>,
): void {
  requireKnown(options, optionNames);
  const { epochs, steps, initialEpoch, validation, validationBatchSize, validationEvery } = options;
  const { earlyStopping, checkpoint, onNonFinite = 'throw' } = options;
  if (epochs === undefined && steps === undefined) {
    throw optionError('neither epochs nor steps says how long to train', 'pass epochs: 10, or steps: 1000');
  }
  for (const [name, value] of Object.entries({ epochs, steps, validationBatchSize, validationEvery })) {
    if (value !== undefined) requireCount(name, value);
  }
  if (initialEpoch !== undefined) requireWhole('initialEpoch', initialEpoch);
  if (onNonFinite !== 'throw' && onNonFinite !== 'continue') {
    throw optionError(`onNonFinite is ${JSON.stringify(onNonFinite)}`, "pass 'throw' or 'continue'");
  }
  if (typeof data === 'function' && validation !== undefined) {
    throw optionError(
      'there are two sources of validation data: the option `validation` and the function that gives the data',
      'return { train, validation } from the function, or pass a dataset to train on',
    );
  }
  if (checkpoint !== undefined) checkCheckpointOptions(checkpoint);
  if (earlyStopping === undefined) return;
  if (earlyStopping.patience !== Infinity) requireCount('earlyStopping.patience', earlyStopping.patience);
  epochMonitor(earlyStopping);
  const { monitor } = earlyStopping;
  if (typeof data !== 'function' && validation === undefined && monitor?.startsWith('validation.') === true) {
    throw optionError(
      `early stopping monitors "${monitor}", and there is no validation data`,
      "pass fit({ validation }), or monitor: 'loss'",
    );
  }
}
