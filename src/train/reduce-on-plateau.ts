// Lowering a rate when a measure stops getting better (PyTorch's `ReduceLROnPlateau`): a pure state machine, which `fit`
// drives from epoch to epoch, and anybody else may.
import { checkNames, checkOption, chosen, nonNegative, properFraction } from '../ops/option.ts';

/** When and by how much to lower a rate. */
export interface PlateauOptions {
  /** Whether smaller (`'min'`, default) or larger values are better. */
  readonly mode?: 'min' | 'max';
  /** What the rate is multiplied by, below 1; default 0.1. */
  readonly factor?: number;
  /** Values without a better one that are borne; the next one lowers the rate. Default 10. */
  readonly patience?: number;
  /** By how much a value has to be better to count, default 1e-4. */
  readonly threshold?: number;
  /** Whether `threshold` is relative to the best value (`'rel'`, default) or absolute. */
  readonly thresholdMode?: 'rel' | 'abs';
  /** Values after a change that do not count as bad, default 0. */
  readonly cooldown?: number;
  /** The rate does not go below this, default 0. */
  readonly minLr?: number;
  /** Changes of at most so much are left out, default 1e-8. */
  readonly eps?: number;
}

/** Where the state machine is. */
export interface Plateau {
  readonly lr: number;
  /** The best value so far: an infinity before the first. */
  readonly best: number;
  /** Values since the best one, or since the last change. */
  readonly badValues: number;
  /** Values of the cooldown that are still to come. */
  readonly cooldownLeft: number;
}

/** The rule of a plateau: its start at a rate, and what follows from a value. */
export interface PlateauRule {
  start(lr: number): Plateau;
  /** The state after a value; NaN is never better. */
  observe(plateau: Plateau, value: number): Plateau;
}

const optionNames: readonly (keyof PlateauOptions)[] = [
  'mode',
  'factor',
  'patience',
  'threshold',
  'thresholdMode',
  'cooldown',
  'minLr',
  'eps',
];

/**
 * The rule that lowers a rate on a plateau: when `patience` values in a row were not better than the best and another one
 * is not, the rate becomes `max(lr · factor, minLr)`. A value is better when it is below `best · (1 - threshold)`, or
 * `best - threshold` in absolute terms; above `best · (1 + threshold)` or `best + threshold` where larger is better.
 * @example
 * const rule = reduceOnPlateau({ factor: 0.5, patience: 2 });
 * let plateau = rule.start(0.1);
 * plateau = rule.observe(plateau, loss); // plateau.lr
 * @throws DeclarationError `E_OPTION` for options out of range
 */
export function reduceOnPlateau(options: PlateauOptions = {}): PlateauRule {
  checkNames('reduceOnPlateau', options, optionNames);
  const { mode = 'min', factor = 0.1, patience = 10, threshold = 1e-4, thresholdMode = 'rel' } = options;
  const { cooldown = 0, minLr = 0, eps = 1e-8 } = options;
  chosen('reduceOnPlateau', 'mode', mode, { min: null, max: null });
  chosen('reduceOnPlateau', 'thresholdMode', thresholdMode, { rel: null, abs: null });
  checkOption('reduceOnPlateau', 'factor', factor, properFraction);
  for (const [name, value] of Object.entries({ patience, threshold, cooldown, minLr, eps })) {
    checkOption('reduceOnPlateau', name, value, nonNegative);
  }
  const sign = mode === 'min' ? -1 : 1;
  const bound = (best: number): number =>
    thresholdMode === 'rel' ? best * (1 + sign * threshold) : best + sign * threshold;
  const isBetter = (value: number, best: number): boolean =>
    mode === 'min' ? value < bound(best) : value > bound(best);
  return Object.freeze({
    start: (lr: number) => {
      checkOption('reduceOnPlateau', 'lr', lr, nonNegative);
      return Object.freeze({ lr, best: -sign * Infinity, badValues: 0, cooldownLeft: 0 });
    },
    observe: (plateau: Plateau, value: number) => {
      const better = isBetter(value, plateau.best);
      const best = better ? value : plateau.best;
      const isCooling = plateau.cooldownLeft > 0;
      const badValues = better || isCooling ? 0 : plateau.badValues + 1;
      if (badValues <= patience) {
        return Object.freeze({
          lr: plateau.lr,
          best,
          badValues,
          cooldownLeft: plateau.cooldownLeft - (isCooling ? 1 : 0),
        });
      }
      const lower = Math.max(plateau.lr * factor, minLr);
      const lr = plateau.lr - lower > eps ? lower : plateau.lr;
      return Object.freeze({ lr, best, badValues: 0, cooldownLeft: cooldown });
    },
  });
}
