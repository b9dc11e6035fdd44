// The reference interpreter: evaluates a graph node by node in double precision, by the ops' own references. It is
// the oracle that every target is compared with, and shares no code with kernels or emitters.
import { InternalError } from './errors.ts';
import { topologicalOrder, type Tensor } from './node.ts';
import type { Value } from './value.ts';

/** Values of leaves, by node. */
export type Bindings = ReadonlyMap<Tensor, Value>;

/** Hears of a node that was evaluated, and of what. */
export type Observer = (node: Tensor, inputs: readonly Value[], value: Value) => void;

/**
 * Values of `roots`, whose sizes are all numbers, given values for the leaves below them.
 * @throws {InternalError} `E_UNBOUND_LEAF` for a leaf without a value
 */
export function interpret(
  roots: readonly Tensor[],
  bindings: Bindings,
  observe?: Observer,
): readonly Value[] {
  const values = new Map<Tensor, Value>(bindings);
  const valueOf = (node: Tensor): Value => {
    const value = values.get(node);
    if (value === undefined) throw new InternalError('E_INTERPRET', `${node.op.name} was not evaluated`);
    return value;
  };
  for (const node of topologicalOrder(roots)) {
    if (values.has(node)) continue;
    const inputs = node.inputs.map(valueOf);
    const value = node.op.evaluate(inputs, node.attrs, node);
    observe?.(node, inputs, value);
    values.set(node, value);
  }
  return roots.map(valueOf);
}
