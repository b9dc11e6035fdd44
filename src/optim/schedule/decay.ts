// Schedules that multiply a base rate by a factor of the step, as PyTorch's `lr_scheduler` has them. PyTorch chains such
// schedulers; here one is the base of the next: `exponentialLr(constantLr(0.1), { gamma: 0.99 })`.
import type { Tensor } from '../../ir/node.ts';
import { add, div, greaterEqual, less, minimum, mul, pow, sub } from '../../ops/arithmetic.ts';
import { scalar } from '../../ops/leaf.ts';
import { cast, where } from '../../ops/select.ts';
import { floor } from '../../ops/unary.ts';
import {
  badOption,
  checkNames,
  checkOption,
  finite,
  nonNegative,
  nonNegativeWhole,
  positiveWhole,
  describeValue,
} from '../../ops/option.ts';
import { valueAt, type Scheduled } from '../optimizer.ts';
import { defineSchedule, type Schedule } from './schedule.ts';

/** Options of {@link stepLr}. */
export interface StepLrOptions {
  /** Steps between two changes. */
  readonly stepSize: number;
  /** The factor of every change, default 0.1. */
  readonly gamma?: number;
}

/**
 * `base · gamma^⌊t / stepSize⌋`. As PyTorch's `StepLR`.
 * @throws {DeclarationError} `E_OPTION` for options out of range
 */
export function stepLr(base: Scheduled, options: StepLrOptions): Schedule {
  checkNames('stepLr', options, ['stepSize', 'gamma']);
  const { stepSize, gamma = 0.1 } = options;
  checkOption('stepLr', 'stepSize', stepSize, positiveWhole);
  checkOption('stepLr', 'gamma', gamma, nonNegative);
  return defineSchedule('stepLr', base, ({ base: rate, time }) =>
    mul(rate, pow(gamma, floor(div(time, stepSize)))),
  );
}

/** Options of {@link multiStepLr}. */
export interface MultiStepLrOptions {
  /** Steps at which the rate changes; one that is named twice changes it twice. */
  readonly milestones: readonly number[];
  /** The factor of every change, default 0.1. */
  readonly gamma?: number;
}

/**
 * `base · gamma^n`, where `n` milestones have been reached. As PyTorch's `MultiStepLR`.
 * @throws {DeclarationError} `E_OPTION` for options out of range
 */
export function multiStepLr(base: Scheduled, options: MultiStepLrOptions): Schedule {
  checkNames('multiStepLr', options, ['milestones', 'gamma']);
  const { milestones, gamma = 0.1 } = options;
  checkOption('multiStepLr', 'gamma', gamma, nonNegative);
  checkMilestones('multiStepLr', milestones);
  const given = [...milestones];
  return defineSchedule('multiStepLr', base, ({ base: rate, time }) => {
    const reached = given.map((milestone) => cast(greaterEqual(time, milestone), 'f64'));
    return mul(
      rate,
      pow(
        gamma,
        reached.reduce<Tensor>((sum, each) => add(sum, each), scalar(0, 'f64')),
      ),
    );
  });
}

/** @throws {DeclarationError} `E_OPTION` unless all are whole numbers of at least 0 */
export function checkMilestones(call: string, milestones: readonly number[]): void {
  if (Array.isArray(milestones) && milestones.every((each) => Number.isInteger(each) && each >= 0)) return;
  throw badOption(call, `milestones is ${describeValue(milestones)}`, 'has to be a list of steps: [30, 60]');
}

/** Options of {@link exponentialLr}. */
export interface ExponentialLrOptions {
  /** The factor of every step. */
  readonly gamma: number;
}

/**
 * `base · gammaᵗ`. As PyTorch's `ExponentialLR`.
 * @throws {DeclarationError} `E_OPTION` for options out of range
 */
export function exponentialLr(base: Scheduled, options: ExponentialLrOptions): Schedule {
  checkNames('exponentialLr', options, ['gamma']);
  const { gamma } = options;
  checkOption('exponentialLr', 'gamma', gamma, nonNegative);
  return defineSchedule('exponentialLr', base, ({ base: rate, time }) => mul(rate, pow(gamma, time)));
}

/** Options of {@link constantLr}. */
export interface ConstantLrOptions {
  /** The factor on the first steps, default 1/3. */
  readonly factor?: number;
  /** How many steps these are, default 5. */
  readonly totalIters?: number;
}

