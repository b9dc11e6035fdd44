import { describe, expect, test } from 'vitest';
import { topologicalOrder } from '../../src/ir/node.ts';
import { multilabelMargin, multiMargin } from '../../src/nn/class-margin-loss.ts';
import { constant, constrainOp } from '../../src/ops/leaf.ts';
import { lossOf, rounded } from '../support/loss-values.ts';
import { refusal } from '../support/values.ts';
import { input } from '../support/untyped.ts';

const none = { reduction: 'none' } as const;

// The expected numbers are those of PyTorch 1.13.

describe('multiMargin', () => {
  const labels = constant([0, 2], [2], 'i32');
  const scores = [0, 1, 0.5, 1, 2, 1];

  test('asks every other class to stay below the label by the margin', () => {
    const { loss, gradient } = lossOf(scores, (x) => multiMargin(x, labels, none), [2, 3]);
    expect(rounded(loss)).toEqual(rounded([1.16666666667, 1]));
    expect(rounded(gradient)).toEqual(rounded([-2 / 3, 1 / 3, 1 / 3, 1 / 3, 1 / 3, -2 / 3]));
  });

  test('takes a power, a margin, and weights of classes', () => {
    const options = { ...none, p: 2, margin: 0.5, weight: [1, 2, 3] } as const;
    const { loss, gradient } = lossOf(scores, (x) => multiMargin(x, labels, options), [2, 3]);
    expect(rounded(loss)).toEqual(rounded([1.08333333333, 2.5]));
    expect(rounded(gradient)).toEqual(rounded([-5 / 3, 1, 2 / 3, 1, 3, -4]));
  });

  test('asks for nothing where the margin is just met, and of NaN', () => {
    const first = constant([0], [1], 'i32');
    const met = lossOf([2, 1, 0.5], (x) => multiMargin(x, first, none), [1, 3]);
    expect(met.gradient.map((each) => each + 0)).toEqual([0, 0, 0]);
    expect(lossOf([2, Number.NaN, 2], (x) => multiMargin(x, first, none), [1, 3]).loss).toEqual([1 / 3]);
  });

  test('takes one row, with a label of either rank', () => {
    const one = constant([1], [1], 'i32');
    const scalar = constant([1], [], 'i32');
    expect(rounded(lossOf([2, 1, 0.5], (x) => multiMargin(x, scalar)).loss)).toEqual(
      rounded([0.833333333333]),
    );
    expect(multiMargin(input('x', [3]), scalar, none).shape).toEqual([]);
    expect(multiMargin(input('x', [3]), one, none).shape).toEqual([1]);
    expect(multiMargin(input('x', []), constant([0], [], 'i32'), none).shape).toEqual([]);
  });

  test('refuses what does not fit', () => {
    const x = input('x', [2, 3]);
    expect(refusal(() => multiMargin(x, constant([0], [1], 'i32')))).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(refusal(() => multiMargin(x, input('y', [2])))).toBe('DTypeError E_DTYPE_MISMATCH');
    expect(refusal(() => multiMargin(input('x', [2, 3, 4]), labels))).toBe('ShapeError E_RANK');
    expect(refusal(() => multiMargin(x, labels, { weight: [1, 2] }))).toBe('ShapeError E_SHAPE_MISMATCH');
    // What plain JavaScript may pass.
    expect(refusal(() => multiMargin(x, labels, { p: 3 as never }))).toBe('DeclarationError E_OPTION');
  });
});

describe('multilabelMargin', () => {
  test('counts the labels before the first -1, each as often as it stands there', () => {
    const labels = constant([3, 0, -1, 1, 0, 1, 2, 3, -1, 0, 1, 2, 3, 3, -1, 1], [4, 4], 'i32');
    const { loss, gradient } = lossOf(
      [0.1, 0.2, 0.4, 0.8, 0, 1, 2, 3, 1, 2, 3, 4, 0.1, 0.2, 0.4, 0.8],
      (x) => multilabelMargin(x, labels, none),
      [4, 4],
    );
    expect(rounded(loss)).toEqual(rounded([0.85, 0, 0, 0.65]));
    expect(gradient.map((each) => each + 0)).toEqual([
      -0.5, 0.5, 0.5, -0.5, 0, 0, 0, 0, 0, 0, 0, 0, 0.5, 0.5, 0.5, -1.5,
    ]);
  });

  test('takes one row, and declares the range of its labels', () => {
    const x = input('x', [4]);
    const y = input('y', [4], 'i32');
    const result = multilabelMargin(x, y, none);
    expect(result.shape).toEqual([]);
    const ranges = topologicalOrder([result]).filter(({ op }) => op.name === constrainOp.name);
    expect(ranges.map(({ attrs }) => [attrs.low, attrs.high])).toEqual([[-1, 3]]);
  });

  test('refuses what does not fit', () => {
    const x = input('x', [2, 3]);
    expect(refusal(() => multilabelMargin(x, input('y', [2], 'i32')))).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(refusal(() => multilabelMargin(x, x))).toBe('DTypeError E_DTYPE_MISMATCH');
  });
});
