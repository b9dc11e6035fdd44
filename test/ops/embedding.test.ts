import { describe, expect, test } from 'vitest';
import { grad } from '../../src/autodiff/grad.ts';
import type { Tensor } from '../../src/ir/node.ts';
import { dim, printShape } from '../../src/ir/size.ts';
import { mul } from '../../src/ops/arithmetic.ts';
import { embeddingLookup, type EmbeddingLookupOptions } from '../../src/ops/embedding.ts';
import { sum } from '../../src/ops/reduce.ts';
import { straightThrough } from '../../src/ops/select.ts';
import { floor, square } from '../../src/ops/unary.ts';
import { constant, input } from '../support/untyped.ts';
import { evaluate, fed, refusal } from '../support/values.ts';

const table = fed('table', [3, 2], [3, 4, 0.3, 0.4, 6, 8]);
const labels = constant([0, 2, 2, 1], [2, 2], 'i32');

function slope(options: EmbeddingLookupOptions): readonly number[] {
  const weights = constant([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2], 'f64');
  const total = sum(mul(embeddingLookup(labels, table.leaf, options), weights));
  const [gradient] = grad(total, [table.leaf]);
  return gradient === undefined ? [] : evaluate(gradient, [table]);
}

describe('embeddingLookup', () => {
  test('reads rows at labels of any shape, and adds up the gradient of their uses', () => {
    expect(evaluate(embeddingLookup(labels, table.leaf), [table])).toEqual([3, 4, 6, 8, 6, 8, 0.3, 0.4]);
    expect(slope({})).toEqual([1, 2, 7, 8, 8, 10]);
    const named = embeddingLookup(input('i', [dim('batch'), 5], 'i32'), input('w', [7, 4]));
    expect(printShape(named.shape)).toBe('[batch, 5, 4]');
  });

  test('gives the padding row no gradient, also when it is counted from the end', () => {
    expect(slope({ paddingIdx: 2 })).toEqual([1, 2, 7, 8, 0, 0]);
    expect(slope({ paddingIdx: -3 })).toEqual([0, 0, 7, 8, 8, 10]);
  });

  test('divides the gradient by how often a row is used', () => {
    expect(slope({ scaleGradByFreq: true })).toEqual([1, 2, 7, 8, 4, 5]);
  });

  test('scales rows of a larger norm, and lets the gradient through', () => {
    const limit = (options: EmbeddingLookupOptions) =>
      evaluate(embeddingLookup(constant([0, 1], [2], 'i32'), table.leaf, options), [table]);
    // torch.nn.functional.embedding(…, max_norm=1) and with norm_type=1
    const euclidean = 1 / (5 + 1e-7);
    expect(limit({ maxNorm: 1 })).toEqual([3 * euclidean, 4 * euclidean, 0.3, 0.4]);
    const manhattan = 1 / (7 + 1e-7);
    expect(limit({ maxNorm: 1, normType: 1 })).toEqual([3 * manhattan, 4 * manhattan, 0.3, 0.4]);
    expect(limit({ maxNorm: 4, normType: Infinity })).toEqual([3, 4, 0.3, 0.4]);
    expect(slope({ maxNorm: 1 })).toEqual(slope({}));
  });

  test('refuses what is no table, no label, no row', () => {
    expect(refusal(() => embeddingLookup(labels, input('w', [3])))).toBe('ShapeError E_RANK');
    expect(refusal(() => embeddingLookup(input('i', [2]), table.leaf))).toBe('DTypeError E_DTYPE_MISMATCH');
    expect(refusal(() => embeddingLookup(constant([3], [1], 'i32'), table.leaf))).toBe('ShapeError E_INDEX');
    expect(refusal(() => embeddingLookup(constant([-1], [1], 'i32'), table.leaf))).toBe('ShapeError E_INDEX');
    for (const options of [{ paddingIdx: 3 }, { paddingIdx: -4 }, { maxNorm: 0 }, { normType: -1 }]) {
      expect(refusal(() => embeddingLookup(labels, table.leaf, options))).toBe('DeclarationError E_OPTION');
    }
  });
});

describe('straightThrough', () => {
  test('has the value of one tensor and the gradient of another', () => {
    const x = fed('x', [2], [1.5, -0.5]);
    const result: Tensor = straightThrough(floor(x.leaf), square(x.leaf));
    expect(evaluate(result, [x])).toEqual([1, -1]);
    const [gradient] = grad(sum(result), [x.leaf]);
    expect(gradient === undefined ? [] : evaluate(gradient, [x])).toEqual([3, -1]);
  });

  test('refuses tensors that differ', () => {
    const x = input('x', [2]);
    expect(refusal(() => straightThrough(x, input('y', [3])))).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(refusal(() => straightThrough(x, input('y', [2], 'f64')))).toBe('DTypeError E_DTYPE_MISMATCH');
  });
});
