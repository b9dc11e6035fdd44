import { test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { grad } from '../../src/autodiff/grad.ts';
import { makeNode, type Tensor } from '../../src/ir/node.ts';
import { dim, type Dim } from '../../src/ir/size.ts';
import { verifyGraph } from '../../src/ir/verify.ts';
import { add, binaryOps, less } from '../../src/ops/arithmetic.ts';
import { broadcastAlong } from '../../src/ops/broadcast.ts';
import { matmul } from '../../src/ops/contraction.ts';
import { input, scalar } from '../../src/ops/leaf.ts';
import { concat } from '../../src/ops/concat.ts';
import { transpose } from '../../src/ops/movement.ts';
import { sum } from '../../src/ops/reduce.ts';
import { reshape } from '../../src/ops/reshape.ts';
import { where } from '../../src/ops/select.ts';
import { exp } from '../../src/ops/unary.ts';
import { buildGraph, recipes } from '../support/random-graph.ts';

const batch = dim('batch');
const x = input('x', [batch, 3]);
const y = input('y', [batch, 3]);
const w = input('w', [3, 2]);

/** A node that no rule has seen: fields of a sound one, some replaced. */
function broken(node: Tensor, fields: Partial<Tensor>): Tensor {
  return Object.freeze({ ...node, ...fields });
}

function kindsOf(node: Tensor): readonly string[] {
  return verifyGraph([node]).map(({ kind }) => kind);
}

describe('sound graphs have no problems', () => {
  property.prop([recipes()], { numRuns: 60 })('random ones and their gradients', (recipe) => {
    const { loss, feeds } = buildGraph(recipe);
    const leaves = feeds.map(({ leaf }) => leaf);
    expect(verifyGraph([loss, ...grad(loss, leaves)])).toEqual([]);
  });

  test('with named dimensions', () => {
    const loss = sum(exp(matmul(add(x, y), w)));
    const [gradient] = grad(loss, [w]);
    expect(verifyGraph({ loss, gradient })).toEqual([]);
  });
});

describe('every kind of problem is found', () => {
  test('an input that was declared after its consumer', () => {
    const sum_ = add(x, y);
    expect(kindsOf(broken(sum_, { id: -1 }))).toEqual(['order', 'order']);
  });

  test('too few and too many inputs', () => {
    const one = Object.freeze([x]);
    expect(kindsOf(broken(add(x, y), { inputs: one }))).toEqual(['arity']);
    expect(kindsOf(broken(exp(x), { inputs: Object.freeze([x, y]) }))).toEqual(['arity']);
    expect(kindsOf(broken(x, { inputs: one, id: 1e9 }))).toEqual(['arity']);
    expect(kindsOf(broken(concat([x, x], 1), { inputs: Object.freeze([]) }))).toContain('arity');
  });

  test('parts that can be changed', () => {
    const node = reshape(x, [batch, 3, 1]);
    expect(kindsOf({ ...node })).toEqual(['mutable']);
    expect(kindsOf(broken(node, { inputs: [x] }))).toEqual(['mutable']);
    expect(kindsOf(broken(node, { shape: [batch, 3, 1] }))).toEqual(['mutable']);
    expect(kindsOf(broken(node, { attrs: Object.freeze({ shape: [batch, 3, 1] }) }))).toEqual(['mutable']);
  });

  test('a shape that the rule does not give', () => {
    expect(verifyGraph([broken(exp(x), { shape: Object.freeze([3, batch]) })])).toMatchObject([
      { kind: 'shape', message: 'exp: has shape [3, batch], its rule gives [batch, 3]' },
    ]);
    expect(
      kindsOf(broken(sum(x, 1), { attrs: Object.freeze({ axes: Object.freeze([0]), combiner: 'sum' }) })),
    ).toEqual(['shape']);
  });

  test('a dtype that the rule does not give, or that does not exist', () => {
    expect(kindsOf(broken(exp(x), { dtype: 'f64' }))).toEqual(['dtype']);
    // What a wrong cast in the compiler could let through.
    expect(verifyGraph([broken(exp(x), { dtype: 'f16' as 'f32' })])).toMatchObject([
      { kind: 'dtype', message: 'exp: "f16" is not a dtype' },
    ]);
  });

  test('sizes that are none', () => {
    const sizes = (shape: readonly number[]): readonly string[] =>
      kindsOf(
        broken(x, {
          shape: Object.freeze(shape),
          attrs: Object.freeze({ ...x.attrs, shape: Object.freeze(shape) }),
        }),
      );
    expect(sizes([2, 3])).toEqual([]);
    expect(sizes([2.5])).toEqual(['size']);
    expect(sizes([-1])).toEqual(['size']);
    expect(sizes([Number.NaN])).toContain('size');
  });

  test('a dimension whose name does not tell its terms', () => {
    const forged: Dim = Object.freeze({ ...dim('batch'), name: 'rows' });
    const shape = Object.freeze([forged]);
    const node = broken(x, { shape, attrs: Object.freeze({ ...x.attrs, shape }) });
    expect(verifyGraph([node])[0]).toMatchObject({
      kind: 'size',
      message: 'input: the dimension "rows" is made of batch',
    });
  });

  test('attributes that cannot be compared', () => {
    // Types forbid it; JavaScript does not.
    const attrs = (value: unknown): Tensor =>
      broken(x, { attrs: Object.freeze({ ...x.attrs, extra: value as null }) });
    expect(kindsOf(attrs(() => 1))).toEqual(['attribute']);
    expect(kindsOf(attrs(undefined))).toEqual(['attribute']);
    expect(kindsOf(attrs(Object.freeze(new Date())))).toEqual(['attribute']);
    expect(kindsOf(attrs(Object.freeze(['fine', 1, null])))).toEqual([]);
  });

  test('inputs that an op has no meaning for, by the rule of the op', () => {
    const long = input('long', [4, 2]);
    const integer = input('integer', [batch, 3], 'i32');
    const inputs = (node: Tensor, ...replaced: readonly Tensor[]): readonly string[] =>
      kindsOf(broken(node, { inputs: Object.freeze(replaced), id: 1e9 }));
    expect(inputs(add(x, y), x, long)).toEqual(['shape']);
    expect(inputs(add(x, y), x, integer)).toEqual(['dtype']);
    expect(inputs(exp(x), integer)).toEqual(['dtype']);
    expect(inputs(matmul(x, w), x, long)).toEqual(['shape']);
    expect(inputs(matmul(x, w), x, input('w', [3, 2], 'f64'))).toEqual(['dtype']);
    expect(inputs(where(less(x, y), x, y), x, x, y)).toEqual(['dtype']);
    expect(inputs(where(less(x, y), x, y), less(x, y), x, long)).toEqual(['shape']);
    expect(inputs(reshape(w, [6]), long)).toEqual(['shape']);
    expect(inputs(transpose(x), input('row', [2]))).toEqual(['shape']);
    expect(inputs(concat([w, w]), w, x)).toEqual(['shape']);
    expect(inputs(sum(x, 1), input('row', [2]))).toEqual(['shape']);
  });
});

test('all problems of a graph are reported, inputs first, and what uses them is checked too', () => {
  const first = broken(exp(x), { dtype: 'i32' });
  // Past the public function, which refuses a tensor that is none.
  const second = broken(
    makeNode(binaryOps.mul.op, [first, broadcastAlong(scalar(2, 'i32'), [batch, 3], [])], {}),
    {
      shape: Object.freeze([7]),
    },
  );
  const problems = verifyGraph({ second });
  expect(problems.map(({ kind, node }) => [kind, node.op.name])).toEqual([
    ['dtype', 'exp'],
    ['shape', 'mul'],
  ]);
  expect(problems[0]?.node).toBe(first);
});
