import { describe, expect, test } from 'vitest';
import { printGraph } from '../../src/ir/print.ts';
import { dim } from '../../src/ir/size.ts';
import { add, mul } from '../../src/ops/arithmetic.ts';
import { input, parameter } from '../../src/ops/leaf.ts';
import { stepCounter } from '../../src/ops/counters.ts';
import { filled, randomUniform } from '../../src/ops/random.ts';
import { mean } from '../../src/ops/reduce.ts';
import { reshape } from '../../src/ops/reshape.ts';
import { stopGradient } from '../../src/ops/select.ts';
import { exp } from '../../src/ops/unary.ts';
import { applyRules } from '../../src/rewrite/driver.ts';
import { rulesOfPhase } from '../../src/rewrite/phases.ts';
import { specialiseSizes } from '../../src/rewrite/rules/specialise.ts';
import { topologicalOrder } from '../../src/ir/node.ts';

const batch = dim('batch');

describe('specialiseSizes', () => {
  test('replaces named dimensions by numbers, in shapes and in expressions', () => {
    const x = input('x', [batch, 4]);
    const { roots } = specialiseSizes([mean(reshape(exp(x), [-1]))], { batch: 90 });
    expect(printGraph(roots, { spans: false, scopes: false })).toMatchInlineSnapshot(`
      "x = input : [90, 4] f32
      %0 = exp(x) : [90, 4] f32
      %1 = reshape(%0) : [360] f32
      %2 = reduce(%1) sum over [0] : [] f32
      %3 = div(%2, 360) : [] f32
      return %3
      "
    `);
  });

  test('makes one new input for an input with named dimensions, however often it is used', () => {
    const x = input('x', [batch, 4]);
    const { roots, mapping } = specialiseSizes([add(exp(x), x), mul(x, x)], { batch: 3 });
    const inputs = topologicalOrder(roots).filter((node) => node.op === x.op);
    expect(inputs).toEqual([mapping.get(x)]);
    expect(mapping.get(x)?.shape).toEqual([3, 4]);
    expect(mapping.get(x)).not.toBe(x);
  });

  test('keeps leaves without named dimensions, and random streams, as the nodes that they are', () => {
    const weight = parameter('weight', filled([4], 0));
    const noise = randomUniform([batch, 4]);
    const { mapping, roots } = specialiseSizes([mul(noise, weight)], { batch: 2 });
    expect(mapping.get(weight)).toBe(weight);
    expect(mapping.get(stepCounter())).toBe(stepCounter());
    const streams = topologicalOrder([noise]).filter((node) => node.op.name === 'stream');
    expect(streams).toHaveLength(1);
    expect(topologicalOrder(roots).filter((node) => node.op.name === 'stream')).toEqual(streams);
  });

  test('gives the same new nodes for leafless parts, so that programs of one size share them', () => {
    const ones = filled([4], 1);
    expect(specialiseSizes([ones], { batch: 2 }).roots[0]).toBe(ones);
  });

  test('refuses a dimension without a number', () => {
    const x = input('x', [batch, dim('time')]);
    expect(() => specialiseSizes([exp(x)], { batch: 2 })).toThrow('dimension "time" has no size');
  });
});

describe('the specialise phase', () => {
  test('removes stopGradient and what it kept apart', () => {
    const x = input('x', [4]);
    const { roots, ledger } = applyRules([mul(stopGradient(mul(x, 1)), 1)], rulesOfPhase.specialise);
    expect(roots).toEqual([x]);
    expect(ledger.map(({ rule }) => rule)).toContain('used-up stopGradient');
  });
});
