// Attributes of movement ops as their own types: nodes hold them with their type forgotten, and a rule that matched
// an op may ask for the attributes that this op gives its nodes.
import type { Combiner } from '../ir/lowering.ts';
import { InternalError } from '../ir/errors.ts';
import { inputOf, type Attribute, type Tensor } from '../ir/node.ts';

/** A list of axes, such as the `axes` of a reduction or the `permutation` of a transpose. */
export function axesAttribute(node: Tensor, name: 'axes' | 'permutation'): readonly number[] {
  const value: Attribute | undefined = node.attrs[name];
  // Array.isArray widens a readonly list to any[].
  const list = Array.isArray(value) ? (value as readonly Attribute[]) : [];
  const axes = list.filter((axis) => typeof axis === 'number');
  if (!Array.isArray(value) || axes.length < list.length) throw missing(node, name);
  return axes;
}

/** A whole number, such as the `axis` of a gather. */
export function numberAttribute(node: Tensor, name: 'axis' | 'low' | 'high'): number {
  const value = node.attrs[name];
  if (typeof value !== 'number') throw missing(node, name);
  return value;
}

/** What a slice takes of its axis. */
export interface SliceAttributes {
  readonly axis: number;
  readonly start: number;
  readonly length: number;
  readonly step: number;
}

/** The attributes of a slice; undefined while some of them, or the size of its axis, have names. */
export function sliceAttributes(node: Tensor): SliceAttributes | undefined {
  const axis = numberAttribute(node, 'axis');
  const { start, length, step } = node.attrs;
  const isNamed = typeof inputOf(node, 0).shape[axis] !== 'number';
  if (isNamed || typeof start !== 'number' || typeof length !== 'number' || typeof step !== 'number') {
    return undefined;
  }
  return { axis, start, length, step };
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
