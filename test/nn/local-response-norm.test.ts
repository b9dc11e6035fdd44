import { describe, expect, test } from 'vitest';
import { localResponseNorm } from '../../src/nn/local-response-norm.ts';
import { constant } from '../../src/ops/leaf.ts';
import { input } from '../support/untyped.ts';
import { evaluate, refusal } from '../support/values.ts';

describe('localResponseNorm', () => {
  test('divides by neighbouring channels, one more before than after where their number is even', () => {
    const x = constant([1, 2, 3], [1, 3, 1], 'f64');
    expect(evaluate(localResponseNorm(x, 2, { alpha: 2, beta: 1, k: 0 }))).toEqual([1, 2 / 5, 3 / 13]);
  });

  test('refuses ranks below 3 and sizes below 1', () => {
    expect(refusal(() => localResponseNorm(input('x', [2, 3]), 2))).toBe('ShapeError E_RANK');
    expect(refusal(() => localResponseNorm(input('x', [2, 3, 4]), 0))).toBe('DeclarationError E_OPTION');
  });
});
