import { describe, expect, test } from 'vitest';
import { grad } from '../../src/autodiff/grad.ts';
import { lpPool1d, lpPool2d } from '../../src/nn/power-pooling.ts';
import { sum } from '../../src/ops/reduce.ts';
import { constant } from '../support/untyped.ts';
import { evaluate, fed, refusal } from '../support/values.ts';

const x = fed('x', [1, 1, 5], [1, -2, 3, 4, -5]);
const near = (numbers: readonly number[], expected: readonly number[]): void => {
  expect(numbers.length).toBe(expected.length);
  expected.forEach((each, at) => {
    expect(numbers[at]).toBeCloseTo(each, 5);
  });
};

// Numbers of PyTorch 1.13.
describe('pooling by a norm', () => {
  test('sums powers and takes their root', () => {
    near(evaluate(lpPool1d(x.leaf, 1, 2), [x]), [-1, 7]);
    near(evaluate(lpPool1d(x.leaf, 2, 2), [x]), [Math.sqrt(5), 5]);
    near(evaluate(lpPool1d(x.leaf, 2, 2, { stride: 1 }), [x]), [2.236068, 3.605551, 5, 6.403124]);
    expect(evaluate(lpPool1d(x.leaf, 3, 2), [x])[0]).toBeNaN();
  });

  test('has windows of two axes, also beyond the end', () => {
    const image = constant([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 1, 3, 3], 'f64');
    near(evaluate(lpPool2d(image, 2, [2, 3], { stride: 1 })), [9.539392, 16.462078]);
    near(evaluate(lpPool2d(image, 2, 2, { ceilMode: true })), [6.78233, 9.486833, 15.033297, 18]);
  });

  test('has the gradient x / norm for the power 2', () => {
    const [gradient] = grad(sum(lpPool1d(x.leaf, 2, 2)), [x.leaf]);
    near(evaluate(gradient ?? x.leaf, [x]), [0.447214, -0.894427, 0.6, 0.8, 0]);
  });

  test('refuses powers that are not positive', () => {
    expect(refusal(() => lpPool1d(x.leaf, 0, 2))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => lpPool1d(x.leaf, 2, 0))).toBe('DeclarationError E_OPTION');
  });
});
