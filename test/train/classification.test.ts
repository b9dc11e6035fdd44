import { describe, expect, test } from 'vitest';
import { array } from 'tapeless/data';
import { accuracyOf, confusionCounts, misclassified } from 'tapeless/train';
import { DataError, ShapeError } from '../../src/ir/errors.ts';

const scores = [
  [2, 1, 0],
  [0, 0, 3],
  [1, 5, 1],
  [4, 4, 4],
];

describe('accuracyOf', () => {
  test('is the fraction of samples whose highest score is that of their label', () => {
    expect(accuracyOf([0, 2, 1, 0], scores)).toBe(1);
    expect(accuracyOf([0, 1, 1, 2], scores)).toBe(0.5);
    expect(accuracyOf(Int32Array.of(1, 1, 2, 2), array(scores))).toBe(0);
  });

  test('refuses labels and scores of different numbers', () => {
    expect(() => accuracyOf([0, 1], scores)).toThrow(ShapeError);
    expect(() => accuracyOf([0, 1], scores)).toThrow('there are 2 label(s) and 4 row(s) of scores');
  });

  test('refuses no samples at all, and scores that are NaN', () => {
    expect(() => accuracyOf([], array(new Float32Array(0), [0, 3]))).toThrow('at least one');
    expect(() => accuracyOf([0], [[NaN, 1]])).toThrow(DataError);
  });
});

describe('confusionCounts', () => {
  test('has a row a true class and a column a guess', () => {
    expect([...confusionCounts([0, 1, 1, 2], scores)]).toEqual([1, 0, 0, 0, 1, 1, 1, 0, 0]);
  });

  test('leaves out samples whose label is none of the classes', () => {
    expect([...confusionCounts([-100, 1, 3, 2], scores)]).toEqual([0, 0, 0, 0, 0, 1, 1, 0, 0]);
  });

  test('refuses labels and scores of different numbers', () => {
    expect(() => confusionCounts([0, 1], scores)).toThrow(ShapeError);
  });
});

describe('misclassified', () => {
  test('lists the wrong guesses with their softmax probability', () => {
    const samples = misclassified([1, 2, 0, 0], scores);
    const of = (row: readonly number[], guess: number) =>
      Math.exp(row[guess] ?? NaN) / row.reduce((sum, score) => sum + Math.exp(score), 0);
    expect(samples.map(({ index, truth, guess }) => [index, truth, guess])).toEqual([
      [0, 1, 0],
      [2, 0, 1],
    ]);
    expect(samples[0]?.probability).toBeCloseTo(of([2, 1, 0], 0), 12);
    expect(samples[1]?.probability).toBeCloseTo(of([1, 5, 1], 1), 12);
  });

  test('takes probabilities as they are', () => {
    const probabilities = [
      [0.25, 0.75],
      [0.5, 0.5],
    ];
    expect(misclassified([0, 1], probabilities, { scores: 'probabilities' })).toEqual([
      { index: 0, truth: 0, guess: 1, probability: 0.75 },
      { index: 1, truth: 1, guess: 0, probability: 0.5 },
    ]);
  });

  test('does not overflow, whatever the logits', () => {
    expect(misclassified([1], [[1000, -1000]])[0]?.probability).toBe(1);
    expect(misclassified([1], [[3e38, 3e38]])[0]?.probability).toBe(0.5);
    expect(misclassified([1], [[Infinity, 0]])[0]?.probability).toBe(1);
    expect(misclassified([1], [[-Infinity, -Infinity]])[0]?.probability).toBe(0.5);
  });

  test('is empty when every guess is right', () => {
    expect(misclassified([0, 2, 1, 0], scores)).toEqual([]);
  });
});
