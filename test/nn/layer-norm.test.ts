import { describe, expect, test } from 'vitest';
import { nameOf } from '../../src/ops/leaf.ts';
import { dim } from '../../src/ir/size.ts';
import { layerNorm, rmsNorm } from '../../src/nn/layer-norm.ts';
import { parametersOf } from '../../src/nn/layer.ts';
import { constant } from '../../src/ops/leaf.ts';
import { lossOf, rounded } from '../support/loss-values.ts';
import { refusal } from '../support/values.ts';
import { input } from '../support/untyped.ts';

const numbers = [1, 2, 4, -1, 0, 7];
const batch = dim('batch');

/** What a definition in plain numbers gives for rows of three. */
function rows(normalised: (row: readonly number[]) => readonly number[]): readonly number[] {
  return [0, 3].flatMap((start) => normalised(numbers.slice(start, start + 3)));
}

const meanOf = (row: readonly number[]): number => row.reduce((total, each) => total + each, 0) / row.length;

describe('layerNorm', () => {
  test('standardises the last axes, then scales and shifts', () => {
    const weight = constant([1, 2, 3], [3], 'f64');
    const bias = constant([0.5, 0, -0.5], [3], 'f64');
    const { loss } = lossOf(numbers, (x) => layerNorm(x, 3, { weight, bias, eps: 0.1 }), [2, 3]);
    const expected = rows((row) => {
      const mean = meanOf(row);
      const deviation = Math.sqrt(meanOf(row.map((each) => (each - mean) ** 2)) + 0.1);
      return row.map((each, at) => ((each - mean) / deviation) * [1, 2, 3][at]! + [0.5, 0, -0.5][at]!);
    });
    expect(rounded(loss)).toEqual(rounded(expected));
  });

  test('gives the bias for a constant row, and NaN for an eps that exceeds the variance', () => {
    const bias = constant([1, 2], [2], 'f64');
    expect(lossOf([3, 3], (x) => layerNorm(x, 2, { bias })).loss).toEqual([1, 2]);
    expect(lossOf([3, 3], (x) => layerNorm(x, 2, { eps: -1 })).loss).toEqual([Number.NaN, Number.NaN]);
    expect(lossOf([], (x) => layerNorm(x, 2), [0, 2]).loss).toEqual([]);
  });

  test('as a layer has a weight and a bias of the normalised shape', () => {
    const layer = layerNorm([4, 3], { name: 'norm' });
    const parameters = parametersOf(layer(input('x', [batch, 4, 3])));
    expect(parameters.map((each) => [nameOf(each), each.shape])).toEqual([
      ['norm.weight', [4, 3]],
      ['norm.bias', [4, 3]],
    ]);
    expect(String(layer)).toBe('norm: layerNorm([4, 3])');
    expect(parametersOf(layerNorm(3, { bias: false })(input('x', [3])))).toHaveLength(1);
    expect(parametersOf(layerNorm(3, { elementwiseAffine: false })(input('x', [3])))).toHaveLength(0);
  });

  test('refuses what does not fit', () => {
    const x = input('x', [batch, 3]);
    expect(refusal(() => layerNorm(4)(x))).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(() => layerNorm([2, 3])(x)).toThrow(/the input has shape \[batch, 3\], normalised are \[2, 3\]/);
    expect(refusal(() => layerNorm(3)(input('x', [2, 3], 'i32')))).toBe('DTypeError E_DTYPE_MISMATCH');
    expect(refusal(() => layerNorm(x, 3, { weight: input('w', [1]) }))).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(refusal(() => layerNorm(x, 3, { bias: input('b', [4]) }))).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(refusal(() => layerNorm(1.5))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => layerNorm([]))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => layerNorm(3, { eps: -1 }))).toBe('DeclarationError E_OPTION');
    // What plain JavaScript may pass.
    expect(refusal(() => layerNorm(3, { epsilon: 1 } as object))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => layerNorm(x, undefined as never))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => layerNorm(x, 3, { weight: 2 as never }))).toBe('DTypeError E_NOT_A_TENSOR');
  });
});

describe('rmsNorm', () => {
  test('divides by the root of the mean square', () => {
    const weight = constant([1, 2, 3], [3], 'f64');
    const { loss } = lossOf(numbers, (x) => rmsNorm(x, 3, { weight }), [2, 3]);
    const expected = rows((row) => {
      const root = Math.sqrt(meanOf(row.map((each) => each ** 2)) + Number.EPSILON);
      return row.map((each, at) => (each / root) * [1, 2, 3][at]!);
    });
    expect(rounded(loss)).toEqual(rounded(expected));
  });

  test('is finite for zeros', () => {
    expect(lossOf([0, 0], (x) => rmsNorm(x, 2)).loss).toEqual([0, 0]);
  });

  test('as a layer has a weight alone', () => {
    const parameters = parametersOf(rmsNorm(3, { name: 'norm' })(input('x', [batch, 3])));
    expect(parameters.map(nameOf)).toEqual(['norm.weight']);
    expect(refusal(() => rmsNorm(4)(input('x', [batch, 3])))).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(refusal(() => rmsNorm(3, { eps: -1 }))).toBe('DeclarationError E_OPTION');
  });
});
