import { describe, expect, test } from 'vitest';
import { scopePath } from '../../src/ir/origin.ts';
import type { Tensor } from '../../src/ir/node.ts';
import { grad } from '../../src/autodiff/grad.ts';
import { nameOf, constant, parameter } from '../../src/ops/leaf.ts';
import type { ParameterChoice } from '../../src/optim/choice.ts';
import { l1, l2 } from '../../src/optim/penalty.ts';
import { evaluate, refusal, type Feed } from '../support/values.ts';

const leaf = (name: string, shape: readonly number[]): Tensor =>
  parameter(name, constant(new Float64Array(shape.reduce((a, b) => a * b, 1)), shape, 'f64'));

const feeds: readonly Feed[] = [
  { leaf: leaf('a.weight', [2, 2]), numbers: [1, -2, 0, 3] },
  { leaf: leaf('a.bias', [2]), numbers: [10, -20] },
  { leaf: leaf('b.weight', [1, 1]), numbers: [-4] },
];
const parameters = feeds.map((each) => each.leaf);

describe('penalties', () => {
  test.each<[string, ParameterChoice | undefined, number, number]>([
    ['weights unless told otherwise', undefined, 10, 30],
    ['weights', 'weights', 10, 30],
    ['all', 'all', 40, 530],
    ['those that a predicate chooses by name', (name) => name.startsWith('a.'), 36, 514],
    ['those that a predicate chooses by tensor', (_, { shape }) => shape.length === 1, 30, 500],
  ])('are on %s', (_, choice, magnitudes, squares) => {
    const options = choice === undefined ? {} : { parameters: choice };
    expect(evaluate(l1(0.5, options).apply(parameters), feeds)[0]).toBeCloseTo(0.5 * magnitudes, 12);
    expect(evaluate(l2(0.5, options).apply(parameters), feeds)[0]).toBeCloseTo(0.5 * squares, 12);
  });

  test('have the gradients λ·sign(w), 0 at 0, and 2λ·w', () => {
    const [weight] = parameters;
    if (weight === undefined) throw new Error('there are parameters');
    const [ofL1] = grad(l1(0.5).apply(parameters), [weight]);
    const [ofL2] = grad(l2(0.5).apply(parameters), [weight]);
    expect(evaluate(ofL1, feeds)).toEqual([0.5, -0.5, 0, 0.5]);
    expect(evaluate(ofL2, feeds)).toEqual([1, -2, 0, 3]);
  });

  test('are scalars that carry their name', () => {
    const term = l2(0.25).apply(parameters);
    expect(term.shape).toEqual([]);
    expect(scopePath(term.origin.scope)).toBe('l2');
    expect(l1(1).name).toBe('l1');
  });

  test('refuse a negative factor, and a choice of nothing', () => {
    expect(refusal(() => l1(-1))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => l2(1, { parameters: 'biases' as ParameterChoice }))).toBe(
      'DeclarationError E_OPTION',
    );
    const biases = parameters.filter((each) => nameOf(each).endsWith('bias'));
    expect(refusal(() => l1(1).apply(biases))).toBe('DeclarationError E_NO_PARAMETERS');
    expect(() => l1(1).apply(biases)).toThrow(/none of the parameters is chosen \(a\.bias\)/);
  });
});
