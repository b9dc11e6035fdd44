import { describe, expect, test } from 'vitest';
import { grad } from '../../src/autodiff/grad.ts';
import { scopePath } from '../../src/ir/origin.ts';
import { relu, sigmoid, tanh } from '../../src/nn/activation.ts';
import { logSoftmax, softmax } from '../../src/nn/softmax.ts';
import { leakyRelu } from '../../src/nn/rectifier.ts';
import { isLayer } from '../../src/nn/layer.ts';
import { sum } from '../../src/ops/reduce.ts';
import { gradientProblems } from '../support/finite-differences.ts';
import { evaluate, fed, numbersBetween, refusal } from '../support/values.ts';
import { input } from '../support/untyped.ts';

const x = fed('x', [2, 3], [-2, -0.5, 0.1, 0.7, 1.5, 3]);

describe('activations', () => {
  test.each([
    ['relu', relu(), relu(x.leaf)],
    ['sigmoid', sigmoid(), sigmoid(x.leaf)],
    ['tanh', tanh(), tanh(x.leaf)],
    ['leakyRelu', leakyRelu(), leakyRelu(x.leaf)],
    ['leakyRelu', leakyRelu(0.2), leakyRelu(x.leaf, 0.2)],
    ['softmax', softmax(), softmax(x.leaf)],
    ['softmax', softmax(0), softmax(x.leaf, 0)],
    ['logSoftmax', logSoftmax(), logSoftmax(x.leaf)],
  ])(
    '%s is a layer without a tensor, and the layer computes what the function does',
    (type, layer, result) => {
      expect(isLayer(layer)).toBe(true);
      expect(layer.type).toBe(type);
      expect(layer(x.leaf)).toBe(result);
    },
  );

  test('labels say what was written', () => {
    const layers = [relu(), leakyRelu(), leakyRelu(0.2), softmax(), softmax(1), logSoftmax(0)];
    expect(layers.map(({ label }) => label)).toEqual([
      'relu()',
      'leakyRelu()',
      'leakyRelu(0.2)',
      'softmax()',
      'softmax(1)',
      'logSoftmax(0)',
    ]);
  });

  test('composites leave their name on the nodes they make', () => {
    const fresh = input('fresh', [2, 3]);
    expect(scopePath(softmax(fresh).origin.scope)).toBe('softmax');
    expect(scopePath(logSoftmax(fresh).origin.scope)).toBe('logSoftmax');
    expect(scopePath(leakyRelu(fresh).origin.scope)).toBe('leakyRelu');
  });

  test.each([
    ['leakyRelu', leakyRelu(x.leaf, 0.3)],
    ['softmax', softmax(x.leaf)],
    ['softmax along the first axis', softmax(x.leaf, 0)],
    ['logSoftmax', logSoftmax(x.leaf)],
  ])('%s has gradients that agree with finite differences, to second order', (_, result) => {
    expect(gradientProblems({ result, variables: [x], order: 2 })).toEqual([]);
  });

  test('softmax gives probabilities, for scores of any size', () => {
    const scores = fed('scores', [2, 3], [1000, 1001, 1002, -1e300, 0, 1e300]);
    const rows = evaluate(sum(softmax(scores.leaf), 1), [scores]);
    expect(rows[0]).toBeCloseTo(1, 14);
    expect(rows[1]).toBe(1);
  });

  test('softmax and logSoftmax of nothing are nothing', () => {
    const nothing = fed('nothing', [3, 0], []);
    for (const build of [softmax, logSoftmax]) {
      expect(build(nothing.leaf).shape).toEqual([3, 0]);
      expect(evaluate(build(nothing.leaf), [nothing])).toEqual([]);
    }
  });

  test('logSoftmax keeps what softmax would round to zero', () => {
    const scores = fed('scores', [2], [0, 2000]);
    expect(evaluate(logSoftmax(scores.leaf), [scores])).toEqual([-2000, 0]);
  });

  test('leakyRelu takes the slope as its gradient at 0 and below', () => {
    const at = fed('x', [3], [-1, 0, 1]);
    const [gradient] = grad(sum(leakyRelu(at.leaf, 0.25)), [at.leaf]);
    expect(evaluate(gradient, [at])).toEqual([0.25, 0.25, 1]);
  });

  test('softmax of random scores agrees with its definition', () => {
    const numbers = numbersBetween(-3, 3, 8, 5);
    const scores = fed('scores', [8], numbers);
    const total = numbers.reduce((all, each) => all + Math.exp(each), 0);
    evaluate(softmax(scores.leaf), [scores]).forEach((each, position) => {
      expect(each).toBeCloseTo(Math.exp(numbers[position] ?? 0) / total, 14);
    });
  });

  test('refuse what they cannot take', () => {
    const labels = input('labels', [3], 'i32');
    expect(refusal(() => softmax(labels))).toBe('DTypeError E_DTYPE_MISMATCH');
    expect(refusal(() => leakyRelu(labels))).toBe('DTypeError E_DTYPE_MISMATCH');
    expect(refusal(() => softmax(x.leaf, 2))).toBe('ShapeError E_AXIS');
    expect(refusal(() => softmax(0.5))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => leakyRelu(Number.NaN))).toBe('DeclarationError E_OPTION');
  });
});
