// Cycles of learning rate and momentum together: one cycle (Smith and Topin 2018) and many (Smith 2017).
import type { Tensor } from '../../ir/node.ts';
import { add, div, lessEqual, minimum, mul, pow, sub } from '../../ops/arithmetic.ts';
import { scalar } from '../../ops/leaf.ts';
import { cast, where } from '../../ops/select.ts';
import { cos, floor } from '../../ops/unary.ts';
import {
  badOption,
  checkNames,
  checkOption,
  chosen,
  finite,
  fraction,
  nonNegative,
  positive,
  positiveWhole,
} from '../../ops/option.ts';
import { valueAt } from '../optimizer.ts';
import { between } from './decay.ts';
import { namedSchedule, type Schedule } from './schedule.ts';

/** A rate and the momentum that moves against it: `sgd({ ...cycle })`, `adam({ lr, betas: [momentum, 0.999] })`. */
export interface Cycle {
  /** The rate at a step. */
  readonly lr: Schedule;
  /** The momentum at a step. */
  readonly momentum: Schedule;
}

/** Options of {@link oneCycle}; give `totalSteps`, or `epochs` and `stepsPerEpoch`. */
export interface OneCycleOptions {
  /** The largest rate. */
  readonly maxLr: number;
  /** Steps of the whole cycle, default `epochs · stepsPerEpoch`. */
  readonly totalSteps?: number;
  /** Epochs of the cycle; needed without `totalSteps`. */
  readonly epochs?: number;
  /** Steps of an epoch; needed without `totalSteps`. */
  readonly stepsPerEpoch?: number;
  /** The part of the cycle in which the rate rises, default 0.3. */
  readonly pctStart?: number;
  /** Along half a cosine (`cos`, default) or a straight line. */
  readonly annealStrategy?: 'cos' | 'linear';
  /** Momentum at the largest rate, default 0.85. */
  readonly baseMomentum?: number;
  /** Momentum at the first and the last rate, default 0.95. */
  readonly maxMomentum?: number;
  /** The first rate is `maxLr / divFactor`, default 25. */
  readonly divFactor?: number;
  /** The last rate is the first one `/ finalDivFactor`, default 10⁴. */
  readonly finalDivFactor?: number;
  /** Fall to the first rate as fast as it rose, and from there to the last; default: fall straight to the last. */
  readonly threePhase?: boolean;
}

interface Phase {
  readonly end: number;
  readonly lr: readonly [number, number];
  readonly momentum: readonly [number, number];
}

const annealings: Readonly<Record<'cos' | 'linear', (start: number, end: number, part: Tensor) => Tensor>> = {
  cos: (start, end, part) => add(mul(add(cos(mul(part, Math.PI)), 1), (start - end) / 2), end),
  linear: between,
};

/**
 * The rate rises from `maxLr / divFactor` to `maxLr` while momentum falls, then both go back, the rate to a very small
 * one. As PyTorch's `OneCycleLR`; after the last step, where PyTorch throws, both stay as they are.
 * @throws {DeclarationError} `E_OPTION` for options out of range
 */
export function oneCycle(options: OneCycleOptions): Cycle {
  checkNames('oneCycle', options, oneCycleNames);
  const {
    maxLr,
    epochs,
    stepsPerEpoch,
    pctStart = 0.3,
    annealStrategy = 'cos',
    threePhase = false,
  } = options;
  const { baseMomentum = 0.85, maxMomentum = 0.95, divFactor = 25, finalDivFactor = 1e4 } = options;
  const totalSteps = options.totalSteps ?? (epochs ?? Number.NaN) * (stepsPerEpoch ?? Number.NaN);
  if (Number.isNaN(totalSteps)) {
    throw badOption('oneCycle', 'its length is not given', 'needs totalSteps, or epochs and stepsPerEpoch');
  }
  checkOption('oneCycle', 'totalSteps', totalSteps, positiveWhole);
  for (const [option, value] of Object.entries({ maxLr, divFactor, finalDivFactor })) {
    checkOption('oneCycle', option, value, positive);
  }
  for (const [option, value] of Object.entries({ pctStart, baseMomentum, maxMomentum })) {
    checkOption('oneCycle', option, value, fraction);
  }
  const anneal = chosen('oneCycle', 'annealStrategy', annealStrategy, annealings);
  const first = maxLr / divFactor;
  const last = first / finalDivFactor;
  const rise = pctStart * totalSteps - 1;
  const opening: Phase = { end: rise, lr: [first, maxLr], momentum: [maxMomentum, baseMomentum] };
  const end = totalSteps - 1;
  const phases: readonly Phase[] = threePhase
    ? [
        opening,
        { end: 2 * rise, lr: [maxLr, first], momentum: [baseMomentum, maxMomentum] },
        { end, lr: [first, last], momentum: [maxMomentum, maxMomentum] },
      ]
    : [opening, { end, lr: [maxLr, last], momentum: [baseMomentum, maxMomentum] }];
  const curve = (of: 'lr' | 'momentum'): Schedule =>
    namedSchedule('oneCycle', (step) => {
      const time = minimum(cast(step, 'f64'), end);
      return phases.reduceRight<Tensor | null>((later, phase, position) => {
        const start = phases[position - 1]?.end ?? 0;
        const length = phase.end - start;
        const part = length === 0 ? scalar(1, 'f64') : div(sub(time, start), length);
        const here = anneal(phase[of][0], phase[of][1], part);
        return later === null ? here : where(lessEqual(time, phase.end), here, later);
      }, null) as Tensor; // There are two phases at least.
    });
  return Object.freeze({ lr: curve('lr'), momentum: curve('momentum') });
}

