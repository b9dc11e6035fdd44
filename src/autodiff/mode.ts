// Specialisation of mode-dependent nodes: each entry point of a program keeps one side of every `byMode`.
import type { Tensor } from '../ir/node.ts';
import { rebuild, type NodeMap } from '../ir/rebuild.ts';
import { modeOp, type Mode } from '../ops/leaf.ts';

/** The graph below `roots` as it is in one mode. */
export function specialiseMode(roots: Iterable<Tensor>, mode: Mode): NodeMap {
  return rebuild(roots, (node, inputs) =>
    node.op === modeOp ? inputs[mode === 'train' ? 0 : 1] : undefined,
  );
}
