// The rules of every phase, as the compiler's stages apply them.
import type { Phase, Rule } from './rule.ts';
import { canonicaliseRules } from './rules/canonicalise.ts';
import { specialiseRules } from './rules/specialise.ts';
import { stabiliseRules } from './rules/stabilise.ts';

/**
 * Every phase canonicalises what it makes: its own patterns expect the one form, and so does the next stage.
 * `canonicalise` and `stabilise` keep `stopGradient`, so a loss may be stabilised before it is differentiated: only
 * then do the gradients of an overflowing form, such as `e^s / Σ e^s`, stay finite too. `specialise` removes it, and
 * therefore comes after differentiation.
 */
export const rulesOfPhase: Readonly<Record<Phase, readonly Rule[]>> = {
  specialise: [...specialiseRules, ...canonicaliseRules],
  canonicalise: canonicaliseRules,
  stabilise: [...canonicaliseRules, ...stabiliseRules],
};

/** Every rule once. */
export const allRules: readonly Rule[] = [...canonicaliseRules, ...stabiliseRules, ...specialiseRules];
