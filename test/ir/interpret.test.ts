import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { grad } from '../../src/autodiff/grad.ts';
import { interpret } from '../../src/ir/interpret.ts';
import { rebuild, withSizes } from '../../src/ir/rebuild.ts';
import { structurallyEqual } from '../../src/ir/equal.ts';
import { dim } from '../../src/ir/size.ts';
import { verifyGraph } from '../../src/ir/verify.ts';
import { add, mul, sub } from '../../src/ops/arithmetic.ts';
import { input, scalar } from '../../src/ops/leaf.ts';
import { mean, sum } from '../../src/ops/reduce.ts';
import { reshape } from '../../src/ops/reshape.ts';
import { exp } from '../../src/ops/unary.ts';
import { buildGraph, recipes } from '../support/random-graph.ts';
import { bindingsOf, evaluate, evaluateAll, fed, refusal } from '../support/values.ts';

describe('the interpreter', () => {
  test('evaluates several roots in the order given', () => {
    const x = fed('x', [2], [1, 2]);
    const values = interpret([mul(x.leaf, 2), x.leaf, sum(x.leaf)], bindingsOf([x]));
    expect(values.map(({ data }) => [...data])).toEqual([[2, 4], [1, 2], [3]]);
  });

  test('refuses a leaf without a value', () => {
    expect(refusal(() => interpret([add(input('unbound', [2]), 1)], new Map()))).toBe(
      'InternalError E_UNBOUND_LEAF',
    );
  });

  property.prop([recipes()], { numRuns: 100 })(
    'gives finite values and gradients on random graphs',
    (recipe) => {
      const { feeds, tensors, loss } = buildGraph(recipe);
      const gradients = grad(
        loss,
        feeds.map(({ leaf }) => leaf),
      );
      const values = evaluateAll([...tensors, loss, ...gradients], feeds);
      values.forEach((value, position) => {
        const tensor = [...tensors, loss, ...gradients][position];
        expect(value.shape).toEqual(tensor?.shape);
        expect(value.data.every(Number.isFinite)).toBe(true);
      });
    },
  );
});

describe('rebuild', () => {
  property.prop([recipes()], { numRuns: 60 })('without replacements gives the very nodes', (recipe) => {
    const { loss } = buildGraph(recipe);
    expect(rebuild([loss], () => undefined).get(loss)).toBe(loss);
  });

  property.prop([recipes(), fc.integer({ min: -3, max: 3 })], { numRuns: 60 })(
    'with another leaf computes from that leaf',
    (recipe, shift) => {
      const { loss, feeds } = buildGraph(recipe);
      const [first] = feeds;
      if (first === undefined) throw new Error('a graph has an input');
      // x + shift computed in the graph, or fed: the same loss.
      const moved =
        rebuild([loss], (node) => (node === first.leaf ? add(node, shift) : undefined)).get(loss) ?? loss;
      const numbers = Array.from(first.numbers, (each) => each + shift);
      const fedMoved = feeds.map((each) => (each === first ? { leaf: first.leaf, numbers } : each));
      expect(evaluate(moved, feeds)[0]).toBeCloseTo(evaluate(loss, fedMoved)[0] ?? Number.NaN, 12);
      expect(verifyGraph([moved])).toEqual([]);
    },
  );

  test('carries origins over to what is made in place of a node', () => {
    const x = input('x', [2]);
    const node = exp(x);
    const replaced = rebuild([node], (each) => (each === node ? mul(x, 3) : undefined)).get(node);
    expect(replaced?.origin).toBe(node.origin);
  });

  test('replaces named dimensions by numbers', () => {
    const batch = dim('batch');
    const build = (size: typeof batch | 5): ReturnType<typeof mean> => {
      const x = input('x', [size, 4]);
      return add(mean(reshape(sub(x, 1), [-1])), scalar(2));
    };
    const declared = build(batch);
    const bound = rebuild([declared], (node, inputs) => withSizes(node, inputs, { batch: 5 })).get(declared);
    expect(bound !== undefined && verifyGraph([bound])).toEqual([]);
    const leaf = input('x', [5, 4]);
    if (bound === undefined) throw new Error('a root is not mapped');
    const swapped =
      rebuild([bound], (node) => (node.op.name === 'input' ? leaf : undefined)).get(bound) ?? bound;
    expect(evaluate(swapped, [{ leaf, numbers: Array(20).fill(3) }])).toEqual([4]);
    expect(structurallyEqual(declared, build(batch))).toBe(true);
  });
});
