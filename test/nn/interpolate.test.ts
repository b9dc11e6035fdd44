import { describe, expect, test } from 'vitest';
import { interpolate, upsample, type InterpolationOptions } from '../../src/nn/interpolate.ts';
import { constant, input } from '../support/untyped.ts';
import { evaluate, refusal } from '../support/values.ts';

const x = constant([1, 2, 4], [1, 1, 3], 'f64');

describe('interpolate', () => {
  test('repeats the nearest element', () => {
    expect(evaluate(interpolate(x, { scaleFactor: 2 }))).toEqual([1, 1, 2, 2, 4, 4]);
    expect(evaluate(interpolate(x, { size: 2 }))).toEqual([1, 2]);
    expect(evaluate(interpolate(x, { size: 2, mode: 'nearest-exact' }))).toEqual([1, 4]);
  });

  test('mixes two neighbours, measured from centres or from corners', () => {
    expect(evaluate(interpolate(x, { scaleFactor: 2, mode: 'linear' }))).toEqual([
      1, 1.25, 1.75, 2.5, 3.5, 4,
    ]);
    expect(evaluate(interpolate(x, { size: 5, mode: 'linear', alignCorners: true }))).toEqual([
      1, 1.5, 2, 3, 4,
    ]);
    expect(evaluate(interpolate(x, { size: 1, mode: 'linear', alignCorners: true }))).toEqual([1]);
  });

  test('averages areas', () => {
    expect(evaluate(interpolate(x, { size: 2, mode: 'area' }))).toEqual([1.5, 3]);
  });

  test('cubic weights sum to one', () => {
    const ones = constant(new Float64Array(12).fill(1), [1, 1, 3, 4], 'f64');
    const resized = evaluate(interpolate(ones, { size: [5, 7], mode: 'bicubic' }));
    expect(Math.max(...resized.map((value) => Math.abs(value - 1)))).toBeLessThan(1e-12);
  });

  test('refuses options that do not fit together, or the rank', () => {
    const given = (options: unknown) => refusal(() => interpolate(x, options as InterpolationOptions));
    expect(given({})).toBe('DeclarationError E_OPTION');
    expect(given({ size: 2, scaleFactor: 2 })).toBe('DeclarationError E_OPTION');
    expect(given({ size: 2, mode: 'bilinear' })).toBe('DeclarationError E_OPTION');
    expect(given({ size: 2, mode: 'cubic' })).toBe('DeclarationError E_OPTION');
    expect(given({ size: 2, alignCorners: true })).toBe('DeclarationError E_OPTION');
    expect(given({ size: 0 })).toBe('DeclarationError E_OPTION');
    expect(given({ scaleFactor: 0.1 })).toBe('DeclarationError E_OPTION');
    expect(refusal(() => interpolate(input('x', [3]), { size: 2 }))).toBe('ShapeError E_RANK');
    expect(refusal(() => interpolate(input('x', [1, 1, 3], 'i32'), { size: 2 }))).toBe(
      'DTypeError E_DTYPE_MISMATCH',
    );
  });

  test('is a layer under the name of upsample', () => {
    const layer = upsample({ scaleFactor: 2, mode: 'bilinear' });
    expect(String(layer)).toBe('upsample: upsample({ scaleFactor: 2, mode: "bilinear" })');
    expect(layer(input('x', [2, 3, 4, 5])).shape).toEqual([2, 3, 8, 10]);
  });
});
