// Reductions over axes of size 1, which combine nothing.
import { reduceOp } from '../../../ops/reduce.ts';
import { reshape } from '../../../ops/reshape.ts';
import { axesAttribute, combinerOf } from '../../attributes.ts';
import { rule, type Rule } from '../../rule.ts';
import * as is from '../../term.ts';
import { makeNode } from '../../../ir/node.ts';

const x = is.any('x');
const exact = { phase: 'canonicalise', exactness: 'exact' } as const;

export const reductionRules: readonly Rule[] = [
  rule({
    ...exact,
    name: 'reduction of one element',
    summary:
      'A product, maximum or minimum over axes of size 1 is a reshape; a sum is so on integers only, because 0 + (-0) is 0.',
    pattern: is.reduce(x),
    replacement: (found, node) => {
      const single = axesAttribute(node, 'axes').every((axis) => found.x.shape[axis] === 1);
      const keepsBits = combinerOf(node) !== 'sum' || node.dtype === 'i32';
      return single && keepsBits ? reshape(found.x, node.shape) : undefined;
    },
  }),
  rule({
    ...exact,
    name: 'reduction over some axes of size one',
    summary: 'A reduction leaves out its axes of size 1 where it has others.',
    pattern: is.reduce(x),
    replacement: (found, node) => {
      const axes = axesAttribute(node, 'axes');
      const unit = axes.filter((axis) => found.x.shape[axis] === 1);
      if (unit.length === 0 || unit.length === axes.length) return undefined;
      const squeezed = reshape(
        found.x,
        found.x.shape.filter((_, axis) => !unit.includes(axis)),
      );
      const wide = axes.filter((axis) => !unit.includes(axis));
      const moved = wide.map((axis) => axis - unit.filter((each) => each < axis).length);
      return makeNode(reduceOp, [squeezed], { axes: moved, combiner: combinerOf(node) });
    },
  }),
];
