// Which parameters something is for: penalties, groups of an optimizer. Relies on leaves and their names only.
import { DeclarationError } from '../ir/errors.ts';
import { nearest } from '../ir/nearest.ts';
import { isTensor, type Tensor } from '../ir/node.ts';
import { declaredLeaf, nameOf } from '../ops/leaf.ts';
import { printShape } from '../ir/size.ts';
import { badOption, chosen } from '../ops/option.ts';

/**
 * A choice of parameters: `weights` are those of rank 2 or more (no biases, no scales of normalisation), `all` is every
 * one; or a list of names and of the parameters themselves, where the name of a layer stands for all that is in it
 * (`['iris/linear1', 'head.bias']`); or a predicate.
 */
export type ParameterChoice =
  'weights' | 'all' | readonly (string | Tensor)[] | ((name: string, parameter: Tensor) => boolean);

/** A choice that was checked as far as it can be before the parameters are known. */
export interface Chooser {
  readonly holds: (parameter: Tensor) => boolean;
  /** Refuses names and tensors that are none of the parameters. @throws {DeclarationError} `E_NO_PARAMETERS` */
  readonly check: (parameters: readonly Tensor[]) => void;
}

type Predicate = (name: string, parameter: Tensor) => boolean;

const choices: Readonly<Record<'weights' | 'all', Predicate>> = {
  weights: (_, parameter) => parameter.shape.length >= 2,
  all: () => true,
};

/** @throws {DeclarationError} `E_OPTION` for what is no choice */
export function chooserOf(call: string, choice: ParameterChoice): Chooser {
  if (isList(choice)) return listChooser(call, [...choice]);
  const predicate = typeof choice === 'function' ? choice : chosen(call, 'parameters', choice, choices);
  return {
    holds: (parameter) => predicate(nameOf(parameter), parameter),
    check: () => {
      // Any parameters will do.
    },
  };
}

function isList(choice: ParameterChoice): choice is readonly (string | Tensor)[] {
  return Array.isArray(choice);
}

function listChooser(call: string, entries: readonly (string | Tensor)[]): Chooser {
  // Code without types may list anything.
  const given: readonly unknown[] = entries;
  const wrong = given.find((entry) => typeof entry !== 'string' && !isTensor(entry));
  if (wrong !== undefined || entries.length === 0) {
    const what = wrong === undefined ? 'an empty list' : `a list with ${JSON.stringify(wrong)}`;
    throw badOption(
      call,
      `parameters is ${what}`,
      'has to list names of parameters or layers, or parameters',
    );
  }
  return {
    holds: (parameter) => entries.some((entry) => stands(entry, parameter)),
    check: (parameters) => {
      const missing = entries.find((entry) => !parameters.some((parameter) => stands(entry, parameter)));
      if (missing !== undefined) throw nothing(call, missing, parameters);
    },
  };
}

/** Whether an entry of a list stands for a parameter: its name, a layer around it, or the parameter itself. */
function stands(entry: string | Tensor, parameter: Tensor): boolean {
  if (typeof entry !== 'string') return entry === parameter || entry === declaredLeaf(parameter);
  const name = nameOf(parameter);
  return name === entry || name.startsWith(`${entry}.`) || name.startsWith(`${entry}/`);
}

function nothing(call: string, entry: string | Tensor, parameters: readonly Tensor[]): DeclarationError {
  const names = parameters.map(nameOf);
  const what = typeof entry === 'string' ? `"${entry}"` : `the tensor of shape ${printShape(entry.shape)}`;
  const near = typeof entry === 'string' ? nearest(entry, names) : undefined;
  const help = near === undefined ? `there are ${names.join(', ')}` : `did you mean "${near}"?`;
  return new DeclarationError('E_NO_PARAMETERS', `${call}: ${what} is none of the parameters; ${help}`);
}
