// Loops around statements, with reductions that gather through several of them.
import { InternalError } from '../ir/errors.ts';
import type { Axis } from '../ir/index-expression.ts';
import type { Fold } from '../ir/lowering.ts';
import { type Local, local } from '../ir/scalar.ts';
import type { Loop, Reduction, Statement } from './kernel.ts';

const partials = new WeakMap<Local, Local>();

/** The inner part of a reduction that runs over outer and inner loops. */
export function partialOf(total: Local): Local {
  const partial = partials.get(total) ?? { name: `${total.name}OfRow`, type: total.type };
  partials.set(total, partial);
  return partial;
}

/** Loops over `axes` around `body`; a reduction over several loops gathers loop by loop, inside out. */
export function nest(
  axes: readonly Axis[],
  body: readonly Statement[],
  reductions: readonly Reduction[],
  folds: readonly Fold[],
): readonly Statement[] {
  const [first, ...rest] = axes;
  if (first === undefined) {
    const values = reductions.map(({ local: target, contribution }): Statement => ({
      kind: 'let',
      local: target,
      value: contribution,
    }));
    return [...body, ...values];
  }
  if (body.length === 0 && reductions.length === 0 && folds.length === 0) return [];
  if (rest.length === 0) {
    const single: Loop = { kind: 'loop', axis: first, body, reductions, folds };
    return [single];
  }
  if (folds.length > 0) throw new InternalError('E_FOLD', 'a fold runs over one loop');
  // Every loop gathers into a local of its own: what it gathers may be a partial result already.
  const inner = reductions.map((reduction) => {
    const { name, type } = reduction.local;
    return { ...reduction, local: { name: `${name}OfRow`, type } };
  });
  const outer = reductions.map(({ local: target, combiner }, position): Reduction => {
    const from = inner[position]?.local ?? target;
    return { local: target, combiner, contribution: local(from), order: 'ascending' };
  });
  return [{ kind: 'loop', axis: first, body: nest(rest, body, inner, []), reductions: outer, folds: [] }];
}
