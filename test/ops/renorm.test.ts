import { describe, expect, test } from 'vitest';
import { logit } from '../../src/ops/logarithm.ts';
import { renorm } from '../../src/ops/renorm.ts';
import { constant } from '../support/untyped.ts';
import { evaluate, refusal } from '../support/values.ts';

describe('parts of a tensor are scaled to a largest norm', () => {
  const x = constant([3, 4, 0.3, 0.4], [2, 2], 'f64');

  test('where theirs is above it, along an axis', () => {
    const [a, b, ...rest] = evaluate(renorm(x, 2, 0, 1));
    expect([a, b]).toEqual([3 / (5 + 1e-7), 4 / (5 + 1e-7)]);
    expect(rest).toEqual([0.3, 0.4]);
    expect(evaluate(renorm(x, Infinity, 1, 10))).toEqual([3, 4, 0.3, 0.4]);
  });

  test('unless a norm or its bound makes no sense', () => {
    expect(refusal(() => renorm(x, 0, 0, 1))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => renorm(x, 2, 0, -1))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => renorm(x, 2, 2, 1))).toBe('ShapeError E_AXIS');
  });
});

test('the logit undoes the logistic function, is infinite at its ends, NaN beyond, and clamped on request', () => {
  const x = constant([0.5, 0, 1, 2], [4], 'f64');
  expect(evaluate(logit(x))).toEqual([0, -Infinity, Infinity, Number.NaN]);
  const clamped = evaluate(logit(x, 0.25));
  [0, -Math.log(3), Math.log(3), Math.log(3)].forEach((expected, at) => {
    expect(clamped[at]).toBeCloseTo(expected, 12);
  });
  expect(refusal(() => logit(x, 0.6))).toBe('DeclarationError E_OPTION');
});
