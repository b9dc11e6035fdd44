// What a schedule is: an expression of the number of steps taken so far, in double precision, so that it is exact after
// millions of steps. A schedule takes the place of any number that is `Scheduled`, that of another schedule's base too.
import type { Tensor } from '../../ir/node.ts';
import { callSite, inScope } from '../../ir/origin.ts';
import { div, mul, sub } from '../../ops/arithmetic.ts';
import { cast } from '../../ops/select.ts';
import { floor } from '../../ops/unary.ts';
import { checkOption, finite, positiveWhole } from '../../ops/option.ts';
import { checkScheduled, type Scheduled } from '../optimizer.ts';
import { doubleAt } from '../scalar.ts';

/** A scalar graph of the step counter: an i32 scalar, 0 in the first step. */
export type Schedule = (step: Tensor) => Tensor;

/** What the rule of a schedule works with. */
export interface ScheduleContext {
  /** The base rate in this step. */
  readonly base: Tensor;
  /** The number of steps taken before this one, f64. */
  readonly time: Tensor;
  /** The same, i32. */
  readonly step: Tensor;
}

/** A schedule that changes a base rate; its nodes carry its name and the line where it was declared. */
export function defineSchedule(
  name: string,
  base: Scheduled,
  rule: (context: ScheduleContext) => Tensor,
): Schedule {
  checkScheduled(name, 'base', base, finite);
  return namedSchedule(name, (step) =>
    rule({ base: doubleAt(name, 'base', base, step), time: cast(step, 'f64'), step }),
  );
}

/** A schedule whose nodes carry a name and the line where it was declared. */
export function namedSchedule(name: string, rule: Schedule): Schedule {
  const site = callSite();
  return (step) => inScope({ name, kind: 'function', label: name, site }, () => rule(step));
}

/** `time - period · floor(time / period)`, exact for whole numbers below 2⁵³. */
export function remainder(time: Tensor, period: number): Tensor {
  return sub(time, mul(floor(div(time, period)), period));
}

/**
 * `schedule(⌊t / stepsPerEpoch⌋)`: a schedule of epochs: the rate changes every `stepsPerEpoch` steps.
 * @example
 * sgd({ lr: perEpoch(stepLr(0.1, { stepSize: 30 }), 391) })
 * @throws {DeclarationError} `E_OPTION` unless `stepsPerEpoch` is a whole number of at least 1
 */
export function perEpoch(schedule: Schedule, stepsPerEpoch: number): Schedule {
  checkOption('perEpoch', 'stepsPerEpoch', stepsPerEpoch, positiveWhole);
  return namedSchedule('perEpoch', (step) =>
    schedule(cast(floor(div(cast(step, 'f64'), stepsPerEpoch)), 'i32')),
  );
}
