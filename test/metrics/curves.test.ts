import { describe, expect, test } from 'vitest';
import { calibrationCurve, precisionRecallCurve, rocCurve } from '../../src/train/index.ts';

// scikit-learn's own example of both curves.
const truth = [0, 0, 1, 1];
const scores = [0.1, 0.4, 0.35, 0.8];

describe('rocCurve', () => {
  test('has the points and the area that scikit-learn gives', () => {
    expect(rocCurve(truth, scores)).toEqual({
      falsePositiveRate: [0, 0, 0.5, 0.5, 1],
      truePositiveRate: [0, 0.5, 0.5, 1, 1],
      thresholds: [Infinity, 0.8, 0.4, 0.35, 0.1],
      area: 0.75,
    });
  });

  test('has the area that counting pairs gives, equal scores counted half', () => {
    const labels = [1, 0, 1, 1, 0, 0, 1, 0, 1];
    const values = [0.5, 0.5, 0.9, 0.2, 0.2, 0.1, 0.5, 0.7, 0.7];
    let wins = 0;
    for (const [one, positive] of labels.entries()) {
      for (const [other, negative] of labels.entries()) {
        if (positive !== 1 || negative !== 0) continue;
        const difference = (values[one] ?? 0) - (values[other] ?? 0);
        wins += difference > 0 ? 1 : difference === 0 ? 0.5 : 0;
      }
    }
    expect(rocCurve(labels, values).area).toBe(wins / 20);
  });

  test('is a diagonal where all scores are equal, and takes infinite scores', () => {
    expect(rocCurve(truth, [1, 1, 1, 1])).toMatchObject({ falsePositiveRate: [0, 1], area: 0.5 });
    expect(rocCurve([0, 1], [-Infinity, Infinity]).area).toBe(1);
  });

  test('reads the labels of one class of several, and booleans', () => {
    expect(rocCurve([5, 5, 2, 2], scores, { positive: 2 })).toEqual(rocCurve(truth, scores));
    expect(rocCurve([false, false, true, true], Float32Array.from([1, 3, 2, 4])).area).toBe(0.75);
  });

  test.each([
    ['lengths that differ', [1], [0.5, 0.6], 'E_LENGTH'],
    ['no samples', [], [], 'E_LENGTH'],
    ['NaN', [0, 1], [NaN, 1], 'E_VALUE'],
    ['samples of one kind', [1, 1], [0.5, 0.6], 'E_CLASSES'],
  ])('refuses %s', (_, labels, values, code) => {
    expect(() => rocCurve(labels, values)).toThrow(expect.objectContaining({ code }));
  });
});

describe('precisionRecallCurve', () => {
  test('has the points and the average precision that scikit-learn gives', () => {
    const curve = precisionRecallCurve(truth, scores);
    expect(curve.recall).toEqual([0, 0.5, 0.5, 1, 1]);
    expect(curve.precision).toEqual([1, 1, 0.5, 2 / 3, 0.5]);
    expect(curve.averagePrecision).toBeCloseTo(0.8333333333333333, 15);
    expect(curve.prevalence).toBe(0.5);
  });

  test('refuses data without a positive sample', () => {
    expect(() => precisionRecallCurve([0, 0], [0.1, 0.2])).toThrow(
      'precisionRecallCurve: no sample is positive',
    );
  });
});

describe('calibrationCurve', () => {
  test('says how often what was said came about', () => {
    const curve = calibrationCurve([0, 1, 1, 1, 0], [0.1, 0.2, 0.8, 0.9, 1], { bins: 2 });
    expect(curve.bins.map(({ count, frequency }) => [count, frequency])).toEqual([
      [2, 0.5],
      [3, 2 / 3],
    ]);
    expect(curve.bins[1]?.probability).toBeCloseTo(0.9, 15);
    expect(curve.expectedError).toBeCloseTo((2 * 0.35 + 3 * (0.9 - 2 / 3)) / 5, 15);
    expect(curve.greatestError).toBeCloseTo(0.35, 15);
    expect(curve.brier).toBeCloseTo((0.01 + 0.64 + 0.04 + 0.01 + 1) / 5, 15);
  });

  test('keeps empty ranges, and counts 1 in the last one', () => {
    const { bins } = calibrationCurve([true], [1]);
    expect(bins).toHaveLength(10);
    expect(bins[0]).toEqual({ low: 0, high: 0.1, count: 0, probability: NaN, frequency: NaN });
    expect(bins[9]?.count).toBe(1);
  });

  test.each([
    ['what is no probability', [1], [1.5], {}, 'E_VALUE'],
    ['no bins', [1], [0.5], { bins: 0 }, 'E_VALUE'],
    ['lengths that differ', [1, 0], [0.5], {}, 'E_LENGTH'],
  ])('refuses %s', (_, labels, values, options, code) => {
    expect(() => calibrationCurve(labels, values, options)).toThrow(expect.objectContaining({ code }));
  });
});
