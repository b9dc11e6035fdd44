// Powers with small constant exponents, which plain arithmetic computes with at most one rounding.
import { mul } from '../../../ops/arithmetic.ts';
import { reciprocal } from '../../../ops/unary.ts';
import { rule, type Rule } from '../../rule.ts';
import * as is from '../../term.ts';

const x = is.any('x');
const stabilising = { phase: 'stabilise', exactness: 'stabilising' } as const;

export const powerRules: readonly Rule[] = [
  rule({
    ...stabilising,
    name: 'first power',
    summary: '`x¹` is `x`.',
    pattern: is.pow(x, is.number(1)),
    replacement: (found) => found.x,
  }),
  rule({
    ...stabilising,
    name: 'second power',
    summary: '`x²` is `x · x`, rounded once.',
    pattern: is.pow(x, is.number(2)),
    replacement: (found) => mul(found.x, found.x),
  }),
  rule({
    ...stabilising,
    name: 'power of minus one',
    summary: '`x⁻¹` is `1 / x`, rounded once.',
    pattern: is.pow(x, is.number(-1)),
    replacement: (found) => reciprocal(found.x),
  }),
];
