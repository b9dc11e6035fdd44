// Movement of elements: moves that undo one another, and moves that move nothing. No element is computed here, so
// every rule is exact.
import type { Tensor } from '../../../ir/node.ts';
import { shapesEqual } from '../../../ir/size.ts';
import { sliceAxis, transpose } from '../../../ops/movement.ts';
import { reshape } from '../../../ops/reshape.ts';
import { axesAttribute, sliceAttributes } from '../../attributes.ts';
import { rule, type Rule } from '../../rule.ts';
import * as is from '../../term.ts';

const x = is.any('x');
const exact = { phase: 'canonicalise', exactness: 'exact' } as const;

/** Axes whose size is not 1, in the order of the shape. */
function wideAxes(node: Tensor): readonly number[] {
  return node.shape.flatMap((size, axis) => (size === 1 ? [] : [axis]));
}

export const movementRules: readonly Rule[] = [
  rule({
    ...exact,
    name: 'reshape to the same shape',
    summary: 'A reshape to the shape that a tensor has already is the tensor.',
    pattern: is.reshape(x),
    replacement: (found, node) => (shapesEqual(found.x.shape, node.shape) ? found.x : undefined),
  }),
  rule({
    ...exact,
    name: 'reshape of a reshape',
    summary: 'Two reshapes are one.',
    pattern: is.reshape(is.reshape(x)),
    replacement: (found, node) => reshape(found.x, node.shape),
  }),
  rule({
    ...exact,
    name: 'transpose of a transpose',
    summary: 'Two transposes are one, or none.',
    pattern: is.transpose(is.as('inner', is.transpose(x))),
    replacement: (found, node) => {
      const inner = axesAttribute(found.inner, 'permutation');
      return transpose(
        found.x,
        axesAttribute(node, 'permutation').map((axis) => inner[axis] ?? axis),
      );
    },
  }),
  rule({
    ...exact,
    name: 'transpose of axes of size one',
    summary: 'A transpose that keeps the order of all axes but those of size 1 is a reshape.',
    pattern: is.transpose(x),
    replacement: (found, node) => {
      const wide = wideAxes(found.x);
      const moved = axesAttribute(node, 'permutation').filter((axis) => wide.includes(axis));
      return moved.every((axis, position) => axis === wide[position])
        ? reshape(found.x, node.shape)
        : undefined;
    },
  }),
  rule({
    ...exact,
    name: 'slice of everything',
    summary: 'A slice that takes all elements in order is its input.',
    pattern: is.slice(x),
    replacement: (found, node) => {
      const taken = sliceAttributes(node);
      if (taken === undefined || taken.length !== found.x.shape[taken.axis]) return undefined;
      return taken.step > 0 || taken.length === 1 ? found.x : undefined;
    },
  }),
  rule({
    ...exact,
    name: 'slice of a slice',
    summary: 'Two slices along one axis are one.',
    pattern: is.slice(is.as('inner', is.slice(x))),
    replacement: (found, node) => {
      const [outer, inner] = [sliceAttributes(node), sliceAttributes(found.inner)];
      if (outer === undefined || inner?.axis !== outer.axis) return undefined;
      const start = inner.start + outer.start * inner.step;
      return sliceAxis(found.x, outer.axis, start, outer.length, outer.step * inner.step);
    },
  }),
];
