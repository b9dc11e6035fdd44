// Canonicalisation: equal computations get one form, constants become numbers, and what is equal for many elements is
// computed once. All rules are exact, so they may run at any time and any number of times.
import type { Rule } from '../rule.ts';
import { arithmeticRules } from './canonicalise/arithmetic.ts';
import { broadcastRules } from './canonicalise/broadcast.ts';
import { constantRules } from './canonicalise/constant.ts';
import { logicRules } from './canonicalise/logic.ts';
import { movementRules } from './canonicalise/movement.ts';
import { oneHotRules } from './canonicalise/one-hot.ts';
import { reductionRules } from './canonicalise/reduction.ts';

export const canonicaliseRules: readonly Rule[] = [
  ...constantRules,
  ...arithmeticRules,
  ...logicRules,
  ...movementRules,
  ...broadcastRules,
  ...reductionRules,
  ...oneHotRules,
];
