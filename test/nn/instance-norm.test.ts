import { describe, expect, test } from 'vitest';
import { compile } from '../../src/runtime/program.ts';
import { dim } from '../../src/ir/size.ts';
import { instanceNorm, instanceNorm1d, instanceNorm2d, instanceNorm3d } from '../../src/nn/instance-norm.ts';
import { mse } from '../../src/nn/loss.ts';
import { parametersOf } from '../../src/nn/layer.ts';
import { sgd } from '../../src/optim/sgd.ts';
import { constant, nameOf } from '../../src/ops/leaf.ts';
import { evaluate, fed, refusal } from '../support/values.ts';
import { rounded } from '../support/loss-values.ts';
import { input } from '../support/untyped.ts';

const numbers = [1, 3, 0, 4, 2, 8, -1, 1];
const x = fed('x', [2, 2, 2], numbers);

describe('instanceNorm', () => {
  test('standardises every channel of every example', () => {
    const { output } = instanceNorm(x.leaf, { eps: 0 });
    expect(evaluate(output, [x])).toEqual([-1, 1, -1, 1, -1, 1, -1, 1]);
  });

  test('gives running statistics that mix in the means over the batch', () => {
    const runningMean = constant([0, 0], [2], 'f64');
    const runningVar = constant([1, 1], [2], 'f64');
    const result = instanceNorm(x.leaf, { runningMean, runningVar, momentum: 0.5 });
    // Means 2, 2 and 5, 0; unbiased variances 2, 8 and 18, 2.
    expect(evaluate(result.runningMean!, [x])).toEqual([1.75, 0.5]);
    expect(evaluate(result.runningVar!, [x])).toEqual([5.5, 3]);
  });

  test('may use the running statistics instead of its own', () => {
    const runningMean = constant([1, 0], [2], 'f64');
    const runningVar = constant([4, 1], [2], 'f64');
    const options = { runningMean, runningVar, eps: 0, useInputStats: false };
    const result = instanceNorm(x.leaf, { ...options, weight: constant([2, 1], [2], 'f64') });
    expect(evaluate(result.output, [x])).toEqual([0, 2, 0, 4, 1, 7, -1, 1]);
    expect(result.runningMean).toBe(runningMean);
  });

  test('refuses what does not fit', () => {
    expect(refusal(() => instanceNorm(x.leaf, { useInputStats: false }))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => instanceNorm(x.leaf, { runningMean: input('m', [2]) }))).toBe(
      'DeclarationError E_OPTION',
    );
    expect(refusal(() => instanceNorm(x.leaf, { weight: input('w', [3]) }))).toBe(
      'ShapeError E_SHAPE_MISMATCH',
    );
    expect(refusal(() => instanceNorm(input('x', [2, 3, 1])))).toBe('ShapeError E_SINGLE_VALUE');
    expect(refusal(() => instanceNorm(input('x', [2])))).toBe('ShapeError E_RANK');
  });
});

describe('instance normalisation as layers', () => {
  test('take batches and single examples', () => {
    const batch = dim('batch');
    expect(instanceNorm1d(3)(input('x', [batch, 3, 9])).shape).toEqual([batch, 3, 9]);
    expect(instanceNorm1d(3)(input('x', [3, 9])).shape).toEqual([3, 9]);
    expect(instanceNorm2d(3)(input('x', [3, 9, 9])).shape).toEqual([3, 9, 9]);
    expect(instanceNorm3d(3)(input('x', [batch, 3, 2, 2, 2])).shape).toEqual([batch, 3, 2, 2, 2]);
    expect(parametersOf(instanceNorm1d(3)(input('x', [3, 9])))).toEqual([]);
    const learned = parametersOf(instanceNorm1d(3, { affine: true })(input('x', [3, 9])));
    expect(learned.map(nameOf)).toEqual(['instanceNorm.weight', 'instanceNorm.bias']);
  });

  test('use in evaluation what they tracked in training', () => {
    const features = input('x', [2, 2, 2], 'f64');
    const layer = instanceNorm1d(2, {
      affine: true,
      trackRunningStats: true,
      momentum: null,
      eps: 0,
      name: 'n',
    });
    const output = layer(features);
    const program = compile(
      { loss: mse(output, features), optimizer: sgd({ lr: 0 }), outputs: { output } },
      { target: 'js' },
    );
    const session = program.start({ seed: 0 });
    session.step({ x: Float64Array.from(numbers) });
    // The first batch is the whole average: means 3.5 and 1, variances 10 and 5.
    const { output: evaluated } = session.predict({ x: Float64Array.from(numbers) });
    const expected = numbers.map((each, at) =>
      at % 4 < 2 ? (each - 3.5) / Math.sqrt(10) : (each - 1) / Math.sqrt(5),
    );
    expect(rounded([...evaluated.data])).toEqual(rounded(expected));
  });

  test('refuse other ranks and channels', () => {
    expect(refusal(() => instanceNorm2d(3)(input('x', [3, 9])))).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(refusal(() => instanceNorm1d(3)(input('x', [2, 4, 9])))).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(() => instanceNorm1d(3)(input('x', [2, 4, 9]))).toThrow(/takes \[N, 3, L\] or \[3, L\]/);
    expect(refusal(() => instanceNorm1d(0))).toBe('DeclarationError E_OPTION');
  });
});
