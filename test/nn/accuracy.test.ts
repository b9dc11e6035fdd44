import { describe, expect, test } from 'vitest';
import { accuracy } from '../../src/nn/accuracy.ts';
import { evaluate, fed, refusal } from '../support/values.ts';
import { input } from '../support/untyped.ts';

describe('accuracy', () => {
  test('is the share of labels that the largest score names', () => {
    const scores = fed('scores', [4, 2], [1, 0, 0, 1, 3, 2, 5, 9], 'f32');
    const truth = fed('truth', [4], [0, 1, 1, 1], 'i32');
    const result = accuracy(scores.leaf, truth.leaf);
    expect(result.dtype).toBe('f32');
    expect(evaluate(result, [scores, truth])).toEqual([0.75]);
  });

  test('refuses labels that would broadcast', () => {
    expect(refusal(() => accuracy(input('scores', [4, 3]), input('y', [4, 1], 'i32')))).toBe(
      'ShapeError E_SHAPE_MISMATCH',
    );
  });
});
