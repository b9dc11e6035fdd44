// Cross-validation: the same training on every fold, each with a session of its own, and what is to be said of all of
// them. Relies on folds of the data floor and on `fit`.

import type { Dataset, Feeds, Fold } from '../data/index.ts';
import { generator, kFold, shuffledCrossValidation, stratifiedKFold } from '../data/index.ts';
import { labelColumn } from '../data/dataset.ts';
import { evaluate } from './evaluate.ts';
import { fit } from './fit.ts';
import type { History, HistoryJson } from './history.ts';
import { optionError, requireKnown, requireWhole } from './option.ts';
import type { EpochData, FitOptions, TrainingData } from './options.ts';
import type { Spread } from '../metrics/spread.ts';
import { printSpread, spreadOf } from '../metrics/spread.ts';
import type { Measures, TrainableSession } from './trainable.ts';

/** Which fold is trained. */
export interface FoldContext {
  /** Counted from 1. */
  readonly fold: number;
  /** How many there are. */
  readonly folds: number;
  /** A seed of its own for this fold's session and order of rows. */
  readonly seed: number;
}

/**
 * Validation rows that are drawn anew every epoch, as the lab does it: each run trains on all rows at some time or other,
 * so its measures are of rows that it has seen, and runs differ by their seeds alone.
 */
export interface ReshuffledFolds {
  /** A fraction below 1 of the rows (rounded up), or a number of rows. */
  readonly validationSize: number;
  /** How many runs; default 5. */
  readonly runs?: number;
}

/** Options of `crossValidate`. */
export interface CrossValidateOptions<Columns extends Feeds = Feeds, Metric extends string = string> {
  /**
   * How many folds, default 5; folds that were made before; or validation rows that are drawn anew every epoch.
   */
  readonly folds?: number | readonly Fold[] | ReshuffledFolds;
  /** Name of a label column whose classes every fold shall hold in proportion; default none. */
  readonly stratify?: keyof Columns & string;
  /** Seed of the folds and of the seeds of their sessions; default 0. */
  readonly seed?: number;
  /** How to train on a fold; `validation` and `seed` are the fold's own. */
  readonly training: Omit<FitOptions<Columns, Metric>, 'validation' | 'seed' | 'checkpoint' | 'signal'>;
  /**
   * Changes the data of a fold before it is trained on: fit scalers to `train` alone, and transform both. Default: as
   * they are. With reshuffled folds it is called for every epoch.
   */
  readonly prepare?: (
    data: Required<EpochData<Columns>>,
    context: FoldContext,
  ) => Required<EpochData<Columns>>;
  /** Called after every fold, while its session is there: to save weights, or to print. A promise is awaited. */
  readonly onFold?: (result: FoldResult<Metric>, session: TrainableSession<Columns, Metric>) => unknown;
  /** Ends after the step that is being taken; the folds that are complete are given. */
  readonly signal?: AbortSignal;
}

/** What training on a fold gave. */
export interface FoldResult<Metric extends string = string> extends FoldContext {
  readonly history: History<Metric>;
  /** Loss and metrics of the fold's validation rows with the parameters that training ended with. */
  readonly validation: Measures<Metric>;
}

/** What `crossValidate` returns, as plain data. */
export interface CrossValidationJson<Metric extends string = string> {
  readonly folds: readonly (FoldContext & {
    readonly history: HistoryJson<Metric>;
    readonly validation: Measures<Metric>;
  })[];
  /** Mean and standard deviation over the folds of every measure of `validation`. */
  readonly validation: Readonly<Record<Metric | 'loss', Spread>>;
}

/** What `crossValidate` returns. Frozen. */
export interface CrossValidation<Metric extends string = string> {
  readonly folds: readonly FoldResult<Metric>[];
  /** Mean and standard deviation over the folds of every measure of `validation`. */
  readonly validation: Readonly<Record<Metric | 'loss', Spread>>;
  /** The same as plain data. */
  toJSON(): CrossValidationJson<Metric>;
  /** One line a measure: `accuracy 0.953 ± 0.012`. */
  toString(): string;
}

const optionNames: readonly (keyof CrossValidateOptions)[] = [
  'folds',
  'stratify',
  'seed',
  'training',
  'prepare',
  'onFold',
  'signal',
];

/**
 * Trains once for every fold, with a new session each, and tells how well it did on the rows that were held out.
 *
 * @example
 * const result = await crossValidate(({ seed }) => program.start({ seed }), data, {
 *   folds: 5,
 *   stratify: 'y',
 *   training: { epochs: 25, batchSize: 'full' },
 * });
 * console.log(String(result)); // accuracy 0.953 ± 0.012
 * @param start makes the session of a fold; it is closed after the fold
 * @throws DeclarationError `E_OPTION`; DataError `E_DATA_OPTION`, `E_DATA_STRATIFY`, `E_DATA_COLUMN`, `E_DATA_INDEX` for folds that cannot be
 * made; and what `fit` throws. All of them by rejection.
 */
