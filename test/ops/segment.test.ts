import { describe, expect, test } from 'vitest';
import { constant } from '../../src/ops/leaf.ts';
import { segmentMax, segmentMean, segmentMin, segmentProd, segmentSum } from '../../src/ops/segment.ts';
import { evaluate, refusal } from '../support/values.ts';
import { input } from '../support/untyped.ts';

const inf = Infinity;
const x = constant([1, 2, 3, 4, 5, 6], [3, 2], 'f64');
const ids = constant([2, 0, 2], [3], 'i32');

describe('rows are gathered by their segments', () => {
  test.each([
    ['sums', segmentSum, [3, 4, 0, 0, 6, 8]],
    ['means', segmentMean, [3, 4, 0, 0, 3, 4]],
    ['products', segmentProd, [3, 4, 1, 1, 5, 12]],
    ['largest elements', segmentMax, [3, 4, -inf, -inf, 5, 6]],
    ['smallest elements', segmentMin, [3, 4, inf, inf, 1, 2]],
  ])('into %s', (_, build, expected) => {
    expect(build(x, ids, 3).shape).toEqual([3, 2]);
    expect(evaluate(build(x, ids, 3))).toEqual(expected);
  });

  test('whose ids may have several axes', () => {
    const each = constant([0, 1, 1, 0, 0, 1], [3, 2], 'i32');
    expect(evaluate(segmentSum(x, each, 2))).toEqual([10, 11]);
    expect(evaluate(segmentMax(constant([4, 7], [2], 'i32'), constant([1, 1], [2], 'i32'), 2))).toEqual([
      -(2 ** 31),
      7,
    ]);
  });
});

describe('segments refuse', () => {
  test.each([
    ['ids outside', () => segmentSum(x, ids, 2), 'ShapeError E_INDEX'],
    ['ids that are floats', () => segmentSum(x, input('ids', [3]), 2), 'DTypeError E_DTYPE_MISMATCH'],
    ['ids of another length', () => segmentSum(input('x', [4]), ids, 3), 'ShapeError E_SHAPE_MISMATCH'],
    ['one id for all', () => segmentSum(x, constant([0], [], 'i32'), 3), 'ShapeError E_SHAPE_MISMATCH'],
    ['no segments', () => segmentMin(x, ids, 0), 'DeclarationError E_OPTION'],
    ['booleans', () => segmentSum(input('b', [3], 'bool'), ids, 3), 'DTypeError E_DTYPE_MISMATCH'],
    ['means of integers', () => segmentMean(input('n', [3], 'i32'), ids, 3), 'DTypeError E_DTYPE_MISMATCH'],
    ['what is no tensor', () => segmentSum(x, [0, 1, 2] as never, 3), 'DTypeError E_NOT_A_TENSOR'],
  ])('%s', (_, call, expected) => {
    expect(refusal(call)).toBe(expected);
  });
});
