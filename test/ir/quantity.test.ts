import { expect, test } from 'vitest';
import { printRate, printShare, printTime } from '../../src/ir/quantity.ts';

test('times are written in the unit that suits them', () => {
  expect([0, 0.4211, 38.12, 1250, 2e6].map(printTime)).toEqual([
    '0.00 µs',
    '0.42 µs',
    '38.1 µs',
    '1.25 ms',
    '2.00 s',
  ]);
});

test('rates have about three digits, and none is a dash', () => {
  expect([0, 0.071, 4.732, 23.33, 156.7].map(printRate)).toEqual(['–', '0.07', '4.73', '23.3', '157']);
});

test('shares are percentages', () => {
  expect([0, 0.1557, 1].map(printShare)).toEqual(['0.0 %', '15.6 %', '100.0 %']);
});
