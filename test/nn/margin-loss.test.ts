import { describe, expect, test } from 'vitest';
import {
  hinge,
  hingeEmbedding,
  marginRanking,
  multilabelSoftMargin,
  softMargin,
} from '../../src/nn/margin-loss.ts';
import { constant } from '../../src/ops/leaf.ts';
import { lossOf, rounded } from '../support/loss-values.ts';
import { refusal } from '../support/values.ts';
import { input } from '../support/untyped.ts';

const none = { reduction: 'none' } as const;
const { NaN: nan } = Number;

// The expected numbers are those of PyTorch 1.13.

describe('hingeEmbedding', () => {
  test('takes distances of equals as they are, and asks for a margin of others', () => {
    const target = constant([1, -1, -1, -1, 1, 1, 0], [7], 'f64');
    const { loss, gradient } = lossOf([-1, 1, 0.5, 2, nan, Infinity, 0.5], (x) =>
      hingeEmbedding(x, target, none),
    );
    expect(loss).toEqual([-1, 0, 0.5, 0, nan, Infinity, 1]);
    // At the margin itself the gradient is that of the slope; a target that is neither has both terms.
    expect(gradient.map((each) => each + 0)).toEqual([1, -1, -1, 0, 1, 1, 0]);
    const other = constant([-1], [1], 'f64');
    const ofNaN = lossOf([nan], (x) => hingeEmbedding(x, other, none));
    expect([ofNaN.loss, ofNaN.gradient.map((each) => each + 0)]).toEqual([[nan], [0]]);
  });

  test('refuses a margin that is not finite', () => {
    const x = input('x', [3]);
    expect(refusal(() => hingeEmbedding(x, x, { margin: Infinity }))).toBe('DeclarationError E_OPTION');
  });
});

describe('marginRanking', () => {
  test('asks for an order by the target', () => {
    const second = constant([1, 2, 1], [3], 'f64');
    const target = constant([1, 1, -1], [3], 'f64');
    const { loss, gradient } = lossOf([1, 1, 2], (first) => marginRanking(first, second, target, none));
    expect(loss.map((each) => each + 0)).toEqual([0, 1, 1]);
    expect(gradient).toEqual([-1, -1, 1]);
  });

  test('repeats the target, and refuses scores of two shapes', () => {
    const x = input('x', [4, 3]);
    expect(marginRanking(x, x, input('t', []), none).shape).toEqual([4, 3]);
    expect(refusal(() => marginRanking(x, x, input('t', [4])))).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(refusal(() => marginRanking(x, input('y', [3]), input('t', [])))).toBe(
      'ShapeError E_SHAPE_MISMATCH',
    );
    expect(() => marginRanking(x, input('y', [3]), input('t', []))).toThrow(/the second score \[3\]/);
  });
});

describe('hinge', () => {
  test('asks for a margin on the side of the target, squared if wanted', () => {
    const target = constant([1, -1, 1], [3], 'f64');
    const scores = [0.25, 0.5, 2];
    expect(lossOf(scores, (x) => hinge(x, target, none)).loss).toEqual([0.75, 1.5, 0]);
    const squared = lossOf(scores, (x) => hinge(x, target, { ...none, squared: true }));
    expect(squared.loss).toEqual([0.5625, 2.25, 0]);
    expect(squared.gradient.map((each) => each + 0)).toEqual([-1.5, 3, 0]);
  });
});

describe('softMargin', () => {
  test('does not overflow', () => {
    const target = constant([1, -1, 1], [3], 'f64');
    const { loss, gradient } = lossOf([0.1, 900, -900], (x) => softMargin(x, target, none));
    expect(rounded(loss)).toEqual(rounded([0.644396660074, 900, 900]));
    expect(rounded(gradient)).toEqual(rounded([-0.475020812521, 1, -1]));
  });
});

describe('multilabelSoftMargin', () => {
  test('averages weighted cross-entropies over the classes', () => {
    const target = constant([1, 0, 1, 0], [2, 2], 'f64');
    const weight = constant([1, 2], [2], 'f64');
    const { loss, gradient } = lossOf(
      [0.1, 900, -900, 2],
      (x) => multilabelSoftMargin(x, target, { ...none, weight }),
      [2, 2],
    );
    expect(rounded(loss)).toEqual(rounded([900.3221983300368, 452.126928011043]));
    expect(rounded(gradient)).toEqual(rounded([-0.237510406261, 1, -0.5, 0.880797077978]));
  });

  test('refuses scalars, which have no classes', () => {
    const x = input('x', []);
    expect(refusal(() => multilabelSoftMargin(x, x))).toBe('ShapeError E_RANK');
  });
});
