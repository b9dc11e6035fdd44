import { describe, expect, test } from 'vitest';
import { dim } from '../../src/ir/size.ts';
import { align, broadcastAlong, broadcastShapes, broadcastTo } from '../../src/ops/broadcast.ts';
import { constant, input } from '../../src/ops/leaf.ts';
import { evaluate, refusal } from '../support/values.ts';

const batch = dim('batch');

describe('broadcastShapes', () => {
  test.each([
    [[], [], []],
    [[2, 3], [], [2, 3]],
    [
      [2, 1],
      [1, 3],
      [2, 3],
    ],
    [[1], [0], [0]],
    [[batch, 1], [4], [batch, 4]],
    [
      [1, batch],
      [batch, 1],
      [batch, batch],
    ],
    [[2], [3], undefined],
    [[batch], [4], undefined],
    [[0], [2], undefined],
  ])('%j with %j is %j', (a, b, expected) => {
    expect(broadcastShapes(a, b)).toEqual(expected);
    expect(broadcastShapes(b, a)).toEqual(expected);
  });
});

describe('broadcastTo', () => {
  test('repeats along new and stretched axes', () => {
    const x = constant([1, 2], [2, 1], 'f64');
    expect(evaluate(broadcastTo(x, [2, 2, 3]))).toEqual([1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2]);
  });

  test('to its own shape is the tensor itself', () => {
    const x = input('x', [batch, 3]);
    expect(broadcastTo(x, [batch, 3])).toBe(x);
  });

  test('refuses sizes that are neither equal nor 1, and fewer axes', () => {
    const x = input('x', [2, 3]);
    for (const shape of [[2, 4], [3], [1, 3], [batch, 3]]) {
      expect(refusal(() => broadcastTo(x, shape))).toBe('ShapeError E_SHAPE_MISMATCH');
    }
  });
});

test('broadcastAlong puts axes anywhere in the result', () => {
  const x = constant([1, 2], [2], 'f64');
  expect(evaluate(broadcastAlong(x, [2, 2], [0]))).toEqual([1, 1, 2, 2]);
  expect(evaluate(broadcastAlong(x, [2, 2], [1]))).toEqual([1, 2, 1, 2]);
  // A rule, not a public check: nothing but a wrong gradient or rewrite gets here.
  expect(refusal(() => broadcastAlong(x, [2, 3], [1]))).toBe('InternalError E_RULE');
  expect(refusal(() => broadcastAlong(x, [2], []))).toBe('InternalError E_RULE');
});

test('align gives numbers the dtype of the tensors, or the one asked for', () => {
  const x = input('x', [2], 'f64');
  expect(align('test', [1, x]).map(({ dtype }) => dtype)).toEqual(['f64', 'f64']);
  expect(align('test', [1, 2], 'i32').map(({ dtype, shape }) => [dtype, shape])).toEqual([
    ['i32', []],
    ['i32', []],
  ]);
});
