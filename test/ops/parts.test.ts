import { describe, expect, test } from 'vitest';
import { dim } from '../../src/ir/size.ts';
import { chunk, narrow, select, split, tensorSplit, unbind } from '../../src/ops/parts.ts';
import { compile } from '../../src/runtime/program.ts';
import { constant, input } from '../support/untyped.ts';
import { evaluate, fed, refusal } from '../support/values.ts';

const x = constant([1, 2, 3, 4, 5, 6], [2, 3], 'f64');
const seven = constant([0, 1, 2, 3, 4, 5, 6], [7], 'f64');
const nothing = constant([], [0, 2], 'f64');
const named = input('named', [dim('batch'), 3]);

describe('select', () => {
  test('takes one position of an axis, which goes', () => {
    expect(evaluate(select(x, 1, -1))).toEqual([3, 6]);
    expect(select(named, -1, 0).shape).toEqual([dim('batch')]);
    expect(select(named, 0, -2).shape).toEqual([3]);
  });

  test('refuses positions outside', () => {
    for (const index of [3, -4]) expect(refusal(() => select(x, 1, index))).toBe('ShapeError E_INDEX');
    expect(refusal(() => select(x, 1, 0.5))).toBe('DeclarationError E_OPTION');
  });
});

describe('narrow', () => {
  test('takes a run of positions, counted from either end', () => {
    expect(evaluate(narrow(x, 1, 1, 2))).toEqual([2, 3, 5, 6]);
    expect(evaluate(narrow(x, -1, -3, 1))).toEqual([1, 4]);
    expect(narrow(x, 1, 3, 0).shape).toEqual([2, 0]);
  });

  test('takes its start from data, and keeps the run inside the axis', () => {
    const start = fed('start', [], [1], 'i32');
    expect(evaluate(narrow(x, 1, start.leaf, 2), [start])).toEqual([2, 3, 5, 6]);
    expect(evaluate(narrow(x, 1, start.leaf, 2), [{ ...start, numbers: [-2] }])).toEqual([2, 3, 5, 6]);
    const session = compile({ outputs: { y: narrow(input('x', [3]), 0, start.leaf, 1) } }).start();
    expect(refusal(() => session.predict({ x: [1, 2, 3], start: 4 }))).toBe('FeedError E_FEED_RANGE');
  });

  test('refuses runs that leave the axis, and a start of several numbers', () => {
    expect(refusal(() => narrow(x, 1, 2, 2))).toBe('ShapeError E_INDEX');
    expect(refusal(() => narrow(x, 1, 0, 4))).toBe('ShapeError E_INDEX');
    expect(refusal(() => narrow(x, 1, 0, -1))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => narrow(x, 1, input('start', [1], 'i32'), 1))).toBe('ShapeError E_RANK');
  });
});

const sizesOf = (parts: readonly { readonly shape: readonly unknown[] }[]): readonly unknown[] =>
  parts.map((part) => part.shape[0]);

describe('split, chunk, tensorSplit, unbind', () => {
  test('split gives pieces of one size, the last one smaller, or of listed sizes', () => {
    expect(split(seven, 3).map((part) => evaluate(part))).toEqual([[0, 1, 2], [3, 4, 5], [6]]);
    expect(sizesOf(split(seven, [0, 4, 3]))).toEqual([0, 4, 3]);
    expect(split(x, 2, -1).map((part) => part.shape)).toEqual([
      [2, 2],
      [2, 1],
    ]);
    expect(sizesOf(split(nothing, 3))).toEqual([0]);
    expect(refusal(() => split(seven, [3, 3]))).toBe('ShapeError E_SPLIT');
    expect(refusal(() => split(seven, [8, -1]))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => split(seven, 0))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => split(named, 2))).toBe('ShapeError E_UNBOUND_DIM');
  });

  test("chunk gives PyTorch's pieces, which may be fewer than asked for", () => {
    expect(sizesOf(chunk(seven, 3))).toEqual([3, 3, 1]);
    expect(sizesOf(chunk(constant([1, 2, 3, 4, 5, 6], [6], 'f64'), 4))).toEqual([2, 2, 2]);
    expect(sizesOf(chunk(nothing, 3))).toEqual([0, 0, 0]);
    expect(refusal(() => chunk(seven, 0))).toBe('DeclarationError E_OPTION');
  });

  test('tensorSplit gives as many as asked for, or cuts at positions', () => {
    expect(sizesOf(tensorSplit(seven, 3))).toEqual([3, 2, 2]);
    expect(tensorSplit(seven, [2, -3, 9]).map((part) => evaluate(part))).toEqual([
      [0, 1],
      [2, 3],
      [4, 5, 6],
      [],
    ]);
    expect(refusal(() => tensorSplit(seven, 0))).toBe('DeclarationError E_OPTION');
  });

  test('unbind gives every position', () => {
    expect(unbind(x, 1).map((part) => evaluate(part))).toEqual([
      [1, 4],
      [2, 5],
      [3, 6],
    ]);
    expect(unbind(seven).map((part) => part.shape)).toEqual(Array(7).fill([]));
    expect(refusal(() => unbind(x, 2))).toBe('ShapeError E_AXIS');
  });
});
