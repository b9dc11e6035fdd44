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

const reason = 'norms of singular values need a factorisation of the matrix';

const exclusions: readonly Exclusion[] = [
  {
    operator: 'linalg.norm',
    holds: ({ args, kwargs, in: [x] }) => {
      const [, ord = kwargs.ord, dim = kwargs.dim ?? null] = args;
      const isOfMatrix = Array.isArray(dim) ? dim.length === 2 : dim === null && x?.s.length === 2;
      return isOfMatrix && spectralOrders.includes(ord);
    },
    reason,
  },
  {
    operator: 'linalg.matrix_norm',
    holds: ({ args: [, ord], kwargs }) => spectralOrders.includes(ord ?? kwargs.ord),
    reason,
  },
  { operator: 'norm', holds: ({ args: [, p], kwargs }) => (p ?? kwargs.p) === 'nuc', reason },
];

/** Why a case is left out; undefined where it counts. */
export function outOfScope(opinfoCase: OpinfoCase): string | undefined {
  return exclusions.find(({ operator, holds }) => operator === opinfoCase.op && holds(opinfoCase))?.reason;
}
