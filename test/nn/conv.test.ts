import { describe, expect, test } from 'vitest';
import { topologicalOrder } from '../../src/ir/node.ts';
import { dim } from '../../src/ir/size.ts';
import * as typed from '../../src/nn/conv.ts';
import { constantInit, ones } from '../../src/nn/initialiser.ts';
import { parametersOf, type Layer } from '../../src/nn/layer.ts';
import { sequential } from '../../src/nn/sequential.ts';
import type { Tensor } from '../../src/ir/node.ts';
import { initialValueOf } from '../../src/ops/leaf.ts';
import { sessionSeed } from '../../src/ops/counters.ts';
import { constant, input } from '../support/untyped.ts';
import { evaluate, refusal } from '../support/values.ts';

/** The functions as plain JavaScript has them, where types refuse nothing. */
type Untyped = ((x: Tensor, w: unknown, o?: unknown) => Tensor) & ((...args: readonly unknown[]) => Layer);
const { conv1d, conv2d, conv3d, convTranspose1d, convTranspose2d } = typed as unknown as Readonly<
  Record<string, Untyped>
>;
if (!conv1d || !conv2d || !conv3d || !convTranspose1d || !convTranspose2d) throw new Error('no convolutions');

const signal = constant([1, 2, 3, 4, 5], [1, 1, 5], 'f64');
const weight = constant([1, 10], [1, 1, 2], 'f64');

describe('a convolution of a tensor by a weight', () => {
  test('correlates, does not flip', () => {
    expect(evaluate(conv1d(signal, weight))).toEqual([21, 32, 43, 54]);
  });

  test('takes stride, padding on either side, dilation and a bias', () => {
    expect(evaluate(conv1d(signal, weight, { stride: 2 }))).toEqual([21, 43]);
    expect(evaluate(conv1d(signal, weight, { padding: [[1, 0]] }))).toEqual([10, 21, 32, 43, 54]);
    expect(evaluate(conv1d(signal, weight, { dilation: [3] }))).toEqual([41, 52]);
    expect(evaluate(conv1d(signal, weight, { padding: 'same' }))).toEqual([21, 32, 43, 54, 5]);
    const bias = constant([0.5], [1], 'f64');
    expect(evaluate(conv1d(signal, weight, { bias }))).toEqual([21.5, 32.5, 43.5, 54.5]);
  });

  test('takes inputs without a batch, and batches of a named size', () => {
    expect(conv2d(input('x', [3, 5, 6]), input('w', [4, 3, 2, 3])).shape).toEqual([4, 4, 4]);
    const named = conv2d(input('x', [dim('batch'), 3, 5, 6]), input('w', [4, 3, 2, 3]));
    expect(named.shape).toEqual([dim('batch'), 4, 4, 4]);
    expect(conv3d(input('x', [2, 1, 4, 5, 6]), input('w', [3, 1, 2, 2, 2])).shape).toEqual([2, 3, 3, 4, 5]);
  });

  test('with as many groups as channels is depthwise', () => {
    const x = constant([1, 2, 3, 10, 20, 30], [1, 2, 3], 'f64');
    const w = constant([1, 1, 1, -1], [2, 1, 2], 'f64');
    expect(evaluate(conv1d(x, w, { groups: 2 }))).toEqual([3, 5, -10, -10]);
  });

  test('is one node before it is specialised', () => {
    const names = topologicalOrder([conv2d(input('x', [1, 2, 4, 4]), input('w', [2, 2, 3, 3]))]).map(
      ({ op }) => op.name,
    );
    expect(names.filter((name) => name === 'convolution')).toHaveLength(1);
    expect(names).not.toContain('window');
  });

  test('refuses operands that do not fit, and options out of range', () => {
    const x = input('x', [1, 4, 6]);
    const w = input('w', [4, 2, 3]);
    const given = (options?: unknown) => refusal(() => conv1d(x, w, options));
    expect(given({ groups: 2 })).toBe('no error');
    expect(given()).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(given({ groups: 2, bias: input('b', [3]) })).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(given({ groups: 2, stride: 0 })).toBe('DeclarationError E_OPTION');
    expect(given({ groups: 2, padding: -1 })).toBe('DeclarationError E_OPTION');
    expect(given({ groups: 2, padding: 'full' })).toBe('DeclarationError E_OPTION');
    expect(given({ groups: 2, padding: 'same', stride: 2 })).toBe('DeclarationError E_OPTION');
    expect(given({ groups: 2, dilation: [1, 2] })).toBe('DeclarationError E_OPTION');
    expect(given({ groups: 2, strides: 2 })).toBe('DeclarationError E_OPTION');
    expect(given({ groups: 2, dilation: 3 })).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(refusal(() => conv1d(x, input('w', [3, 2, 3]), { groups: 2 }))).toBe(
      'ShapeError E_SHAPE_MISMATCH',
    );
    expect(refusal(() => conv1d(x, input('w', [4, 2, 3], 'f64'), { groups: 2 }))).toBe(
      'DTypeError E_DTYPE_MISMATCH',
    );
    expect(refusal(() => conv1d(input('x', [6]), w))).toBe('ShapeError E_RANK');
    expect(refusal(() => conv1d(x, input('w', [4, 2])))).toBe('ShapeError E_RANK');
    expect(refusal(() => conv1d(x, input('w', [0, 4, 3])))).toBe('ShapeError E_EMPTY');
    expect(refusal(() => conv1d(x, undefined))).toBe('DTypeError E_NOT_A_TENSOR');
    expect(refusal(() => conv1d(input('x', [1, 4, dim('length')]), w))).toBe('ShapeError E_UNBOUND_DIM');
  });
});

