// When a trial is not worth going on with: rules over what trials have reported so far. Relies on nothing; values are
// such that smaller is better, whatever was measured.

import { optionError, requireCount } from './option.ts';

/** What a trial has reported, epoch by epoch; smaller values are better. */
export type Reports = readonly { readonly epoch: number; readonly value: number }[];

/** Whether to end a trial after its last report, given those of the trials before. */
export type Pruner = (reports: Reports, before: readonly Reports[]) => boolean;

/** Options of `medianPruning`. */
export interface MedianPruningOptions {
  /** Trials before the first that may be ended, default 5. */
  readonly startup?: number;
  /** Epochs of a trial in which it is not ended, default 0. */
  readonly warmUp?: number;
}

/**
 * Ends a trial whose best value so far is worse than the median of what the trials before had at the same epoch.
 * Golovin et al., "Google Vizier: a service for black-box optimization", KDD 2017, the median stopping rule.
 * @throws DeclarationError `E_OPTION`
 */
export function medianPruning({ startup = 5, warmUp = 0 }: MedianPruningOptions = {}): Pruner {
  requireCount('startup', startup, 'medianPruning');
  requireCount('warmUp', warmUp + 1, 'medianPruning');
  return (reports, before) => {
    const epoch = reports.at(-1)?.epoch ?? 0;
    const others = before.flatMap((trial) => valueAt(trial, epoch) ?? []).toSorted((a, b) => a - b);
    if (epoch <= warmUp || before.length < startup || others.length === 0) return false;
    const middle = (others.length - 1) / 2;
    const median = ((others[Math.floor(middle)] ?? NaN) + (others[Math.ceil(middle)] ?? NaN)) / 2;
    return !(bestOf(reports) <= median);
  };
}

/** Options of `successiveHalving`. */
export interface SuccessiveHalvingOptions {
  /** The epoch of the first cut, default 1. The others are at its products with powers of `factor`. */
  readonly minEpochs?: number;
  /** One in so many trials goes on past a cut, default 3. */
  readonly factor?: number;
}

/**
 * Lets one in `factor` trials go on past each cut: those whose value there is among the best of all that got so far.
 * Li et al., "A system for massively parallel hyperparameter tuning" (ASHA), MLSys 2020, with one worker.
 * @throws DeclarationError `E_OPTION`
 */
export function successiveHalving({ minEpochs = 1, factor = 3 }: SuccessiveHalvingOptions = {}): Pruner {
  requireCount('minEpochs', minEpochs, 'successiveHalving');
  if (!(Number.isSafeInteger(factor) && factor >= 2)) {
    throw optionError(`factor is ${String(factor)}`, 'pass a whole number, at least 2', 'successiveHalving');
  }
  return (reports, before) => {
    const { epoch = 0, value = NaN } = reports.at(-1) ?? {};
    let cut = minEpochs;
    while (cut < epoch) cut *= factor;
    if (cut !== epoch) return false;
    const others = before.flatMap((trial) => valueAt(trial, epoch) ?? []);
    const better = others.filter((other) => other < value).length;
    const places = Math.max(1, Math.floor((others.length + 1) / factor));
    return Number.isNaN(value) || better >= places;
  };
}

function valueAt(reports: Reports, epoch: number): number | undefined {
  return reports.find((report) => report.epoch === epoch)?.value;
}

function bestOf(reports: Reports): number {
  return reports.reduce((best, { value }) => (value < best ? value : best), Infinity);
}
