// Stabilisation: expressions that overflow, underflow or cancel are replaced by ones that do not. Rounding changes for
// the better, so these rules run once, before any target is chosen, and all targets compute the same bits.
import type { Rule } from '../rule.ts';
import { logarithmRules } from './stabilise/logarithm.ts';
import { powerRules } from './stabilise/power.ts';
import { reductionRules } from './stabilise/reduction.ts';
import { softmaxRules } from './stabilise/softmax.ts';

/** The order matters: what is known of a logarithm's argument beats the general `ln(1 + x)`. */
export const stabiliseRules: readonly Rule[] = [
  ...softmaxRules,
  ...logarithmRules,
  ...powerRules,
  ...reductionRules,
];