const oneCycleNames: readonly (keyof OneCycleOptions)[] = [
  'maxLr',
  'totalSteps',
  'epochs',
  'stepsPerEpoch',
  'pctStart',
  'annealStrategy',
  'baseMomentum',
  'maxMomentum',
  'divFactor',
  'finalDivFactor',
  'threePhase',
];

/** Options of {@link cyclic}. */
export interface CyclicOptions {
  /** The rate at which cycles begin and end. */
  readonly baseLr: number;
  /** The largest rate of the first cycle. */
  readonly maxLr: number;
  /** Steps up, default 2000. */
  readonly stepSizeUp?: number;
  /** Steps down, default: as many as up. */
  readonly stepSizeDown?: number;
  /**
   * All cycles alike (`triangular`, default), each half as high as the one before (`triangular2`), or times `gammaᵗ`
   * (`expRange`); or a function of the cycle's number, from 1 on, an f64 scalar.
   */
  readonly mode?: CyclicMode | ((cycle: Tensor) => Tensor);
  /** The factor of every step in `expRange`, default 1. */
  readonly gamma?: number;
  /** Momentum at the largest rate, default 0.8. */
  readonly baseMomentum?: number;
  /** Momentum at the base rate, default 0.9. */
  readonly maxMomentum?: number;
}

/** How the height of the triangle changes: not, halved every cycle, or times `gamma` every step. */
export type CyclicMode = 'triangular' | 'triangular2' | 'expRange';

/**
 * The rate goes in straight lines from `baseLr` to `maxLr` and back, again and again, and momentum the other way:
 * `lr = baseLr + (maxLr - baseLr) · h · scale`, `momentum = maxMomentum - (maxMomentum - baseMomentum) · h · scale`, with
 * the height `h` of the triangle. As PyTorch's `CyclicLR`.
 * @throws {DeclarationError} `E_OPTION` for options out of range
 */
export function cyclic(options: CyclicOptions): Cycle {
  checkNames('cyclic', options, cyclicNames);
  const {
    baseLr,
    maxLr,
    stepSizeUp = 2000,
    stepSizeDown = stepSizeUp,
    mode = 'triangular',
    gamma = 1,
  } = options;
  const { baseMomentum = 0.8, maxMomentum = 0.9 } = options;
  checkOption('cyclic', 'baseLr', baseLr, finite);
  checkOption('cyclic', 'maxLr', maxLr, finite);
  checkOption('cyclic', 'stepSizeUp', stepSizeUp, positive);
  checkOption('cyclic', 'stepSizeDown', stepSizeDown, positive);
  checkOption('cyclic', 'gamma', gamma, nonNegative);
  checkOption('cyclic', 'baseMomentum', baseMomentum, fraction);
  checkOption('cyclic', 'maxMomentum', maxMomentum, fraction);
  const scaleOf = typeof mode === 'function' ? scaledBy(mode) : chosen('cyclic', 'mode', mode, scales);
  const length = stepSizeUp + stepSizeDown;
  const turn = stepSizeUp / length;
  const curve = (from: number, to: number): Schedule =>
    namedSchedule('cyclic', (step) => {
      const time = cast(step, 'f64');
      const cycles = div(time, length);
      const cycle = floor(add(cycles, 1));
      const part = sub(add(cycles, 1), cycle);
      const height = where(lessEqual(part, turn), div(part, turn), div(sub(part, 1), turn - 1));
      return add(mul(mul(height, to - from), scaleOf({ cycle, time, gamma })), from);
    });
  return Object.freeze({ lr: curve(baseLr, maxLr), momentum: curve(maxMomentum, baseMomentum) });
}

interface ScaleContext {
  readonly cycle: Tensor;
  readonly time: Tensor;
  readonly gamma: number;
}

const scales: Readonly<Record<CyclicMode, (context: ScaleContext) => Tensor>> = {
  triangular: () => scalar(1, 'f64'),
  triangular2: ({ cycle }) => pow(2, sub(1, cycle)),
  expRange: ({ time, gamma }) => pow(gamma, time),
};

function scaledBy(scale: (cycle: Tensor) => Tensor): (context: ScaleContext) => Tensor {
  return ({ cycle }) => {
    const value = valueAt('cyclic', 'mode', scale, { step: cycle, dtype: 'f64' });
    return typeof value === 'number' ? scalar(value, 'f64') : value;
  };
}

const cyclicNames: readonly (keyof CyclicOptions)[] = [
  'baseLr',
  'maxLr',
  'stepSizeUp',
  'stepSizeDown',
  'mode',
  'gamma',
  'baseMomentum',
  'maxMomentum',
];
