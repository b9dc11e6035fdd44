import { describe, expect, test } from 'vitest';
import { grad } from '../../src/autodiff/grad.ts';
import { specialiseMode } from '../../src/autodiff/mode.ts';
import { topologicalOrder, type Op, type Tensor } from '../../src/ir/node.ts';
import { makeNode } from '../../src/ir/node.ts';
import { dim } from '../../src/ir/size.ts';
import { verifyGraph } from '../../src/ir/verify.ts';
import { add, mul, pow, sub } from '../../src/ops/arithmetic.ts';
import { contractionOp, matmul } from '../../src/ops/contraction.ts';
import { byMode, constant, scalar } from '../../src/ops/leaf.ts';
import { mean, sum } from '../../src/ops/reduce.ts';
import { cast, stopGradient } from '../../src/ops/select.ts';
import { exp, relu, sin, square } from '../../src/ops/unary.ts';
import { evaluate, fed, refusal } from '../support/values.ts';
import { input } from '../support/untyped.ts';

describe('grad', () => {
  test('differentiates as often as asked', () => {
    const x = fed('x', [], [0.7]);
    let derivative: Tensor = sin(x.leaf);
    const expected = [Math.cos(0.7), -Math.sin(0.7), -Math.cos(0.7), Math.sin(0.7)];
    for (const wanted of expected) {
      [derivative] = grad(derivative, [x.leaf]);
      expect(evaluate(derivative, [x])[0]).toBeCloseTo(wanted, 14);
    }
  });

  test('adds up the paths that lead to a tensor', () => {
    const x = fed('x', [2], [2, 3]);
    const y = mul(x.leaf, x.leaf);
    const result = sum(add(y, mul(y, x.leaf)));
    expect(evaluate(grad(result, [x.leaf])[0], [x])).toEqual([2 * 2 + 3 * 4, 2 * 3 + 3 * 9]);
  });

  test('differentiates by intermediate tensors, and by several at once', () => {
    const x = fed('x', [], [3]);
    const y = square(x.leaf);
    const [byX, byY] = grad(pow(y, 2), [x.leaf, y]);
    expect(evaluate(byX, [x])).toEqual([4 * 27]);
    expect(evaluate(byY, [x])).toEqual([2 * 9]);
    expect(evaluate(grad(y, [y])[0])).toEqual([1]);
  });

  test('is zeros of the right type for what the result does not depend on', () => {
    const batch = dim('batch');
    const other = input('other', [batch, 3], 'f64');
    const [gradient] = grad(sum(input('x', [2])), [other]);
    expect(gradient).toMatchObject({ shape: [batch, 3], dtype: 'f64' });
  });

  test('takes a cotangent for results that are no scalars', () => {
    const x = fed('x', [2], [1, 2]);
    const cotangent = constant([10, 100], [2], 'f64');
    expect(evaluate(grad(square(x.leaf), [x.leaf], { cotangent })[0], [x])).toEqual([20, 400]);
  });

  test('of a matrix product is made of contractions, in every order', () => {
    const batch = dim('batch');
    const x = input('x', [batch, 3]);
    const w = input('w', [3, 2]);
    const gradients = grad(sum(square(matmul(x, w))), [x, w]);
    expect(gradients.map(({ shape }) => shape)).toEqual([
      [batch, 3],
      [3, 2],
    ]);
    const contractions = topologicalOrder(gradients).filter(({ op }) => op.name === contractionOp.name);
    expect(contractions).toHaveLength(3);
    expect(verifyGraph(gradients)).toEqual([]);
  });

  test('stops at stopGradient and at integers', () => {
    const x = fed('x', [], [2.5]);
    const result = mul(stopGradient(square(x.leaf)), cast(cast(x.leaf, 'i32'), 'f64'));
    expect(evaluate(grad(result, [x.leaf])[0], [x])).toEqual([0]);
  });

  test('does not walk into what the variables do not reach', () => {
    const x = input('x', [], 'f64');
    const refusing: Op = {
      name: 'refusing',
      arity: 1,
      shape: () => [],
      dtype: () => 'f64',
      vjp: { notDifferentiable: 'error', reason: 'this op exists to refuse' },
      evaluate: ([value]) => value ?? { shape: [], dtype: 'f64', data: new Float64Array(1) },
      lowering: { kind: 'erased' },
    };
    const w = fed('w', [], [3]);
    const result = mul(makeNode(refusing, [x], {}), w.leaf);
    expect(refusal(() => grad(result, [w.leaf]))).toBe('no error');
    expect(() => grad(result, [x])).toThrow(
      /refusing has no gradient: this op exists to refuse\n\n {2}grad\.test\.ts/,
    );
  });

  test('handles a chain of thousands of nodes', () => {
    const x = fed('x', [], [1]);
    let y: Tensor = x.leaf;
    for (let depth = 0; depth < 5000; depth++) y = mul(y, scalar(1.0001, 'f64'));
    expect(evaluate(grad(y, [x.leaf])[0], [x])[0]).toBeCloseTo(1.0001 ** 5000, 9);
  });
});

describe('modes', () => {
  test('each is differentiated on its own', () => {
    const x = fed('x', [], [2]);
    const result = square(byMode(mul(x.leaf, 3), exp(x.leaf)));
    const [gradient] = grad(result, [x.leaf]);
    const inMode = (mode: 'train' | 'evaluate'): readonly number[] => {
      const specialised = specialiseMode([gradient], mode).get(gradient);
      if (specialised === undefined) throw new Error('a root is not mapped');
      return evaluate(specialised, [x]);
    };
    expect(inMode('train')).toEqual([2 * 9 * 2]);
    expect(inMode('evaluate')[0]).toBeCloseTo(2 * Math.exp(4), 10);
    expect(verifyGraph([gradient])).toEqual([]);
  });

  test('a gradient that is the same in both modes is one graph', () => {
    const x = input('x', []);
    const [gradient] = grad(add(byMode(scalar(1), scalar(2)), mul(x, 3)), [x]);
    expect(topologicalOrder([gradient]).some(({ op }) => op.name === 'byMode')).toBe(false);
  });
});

describe('refusals', () => {
  const x = input('x', [2]);

  test('what is no scalar needs a cotangent of its shape', () => {
    expect(refusal(() => grad(x, [x]))).toBe('ShapeError E_NOT_SCALAR');
    expect(refusal(() => grad(x, [x], { cotangent: input('g', [3]) }))).toBe('ShapeError E_NOT_SCALAR');
    expect(() => grad(relu(sub(x, 1)), [x])).toThrow('has shape [2], f32');
  });

  test('integers have no gradients', () => {
    const count = input('n', [], 'i32');
    expect(refusal(() => grad(count, [x]))).toBe('DeclarationError E_NOT_DIFFERENTIABLE');
    expect(refusal(() => grad(mean(x), [count]))).toBe('DeclarationError E_NOT_DIFFERENTIABLE');
  });

  test('a cotangent of another dtype is refused', () => {
    const cotangent = input('g', [2], 'f64');
    expect(refusal(() => grad(x, [x], { cotangent }))).toBe('DTypeError E_DTYPE_MISMATCH');
  });
});
