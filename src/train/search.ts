// A search over hyper-parameters: a trial for every point of a grid or of a random draw, one after the other, with early
// ends for those that do badly, and results as plain data. Relies on the points, the rules of pruning and stores.

import { parseExact, stringifyExact } from '../io/exact-json.ts';
import type { ByteStore } from '../io/index.ts';
import { DeclarationError, NumericsError } from '../ir/errors.ts';
import { generator } from '../data/index.ts';
import { directionOf } from './best-epoch.ts';
import type { EpochRecord } from './history.ts';
import { measureOf, seriesError } from './history.ts';
import { optionError, requireCount, requireKnown, requireWhole } from './option.ts';
import type { Pruner, Reports } from './pruning.ts';
import type { PointOf, SearchSpace } from './search-space.ts';
import { checkSpace, gridPlan, isList, randomPlan } from './search-space.ts';

/** What a trial is told beside its parameters. */
export interface Trial {
  /** Counted from 1. */
  readonly number: number;
  /** How many there are. */
  readonly trials: number;
  /** A seed of its own, for its session and its order of rows. */
  readonly seed: number;
  /** Tells how an epoch went; true if the trial shall end, because it does worse than others. */
  report(epoch: number, value: number): boolean;
  /**
   * The same as a callback of `fit({ onEpoch: trial.onEpoch })`: reports the measure that is compared, of validation where
   * there is one, and stops.
   */
  readonly onEpoch: (record: EpochRecord, stop: () => void) => void;
}

/** Options of `search`. */
export interface SearchOptions<Name extends string = string> {
  /** Every combination of lists, or points drawn at random; default a grid, unless there is a range. */
  readonly method?: 'grid' | 'random';
  /** How many points to draw; a grid ends after so many. Default 20 at random, all of a grid. */
  readonly trials?: number;
  /** Seed of the points and of the seeds of trials; default 0. */
  readonly seed?: number;
  /** Which measure is compared; default `'loss'`, or the only one. */
  readonly by?: Name;
  /** Whether it shall fall or rise; default `'auto'`: by its name. */
  readonly mode?: 'min' | 'max' | 'auto';
  /** When to end trials that do badly: `medianPruning()`, `successiveHalving()`; default never. */
  readonly prune?: Pruner;
  /** Keeps what was found, and goes on from it: trials that are complete are not run again. Default: nowhere. */
  readonly store?: ByteStore;
  /** Called after every trial; a promise is awaited. `stop()` ends the search. */
  readonly onTrial?: (result: TrialResult<SearchSpace, Name>, stop: () => void) => unknown;
  /** Ends the search after the trial that runs. Pass it to `fit`, too, to end that one: then it is left out. */
  readonly signal?: AbortSignal;
}

/** What a trial gave, as plain data. */
export interface TrialResult<Space extends SearchSpace = SearchSpace, Name extends string = string> {
  /** Counted from 1. */
  readonly number: number;
  readonly parameters: PointOf<Space>;
  readonly seed: number;
  /** All that was measured. */
  readonly measures: Readonly<Record<Name, number>>;
  /** The measure that is compared; NaN for a trial that failed. */
  readonly value: number;
  /** Whether it was ended before its time. */
  readonly pruned: boolean;
  /** Why it failed: a loss that was not finite. Absent otherwise. */
  readonly failure?: string;
  /** What it has reported, as measured. */
  readonly reports: Reports;
  readonly seconds: number;
}

/** What `search` returns. Frozen plain data. */
export interface SearchResult<Space extends SearchSpace = SearchSpace, Name extends string = string> {
  /** In order of their numbers. */
  readonly trials: readonly TrialResult<Space, Name>[];
  /** Best first; then those that were pruned, then those that failed. */
  readonly ranked: readonly TrialResult<Space, Name>[];
  /** The first of these that was neither pruned nor failed. */
  readonly best?: TrialResult<Space, Name>;
  /** What was compared, and whether smaller is better. */
  readonly by: string;
  readonly mode: 'min' | 'max';
}

const optionNames: readonly (keyof SearchOptions)[] = [
  'method',
  'trials',
  'seed',
  'by',
  'mode',
  'prune',
  'store',
  'onTrial',
  'signal',
];

