// The total table of rules under test, by the rules' names.
import { arithmeticCases } from './rule-cases/arithmetic.ts';
import { expansionCases } from './rule-cases/expansion.ts';
import { movementCases } from './rule-cases/movement.ts';
import type { RuleCase } from './rule-cases/rule-case.ts';
import { stabilityCases } from './rule-cases/stability.ts';

export const ruleCases: Readonly<Record<string, RuleCase>> = {
  ...arithmeticCases,
  ...expansionCases,
  ...movementCases,
  ...stabilityCases,
};
