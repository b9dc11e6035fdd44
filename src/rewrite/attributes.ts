// Attributes of movement ops as their own types: nodes hold them with their type forgotten, and a rule that matched
// an op may ask for the attributes that this op gives its nodes.
import type { Combiner } from '../ir/lowering.ts';
import { InternalError } from '../ir/errors.ts';
import type { Attribute, Tensor } from '../ir/node.ts';

/** A list of axes, such as the `axes` of a reduction or the `permutation` of a transpose. */
export function axesAttribute(node: Tensor, name: 'axes' | 'permutation'): readonly number[] {
  const value: Attribute | undefined = node.attrs[name];
  // Array.isArray widens a readonly list to any[].
  const list = Array.isArray(value) ? (value as readonly Attribute[]) : [];
  const axes = list.filter((axis) => typeof axis === 'number');
  if (!Array.isArray(value) || axes.length < list.length) throw missing(node, name);
  return axes;
}

/** A whole number, such as the `axis` of a gather or the `start` of a slice. */
export function numberAttribute(
  node: Tensor,
  name: 'axis' | 'start' | 'length' | 'step' | 'low' | 'high',
): number {
  const value = node.attrs[name];
  if (typeof value !== 'number') throw missing(node, name);
  return value;
}

/** How a reduction combines elements. */
export function combinerOf(node: Tensor): Combiner {
  const { combiner } = node.attrs;
  if (combiner === 'sum' || combiner === 'product' || combiner === 'max' || combiner === 'min') {
    return combiner;
  }
  throw missing(node, 'combiner');
}

function missing(node: Tensor, name: string): InternalError {
  return new InternalError('E_REWRITE_ATTRIBUTE', `${node.op.name} has no attribute "${name}"`);
}
