import { describe, expect, test } from 'vitest';
import { grad } from '../../src/autodiff/grad.ts';
import { mul } from '../../src/ops/arithmetic.ts';
import { maskedFill, maskedScatter, maskedSelect } from '../../src/ops/mask.ts';
import { sum } from '../../src/ops/reduce.ts';
import { constant, input } from '../support/untyped.ts';
import { evaluate, fed, refusal } from '../support/values.ts';

const x = constant([1, 2, 3, 4, 5, 6], [2, 3], 'f64');
const mask = constant([1, 0, 1, 0, 1, 0], [2, 3], 'bool');
const columns = constant([0, 1, 1], [3], 'bool');

test('maskedFill puts a value where the mask is true, whatever stands there', () => {
  expect(evaluate(maskedFill(x, mask, -Infinity))).toEqual([-Infinity, 2, -Infinity, 4, -Infinity, 6]);
  expect(evaluate(maskedFill(x, columns, constant([9], [], 'f64')))).toEqual([1, 9, 9, 4, 9, 9]);
  const row = constant([1, Number.NaN, 3], [3], 'f64');
  expect(evaluate(maskedFill(row, constant([0, 1, 0, 1, 1, 1], [2, 3], 'bool'), 0))).toEqual([
    1, 0, 3, 0, 0, 0,
  ]);
  expect(refusal(() => maskedFill(x, x, 0))).toBe('DTypeError E_DTYPE_MISMATCH');
  expect(refusal(() => maskedFill(x, mask, constant([1, 2], [2], 'f64')))).toBe('ShapeError E_RANK');
});

describe('maskedSelect', () => {
  test('gathers what is chosen into a vector of a size that is said beforehand', () => {
    expect(evaluate(maskedSelect(x, mask, { size: 3 }))).toEqual([1, 3, 5]);
    expect(evaluate(maskedSelect(x, mask, { size: 2 }))).toEqual([1, 3]);
    expect(evaluate(maskedSelect(x, mask, { size: 5 }))).toEqual([1, 3, 5, 0, 0]);
    expect(evaluate(maskedSelect(x, columns, { size: 4 }))).toEqual([2, 3, 5, 6]);
    expect(maskedSelect(x, mask, { size: 0 }).shape).toEqual([0]);
  });

  test('gives what is chosen its gradient, and nothing to the rest', () => {
    const variable = fed('x', [2, 3], [1, 2, 3, 4, 5, 6]);
    const weights = constant([10, 20, 30], [3], 'f64');
    const total = sum(mul(maskedSelect(variable.leaf, mask, { size: 3 }), weights));
    const [gradient] = grad(total, [variable.leaf]);
    if (gradient === undefined) throw new Error('there is no gradient');
    expect(evaluate(gradient, [variable])).toEqual([10, 0, 20, 0, 30, 0]);
  });

  test('refuses masks that do not fit, and no size', () => {
    expect(refusal(() => maskedSelect(x, input('m', [2], 'bool'), { size: 1 }))).toBe(
      'ShapeError E_SHAPE_MISMATCH',
    );
    const nothing = {} as { size: number };
    expect(refusal(() => maskedSelect(x, mask, nothing))).toBe('DeclarationError E_OPTION');
  });
});

test('maskedScatter puts the elements of a source in order where the mask is true', () => {
  const source = constant([10, 20, 30, 40], [4], 'f64');
  expect(evaluate(maskedScatter(x, mask, source))).toEqual([10, 2, 20, 4, 30, 6]);
  expect(evaluate(maskedScatter(x, columns, source))).toEqual([1, 10, 20, 4, 30, 40]);
  expect(refusal(() => maskedScatter(x, input('m', [2], 'bool'), source))).toBe(
    'ShapeError E_SHAPE_MISMATCH',
  );
  expect(refusal(() => maskedScatter(x, mask, constant([], [0], 'f64')))).toBe('DeclarationError E_OPTION');
});
