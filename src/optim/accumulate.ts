// Gradient accumulation: the mean of the gradients of several steps, and updates that wait for the last of them.
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import { add, div, equal } from '../ops/arithmetic.ts';
import { nameOf, state } from '../ops/leaf.ts';
import { cast, where } from '../ops/select.ts';
import { floor } from '../ops/unary.ts';
import type { Update } from './optimizer.ts';
import { remainder } from './schedule/schedule.ts';
import { zerosLike } from '../ops/creation.ts';

/** Gradients and the counter of updates, as the optimizer is to see them. */
export interface Accumulation {
  /** The means over the steps since the last update, this one included. */
  readonly gradients: readonly Tensor[];
  /** The number of updates taken before, i32. */
  readonly step: Tensor;
  /** The sums so far, which are state. */
  readonly updates: readonly Update[];
  /** The update in the last of the steps; nothing changes in the others. */
  readonly gate: (update: Update) => Update;
}

/**
 * Accumulates the gradients of `count` steps: an update of the mean gradient every `count` steps, as one step on all
 * their rows would take where the loss is a mean and the batches are of one size.
 */
export function accumulate(
  count: number,
  given: {
    readonly parameters: readonly Tensor[];
    readonly gradients: readonly Tensor[];
    readonly step: Tensor;
  },
): Accumulation {
  const { parameters, gradients, step } = given;
  if (count === 1) return { gradients, step, updates: [], gate: (update) => update };
  return composite('accumulate', () => {
    const time = cast(step, 'f64');
    const isLast = equal(remainder(time, count), count - 1);
    const sums = parameters.map((parameter, position) => {
      const leaf = state(`${nameOf(parameter)}.accumulated_grad`, zerosLike(parameter));
      const gradient = gradients[position];
      return { leaf, sum: gradient === undefined ? leaf : add(leaf, gradient) };
    });
    return {
      gradients: sums.map(({ sum }) => div(sum, count)),
      step: cast(floor(div(time, count)), 'i32'),
      updates: sums.map(({ leaf, sum }) => ({ leaf, next: where(isLast, zerosLike(leaf), sum) })),
      gate: ({ leaf, next }) => ({ leaf, next: where(isLast, next, leaf) }),
    };
  });
}
