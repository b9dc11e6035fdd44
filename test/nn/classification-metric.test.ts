import { describe, expect, test } from 'vitest';
import { dim } from '../../src/ir/size.ts';
import { accuracy } from '../../src/nn/accuracy.ts';
import {
  binaryAccuracy,
  confusionMatrix,
  f1,
  precision,
  recall,
  topKAccuracy,
  type ClassAverage,
} from '../../src/nn/classification-metric.ts';
import { crossEntropy } from '../../src/nn/cross-entropy.ts';
import { linear } from '../../src/nn/linear.ts';
import { sgd } from '../../src/optim/sgd.ts';
import { compile } from '../../src/runtime/program.ts';
import { constant } from '../../src/ops/leaf.ts';
import { evaluate, fed, numbersBetween, refusal } from '../support/values.ts';
import { rounded } from '../support/loss-values.ts';
import { input } from '../support/untyped.ts';

// The example of scikit-learn's user guide, with a class more that nobody names.
const labels = constant([0, 1, 2, 0, 1, 2], [6], 'i32');
const predicted = constant([0, 2, 1, 0, 0, 1], [6], 'i32');
const classes = 4;

describe('precision, recall and f1', () => {
  // 0: predicted 3, right 2, actual 2; 1: 2, 0, 2; 2: 1, 0, 2; 3 does not occur.
  test.each<[ClassAverage, readonly number[], readonly number[], readonly number[]]>([
    ['none', [2 / 3, 0, 0, 0], [1, 0, 0, 0], [0.8, 0, 0, 0]],
    ['macro', [2 / 9], [1 / 3], [0.8 / 3]],
    ['micro', [1 / 3], [1 / 3], [1 / 3]],
    ['weighted', [2 / 9], [1 / 3], [0.8 / 3]],
  ])('are those of scikit-learn: %s', (average, ofPrecision, ofRecall, ofF1) => {
    const options = { classes, average };
    expect(rounded(evaluate(precision(predicted, labels, options)))).toEqual(rounded(ofPrecision));
    expect(rounded(evaluate(recall(predicted, labels, options)))).toEqual(rounded(ofRecall));
    expect(rounded(evaluate(f1(predicted, labels, options)))).toEqual(rounded(ofF1));
  });

  test('weight classes by their labels', () => {
    const actual = constant([0, 0, 0, 1], [4], 'i32');
    const guess = constant([0, 0, 1, 1], [4], 'i32');
    const of = (average: ClassAverage): readonly number[] =>
      evaluate(precision(guess, actual, { classes: 2, average }));
    expect(of('weighted')).toEqual([(3 * 1 + 0.5) / 4]);
    expect(of('macro')).toEqual([0.75]);
    expect(of('binary')).toEqual([0.5]);
    expect(evaluate(recall(guess, actual, { classes: 2, average: 'binary' }))).toEqual([1]);
    expect(rounded(evaluate(f1(guess, actual, { classes: 2, average: 'binary' })))).toEqual(rounded([2 / 3]));
  });

  test('are 0 where nothing was predicted and nothing is', () => {
    const none = constant([0, 0], [2], 'i32');
    expect(evaluate(precision(none, none, { classes: 2, average: 'binary' }))).toEqual([0]);
    expect(evaluate(recall(none, none, { classes: 2, average: 'binary' }))).toEqual([0]);
    expect(evaluate(f1(none, none, { classes: 2, average: 'binary' }))).toEqual([0]);
  });

  test('take scores, of which the largest counts', () => {
    const scores = constant([2, 1, 0, 0, 3, 1, 0, 1, 5], [3, 3], 'f32');
    const actual = constant([0, 1, 1], [3], 'i32');
    expect(evaluate(recall(scores, actual, { average: 'none' }))).toEqual([1, 0.5, 0]);
  });

  test('refuse what does not fit', () => {
    const scores = input('s', [6, 3]);
    expect(refusal(() => precision(predicted, labels))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => precision(scores, labels, { classes: 4 }))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => f1(scores, labels, { average: 'binary' }))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => f1(scores, input('y', [5], 'i32')))).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(refusal(() => recall(scores, input('y', [6])))).toBe('DTypeError E_DTYPE_MISMATCH');
    expect(refusal(() => recall(input('s', [6, dim('classes')]), labels))).toBe('DeclarationError E_OPTION');
    // What plain JavaScript may pass.
    expect(refusal(() => recall(scores, labels, { average: 'mean' as never }))).toBe(
      'DeclarationError E_OPTION',
    );
    expect(refusal(() => recall(scores, 3 as never))).toBe('DTypeError E_NOT_A_TENSOR');
  });
});

