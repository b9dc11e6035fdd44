import { describe, expect, test } from 'vitest';
import { bce, bceWithLogits, focalLoss } from '../../src/nn/binary-loss.ts';
import { constant } from '../../src/ops/leaf.ts';
import { lossOf, rounded } from '../support/loss-values.ts';
import { evaluate, fed, refusal } from '../support/values.ts';
import { input } from '../support/untyped.ts';

const none = { reduction: 'none' } as const;

describe('bce', () => {
  test('is finite at 0 and 1, with the gradient of PyTorch', () => {
    const target = constant([0, 1, 0, 1, 1, 0], [6], 'f64');
    const { loss, gradient } = lossOf([0, 0, 1, 1, 1e-20, 0.25], (x) => bce(x, target, none));
    expect(rounded(loss)).toEqual(rounded([0, 100, 100, 0, 46.0517018599, 0.287682072452]));
    const steepest = 1000000003995.8;
    expect(gradient.slice(0, 5).map((each) => Math.round(each * 10) / 10 + 0)).toEqual([
      0,
      -steepest,
      steepest,
      0,
      -steepest,
    ]);
    expect(gradient[5]).toBeCloseTo(4 / 3, 14);
  });

  test('has a target whose gradient is the difference of the logarithms', () => {
    const x = constant([0.25, 0, 1], [3], 'f64');
    const { gradient } = lossOf([1, 1, 0], (target) => bce(x, target, none));
    expect(rounded(gradient)).toEqual(rounded([Math.log(3), Infinity, -Infinity]));
  });

  test('weights losses and divides by their number', () => {
    const x = constant([0.5, 0.5, 0.5, 0.5], [2, 2], 'f64');
    const weight = constant([3, 1], [2], 'f64');
    expect(evaluate(bce(x, x, { weight, reduction: 'sum' }))[0]).toBeCloseTo(8 * Math.LN2, 14);
    expect(evaluate(bce(x, x, { weight }))[0]).toBeCloseTo(2 * Math.LN2, 14);
  });

  test('refuses what does not fit', () => {
    const x = input('x', [4, 3]);
    expect(refusal(() => bce(x, input('y', [3])))).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(refusal(() => bce(x, input('y', [4, 3], 'i32')))).toBe('DTypeError E_DTYPE_MISMATCH');
    expect(refusal(() => bce(x, x, { weight: input('w', [4]) }))).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(() => bce(x, x, { weight: input('w', [2, 4, 3]) })).toThrow(
      /bce: the weight \[2, 4, 3\] does not broadcast to \[4, 3\]/,
    );
    // What plain JavaScript may pass.
    expect(refusal(() => bce(x, undefined as never))).toBe('DTypeError E_NOT_A_TENSOR');
    expect(refusal(() => bce(x, x, { weights: 1 } as object))).toBe('DeclarationError E_OPTION');
  });
});

describe('bceWithLogits', () => {
  test('has the gradient σ(x) - target at infinite logits too, as PyTorch', () => {
    const target = constant([0, 1, 0, 1], [4], 'f64');
    const logits = [-Infinity, -Infinity, Infinity, Infinity];
    const { gradient } = lossOf(logits, (x) => bceWithLogits(x, target, none));
    expect(gradient.map((each) => each + 0)).toEqual([0, -1, 1, 0]);
  });

  test('is exact for large logits, with the gradient σ(x) - target', () => {
    const target = constant([1, 1, 1, 1, 0], [5], 'f64');
    const { loss, gradient } = lossOf([-1000, 0, 1000, 800, -800], (x) => bceWithLogits(x, target, none));
    expect(rounded(loss)).toEqual(rounded([1000, 0.69314718056, 0, 0, 0]));
    expect(gradient.map((each) => each + 0)).toEqual([-1, -0.5, 0, 0, 0]);
  });

  test('weights positives apart from the others', () => {
    const target = constant([1, 0, 0.5], [3], 'f64');
    const positiveWeight = constant([2], [1], 'f64');
    const { loss, gradient } = lossOf([0, 0, 0], (x) =>
      bceWithLogits(x, target, { ...none, positiveWeight }),
    );
    expect(rounded(loss)).toEqual(rounded([1.38629436112, 0.69314718056, 1.03972077084]));
    expect(gradient).toEqual([-1, 0.5, -0.25]);
  });

  test('refuses weights that would make the losses more', () => {
    const x = input('x', [3]);
    const positiveWeight = input('p', [2, 3]);
    expect(refusal(() => bceWithLogits(x, x, { positiveWeight }))).toBe('ShapeError E_SHAPE_MISMATCH');
  });
});

describe('focalLoss', () => {
  test('is cross-entropy without focus and weights', () => {
    const x = fed('x', [3], [-2, 0.5, 3]);
    const target = constant([1, 0, 1], [3], 'f64');
    const focal = evaluate(focalLoss(x.leaf, target, { gamma: 0, alpha: null }), [x]);
    expect(focal).toEqual(evaluate(bceWithLogits(x.leaf, target), [x]));
  });

  test('is the formula of Lin et al.', () => {
    const target = constant([1, 0], [2], 'f64');
    const { loss } = lossOf([0.5, 0.5], (x) => focalLoss(x, target, { ...none, gamma: 3, alpha: 0.3 }));
    const p = 1 / (1 + Math.exp(-0.5));
    expect(loss[0]).toBeCloseTo(-0.3 * (1 - p) ** 3 * Math.log(p), 14);
    expect(loss[1]).toBeCloseTo(-0.7 * p ** 3 * Math.log(1 - p), 14);
  });

  test('refuses options out of range', () => {
    const x = input('x', [3]);
    expect(refusal(() => focalLoss(x, x, { alpha: 2 }))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => focalLoss(x, x, { gamma: -1 }))).toBe('DeclarationError E_OPTION');
  });
});
