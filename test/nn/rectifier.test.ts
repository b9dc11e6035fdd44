import { describe, expect, test } from 'vitest';
import { grad } from '../../src/autodiff/grad.ts';
import type { Tensor } from '../../src/ir/node.ts';
import { compile } from '../../src/runtime/program.ts';
import { filled } from '../../src/ops/random.ts';
import { sum } from '../../src/ops/reduce.ts';
import { isLayer, parametersOf, type Layer } from '../../src/nn/layer.ts';
import {
  hardsigmoid,
  hardswish,
  logSigmoid,
  mish,
  relu6,
  silu,
  softsign,
  tanhshrink,
} from '../../src/nn/activation.ts';
import {
  celu,
  elu,
  gelu,
  hardtanh,
  leakyRelu,
  prelu,
  rrelu,
  selu,
  softplus,
  threshold,
} from '../../src/nn/rectifier.ts';
import { glu, hardshrink, softshrink } from '../../src/nn/shrinkage.ts';
import { softmin } from '../../src/nn/softmax.ts';
import { mul } from '../../src/ops/arithmetic.ts';
import { nameOf, parameter } from '../../src/ops/leaf.ts';
import { sgd } from '../../src/optim/sgd.ts';
import { evaluate, fed, refusal } from '../support/values.ts';
import { input } from '../support/untyped.ts';

const { NaN: nan } = Number;
const x = fed('x', [2, 4], [-2, -0.5, 0.1, 0.7, 1.5, 3, -1, 0.4]);

describe('two forms', () => {
  test.each<readonly [string, Layer, Tensor]>([
    ['elu()', elu(), elu(x.leaf)],
    ['elu(0.5)', elu(0.5), elu(x.leaf, 0.5)],
    ['celu(2)', celu(2), celu(x.leaf, 2)],
    ['selu()', selu(), selu(x.leaf)],
    ["gelu({ approximate: 'tanh' })", gelu({ approximate: 'tanh' }), gelu(x.leaf, { approximate: 'tanh' })],
    ['gelu()', gelu(), gelu(x.leaf)],
    ['silu()', silu(), silu(x.leaf)],
    ['mish()', mish(), mish(x.leaf)],
    ['softplus({ beta: 2 })', softplus({ beta: 2 }), softplus(x.leaf, { beta: 2 })],
    ['logSigmoid()', logSigmoid(), logSigmoid(x.leaf)],
    ['softsign()', softsign(), softsign(x.leaf)],
    ['tanhshrink()', tanhshrink(), tanhshrink(x.leaf)],
    ['relu6()', relu6(), relu6(x.leaf)],
    ['hardsigmoid()', hardsigmoid(), hardsigmoid(x.leaf)],
    ['hardswish()', hardswish(), hardswish(x.leaf)],
    ['hardtanh({ min: -2 })', hardtanh({ min: -2 }), hardtanh(x.leaf, { min: -2 })],
    ['threshold(0.2, 5)', threshold(0.2, 5), threshold(x.leaf, 0.2, 5)],
    ['hardshrink(0.2)', hardshrink(0.2), hardshrink(x.leaf, 0.2)],
    ['softshrink()', softshrink(), softshrink(x.leaf)],
    ['leakyRelu(0.2)', leakyRelu(0.2), leakyRelu(x.leaf, 0.2)],
    ['softmin(0)', softmin(0), softmin(x.leaf, 0)],
    ['glu(0)', glu(0), glu(x.leaf, 0)],
  ])('%s is a layer, and computes what the function does', (label, layer, result) => {
    expect(isLayer(layer)).toBe(true);
    expect(layer.label).toBe(label);
    expect(layer(x.leaf)).toBe(result);
  });
});

