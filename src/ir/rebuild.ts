// Rebuilding a graph with some nodes replaced: the one walk that specialisation and rewriting share.
import { makeNode, topologicalOrder, type Op, type Tensor } from './node.ts';
import { withOrigin } from './origin.ts';
import type { Sizes } from './size.ts';

/** Old node to new node, for every node below the roots of a rebuild. */
export type NodeMap = ReadonlyMap<Tensor, Tensor>;

/**
 * Maps every node below `roots`, inputs first. `replace` gets the node and its new inputs; `undefined` keeps the
 * node as it is on the new inputs. Origins are carried over to what is made in a node's place.
 */
export function rebuild(
  roots: Iterable<Tensor>,
  replace: (node: Tensor, inputs: readonly Tensor[]) => Tensor | undefined,
): NodeMap {
  const mapped = new Map<Tensor, Tensor>();
  const newOf = (node: Tensor): Tensor => mapped.get(node) ?? node;
  for (const node of topologicalOrder(roots)) {
    const inputs = node.inputs.map(newOf);
    mapped.set(
      node,
      withOrigin(node.origin, () => replace(node, inputs) ?? withInputs(node, inputs)),
    );
  }
  return mapped;
}

/** The same op on other inputs; the node itself where nothing changed. */
export function withInputs(node: Tensor, inputs: readonly Tensor[]): Tensor {
  return inputs.every((input, position) => input === node.inputs[position])
    ? node
    : makeNode(node.op, inputs, node.attrs);
}

/** The same node on other inputs with named dimensions replaced by numbers. */
export function withSizes(node: Tensor, inputs: readonly Tensor[], sizes: Sizes): Tensor {
  const { op }: { op: Op } = node;
  if (op.bindAttributes === undefined) return withInputs(node, inputs);
  if (op.identity === 'unique' && node.shape.every((size) => typeof size === 'number')) return node;
  return makeNode(op, inputs, op.bindAttributes(node.attrs, sizes));
}
