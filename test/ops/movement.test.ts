import { describe, expect, test } from 'vitest';
import { makeNode, type Tensor } from '../../src/ir/node.ts';
import { dim, printShape } from '../../src/ir/size.ts';
import { concat, stack } from '../../src/ops/concat.ts';
import { flip, slice, sliceAxis, sliceOp, spreadOp, transpose, transposeOp } from '../../src/ops/movement.ts';
import { constant, input } from '../support/untyped.ts';
import { evaluate, refusal } from '../support/values.ts';

const x = constant([1, 2, 3, 4, 5, 6], [2, 3], 'f64');
const batch = dim('batch');
const named = input('named', [batch, 3]);

describe('transpose', () => {
  test('reverses the axes, or orders them as told', () => {
    expect(evaluate(transpose(x))).toEqual([1, 4, 2, 5, 3, 6]);
    const cube = constant([1, 2, 3, 4, 5, 6], [1, 2, 3], 'f64');
    expect(transpose(cube, [1, 2, 0]).shape).toEqual([2, 3, 1]);
    expect(evaluate(transpose(cube, [2, 0, 1]))).toEqual([1, 4, 2, 5, 3, 6]);
    expect(transpose(named, [-1, 0]).shape).toEqual([3, batch]);
  });

  test('in the order they have is the tensor itself', () => {
    expect(transpose(x, [0, -1])).toBe(x);
  });

  test('refuses what is no permutation', () => {
    for (const permutation of [[0], [0, 0], [0, 2], [0, 1, 1]]) {
      expect(refusal(() => transpose(x, permutation))).toBe('ShapeError E_AXIS');
    }
    expect(refusal(() => makeNode(transposeOp, [x], { permutation: [0, 0] }))).toBe('InternalError E_RULE');
  });
});

describe('slice', () => {
  test("has Python's meaning", () => {
    const row = constant([0, 1, 2, 3, 4], [5], 'f64');
    const take = (start?: number, stop?: number, step?: number): readonly number[] =>
      evaluate(
        slice(row, [
          {
            ...(start === undefined ? {} : { start }),
            ...(stop === undefined ? {} : { stop }),
            ...(step === undefined ? {} : { step }),
          },
        ]),
      );
    expect(take(1, 4)).toEqual([1, 2, 3]);
    expect(take(-2)).toEqual([3, 4]);
    expect(take(0, -1, 2)).toEqual([0, 2]);
    expect(take(-100, 100)).toEqual([0, 1, 2, 3, 4]);
    expect(take(3, 1)).toEqual([]);
    expect(take(4, 5, 3)).toEqual([4]);
  });

  test('takes what it is told of named axes', () => {
    expect(slice(named, [null, { stop: 2 }]).shape).toEqual([batch, 2]);
    expect(slice(named, [{}, null])).toBe(named);
    expect(printShape(slice(named, [{ start: 1 }]).shape)).toBe('[batch - 1, 3]');
    expect(printShape(slice(named, [{ start: -3, stop: -1 }]).shape)).toBe('[2, 3]');
    expect(slice(named, [{ start: 2, stop: 1 }]).shape).toEqual([0, 3]);
  });

  // numpy.arange(5)[start:stop:step]
  test.each([
    [{ step: -1 }, [4, 3, 2, 1, 0]],
    [{ step: -2 }, [4, 2, 0]],
    [{ start: 3, step: -2 }, [3, 1]],
    [{ start: -2, stop: 0, step: -1 }, [3, 2, 1]],
    [{ start: 100, stop: -100, step: -3 }, [4, 1]],
    [{ start: 1, stop: 4, step: -1 }, []],
    [{ stop: -2, step: -1 }, [4]],
    [{ start: -100, step: -1 }, []],
  ])('runs backwards: %j', (range, expected) => {
    const row = constant([0, 1, 2, 3, 4], [5], 'f64');
    expect(evaluate(slice(row, [range]))).toEqual(expected);
  });

  test('refuses a step of 0, fractions and too many ranges', () => {
    expect(refusal(() => slice(x, [{ step: 0 }]))).toBe('ShapeError E_SLICE');
    expect(refusal(() => slice(x, [{ start: 0.5 }]))).toBe('ShapeError E_SLICE');
    expect(refusal(() => slice(x, [{ stop: Number.NaN }]))).toBe('ShapeError E_SLICE');
    expect(refusal(() => slice(x, [null, null, null]))).toBe('ShapeError E_AXIS');
  });

  test('never reads outside its input', () => {
    expect(evaluate(sliceAxis(x, 1, 2, 2, -2))).toEqual([3, 1, 6, 4]);
    expect(refusal(() => sliceAxis(x, 1, 2, 2))).toBe('InternalError E_RULE');
    expect(refusal(() => makeNode(sliceOp, [x], { axis: 1, start: 0, length: 2, step: -1 }))).toBe(
      'InternalError E_RULE',
    );
  });
});

describe('flip, concat, stack', () => {
  test('flip reverses axes', () => {
    expect(evaluate(flip(x, 1))).toEqual([3, 2, 1, 6, 5, 4]);
    expect(evaluate(flip(x, [0, 1]))).toEqual([6, 5, 4, 3, 2, 1]);
    expect(refusal(() => flip(x, 2))).toBe('ShapeError E_AXIS');
  });

  test('a spread stays inside its result', () => {
    expect(refusal(() => makeNode(spreadOp, [x], { axis: 1, start: 0, size: 4, step: 2 }))).toBe(
      'InternalError E_RULE',
    );
  });

  test('concat takes vectors of nothing beside tensors of any rank, as PyTorch does', () => {
    const nothing = constant([], [0], 'f64');
    expect(concat([nothing, x], 0)).toBe(x);
    expect(concat([nothing, nothing]).shape).toEqual([0]);
    expect(refusal(() => concat([constant([], [0], 'i32'), x]))).toBe('DTypeError E_DTYPE_MISMATCH');
  });

  test('concat joins along an axis, empty parts and named sizes included', () => {
    const empty = constant([], [2, 0], 'f64');
    expect(evaluate(concat([x, empty, x], -1))).toEqual([1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6]);
    expect(concat([x])).toBe(x);
    expect(printShape(concat([named, named]).shape)).toBe('[2·batch, 3]');
  });

  test('stack puts tensors side by side', () => {
    const row = constant([1, 2], [2], 'f64');
    expect(evaluate(stack([row, row], 1))).toEqual([1, 1, 2, 2]);
    expect(stack([row, row], -1).shape).toEqual([2, 2]);
  });

  test('concat and stack refuse what does not fit', () => {
    const none: readonly Tensor[] = [];
    expect(refusal(() => concat(none))).toBe('ShapeError E_EMPTY');
    expect(refusal(() => stack(none))).toBe('ShapeError E_EMPTY');
    expect(refusal(() => concat([x, constant([1, 2], [2], 'f64')]))).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(refusal(() => concat([x, transpose(x)]))).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(refusal(() => concat([x, x], 2))).toBe('ShapeError E_AXIS');
    expect(refusal(() => concat([x, input('f', [2, 3])]))).toBe('DTypeError E_DTYPE_MISMATCH');
  });
});
