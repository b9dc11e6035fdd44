import { describe, expect, test } from 'vitest';
import { grad } from '../../src/autodiff/grad.ts';
import { specialiseMode } from '../../src/autodiff/mode.ts';
import type { Tensor } from '../../src/ir/node.ts';
import { dim } from '../../src/ir/size.ts';
import { scaledDotProductAttention } from '../../src/nn/attention.ts';
import { bilinear } from '../../src/nn/bilinear.ts';
import { parametersOf } from '../../src/nn/layer.ts';
import { multiheadAttention } from '../../src/nn/multihead-attention.ts';
import { positionalEncoding } from '../../src/nn/positional-encoding.ts';
import { sequential } from '../../src/nn/sequential.ts';
import { initialValueOf, nameOf, stateOp } from '../../src/ops/leaf.ts';
import { sum } from '../../src/ops/reduce.ts';
import { topologicalOrder } from '../../src/ir/node.ts';
import { evaluate, fed, refusal } from '../support/values.ts';
import { constant, input } from '../support/untyped.ts';

const mismatch = 'ShapeError E_SHAPE_MISMATCH';
const option = 'DeclarationError E_OPTION';
/** As in plain JavaScript, where nothing checks names before they are used. */
const misspelt: object = { casual: true };

describe('scaledDotProductAttention', () => {
  const queries = fed('q', [2, 1], [1, 2]);
  const keys = constant([1, -1], [2, 1], 'f64');
  const values = constant([10, 20], [2, 1], 'f64');

  test('a query whose keys are all masked gives 0 with finite gradients', () => {
    for (const mask of [
      constant([1, 1, 0, 0], [2, 2], 'bool'),
      constant([0, 0, -Infinity, -Infinity], [2, 2], 'f64'),
    ]) {
      const result = scaledDotProductAttention(queries.leaf, keys, values, { mask });
      const [first = 0, second] = evaluate(result, [queries]);
      expect(first).toBeGreaterThan(10);
      expect(second).toBe(0);
      const [slope = 0, still] = evaluate(grad(sum(result), [queries.leaf])[0], [queries]);
      expect(slope).toBeLessThan(0);
      expect(still).toBe(0);
    }
  });

  test('a mask and causality go together', () => {
    const mask = constant([1, 1, 0, 1], [2, 2], 'bool');
    const result = scaledDotProductAttention(queries.leaf, keys, values, { mask, causal: true });
    expect(evaluate(result, [queries])).toEqual([10, 20]);
  });

  test('large scores do not overflow', () => {
    const large = constant([1e100, 1], [2, 1], 'f64');
    expect(evaluate(scaledDotProductAttention(large, large, values, { scale: 1 }))).toEqual([10, 10]);
  });

  test('over no keys is 0', () => {
    const none = constant([], [0, 1], 'f64');
    expect(evaluate(scaledDotProductAttention(queries.leaf, none, none), [queries])).toEqual([0, 0]);
  });

  test('drops weights while training only', () => {
    const result = scaledDotProductAttention(queries.leaf, keys, values, { dropout: 1 });
    const of = (mode: 'train' | 'evaluate'): readonly number[] =>
      evaluate(specialiseMode([result], mode).get(result) ?? result, [queries]);
    expect(of('train')).toEqual([0, 0]);
    expect(of('evaluate')[0]).toBeGreaterThan(10);
  });

  test.each([
    [[2, 3], [2, 4], [2, 3], {}, mismatch],
    [[2, 3], [4, 3], [2, 3], {}, mismatch],
    [[3], [4, 3], [4, 3], {}, 'ShapeError E_RANK'],
    [[2, 2, 3], [3, 4, 3], [3, 4, 3], {}, mismatch],
    [[2, 3], [4, 3], [4, 3], { mask: input('m', [3, 4], 'bool') }, mismatch],
    [[2, 3], [4, 3], [4, 3], { mask: input('m', [1, 2, 4], 'bool') }, mismatch],
    [[2, 3], [4, 3], [4, 3], { mask: input('m', [2, 4], 'i32') }, 'DTypeError E_DTYPE_MISMATCH'],
    [[2, 3], [4, 3], [4, 3], { dropout: 1.5 }, option],
    [[2, 3], [4, 3], [4, 3], { scale: Number.NaN }, option],
    [[2, 3], [4, 3], [4, 3], misspelt, option],
  ])('refuses queries %j, keys %j and values %j with %j', (q, k, v, options, expected) => {
    const call = () => scaledDotProductAttention(input('q', q), input('k', k), input('v', v), options);
    expect(refusal(call)).toBe(expected);
  });
});

