import { describe, expect, test } from 'vitest';
import { grad } from '../../src/autodiff/grad.ts';
import { clamp, fmax, fmin } from '../../src/ops/clamp.ts';
import { constant } from '../../src/ops/leaf.ts';
import { sum } from '../../src/ops/reduce.ts';
import { evaluate, fed } from '../support/values.ts';

const x = fed('x', [6], [-2, -1, 0, 1, 2, NaN]);

describe('clamp', () => {
  test('cuts to one bound or to both, and lets NaN through', () => {
    expect(evaluate(clamp(x.leaf, { min: -1, max: 1 }), [x])).toEqual([-1, -1, 0, 1, 1, NaN]);
    expect(evaluate(clamp(x.leaf, { min: 0 }), [x])).toEqual([0, 0, 0, 1, 2, NaN]);
    expect(evaluate(clamp(x.leaf, { max: 0 }), [x])).toEqual([-2, -1, 0, 0, 0, NaN]);
    expect(evaluate(clamp(constant([-5, 5], [2], 'i32'), { min: 0, max: 3 }))).toEqual([0, 3]);
  });

  test('takes bounds that broadcast, of which the upper one wins where they cross', () => {
    const low = constant([1, 3], [2, 1], 'f64');
    expect(evaluate(clamp(constant([0, 2], [2], 'f64'), { min: low, max: 2 }))).toEqual([1, 2, 2, 2]);
    expect(evaluate(clamp(constant([0], [1], 'f64'), { min: NaN, max: 2 }))).toEqual([NaN]);
  });

  test('has gradient 1 at the bounds, and 0 beyond and for NaN', () => {
    const [both] = grad(sum(clamp(x.leaf, { min: -1, max: 1 })), [x.leaf]);
    expect(evaluate(both, [x])).toEqual([0, 1, 1, 1, 0, 0]);
    const [lower] = grad(sum(clamp(x.leaf, { min: -1 })), [x.leaf]);
    expect(evaluate(lower, [x])).toEqual([0, 1, 1, 1, 1, 0]);
  });

  test('a bound that is the result gets the gradient; of bounds that cross it is the upper one', () => {
    const at = fed('at', [4], [-3, 0, 3, 0]);
    const low = fed('low', [4], [-1, -1, -1, 2]);
    const high = fed('high', [4], [1, 1, 1, 1]);
    const feeds = [at, low, high];
    const gradients = grad(
      sum(clamp(at.leaf, { min: low.leaf, max: high.leaf })),
      feeds.map(({ leaf }) => leaf),
    );
    expect(gradients.map((each) => evaluate(each, feeds))).toEqual([
      [0, 1, 0, 0],
      [1, 0, 0, 0],
      [0, 0, 1, 1],
    ]);
  });
});

test('fmax and fmin pass over NaN, and give the gradient of a tie to the first', () => {
  const a = fed('a', [4], [1, NaN, 3, NaN]);
  const b = fed('b', [4], [2, 2, NaN, NaN]);
  expect(evaluate(fmax(a.leaf, b.leaf), [a, b])).toEqual([2, 2, 3, NaN]);
  expect(evaluate(fmin(a.leaf, b.leaf), [a, b])).toEqual([1, 2, 3, NaN]);
  const same = fed('same', [1], [5]);
  const [first, second] = grad(sum(fmax(same.leaf, 5)), [same.leaf, same.leaf]);
  expect(evaluate(first, [same])).toEqual([1]);
  expect(second).toBe(first);
});
