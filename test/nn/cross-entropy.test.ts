import { describe, expect, test } from 'vitest';
import { scopePath } from '../../src/ir/origin.ts';
import { topologicalOrder, type Tensor } from '../../src/ir/node.ts';
import { dim } from '../../src/ir/size.ts';
import { logSoftmax } from '../../src/nn/softmax.ts';
import { crossEntropy, nll, type CrossEntropyOptions } from '../../src/nn/cross-entropy.ts';
import { argmax } from '../../src/ops/arg-extreme.ts';
import { constant, constrainOp } from '../../src/ops/leaf.ts';
import { compile } from '../../src/runtime/program.ts';
import { gradientProblems } from '../support/finite-differences.ts';
import { evaluate, fed, numbersBetween, refusal } from '../support/values.ts';
import { input } from '../support/untyped.ts';

const logits = fed('logits', [4, 3], numbersBetween(-2, 2, 12));
const labels = fed('labels', [4], [2, 0, 1, 2], 'i32');
const batch = dim('batch');

function rangesIn(loss: Tensor): readonly unknown[] {
  return topologicalOrder([loss]).flatMap(({ op, attrs }) => (op.name === constrainOp.name ? [attrs] : []));
}

describe('crossEntropy', () => {
  test.each<[string, CrossEntropyOptions]>([
    ['labels', {}],
    ['an ignored label', { ignoreIndex: 1 }],
    ['class weights and smoothing', { weight: [0.5, 2, 1], labelSmoothing: 0.1 }],
    ['no reduction', { reduction: 'none' }],
  ])('has gradients that agree with finite differences: %s', (_, options) => {
    const result = crossEntropy(logits.leaf, labels.leaf, options);
    expect(gradientProblems({ result, variables: [logits], others: [labels], order: 2 })).toEqual([]);
  });

  test('has gradients of soft targets and of their logits', () => {
    const target = fed('target', [4, 3], numbersBetween(0, 1, 12, 4));
    const result = crossEntropy(logits.leaf, target.leaf, { labelSmoothing: 0.2, weight: [1, 2, 3] });
    expect(gradientProblems({ result, variables: [logits, target], order: 2 })).toEqual([]);
  });

  test('of labels is that of their one-hot probabilities, and of nll after logSoftmax', () => {
    const oneHot = constant([0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1], [4, 3], 'f64');
    const [fromLabels] = evaluate(crossEntropy(logits.leaf, labels.leaf), [logits, labels]);
    const [fromTargets] = evaluate(crossEntropy(logits.leaf, oneHot), [logits]);
    const [fromNll] = evaluate(nll(logSoftmax(logits.leaf), labels.leaf), [logits, labels]);
    expect(fromTargets).toBeCloseTo(fromLabels ?? Number.NaN, 14);
    expect(fromNll).toBe(fromLabels);
  });

  test('leaves out the labels that it is told to ignore, in the sum and in the divisor', () => {
    const some = fed('some', [4], [2, -100, 1, -100], 'i32');
    const ignoreIndex = -100;
    const [mean = Number.NaN] = evaluate(crossEntropy(logits.leaf, some.leaf, { ignoreIndex }), [
      logits,
      some,
    ]);
    const each = evaluate(crossEntropy(logits.leaf, some.leaf, { ignoreIndex, reduction: 'none' }), [
      logits,
      some,
    ]);
    expect([each[1], each[3]]).toEqual([0, 0]);
    expect(mean).toBeCloseTo(((each[0] ?? 0) + (each[2] ?? 0)) / 2, 14);
  });

  test('has no mask where no label is ignored', () => {
    const loss = crossEntropy(logits.leaf, labels.leaf);
    const names = topologicalOrder([loss]).map(({ op }) => op.name);
    expect(names).not.toContain('select');
    const masked = crossEntropy(logits.leaf, labels.leaf, { ignoreIndex: -100 });
    expect(evaluate(loss, [logits, labels])).toEqual(evaluate(masked, [logits, labels]));
  });

  test('declares the range of its labels', () => {
    const range = { low: 0, high: 2, what: 'label' };
    expect(rangesIn(crossEntropy(logits.leaf, labels.leaf))).toEqual([{ ...range, except: null }]);
    expect(rangesIn(crossEntropy(logits.leaf, labels.leaf, { ignoreIndex: 7 }))).toEqual([
      { ...range, except: 7 },
    ]);
    expect(rangesIn(crossEntropy(logits.leaf, labels.leaf, { ignoreIndex: null }))).toEqual([
      { ...range, except: null },
    ]);
  });

  test('leaves its name and that of logSoftmax on its nodes', () => {
    const loss = crossEntropy(input('fresh', [4, 3]), labels.leaf);
    const paths = topologicalOrder([loss]).map(({ origin }) => scopePath(origin.scope));
    expect(paths).toContain('crossEntropy/logSoftmax');
    expect(paths.at(-1)).toMatch(/^crossEntropy/);
  });

  test('takes one vector, named batches, and classes on axis 1 of more', () => {
    const none = { reduction: 'none' } as const;
    const shapeOf = (scores: Tensor, target: Tensor): unknown => crossEntropy(scores, target, none).shape;
    expect(shapeOf(input('x', [3]), input('y', [], 'i32'))).toEqual([]);
    expect(shapeOf(input('x', [batch, 3]), input('y', [batch], 'i32'))).toEqual([batch]);
    expect(shapeOf(input('x', [batch, 3, 5]), input('y', [batch, 5], 'i32'))).toEqual([batch, 5]);
    expect(shapeOf(input('x', [batch, 3]), input('y', [batch, 3]))).toEqual([batch]);
  });

  test('refuses targets and weights that do not fit', () => {
    const refused = (target: Tensor, options?: CrossEntropyOptions): string =>
      refusal(() => crossEntropy(logits.leaf, target, options));
    expect(refused(input('y', [4, 1], 'i32'))).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(refused(input('y', [4], 'f64'))).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(refused(input('y', [4, 3], 'f32'))).toBe('DTypeError E_DTYPE_MISMATCH');
    expect(refused(labels.leaf, { weight: [1, 2] })).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(refusal(() => crossEntropy(input('x', []), labels.leaf))).toBe('ShapeError E_RANK');
    expect(refusal(() => nll(logits.leaf, input('y', [4]), {}))).toBe('DTypeError E_DTYPE_MISMATCH');
    expect(() => crossEntropy(logits.leaf, input('y', [5], 'i32'))).toThrow(
      /labels \[5\] do not fit scores \[4, 3\]/,
    );
  });

  test.each(['wasm', 'js', 'interpreter'] as const)('takes constant and computed labels on %s', (target) => {
    const scores = input('scores', [2, 3]);
    const rows = [
      [2, 1, 0],
      [0, 0, 5],
    ];
    const lossOf = (given: Tensor, options?: CrossEntropyOptions): number => {
      const program = compile({ outputs: { loss: crossEntropy(scores, given, options) } }, { target });
      return program.start().predict({ scores: rows }).loss.data[0] ?? NaN;
    };
    expect(lossOf(constant([0, 2], [2], 'i32'))).toBeCloseTo(0.2105, 4);
    expect(lossOf(constant([1, 1], [2], 'i32'))).toBeCloseTo(3.2105, 4);
    expect(lossOf(constant([0, -100], [2], 'i32'), { ignoreIndex: -100 })).toBeCloseTo(0.4076, 4);
    expect(lossOf(argmax(scores, 1))).toBeCloseTo(0.2105, 4);
  });

  test('refuses a constant label that is no class', () => {
    expect(refusal(() => crossEntropy(logits.leaf, constant([0, 1, 2, 3], [4], 'i32')))).toBe(
      'ShapeError E_INDEX',
    );
  });

  test('refuses options out of range', () => {
    const refused = (options: CrossEntropyOptions): string =>
      refusal(() => crossEntropy(logits.leaf, labels.leaf, options));
    expect(refused({ labelSmoothing: 1.5 })).toBe('DeclarationError E_OPTION');
    expect(refused({ ignoreIndex: 0.5 })).toBe('DeclarationError E_OPTION');
    const soft = input('soft', [4, 3], 'f64');
    expect(refusal(() => crossEntropy(logits.leaf, soft, { ignoreIndex: 1 }))).toBe(
      'DeclarationError E_OPTION',
    );
  });
});