/**
 * `base · factor` for the first `totalIters` steps, then `base`. As PyTorch's `ConstantLR`, whose factor is never taken
 * off again where `totalIters` is 0.
 * @throws {DeclarationError} `E_OPTION` for options out of range
 */
export function constantLr(base: Scheduled, options: ConstantLrOptions = {}): Schedule {
  checkNames('constantLr', options, ['factor', 'totalIters']);
  const { factor = 1 / 3, totalIters = 5 } = options;
  checkOption('constantLr', 'factor', factor, nonNegative);
  checkOption('constantLr', 'totalIters', totalIters, nonNegative);
  return defineSchedule('constantLr', base, ({ base: rate, time }) =>
    totalIters === 0 ? mul(rate, factor) : where(less(time, totalIters), mul(rate, factor), rate),
  );
}

/** Options of {@link linearLr}. */
export interface LinearLrOptions {
  /** The factor of the first step, default 1/3. */
  readonly startFactor?: number;
  /** The factor from step `totalIters` on, default 1. */
  readonly endFactor?: number;
  /** Steps from the one factor to the other, default 5. */
  readonly totalIters?: number;
}

/**
 * `base · (startFactor + (endFactor - startFactor) · min(t, totalIters) / totalIters)`. As PyTorch's `LinearLR`, which
 * stays at its beginning where `totalIters` is 0.
 * @throws {DeclarationError} `E_OPTION` for options out of range
 */
export function linearLr(base: Scheduled, options: LinearLrOptions = {}): Schedule {
  checkNames('linearLr', options, ['startFactor', 'endFactor', 'totalIters']);
  const { startFactor = 1 / 3, endFactor = 1, totalIters = 5 } = options;
  checkOption('linearLr', 'startFactor', startFactor, nonNegative);
  checkOption('linearLr', 'endFactor', endFactor, nonNegative);
  checkOption('linearLr', 'totalIters', totalIters, nonNegativeWhole);
  return defineSchedule('linearLr', base, ({ base: rate, time }) =>
    mul(rate, between(startFactor, endFactor, elapsed(time, totalIters))),
  );
}

/** Options of {@link polynomialLr}. */
export interface PolynomialLrOptions {
  /** Steps until the rate is 0, default 5. */
  readonly totalIters?: number;
  /** Default 1: a straight line. */
  readonly power?: number;
}

/**
 * `base · (1 - min(t, totalIters) / totalIters)^power`. As PyTorch's `PolynomialLR`, which stays at its beginning where
 * `totalIters` is 0.
 * @throws {DeclarationError} `E_OPTION` for options out of range
 */
export function polynomialLr(base: Scheduled, options: PolynomialLrOptions = {}): Schedule {
  checkNames('polynomialLr', options, ['totalIters', 'power']);
  const { totalIters = 5, power = 1 } = options;
  checkOption('polynomialLr', 'totalIters', totalIters, nonNegativeWhole);
  checkOption('polynomialLr', 'power', power, finite);
  return defineSchedule('polynomialLr', base, ({ base: rate, time }) =>
    mul(rate, pow(sub(1, elapsed(time, totalIters)), power)),
  );
}

/**
 * `base · factor(t)`, where `factor` is any expression of the number of steps taken, an f64 scalar. As PyTorch's
 * `LambdaLR`.
 * @example
 * lambdaLr(0.1, (t) => rsqrt(add(t, 1)))
 * @throws {ShapeError} `E_NOT_SCALAR` when the program is compiled, unless the factor is one number
 */
export function lambdaLr(base: Scheduled, factor: (time: Tensor) => Tensor): Schedule {
  if (typeof factor !== 'function') {
    throw badOption('lambdaLr', `factor is ${describeValue(factor)}`, 'has to be a function of the step');
  }
  return defineSchedule('lambdaLr', base, ({ base: rate, time }) =>
    mul(rate, valueAt('lambdaLr', 'factor', factor, { step: time, dtype: 'f64' })),
  );
}

/** The part of a phase of so many steps that is over, at most 1; a phase of none never ends. */
export function elapsed(time: Tensor, steps: number): Tensor {
  return steps === 0 ? scalar(0, 'f64') : div(minimum(time, steps), steps);
}

/** `start + (end - start) · part` */
export function between(start: number, end: number, part: Tensor): Tensor {
  return add(mul(part, end - start), start);
}
