// Regularisation penalties: functions of the parameters that are added to the loss.
import { DeclarationError } from '../ir/errors.ts';
import type { Tensor } from '../ir/node.ts';
import { callSite, inScope } from '../ir/origin.ts';
import { add, mul } from '../ops/arithmetic.ts';
import { nameOf } from '../ops/leaf.ts';
import { sum } from '../ops/reduce.ts';
import { cast } from '../ops/select.ts';
import { abs, square } from '../ops/unary.ts';
import { checkOption, nonNegative, checkNames } from '../ops/option.ts';
import { chooserOf, type ParameterChoice } from './choice.ts';

/** A term of the loss that depends on parameters only. */
export interface Penalty {
  readonly name: string;
  /** The scalar to add to the loss, given all parameters of the model. @throws {DeclarationError} `E_NO_PARAMETERS` */
  readonly apply: (parameters: readonly Tensor[]) => Tensor;
}

/** Options of penalties. */
export interface PenaltyOptions {
  /** The parameters that the penalty is on, default `weights`. */
  readonly parameters?: ParameterChoice;
}

/** `factor · Σ |w|` over the chosen parameters (lasso). @throws {DeclarationError} `E_OPTION` unless `factor ≥ 0` */
export function l1(factor: number, options: PenaltyOptions = {}): Penalty {
  return penalty('l1', factor, options, abs);
}

/**
 * `factor · Σ w²` over the chosen parameters (ridge). An optimizer's `weightDecay` of `2 · factor` has the same
 * gradient. @throws {DeclarationError} `E_OPTION` unless `factor ≥ 0`
 */
export function l2(factor: number, options: PenaltyOptions = {}): Penalty {
  return penalty('l2', factor, options, square);
}

function penalty(
  name: string,
  factor: number,
  options: PenaltyOptions,
  magnitude: (w: Tensor) => Tensor,
): Penalty {
  checkNames(name, options, ['parameters']);
  const { parameters: choice = 'weights' } = options;
  checkOption(name, 'factor', factor, nonNegative);
  const chooser = chooserOf(name, choice);
  const site = callSite();
  return Object.freeze({
    name,
    apply: (parameters: readonly Tensor[]) => {
      chooser.check(parameters);
      const kept = parameters.filter(chooser.holds);
      return inScope({ name, kind: 'function', label: `${name}(${factor})`, site }, () => {
        const [first, ...others] = kept.map((parameter) => mul(sum(magnitude(parameter)), factor));
        if (first !== undefined) {
          return others.reduce((total, term) => add(total, cast(term, first.dtype)), first);
        }
        const names = parameters.map(nameOf).join(', ');
        throw new DeclarationError(
          'E_NO_PARAMETERS',
          `${name}: none of the parameters is chosen (${names === '' ? 'the loss depends on none' : names})`,
        );
      });
    },
  });
}
