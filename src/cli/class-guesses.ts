// What a classifier's outputs say: a class for every row, and how probable it is. Relies on the softmax of the data
// utilities' rows and on the declared graph, which tells scores from probabilities.

import type { NumericArray } from '../data/index.ts';
import type { NumericData } from '../data/array.ts';
import type { Tensor } from '../ir/node.ts';
import type { Program } from '../runtime/program.ts';
import { classLabelInput } from './model-inputs.ts';

/** The output of a classifier that has a score a class, if there is one. */
export function scoreOutput(
  program: Program,
): { readonly name: string; readonly classes: number } | undefined {
  if (classLabelInput(program) === undefined) return undefined;
  for (const [name, { shape, dtype }] of Object.entries(program.declaration.outputs ?? {})) {
    const [, classes] = shape;
    if (shape.length === 2 && typeof classes === 'number' && classes > 1 && dtype === 'f32')
      return { name, classes };
  }
  return undefined;
}

/** Whether an output is a distribution over classes already: the result of a softmax. */
export function isDistribution({ origin }: Tensor): boolean {
  return origin.scope?.name === 'softmax' || /^softmax\d*$/.test(origin.scope?.name ?? '');
}

/** The softmax of every row. */
export function probabilitiesOf({ data, shape }: NumericArray<NumericData>): NumericArray {
  const classes = shape[1] ?? 1;
  const probabilities = new Float32Array(data.length);
  for (let start = 0; start < data.length; start += classes) {
    const scores = Array.from(data.subarray(start, start + classes));
    const largest = Math.max(...scores);
    const powers = scores.map((score) => Math.exp(score - largest));
    const sum = powers.reduce((total, power) => total + power, 0);
    probabilities.set(
      powers.map((power) => power / sum),
      start,
    );
  }
  return { data: probabilities, shape };
}
