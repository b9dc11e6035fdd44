import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { FunctionWriter, type Code } from '../../../../src/emit/wasm/code.ts';
import { encodeModule } from '../../../../src/emit/wasm/module.ts';
import { printWasm } from '../../../../src/emit/wasm/text.ts';
import { printFloat32, printFloat64 } from '../../../../src/emit/wasm/text/literals.ts';
import { decodeModule } from '../../../../src/emit/wasm/text/module.ts';
import { assemble, encodingOf } from '../assemble.ts';

/** The text of a function that makes a constant. */
function printConstant(write: (code: Code) => void): string {
  const writer = new FunctionWriter('f');
  write(writer.body);
  writer.body.op('drop');
  return printWasm(encodeModule([writer], { pages: 1, shared: false }));
}

describe('constants', () => {
  test.each([
    [0, '0'],
    [-1, '-1'],
    [8_388_607, '8388607'],
    [200_000_000, '200000000'],
    [0x3f80_0000, '0x3f800000'],
    [-(2 ** 31), '0x80000000'],
    [0x1bd1_1bda, '0x1bd11bda'],
  ])('the integer %d is printed as %s', (value, expected) => {
    expect(printConstant((code) => code.i32(value))).toContain(`(i32.const ${expected})`);
  });

  test.each([
    [0, '0'],
    [-0, '-0'],
    [0.1, '0.1'],
    [Math.LN2, '0.6931472'],
    [1e-45, '1e-45'],
    [3.4028234663852886e38, '3.4028235e+38'],
    [-Infinity, '-inf'],
    [NaN, 'nan'],
  ])('the single %d is printed as %s', (value, expected) => {
    expect(printConstant((code) => code.f32(value))).toContain(`(f32.const ${expected})`);
  });

  test.each([
    [0.1, '0.1'],
    [-0, '-0'],
    [Math.LN2, '0.6931471805599453'],
    [5e-324, '5e-324'],
    [Infinity, 'inf'],
    [NaN, 'nan'],
  ])('the double %d is printed as %s', (value, expected) => {
    expect(printConstant((code) => code.f64(value))).toContain(`(f64.const ${expected})`);
  });

  test.each([
    [[0, 0, 0, 0], 'f32x4 0 0 0 0'],
    [[0x3f80_0000, 0xbf00_0000, 0x7f80_0000, 0x3dcc_cccd], 'f32x4 1 -0.5 inf 0.1'],
    [[0, 1, 2, 3], 'i32x4 0 1 2 3'],
    [[-1, 0, -1, 0], 'i32x4 -1 0 -1 0'],
    // The masks of the sign and of everything else.
    [
      [0x8000_0000, 0x8000_0000, 0x8000_0000, 0x8000_0000],
      'i32x4 0x80000000 0x80000000 0x80000000 0x80000000',
    ],
    [[0x7fff_ffff, 0x3f80_0000, 0, 0], 'i32x4 0x7fffffff 0x3f800000 0 0'],
  ] as const)('the vector %j is printed as %s', (lanes, expected) => {
    expect(printConstant((code) => code.v128Lanes(lanes))).toContain(`(v128.const ${expected})`);
  });

  const bits32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });

  property.prop([fc.array(fc.tuple(bits32, bits32, bits32, bits32), { minLength: 50, maxLength: 50 })])(
    'of any bits are read back as they were',
    (vectors) => {
      const floats = vectors.map((lanes) => `(drop (v128.const f32x4 ${lanes.map(printFloat32).join(' ')}))`);
      const doubles = vectors.map(([high, low]) => {
        const bits = (BigInt(high) << 32n) | BigInt(low);
        return `(drop (f64.const ${printFloat64(bits)}))`;
      });
      const bytes = assemble(`(module (func ${[...floats, ...doubles].join('\n')}))`);
      const constants = decodeModule(bytes).functions[0]?.body.filter(({ kind }) => kind !== 'plain');
      expect(constants).toEqual([
        ...vectors.map((lanes) => ({ kind: 'vector', lanes })),
        ...vectors.map(([high, low]) => ({ kind: 'double', bits: (BigInt(high) << 32n) | BigInt(low) })),
      ]);
      expect(encodingOf(assemble(printWasm(bytes)))).toBe(encodingOf(bytes));
    },
  );
});
