import { describe, expect, test } from 'vitest';
import { grad } from '../../src/autodiff/grad.ts';
import { constant } from '../../src/ops/leaf.ts';
import { sum } from '../../src/ops/reduce.ts';
import { frexp, ldexp, nextafter } from '../../src/ops/representation.ts';
import { compile } from '../../src/runtime/program.ts';
import { evaluate, fed, refusal } from '../support/values.ts';
import { input } from '../support/untyped.ts';

const { NaN: nan, MIN_VALUE: least, MAX_VALUE: most } = Number;
const numbers = [1, -0.75, 6, 0, -0, Infinity, nan, least, most];

describe('mantissa and exponent', () => {
  test('make up the number', () => {
    const x = constant(numbers, [numbers.length], 'f64');
    const { mantissa, exponent } = frexp(x);
    const largest = 1 - 2 ** -53;
    expect(evaluate(mantissa)).toEqual([0.5, -0.75, 0.75, 0, -0, Infinity, nan, 0.5, largest]);
    expect(evaluate(exponent)).toEqual([1, 0, 3, 0, 0, 0, 0, -1073, 1024]);
  });

  test.each(['js', 'wasm'] as const)('do so in single precision on %s', (target) => {
    const x = input('x', [4]);
    const found = compile({ outputs: { ...frexp(x) } }, { target })
      .start()
      .predict({ x: Float32Array.of(2 ** -149, (2 - 2 ** -23) * 2 ** 127, -3, nan) });
    expect(found.mantissa.data).toEqual(Float32Array.of(0.5, 1 - 2 ** -24, -0.75, nan));
    expect(found.exponent.data).toEqual(Int32Array.of(-148, 128, 2, 0));
  });

  test('have the slope of the power of two', () => {
    const x = fed('x', [2], [6, -0.25]);
    const [slope] = grad(sum(frexp(x.leaf).mantissa), [x.leaf]);
    expect(evaluate(slope, [x])).toEqual([1 / 8, 2]);
  });
});

test('ldexp takes exponents that are numbers, integers and floats', () => {
  const x = constant([1, -3], [2], 'f64');
  expect(evaluate(ldexp(x, 3))).toEqual([8, -24]);
  expect(evaluate(ldexp(x, constant([1, -1], [2], 'i32')))).toEqual([2, -1.5]);
  expect(evaluate(ldexp(x, constant([[2], [0]].flat(), [2, 1], 'f64')))).toEqual([4, -12, 1, -3]);
});

test('the next number is taken elementwise, and has no gradient', () => {
  const x = fed('x', [2], [1, -1]);
  expect(evaluate(nextafter(x.leaf, 2), [x])).toEqual([1 + 2 ** -52, -1 + 2 ** -53]);
  expect(refusal(() => grad(sum(nextafter(x.leaf, 2)), [x.leaf]))).toMatch('E_NOT_DIFFERENTIABLE');
});

describe('what does not fit', () => {
  test.each([
    ['integers to take apart', () => frexp(input('x', [2], 'i32')), 'DTypeError E_DTYPE_MISMATCH'],
    ['integers to scale', () => ldexp(input('x', [2], 'i32'), 2), 'DTypeError E_DTYPE_MISMATCH'],
    [
      'exponents of another shape',
      () => ldexp(input('x', [2]), input('e', [3], 'i32')),
      'ShapeError E_SHAPE_MISMATCH',
    ],
    [
      'neighbours of integers',
      () => nextafter(input('x', [2], 'i32'), input('y', [2], 'i32')),
      'DTypeError E_DTYPE_MISMATCH',
    ],
  ])('is refused: %s', (_, call, expected) => {
    expect(refusal(call)).toBe(expected);
  });
});
