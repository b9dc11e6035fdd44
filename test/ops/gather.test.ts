import { describe, expect, test } from 'vitest';
import { dim } from '../../src/ir/size.ts';
import { add } from '../../src/ops/arithmetic.ts';
import { gather, oneHot } from '../../src/ops/gather.ts';
import { scatterAdd } from '../../src/ops/scatter.ts';
import { compile } from '../../src/runtime/program.ts';
import { constant, input } from '../support/untyped.ts';
import { evaluate, fed, refusal } from '../support/values.ts';

const x = constant([1, 2, 3, 4, 5, 6], [2, 3], 'f64');

describe('gather', () => {
  test('reads at positions along an axis, repeated ones included', () => {
    expect(evaluate(gather(x, constant([2, 2, 0, 1], [2, 2], 'i32'), 1))).toEqual([3, 3, 4, 5]);
    expect(evaluate(gather(x, constant([1, 0, 1], [1, 3], 'i32'), -2))).toEqual([4, 2, 6]);
  });

  test('reads the first elements where the indices are smaller than the tensor on other axes', () => {
    expect(evaluate(gather(x, constant([2, 0], [1, 2], 'i32'), 1))).toEqual([3, 1]);
    expect(evaluate(gather(x, constant([1, 0, 1], [3, 1], 'i32'), 0))).toEqual([4, 1, 4]);
  });

  test('takes a scalar for a vector of one element', () => {
    const single = constant([7], [], 'f64');
    expect(gather(single, constant([0], [], 'i32'), 0).shape).toEqual([]);
    expect(gather(single, constant([0, 0], [2], 'i32'), -1).shape).toEqual([2]);
  });

  test('refuses positions outside: of a constant at once, of an input when it is fed; computed ones are clamped', () => {
    expect(refusal(() => gather(x, constant([-1, 0], [2, 1], 'i32'), 1))).toBe('ShapeError E_INDEX');
    expect(refusal(() => gather(x, constant([3, 0], [2, 1], 'i32'), 1))).toBe('ShapeError E_INDEX');
    const indices = input('i', [2, 1], 'i32');
    const y = gather(input('x', [2, 3]), indices, 1);
    const session = compile({ outputs: { y } }).start();
    expect(session.predict({ x: new Float32Array(6), i: [[2], [0]] }).y.data).toHaveLength(2);
    expect(refusal(() => session.predict({ x: new Float32Array(6), i: [[3], [0]] }))).toBe(
      'FeedError E_FEED_RANGE',
    );
    const fedIndices = fed('i', [2, 1], [-7, 9], 'i32');
    expect(evaluate(gather(x, add(fedIndices.leaf, 1), 1), [fedIndices])).toEqual([1, 6]);
  });

  test('refuses indices of another dtype, rank or size', () => {
    expect(refusal(() => gather(x, input('i', [2, 1]), 1))).toBe('DTypeError E_DTYPE_MISMATCH');
    expect(refusal(() => gather(x, input('i', [2], 'i32'), 1))).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(refusal(() => gather(x, input('i', [3, 1], 'i32'), 1))).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(refusal(() => gather(x, input('i', [2, 1], 'i32'), 2))).toBe('ShapeError E_AXIS');
  });
});

test('indices into an empty axis are refused, for there is no position that they could have', () => {
  const empty = constant([], [2, 0], 'f64');
  const indices = input('i', [2, 3], 'i32');
  expect(refusal(() => gather(empty, indices, 1))).toBe('ShapeError E_SHAPE_MISMATCH');
  expect(refusal(() => scatterAdd(empty, indices, input('u', [2, 3], 'f64'), 1))).toBe(
    'ShapeError E_SHAPE_MISMATCH',
  );
  expect(gather(empty, input('j', [2, 0], 'i32'), 1).shape).toEqual([2, 0]);
});

describe('oneHot', () => {
  test('puts 1 where the label says', () => {
    expect(evaluate(oneHot(constant([2, 0], [2], 'i32'), 3))).toEqual([0, 0, 1, 1, 0, 0]);
    const batch = dim('batch');
    expect(oneHot(input('y', [batch], 'i32'), 3, 'f64')).toMatchObject({ shape: [batch, 3], dtype: 'f64' });
  });

  test('writes other values, and puts the classes on another axis', () => {
    const labels = constant([2, 0], [2], 'i32');
    expect(evaluate(oneHot(labels, 3, 'f64', { on: 5, off: -1 }))).toEqual([-1, -1, 5, 5, -1, -1]);
    const first = oneHot(labels, 3, 'i32', { axis: 0 });
    expect(first.shape).toEqual([3, 2]);
    expect(evaluate(first)).toEqual([0, 1, 0, 0, 1, 0]);
  });

  test('refuses labels that are not i32, that are no class, and options that do not exist', () => {
    expect(refusal(() => oneHot(input('y', [2]), 3))).toBe('DTypeError E_DTYPE_MISMATCH');
    expect(refusal(() => oneHot(constant([4], [1], 'i32'), 3))).toBe('ShapeError E_INDEX');
    expect(refusal(() => oneHot(input('y', [2], 'i32'), 3, 'f32', { axis: 2 }))).toBe('ShapeError E_AXIS');
    expect(refusal(() => oneHot(input('y', [2], 'i32'), -1))).toBe('DeclarationError E_OPTION');
    const misspelt = { onn: 1 } as object;
    expect(refusal(() => oneHot(input('y', [2], 'i32'), 3, 'f32', misspelt))).toBe(
      'DeclarationError E_OPTION',
    );
  });
});
