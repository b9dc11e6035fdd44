import { expect, test } from 'vitest';
import { dim, printShape } from '../../src/ir/size.ts';
import {
  batchToSpace,
  depthToSpace,
  pixelShuffle,
  pixelUnshuffle,
  spaceToBatch,
  spaceToDepth,
} from '../../src/ops/blocks.ts';
import { constant, input } from '../support/untyped.ts';
import { evaluate, refusal } from '../support/values.ts';

const counted = (shape: readonly number[]) =>
  constant(
    Array.from({ length: shape.reduce((product, size) => product * size, 1) }, (_, each) => each),
    shape,
    'f64',
  );

test('pixelShuffle moves channels into neighbours, and pixelUnshuffle back', () => {
  const x = counted([1, 4, 1, 2]);
  const shuffled = pixelShuffle(x, 2);
  expect(evaluate(shuffled)).toEqual([0, 2, 1, 3, 4, 6, 5, 7]);
  expect(evaluate(pixelUnshuffle(shuffled, 2))).toEqual(evaluate(x));
  expect(printShape(pixelShuffle(input('x', [dim('batch'), 18, 4, 5]), 3).shape)).toBe('[batch, 2, 12, 15]');
});

test('depthToSpace orders channels as TensorFlow does, and spaceToDepth undoes it', () => {
  // tf.nn.depth_to_space([[[[1, 2, 3, 4]]]], 2) and its example of three channels
  expect(evaluate(depthToSpace(counted([1, 1, 1, 4]), 2))).toEqual([0, 1, 2, 3]);
  expect(evaluate(depthToSpace(counted([1, 1, 1, 12]), 2))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  const x = counted([1, 2, 2, 4]);
  expect(evaluate(depthToSpace(x, 2))).toEqual([0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15]);
  expect(evaluate(spaceToDepth(depthToSpace(x, 2), 2))).toEqual(evaluate(x));
  expect(depthToSpace(counted([1, 4, 2, 3]), 2, { dataFormat: 'NCHW' }).shape).toEqual([1, 1, 4, 6]);
});

test('spaceToBatch takes every second element into a batch of its own, and batchToSpace puts it back', () => {
  const x = counted([1, 4, 4, 1]);
  const none = [
    [0, 0],
    [0, 0],
  ] as const;
  const batches = spaceToBatch(x, [2, 2], none);
  expect(evaluate(batches)).toEqual([0, 2, 8, 10, 1, 3, 9, 11, 4, 6, 12, 14, 5, 7, 13, 15]);
  expect(evaluate(batchToSpace(batches, [2, 2], none))).toEqual(evaluate(x));
  const row = spaceToBatch(counted([1, 3]), [2], [[1, 0]]);
  expect(evaluate(row)).toEqual([0, 1, 0, 2]);
  expect(evaluate(batchToSpace(row, [2], [[1, 0]]))).toEqual([0, 1, 2]);
});

test('sizes that do not come out even are refused', () => {
  expect(refusal(() => pixelShuffle(counted([3, 1, 1]), 2))).toBe('ShapeError E_SHAPE_MISMATCH');
  expect(refusal(() => pixelUnshuffle(counted([1, 3, 2]), 2))).toBe('ShapeError E_SHAPE_MISMATCH');
  expect(refusal(() => pixelShuffle(counted([4, 1]), 2))).toBe('ShapeError E_RANK');
  expect(refusal(() => pixelShuffle(counted([4, 1, 1]), 0))).toBe('DeclarationError E_OPTION');
  expect(refusal(() => depthToSpace(counted([1, 1, 1, 3]), 2))).toBe('ShapeError E_SHAPE_MISMATCH');
  expect(refusal(() => depthToSpace(counted([1, 4]), 2))).toBe('ShapeError E_RANK');
  expect(refusal(() => spaceToBatch(counted([1, 3]), [2], [[0, 0]]))).toBe('ShapeError E_SHAPE_MISMATCH');
  expect(refusal(() => spaceToBatch(counted([1, 4]), [2], []))).toBe('DeclarationError E_OPTION');
  expect(refusal(() => batchToSpace(counted([3, 2]), [2], [[0, 0]]))).toBe('ShapeError E_SHAPE_MISMATCH');
  expect(refusal(() => batchToSpace(counted([2, 2]), [2], [[3, 2]]))).toBe('ShapeError E_SHAPE_MISMATCH');
});
