// Specialisation: named sizes become numbers, and markers that an earlier stage has used up disappear.
import type { Tensor } from '../../ir/node.ts';
import { rebuild, withSizes, type NodeMap } from '../../ir/rebuild.ts';
import type { Sizes } from '../../ir/size.ts';
import { scalar, sizeOp } from '../../ops/leaf.ts';
import { isOp } from '../elementwise.ts';
import { rule, type Rule } from '../rule.ts';
import * as is from '../term.ts';

export const specialiseRules: readonly Rule[] = [
  rule({
    name: 'used-up stopGradient',
    phase: 'specialise',
    exactness: 'exact',
    summary: 'After differentiation `stopGradient(x)` is `x`.',
    pattern: is.stopGradient(is.any('x')),
    replacement: ({ x }) => x,
  }),
  rule({
    name: 'known size',
    phase: 'specialise',
    exactness: 'exact',
    summary: 'A size that is a number is a constant.',
    pattern: is.node(sizeOp),
    replacement: (_, node) =>
      typeof node.attrs.size === 'number' ? scalar(node.attrs.size, node.dtype) : undefined,
  }),
  rule({
    name: 'expansion',
    phase: 'specialise',
    exactness: 'exact',
    summary: 'After differentiation an op that is composed of others is those others.',
    pattern: is.any('composed'),
    replacement: (_, node) => {
      const { lowering } = node.op;
      return lowering.kind === 'expansion' ? lowering.expand(node.inputs, node.attrs, node) : undefined;
    },
  }),
];

/** A graph with numbers for its named dimensions. */
export interface SpecialisedSizes {
  readonly roots: readonly Tensor[];
  /** Old node to new node, for every node below the old roots: how feeds find the leaves of the new graph. */
  readonly mapping: NodeMap;
}

/**
 * Replaces the named dimensions below `roots` by numbers, and sizes in expressions by constants. An input with named
 * dimensions becomes one new input; leaves without them stay the nodes that they are.
 * @throws {ShapeError} `E_UNBOUND_DIM` when a dimension has no number in `sizes`
 */
export function specialiseSizes(roots: readonly Tensor[], sizes: Sizes): SpecialisedSizes {
  const mapping = rebuild(roots, (node, inputs) => {
    const bound = withSizes(node, inputs, sizes);
    const size = isOp(bound, sizeOp) ? bound.attrs.size : undefined;
    return typeof size === 'number' ? scalar(size, bound.dtype) : bound;
  });
  return { roots: roots.map((root) => mapping.get(root) ?? root), mapping };
}
