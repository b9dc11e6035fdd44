import { describe, expect, test } from 'vitest';
import { specialiseMode } from '../../src/autodiff/mode.ts';
import { interpret } from '../../src/ir/interpret.ts';
import { topologicalOrder, type Tensor } from '../../src/ir/node.ts';
import { dim } from '../../src/ir/size.ts';
import type { Value } from '../../src/ir/value.ts';
import { batchNorm, batchNorm1d, batchNorm2d, batchNorm3d } from '../../src/nn/batch-norm.ts';
import { parametersOf } from '../../src/nn/layer.ts';
import { constant, initialValueOf, nameOf, updateOp } from '../../src/ops/leaf.ts';
import { gradientProblems } from '../support/finite-differences.ts';
import { rounded } from '../support/loss-values.ts';
import { evaluate, fed, numbersBetween, refusal } from '../support/values.ts';
import { input } from '../support/untyped.ts';

interface AttachedUpdate {
  readonly leaf: Tensor;
  readonly next: Tensor;
}

function updatesIn(result: Tensor): readonly AttachedUpdate[] {
  return topologicalOrder([result]).flatMap((node) => {
    const [, leaf, next] = node.inputs;
    return node.op === updateOp && leaf && next ? [{ leaf, next }] : [];
  });
}

/** The running statistics after each of the batches. */
function runningAfter(
  result: Tensor,
  x: Tensor,
  batches: readonly (readonly number[])[],
): Map<string, Value> {
  const updates = updatesIn(result);
  const values = new Map<Tensor, Value>();
  for (const { leaf } of updates) {
    const [initial] = interpret([initialValueOf(leaf)], new Map());
    if (initial !== undefined) values.set(leaf, initial);
  }
  for (const batch of batches) {
    values.set(x, { shape: [batch.length, 1], dtype: 'f64', data: Float64Array.from(batch) });
    const nexts = interpret(
      updates.map(({ next }) => next),
      values,
    );
    updates.forEach(({ leaf }, position) => {
      const next = nexts[position];
      if (next !== undefined) values.set(leaf, next);
    });
  }
  return new Map(
    updates.flatMap(({ leaf }) => {
      const value = values.get(leaf);
      return value === undefined ? [] : [[nameOf(leaf), value]];
    }),
  );
}

