// Products, distances and their functional layers against values that PyTorch computed in double precision.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { bilinear } from '../../src/nn/bilinear.ts';
import { linear } from '../../src/nn/linear.ts';
import type { Tensor } from '../../src/ir/node.ts';
import { concreteShape } from '../../src/ir/size.ts';
import * as addedProducts from '../../src/ops/added-product.ts';
import * as distances from '../../src/ops/distance.ts';
import { einsum } from '../../src/ops/einsum.ts';
import { multiDot } from '../../src/ops/multi-dot.ts';
import * as products from '../../src/ops/product.ts';
import { tensordot } from '../../src/ops/tensordot.ts';
import { firstDifference } from '../../conformance/compare.ts';
import { toDoubles, type Num } from '../../conformance/corpus.ts';
import { evaluateAll, refusal } from '../support/values.ts';
import { constant, input } from '../support/untyped.ts';

interface Recorded {
  readonly shape: readonly number[];
  readonly data: readonly Num[];
}

interface Case {
  readonly call: string;
  readonly title: string;
  /** What is passed beside tensors; of einsum it is the equation. */
  readonly arguments: readonly unknown[];
  readonly inputs: readonly Recorded[];
  readonly output: Recorded;
}

const file = `${import.meta.dirname}/../fixtures/products.json`;
// A fixture of this repository, in the form above; JSON has no infinities, they stand as their names.
const { cases } = JSON.parse(readFileSync(file, 'utf8'), (_, value: unknown) =>
  value === 'Infinity' ? Infinity : value,
) as { cases: readonly Case[] };

/** Every function of the recording takes tensors, then the other arguments. */
const functions = {
  ...products,
  ...addedProducts,
  ...distances,
  tensordot,
  linear,
  bilinear,
} as unknown as Readonly<Record<string, (...given: readonly unknown[]) => Tensor>>;

function build({ call, arguments: others, inputs }: Case): Tensor {
  const tensors = inputs.map(({ shape, data }) => constant(toDoubles(data), shape, 'f64'));
  const [first] = tensors;
  if (call === 'einsum' && first !== undefined) return einsum(String(others[0]), first, ...tensors.slice(1));
  if (call === 'multiDot') return multiDot(tensors);
  const of = functions[call];
  if (of === undefined) throw new Error(`there is no ${call}`);
  return of(...tensors, ...others);
}

describe('as PyTorch', () => {
  test.each(cases.map((each) => [each.title, each] as const))('%s', (_, each) => {
    const [value] = evaluateAll([build(each)]);
    expect(value?.shape).toEqual(each.output.shape);
    if (value === undefined) return;
    const tolerance = { relative: 1e-12, absolute: 1e-12 };
    expect(firstDifference(value, [toDoubles(each.output.data)], tolerance)).toBeUndefined();
  });
});

describe('einsum', () => {
  const a = input('a', [2, 3]);

  test.each([
    ['ij->ik', [a], 'the subscript k of the result'],
    ['ij->ii', [a], 'has the subscript i twice'],
    ['ij->i->j', [a], 'two arrows'],
    ['ij,jk->ik', [a], '1 operand for 2 groups'],
    ['ij', [a, a], '2 operands for 1 group'],
    ['ijk->i', [a], 'has 2 axes, its subscripts name 3'],
    ['i->i', [a], 'has 2 axes, its subscripts name 1'],
    ['i1->i', [a], '"1" is no subscript'],
    ['i..j->i', [a], '"." is no subscript'],
    ['...i...->i', [a], 'two ellipses'],
  ] as const)('refuses %j and shows it', (equation, operands, problem) => {
    const call = () => einsum(equation, ...(operands as readonly [Tensor, ...Tensor[]]));
    expect(refusal(call)).toBe('ShapeError E_EQUATION');
    expect(call).toThrow(problem);
    expect(call).toThrow(equation);
  });

  test('refuses sizes that differ', () => {
    const call = () => einsum('ij,jk->ik', a, input('b', [4, 5]));
    expect(refusal(call)).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(call).toThrow('j has the sizes 3 and 4');
    expect(refusal(() => einsum('ii->i', a))).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(refusal(() => einsum('ii->i', input('b', [1, 3])))).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(() => einsum('...i,...i', a, input('b', [4, 3]))).toThrow(
      'axis -1 of the ellipsis has the sizes 2 and 4',
    );
  });

  test('refuses mixed dtypes and booleans', () => {
    expect(refusal(() => einsum('ij,ij', a, input('b', [2, 3], 'f64')))).toBe('DTypeError E_DTYPE_MISMATCH');
    expect(refusal(() => einsum('ij->', input('b', [2, 3], 'bool')))).toBe('DTypeError E_DTYPE_MISMATCH');
  });

  test('refuses what is no tensor', () => {
    expect(refusal(() => einsum('i,i', a, [1, 2] as unknown as Tensor))).toBe('DTypeError E_NOT_A_TENSOR');
  });

  test('multiplies the cheapest pair first', () => {
    // Left to right the first product has 100 × 100 elements; from the right it has 100.
    const [m, n, v] = [input('m', [100, 2]), input('n', [2, 100]), input('v', [100])];
    const result = einsum('ij,jk,k->i', m, n, v);
    const sizes = new Set<string>();
    const visit = (node: Tensor): void => {
      sizes.add(concreteShape(node.shape).join());
      node.inputs.forEach(visit);
    };
    visit(result);
    expect(sizes).not.toContain('100,100');
    expect(sizes).toContain('2');
  });

  test('of integers', () => {
    const [value] = evaluateAll([
      einsum('ij,j->i', constant([1, 2, 3, 4], [2, 2], 'i32'), constant([1, -1], [2], 'i32')),
    ]);
    expect(value?.dtype).toBe('i32');
    expect([...(value?.data ?? [])]).toEqual([-1, -1]);
  });
});

