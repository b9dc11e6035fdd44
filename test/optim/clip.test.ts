import { describe, expect, test } from 'vitest';
import { centralise, clipNorm, clipValue, globalNorm, type GradientTransform } from '../../src/optim/clip.ts';
import { evaluateAll, fed, refusal } from '../support/values.ts';

const first = fed('first', [2], [3, -4]);
const second = fed('second', [1, 2], [12, 0]);

function clipped(transform: GradientTransform): readonly (readonly number[])[] {
  return evaluateAll(transform([first.leaf, second.leaf]), [first, second]).map(({ data }) => [...data]);
}

/** Both gradients times one factor. */
function scaled(factor: number): readonly (readonly number[])[] {
  return [
    [3 * factor, -4 * factor],
    [12 * factor, 0 * factor],
  ];
}

describe('clipNorm', () => {
  test.each([
    [2, 13],
    [1, 19],
    [Infinity, 12],
    [3, Math.cbrt(27 + 64 + 1728)],
  ])('scales all gradients by one factor to a common %d-norm', (norm, total) => {
    const expected = scaled(6.5 / (total + 1e-6));
    clipped(clipNorm(6.5, { norm })).forEach((gradient, position) => {
      gradient.forEach((each, at) => {
        expect(each).toBeCloseTo(expected[position]?.[at] ?? Number.NaN, 13);
      });
    });
  });

  test('leaves smaller gradients as they are', () => {
    expect(clipped(clipNorm(100))).toEqual(scaled(1));
  });

  test('takes an empty list', () => {
    expect(clipNorm(1)([])).toEqual([]);
  });

  test('refuses bounds and norms out of range', () => {
    expect(refusal(() => clipNorm(-1))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => clipNorm(Number.NaN))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => clipNorm(1, { norm: 0 }))).toBe('DeclarationError E_OPTION');
  });
});

describe('clipValue', () => {
  test('bounds every element, and lets NaN through', () => {
    expect(clipped(clipValue(3.5))).toEqual([
      [3, -3.5],
      [3.5, 0],
    ]);
    const broken = fed('broken', [1], [Number.NaN]);
    const [value] = evaluateAll(clipValue(1)([broken.leaf]), [broken]);
    expect(value?.data[0]).toBeNaN();
  });

  test('refuses a negative bound', () => {
    expect(refusal(() => clipValue(-1))).toBe('DeclarationError E_OPTION');
  });
});

describe('globalNorm', () => {
  test.each([
    [2, 13],
    [1, 19],
    [Infinity, 12],
  ])('is the common %d-norm of all tensors', (norm, total) => {
    const [value] = evaluateAll([globalNorm([first.leaf, second.leaf], { norm })], [first, second]);
    expect([...(value?.data ?? [])]).toEqual([total]);
  });

  test('refuses no tensors, what is no tensor, and norms out of range', () => {
    expect(refusal(() => globalNorm([]))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => globalNorm([first.leaf], { norm: -1 }))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => globalNorm([3 as never]))).not.toBe('no error');
  });
});

describe('centralise', () => {
  test('takes the mean over all axes but the first off matrices, and leaves vectors', () => {
    expect(clipped(centralise())).toEqual([
      [3, -4],
      [6, -6],
    ]);
  });
});
