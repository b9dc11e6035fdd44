// Rewrite rules as values: a pattern, a replacement, and what the replacement promises about rounding.
import type { Op, Tensor } from '../ir/node.ts';
import { capture, type Captured, type TensorPattern } from './pattern.ts';

/**
 * When rules apply. `canonicalise` brings equal computations to one form; `stabilise` changes rounding for the
 * better, once, before any target is chosen; `specialise` removes what an earlier stage has used up.
 */
export type Phase = 'canonicalise' | 'stabilise' | 'specialise';

/**
 * `exact`: the same bits for all inputs in the dtype's arithmetic, NaN, ±0 and ±Inf included (which NaN is not
 * told apart); `stabilising`: rounds differently, at least as accurately; `fast-only`: for `numerics: 'fast'`.
 */
export type Exactness = 'exact' | 'stabilising' | 'fast-only';

export interface Rule {
  readonly name: string;
  readonly phase: Phase;
  readonly exactness: Exactness;
  /** A sentence for `explain()`. */
  readonly summary: string;
  /** Ops of the nodes it looks at; absent where it looks at all. */
  readonly ops?: readonly Op[];
  /** What the node may be replaced by, of its shape and dtype; undefined where the rule does not apply. */
  rewrite(node: Tensor): Tensor | undefined;
}

/** A rule as it is written down. */
export interface RuleDefinition<Name extends string> {
  readonly name: string;
  readonly phase: Phase;
  readonly exactness: Exactness;
  readonly summary: string;
  readonly pattern: TensorPattern<Name>;
  /** The right-hand side; undefined where a condition beside the pattern does not hold. */
  readonly replacement: (captured: Captured<Name>, node: Tensor) => Tensor | undefined;
}

/**
 * Makes a rule of a pattern and a replacement.
 * @example
 * rule({
 *   name: 'double negation', phase: 'canonicalise', exactness: 'exact', summary: '-(-x) is x',
 *   pattern: is.neg(is.neg(is.any('x'))),
 *   replacement: ({ x }) => x,
 * });
 */
export function rule<Name extends string>(definition: RuleDefinition<Name>): Rule {
  const { name, phase, exactness, summary, pattern, replacement } = definition;
  return Object.freeze({
    name,
    phase,
    exactness,
    summary,
    ...(pattern.ops === undefined ? {} : { ops: pattern.ops }),
    rewrite: (node: Tensor) => {
      const captured = capture(pattern, node);
      return captured === undefined ? undefined : replacement(captured, node);
    },
  });
}