export async function crossValidate<Columns extends Feeds, Metric extends string>(
  start: (context: FoldContext) => TrainableSession<NoInfer<Columns>, Metric>,
  data: Dataset<Columns>,
  options: CrossValidateOptions<NoInfer<Columns>, NoInfer<Metric>>,
): Promise<CrossValidation<Metric>> {
  requireKnown(options, optionNames, 'crossValidate');
  const {
    seed = 0,
    training,
    prepare = (parts: Required<EpochData<Columns>>) => parts,
    onFold,
    signal,
  } = options;
  requireWhole('seed', seed, 'crossValidate');
  const plans = plansOf(data, options);
  const seeds = generator(seed, foldSeedStream);
  const results: FoldResult<Metric>[] = [];
  for (const [position, plan] of plans.entries()) {
    const context = { fold: position + 1, folds: plans.length, seed: seeds.nextUint32() };
    if (signal?.aborted === true) break;
    const session = start(context);
    try {
      const { train, held } = plan(context.seed, (parts) => prepare(parts, context));
      const history = await fit<Columns, Metric>(session, train, {
        ...training,
        ...(typeof train === 'function' ? {} : { validation: held(0) }),
        ...(signal === undefined ? {} : { signal }),
        seed: context.seed,
      });
      if (history.reason === 'aborted') break;
      const { best, epochs } = history;
      const last = (best?.restored === true ? best.epoch : (epochs.at(-1)?.epoch ?? 1)) - 1;
      const { validationBatchSize: batchSize } = training;
      const how = batchSize === undefined ? {} : { batchSize };
      const validation = await evaluate<Columns, Metric>(session, held(last), how);
      const result = Object.freeze({ ...context, history, validation });
      results.push(result);
      await onFold?.(result, session);
    } finally {
      session.close?.();
    }
  }
  return summary(results);
}

/** Keeps the seeds of folds apart from those of other random numbers of the same seed. */
const foldSeedStream = 0x666f6c64;

/** The data of a fold: what to train on, and what is held out in an epoch, counted from 0. */
type FoldPlan<Columns extends Feeds> = (
  seed: number,
  prepare: (data: Required<EpochData<Columns>>) => Required<EpochData<Columns>>,
) => {
  readonly train: TrainingData<Columns>;
  readonly held: (epoch: number) => Dataset<Columns>;
};

function plansOf<Columns extends Feeds, Metric extends string>(
  data: Dataset<Columns>,
  { folds = 5, stratify, seed = 0 }: CrossValidateOptions<Columns, Metric>,
): readonly FoldPlan<Columns>[] {
  if (typeof folds === 'object' && 'validationSize' in folds) {
    const { validationSize, runs = 5 } = folds;
    if (!(Number.isSafeInteger(runs) && runs >= 1)) {
      throw optionError(`folds.runs is ${String(runs)}`, 'pass a whole number, at least 1', 'crossValidate');
    }
    const options = { validationSize, ...(stratify === undefined ? {} : { stratify }) };
    return Array.from({ length: runs }, () => (own, prepare) => {
      const parts = shuffledCrossValidation(data, { ...options, seed: own });
      const train = (epoch: number): Required<EpochData<Columns>> => prepare(parts(epoch));
      return { train, held: (epoch) => train(epoch).validation };
    });
  }
  const rows =
    typeof folds !== 'number'
      ? folds
      : stratify === undefined
        ? kFold(data.size, folds, { seed })
        : stratifiedKFold(labelColumn(data, stratify), folds, { seed });
  if (rows.length === 0) {
    throw optionError('folds is an empty list', 'pass how many folds, or at least one', 'crossValidate');
  }
  return rows.map((fold) => (_seed, prepare) => {
    const { train, validation } = prepare({
      train: data.take(fold.train),
      validation: data.take(fold.validation),
    });
    return { train, held: () => validation };
  });
}

function summary<Metric extends string>(results: readonly FoldResult<Metric>[]): CrossValidation<Metric> {
  const folds = Object.freeze([...results]);
  const names = Object.keys(folds[0]?.validation ?? {}) as (Metric | 'loss')[]; // the names of its measures
  const validation = Object.freeze(
    Object.fromEntries(
      names.map((name) => [name, spreadOf(folds.map((fold) => fold.validation[name]))]),
      // Object.fromEntries forgets the names.
    ) as Record<Metric | 'loss', Spread>,
  );
  return Object.freeze({
    folds,
    validation,
    toJSON: () => ({
      folds: folds.map(({ history, ...fold }) => ({ ...fold, history: history.toJSON() })),
      validation,
    }),
    toString: () => names.map((name) => `${name} ${printSpread(validation[name])}`).join('\n'),
  });
}
