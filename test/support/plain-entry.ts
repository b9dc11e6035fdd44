// Entries that are outputs and updates and nothing else, and random numbers for their leaves.
import { roundTo } from '../../src/ir/dtype.ts';
import type { Bindings } from '../../src/ir/interpret.ts';
import { topologicalOrder, type Tensor } from '../../src/ir/node.ts';
import { concreteCount, concreteShape } from '../../src/ir/size.ts';
import type { Value } from '../../src/ir/value.ts';
import type { EntryGraph } from '../../src/kernels/anchors.ts';
import { arrayValue } from '../../src/ops/leaf.ts';
import { uniformNumbers } from './values.ts';

export function plainEntry(
  outputs: Readonly<Record<string, Tensor>>,
  updates: EntryGraph['updates'] = [],
): EntryGraph {
  return {
    name: 'step',
    outputs: Object.entries(outputs).map(([name, tensor]) => ({ name, tensor })),
    updates,
    phaseOf: () => 'forward',
    labels: new Map(),
  };
}

export interface NumbersWanted {
  readonly seed: number;
  /** Whether some are what arithmetic treats apart: NaN, infinities, zeros of both signs, the ends of i32. */
  readonly withSpecial?: boolean;
}

/** Numbers for every leaf of an entry that has none of its own. */
export function randomBindings(entry: EntryGraph, wanted: NumbersWanted): Bindings {
  const uniform = uniformNumbers(wanted.seed);
  const roots = [
    ...entry.outputs.map(({ tensor }) => tensor),
    ...entry.updates.flatMap(({ leaf, next }) => [leaf, next]),
  ];
  const leaves = topologicalOrder(roots).filter(
    (node) => node.op.lowering.kind === 'leaf' && arrayValue(node) === undefined,
  );
  return new Map(leaves.map((leaf) => [leaf, randomValue(leaf, uniform, wanted.withSpecial ?? false)]));
}

/** Numbers for one tensor. */
export function randomValue(tensor: Tensor, uniform: () => number, withSpecial = false): Value {
  const { dtype } = tensor;
  const shape = concreteShape(tensor.shape);
  const data = new Float64Array(concreteCount(shape)).map(() => {
    const isSpecial = withSpecial && uniform() < 0.2;
    if (dtype === 'bool') return uniform() < 0.5 ? 1 : 0;
    if (dtype === 'i32') return isSpecial ? oneOf(endsOfIntegers, uniform) : Math.floor(uniform() * 9) - 4;
    return roundTo(dtype, isSpecial ? oneOf(specialFloats, uniform) : uniform() * 2 - 1);
  });
  return { dtype, shape, data };
}

const endsOfIntegers = [-(2 ** 31), 2 ** 31 - 1, -1] as const;
const specialFloats = [Number.NaN, -0, 0, Infinity, -Infinity, 3e38, 1e-42] as const;

function oneOf(list: readonly number[], uniform: () => number): number {
  return list[Math.floor(uniform() * list.length)] ?? 0;
}
