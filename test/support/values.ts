// Concrete tensors for tests: binding leaves to numbers, evaluating graphs with the reference interpreter, and
// reproducible numbers from a small generator.
import type { DType } from '../../src/ir/dtype.ts';
import { TapelessError } from '../../src/ir/errors.ts';
import { interpret, type Bindings } from '../../src/ir/interpret.ts';
import type { Tensor } from '../../src/ir/node.ts';
import { concreteCount, concreteShape } from '../../src/ir/size.ts';
import type { Value } from '../../src/ir/value.ts';
import { input } from '../../src/ops/leaf.ts';

/** A leaf with the numbers that a test feeds to it. */
export interface Feed {
  readonly leaf: Tensor;
  readonly numbers: ArrayLike<number>;
}

/** Declares an input and says what it is fed. */
export function fed(
  name: string,
  shape: readonly number[],
  numbers: ArrayLike<number>,
  dtype: DType = 'f64',
): Feed {
  return { leaf: input(name, shape, dtype), numbers };
}

export function bindingsOf(feeds: readonly Feed[]): Bindings {
  return new Map<Tensor, Value>(
    feeds.map(({ leaf, numbers }) => {
      const shape = concreteShape(leaf.shape);
      if (numbers.length !== concreteCount(shape)) {
        throw new Error(`${leaf.op.name} of shape [${shape.join()}] is fed ${numbers.length} numbers`);
      }
      return [leaf, { shape, dtype: leaf.dtype, data: Float64Array.from(numbers) }];
    }),
  );
}

/** Values of several tensors under the same feeds. */
export function evaluateAll(tensors: readonly Tensor[], feeds: readonly Feed[] = []): readonly Value[] {
  return interpret(tensors, bindingsOf(feeds));
}

/** The numbers of one tensor, row-major. */
export function evaluate(tensor: Tensor, feeds: readonly Feed[] = []): readonly number[] {
  const [value] = evaluateAll([tensor], feeds);
  return [...(value?.data ?? [])];
}

/** Uniform numbers in [0, 1) from a seed: mulberry32 (Tommy Ettinger, public domain). */
export function uniformNumbers(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `count` numbers between `low` and `high`, the same for the same seed. */
export function numbersBetween(low: number, high: number, count: number, seed = 1): readonly number[] {
  const uniform = uniformNumbers(seed);
  return Array.from({ length: count }, () => low + (high - low) * uniform());
}

/** The class and code of the error that a call throws, for example `ShapeError E_AXIS`. */
export function refusal(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof TapelessError) return `${error.name} ${error.code}`;
    throw error;
  }
  return 'no error';
}
