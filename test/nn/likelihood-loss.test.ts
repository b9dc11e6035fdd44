import { describe, expect, test } from 'vitest';
import { gaussianNll, klDiv, poissonNll } from '../../src/nn/likelihood-loss.ts';
import { constant } from '../../src/ops/leaf.ts';
import { lossOf, rounded } from '../support/loss-values.ts';
import { refusal } from '../support/values.ts';
import { input } from '../support/untyped.ts';

const none = { reduction: 'none' } as const;
const { NaN: nan } = Number;

// The expected numbers are those of PyTorch 1.13.

describe('klDiv', () => {
  test('takes 0 · log 0 as 0', () => {
    const target = constant([0, 0.5, 0.5, 0, -0.5], [5], 'f64');
    const { loss, gradient } = lossOf([-1, -1, -Infinity, -Infinity, -2], (x) => klDiv(x, target, none));
    expect(rounded(loss)).toEqual(rounded([0, 0.15342640972, Infinity, nan, nan]));
    expect(gradient.map((each) => each + 0)).toEqual([0, -0.5, -0.5, 0, 0.5]);
  });

  test('takes targets as logarithms', () => {
    const target = constant([-0.5, -0.5], [2], 'f64');
    const { loss } = lossOf([-1, -Infinity], (x) => klDiv(x, target, { ...none, logTarget: true }));
    expect(rounded(loss)).toEqual(rounded([0.303265329856, Infinity]));
  });

  test('divides the sum by the rows in batchmean, and by 1 for a scalar', () => {
    const target = constant([0.5, 0.25, 0.125, 0.5], [2, 2], 'f64');
    const x = [-1, -2, -3, -4];
    const total = lossOf(x, (leaf) => klDiv(leaf, target, { reduction: 'sum' }), [2, 2]).loss[0] ?? nan;
    const mean = lossOf(x, (leaf) => klDiv(leaf, target, { reduction: 'batchmean' }), [2, 2]).loss;
    expect(mean).toEqual([total / 2]);
    const half = constant([0.5], [], 'f64');
    const single = lossOf([0.1], (leaf) => klDiv(leaf, half, { reduction: 'batchmean' }), []).loss;
    expect(rounded(single)).toEqual(rounded([-0.39657359028]));
  });
});

describe('poissonNll', () => {
  test('adds the logarithm of the factorial above 1', () => {
    const target = constant([0, 1, 2], [3], 'f64');
    const { loss, gradient } = lossOf([1, 1, 1], (x) => poissonNll(x, target, { ...none, full: true }));
    expect(rounded(loss)).toEqual(rounded([2.71828182846, 1.71828182846, 1.37008831306]));
    expect(rounded(gradient)).toEqual(rounded([2.71828182846, 1.71828182846, 0.718281828459]));
  });

  test('takes rates', () => {
    const target = constant([0, 1], [2], 'f64');
    const { loss } = lossOf([0, 1], (x) => poissonNll(x, target, { ...none, logInput: false }));
    expect(rounded(loss)).toEqual(rounded([0, 0.99999999]));
  });
});

describe('gaussianNll', () => {
  const x = constant([0, 1, 1], [3], 'f64');
  const target = constant([0.5, 1, 2], [3], 'f64');

  test('has a least variance, which does not cut the gradient', () => {
    const { loss, gradient } = lossOf([0, 1e-9, 2], (variance) => gaussianNll(x, target, variance, none));
    expect(rounded(loss)).toEqual(rounded([124993.09224472102, -6.907755278982137, 0.5965735902799727]));
    expect(rounded(gradient, 2)).toEqual(rounded([-124999500000, 500000, 0.125], 2));
  });

  test('adds its constant where it is to be full', () => {
    const variance = constant([1, 1, 1], [3], 'f64');
    const plain = lossOf([0, 1, 1], (mean) => gaussianNll(mean, target, variance, none)).loss;
    const full = lossOf([0, 1, 1], (mean) =>
      gaussianNll(mean, target, variance, { ...none, full: true }),
    ).loss;
    const constantTerm = Math.log(2 * Math.PI) / 2;
    expect(rounded(full)).toEqual(rounded(plain.map((each) => each + constantTerm)));
  });

  test('takes a variance for every element or for every row', () => {
    const mean = input('x', [4, 3]);
    for (const shape of [[4, 3], [4, 1], [4]]) {
      expect(gaussianNll(mean, mean, input('v', shape), none).shape).toEqual([4, 3]);
    }
    for (const shape of [[3], [1, 3], [], [1]]) {
      expect(refusal(() => gaussianNll(mean, mean, input('v', shape)))).toBe('ShapeError E_SHAPE_MISMATCH');
    }
  });

  test('refuses an eps that is not above 0', () => {
    expect(refusal(() => gaussianNll(x, target, x, { eps: 0 }))).toBe('DeclarationError E_OPTION');
  });
});
