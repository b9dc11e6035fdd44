// Sums that add nothing.
import { reshape } from '../../../ops/reshape.ts';
import { axesAttribute, combinerOf } from '../../attributes.ts';
import { rule, type Rule } from '../../rule.ts';
import * as is from '../../term.ts';

export const reductionRules: readonly Rule[] = [
  rule({
    name: 'sum of one element',
    phase: 'stabilise',
    exactness: 'stabilising',
    summary: 'A sum over axes of size 1 is a reshape, which keeps -0 where a sum that starts at 0 gives 0.',
    pattern: is.reduce(is.any('x')),
    replacement: ({ x }, node) =>
      combinerOf(node) === 'sum' && axesAttribute(node, 'axes').every((axis) => x.shape[axis] === 1)
        ? reshape(x, node.shape)
        : undefined,
  }),
];
