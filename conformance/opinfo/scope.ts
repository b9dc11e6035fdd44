// Cases of OpInfo that are outside the product's scope, which has no complex numbers, no factorisations of linear algebra,
// no FFT and no in-place variants. They are skipped; all others count.
import type { OpinfoCase } from '../corpus.ts';

/** What is left out of an operator, and why. */
interface Exclusion {
  readonly operator: string;
  readonly holds: (opinfoCase: OpinfoCase) => boolean;
  readonly reason: string;
}

/** Orders of a matrix norm that are of its singular values. */
const spectralOrders: readonly unknown[] = [2, -2, 'nuc'];

const exclusions: readonly Exclusion[] = [
  {
    operator: 'linalg.norm',
    holds: ({ args, kwargs, in: [x] }) => {
      const [, ord = kwargs.ord, dim = kwargs.dim ?? null] = args;
      const isOfMatrix = Array.isArray(dim) ? dim.length === 2 : dim === null && x?.s.length === 2;
      return isOfMatrix && spectralOrders.includes(ord);
    },
    reason: 'norms of singular values need a factorisation of the matrix',
  },
];

/** Why a case is left out; undefined where it counts. */
export function outOfScope(opinfoCase: OpinfoCase): string | undefined {
  return exclusions.find(({ operator, holds }) => operator === opinfoCase.op && holds(opinfoCase))?.reason;
}
