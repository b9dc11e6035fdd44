import { describe, expect, test } from 'vitest';
import { grad } from '../../src/autodiff/grad.ts';
import type { Tensor } from '../../src/ir/node.ts';
import { gumbelSoftmax } from '../../src/nn/gumbel.ts';
import { mul } from '../../src/ops/arithmetic.ts';
import { sessionSeed, stepCounter } from '../../src/ops/leaf.ts';
import { sum } from '../../src/ops/reduce.ts';
import { stopGradient } from '../../src/ops/select.ts';
import { square } from '../../src/ops/unary.ts';
import { input } from '../support/untyped.ts';
import { evaluate, fed, refusal } from '../support/values.ts';

const count = 4000;
const probabilities = [0.5, 0.3, 0.2];
const logits = fed(
  'logits',
  [count, 3],
  Array.from({ length: count * 3 }, (_, at) => Math.log(probabilities[at % 3] ?? 1)),
);

function drawn(tensor: Tensor, step = 0): readonly number[] {
  return evaluate(tensor, [
    logits,
    { leaf: sessionSeed(), numbers: [7] },
    { leaf: stepCounter(), numbers: [step] },
  ]);
}

describe('samples of categories', () => {
  test('are as frequent as their probabilities, if hard', () => {
    const samples = drawn(gumbelSoftmax(logits.leaf, { hard: true }));
    probabilities.forEach((probability, category) => {
      const found = samples.filter((each, at) => at % 3 === category && each === 1).length;
      const spread = Math.sqrt(count * probability * (1 - probability));
      expect(Math.abs(found - count * probability)).toBeLessThan(4 * spread);
    });
    expect(samples.filter((each) => each === 1)).toHaveLength(count);
  });

  test('sum to 1 if soft, are nearer to one category at a low temperature, and drawn anew every step', () => {
    const soft = gumbelSoftmax(logits.leaf);
    const numbers = drawn(soft);
    expect((numbers[0] ?? 0) + (numbers[1] ?? 0) + (numbers[2] ?? 0)).toBeCloseTo(1, 12);
    const sharpness = (list: readonly number[]): number =>
      list.reduce((total, each) => total + each * each, 0);
    expect(sharpness(drawn(gumbelSoftmax(logits.leaf, { temperature: 0.1 })))).toBeGreaterThan(
      sharpness(numbers),
    );
    expect(drawn(soft, 1)).not.toEqual(numbers);
  });

  test('have the gradient of soft ones', () => {
    const slopeOf = (hard: boolean): readonly number[] => {
      const sample = gumbelSoftmax(logits.leaf, { hard, name: 'same' });
      // Squares, since samples alone sum to 1.
      const weights = square(logits.leaf);
      const [gradient] = grad(sum(mul(sample, stopGradient(weights))), [logits.leaf]);
      return drawn(gradient ?? sample);
    };
    expect(slopeOf(true)).toEqual(slopeOf(false));
  });

  test('need a positive temperature and floats', () => {
    expect(refusal(() => gumbelSoftmax(logits.leaf, { temperature: 0 }))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => gumbelSoftmax(input('n', [2], 'i32')))).toBe('DTypeError E_DTYPE_MISMATCH');
    expect(refusal(() => gumbelSoftmax(logits.leaf, { axis: 2 }))).toBe('ShapeError E_AXIS');
  });
});
