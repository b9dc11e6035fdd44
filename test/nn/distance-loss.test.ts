import { describe, expect, test } from 'vitest';
import { cosineEmbedding, tripletMargin } from '../../src/nn/distance-loss.ts';
import { constant } from '../../src/ops/leaf.ts';
import { lossOf, rounded } from '../support/loss-values.ts';
import { refusal } from '../support/values.ts';
import { input } from '../support/untyped.ts';

const none = { reduction: 'none' } as const;

// The expected numbers are those of PyTorch 1.13.

describe('cosineEmbedding', () => {
  test('asks for one direction, for another, or for nothing', () => {
    const second = constant([1, 2, -2, 1, 1, 2], [3, 2], 'f64');
    const target = constant([1, -1, 0], [3], 'i32');
    const { loss, gradient } = lossOf(
      [1, 2, 1, 2, 1, 2],
      (x) => cosineEmbedding(x, second, target, none),
      [3, 2],
    );
    expect(loss.map((each) => Math.abs(each) < 1e-12)).toEqual([true, true, true]);
    expect(rounded(gradient, 11)).toEqual([0, 0, -0.4, 0.2, 0, 0]);
  });

  test('is finite for zero vectors', () => {
    const second = constant([1, 2], [2], 'f64');
    const target = constant([1], [], 'f64');
    expect(lossOf([0, 0], (x) => cosineEmbedding(x, second, target, none)).loss).toEqual([1]);
  });

  test('refuses targets of another shape, and scalars', () => {
    const x = input('x', [4, 3]);
    expect(refusal(() => cosineEmbedding(x, x, input('t', [3])))).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(refusal(() => cosineEmbedding(input('s', []), input('s', []), input('t', [])))).toBe(
      'ShapeError E_RANK',
    );
  });
});

describe('tripletMargin', () => {
  test.each([
    [1, 7],
    [2, 5],
    [3, 91 ** (1 / 3)],
    [Infinity, 4],
  ])('measures in the norm %d', (p, length) => {
    const origin = constant([0, 0], [2], 'f64');
    const options = { ...none, p, margin: 0, eps: 0 };
    const { loss } = lossOf([3, -4], (x) => tripletMargin(origin, x, origin, options));
    expect(loss[0]).toBeCloseTo(length, 14);
  });

  test('adds eps to differences', () => {
    const same = constant([1, 2], [2], 'f64');
    const options = { ...none, p: 1, margin: 0, eps: 0.25 };
    const { loss } = lossOf([2, 4], (x) => tripletMargin(x, same, same, { ...options, margin: 1 }));
    expect(loss).toEqual([1]);
    expect(lossOf([2, 4], (x) => tripletMargin(same, x, same, options)).loss).toEqual([2]);
  });

  test('may take the negative from the positive, with half of the gradient where both are as far', () => {
    const same = constant([1, 2], [1, 2], 'f64');
    const apart = lossOf([1, 2], (x) => tripletMargin(same, x, same, { ...none, margin: 0 }), [1, 2]);
    expect(rounded(apart.gradient)).toEqual(rounded([-Math.SQRT1_2, -Math.SQRT1_2]));
    const swapped = lossOf([1, 2], (x) => tripletMargin(x, same, same, { ...none, swap: true }), [1, 2]);
    expect(swapped.loss).toEqual([1]);
    expect(rounded(swapped.gradient)).toEqual(rounded([Math.SQRT1_2 / 2, Math.SQRT1_2 / 2]));
  });

  test('has gradient 0 at distance 0', () => {
    const same = constant([1, 2], [2], 'f64');
    const far = constant([1, 2.5], [2], 'f64');
    const { gradient } = lossOf([1, 2], (x) => tripletMargin(x, same, far, { eps: 0, p: 1.5 }));
    expect(gradient).toEqual([0, 1]);
  });

  test('refuses vectors of different shapes', () => {
    const x = input('x', [4, 3]);
    expect(refusal(() => tripletMargin(x, x, input('n', [4, 2])))).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(refusal(() => tripletMargin(x, x, x, { p: Number.NaN }))).toBe('DeclarationError E_OPTION');
  });
});
