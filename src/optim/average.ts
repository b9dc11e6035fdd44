// Averages of the parameters over training, with which a program evaluates and predicts: exponential moving averages
// and stochastic weight averaging.
import type { Tensor } from '../ir/node.ts';
import { callSite, inScope } from '../ir/origin.ts';
import { add, div, equal, lessEqual, mul, sub } from '../ops/arithmetic.ts';
import { initialValueOf, nameOf, scalar, state } from '../ops/leaf.ts';
import { cast, where } from '../ops/select.ts';
import { floor } from '../ops/unary.ts';
import { checkNames, checkOption, fraction, positiveWhole, type AllowedRange } from '../ops/option.ts';
import { checkScheduled, type OptionValue, type Scheduled, type Update } from './optimizer.ts';
import { doubleAt } from './scalar.ts';
import { remainder, type Schedule } from './schedule/schedule.ts';

/** How parameters are averaged: a value, with its options to read. */
export interface Average {
  readonly name: string;
  readonly options: Readonly<Record<string, OptionValue>>;
  /** The share of the newest parameters in the average after a step, an f64 scalar; 1 copies them. */
  readonly share: Schedule;
}

/** Options of averages: which steps count. */
export interface AverageOptions {
  /** The step, counted from 0, after which averaging begins; until then the average is the parameter. Default 0. */
  readonly start?: number;
  /** Every how many steps the parameters are taken into the average, default 1. */
  readonly every?: number;
}

/** Options of {@link ema}. */
export interface EmaOptions extends AverageOptions {
  /** What is kept of the average, default 0.999. */
  readonly decay?: Scheduled;
}

const wholeFromZero: AllowedRange = {
  text: 'a whole number of at least 0',
  holds: (value) => Number.isInteger(value) && value >= 0,
};

/**
 * The exponential moving average of the parameters: `a ← decay · a + (1 - decay) · p` after every step, `a ← p` after
 * the first (PyTorch's `AveragedModel` with `get_ema_avg_fn`; Polyak and Juditsky 1992).
 * `compile({ …, average: ema({ decay: 0.999 }) })` makes a program that trains the parameters and evaluates and predicts
 * with the averages; running statistics are those of training. State: `<parameter>.average`.
 * @throws {DeclarationError} `E_OPTION` for options out of range
 */
export function ema(options: EmaOptions = {}): Average {
  checkNames('ema', options, ['decay', 'start', 'every']);
  const { decay = 0.999, start = 0, every = 1 } = options;
  checkScheduled('ema', 'decay', decay, fraction);
  return average('ema', { decay, start, every }, (_, step) => sub(1, doubleAt('ema', 'decay', decay, step)));
}

/**
 * Stochastic weight averaging: the plain mean of the parameters after steps `start`, `start + every`, … (Izmailov et
 * al. 2018; PyTorch's `AveragedModel`), with which the program evaluates and predicts, as with {@link ema}. Running
 * statistics are those of training. State: `<parameter>.average`.
 * @throws {DeclarationError} `E_OPTION` for options out of range
 */
export function swa(options: AverageOptions = {}): Average {
  checkNames('swa', options, ['start', 'every']);
  const { start = 0, every = 1 } = options;
  return average('swa', { start, every }, (count) => div(1, add(count, 1)));
}

function average(
  name: string,
  options: Required<AverageOptions> & { readonly decay?: Scheduled },
  shareOf: (count: Tensor, step: Tensor) => Tensor,
): Average {
  const { start, every } = options;
  checkOption(name, 'start', start, wholeFromZero);
  checkOption(name, 'every', every, positiveWhole);
  const site = callSite();
  return Object.freeze({
    name,
    options: Object.freeze({ ...options }),
    share: (step: Tensor) =>
      inScope({ name, kind: 'function', label: name, site }, () => {
        const since = sub(cast(step, 'f64'), start);
        const isTaken = equal(remainder(since, every), 0);
        const share = where(isTaken, shareOf(floor(div(since, every)), step), scalar(0, 'f64'));
        return where(lessEqual(since, 0), scalar(1, 'f64'), share);
      }),
  });
}

/** The average of a parameter: a leaf that starts where the parameter does, and its update after a step. */
export function averageOf(rule: Average, { leaf, next }: Update, step: Tensor): Update {
  const kept = state(`${nameOf(leaf)}.average`, initialValueOf(leaf));
  const share = rule.share(step);
  const moved = add(kept, mul(sub(next, kept), cast(share, leaf.dtype)));
  // The average stays as it is even beside an infinite parameter, and a copy is exact.
  const unchanged = where(equal(share, 0), kept, moved);
  return { leaf: kept, next: where(equal(share, 1), next, unchanged) };
}