describe('multiheadAttention', () => {
  const x = input('x', [dim('batch'), 5, 4]);

  test('is a layer that keeps the shape, batches of a named size included', () => {
    const layer = multiheadAttention(4, 2);
    expect(layer(x).shape).toEqual(x.shape);
    expect(sequential('net', layer)(x).shape).toEqual(x.shape);
    expect(String(layer)).toBe('multiheadAttention: multiheadAttention(4, 2)');
  });

  test('names parameters as PyTorch and shares them between its ways of being applied', () => {
    const layer = multiheadAttention(4, 2, { name: 'attention' });
    const both = [layer(x), layer.attend(x, x, x).output];
    expect(parametersOf(both).map(nameOf)).toEqual([
      'attention.in_proj_weight',
      'attention.in_proj_bias',
      'attention.out_proj.weight',
      'attention.out_proj.bias',
    ]);
  });

  test('a causal layer sees nothing of what comes later', () => {
    const layer = multiheadAttention(2, 1, { causal: true });
    const given = fed('x', [1, 2, 2], [1, 2, 3, 4]);
    const { headWeights } = layer.attend(given.leaf, given.leaf, given.leaf);
    const feeds = parametersOf(headWeights).map((leaf) => ({
      leaf,
      numbers: Array.from({ length: leaf.shape.reduce<number>((n, size) => n * Number(size), 1) }, () => 0.1),
    }));
    const [, later] = evaluate(headWeights, [given, ...feeds]);
    expect(later).toBe(0);
  });

  test('refuses what does not fit', () => {
    expect(refusal(() => multiheadAttention(5, 2))).toBe(option);
    expect(refusal(() => multiheadAttention(0, 1))).toBe(option);
    expect(refusal(() => multiheadAttention(4, 2, { dropOut: 0.1 } as object))).toBe(option);
    const layer = multiheadAttention(4, 2);
    expect(refusal(() => layer(input('x', [2, 5, 3]) as never))).toBe(mismatch);
    expect(refusal(() => layer(input('x', [4]) as never))).toBe(mismatch);
    expect(refusal(() => layer(input('x', [2, 5, 4], 'i32') as never))).toBe('DTypeError E_DTYPE_MISMATCH');
    const [a, b] = [input('a', [2, 5, 4]), input('b', [3, 5, 4])];
    expect(refusal(() => layer.attend(a, b, b))).toBe(mismatch);
    const keyPaddingMask = input('m', [2, 4], 'bool');
    expect(refusal(() => layer.attend(a, a, a, { keyPaddingMask }))).toBe(mismatch);
    const attnMask = input('m', [3, 5, 5], 'bool');
    expect(refusal(() => layer.attend(a, a, a, { attnMask }))).toBe(mismatch);
    expect(refusal(() => layer.attend(a, a, undefined as never))).toBe('DTypeError E_NOT_A_TENSOR');
  });
});

describe('bilinear', () => {
  test('as a module owns a weight and a bias and shares them', () => {
    const form = bilinear(3, 2, 4);
    const [left, right] = [input('l', [5, 3]), input('r', [5, 2])];
    expect(form(left, right).shape).toEqual([5, 4]);
    expect(parametersOf([form(left, right), form(left, right)]).map(nameOf)).toEqual([
      'bilinear.weight',
      'bilinear.bias',
    ]);
    expect(parametersOf(bilinear(3, 2, 4, { bias: false })(left, right))).toHaveLength(1);
    expect(String(form)).toBe('bilinear: bilinear(3, 2, 4)');
  });

  test('refuses options and inputs that do not fit', () => {
    expect(refusal(() => bilinear(0, 2, 4))).toBe(option);
    expect(refusal(() => bilinear(3, 2, 4)(input('l', [5, 3]), input('r', [5, 3])))).toBe(mismatch);
    expect(refusal(() => bilinear(3, 2, 4)(input('l', [5, 3], 'i32'), input('r', [5, 2], 'i32')))).toBe(
      'DTypeError E_DTYPE_MISMATCH',
    );
  });
});

describe('positionalEncoding', () => {
  const statesOf = (result: Tensor): readonly Tensor[] =>
    topologicalOrder([result]).filter(({ op }) => op.name === stateOp.name);

  test('adds sines and cosines of ever longer waves', () => {
    const result = positionalEncoding()(input('x', [2, 3, 5]));
    const [table] = statesOf(result);
    expect(table?.shape).toEqual([3, 5]);
    const values = table === undefined ? [] : evaluate(initialValueOf(table));
    const expected = Array.from({ length: 15 }, (_, at) => {
      const [position, feature] = [Math.floor(at / 5), at % 5];
      const angle = position / 10000 ** ((2 * Math.floor(feature / 2)) / 5);
      return feature % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
    });
    values.forEach((value, at) => expect(value).toBeCloseTo(expected[at] ?? 0, 6));
    expect(values).toHaveLength(15);
  });

  test('keeps as many positions as it is told, and refuses more', () => {
    const layer = positionalEncoding({ maxLength: 4 });
    expect(statesOf(layer(input('x', [2, 3, 6])))[0]?.shape).toEqual([4, 6]);
    expect(refusal(() => layer(input('x', [2, 5, 6])))).toBe(mismatch);
    expect(refusal(() => layer(input('x', [6])))).toBe(mismatch);
    expect(refusal(() => layer(input('x', [dim('length'), 6])))).toBe(mismatch);
    expect(refusal(() => layer(input('x', [3, 6], 'i32')))).toBe('DTypeError E_DTYPE_MISMATCH');
    expect(refusal(() => positionalEncoding({ dropout: 2 }))).toBe(option);
  });
});
