import { describe, expect, test } from 'vitest';
import { grad } from '../../src/autodiff/grad.ts';
import type { Tensor } from '../../src/ir/node.ts';
import { i0, i1 } from '../../src/ops/bessel.ts';
import { entr, logNdtr, ndtr, ndtri } from '../../src/ops/normal-distribution.ts';
import { sum } from '../../src/ops/reduce.ts';
import { compile } from '../../src/runtime/program.ts';
import { evaluate, fed, refusal } from '../support/values.ts';
import { input } from '../support/untyped.ts';

const { NaN: nan } = Number;
const inf = Infinity;

function at(build: (x: Tensor) => Tensor, numbers: readonly number[], order = 0): readonly number[] {
  const x = fed('x', [numbers.length], numbers);
  const value = build(x.leaf);
  return evaluate(order === 0 ? value : (grad(sum(value), [x.leaf])[0] ?? value), [x]);
}

describe('the normal distribution', () => {
  test('has its shares, far out too', () => {
    expect(at(ndtr, [0, -inf, inf, nan])).toEqual([0.5, 0, 1, nan]);
    // Φ(-30) by mpmath.
    expect((at(ndtr, [-30])[0] ?? 0) / 4.906713927148187e-198).toBeCloseTo(1, 12);
    expect(at(logNdtr, [-1e10, inf, -inf, nan]).map((each) => each + 0)).toEqual([-5e19, 0, -inf, nan]);
    expect((at(logNdtr, [-30])[0] ?? 0) / -454.3212439563432).toBeCloseTo(1, 14);
  });

  test('is undone by its inverse', () => {
    expect(at(ndtri, [0, 1, 0.5, -0.1, 1.1, nan])).toEqual([-inf, inf, expect.closeTo(0, 15), nan, nan, nan]);
    for (const x of [-30, -8, -3, -0.5, 0.1, 2, 5]) {
      expect(at((y) => ndtri(ndtr(y)), [x])[0]).toBeCloseTo(x, x > 0 ? 8 : 12);
    }
  });

  test.each(['js', 'wasm'] as const)('is undone in single precision on %s', (target) => {
    const p = input('p', [5]);
    const found = compile({ outputs: { x: ndtri(p) } }, { target })
      .start()
      .predict({ p: Float32Array.of(1e-30, 1e-6, 0.3, 0.975, 0) }).x.data;
    // By mpmath.
    const wanted = [-11.464024988966976, -4.753424308822899, -0.5244005127080407, 1.959963984540054];
    wanted.forEach((each, position) => {
      expect(Math.abs((found[position] ?? 0) / each - 1)).toBeLessThan(1e-6);
    });
    expect(found[4]).toBe(-inf);
  });
});

test('what an event adds to an entropy is 0 at 0, and has an infinite slope there', () => {
  expect(at(entr, [0, 1, -1, nan, inf])).toEqual([0, -0, -inf, nan, -inf]);
  expect(at(entr, [0, 1], 1)).toEqual([inf, -1]);
});

test('Bessel functions have their slopes at 0, and are infinite but for infinities, as in PyTorch', () => {
  expect(at(i0, [0, 800, -inf, nan])).toEqual([1, inf, nan, nan]);
  expect(at(i0, [0], 1)).toEqual([0]);
  expect(at(i1, [0], 1)).toEqual([0.5]);
});

test.each([
  ['ndtri of integers', () => ndtri(input('x', [2], 'i32') as never)],
  ['i0 of integers', () => i0(input('x', [2], 'i32') as never)],
  ['entr of booleans', () => entr(input('x', [2], 'bool') as never)],
])('%s are refused', (_, call) => {
  expect(refusal(call)).toBe('DTypeError E_DTYPE_MISMATCH');
});
