import { describe, expect, test } from 'vitest';
import type { NumericData } from '../../src/data/array.ts';
import { array, encodeNpy, parseNpy, withShape } from 'tapeless/data';
import { expectDataError } from './expect-data-error.ts';

describe('encodeNpy', () => {
  test('gives the very bytes of numpy.save', () => {
    // numpy.save(file, numpy.array([[1, -2, 0.5]], dtype='float32'))
    const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 3), }";
    const expected = Buffer.concat([
      Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 118, 0]),
      Buffer.from(`${header.padEnd(117)}\n`),
      Buffer.from(Float32Array.of(1, -2, 0.5).buffer),
    ]);
    expect(Buffer.from(encodeNpy(array([[1, -2, 0.5]])))).toEqual(expected);
  });

  test.each<[string, NumericData]>([
    ['float32', Float32Array.of(1.5, -0, Infinity, NaN)],
    ['float64', Float64Array.of(Math.PI, 1e-300, -1e300, 0)],
    ['int32', Int32Array.of(-(2 ** 31), 2 ** 31 - 1, 0, 7)],
    ['int16', Int16Array.of(-32768, 32767, 0, 1)],
    ['uint16', Uint16Array.of(65535, 0, 1, 2)],
    ['int8', Int8Array.of(-128, 127, 0, 1)],
    ['uint8', Uint8Array.of(255, 0, 1, 2)],
  ])('is read back as %s, whatever the shape', (elementType, data) => {
    for (const shape of [[4], [2, 2], [1, 4, 1]]) {
      const read = parseNpy(encodeNpy(withShape(data, shape)));
      expect(read).toMatchObject({ elementType, shape });
      expect(read.data).toEqual(data);
    }
  });

  test('writes views and arrays of nothing', () => {
    const view = Float32Array.of(1, 2, 3).subarray(1);
    expect([...parseNpy(encodeNpy(withShape(view, [2]))).data]).toEqual([2, 3]);
    expect(parseNpy(encodeNpy(withShape(new Float32Array(0), [0, 3]))).shape).toEqual([0, 3]);
  });

  test('refuses a shape that does not fit, and stores that NumPy would read as something else', () => {
    expectDataError(() => encodeNpy({ data: Float32Array.of(1), shape: [2] }), 'E_DATA_SHAPE');
    const wide = BigInt64Array.of(1n) as unknown as Int32Array; // as code without types may pass
    expectDataError(() => encodeNpy({ data: wide, shape: [1] }), 'E_DATA_VALUE');
  });
});
