import { describe, expect, test } from 'vitest';
import { dim, printShape } from '../../src/ir/size.ts';
import { constant } from '../../src/ops/leaf.ts';
import { expandDims, flatten, reshape, squeeze } from '../../src/ops/reshape.ts';
import { evaluate, refusal } from '../support/values.ts';
import { input } from '../support/untyped.ts';

const batch = dim('batch');

describe('reshape', () => {
  test('keeps the elements in row-major order', () => {
    const x = constant([1, 2, 3, 4, 5, 6], [2, 3], 'f64');
    expect(evaluate(reshape(x, [3, 2]))).toEqual([1, 2, 3, 4, 5, 6]);
    expect(reshape(x, [3, -1]).shape).toEqual([3, 2]);
    expect(reshape(x, [-1]).shape).toEqual([6]);
  });

  test('computes a size from named dimensions', () => {
    const images = input('images', [batch, 28, 28]);
    expect(printShape(reshape(images, [batch, -1]).shape)).toBe('[batch, 784]');
    expect(printShape(reshape(images, [-1, 28]).shape)).toBe('[28·batch, 28]');
    expect(printShape(reshape(images, [-1, 784]).shape)).toBe('[batch, 784]');
  });

  test('of a reshape is one reshape, and back is the tensor itself', () => {
    const x = input('x', [2, 3]);
    const twice = reshape(reshape(x, [6]), [3, 2]);
    expect(twice.inputs).toEqual([x]);
    expect(reshape(twice, [2, 3])).toBe(x);
  });

  test('refuses another number of elements', () => {
    const x = input('x', [2, 3]);
    expect(refusal(() => reshape(x, [4]))).toBe('ShapeError E_ELEMENT_COUNT');
    expect(refusal(() => reshape(x, [-1, 4]))).toBe('ShapeError E_ELEMENT_COUNT');
    expect(refusal(() => reshape(x, [batch, 3]))).toBe('ShapeError E_ELEMENT_COUNT');
    expect(refusal(() => reshape(input('e', [0, 3]), [-1, 0]))).toBe('ShapeError E_ELEMENT_COUNT');
    const bothInferred: readonly number[] = [-1, -1];
    expect(refusal(() => reshape(x, bothInferred))).toBe('ShapeError E_SHAPE');
    const negative: readonly number[] = [-2, -3];
    expect(refusal(() => reshape(x, negative))).toBe('ShapeError E_SHAPE');
  });
});

describe('expandDims, squeeze, flatten', () => {
  const x = input('x', [1, 3, 1]);

  test('expandDims counts negative axes from the end of the result', () => {
    expect(expandDims(x, 0).shape).toEqual([1, 1, 3, 1]);
    expect(expandDims(input('y', [2]), -1).shape).toEqual([2, 1]);
    expect(refusal(() => expandDims(x, 4))).toBe('ShapeError E_AXIS');
    expect(refusal(() => expandDims(x, -5))).toBe('ShapeError E_AXIS');
  });

  test('squeeze drops axes of size 1, all or the given ones', () => {
    expect(squeeze(x).shape).toEqual([3]);
    expect(squeeze(x, -1).shape).toEqual([1, 3]);
    expect(refusal(() => squeeze(x, 1))).toBe('ShapeError E_AXIS');
    expect(refusal(() => squeeze(input('y', [batch]), 0))).toBe('ShapeError E_AXIS');
  });

  test('flatten keeps the first axis; a scalar becomes a vector', () => {
    expect(flatten(input('y', [2, 3, 4])).shape).toEqual([2, 12]);
    expect(flatten(input('y', [2, 3, 4]), 0, 1).shape).toEqual([6, 4]);
    expect(flatten(input('y', [])).shape).toEqual([1]);
    expect(refusal(() => flatten(input('y', [2])))).toBe('ShapeError E_AXIS');
  });
});
