import { describe, expect } from 'vitest';
import { fc, test } from '@fast-check/vitest';
import { epochAxis, formatValue, linearAxis, logAxis } from '../../src/viz/scale.ts';

const seed = 20_240_607;
const texts = (axis: { readonly ticks: readonly { readonly text: string }[] }) =>
  axis.ticks.map((tick) => tick.text);

describe('formatValue', () => {
  test('prints three digits, or percent with one decimal', () => {
    expect([0.06234, 1.5, 123.4, 0, -2].map((value) => formatValue(value, 'number'))).toEqual([
      '0.0623',
      '1.50',
      '123',
      '0',
      '−2.00',
    ]);
    expect(formatValue(14 / 15, 'percent')).toBe('93.3 %');
  });

  test('prints very small and very large numbers with an exponent', () => {
    expect(formatValue(0.000123, 'number')).toBe('1.23e−4');
    expect(formatValue(1.5e12, 'number')).toBe('1.50e12');
  });

  test('names what is not finite', () => {
    expect([NaN, Infinity, -Infinity].map((value) => formatValue(value, 'percent'))).toEqual([
      'NaN',
      '∞',
      '−∞',
    ]);
  });
});

describe('linearAxis', () => {
  test('ends at round ticks around the values', () => {
    expect(texts(linearAxis([0.06, 1.16], 'number'))).toEqual([
      '0',
      '0.2',
      '0.4',
      '0.6',
      '0.8',
      '1.0',
      '1.2',
    ]);
    expect(texts(linearAxis([0.4, 0.97], 'percent'))).toEqual(['40 %', '60 %', '80 %', '100 %']);
  });

  test('shows a nearly constant curve flat, not its rounding noise', () => {
    const axis = linearAxis([0.6931, 0.69311], 'number');
    expect(axis.high - axis.low).toBeGreaterThan(0.05);
  });

  test('never leaves 0 to 100 % for shares, however constant', () => {
    expect(linearAxis([1, 1], 'percent').high).toBe(1);
    expect(linearAxis([0, 0], 'percent').low).toBe(0);
  });

  test('ignores what is not finite, and gives it no position', () => {
    const axis = linearAxis([NaN, 1, Infinity, 3], 'number');
    expect([axis.low, axis.high]).toEqual([1, 3]);
    expect([NaN, Infinity, -Infinity].map(axis.position)).toEqual([NaN, NaN, NaN]);
  });

  test('treats numbers beyond all reason as zero or as infinite', () => {
    expect([linearAxis([5e-324], 'number').low, linearAxis([5e-324], 'number').high]).toEqual([0, 1]);
    expect(linearAxis([1.7e308, -1.7e308, 1], 'number').position(1.7e308)).toBeNaN();
  });

  test('gives neighbouring ticks of large numbers different text', () => {
    expect(texts(linearAxis([1e9, 1.004e9], 'number'))).toEqual([
      '1.000e9',
      '1.001e9',
      '1.002e9',
      '1.003e9',
      '1.004e9',
    ]);
  });

  test('without any finite value goes from 0 to 1', () => {
    expect(texts(linearAxis([NaN], 'number'))).toEqual(['0', '0.2', '0.4', '0.6', '0.8', '1.0']);
  });

  test.prop([fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 20 })], {
    seed,
    numRuns: 200,
  })('holds every finite value between its ends, with 2 to 10 ticks of different text', (values) => {
    const axis = linearAxis(values, 'number');
    for (const value of values) {
      expect(axis.position(value)).toBeGreaterThanOrEqual(-1e-6);
      expect(axis.position(value)).toBeLessThanOrEqual(1 + 1e-6);
    }
    expect(axis.ticks.length).toBeGreaterThanOrEqual(2);
    expect(new Set(texts(axis)).size).toBe(axis.ticks.length);
    expect(axis.ticks.length).toBeLessThanOrEqual(10);
  });
});

describe('logAxis', () => {
  test('ticks 1, 2 and 5 over a short range and powers of ten over a long one', () => {
    expect(texts(logAxis([0.15, 3], 'number'))).toEqual(['0.1', '0.2', '0.5', '1', '2', '5']);
    expect(texts(logAxis([1e-4, 2], 'number'))).toEqual(['0.0001', '0.001', '0.01', '0.1', '1']);
  });

  test('thins the powers of a very long range', () => {
    expect(texts(logAxis([1e-12, 1], 'number'))).toEqual(['1e−12', '1e−9', '1e−6', '0.001', '1']);
  });

  test('has no place for zero and negative values', () => {
    const axis = logAxis([0, -1, 1, 10], 'number');
    expect([axis.low, axis.high]).toEqual([1, 10]);
    expect([0, -1].map(axis.position)).toEqual([NaN, NaN]);
  });

  test.prop([fc.array(fc.double({ min: 1e-280, max: 1e300, noNaN: true }), { minLength: 1, maxLength: 9 })], {
    seed,
    numRuns: 200,
  })('holds every positive value between its ends', (values) => {
    const axis = logAxis(values, 'number');
    for (const value of values) {
      expect(axis.position(value)).toBeGreaterThanOrEqual(-1e-9);
      expect(axis.position(value)).toBeLessThanOrEqual(1 + 1e-9);
    }
    expect(axis.ticks.length).toBeGreaterThanOrEqual(1);
    expect(axis.ticks.length).toBeLessThanOrEqual(7);
  });
});

describe('epochAxis', () => {
  test('ticks whole epochs and names the first', () => {
    expect(texts(epochAxis(1, 25))).toEqual(['1', '5', '10', '15', '20', '25']);
    expect(texts(epochAxis(1, 3))).toEqual(['1', '2', '3']);
    expect(texts(epochAxis(0, 11))).toEqual(['0', '2', '4', '6', '8', '10']);
  });

  test('puts a single epoch in the middle', () => {
    const axis = epochAxis(1, 1);
    expect(texts(axis)).toEqual(['1']);
    expect(axis.position(1)).toBe(0.5);
  });
});
