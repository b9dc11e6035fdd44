import { describe, expect, test } from 'vitest';
import type { Tensor } from '../../src/ir/node.ts';
import { binary, literal } from '../../src/ir/scalar.ts';
import { costOf, intensityOf, totalCost, type KernelCost } from '../../src/kernels/cost.ts';
import type { Kernel } from '../../src/kernels/kernel.ts';
import { lower } from '../../src/kernels/lower.ts';
import { relu } from '../../src/nn/activation.ts';
import { add, greater, mul } from '../../src/ops/arithmetic.ts';
import { matmul } from '../../src/ops/contraction.ts';
import { gather } from '../../src/ops/gather.ts';
import { scatterAdd } from '../../src/ops/scatter.ts';
import { constrain, input, parameter } from '../../src/ops/leaf.ts';
import { slice } from '../../src/ops/movement.ts';
import { filled, randomBits } from '../../src/ops/random.ts';
import { sum } from '../../src/ops/reduce.ts';
import { cast, where } from '../../src/ops/select.ts';
import { exp, neg } from '../../src/ops/unary.ts';
import { compile } from '../../src/runtime/program.ts';

/** The kernels of an entry that hands out one tensor. */
function kernelsOf(
  tensor: Tensor,
  updates: readonly { leaf: Tensor; next: Tensor }[] = [],
): readonly Kernel[] {
  return lower({
    name: 'step',
    outputs: [{ name: 'result', tensor }],
    updates,
    phaseOf: () => 'forward',
    labels: new Map(),
  }).kernels;
}

function costsOf(...entry: Parameters<typeof kernelsOf>): readonly KernelCost[] {
  return kernelsOf(...entry).map(costOf);
}

const x = input('x', [6, 4]);
const w = input('w', [4, 8]);

describe('the cost of a kernel', () => {
  test('counts a multiplication with its addition as two', () => {
    expect(costsOf(matmul(x, w))).toEqual([
      {
        flops: 2 * 6 * 4 * 8,
        integerOperations: 0,
        bytesRead: 4 * (6 * 4 + 4 * 8),
        bytesWritten: 4 * 6 * 8,
      },
    ]);
  });

  test('counts what is fused behind a product once a result', () => {
    const [cost] = costsOf(relu(add(matmul(x, w), input('bias', [8]))));
    // An addition, and the comparison of relu.
    expect(cost?.flops).toBe(2 * 6 * 4 * 8 + 2 * 6 * 8);
    expect(cost?.bytesRead).toBe(4 * (6 * 4 + 4 * 8 + 8));
  });

  test('counts what is fused in front of a product once an element of its operand', () => {
    const [kernel] = kernelsOf(matmul(x, w));
    const body = kernel?.body.map((statement) =>
      statement.kind === 'contraction'
        ? { ...statement, left: binary('mul', statement.left, literal('f32', 2)) }
        : statement,
    );
    expect(kernel && body && costOf({ ...kernel, body }).flops).toBe(2 * 6 * 4 * 8 + 6 * 4);
  });

  test('reads a buffer once, however often its elements are used', () => {
    const [cost] = costsOf(add(mul(x, x), neg(x)));
    expect(cost).toEqual({ flops: 3 * 24, integerOperations: 0, bytesRead: 4 * 24, bytesWritten: 4 * 24 });
  });

  test('counts an operation for every element that is gathered', () => {
    expect(costsOf(sum(input('long', [100])))[0]?.flops).toBe(100);
    expect(costsOf(sum(mul(x, 2), 1))[0]?.flops).toBe(2 * 24);
  });

  test('moves what a slice or a look-up takes, and not what it leaves', () => {
    expect(costsOf(neg(slice(x, [{ start: 0, stop: 2 }])))[0]?.bytesRead).toBe(4 * 2 * 4);
    const table = input('table', [1000, 8]);
    const rows = constrain(input('rows', [3, 8], 'i32'), { low: 0, high: 999, what: 'row' });
    expect(costsOf(gather(table, rows, 0))[0]).toEqual({
      flops: 0,
      integerOperations: 0,
      bytesRead: 4 * (3 * 8 + 3 * 8),
      bytesWritten: 4 * 3 * 8,
    });
  });

  test('counts choices, conversions and copies as nothing, and comparisons as one', () => {
    expect(costsOf(where(greater(x, 0), x, 0))[0]?.flops).toBe(24);
    expect(costsOf(cast(x, 'i32'))[0]).toMatchObject({ flops: 0, integerOperations: 0 });
  });

  test('keeps the integer work of random numbers apart', () => {
    const program = compile({ outputs: { bits: randomBits([100]) } });
    const costs = program.at({}).compilation.plans.flatMap(({ kernels }) => kernels.map(costOf));
    expect(totalCost(costs).flops).toBe(0);
    // Threefry takes twenty rounds of an addition, a rotation and an exclusive or.
    expect(totalCost(costs).integerOperations).toBeGreaterThan(100 * 20 * 3);
  });

  test('counts what the polynomial of a function takes', () => {
    const flops = costsOf(exp(x))[0]?.flops ?? 0;
    expect(flops % 24).toBe(0);
    expect(flops / 24).toBeGreaterThan(8);
    expect(flops / 24).toBeLessThan(40);
  });

  test('reads and writes a leaf that it updates', () => {
    const leaf = parameter('leaf', filled([10], 0));
    const [update] = costsOf(input('other', [1]), [{ leaf, next: mul(leaf, 0.9) }]);
    expect(update).toEqual({ flops: 10, integerOperations: 0, bytesRead: 40, bytesWritten: 40 });
  });

  test('adds every row that is scattered', () => {
    const target = input('target', [50, 4]);
    const rows = constrain(input('rows', [6, 4], 'i32'), { low: 0, high: 49, what: 'row' });
    const flops = costsOf(scatterAdd(target, rows, x, 0)).reduce((all, each) => all + each.flops, 0);
    expect(flops).toBe(24);
  });

  test('has an intensity, which is none where nothing is moved', () => {
    expect(intensityOf({ flops: 12, integerOperations: 5, bytesRead: 2, bytesWritten: 1 })).toBe(4);
    expect(intensityOf(totalCost([]))).toBe(0);
  });
});
