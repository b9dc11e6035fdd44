import { expect, test } from 'vitest';
import { grad } from '../../src/autodiff/grad.ts';
import { constant } from '../../src/ops/leaf.ts';
import { sum } from '../../src/ops/reduce.ts';
import { frac, isFinite, isInf, nanToNum } from '../../src/ops/rounding.ts';
import { positive, round } from '../../src/ops/unary.ts';
import { evaluate, fed } from '../support/values.ts';

const x = fed('x', [5], [1.75, -1.75, Infinity, -Infinity, NaN]);

test('finite, infinite and NaN are told apart', () => {
  expect(evaluate(isFinite(x.leaf), [x])).toEqual([1, 1, 0, 0, 0]);
  expect(evaluate(isInf(x.leaf), [x])).toEqual([0, 0, 1, 1, 0]);
});

test('frac has the sign of its operand, and gradient 1', () => {
  expect(evaluate(frac(x.leaf), [x]).slice(0, 2)).toEqual([0.75, -0.75]);
  expect(evaluate(grad(sum(frac(x.leaf)), [x.leaf])[0], [x])).toEqual([1, 1, 1, 1, 1]);
});

test('nanToNum puts the largest numbers of the dtype, or what is asked for, without a gradient', () => {
  expect(evaluate(nanToNum(x.leaf), [x])).toEqual([1.75, -1.75, Number.MAX_VALUE, -Number.MAX_VALUE, 0]);
  expect(evaluate(nanToNum(constant([Infinity], [1])))).toEqual([Math.fround(3.4028234663852886e38)]);
  expect(evaluate(nanToNum(x.leaf, { nan: 1, posinf: 2, neginf: 3 }), [x])).toEqual([1.75, -1.75, 2, 3, 1]);
  expect(evaluate(grad(sum(nanToNum(x.leaf)), [x.leaf])[0], [x])).toEqual([1, 1, 0, 0, 0]);
});

test('round keeps digits behind the point, or makes those before it 0, halves to even', () => {
  const numbers = constant([1.2345, -0.125, 250, 350, 2.5], [5], 'f64');
  expect(evaluate(round(numbers))).toEqual([1, -0, 250, 350, 2]);
  expect(evaluate(round(numbers, { decimals: 2 }))).toEqual([1.23, -0.12, 250, 350, 2.5]);
  expect(evaluate(round(numbers, { decimals: -2 }))).toEqual([0, -0, 200, 400, 0]);
});

test('positive is the tensor itself', () => {
  expect(positive(x.leaf)).toBe(x.leaf);
});