describe('gradients at kinks and beyond are those of PyTorch', () => {
  const slopes = (build: (x: Tensor) => Tensor, numbers: readonly number[]): readonly number[] => {
    const at = fed('at', [numbers.length], numbers);
    return evaluate(grad(sum(build(at.leaf)), [at.leaf])[0] ?? at.leaf, [at]);
  };

  test.each<readonly [string, (x: Tensor) => Tensor, readonly number[], readonly number[]]>([
    ['elu', (a) => elu(a, 0.5), [0, Infinity, -Infinity, nan], [0.5, 1, 0, nan]],
    ['hardtanh', (a) => hardtanh(a), [-1, 1, 0, nan], [0, 0, 1, 0]],
    ['relu6', (a) => relu6(a), [0, 6, 3, nan], [0, 0, 1, 0]],
    ['hardsigmoid', (a) => hardsigmoid(a), [-3, 3, 0, nan], [0, 0, Math.fround(1 / 6), 0]],
    ['hardswish', (a) => hardswish(a), [-3, 3, -4, 5], [-0.5, 1, 0, 1]],
    ['softplus', (a) => softplus(a), [0, 30, -Infinity, Infinity], [0.5, 1, 0, 1]],
    ['logSigmoid', (a) => logSigmoid(a), [0, -Infinity, Infinity], [0.5, 1, 0]],
    ['hardshrink', (a) => hardshrink(a), [0.5, -0.5, 0.6, nan], [0, 0, 1, 0]],
    ['softshrink', (a) => softshrink(a), [0.5, -0.5, 0.6], [0, 0, 1]],
    ['threshold', (a) => threshold(a, 1, 9), [1, 1.5, 0], [0, 1, 0]],
    ['silu', (a) => silu(a), [0, -1e30], [0.5, 0]],
    ['mish', (a) => mish(a), [-1e30], [0]],
    ['gelu', (a) => gelu(a), [0, -1e30, 1e30], [0.5, 0, 1]],
    ['gelu by tanh', (a) => gelu(a, { approximate: 'tanh' }), [0, -1e30, 1e30, Infinity], [0.5, 0, 1, nan]],
    ['leakyRelu', (a) => leakyRelu(a, 0.25), [0], [0.25]],
  ])('%s', (_, build, numbers, expected) => {
    expect(slopes(build, numbers).map((each) => each + 0)).toEqual(expected);
  });
});

test.each([
  ['elu', (a: Tensor) => elu(a, 0.5), 0.5 * Math.exp(-1)],
  ['celu', (a: Tensor) => celu(a, 2), 0.5 * Math.exp(-0.5)],
] as const)('the second derivative of %s is 0 from 0 on, as in PyTorch', (_, build, below) => {
  const at = fed('at', [3], [0, 1, -1]);
  const [slope] = grad(sum(build(at.leaf)), [at.leaf]);
  const [curvature] = grad(sum(slope), [at.leaf]);
  const found = evaluate(curvature, [at]);
  expect(found.slice(0, 2)).toEqual([0, 0]);
  expect(found[2]).toBeCloseTo(below, 12);
});

test('the gradient of celu holds alpha in single precision, as in PyTorch', () => {
  const at = fed('at', [1], [0]);
  const [slope] = grad(sum(celu(at.leaf, 0.7)), [at.leaf]);
  expect(evaluate(slope, [at])).toEqual([0.7 / Math.fround(0.7)]);
});

describe('values', () => {
  const of = (build: (x: Tensor) => Tensor, ...numbers: readonly number[]): readonly number[] => {
    const at = fed('at', [numbers.length], numbers);
    return evaluate(build(at.leaf), [at]);
  };

  test('large numbers neither overflow nor vanish', () => {
    expect(of((a) => softplus(a), 1000, -1000)).toEqual([1000, 0]);
    expect(of((a) => softplus(a, { threshold: 1e9 }), 1000)).toEqual([1000]);
    expect(of((a) => logSigmoid(a), -1000, 1000)).toEqual([-1000, 0]);
    expect(of((a) => elu(a), 1000, -1000)).toEqual([1000, -1]);
    expect(of((a) => mish(a), 1000)).toEqual([1000]);
  });

  test('NaN stays NaN', () => {
    const all = [
      elu,
      selu,
      celu,
      gelu,
      silu,
      mish,
      softplus,
      logSigmoid,
      softsign,
      hardtanh,
      relu6,
      hardsigmoid,
    ];
    for (const build of [...all, hardswish, hardshrink, tanhshrink, leakyRelu]) {
      expect(
        of((a) => (build as (x: Tensor) => Tensor)(a), nan),
        build.name,
      ).toEqual([nan]);
    }
  });

  test('where the bounds of hardtanh cross, the upper one wins', () => {
    expect(of((a) => hardtanh(a, { min: 0.5, max: -0.5 }), -3, 0, 3)).toEqual([-0.5, -0.5, -0.5]);
  });

  test('a negative lambda of hardshrink lets everything through', () => {
    expect(of((a) => hardshrink(a, -0.5), 0.1, -3)).toEqual([0.1, -3]);
  });

  test('glu halves an axis', () => {
    expect(glu(x.leaf).shape).toEqual([2, 2]);
    expect(of((a) => glu(a), 2, 3, 0, Infinity)).toEqual([1, 3]);
  });
});