describe('products of fixed ranks', () => {
  const shaped = (shape: readonly number[]): Tensor => input('x', shape);
  const rank = 'ShapeError E_RANK';
  const mismatch = 'ShapeError E_SHAPE_MISMATCH';

  test.each([
    ['dot', [[2, 2], [2]], rank],
    ['dot', [[2], [3]], mismatch],
    ['vdot', [[], [2]], rank],
    ['outer', [[2, 2], [2]], rank],
    ['inner', [[2, 3], [2]], mismatch],
    ['mv', [[2], [2]], rank],
    ['mv', [[2, 3], [2]], mismatch],
    ['mm', [[2], [2, 2]], rank],
    [
      'mm',
      [
        [2, 3],
        [2, 3],
      ],
      mismatch,
    ],
    [
      'bmm',
      [
        [2, 2],
        [2, 2],
      ],
      rank,
    ],
    [
      'bmm',
      [
        [1, 2, 2],
        [2, 2, 2],
      ],
      mismatch,
    ],
    [
      'addmm',
      [
        [3, 2],
        [2, 2],
        [2, 2],
      ],
      mismatch,
    ],
    [
      'addmm',
      [
        [1, 2, 2],
        [2, 2],
        [2, 2],
      ],
      mismatch,
    ],
    ['addmv', [[3], [2, 2], [2]], mismatch],
    ['addr', [[2], [2, 2], [2]], rank],
    ['baddbmm', [[2], [2, 2], [2, 2]], rank],
    ['addbmm', [[2], [2, 2, 2], [3, 2, 2]], mismatch],
    [
      'crossProduct',
      [
        [2, 4],
        [2, 4],
      ],
      mismatch,
    ],
    [
      'crossProduct',
      [
        [2, 3],
        [3, 3],
      ],
      mismatch,
    ],
    ['cdist', [[2], [2, 2]], rank],
    [
      'cdist',
      [
        [2, 2],
        [2, 3],
      ],
      mismatch,
    ],
    [
      'tensordot',
      [
        [2, 3],
        [3, 2],
      ],
      mismatch,
    ],
    [
      'linear',
      [
        [2, 3],
        [2, 4],
      ],
      mismatch,
    ],
    ['linear', [[2, 3], [4, 3], [3]], mismatch],
    ['linear', [[], [2, 4]], rank],
    [
      'bilinear',
      [
        [2, 3],
        [3, 2],
        [4, 3, 2],
      ],
      mismatch,
    ],
    [
      'bilinear',
      [
        [2, 3],
        [2, 2],
        [4, 2, 3],
      ],
      mismatch,
    ],
    ['bilinear', [[2, 3], [2, 2], [4, 3, 2], [3]], mismatch],
    [
      'cosineSimilarity',
      [
        [2, 3],
        [2, 4],
      ],
      mismatch,
    ],
    [
      'pairwiseDistance',
      [
        [2, 3],
        [2, 4],
      ],
      mismatch,
    ],
  ] as const)('%s refuses %j', (call, shapes, expected) => {
    expect(refusal(() => functions[call]?.(...shapes.map(shaped)))).toBe(expected);
  });

  test('what is added is ignored with a factor of 0, NaN included, but the product is not', () => {
    const nothing = constant([Number.NaN], [1], 'f64');
    const ones = constant([1, 1, 1, 1], [2, 2], 'f64');
    const ignored = addedProducts.addmm(nothing, ones, ones, { beta: 0 });
    const kept = addedProducts.addmm(ones, constant([Number.NaN, 0, 0, 0], [2, 2], 'f64'), ones, {
      alpha: 0,
    });
    const [first, second] = evaluateAll([ignored, kept]);
    expect([...(first?.data ?? [])]).toEqual([2, 2, 2, 2]);
    expect([...(second?.data ?? [])]).toEqual([Number.NaN, Number.NaN, 1, 1]);
  });

  test('tensordot refuses axes that do not exist or do not pair', () => {
    const x = shaped([2, 2]);
    for (const axes of [
      -1,
      3,
      0.5,
      [[0], [0, 1]],
      [
        [0, 0],
        [0, 1],
      ],
      [[2], [0]],
    ]) {
      expect(refusal(() => tensordot(x, x, axes as number))).toBe('ShapeError E_AXIS');
    }
  });

  test('multiDot refuses a single tensor and inner tensors that are no matrices', () => {
    const [vector, matrix] = [shaped([2]), shaped([2, 2])];
    expect(refusal(() => multiDot([matrix]))).toBe(rank);
    expect(refusal(() => multiDot([matrix, vector, matrix]))).toBe(rank);
    expect(refusal(() => multiDot([matrix, shaped([3, 2])]))).toBe(mismatch);
  });
});
