import { describe, expect, test } from 'vitest';
import { dim, printShape } from '../../src/ir/size.ts';
import { add } from '../../src/ops/arithmetic.ts';
import { gather } from '../../src/ops/gather.ts';
import { sliceAxis } from '../../src/ops/movement.ts';
import { gatherNd, indexSelect, take, takeAlongDim } from '../../src/ops/take.ts';
import { compile } from '../../src/runtime/program.ts';
import { constant, input } from '../support/untyped.ts';
import { evaluate, fed, refusal } from '../support/values.ts';

const x = constant([1, 2, 3, 4, 5, 6], [2, 3], 'f64');
const at = (positions: readonly number[], shape: readonly number[] = [positions.length]) =>
  constant(positions, shape, 'i32');

describe('take', () => {
  test('reads slices at positions of any shape, from the end too', () => {
    expect(evaluate(take(x, at([2, -3]), 1))).toEqual([3, 1, 6, 4]);
    expect(take(x, at([0, 1, 2, 0], [2, 2]), 1).shape).toEqual([2, 2, 2]);
    expect(evaluate(take(x, at([1], []), 0))).toEqual([4, 5, 6]);
    expect(take(x, at([], [0]), 0).shape).toEqual([0, 3]);
  });

  test('reads the flattened tensor without an axis', () => {
    expect(evaluate(take(x, at([5, -6])))).toEqual([6, 1]);
    expect(take(constant([], [0], 'f64'), at([], [0])).shape).toEqual([0]);
  });

  test('reads each batch at positions of its own', () => {
    const batched = take(x, at([2, 0, 1, 1], [2, 2]), 1, { batchDims: 1 });
    expect(evaluate(batched)).toEqual([3, 1, 5, 5]);
    expect(refusal(() => take(x, at([0]), 1, { batchDims: 1 }))).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(refusal(() => take(x, at([0]), 0, { batchDims: 1 }))).toBe('DeclarationError E_OPTION');
  });

  test('keeps named sizes', () => {
    const table = input('table', [10, 4]);
    const labels = input('labels', [dim('batch'), 7], 'i32');
    expect(printShape(take(table, labels, 0).shape)).toBe('[batch, 7, 4]');
  });

  test('refuses positions outside, of constants at once and of inputs when they are fed', () => {
    expect(refusal(() => take(x, at([3]), 1))).toBe('ShapeError E_INDEX');
    expect(refusal(() => take(x, at([-4]), 1))).toBe('ShapeError E_INDEX');
    expect(refusal(() => take(x, input('i', [2]), 1))).toBe('DTypeError E_DTYPE_MISMATCH');
    const session = compile({ outputs: { y: take(input('x', [3]), input('i', [2], 'i32'), 0) } }).start();
    expect([...session.predict({ x: [1, 2, 3], i: [-1, 0] }).y.data]).toEqual([3, 1]);
    expect(refusal(() => session.predict({ x: [1, 2, 3], i: [-4, 0] }))).toBe('FeedError E_FEED_RANGE');
  });
});

test('indexSelect takes a vector', () => {
  expect(evaluate(indexSelect(x, 1, at([2, 2])))).toEqual([3, 3, 6, 6]);
  expect(indexSelect(constant([7], [], 'f64'), 0, at([0])).shape).toEqual([]);
  expect(refusal(() => indexSelect(x, 1, at([0], [1, 1])))).toBe('ShapeError E_RANK');
  expect(refusal(() => indexSelect(x, 1, at([-1])))).toBe('ShapeError E_INDEX');
});

test('takeAlongDim broadcasts the tensor and the indices', () => {
  expect(evaluate(takeAlongDim(x, at([1], [1, 1]), 1))).toEqual([2, 5]);
  expect(evaluate(takeAlongDim(constant([1, 2, 3], [1, 3], 'f64'), at([2, 0], [2, 1]), 1))).toEqual([3, 1]);
  expect(evaluate(takeAlongDim(x, at([5, 0], [2, 1])))).toEqual([6, 1]);
  expect(refusal(() => takeAlongDim(x, at([0]), 1))).toBe('ShapeError E_SHAPE_MISMATCH');
  expect(refusal(() => takeAlongDim(x, at([0, 0, 0], [3, 1]), 1))).toBe('ShapeError E_SHAPE_MISMATCH');
});

describe('gatherNd', () => {
  test('reads at coordinates: elements where they name all axes, slices where they name some', () => {
    expect(evaluate(gatherNd(x, at([1, 2, 0, 0], [2, 2])))).toEqual([6, 1]);
    expect(evaluate(gatherNd(x, at([1, 0], [2, 1])))).toEqual([4, 5, 6, 1, 2, 3]);
    expect(gatherNd(x, at([1, 2], [2])).shape).toEqual([]);
    expect(evaluate(gatherNd(x, at([], [2, 0])))).toEqual([1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6]);
  });

  test('checks each component against its own axis', () => {
    expect(refusal(() => gatherNd(x, at([2, 1], [1, 2])))).toBe('ShapeError E_INDEX');
    expect(refusal(() => gatherNd(x, at([0, 0, 0], [1, 3])))).toBe('ShapeError E_SHAPE_MISMATCH');
    const session = compile({
      outputs: { y: gatherNd(input('x', [2, 3]), input('i', [1, 2], 'i32')) },
    }).start();
    const numbers = [
      [1, 2, 3],
      [4, 5, 6],
    ];
    expect([...session.predict({ x: numbers, i: [[1, 2]] }).y.data]).toEqual([6]);
    expect(refusal(() => session.predict({ x: numbers, i: [[2, 1]] }))).toBe('FeedError E_FEED_RANGE');
  });
});

test('columns of one input that name positions of different axes are not held to each other’s ranges', () => {
  const pairs = fed('pairs', [1, 2], [4, 0], 'i32');
  const column = (each: number) => sliceAxis(pairs.leaf, 1, each, 1);
  const five = input('five', [1, 5]);
  const two = input('two', [1, 2]);
  const y = add(gather(five, column(0), 1), gather(two, column(1), 1));
  const session = compile({ outputs: { y } }).start();
  expect([...session.predict({ five: [[1, 2, 3, 4, 5]], two: [[10, 20]], pairs: [[4, 0]] }).y.data]).toEqual([
    15,
  ]);
});