describe('prelu', () => {
  test('owns one slope, or one a channel, which starts at 0.25', () => {
    const one = prelu()(input('a', [3, 2]));
    expect(parametersOf(one).map((each) => [nameOf(each), each.shape])).toEqual([['prelu.weight', [1]]]);
    const many = prelu({ numParameters: 2, init: 0.1, name: 'slopes' })(input('b', [3, 2, 5]));
    expect(parametersOf(many).map((each) => [nameOf(each), each.shape])).toEqual([['slopes.weight', [2]]]);
    const session = compile({ outputs: { y: prelu()(input('c', [2])) } }).start();
    expect([...session.predict({ c: [-4, 4] }).y.data]).toEqual([-1, 4]);
  });

  test('does not poison the gradient of the weight where x is infinite', () => {
    const at = fed('at', [2], [Infinity, -2]);
    const weight = fed('weight', [], [0.5]);
    const [byX, byWeight] = grad(sum(prelu(at.leaf, weight.leaf)), [at.leaf, weight.leaf]);
    expect(evaluate(byX ?? at.leaf, [at, weight])).toEqual([1, 0.5]);
    expect(evaluate(byWeight ?? at.leaf, [at, weight])).toEqual([-2]);
  });

  test('refuses another number of weights, and what is no tensor', () => {
    const tensor = input('d', [3, 2]);
    expect(refusal(() => prelu(tensor, input('w', [3])))).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(refusal(() => prelu(tensor, input('w', [1, 2])))).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(refusal(() => prelu({ numParameters: 0 }))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => prelu({ slopes: 2 } as object))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => prelu(tensor as unknown as object))).toBe('DTypeError E_NOT_A_TENSOR');
  });
});

describe('rrelu', () => {
  test('draws slopes between its bounds while training, and takes their mean otherwise', () => {
    const negative = filled([2000], -1);
    const build = rrelu({ lower: 0.25, upper: 0.75 });
    // A loss has to depend on something that is learned.
    const scale = parameter('scale', filled([], 1));
    const loss = mul(sum(build(negative)), scale);
    const session = compile({ loss, optimizer: sgd({ lr: 0 }), outputs: { y: build(negative) } }).start();
    expect(new Set(session.predict({}).y.data)).toEqual(new Set([-0.5]));
    const { loss: drawn } = session.step({});
    expect(drawn / 2000).toBeGreaterThan(-0.53);
    expect(drawn / 2000).toBeLessThan(-0.47);
    expect(drawn).not.toBe(-1000);
  });

  test('refuses bounds that cross', () => {
    expect(refusal(() => rrelu({ lower: 1, upper: 0 }))).toBe('DeclarationError E_OPTION');
  });
});

test('refuse what they cannot take', () => {
  const labels = input('labels', [4], 'i32');
  expect(refusal(() => elu(labels))).toBe('DTypeError E_DTYPE_MISMATCH');
  expect(refusal(() => gelu()(labels))).toBe('DTypeError E_DTYPE_MISMATCH');
  expect(refusal(() => threshold(labels, 0, 1))).toBe('DTypeError E_DTYPE_MISMATCH');
  expect(refusal(() => glu(labels))).toBe('DTypeError E_DTYPE_MISMATCH');
  expect(refusal(() => glu(input('odd', [3])))).toBe('ShapeError E_SHAPE_MISMATCH');
  expect(refusal(() => glu(input('odd', [4]), 1))).toBe('ShapeError E_AXIS');
  expect(refusal(() => elu(nan))).toBe('DeclarationError E_OPTION');
  expect(refusal(() => celu(0))).toBe('DeclarationError E_OPTION');
  expect(refusal(() => softshrink(-1))).toBe('DeclarationError E_OPTION');
  expect(refusal(() => softplus({ beta: 0 }))).toBe('DeclarationError E_OPTION');
  expect(refusal(() => gelu({ approximate: 'sigmoid' as 'tanh' }))).toBe('DeclarationError E_OPTION');
  expect(refusal(() => hardtanh({ low: 1 } as object))).toBe('DeclarationError E_OPTION');
  expect(refusal(() => threshold(1, nan))).toBe('DeclarationError E_OPTION');
});
