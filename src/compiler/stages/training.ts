// What a training step does beside computing the loss: gradients, accumulated and transformed, and the updates of the
// optimizer and of averages.
import { grad } from '../../autodiff/grad.ts';
import { DeclarationError } from '../../ir/errors.ts';
import { frame } from '../../ir/frame.ts';
import { topologicalOrder, type Tensor } from '../../ir/node.ts';
import { spanOf } from '../../ir/origin.ts';
import { add } from '../../ops/arithmetic.ts';
import { nameOf } from '../../ops/leaf.ts';
import { accumulate } from '../../optim/accumulate.ts';
import { averageOf } from '../../optim/average.ts';
import { updatesOf, type Update } from '../../optim/optimizer.ts';
import type { AveragedParameter, Compilation } from '../compilation.ts';
import { transformsOf } from '../declaration.ts';

/** What a step does beside computing the loss and the metrics. */
export interface Training {
  readonly updates: readonly Update[];
  readonly gradients: readonly Tensor[];
  readonly averages: readonly AveragedParameter[];
}

/** Gradients of the loss, transformed, and the updates that follow from them; null for a program without optimizer. */
export function trainingOf({ declaration, parameters, captured, counters }: Compilation): Training | null {
  const { loss, frozen } = captured;
  const { optimizer, average } = declaration;
  if (loss === null || optimizer === undefined) return null;
  const dependencies = new Set(topologicalOrder([loss]));
  const trained = parameters.filter((leaf) => dependencies.has(leaf) && !frozen.includes(leaf));
  if (trained.length === 0) {
    throw new DeclarationError(
      'E_NO_PARAMETERS',
      'compile: the loss depends on no parameter that may change, so there is nothing to train',
    );
  }
  optimizer.check?.(trained);
  const accumulation = accumulate(declaration.accumulate ?? 1, {
    parameters: trained,
    gradients: grad(loss, trained),
    step: counters.step,
  });
  const { step, gate } = accumulation;
  const gradients = transformsOf(declaration).reduce(
    (before, transform) => transform(before),
    accumulation.gradients,
  );
  // Last layers first: their gradients are ready first, and are used up before the next are made.
  const updated = [...trained.entries()].toReversed().map(([position, leaf]) => {
    const gradient = gradients[position];
    const own = gradient === undefined ? [] : updatesOf(optimizer, { parameter: leaf, gradient, step });
    const [newest] = own;
    const averaged = average && newest ? averageOf(average, newest, step) : null;
    const sum = accumulation.updates[position];
    const gated = [...own, ...(averaged === null ? [] : [averaged])].map(gate);
    return { leaf, average: averaged?.leaf, updates: [...gated, ...(sum === undefined ? [] : [sum])] };
  });
  return {
    updates: [
      ...updated.flatMap(({ updates }) => updates),
      { leaf: counters.step, next: add(counters.step, 1) },
    ],
    gradients,
    averages: updated.flatMap(({ leaf, average: kept }) =>
      kept === undefined ? [] : [{ parameter: leaf, average: kept }],
    ),
  };
}

/**
 * Sessions know leaves by name; those of optimizers and schedules join when all others are named.
 * @throws {DeclarationError} `E_NAME_CLASH`
 */
export function checkDistinctNames(leaves: readonly Tensor[]): void {
  // The counters of the program are state of these names.
  const names = new Set<string>(['step', 'seed']);
  for (const leaf of leaves) {
    const name = nameOf(leaf);
    if (names.has(name)) {
      const message = frame(`compile: two leaves are called "${name}"`, [
        { span: spanOf(leaf.origin), text: 'needs a name of its own', mark: 'primary' },
      ]);
      throw new DeclarationError('E_NAME_CLASH', message);
    }
    names.add(name);
  }
}
