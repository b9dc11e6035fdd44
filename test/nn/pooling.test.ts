import { describe, expect, test } from 'vitest';
import type { Tensor } from '../../src/ir/node.ts';
import * as adaptivePooling from '../../src/nn/adaptive-pooling.ts';
import type { Layer } from '../../src/nn/layer.ts';
import * as pooling from '../../src/nn/pooling.ts';
import { constant, input } from '../support/untyped.ts';
import { evaluate, refusal } from '../support/values.ts';

type Untyped = ((x: Tensor, size: unknown, o?: unknown) => Tensor) & ((...args: readonly unknown[]) => Layer);
const {
  maxPool1d,
  maxPool2d,
  maxPool3d,
  avgPool1d,
  avgPool2d,
  avgPool3d,
  adaptiveAvgPool1d,
  adaptiveMaxPool1d,
} = {
  ...pooling,
  ...adaptivePooling,
} as unknown as Readonly<
  Record<
    | 'maxPool1d'
    | 'maxPool2d'
    | 'maxPool3d'
    | 'avgPool1d'
    | 'avgPool2d'
    | 'avgPool3d'
    | 'adaptiveAvgPool1d'
    | 'adaptiveMaxPool1d',
    Untyped
  >
>;

const x = constant([1, 5, 2, 4, 3], [1, 1, 5], 'f64');

describe('max pooling', () => {
  test('steps by its window unless told otherwise', () => {
    expect(evaluate(maxPool1d(x, 2))).toEqual([5, 4]);
    expect(evaluate(maxPool1d(x, 2, { stride: 1 }))).toEqual([5, 5, 4, 4]);
    expect(evaluate(maxPool1d(x, 2, { stride: [] }))).toEqual([5, 4]);
  });

  test('rounds up with ceilMode, but for windows that begin in the padding', () => {
    expect(evaluate(maxPool1d(x, 2, { ceilMode: true }))).toEqual([5, 4, 3]);
    expect(maxPool1d(x, 3, { stride: 3, padding: 1, ceilMode: true }).shape).toEqual([1, 1, 2]);
    expect(maxPool1d(input('x', [1, 1, 5]), 1, { stride: 7, ceilMode: true }).shape).toEqual([1, 1, 1]);
  });

  test('pads by -∞', () => {
    const negative = constant([-1, -2], [1, 2], 'f64');
    expect(evaluate(maxPool1d(negative, 2, { stride: 1, padding: 1 }))).toEqual([-1, -1, -2]);
  });

  test('takes pairs of padding, each below the window', () => {
    const negative = constant([-1, -2], [1, 2], 'f64');
    expect(evaluate(maxPool1d(negative, 2, { stride: 1, padding: [[0, 1]] }))).toEqual([-1, -2]);
    expect(evaluate(avgPool1d(negative, 2, { stride: 1, padding: [[0, 1]] }))).toEqual([-1.5, -1]);
    expect(refusal(() => maxPool1d(negative, 2, { padding: [[0, 2]] }))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => maxPool1d(negative, 2, { padding: [[0]] }))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => maxPool1d(negative, 2, { padding: 'same' }))).toBe('DeclarationError E_OPTION');
  });

  test('says where maxima stand in the input', () => {
    const image = constant([1, 2, 3, 9, 8, 7, 4, 5, 6], [1, 3, 3], 'f64');
    const { values, indices } = pooling.maxPoolWithIndices(image, [2, 2], { stride: 1 });
    expect(evaluate(values)).toEqual([9, 8, 9, 8]);
    expect(evaluate(indices)).toEqual([3, 4, 3, 4]);
    expect(indices.dtype).toBe('i32');
    const padded = pooling.maxPoolWithIndices(image, [3, 3], { stride: 2, padding: 1, dilation: 1 });
    expect(evaluate(padded.indices)).toEqual([3, 4, 3, 4]);
  });

  test('refuses windows that do not fit, padding beyond half a window, and other ranks', () => {
    expect(refusal(() => maxPool1d(x, 6))).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(refusal(() => maxPool1d(x, 3, { padding: 2 }))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => maxPool1d(x, 0))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => maxPool1d(x, 2, { stride: 0 }))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => maxPool1d(x, 2, { strides: 1 }))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => maxPool2d(input('x', [5]), 2))).toBe('ShapeError E_RANK');
    expect(refusal(() => maxPool3d(input('x', [1, 1, 4, 4, 4], 'i32'), 2))).toBe(
      'DTypeError E_DTYPE_MISMATCH',
    );
    expect(refusal(() => maxPool1d(undefined as unknown as Tensor, 2))).toBe('DTypeError E_NOT_A_TENSOR');
  });

  test('is a layer where no tensor is given', () => {
    const layer = maxPool2d(2, { padding: 1, name: 'pool' });
    expect(String(layer)).toBe('pool: maxPool2d(2, { padding: 1 })');
    expect(layer(input('x', [2, 3, 6, 8])).shape).toEqual([2, 3, 4, 5]);
  });
});

describe('average pooling', () => {
  test('counts padding, or does not, or divides by what it is told', () => {
    const options = { stride: 2, padding: 1 };
    expect(evaluate(avgPool1d(x, 3, options))).toEqual([2, 11 / 3, 7 / 3]);
    expect(evaluate(avgPool1d(x, 3, { ...options, countIncludePad: false }))).toEqual([3, 11 / 3, 3.5]);
    expect(evaluate(avgPool2d(constant([1, 2, 3, 4], [1, 2, 2], 'f64'), 2, { divisorOverride: -2 }))).toEqual(
      [-5],
    );
  });

  test('does not count what a last window has beyond the padding', () => {
    expect(evaluate(avgPool1d(x, 2, { ceilMode: true }))).toEqual([3, 3, 3]);
  });

  test('refuses windows larger than a volume, which ceilMode would let begin', () => {
    const volume = input('x', [1, 2, 3, 3]);
    expect(refusal(() => avgPool3d(volume, [1, 4, 1], { ceilMode: true }))).toBe(
      'ShapeError E_SHAPE_MISMATCH',
    );
  });

  test('refuses to divide by 0', () => {
    expect(refusal(() => avgPool1d(x, 2, { divisorOverride: 0 }))).toBe('DeclarationError E_OPTION');
  });
});

describe('pooling to a size', () => {
  test('covers bins that overlap where they do not divide the axis', () => {
    expect(evaluate(adaptiveAvgPool1d(x, 2))).toEqual([8 / 3, 3]);
    expect(evaluate(adaptiveMaxPool1d(x, 3))).toEqual([5, 5, 4]);
    expect(evaluate(adaptiveAvgPool1d(x, [1]))).toEqual([3]);
    expect(evaluate(adaptiveAvgPool1d(x, [null]))).toEqual([1, 5, 2, 4, 3]);
    expect(evaluate(adaptiveMaxPool1d(constant([1, 2], [1, 2], 'f64'), 4))).toEqual([1, 1, 2, 2]);
  });

  test('refuses sizes below 1 and lists of another length', () => {
    expect(refusal(() => adaptiveAvgPool1d(x, 0))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => adaptiveAvgPool1d(x, [1, 2]))).toBe('DeclarationError E_OPTION');
  });
});