describe('batchNorm1d', () => {
  test('keeps leaves under the names that PyTorch gives them', () => {
    const result = batchNorm1d(3, { name: 'norm' })(input('x', [4, 3]));
    expect(parametersOf(result).map(nameOf)).toEqual(['norm.weight', 'norm.bias']);
    expect(updatesIn(result).map(({ leaf }) => nameOf(leaf))).toEqual([
      'norm.running_mean',
      'norm.running_var',
    ]);
    const counting = batchNorm1d(3, { momentum: null, affine: false })(input('x', [4, 3]));
    expect(parametersOf(counting)).toEqual([]);
    expect(updatesIn(counting).map(({ leaf }) => nameOf(leaf))).toEqual([
      'batchNorm.running_mean',
      'batchNorm.running_var',
      'batchNorm.num_batches_tracked',
    ]);
  });

  test('starts as standardisation: weight 1, bias 0, running mean 0 and variance 1', () => {
    const result = batchNorm1d(2)(input('x', [4, 2]));
    const leaves = [...parametersOf(result), ...updatesIn(result).map(({ leaf }) => leaf)];
    expect(leaves.map((leaf) => evaluate(initialValueOf(leaf)))).toEqual([
      [1, 1],
      [0, 0],
      [0, 0],
      [1, 1],
    ]);
  });

  test('updates only while training', () => {
    const result = batchNorm1d(3)(input('x', [4, 3]));
    const side = (mode: 'train' | 'evaluate'): number =>
      updatesIn(specialiseMode([result], mode).get(result) ?? result).length;
    expect([side('train'), side('evaluate')]).toEqual([2, 0]);
  });

  test('moves running statistics by momentum, with the unbiased variance', () => {
    const x: Tensor = input('x', [4, 1], 'f64');
    const result = batchNorm1d(1, { momentum: 0.25 })(x);
    const after = runningAfter(result, x, [[1, 3, 5, 7]]);
    expect(after.get('batchNorm.running_mean')?.data[0]).toBe(0.25 * 4);
    expect(after.get('batchNorm.running_var')?.data[0]).toBeCloseTo(0.75 + 0.25 * (20 / 3), 14);
  });

  test('averages over all batches where momentum is null', () => {
    const x: Tensor = input('x', [2, 1], 'f64');
    const result = batchNorm1d(1, { momentum: null })(x);
    const after = runningAfter(result, x, [
      [0, 2],
      [4, 8],
      [5, 5],
    ]);
    expect(after.get('batchNorm.num_batches_tracked')?.data[0]).toBe(3);
    expect(after.get('batchNorm.running_mean')?.data[0]).toBeCloseTo((1 + 6 + 5) / 3, 14);
    expect(after.get('batchNorm.running_var')?.data[0]).toBeCloseTo((2 + 8 + 0) / 3, 14);
  });

  test('normalises by the batch in every mode where it tracks nothing', () => {
    const x = fed('x', [4, 1], [1, 3, 5, 7]);
    const result = batchNorm1d(1, { trackRunningStats: false, affine: false, eps: 0 })(x.leaf);
    expect(specialiseMode([result], 'evaluate').get(result) ?? result).toBe(result);
    const deviation = Math.sqrt(5);
    evaluate(result, [x]).forEach((each, position) => {
      expect(each).toBeCloseTo((2 * position - 3) / deviation, 14);
    });
  });

  test.each([[[5, 2]], [[3, 2, 4]]])('has gradients that agree with finite differences for %j', (shape) => {
    const length = shape.reduce((product, size) => product * size, 1);
    const x = fed('x', shape, numbersBetween(-2, 2, length));
    const both = batchNorm1d(2)(x.leaf);
    const result = specialiseMode([both], 'train').get(both) ?? both;
    const [weight, bias] = parametersOf(result);
    if (weight === undefined || bias === undefined) throw new Error('batch norm has two parameters');
    const variables = [x, { leaf: weight, numbers: [0.7, 1.3] }, { leaf: bias, numbers: [0.2, -0.4] }];
    const others = updatesIn(result).map(({ leaf }) => ({ leaf, numbers: [0.5, 0.6] }));
    expect(gradientProblems({ result, variables, others, order: 2 })).toEqual([]);
  });

  test('takes named batches', () => {
    expect(batchNorm1d(3)(input('x', [dim('batch'), 3])).shape).toEqual([dim('batch'), 3]);
  });

  test('refuses one value a feature, other shapes and options out of range', () => {
    expect(refusal(() => batchNorm1d(3)(input('x', [1, 3])))).toBe('ShapeError E_SINGLE_VALUE');
    expect(batchNorm1d(3)(input('x', [1, 3, 2])).shape).toEqual([1, 3, 2]);
    expect(refusal(() => batchNorm1d(3)(input('x', [4, 2])))).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(refusal(() => batchNorm1d(3)(input('x', [3])))).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(refusal(() => batchNorm1d(3)(input('x', [4, 3], 'i32')))).toBe('DTypeError E_DTYPE_MISMATCH');
    expect(refusal(() => batchNorm1d(3, { eps: -1 }))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => batchNorm1d(3, { momentum: Number.NaN }))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => batchNorm1d(0))).toBe('DeclarationError E_OPTION');
  });
});

