// How `fit` lowers a rate on a plateau: it reads the rate from the session's state, observes a measure after every epoch
// and puts the new rate back. Relies on the rule of plateaus and on what a session lets others set.
import { directionOf, monitored, type MonitorMode } from './best-epoch.ts';
import type { EpochRecord, SeriesName } from './history.ts';
import { optionError } from './option.ts';
import { reduceOnPlateau, type Plateau, type PlateauOptions } from './reduce-on-plateau.ts';
import type { TrainableSession } from './trainable.ts';

/** When to lower a rate while training; the options are those of `reduceOnPlateau`, counted in epochs. */
export interface RateReduction<Metric extends string = string> extends Omit<PlateauOptions, 'mode'> {
  /** The name of the rate: `'lr'` for `adam({ lr: adjustable('lr', 0.001) })`, which is the default. */
  readonly rate?: string;
  /** Default: `'validation.loss'`, or `'loss'` without validation data. */
  readonly monitor?: SeriesName<Metric>;
  /** Default `'auto'`: losses and errors shall fall; accuracies and the like shall rise. */
  readonly mode?: MonitorMode;
}

/** Hears of every epoch. */
export interface RateReducer {
  /** @throws DeclarationError `E_SERIES` when the epoch has no such measure */
  observe(record: EpochRecord, hasValidation: boolean): void;
  /** Where the rule is; `undefined` before the first epoch that it heard of. */
  state(): Plateau | undefined;
  /** Goes on from a state. */
  resume(state: Plateau | undefined): void;
}

/** @throws DeclarationError `E_OPTION` for options out of range, or a session without that rate */
export function rateReducer(
  session: TrainableSession<never>,
  { rate = 'lr', monitor, mode = 'auto', ...options }: RateReduction,
): RateReducer {
  const rule = reduceOnPlateau({ ...options, mode: directionOf(monitor ?? 'loss', mode) });
  let plateau: Plateau | undefined;
  const current = (): number => {
    const value = session.state?.()[rate];
    const [number] = value?.data ?? [];
    if (number !== undefined && value?.data.length === 1) return number;
    throw optionError(
      `reduceOnPlateau changes the rate "${rate}", which the session does not have`,
      `declare it: adam({ lr: adjustable('${rate}', 0.001) })`,
    );
  };
  current();
  return {
    state: () => plateau,
    resume: (state) => (plateau = state),
    observe(record, hasValidation) {
      const found = monitored(record, monitor, hasValidation);
      if (found === undefined) return;
      // The rate is whatever the session has: callbacks may have changed it, too.
      const lr = current();
      const next = rule.observe({ ...(plateau ?? rule.start(lr)), lr }, found.value);
      plateau = next;
      if (next.lr !== lr) session.assign?.({ [rate]: next.lr });
    },
  };
}
