import { describe, expect, test } from 'vitest';
import { allocate, bytesPerElement, isFloat, roundTo, type DType } from '../../src/ir/dtype.ts';

const dtypes: readonly DType[] = ['f32', 'f64', 'i32', 'bool'];

describe('dtypes', () => {
  test.each(dtypes)('%s has an array of zeros with as many bytes an element as it says', (dtype) => {
    const array = allocate(dtype, 3);
    expect([...array]).toEqual([0, 0, 0]);
    expect(array.BYTES_PER_ELEMENT).toBe(bytesPerElement[dtype]);
  });

  test('f32 and f64 are the floats', () => {
    expect(dtypes.filter(isFloat)).toEqual(['f32', 'f64']);
  });

  test.each([
    ['f32', [0.1, -0, Number.NaN, 1e39], [Math.fround(0.1), -0, Number.NaN, Infinity]],
    ['f64', [0.1, -0], [0.1, -0]],
    ['i32', [2 ** 31, -0, 1.9, Number.NaN], [-(2 ** 31), 0, 1, 0]],
    ['bool', [2, 0, -0, Number.NaN], [1, 0, 0, 1]],
  ] as const)('rounding to %s', (dtype, numbers, expected) => {
    expect(numbers.map((each) => roundTo(dtype, each))).toEqual(expected);
  });
});
