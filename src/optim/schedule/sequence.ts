// Schedules one after the other: warm-up before another schedule, and any list with milestones between.
import type { Tensor } from '../../ir/node.ts';
import { greaterEqual, less, maximum, mul, pow, sub } from '../../ops/arithmetic.ts';
import { cast, where } from '../../ops/select.ts';
import {
  badOption,
  checkNames,
  checkOption,
  chosen,
  finite,
  positive,
  positiveWhole,
} from '../../ops/option.ts';
import { checkScheduled, type Scheduled } from '../optimizer.ts';
import { doubleAt } from '../scalar.ts';
import { between, checkMilestones, elapsed } from './decay.ts';
import { namedSchedule, type Schedule } from './schedule.ts';

/** Options of {@link warmUp}. */
export interface WarmUpOptions {
  /** Steps of the warm-up. */
  readonly steps: number;
  /** The factor of the first step, default `1 / steps`. */
  readonly startFactor?: number;
  /** In equal differences (`linear`, default) or equal ratios. */
  readonly strategy?: 'linear' | 'exponential';
}

const warmings: Readonly<Record<'linear' | 'exponential', (start: number, part: Tensor) => Tensor>> = {
  linear: (start, part) => between(start, 1, part),
  exponential: (start, part) => pow(start, sub(1, part)),
};

/**
 * For the first `steps` steps the first rate of `base` times a factor that grows to 1, then `base` from its beginning:
 * `warmUp(cosineAnnealingLr(0.1, { tMax: 900 }), { steps: 100 })`. The factor is
 * `startFactor + (1 - startFactor) · t / steps`, or `startFactor^(1 - t / steps)`.
 * @throws {DeclarationError} `E_OPTION` for options out of range
 */
export function warmUp(base: Scheduled, options: WarmUpOptions): Schedule {
  checkNames('warmUp', options, ['steps', 'startFactor', 'strategy']);
  const { steps, startFactor = 1 / steps, strategy = 'linear' } = options;
  checkScheduled('warmUp', 'base', base, finite);
  checkOption('warmUp', 'steps', steps, positiveWhole);
  checkOption('warmUp', 'startFactor', startFactor, strategy === 'exponential' ? positive : finite);
  const factorAt = chosen('warmUp', 'strategy', strategy, warmings);
  return namedSchedule('warmUp', (step) => {
    const rate = doubleAt('warmUp', 'base', base, maximum(sub(step, steps), 0));
    const factor = factorAt(startFactor, elapsed(cast(step, 'f64'), steps));
    return where(less(step, steps), mul(rate, factor), rate);
  });
}

/** Options of {@link sequentialLr}. */
export interface SequentialLrOptions {
  /** The step at which each schedule but the first begins, ascending. */
  readonly milestones: readonly number[];
}

/**
 * `scheduleᵢ(t - milestoneᵢ)`: one schedule after the other, each from its own beginning. As PyTorch's
 * `SequentialLR`.
 * @throws {DeclarationError} `E_OPTION` unless there is one milestone fewer than schedules, ascending
 */
export function sequentialLr(schedules: readonly Scheduled[], options: SequentialLrOptions): Schedule {
  checkNames('sequentialLr', options, ['milestones']);
  const { milestones } = options;
  checkMilestones('sequentialLr', milestones);
  schedules.forEach((each, position) =>
    checkScheduled('sequentialLr', `schedules[${position}]`, each, finite),
  );
  const [first, ...others] = [...schedules];
  if (first === undefined || others.length !== milestones.length) {
    const given = `there are ${schedules.length} schedules and ${milestones.length} milestones`;
    throw badOption('sequentialLr', given, 'needs one milestone between each schedule and the next');
  }
  if (milestones.some((each, position) => each < (milestones[position - 1] ?? 0))) {
    throw badOption('sequentialLr', `milestones is [${milestones.join(', ')}]`, 'has to ascend');
  }
  const starts = [...milestones];
  return namedSchedule('sequentialLr', (step) =>
    others.reduce<Tensor>(
      (before, schedule, position) => {
        const start = starts[position] ?? 0;
        const sinceStart = maximum(sub(step, start), 0);
        const rate = doubleAt('sequentialLr', `schedules[${position + 1}]`, schedule, sinceStart);
        return where(greaterEqual(step, start), rate, before);
      },
      doubleAt('sequentialLr', 'schedules[0]', first, step),
    ),
  );
}
