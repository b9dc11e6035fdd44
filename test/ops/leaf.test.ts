import { describe, expect, test } from 'vitest';
import { dim } from '../../src/ir/size.ts';
import {
  arrayValue,
  byMode,
  constant,
  constantValue,
  constrain,
  initialValueOf,
  input,
  inputOp,
  isLeafOf,
  nameOf,
  parameter,
  parameterOp,
  requireFloat,
  scalar,
  sizeOf,
  state,
  withUpdate,
} from '../../src/ops/leaf.ts';
import { sessionSeed, stepCounter } from '../../src/ops/counters.ts';
import { evaluate, refusal } from '../support/values.ts';

const batch = dim('batch');

describe('inputs, parameters and state', () => {
  test('carry name, shape and dtype; two declarations are two leaves', () => {
    const x = input('x', [batch, 4], 'i32');
    expect(nameOf(x)).toBe('x');
    expect(x).toMatchObject({ shape: [batch, 4], dtype: 'i32', inputs: [] });
    expect(isLeafOf(inputOp, x)).toBe(true);
    expect(isLeafOf(parameterOp, x)).toBe(false);
    expect(input('x', [batch, 4], 'i32')).not.toBe(x);
  });

  test('the shape that was passed can change later without changing the leaf', () => {
    const shape = [2, 3];
    const x = input('x', shape);
    shape[0] = 7;
    expect([x.shape, x.attrs.shape]).toEqual([
      [2, 3],
      [2, 3],
    ]);
  });

  test('refuse names and sizes that mean nothing', () => {
    expect(refusal(() => input('', [2]))).toBe('DeclarationError E_NAME');
    expect(refusal(() => input('x', [2.5]))).toBe('ShapeError E_SHAPE');
    expect(refusal(() => input('x', [-1]))).toBe('ShapeError E_SHAPE');
  });

  test('parameters and state know what they start from, which has no size that changes', () => {
    const initial = constant([1, 2], [2]);
    expect(initialValueOf(parameter('w', initial))).toBe(initial);
    expect(initialValueOf(state('m', initial))).toBe(initial);
    expect(refusal(() => parameter('w', input('x', [batch])))).toBe('ShapeError E_STATE_SHAPE');
    expect(refusal(() => initialValueOf(input('x', [2])))).toBe('InternalError E_LEAF');
  });

  test('the interpreter refuses a leaf without a value', () => {
    expect(refusal(() => evaluate(input('x', [2])))).toBe('InternalError E_UNBOUND_LEAF');
    expect(refusal(() => evaluate(stepCounter()))).toBe('InternalError E_UNBOUND_LEAF');
    expect(refusal(() => evaluate(sessionSeed()))).toBe('InternalError E_UNBOUND_LEAF');
  });
});

describe('constants', () => {
  test('are rounded to their dtype', () => {
    expect(evaluate(scalar(0.1))).toEqual([Math.fround(0.1)]);
    expect(evaluate(scalar(0.1, 'f64'))).toEqual([0.1]);
    expect(evaluate(constant([0.1], [1]))).toEqual([Math.fround(0.1)]);
    expect(evaluate(constant([2, 0, 256], [3], 'bool'))).toEqual([1, 0, 1]);
    expect(refusal(() => scalar(0.5, 'i32'))).toBe('DTypeError E_DTYPE_MISMATCH');
  });

  test('scalars tell their value, arrays their elements', () => {
    expect(constantValue(scalar(3))).toBe(3);
    expect(constantValue(stepCounter())).toBeUndefined();
    expect(arrayValue(constant([1, 2], [2], 'f64'))?.data).toEqual(Float64Array.of(1, 2));
    expect(arrayValue(scalar(3))).toBeUndefined();
  });

  test('arrays refuse another number of elements', () => {
    expect(refusal(() => constant([1, 2, 3], [2]))).toBe('ShapeError E_ELEMENT_COUNT');
    expect(refusal(() => constant([1], [-1]))).toBe('ShapeError E_SHAPE');
  });

  test('arrays copy their elements', () => {
    const elements = [1, 2];
    const node = constant(elements, [2]);
    elements[0] = 9;
    expect(evaluate(node)).toEqual([1, 2]);
  });

  test('a size is a constant as soon as it is a number', () => {
    expect(constantValue(sizeOf(7))).toBe(7);
    expect(refusal(() => evaluate(sizeOf(batch)))).toBe('InternalError E_UNBOUND_DIM');
  });
});

describe('markers', () => {
  test('byMode needs two sides of one type, and is no value before a mode is chosen', () => {
    const x = input('x', [2]);
    expect(byMode(x, x).shape).toEqual([2]);
    expect(refusal(() => byMode(x, input('y', [3])))).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(refusal(() => byMode(x, input('y', [2], 'f64')))).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(refusal(() => evaluate(byMode(scalar(1), scalar(2))))).toBe('InternalError E_MODE');
  });

  test('withUpdate is its value; the update has the type of its leaf', () => {
    const kept = state('kept', scalar(0));
    const values = { leaf: kept, numbers: [5] };
    expect(evaluate(withUpdate(scalar(3), kept, scalar(4)), [values])).toEqual([3]);
    expect(refusal(() => withUpdate(scalar(3), kept, constant([1, 2], [2])))).toBe(
      'ShapeError E_SHAPE_MISMATCH',
    );
    expect(refusal(() => withUpdate(scalar(3), kept, scalar(1, 'f64')))).toBe('ShapeError E_SHAPE_MISMATCH');
  });

  test('constrain keeps values and promises their range', () => {
    const labels = constant([0, 2], [2], 'i32');
    const promised = constrain(labels, { low: 0, high: 2, what: 'label' });
    expect(evaluate(promised)).toEqual([0, 2]);
    expect(promised.attrs).toEqual({ low: 0, high: 2, what: 'label', except: null });
    expect(refusal(() => constrain(input('x', [2]), { low: 0, high: 2, what: 'label' }))).toBe(
      'InternalError E_RULE',
    );
  });

  test('requireFloat refuses integers and booleans', () => {
    expect(refusal(() => requireFloat('mean', input('x', [2])))).toBe('no error');
    expect(refusal(() => requireFloat('mean', input('x', [2], 'i32')))).toBe('DTypeError E_DTYPE_MISMATCH');
  });
});
