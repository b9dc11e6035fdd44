import { expect, test } from 'vitest';
import { flatten } from '../../src/nn/flatten.ts';
import { input } from '../support/untyped.ts';
import { refusal } from '../support/values.ts';

const x = input('x', [2, 3, 4, 5]);

test('flatten merges all axes but the first, or those from one to another', () => {
  expect(flatten(x).shape).toEqual([2, 60]);
  expect(flatten(x, 0).shape).toEqual([120]);
  expect(flatten(x, 1, 2).shape).toEqual([2, 12, 5]);
});

test('without a tensor it is a layer that does the same', () => {
  expect([flatten(), flatten(0), flatten(1, 2), flatten(2)].map((layer) => layer(x).shape)).toEqual([
    [2, 60],
    [120],
    [2, 12, 5],
    [2, 3, 20],
  ]);
  expect([flatten(), flatten(2), flatten(1, 2)].map(String)).toEqual([
    'flatten: flatten()',
    'flatten: flatten(2)',
    'flatten: flatten(1, 2)',
  ]);
  expect(refusal(() => flatten(0.5))).toBe('DeclarationError E_OPTION');
  expect(refusal(() => flatten(4)(x))).toBe('ShapeError E_AXIS');
});