describe('batchNorm2d and batchNorm3d', () => {
  test('normalise over batch and positions', () => {
    const numbers = numbersBetween(-2, 2, 24);
    const images = fed('x', [2, 3, 2, 2], numbers);
    const signals = fed('x', [2, 3, 4], numbers);
    const volumes = fed('x', [2, 3, 1, 2, 2], numbers);
    const options = { affine: false, trackRunningStats: false };
    const expected = evaluate(batchNorm1d(3, options)(signals.leaf), [signals]);
    expect(evaluate(batchNorm2d(3, options)(images.leaf), [images])).toEqual(expected);
    expect(evaluate(batchNorm3d(3, options)(volumes.leaf), [volumes])).toEqual(expected);
  });

  test('refuse other ranks', () => {
    expect(refusal(() => batchNorm2d(3)(input('x', [2, 3, 4])))).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(() => batchNorm3d(3)(input('x', [2, 3, 4, 4]))).toThrow(/takes \[N, 3, D, H, W\]/);
    expect(refusal(() => batchNorm2d(3)(input('x', [1, 3, 1, 1])))).toBe('ShapeError E_SINGLE_VALUE');
  });
});

describe('batchNorm', () => {
  const x = fed('x', [4, 2], [1, 5, 3, 5, 5, 9, 7, 9]);
  const runningMean = constant([1, 2], [2], 'f64');
  const runningVar = constant([4, 1], [2], 'f64');
  const running = { runningMean, runningVar, momentum: 0.5, eps: 0 };
  const weight = constant([2, 1], [2], 'f64');

  test('in training gives what the batch says, and mixes it into the running statistics', () => {
    const result = batchNorm(x.leaf, { ...running, weight, training: true });
    const deviation = Math.sqrt(5);
    expect(rounded(evaluate(result.output, [x]))).toEqual(
      rounded([-6 / deviation, -1, -2 / deviation, -1, 2 / deviation, 1, 6 / deviation, 1]),
    );
    expect(evaluate(result.runningMean!, [x])).toEqual([2.5, 4.5]);
    expect(rounded(evaluate(result.runningVar!, [x]))).toEqual(rounded([2 + 10 / 3, 0.5 + 8 / 3]));
  });

  test('in evaluation gives what the running statistics say, and them', () => {
    const result = batchNorm(x.leaf, { ...running, weight, training: false });
    expect(evaluate(result.output, [x])).toEqual([0, 3, 2, 3, 4, 7, 6, 7]);
    expect(result.runningMean).toBe(runningMean);
    expect(result.runningVar).toBe(runningVar);
  });

  test('follows the mode of the program where nothing is said', () => {
    const result = batchNorm(x.leaf, running);
    for (const [mode, training] of [
      ['train', true],
      ['evaluate', false],
    ] as const) {
      const fixed = batchNorm(x.leaf, { ...running, training });
      const tensors = [result.output, result.runningMean!, result.runningVar!];
      const specialised = specialiseMode(tensors, mode);
      expect(tensors.map((each) => specialised.get(each) ?? each)).toEqual([
        fixed.output,
        fixed.runningMean,
        fixed.runningVar,
      ]);
    }
  });

  test('without running statistics uses the batch in every mode', () => {
    const result = batchNorm(x.leaf, { eps: 0 });
    expect(result.runningMean).toBeUndefined();
    expect(result.output).toBe(batchNorm(x.leaf, { eps: 0, training: true }).output);
  });

  test('gives back what is empty', () => {
    const empty = input('x', [0, 2], 'f64');
    const result = batchNorm(empty, { ...running, training: true });
    expect([result.output, result.runningMean]).toEqual([empty, runningMean]);
  });

  test('refuses what does not fit', () => {
    const refused = (options: object, given: Tensor = x.leaf): string =>
      refusal(() => batchNorm(given, options));
    expect(refused({ training: false })).toBe('DeclarationError E_OPTION');
    expect(refused({ runningVar })).toBe('DeclarationError E_OPTION');
    expect(refused({ weight: input('w', [3], 'f64') })).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(refused({}, input('x', [2]))).toBe('ShapeError E_RANK');
    expect(refused({}, input('x', [1, 2]))).toBe('ShapeError E_SINGLE_VALUE');
    expect(refused({ eps: Number.NaN })).toBe('DeclarationError E_OPTION');
    expect(refused({ epsilon: 1 })).toBe('DeclarationError E_OPTION');
  });
});