/**
 * Tries hyper-parameters: calls `run` with every point and compares what it gives.
 *
 * @example
 * const found = await search(
 *   { lr: between(1e-4, 1e-1, { scale: 'log' }), hidden: [16, 32, 64] },
 *   async ({ lr, hidden }, { seed, onEpoch }) => {
 *     const session = build(hidden, lr).start({ seed });
 *     await fit(session, train, { epochs: 20, seed, validation, onEpoch });
 *     return evaluate(session, validation);
 *   },
 *   { trials: 30, by: 'accuracy', prune: medianPruning() },
 * );
 * found.best?.parameters; // { lr: 0.0123, hidden: 32 }
 * @param run trains with the parameters and gives measures by name, as `evaluate` does
 * @throws DeclarationError `E_OPTION`, `E_SERIES` when the measures lack the one that is compared, `E_CHECKPOINT` when the
 * store holds another search; what `run` and the store throw, but for NumericsError: such a trial counts as failed. All
 * of them by rejection.
 */
export async function search<const Space extends SearchSpace, Name extends string>(
  space: Space,
  run: (
    parameters: PointOf<Space>,
    trial: Trial,
  ) => Readonly<Record<Name, number>> | Promise<Readonly<Record<Name, number>>>,
  options: SearchOptions<NoInfer<Name>> = {},
): Promise<SearchResult<Space, Name>> {
  requireKnown(options, optionNames, 'search');
  checkSpace(space);
  const { seed = 0, trials, prune, store, onTrial, signal } = options;
  const hasRange = Object.values(space).some((values) => !isList(values));
  const { method = hasRange ? 'random' : 'grid' } = options;
  requireWhole('seed', seed, 'search');
  if (trials !== undefined) requireCount('trials', trials, 'search');
  const plan = method === 'grid' ? gridPlan(space, trials) : randomPlan(space, trials ?? 20, seed);
  const identity = stringifyExact({
    space,
    method,
    seed,
    by: options.by ?? null,
    mode: options.mode ?? 'auto',
  });
  const saved = store === undefined ? [] : await load(store, identity);
  const results: TrialResult<Space, Name>[] = [];
  let comparison = comparisonBy(options.by, options.mode);
  let isStopped = false;
  const isAborted = (): boolean => signal?.aborted === true;

  for (let index = 0; index < plan.count && !isStopped && !isAborted(); index++) {
    const parameters = plan.point(index);
    const trialSeed = generator(seed, trialSeedStream, index).nextUint32();
    const known = saved[index];
    if (known !== undefined) {
      // What was saved of this very search: its measures have the names that `run` gives.
      results.push(Object.freeze({ ...known, parameters, seed: trialSeed }));
      if (known.failure === undefined) comparison = comparisonOf(known.measures, comparison);
      continue;
    }
    const before = results.map(({ reports }) => reports);
    const begun = performance.now();
    const reports: { readonly epoch: number; readonly value: number }[] = [];
    let pruned = false;
    const report = (epoch: number, value: number): boolean => {
      reports.push({ epoch, value });
      const signed = (list: Reports): Reports =>
        comparison.mode === 'min' ? list : list.map((each) => ({ ...each, value: -each.value }));
      pruned ||= prune?.(signed(reports), before.map(signed)) ?? false;
      return pruned;
    };
    const trial: Trial = {
      number: index + 1,
      trials: plan.count,
      seed: trialSeed,
      report,
      onEpoch: (record, stop) => {
        const name = comparison.by;
        const value = measureOf(record, `validation.${name}`) ?? measureOf(record, name);
        if (value === undefined) throw seriesError(name, [record]);
        if (report(record.epoch, value)) stop();
      },
    };
    const outcome = await outcomeOf(() => run(parameters, trial));
    if (isAborted()) break;
    if (outcome.failure === undefined) comparison = comparisonOf(outcome.measures, comparison);
    const { measures, failure } = outcome;
    const result = Object.freeze({
      number: index + 1,
      parameters,
      seed: trialSeed,
      measures: measures as Readonly<Record<Name, number>>, // the names that `run` gives
      value: measures[comparison.by] ?? NaN,
      pruned,
      ...(failure === undefined ? {} : { failure }),
      reports: Object.freeze(reports),
      seconds: (performance.now() - begun) / 1000,
    });
    results.push(result);
    await store?.write(new TextEncoder().encode(stringifyExact({ version: 1, identity, trials: results })));
    // A result of a space is one of some space; the callback reads what all have.
    await onTrial?.(result, () => (isStopped = true));
  }
  const ranked = results.toSorted((a, b) => comparison.order(a, b));
  const [first] = ranked;
  const isBest = first !== undefined && !first.pruned && first.failure === undefined;
  const { by, mode } = comparison;
  return Object.freeze({
    trials: Object.freeze(results),
    ranked: Object.freeze(ranked),
    ...(isBest ? { best: first } : {}),
    by,
    mode,
  });
}

