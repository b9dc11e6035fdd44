import { describe, expect, test } from 'vitest';
import { dim } from '../../src/ir/size.ts';
import { diag, diagEmbed, diagonal, eye, trace, tril, triu } from '../../src/ops/diagonal.ts';
import { constant, input } from '../support/untyped.ts';
import { evaluate, refusal } from '../support/values.ts';

const x = constant([1, 2, 3, 4, 5, 6], [2, 3], 'f64');
const cube = constant(
  Array.from({ length: 24 }, (_, each) => each),
  [2, 3, 4],
  'f64',
);
const pair = constant([1, 2], [2], 'f64');

describe('triangles', () => {
  test('keep what is on one side of a diagonal', () => {
    expect(evaluate(tril(x))).toEqual([1, 0, 0, 4, 5, 0]);
    expect(evaluate(tril(x, 1))).toEqual([1, 2, 0, 4, 5, 6]);
    expect(evaluate(triu(x))).toEqual([1, 2, 3, 0, 5, 6]);
    expect(evaluate(triu(x, -1))).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('put zeros over what is no number, for each matrix of a batch, of any dtype and named sizes', () => {
    const broken = constant([1, Number.NaN, Infinity, 2], [2, 2], 'f64');
    expect(evaluate(tril(broken))).toEqual([1, 0, Infinity, 2]);
    expect(evaluate(triu(constant([1, 1, 1, 1, 1, 1, 1, 1], [2, 2, 2], 'bool')))).toEqual([
      1, 1, 0, 1, 1, 1, 0, 1,
    ]);
    const batch = dim('batch');
    expect(tril(input('named', [batch, batch])).shape).toEqual([batch, batch]);
  });

  test('refuse vectors and fractions', () => {
    expect(refusal(() => tril(pair))).toBe('ShapeError E_RANK');
    expect(refusal(() => triu(x, 0.5))).toBe('DeclarationError E_OPTION');
  });
});

describe('diagonals', () => {
  test('are read at any offset and of any two axes', () => {
    expect(evaluate(diagonal(x))).toEqual([1, 5]);
    expect(evaluate(diagonal(x, { offset: 1 }))).toEqual([2, 6]);
    expect(evaluate(diagonal(x, { offset: -1 }))).toEqual([4]);
    expect(diagonal(x, { offset: 7 }).shape).toEqual([0]);
    expect(diagonal(x, { offset: -7 }).shape).toEqual([0]);
    expect(evaluate(diagonal(cube, { offset: -1, axes: [1, 2] }))).toEqual([4, 9, 16, 21]);
    expect(diagonal(cube, { axes: [2, 0] }).shape).toEqual([3, 2]);
  });

  test('are written at any offset and at any two axes', () => {
    expect(evaluate(diagEmbed(pair, { offset: -1 }))).toEqual([0, 0, 0, 1, 0, 0, 0, 2, 0]);
    expect(evaluate(diagEmbed(pair, { offset: 1 }))).toEqual([0, 1, 0, 0, 0, 2, 0, 0, 0]);
    expect(evaluate(diagEmbed(pair, { axes: [1, 0], offset: 1 }))).toEqual([0, 0, 0, 1, 0, 0, 0, 2, 0]);
    expect(diagEmbed(x, { axes: [0, 2] }).shape).toEqual([3, 2, 3]);
  });

  test('of a vector make a matrix, of a matrix a vector, and add up', () => {
    expect(evaluate(diag(pair))).toEqual([1, 0, 0, 2]);
    expect(evaluate(diag(x, 2))).toEqual([3]);
    expect(evaluate(trace(x))).toEqual([6]);
    expect(evaluate(trace(cube, { axes: [1, 2], offset: 1 }))).toEqual([18, 54]);
  });

  test('refuse axes that are no pair, and ranks', () => {
    expect(refusal(() => diagonal(x, { axes: [0, -2] }))).toBe('ShapeError E_AXIS');
    expect(refusal(() => diagonal(pair))).toBe('ShapeError E_AXIS');
    expect(refusal(() => diagEmbed(constant([1], [], 'f64')))).toBe('ShapeError E_RANK');
    expect(refusal(() => diag(cube))).toBe('ShapeError E_RANK');
    expect(refusal(() => diagonal(input('named', [dim('batch'), 3])))).toBe('ShapeError E_UNBOUND_DIM');
  });
});

describe('eye', () => {
  test('has ones on a diagonal', () => {
    expect(evaluate(eye(2))).toEqual([1, 0, 0, 1]);
    expect(evaluate(eye(2, { columns: 3, offset: 1, dtype: 'i32' }))).toEqual([0, 1, 0, 0, 0, 1]);
    expect(eye(0).shape).toEqual([0, 0]);
    expect(refusal(() => eye(-1))).toBe('ShapeError E_SHAPE');
  });
});
