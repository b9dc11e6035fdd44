// Training one parameter by given gradients, in double precision: an optimizer's updates, carried from step to step.
import { interpret } from '../../src/ir/interpret.ts';
import type { Tensor } from '../../src/ir/node.ts';
import type { Value } from '../../src/ir/value.ts';
import { constant, initialValueOf, input, nameOf, parameter } from '../../src/ops/leaf.ts';
import { stepCounter } from '../../src/ops/counters.ts';
import { updatesOf, type Optimizer } from '../../src/optim/optimizer.ts';

export interface TrainedParameter {
  readonly values: readonly number[];
  /** State by its name without that of the parameter. */
  readonly state: Readonly<Record<string, readonly number[]>>;
}

/** Takes one step a gradient, from `initial` on. */
export function trainParameter(
  optimizer: Optimizer,
  initial: readonly number[],
  gradients: readonly (readonly number[])[],
  shape: readonly number[] = [initial.length],
): TrainedParameter {
  const leaf = parameter('w', constant(initial, shape, 'f64'));
  const gradient: Tensor = input('gradient', shape, 'f64');
  const updates = updatesOf(optimizer, { parameter: leaf, gradient, step: stepCounter() });
  const bindings = new Map<Tensor, Value>(
    updates.map((update) => {
      const [value] = interpret([initialValueOf(update.leaf)], new Map());
      if (value === undefined) throw new Error(`${nameOf(update.leaf)} has no first value`);
      return [update.leaf, value];
    }),
  );
  gradients.forEach((numbers, step) => {
    bindings.set(gradient, { shape, dtype: 'f64', data: Float64Array.from(numbers) });
    bindings.set(stepCounter(), { shape: [], dtype: 'i32', data: Float64Array.of(step) });
    const nexts = interpret(
      updates.map(({ next }) => next),
      bindings,
    );
    updates.forEach((update, position) => {
      const next = nexts[position];
      if (next !== undefined) bindings.set(update.leaf, next);
    });
  });
  const numbersOf = (each: Tensor): readonly number[] => [...(bindings.get(each)?.data ?? [])];
  const [, ...states] = updates;
  return {
    values: numbersOf(leaf),
    state: Object.fromEntries(
      states.map((each) => [nameOf(each.leaf).replace('w.', ''), numbersOf(each.leaf)]),
    ),
  };
}
