import { describe, expect, test } from 'vitest';
import type { DType } from '../../src/ir/dtype.ts';
import { axisIndex, constantIndex, dynamicIndex, type Axis } from '../../src/ir/index-expression.ts';
import { literal, local, type Expression, type Local } from '../../src/ir/scalar.ts';
import type { Buffer, Kernel, ReductionOrder, Statement } from '../../src/kernels/kernel.ts';
import { input } from '../../src/ops/leaf.ts';
import { runKernels, type Elements } from '../support/kernel-interpreter.ts';

function bufferOf(name: string, length: number, dtype: DType = 'f32'): Buffer {
  const tensor = input(name, [length], dtype);
  return { name, role: 'temporary', dtype, shape: [length], length, tensor };
}

function kernelOf(body: readonly Statement[], scratch: readonly Buffer[] = []): Kernel {
  return { name: 'kernel', phase: 'forward', body, computes: [], reads: [], writes: [], scratch };
}

function loadOf(buffer: Buffer, axis: Axis): Expression {
  return { kind: 'load', type: buffer.dtype, buffer, index: axisIndex(axis) };
}

/** The sum of numbers as a kernel gathers it. */
function sumOf(numbers: readonly number[], order: ReductionOrder): number {
  const from = bufferOf('from', numbers.length);
  const to = bufferOf('to', 1);
  const axis: Axis = { name: 'i', extent: numbers.length };
  const sum: Local = { name: 'sum', type: 'f32' };
  const kernel = kernelOf([
    {
      kind: 'loop',
      axis,
      body: [],
      reductions: [{ local: sum, combiner: 'sum', order, contribution: loadOf(from, axis) }],
      folds: [],
    },
    { kind: 'store', buffer: to, index: constantIndex(0), value: local(sum) },
  ]);
  const result = new Float32Array(1);
  const memory = new Map<Buffer, Elements>([
    [from, Float32Array.from(numbers)],
    [to, result],
  ]);
  runKernels([kernel], memory);
  return result[0] ?? Number.NaN;
}

describe('reductions round in their canonical order', () => {
  // 2²⁴ + 1 rounds back to 2²⁴ in f32, so what is added to what first decides the sum.
  const large = 2 ** 24;

  test('one after the other', () => {
    expect(sumOf([large, 1, 1, -large], 'ascending')).toBe(0);
    expect(sumOf([1, 1, large, -large], 'ascending')).toBe(2);
  });

  test('in eight lanes, 0 with 4 and 2 with 6 before the odd ones', () => {
    expect(sumOf([large, 1, 0, 0, 1, 0, 0, -large], 'lanes')).toBe(1);
    expect(sumOf([large, 0, 0, 0, -large, 1, 1, 0], 'lanes')).toBe(2);
    expect(sumOf([large, 0, 1, 0, 0, 0, 1, 0, -large], 'lanes')).toBe(2);
    expect(sumOf([1, 0, large, 0, 1, 0, -large, 0], 'lanes')).toBe(2);
  });

  test('contractions add products with k ascending, starting from the initial value', () => {
    const [left, right, out] = [bufferOf('left', 3), bufferOf('right', 3), bufferOf('out', 1)];
    const k: Axis = { name: 'k', extent: 3 };
    const sum: Local = { name: 'sum', type: 'f32' };
    const result = new Float32Array(1);
    const memory = new Map<Buffer, Elements>([
      [left, Float32Array.of(1, 1, -large)],
      [right, Float32Array.of(1, 1, 1)],
      [out, result],
    ]);
    const kernel = kernelOf([
      {
        kind: 'contraction',
        rows: [],
        columns: [],
        contracted: [k],
        left: loadOf(left, k),
        right: loadOf(right, k),
        initial: literal('f32', large),
        sum,
        epilogue: [{ kind: 'store', buffer: out, index: constantIndex(0), value: local(sum) }],
      },
    ]);
    runKernels([kernel], memory);
    expect(result[0]).toBe(0);
  });
});

describe('what a plan or a kernel must not do is an error', () => {
  const buffer = bufferOf('x', 2);
  const memory = new Map<Buffer, Elements>([[buffer, new Float32Array(2)]]);

  test('an index outside its buffer', () => {
    const store: Statement = { kind: 'store', buffer, index: constantIndex(2), value: literal('f32', 1) };
    expect(() => runKernels([kernelOf([store])], memory)).toThrow('x[2] of 2 elements');
  });

  test('a run-time index that breaks its promise', () => {
    const index = dynamicIndex(literal('i32', 5), 0, 1);
    const store: Statement = { kind: 'store', buffer, index, value: literal('f32', 1) };
    expect(() => runKernels([kernelOf([store])], memory)).toThrow('5 was promised in 0…1');
  });

  test('a buffer that is nowhere', () => {
    const lost = bufferOf('lost', 1);
    const store: Statement = {
      kind: 'store',
      buffer: lost,
      index: constantIndex(0),
      value: literal('f32', 1),
    };
    expect(() => runKernels([kernelOf([store])], memory)).toThrow('lost is nowhere in memory');
  });
});

test('scratch of one outer iteration is not there in the next', () => {
  const out = bufferOf('out', 2);
  const scratch: Buffer = { ...bufferOf('row', 1), role: 'scratch' };
  const outer: Axis = { name: 'i', extent: 2 };
  const inner: Axis = { name: 'j', extent: 1 };
  const kept: Local = { name: 'kept', type: 'f32' };
  const body: readonly Statement[] = [
    {
      kind: 'let',
      local: kept,
      value: { kind: 'load', type: 'f32', buffer: scratch, index: constantIndex(0) },
    },
    { kind: 'store', buffer: out, index: axisIndex(outer), value: local(kept) },
    {
      kind: 'loop',
      axis: inner,
      body: [{ kind: 'store', buffer: scratch, index: constantIndex(0), value: literal('f32', 1) }],
      reductions: [],
      folds: [],
    },
  ];
  const result = new Float32Array(2);
  const loop: Statement = { kind: 'loop', axis: outer, body, reductions: [], folds: [] };
  runKernels([kernelOf([loop], [scratch])], new Map<Buffer, Elements>([[out, result]]));
  expect([...result]).toEqual([Number.NaN, Number.NaN]);
});
