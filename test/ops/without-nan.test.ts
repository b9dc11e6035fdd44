import { expect, test } from 'vitest';
import { grad } from '../../src/autodiff/grad.ts';
import { constant } from '../../src/ops/leaf.ts';
import { nanmean, nansum } from '../../src/ops/without-nan.ts';
import { evaluate, fed, refusal } from '../support/values.ts';
import { input } from '../support/untyped.ts';

const { NaN: nan } = Number;
const x = constant([1, nan, 3, nan, nan, nan], [2, 3], 'f64');

test('NaN adds nothing to a sum and takes no part in a mean', () => {
  expect(evaluate(nansum(x, 1))).toEqual([4, 0]);
  expect(evaluate(nanmean(x, 1))).toEqual([2, nan]);
  expect(evaluate(nanmean(x))).toEqual([2]);
  expect(nanmean(x, 0, { keepdims: true }).shape).toEqual([1, 3]);
});

test('NaN gets no gradient', () => {
  const fedX = fed('x', [3], [1, nan, 3]);
  const [gradient] = grad(nanmean(fedX.leaf), [fedX.leaf]);
  expect(evaluate(gradient ?? fedX.leaf, [fedX])).toEqual([0.5, 0, 0.5]);
});

test('integers and axes that do not exist are refused', () => {
  expect(refusal(() => nansum(input('n', [2], 'i32')))).toBe('DTypeError E_DTYPE_MISMATCH');
  expect(refusal(() => nanmean(input('x', [2]), 1))).toBe('ShapeError E_AXIS');
});
