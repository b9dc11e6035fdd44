import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import {
  attributeKey,
  inputOf,
  makeNode,
  topologicalOrder,
  type Attribute,
  type Op,
  type Tensor,
} from '../../src/ir/node.ts';
import { dim, multiplySizes } from '../../src/ir/size.ts';
import { add, mul } from '../../src/ops/arithmetic.ts';
import { constant, input, scalar } from '../../src/ops/leaf.ts';
import { stepCounter } from '../../src/ops/counters.ts';
import { iota } from '../../src/ops/random.ts';
import { sum } from '../../src/ops/reduce.ts';
import { exp } from '../../src/ops/unary.ts';
import { refusal } from '../support/values.ts';

const batch = dim('batch');

describe('hash-consing', () => {
  const x = input('x', [batch, 3]);
  const y = input('y', [batch, 3]);

  test('equal computations are the same node', () => {
    expect(add(x, y)).toBe(add(x, y));
    expect(sum(exp(mul(x, 2)), 1)).toBe(sum(exp(mul(x, 2)), [-1]));
    expect(scalar(2)).toBe(scalar(2));
    expect(iota(batch)).toBe(iota(dim('batch')));
    expect(stepCounter()).toBe(stepCounter());
  });

  test('another op, order of inputs or attribute is another node', () => {
    expect(add(x, y)).not.toBe(add(y, x));
    expect(add(x, y)).not.toBe(mul(x, y));
    expect(sum(x, 0)).not.toBe(sum(x, 1));
    expect(scalar(2)).not.toBe(scalar(2, 'f64'));
  });

  test('-0 is another constant than 0, and NaN is one constant', () => {
    expect(scalar(-0)).not.toBe(scalar(0));
    expect(mul(x, -0)).not.toBe(mul(x, 0));
    expect(scalar(Number.NaN)).toBe(scalar(Number.NaN));
    expect(scalar(Infinity)).not.toBe(scalar(-Infinity));
  });

  test('two inputs of one name are two leaves, and so are two arrays of equal elements', () => {
    expect(input('x', [2])).not.toBe(input('x', [2]));
    expect(constant([1], [1])).not.toBe(constant([1], [1]));
  });

  test('ops of one name are two ops', () => {
    const op = (): Op => ({
      name: 'twin',
      arity: 1,
      shape: () => [],
      dtype: () => 'f32',
      vjp: { notDifferentiable: 'zero', reason: 'this op exists for a test' },
      evaluate: ([value]) => value ?? { shape: [], dtype: 'f32', data: new Float64Array(1) },
      lowering: { kind: 'erased' },
    });
    expect(makeNode(op(), [x], {})).not.toBe(makeNode(op(), [x], {}));
  });
});

describe('nodes', () => {
  test('cannot be changed', () => {
    const x = input('x', [batch, 3]);
    const node = sum(x, 1);
    const parts: readonly unknown[] = [
      node,
      node.inputs,
      node.attrs,
      node.attrs.axes,
      node.shape,
      x.attrs.shape,
    ];
    expect(parts.every(Object.isFrozen)).toBe(true);
  });

  test('print as what they are', () => {
    expect(inspect(input('x', [batch, 3], 'i32'))).toBe('Tensor [batch, 3] i32 (input)');
  });

  test('say which input is missing', () => {
    const node = exp(input('x', [2]));
    expect(inputOf(node, 0).op.name).toBe('input');
    expect(refusal(() => inputOf(node, 1))).toBe('InternalError E_ARITY');
  });

  test('come in topological order, each once, inputs first', () => {
    const x = input('x', [2]);
    const a = exp(x);
    const b = mul(a, x);
    const order = topologicalOrder([add(a, b), b]);
    expect(order).toEqual([x, a, b, add(a, b)]);
  });

  test('come in structural order whatever was declared before', () => {
    const old = scalar(1234.5);
    const model = (): readonly string[] => {
      const x = input('x', []);
      return topologicalOrder([mul(exp(x), old)]).map(({ op }) => op.name);
    };
    expect(model()).toEqual(['input', 'exp', 'constant', 'mul']);
  });

  test('of a chain of 20 000 are ordered without recursion', () => {
    let node: Tensor = input('x', [1]);
    for (let depth = 0; depth < 20_000; depth++) node = exp(node);
    expect(topologicalOrder([node])).toHaveLength(20_001);
  });
});

describe('attributeKey', () => {
  const attributes: readonly Attribute[] = [
    0,
    -0,
    1,
    -1,
    0.1,
    Number.NaN,
    Infinity,
    '0',
    '',
    'a',
    'a,b',
    null,
    true,
    false,
    [],
    [[]],
    [0],
    [-0],
    [0, 1],
    [[0], 1],
    [[0, 1]],
    ['a', 'b'],
    ['a,b'],
    {},
    { a: 1 },
    { b: 1 },
    { a: [1] },
    { a: 1, b: 2 },
    dim('a'),
    'dim(a)',
    multiplySizes(dim('a'), 2),
    'null',
    'true',
  ];

  test('differs for attributes that differ', () => {
    expect(new Set(attributes.map(attributeKey)).size).toBe(attributes.length);
  });
});
