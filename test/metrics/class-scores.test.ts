import { describe, expect, test } from 'vitest';
import { classScores } from '../../src/metrics/class-scores.ts';

describe('classScores', () => {
  // scikit-learn's classification_report of these 10 samples, in full digits.
  const counts = [
    [3, 1, 0],
    [0, 2, 1],
    [1, 0, 2],
  ];

  test('gives precision, recall, F1 and support of every class', () => {
    const { classes, accuracy } = classScores(counts);
    expect(classes.map(({ precision }) => precision)).toEqual([3 / 4, 2 / 3, 2 / 3]);
    expect(classes.map(({ recall }) => recall)).toEqual([3 / 4, 2 / 3, 2 / 3]);
    expect(classes.map(({ f1 }) => f1)).toEqual([6 / 8, 4 / 6, 4 / 6]);
    expect(classes.map(({ support }) => support)).toEqual([4, 3, 3]);
    expect(accuracy).toBe(0.7);
  });

  test('means classes alike, and by their samples', () => {
    const { macro, weighted } = classScores([
      [8, 2],
      [1, 1],
    ]);
    expect(macro.recall).toBeCloseTo((0.8 + 0.5) / 2, 15);
    expect(weighted.recall).toBeCloseTo((0.8 * 10 + 0.5 * 2) / 12, 15);
    expect(macro.precision).toBeCloseTo((8 / 9 + 1 / 3) / 2, 15);
    expect(weighted.f1).toBeCloseTo((16 / 19) * (10 / 12) + (2 / 5) * (2 / 12), 15);
    expect([macro.support, weighted.support]).toEqual([12, 12]);
  });

  test('reads counts in one array, typed or not', () => {
    expect(classScores(Float32Array.from(counts.flat()))).toEqual(classScores(counts));
  });

  test('has no value for what never occurs', () => {
    const { classes, macro, weighted } = classScores([
      [2, 0, 0],
      [1, 0, 0],
      [0, 0, 0],
    ]);
    expect(classes[1]).toEqual({ precision: NaN, recall: 0, f1: 0, support: 1 });
    expect(classes[2]).toEqual({ precision: NaN, recall: NaN, f1: NaN, support: 0 });
    expect(macro.recall).toBe(0.5);
    expect(weighted.precision).toBeCloseTo((2 / 3) * (2 / 3), 15);
    expect(classScores([]).accuracy).toBeNaN();
  });

  test.each([
    ['rows of other lengths', [[1, 2], [3]], 'E_LENGTH'],
    ['counts that are no square', [1, 2, 3], 'E_LENGTH'],
    [
      'a negative count',
      [
        [1, -1],
        [0, 1],
      ],
      'E_VALUE',
    ],
    ['NaN', [[NaN]], 'E_VALUE'],
  ])('refuses %s', (_, wrong, code) => {
    expect(() => classScores(wrong)).toThrow(expect.objectContaining({ code }));
  });
});
