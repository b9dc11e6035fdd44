// Parameter groups: each parameter follows the optimizer of the one group that takes it.
import { DeclarationError } from '../ir/errors.ts';
import type { Tensor } from '../ir/node.ts';
import { nameOf } from '../ops/leaf.ts';
import { badOption, checkNames } from '../ops/option.ts';
import { chooserOf, type Chooser, type ParameterChoice } from './choice.ts';
import { isOptimizer, type Optimizer } from './optimizer.ts';

/** Parameters that follow one optimizer. */
export interface ParameterGroup {
  /** Which; `rest` is what no other group takes. */
  readonly parameters: ParameterChoice | 'rest';
  readonly optimizer: Optimizer;
}

interface Group {
  readonly chooser: Chooser | null;
  readonly optimizer: Optimizer;
}

/**
 * One optimizer of several, each for the parameters of its group; PyTorch's list of `{ params, … }`.
 * @example
 * groups([
 *   { parameters: 'weights', optimizer: adamW({ lr: 0.001, weightDecay: 0.1 }) },
 *   { parameters: 'rest', optimizer: adamW({ lr: 0.001, weightDecay: 0 }) },
 * ])
 * @throws {DeclarationError} `E_OPTION` for groups that are none; when the program is compiled, `E_GROUPS` unless every
 * parameter is in one group and every group but `rest` has one, `E_NO_PARAMETERS` for names that are none
 */
export function groups(list: readonly ParameterGroup[]): Optimizer {
  if (!Array.isArray(list) || list.length === 0) {
    throw badOption(
      'groups',
      'there is no group',
      "takes a list: [{ parameters: 'all', optimizer: adam() }]",
    );
  }
  // A hole in the list is visited, too.
  const members = Array.from(list, groupOf);
  if (members.filter(({ chooser }) => chooser === null).length > 1) {
    throw badOption('groups', "two groups are 'rest'", 'has one such group at most');
  }
  const groupsOf = (parameter: Tensor): readonly number[] => {
    const taking = members.flatMap(({ chooser }, position) =>
      chooser?.holds(parameter) === true ? [position] : [],
    );
    const rest = members.findIndex(({ chooser }) => chooser === null);
    return taking.length === 0 && rest >= 0 ? [rest] : taking;
  };
  return Object.freeze({
    name: 'groups',
    options: Object.freeze(
      Object.fromEntries(members.map(({ optimizer }, position) => [`group ${position}`, optimizer.name])),
    ),
    check: (parameters: readonly Tensor[]) => {
      const problems = parameters.flatMap((parameter) => problemOf(parameter, groupsOf(parameter)));
      if (problems.length > 0) throw new DeclarationError('E_GROUPS', `groups: ${problems.join('; ')}`);
      members.forEach(({ chooser, optimizer }, position) => {
        chooser?.check(parameters);
        const own = parameters.filter((parameter) => groupsOf(parameter).includes(position));
        if (own.length === 0 && chooser !== null) {
          throw new DeclarationError(
            'E_GROUPS',
            `groups: group ${position} (${optimizer.name}) takes no parameter`,
          );
        }
        optimizer.check?.(own);
      });
    },
    update: (context) => {
      const [position = -1] = groupsOf(context.parameter);
      const group = members[position];
      if (group === undefined) {
        throw new DeclarationError('E_GROUPS', `groups: ${problemOf(context.parameter, []).join('')}`);
      }
      return group.optimizer.update(context);
    },
  } satisfies Optimizer);
}

function groupOf(group: ParameterGroup, position: number): Group {
  const call = `groups[${position}]`;
  checkNames(call, group, ['parameters', 'optimizer']);
  const { parameters, optimizer } = group;
  if (!isOptimizer(optimizer)) throw badOption(call, 'optimizer is none', 'needs one, for example adam()');
  return { chooser: parameters === 'rest' ? null : chooserOf(call, parameters), optimizer };
}

function problemOf(parameter: Tensor, positions: readonly number[]): readonly string[] {
  if (positions.length === 1) return [];
  const name = `"${nameOf(parameter)}"`;
  return positions.length === 0
    ? [`${name} is in no group; add { parameters: 'rest', optimizer: … }, or freeze it`]
    : [`${name} is in groups ${positions.join(' and ')}`];
}
