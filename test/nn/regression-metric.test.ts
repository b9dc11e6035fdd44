import { describe, expect, test } from 'vitest';
import { mae, perplexity, r2, rmse } from '../../src/nn/regression-metric.ts';
import { constant } from '../../src/ops/leaf.ts';
import { evaluate, refusal } from '../support/values.ts';
import { rounded } from '../support/loss-values.ts';
import { input } from '../support/untyped.ts';

// The examples of scikit-learn's documentation.
const target = constant([3, -0.5, 2, 7], [4], 'f64');
const prediction = constant([2.5, 0, 2, 8], [4], 'f64');

describe('metrics of numbers', () => {
  test('are those of scikit-learn', () => {
    expect(evaluate(mae(prediction, target))).toEqual([0.5]);
    expect(rounded(evaluate(rmse(prediction, target)))).toEqual(rounded([0.6123724356957945]));
    expect(rounded(evaluate(r2(prediction, target)))).toEqual(rounded([0.9486081370449679]));
  });

  test('r2 is averaged over outputs', () => {
    const actual = constant([0.5, 1, -1, 1, 7, -6], [3, 2], 'f64');
    const guess = constant([0, 2, -1, 2, 8, -5], [3, 2], 'f64');
    expect(rounded(evaluate(r2(guess, actual)))).toEqual(rounded([0.9368005266622779]));
  });

  test('r2 of equal targets is 1 for perfect predictions, otherwise 0', () => {
    const same = constant([2, 2, 2], [3], 'f64');
    expect(evaluate(r2(same, same))).toEqual([1]);
    expect(evaluate(r2(constant([2, 2, 3], [3], 'f64'), same))).toEqual([0]);
    const mean = constant([2, 2, 2], [3], 'f64');
    expect(evaluate(r2(mean, constant([1, 2, 3], [3], 'f64')))).toEqual([0]);
  });

  test('perplexity is the number of equally likely classes', () => {
    expect(rounded(evaluate(perplexity(constant([Math.log(8)], [], 'f64'))))).toEqual([8]);
  });

  test('refuse what does not fit', () => {
    const x = input('x', [4, 1]);
    for (const metric of [mae, rmse, r2]) {
      expect(refusal(() => metric(x, input('y', [4])))).toBe('ShapeError E_SHAPE_MISMATCH');
    }
    expect(refusal(() => r2(input('x', []), input('y', [])))).toBe('ShapeError E_RANK');
  });
});
