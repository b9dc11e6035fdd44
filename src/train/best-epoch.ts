// Which epoch was the best so far, and when to stop waiting for a better one. Relies on the records of history.ts.

import { optionError, requireNumber } from './option.ts';
import type { EpochRecord } from './history.ts';
import { measureOf, seriesError } from './history.ts';

/** Whether smaller or larger values are better; `'auto'` tells by the name of the measure. */
export type MonitorMode = 'min' | 'max' | 'auto';

/** What to compare epochs by, and for how long to wait for a better one. */
export interface MonitorOptions<Name extends string = string> {
  /** Default: `'validation.loss'`, or `'loss'` without validation data. */
  readonly monitor?: Name;
  /** Default `'auto'`: losses and errors shall fall; accuracies and the like shall rise. */
  readonly mode?: MonitorMode;
  /** The smallest change that counts as better; with the default of 0, each does. */
  readonly minDelta?: number;
}

/** The best epoch so far. */
export interface MonitoredEpoch {
  readonly monitor: string;
  readonly epoch: number;
  readonly value: number;
}

/** Where a comparison of epochs is, as plain data. */
export interface MonitorState {
  /** Absent while no epoch could be compared. */
  readonly best?: MonitoredEpoch;
  /** Epochs that were compared since the best one, or since the first if none was better than nothing. */
  readonly waited: number;
}

/** The comparison of epochs, fed one record after the other. */
export interface EpochMonitor {
  /**
   * Whether this epoch is better than all before it. An epoch that was not validated, though there are data for it,
   * counts for nothing where validation is compared.
   * @throws DeclarationError `E_SERIES`
   */
  observe(record: EpochRecord, hasValidation: boolean): boolean;
  /** The best epoch so far. */
  best(): MonitoredEpoch | undefined;
  /** Epochs since the best one, or since the first if none could be compared. */
  epochsWithoutBetter(): number;
  state(): MonitorState;
  /** Goes on from a state. */
  resume(state: MonitorState): void;
}

const fallingWords: ReadonlySet<string> = new Set([
  'loss',
  'error',
  'perplexity',
  'mse',
  'rmse',
  'mae',
  'nll',
]);
const risingWords: ReadonlySet<string> = new Set([
  'accuracy',
  'precision',
  'recall',
  'f1',
  'auc',
  'r2',
  'score',
]);

/**
 * Compares epochs by one measure. NaN is never better than anything.
 * @throws DeclarationError `E_OPTION` for options out of range, or a name by which `'auto'` cannot tell
 */
export function epochMonitor(options: MonitorOptions): EpochMonitor {
  const { mode = 'auto', minDelta = 0 } = options;
  requireNumber('earlyStopping.minDelta', minDelta, 0);
  const sign = directionOf(options.monitor ?? 'loss', mode) === 'min' ? 1 : -1;
  let best: MonitoredEpoch | undefined;
  let waited = 0;
  return {
    observe(record, hasValidation) {
      const found = monitored(record, options.monitor, hasValidation);
      if (found === undefined) return false;
      const { monitor, value } = found;
      const isBetter = best === undefined ? !Number.isNaN(value) : sign * (best.value - value) > minDelta;
      if (isBetter) best = { monitor, epoch: record.epoch, value };
      waited = isBetter ? 0 : waited + 1;
      return isBetter;
    },
    best: () => best,
    epochsWithoutBetter: () => waited,
    state: () => ({ ...(best === undefined ? {} : { best }), waited }),
    resume: (state) => ({ best, waited } = { best: state.best, waited: state.waited }),
  };
}

/**
 * The measure of an epoch that is compared: by default the validation loss where there are data for it, otherwise the
 * loss. `undefined` for one of validation in an epoch that was not validated.
 * @throws DeclarationError `E_SERIES` when nothing has that name
 */
export function monitored(
  record: EpochRecord,
  name: string | undefined,
  hasValidation: boolean,
): { readonly monitor: string; readonly value: number } | undefined {
  const monitor = name ?? (hasValidation ? 'validation.loss' : 'loss');
  const value = measureOf(record, monitor);
  if (value !== undefined) return { monitor, value };
  if (hasValidation && record.validation === undefined && monitor.startsWith('validation.')) return undefined;
  throw seriesError(monitor, [record]);
}

/** Whether a measure shall fall or rise. @throws DeclarationError `E_OPTION` when its name does not tell */
export function directionOf(monitor: string, mode: MonitorMode): 'min' | 'max' {
  if (mode === 'min' || mode === 'max') return mode;
  if (mode !== 'auto') {
    // Only code without types gets here.
    throw optionError(`mode is ${JSON.stringify(mode)}`, "pass 'min', 'max' or 'auto'");
  }
  // The last word: that of `validation.top5Accuracy` and of `top-5_accuracy` is accuracy.
  const last = /[A-Z]?[a-z0-9]+$|[A-Z]+$/.exec(monitor)?.[0].toLowerCase() ?? '';
  if (fallingWords.has(last)) return 'min';
  if (risingWords.has(last)) return 'max';
  throw optionError(
    `whether "${monitor}" shall fall or rise cannot be told by its name`,
    "say it: mode: 'min' or mode: 'max'",
  );
}
