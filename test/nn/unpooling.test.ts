import { describe, expect, test } from 'vitest';
import { grad } from '../../src/autodiff/grad.ts';
import { adaptiveMaxPool2d, adaptiveMaxPoolWithIndices } from '../../src/nn/adaptive-pooling.ts';
import { maxPoolWithIndices } from '../../src/nn/pooling.ts';
import { maxUnpool1d, maxUnpool2d, maxUnpool3d } from '../../src/nn/unpooling.ts';
import { constant } from '../../src/ops/leaf.ts';
import { mul } from '../../src/ops/arithmetic.ts';
import { sum } from '../../src/ops/reduce.ts';
import { reshape } from '../../src/ops/reshape.ts';
import { evaluate, fed, refusal } from '../support/values.ts';
import { input } from '../support/untyped.ts';

const image = constant([1, 5, 2, 8, 3, 4, 7, 6, 9, 0, 1, 2], [1, 3, 4], 'f64');

describe('unpooling', () => {
  test('puts maxima back where they were found', () => {
    const { values, indices } = maxPoolWithIndices(image, [3, 2]);
    const back = maxUnpool2d(values, indices, [3, 2]);
    expect(back.shape).toEqual([1, 3, 4]);
    expect(evaluate(back)).toEqual([0, 0, 0, 8, 0, 0, 0, 0, 9, 0, 0, 0]);
  });

  test('takes one of the sizes that are pooled to the same', () => {
    const { values, indices } = maxPoolWithIndices(reshape(image, [1, 1, 12]), [5]);
    expect(maxUnpool1d(values, indices, 5).shape).toEqual([1, 1, 10]);
    expect(maxUnpool1d(values, indices, 5, { outputSize: [12] }).shape).toEqual([1, 1, 12]);
    expect(evaluate(maxUnpool1d(values, indices, 5, { outputSize: [12] }))).toEqual([
      0, 0, 0, 8, 0, 0, 0, 0, 9, 0, 0, 0,
    ]);
    expect(maxUnpool1d(values, indices, 5, { stride: 4, padding: 1 }).shape).toEqual([1, 1, 7]);
  });

  test('gives the gradient to every value of a place, the last of which stands', () => {
    const x = fed('x', [1, 3], [1, 2, 3]);
    const places = constant([0, 2, 2], [1, 3], 'i32');
    const back = maxUnpool1d(x.leaf, places, 1);
    expect(evaluate(back, [x])).toEqual([1, 0, 3]);
    const weights = constant([1, 10, 100], [1, 3], 'f64');
    const [slope] = grad(sum(mul(back, weights)), [x.leaf]);
    expect(evaluate(slope, [x])).toEqual([1, 100, 100]);
  });

  test.each([
    [
      'indices of another shape',
      () => maxUnpool1d(input('x', [1, 3]), input('i', [1, 2], 'i32'), 2),
      'ShapeError E_SHAPE_MISMATCH',
    ],
    [
      'indices that are floats',
      () => maxUnpool1d(input('x', [1, 3]), input('i', [1, 3]), 2),
      'DTypeError E_DTYPE_MISMATCH',
    ],
    [
      'a matrix for volumes',
      () => maxUnpool3d(input('x', [1, 3]), input('i', [1, 3], 'i32'), 2),
      'ShapeError E_RANK',
    ],
    [
      'a place outside',
      () => maxUnpool1d(input('x', [1, 1]), constant([2], [1, 1], 'i32'), 2),
      'ShapeError E_INDEX',
    ],
    [
      'a size that is pooled to another',
      () => maxUnpool1d(input('x', [1, 3]), input('i', [1, 3], 'i32'), 2, { outputSize: [9] }),
      'DeclarationError E_OPTION',
    ],
    [
      'a window of nothing',
      () => maxUnpool1d(input('x', [1, 3]), input('i', [1, 3], 'i32'), 0),
      'DeclarationError E_OPTION',
    ],
  ])('refuses %s', (_, call, expected) => {
    expect(refusal(call)).toBe(expected);
  });
});

describe('adaptive pooling with indices', () => {
  test('finds the values of the pooling, and where they stand', () => {
    const { values, indices } = adaptiveMaxPoolWithIndices(image, [2, 3]);
    expect(evaluate(values)).toEqual(evaluate(adaptiveMaxPool2d(image, [2, 3])));
    expect(evaluate(indices)).toEqual([1, 6, 3, 8, 6, 6]);
    expect(evaluate(adaptiveMaxPoolWithIndices(image, [1, null]).indices)).toEqual([8, 1, 6, 3]);
  });

  test('finds the first of equals, row by row', () => {
    const equal = constant([0, 1, 1, 0], [1, 2, 2], 'f64');
    expect(evaluate(adaptiveMaxPoolWithIndices(equal, [1, 1]).indices)).toEqual([1]);
  });

  test('refuses sizes of four axes', () => {
    expect(refusal(() => adaptiveMaxPoolWithIndices(image, [1, 1, 1, 1]))).toBe('DeclarationError E_OPTION');
  });
});
