// The target `interpreter`: entries are evaluated op by op, by the ops' own references. Every float is held and computed
// in double precision, there are no kernels and no arena of f32, and what runs has the form of a generated module, so
// that sessions need not know the difference.
import type { Guard } from '../compiler/build-options.ts';
import type { Entry } from '../compiler/compilation.ts';
import type { DType } from '../ir/dtype.ts';
import { interpret, type Observer } from '../ir/interpret.ts';
import { topologicalOrder, type Tensor } from '../ir/node.ts';
import { concreteCount, concreteShape } from '../ir/size.ts';
import type { Value } from '../ir/value.ts';
import { publicName } from '../kernels/names.ts';
import { stepCounterOp } from '../ops/counters.ts';
import { inputOp, isLeafOf, nameOf } from '../ops/leaf.ts';
import { faultFinder, operationError, runOf } from './fault.ts';
import type { BoundEntry, FeedArray, GeneratedModule } from './instantiate.ts';

/** Where a leaf of the state lies. Every element has room for a double, whatever its dtype. */
interface Place {
  readonly leaf: Tensor;
  readonly name: string;
  readonly offset: number;
}

/** The arrays that hold a dtype here: floats are doubles. */
const arrayOver: Readonly<
  Record<DType, (memory: ArrayBufferLike, offset: number, length: number) => FeedArray>
> = {
  f32: (memory, offset, length) => new Float64Array(memory, offset, length),
  f64: (memory, offset, length) => new Float64Array(memory, offset, length),
  i32: (memory, offset, length) => new Int32Array(memory, offset, length),
  bool: (memory, offset, length) => new Uint8Array(memory, offset, length),
};

function arrayFor(tensor: Tensor): FeedArray {
  const length = concreteCount(tensor.shape);
  return arrayOver[tensor.dtype](new ArrayBuffer(length * 8), 0, length);
}

/**
 * Entries at concrete sizes as a module that evaluates them.
 * @param persistent parameters and state, in the order in which a snapshot lists them
 * @param guard what evaluation stops at
 */
export function interpreted(
  entries: readonly Entry[],
  persistent: readonly Tensor[],
  guard: Guard | null,
): GeneratedModule {
  const places: Place[] = [];
  let bytes = 0;
  for (const leaf of persistent) {
    places.push({ leaf, name: publicName({ tensor: leaf }), offset: bytes });
    bytes += concreteCount(leaf.shape) * 8;
  }
  const stateArray = (memory: ArrayBufferLike, { leaf, offset }: Place): FeedArray =>
    arrayOver[leaf.dtype](memory, offset, concreteCount(leaf.shape));
  return {
    layout: { bytes },
    state: (memory) => Object.fromEntries(places.map((place) => [place.name, stateArray(memory, place)])),
    entries: Object.fromEntries(
      entries.map((entry) => [
        entry.name,
        (memory: ArrayBufferLike) =>
          bind(entry, new Map(places.map((place) => [place.leaf, stateArray(memory, place)])), guard),
      ]),
    ),
  };
}

function bind(entry: Entry, state: ReadonlyMap<Tensor, FeedArray>, guard: Guard | null): BoundEntry {
  const outputs = entry.outputs.map(({ name, tensor }) => ({ name, tensor, array: arrayFor(tensor) }));
  const roots = [...outputs.map(({ tensor }) => tensor), ...entry.updates.map(({ next }) => next)];
  const inputs = topologicalOrder(roots)
    .filter((node) => isLeafOf(inputOp, node))
    .map((leaf) => ({ leaf, name: nameOf(leaf), array: arrayFor(leaf) }));
  return {
    inputs: Object.fromEntries(inputs.map(({ name, array }) => [name, array])),
    outputs: Object.fromEntries(outputs.map(({ name, array }) => [name, array])),
    run: () => {
      const bindings = new Map<Tensor, Value>([
        ...[...state].map(([leaf, array]) => [leaf, valueOf(leaf, array)] as const),
        ...inputs.map(({ leaf, array }) => [leaf, valueOf(leaf, array)] as const),
      ]);
      const values = interpret(
        roots,
        bindings,
        guard === null ? undefined : stoppingAt(guard, runName(entry, state)),
      );
      // All is computed by now: an update may read what another one writes.
      outputs.forEach(({ array }, position) => array.set(values[position]?.data ?? []));
      entry.updates.forEach(({ leaf }, position) =>
        state.get(leaf)?.set(values[outputs.length + position]?.data ?? []),
      );
    },
  };
}

function runName({ name }: Entry, state: ReadonlyMap<Tensor, FeedArray>): string {
  // A program has a counter of its own, whose op has the name of the declared one.
  const counter = [...state].find(([{ op }]) => op.name === stepCounterOp.name)?.[1];
  return runOf(name, counter?.[0]);
}

/** An observer that throws at the first operation that makes something of the kind out of nothing of the kind. */
function stoppingAt(guard: Guard, run: string): Observer {
  const finder = faultFinder(guard);
  return (node, inputs, value) => {
    finder.observe(node, inputs, value);
    if (finder.found !== null) throw operationError(finder.found, { run });
  };
}

/** What an array holds now, copied: ops may hand on what they read. */
function valueOf(leaf: Tensor, array: FeedArray): Value {
  return { shape: concreteShape(leaf.shape), dtype: leaf.dtype, data: Float64Array.from(array) };
}