/** Keeps the seeds of trials apart from other random numbers of the same seed. */
const trialSeedStream = 0x74726961;

interface Outcome {
  readonly measures: Readonly<Record<string, number>>;
  readonly failure?: string;
}

async function outcomeOf(run: () => Outcome['measures'] | Promise<Outcome['measures']>): Promise<Outcome> {
  try {
    const given = await run();
    if (typeof given !== 'object') {
      throw optionError(
        `a trial gave ${String(given)}`,
        'give measures by name: { loss }, or what evaluate gives',
        'search',
      );
    }
    return { measures: { ...given } };
  } catch (error) {
    if (!(error instanceof NumericsError)) throw error;
    return { measures: {}, failure: error.message };
  }
}

interface Comparison {
  readonly by: string;
  readonly mode: 'min' | 'max';
  /** Whether the caller has named the measure. */
  readonly isNamed: boolean;
  /** What the caller has said of its direction. */
  readonly wanted: 'min' | 'max' | 'auto';
  readonly order: (a: TrialResult, b: TrialResult) => number;
}

function comparisonBy(name: string | undefined, wanted: 'min' | 'max' | 'auto' = 'auto'): Comparison {
  const by = name ?? 'loss';
  const mode = directionOf(by, wanted);
  const sign = mode === 'min' ? 1 : -1;
  const rank = ({ pruned, failure, value }: TrialResult): number =>
    failure !== undefined ? 3 : pruned ? 2 : Number.isNaN(value) ? 1 : 0;
  return {
    by,
    mode,
    isNamed: name !== undefined,
    wanted,
    order: (a, b) => rank(a) - rank(b) || sign * (a.value - b.value) || a.number - b.number,
  };
}

/** The comparison by the only measure where there is no loss. @throws DeclarationError `E_SERIES` */
function comparisonOf(measures: Readonly<Record<string, number>>, comparison: Comparison): Comparison {
  if (Object.hasOwn(measures, comparison.by)) return comparison;
  const names = Object.keys(measures);
  const [only] = names;
  if (!comparison.isNamed && only !== undefined && names.length === 1)
    return comparisonBy(only, comparison.wanted);
  throw optionError(
    `there is no measure "${comparison.by}" among ${names.join(', ')}`,
    "name the one to compare: { by: 'accuracy' }",
    'search',
  );
}

interface SavedSearch {
  readonly version: number;
  readonly identity: string;
  readonly trials: readonly TrialResult[];
}

/** The trials that a store holds. @throws DeclarationError `E_CHECKPOINT` when they are of another search */
async function load(store: ByteStore, identity: string): Promise<readonly TrialResult[]> {
  const bytes = await store.read();
  if (bytes === undefined) return [];
  const saved = readSearch(bytes);
  if (saved?.version === 1 && saved.identity === identity) return saved.trials;
  const help =
    'give every search a store of its own, or the space, method, seed and measure that it was begun with';
  const problem =
    saved === undefined
      ? 'the store holds no search'
      : `the store holds another search, of ${saved.identity}`;
  throw new DeclarationError('E_CHECKPOINT', `search: ${problem}\n\n  help: ${help}`, { help });
}

function readSearch(bytes: Uint8Array): SavedSearch | undefined {
  try {
    return parseExact(new TextDecoder().decode(bytes)) as SavedSearch; // checked by its version and identity
  } catch {
    return undefined;
  }
}