describe('confusionMatrix', () => {
  test('counts true classes in rows and predicted ones in columns', () => {
    expect(evaluate(confusionMatrix(predicted, labels, { classes: 3 }))).toEqual([2, 0, 0, 1, 0, 1, 0, 2, 0]);
  });

  test('divides by what is true, what is predicted, or by all', () => {
    const of = (normalise: 'true' | 'predicted' | 'all'): readonly number[] =>
      evaluate(confusionMatrix(predicted, labels, { classes: 4, normalise }));
    expect(of('true').slice(0, 8)).toEqual([1, 0, 0, 0, 0.5, 0, 0.5, 0]);
    expect(of('true').slice(12)).toEqual([0, 0, 0, 0]);
    expect(rounded(of('predicted').slice(0, 4))).toEqual(rounded([2 / 3, 0, 0, 0]));
    expect(rounded(of('all').slice(0, 4))).toEqual(rounded([1 / 3, 0, 0, 0]));
  });
});

describe('topKAccuracy', () => {
  const scores = fed('s', [50, 6], numbersBetween(-1, 1, 300));
  const targets = constant(
    Array.from({ length: 50 }, (_, row) => row % 6),
    [50],
    'i32',
  );

  test('is accuracy for one and 1 for all', () => {
    expect(evaluate(topKAccuracy(scores.leaf, targets, 1), [scores])).toEqual(
      evaluate(accuracy(scores.leaf, targets), [scores]),
    );
    expect(evaluate(topKAccuracy(scores.leaf, targets, 6), [scores])).toEqual([1]);
  });

  test('ranks equal scores by their place', () => {
    const equalScores = constant([1, 1, 1, 1, 1, 1], [2, 3], 'f64');
    const both = constant([0, 2], [2], 'i32');
    const of = (k: number): readonly number[] => evaluate(topKAccuracy(equalScores, both, k));
    expect([of(1), of(2), of(3)]).toEqual([[0.5], [0.5], [1]]);
  });

  test('refuses what does not fit', () => {
    expect(refusal(() => topKAccuracy(scores.leaf, targets, 0))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => topKAccuracy(scores.leaf, input('y', [6], 'i32'), 1))).toBe(
      'ShapeError E_SHAPE_MISMATCH',
    );
    expect(refusal(() => topKAccuracy(scores.leaf, input('y', [50]), 1))).toBe('DTypeError E_DTYPE_MISMATCH');
  });
});

describe('binaryAccuracy', () => {
  test('compares with a threshold', () => {
    const probabilities = constant([0.2, 0.7, 0.5, 0.9], [4], 'f32');
    const target = constant([0, 1, 1, 0], [4], 'i32');
    expect(evaluate(binaryAccuracy(probabilities, target))).toEqual([0.5]);
    expect(evaluate(binaryAccuracy(probabilities, target, { threshold: 0.4 }))).toEqual([0.75]);
    expect(refusal(() => binaryAccuracy(probabilities, input('y', [3])))).toBe('ShapeError E_SHAPE_MISMATCH');
  });
});

test('metrics run in programs, on both targets', () => {
  const x = input('x', [dim('batch'), 2]);
  const y = input('y', [dim('batch')], 'i32');
  const logits = linear(2, 3)(x);
  const declaration = {
    loss: crossEntropy(logits, y),
    optimizer: sgd({ lr: 0.1 }),
    metrics: { f1: f1(logits, y), top: topKAccuracy(logits, y, 2), recall: recall(logits, y) },
    outputs: { confusion: confusionMatrix(logits, y) },
  };
  const feeds = { x: Float32Array.from(numbersBetween(-1, 1, 12)), y: Int32Array.of(0, 1, 2, 0, 1, 2) };
  const results = (['js', 'wasm'] as const).map((target) => {
    const session = compile(declaration, { target }).start({ seed: 1 });
    return [session.evaluate(feeds), [...session.predict(feeds).confusion.data]];
  });
  expect(results[0]).toEqual(results[1]);
  const [, confusion = []] = results[0] ?? [];
  expect((confusion as number[]).reduce((total, each) => total + each, 0)).toBe(6);
});
