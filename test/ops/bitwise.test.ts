import { expect, test } from 'vitest';
import {
  bitwiseAnd,
  bitwiseLeftShift,
  bitwiseNot,
  bitwiseOr,
  bitwiseRightShift,
  bitwiseXor,
} from '../../src/ops/bitwise.ts';
import { constant } from '../../src/ops/leaf.ts';
import { evaluate, refusal } from '../support/values.ts';
import { input } from '../support/untyped.ts';

const a = constant([12, -1, 5], [3], 'i32');

test('bits of integers', () => {
  expect(evaluate(bitwiseAnd(a, 10))).toEqual([8, 10, 0]);
  expect(evaluate(bitwiseOr(a, 10))).toEqual([14, -1, 15]);
  expect(evaluate(bitwiseXor(a, 10))).toEqual([6, -11, 15]);
  expect(evaluate(bitwiseNot(a))).toEqual([-13, 0, -6]);
  expect(evaluate(bitwiseLeftShift(a, 2))).toEqual([48, -4, 20]);
  expect(evaluate(bitwiseRightShift(a, 2))).toEqual([3, -1, 1]);
  expect(evaluate(bitwiseLeftShift(a, 33))).toEqual([24, -2, 10]);
});

test('booleans are integers of one bit', () => {
  const left = constant([0, 0, 1, 1], [4], 'bool');
  const right = constant([0, 1, 0, 1], [4], 'bool');
  expect(evaluate(bitwiseAnd(left, right))).toEqual([0, 0, 0, 1]);
  expect(evaluate(bitwiseOr(left, right))).toEqual([0, 1, 1, 1]);
  expect(evaluate(bitwiseXor(left, right))).toEqual([0, 1, 1, 0]);
});

test('floats have no bits', () => {
  const x = input('x', [2]);
  expect(refusal(() => bitwiseAnd(x, x))).toBe('DTypeError E_DTYPE_MISMATCH');
  expect(refusal(() => bitwiseNot(x))).toBe('DTypeError E_DTYPE_MISMATCH');
});
