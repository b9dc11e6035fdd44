import { describe, expect, test } from 'vitest';
import { grad } from '../../src/autodiff/grad.ts';
import { scopePath } from '../../src/ir/origin.ts';
import { dim } from '../../src/ir/size.ts';
import type { Reduction } from '../../src/ir/types/loss.ts';
import { bceWithLogits } from '../../src/nn/binary-loss.ts';
import { huber, l1Loss, mse } from '../../src/nn/loss.ts';
import { constant } from '../../src/ops/leaf.ts';
import { gradientProblems } from '../support/finite-differences.ts';
import { evaluate, fed, refusal } from '../support/values.ts';
import { input } from '../support/untyped.ts';

const prediction = fed('prediction', [2, 2], [0.5, -1.25, 3, 0.1]);
const target = fed('target', [2, 2], [1, -1, 0.25, 0.9]);
const both = [prediction, target];

describe('losses on numbers', () => {
  test.each([
    ['mse', mse],
    ['l1Loss', l1Loss],
    ['huber', huber],
    ['bceWithLogits', bceWithLogits],
  ])('%s has gradients that agree with finite differences, to second order', (name, loss) => {
    const result = loss(prediction.leaf, target.leaf);
    expect(result.shape).toEqual([]);
    expect(scopePath(result.origin.scope)).toContain(name);
    expect(gradientProblems({ result, variables: both, order: 2 })).toEqual([]);
  });

  test('reduce to the mean, the sum, or not at all', () => {
    const losses = evaluate(mse(prediction.leaf, target.leaf, { reduction: 'none' }), both);
    const total = losses.reduce((all, each) => all + each, 0);
    expect(losses).toHaveLength(4);
    expect(evaluate(mse(prediction.leaf, target.leaf, { reduction: 'sum' }), both)).toEqual([total]);
    expect(evaluate(mse(prediction.leaf, target.leaf), both)).toEqual([total / 4]);
  });

  test('huber is a square near 0 and a line beyond delta', () => {
    const distances = fed('distances', [3], [0.25, 0.5, 3]);
    const result = huber(distances.leaf, constant([0, 0, 0], [3], 'f64'), { delta: 0.5, reduction: 'none' });
    expect(evaluate(result, [distances])).toEqual([0.03125, 0.125, 0.5 * 2.75]);
  });

  test('bceWithLogits is exact for large logits, with the gradient σ(x) - target', () => {
    const logits = fed('logits', [3], [-1000, 0, 1000]);
    const ones = constant([1, 1, 1], [3], 'f64');
    const result = bceWithLogits(logits.leaf, ones, { reduction: 'sum' });
    expect(evaluate(result, [logits])[0]).toBeCloseTo(1000 + Math.LN2, 12);
    const [gradient] = grad(result, [logits.leaf]);
    expect(evaluate(gradient, [logits])).toEqual([-1, -0.5, 0]);
  });

  test('take named batches', () => {
    const shape = [dim('batch'), 1];
    expect(mse(input('p', shape), input('t', shape), { reduction: 'none' }).shape).toEqual(shape);
  });

  test('refuse a target that would broadcast, and integers', () => {
    const column = input('column', [dim('batch'), 1]);
    const flat = input('flat', [dim('batch')]);
    expect(refusal(() => mse(column, flat))).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(() => mse(column, flat)).toThrow(/the prediction is \[batch, 1\], the target \[batch\]/);
    const counts = input('counts', [2], 'i32');
    expect(refusal(() => l1Loss(counts, counts))).toMatch(/^DTypeError/);
  });

  test('refuse options out of range', () => {
    // What plain JavaScript may pass.
    const unknown = { reduction: 'median' as Reduction };
    expect(refusal(() => mse(prediction.leaf, target.leaf, unknown))).toBe('DeclarationError E_OPTION');
    expect(() => mse(prediction.leaf, target.leaf, unknown)).toThrow(
      /mse: reduction is "median", it has to be one of 'mean', 'sum', 'none'/,
    );
    expect(refusal(() => huber(prediction.leaf, target.leaf, { delta: 0 }))).toBe(
      'DeclarationError E_OPTION',
    );
  });
});