describe('a transposed convolution', () => {
  test('spreads every element by the weight', () => {
    expect(evaluate(convTranspose1d(signal, weight))).toEqual([1, 12, 23, 34, 45, 50]);
    expect(evaluate(convTranspose1d(signal, weight, { stride: 3, outputPadding: 2 }))).toEqual([
      1, 10, 0, 2, 20, 0, 3, 30, 0, 4, 40, 0, 5, 50, 0, 0,
    ]);
    expect(evaluate(convTranspose1d(signal, weight, { padding: 1 }))).toEqual([12, 23, 34, 45]);
  });

  test('refuses an output padding that no convolution would lose, and a result without elements', () => {
    const given = (options: unknown) => refusal(() => convTranspose1d(signal, weight, options));
    expect(given({ stride: 2, outputPadding: 2 })).toBe('DeclarationError E_OPTION');
    expect(given({ padding: 3 })).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(given({ padding: 'same' })).toBe('DeclarationError E_OPTION');
  });
});

describe('a layer', () => {
  test('owns weight and bias in PyTorch’s shapes, bounded by the inputs of one output', () => {
    const [w, b] = parametersOf(conv2d(4, 60, 5, { groups: 2, name: 'c' })(input('x', [1, 4, 8, 8])));
    expect([w?.shape, b?.shape]).toEqual([[60, 2, 5, 5], [60]]);
    expect([w?.attrs.name, b?.attrs.name]).toEqual(['c.weight', 'c.bias']);
    const bound = 1 / Math.sqrt(2 * 25);
    for (const leaf of [w, b]) {
      const numbers = leaf ? evaluate(initialValueOf(leaf), [{ leaf: sessionSeed(), numbers: [3] }]) : [];
      expect(Math.max(...numbers.map(Math.abs))).toBeLessThanOrEqual(bound);
      expect(Math.max(...numbers.map(Math.abs))).toBeGreaterThan(0.9 * bound);
    }
    const [t] = parametersOf(
      convTranspose2d(4, 6, [3, 2], { groups: 2, bias: false })(input('x', [4, 8, 8])),
    );
    expect(t?.shape).toEqual([4, 3, 3, 2]);
  });

  test('computes what the function does', () => {
    const layer = conv1d(1, 1, 2, { stride: 2, weightInit: ones, biasInit: constantInit(7) });
    const result = layer(signal);
    const feeds = parametersOf(result).map((leaf) => ({ leaf, numbers: evaluate(initialValueOf(leaf)) }));
    expect(evaluate(result, feeds)).toEqual([10, 14]);
  });

  test('surrounds its input by elements of it where the padding is not zeros', () => {
    const results = ['reflect', 'replicate', 'circular'].map((paddingMode) => {
      const layer = conv1d(1, 1, 2, { padding: [[1, 2]], paddingMode, bias: false, weightInit: ones });
      const result = layer(signal);
      return evaluate(
        result,
        parametersOf(result).map((leaf) => ({ leaf, numbers: [1, 1] })),
      );
    });
    expect(results).toEqual([
      [3, 3, 5, 7, 9, 9, 7],
      [2, 3, 5, 7, 9, 10, 10],
      [6, 3, 5, 7, 9, 6, 3],
    ]);
    expect(refusal(() => conv1d(1, 1, 2, { paddingMode: 'mirror' }))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => convTranspose1d(1, 1, 2, { paddingMode: 'reflect' }))).toBe(
      'DeclarationError E_OPTION',
    );
  });

  test('stands in a model under its type and a number, and says what it is', () => {
    const net = sequential('net', conv2d(1, 2, 3), conv2d(2, 2, 3, { padding: 1, bias: false }));
    expect(String(net)).toBe(
      "net: sequential('net')\n  conv2d1: conv2d(1, 2, 3)\n  conv2d2: conv2d(2, 2, 3, { padding: 1, bias: false })",
    );
  });

  test('refuses another number of channels, and options out of range', () => {
    expect(refusal(() => conv2d(3, 8, 3)(input('x', [1, 4, 8, 8])))).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(refusal(() => conv2d(3, 8, 3)(input('x', [1, 3, 8, 8], 'i32')))).toBe(
      'DTypeError E_DTYPE_MISMATCH',
    );
    expect(refusal(() => conv2d(3, 8, 0))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => conv2d(3, 8, [3, 3, 3]))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => conv2d(3, 8, 3, { groups: 3 }))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => conv2d(3, undefined, 3))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => conv2d(3, 8, 3, { kernel: 3 }))).toBe('DeclarationError E_OPTION');
  });
});
