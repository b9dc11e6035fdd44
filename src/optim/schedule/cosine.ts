// Cosine annealing, with and without restarts (Loshchilov and Hutter 2017).
import type { Tensor } from '../../ir/node.ts';
import { add, div, mul, pow, sub } from '../../ops/arithmetic.ts';
import { cos, floor, log } from '../../ops/unary.ts';
import { checkNames, checkOption, finite, positiveWhole } from '../../ops/option.ts';
import type { Scheduled } from '../optimizer.ts';
import { defineSchedule, remainder, type Schedule } from './schedule.ts';

/** Options of {@link cosineAnnealingLr}. */
export interface CosineAnnealingLrOptions {
  /** Steps from the base rate down to the least. */
  readonly tMax: number;
  /** The least rate, default 0. */
  readonly etaMin?: number;
}

/**
 * `etaMin + (base - etaMin) · (1 + cos(π · t / tMax)) / 2`, which rises again after `tMax` steps. As PyTorch's
 * `CosineAnnealingLR`.
 * @throws {DeclarationError} `E_OPTION` for options out of range
 */
export function cosineAnnealingLr(base: Scheduled, options: CosineAnnealingLrOptions): Schedule {
  checkNames('cosineAnnealingLr', options, ['tMax', 'etaMin']);
  const { tMax, etaMin = 0 } = options;
  checkOption('cosineAnnealingLr', 'tMax', tMax, positiveWhole);
  checkOption('cosineAnnealingLr', 'etaMin', etaMin, finite);
  return defineSchedule('cosineAnnealingLr', base, ({ base: rate, time }) =>
    annealed(rate, etaMin, div(remainder(time, 2 * tMax), tMax)),
  );
}

/** Options of {@link cosineWarmRestartsLr}. */
export interface CosineWarmRestartsLrOptions {
  /** Steps until the first restart. */
  readonly t0: number;
  /** By how much each period is longer than the one before, a whole number; default 1. */
  readonly tMult?: number;
  /** The least rate, default 0. */
  readonly etaMin?: number;
}

/**
 * `etaMin + (base - etaMin) · (1 + cos(π · tᵢ / Tᵢ)) / 2`, where `tᵢ` steps of a period of `Tᵢ = t0 · tMultⁱ` are over.
 * As PyTorch's `CosineAnnealingWarmRestarts`.
 * @throws {DeclarationError} `E_OPTION` for options out of range
 */
export function cosineWarmRestartsLr(base: Scheduled, options: CosineWarmRestartsLrOptions): Schedule {
  checkNames('cosineWarmRestartsLr', options, ['t0', 'tMult', 'etaMin']);
  const { t0, tMult = 1, etaMin = 0 } = options;
  checkOption('cosineWarmRestartsLr', 't0', t0, positiveWhole);
  checkOption('cosineWarmRestartsLr', 'tMult', tMult, positiveWhole);
  checkOption('cosineWarmRestartsLr', 'etaMin', etaMin, finite);
  return defineSchedule('cosineWarmRestartsLr', base, ({ base: rate, time }) =>
    annealed(rate, etaMin, tMult === 1 ? div(remainder(time, t0), t0) : partOfGrowingPeriod(time, t0, tMult)),
  );
}

/** Far above the rounding of a logarithm, and below what one step of 2³¹ changes. */
const roundingOfLogarithm = 1e-11;

/** The part of the running period that is over, where each is `growth` times as long as the one before. */
function partOfGrowingPeriod(time: Tensor, first: number, growth: number): Tensor {
  const logarithm = div(log(add(mul(time, (growth - 1) / first), 1)), Math.log(growth));
  const scale = pow(growth, floor(add(logarithm, roundingOfLogarithm)));
  const start = mul(sub(scale, 1), first / (growth - 1));
  return div(sub(time, start), mul(scale, first));
}

/** From `rate` at 0 along a half wave to `least` at 1. */
function annealed(rate: Tensor, least: number, part: Tensor): Tensor {
  const height = mul(add(cos(mul(part, Math.PI)), 1), 0.5);
  return add(mul(sub(rate, least), height), least);
}
