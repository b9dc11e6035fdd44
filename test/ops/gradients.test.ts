// Every primitive that says it is differentiable is checked by finite differences; the table is compared with the
// ops that the modules export, so a new op cannot be forgotten.
import { describe, expect, test } from 'vitest';
import { grad } from '../../src/autodiff/grad.ts';
import type { Op, Tensor } from '../../src/ir/node.ts';
import * as arithmetic from '../../src/ops/arithmetic.ts';
import * as broadcasting from '../../src/ops/broadcast.ts';
import * as contraction from '../../src/ops/contraction.ts';
import * as gathering from '../../src/ops/gather.ts';
import * as leaf from '../../src/ops/leaf.ts';
import * as concatenation from '../../src/ops/concat.ts';
import * as movement from '../../src/ops/movement.ts';
import * as random from '../../src/ops/random.ts';
import * as reduction from '../../src/ops/reduce.ts';
import * as reshaping from '../../src/ops/reshape.ts';
import * as selection from '../../src/ops/select.ts';
import * as unary from '../../src/ops/unary.ts';
import { gradientProblems, type GradientCheck } from '../support/finite-differences.ts';
import { evaluate, fed, numbersBetween, type Feed } from '../support/values.ts';

const modules = [
  arithmetic,
  broadcasting,
  contraction,
  gathering,
  leaf,
  concatenation,
  movement,
  random,
  reduction,
  reshaping,
  selection,
  unary,
];

function isOp(value: unknown): value is Op {
  return typeof value === 'object' && value !== null && 'vjp' in value && 'lowering' in value;
}

/** Op values that the modules export, alone or in tables such as `unaryOps`. */
const exportedOps: readonly Op[] = modules
  .flatMap((each) => Object.values<unknown>(each))
  .flatMap((value) => {
    if (isOp(value)) return [value];
    if (typeof value !== 'object' || value === null) return [];
    return Object.values(value).flatMap((entry: unknown) =>
      typeof entry === 'object' && entry !== null && 'op' in entry && isOp(entry.op) ? [entry.op] : [],
    );
  });

const shapes = [[], [1], [5], [2, 3], [3, 1, 2]] as const;

function count(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function variable(name: string, shape: readonly number[], low: number, high: number, seed: number): Feed {
  return fed(name, shape, numbersBetween(low, high, count(shape), seed));
}

/** One operand in every shape, its elements in an interval without kinks. */
function smooth(build: (x: Tensor) => Tensor, low = -2, high = 2): readonly GradientCheck[] {
  return shapes.map((shape, seed) => {
    const x = variable('x', shape, low, high, seed + 1);
    return { result: build(x.leaf), variables: [x], order: 2 };
  });
}

/** Two operands of one shape, and broadcast against each other. */
function smoothPair(
  build: (a: Tensor, b: Tensor) => Tensor,
  [lowA, highA]: readonly [number, number] = [-2, 2],
  [lowB, highB]: readonly [number, number] = [-2, 2],
): readonly GradientCheck[] {
  const pairs: readonly (readonly [readonly number[], readonly number[]])[] = [
    [[], []],
    [[4], [4]],
    [
      [2, 3],
      [3, 1, 1],
    ],
    [
      [1, 3],
      [2, 1],
    ],
  ];
  return pairs.map(([left, right], seed) => {
    const a = variable('a', left, lowA, highA, seed + 1);
    const b = variable('b', right, lowB, highB, seed + 31);
    return { result: build(a.leaf, b.leaf), variables: [a, b], order: 2 };
  });
}

function single(shape: readonly number[], build: (x: Tensor) => Tensor, low = -2, high = 2): GradientCheck {
  const x = variable('x', shape, low, high, 3);
  return { result: build(x.leaf), variables: [x], order: 2 };
}

/** Far enough apart that no finite step changes their order. */
const distinct = [0.3, -1.2, 1.7, 0.9, -0.4, 2.4];

function ordered(shape: readonly number[], build: (x: Tensor) => Tensor): GradientCheck {
  const x = fed('x', shape, distinct.slice(0, count(shape)));
  return { result: arithmetic.mul(build(x.leaf), build(x.leaf)), variables: [x], order: 2 };
}

const { square } = unary;

const checks: Readonly<Record<string, readonly GradientCheck[]>> = {
  add: smoothPair((a, b) => square(arithmetic.add(a, b))),
  sub: smoothPair((a, b) => square(arithmetic.sub(a, b))),
  mul: smoothPair(arithmetic.mul),
  div: smoothPair(arithmetic.div, [-2, 2], [0.5, 2]),
  pow: smoothPair(arithmetic.pow, [0.3, 2], [-2, 3]),
  maximum: [
    ...smoothPair((a, b) => square(arithmetic.maximum(a, b)), [-2, -0.1], [0.1, 2]),
    ...smoothPair((a, b) => square(arithmetic.maximum(a, b)), [0.1, 2], [-2, -0.1]),
  ],
  minimum: [
    ...smoothPair((a, b) => square(arithmetic.minimum(a, b)), [-2, -0.1], [0.1, 2]),
    ...smoothPair((a, b) => square(arithmetic.minimum(a, b)), [0.1, 2], [-2, -0.1]),
  ],
  neg: smooth((x) => square(unary.neg(x))),
  abs: [...smooth((x) => square(unary.abs(x)), 0.1, 2), ...smooth((x) => square(unary.abs(x)), -2, -0.1)],
  sqrt: smooth(unary.sqrt, 0.3, 3),
  exp: smooth(unary.exp),
  expm1: smooth(unary.expm1),
  log: smooth(unary.log, 0.3, 3),
  log1p: smooth(unary.log1p, -0.6, 3),
  sin: smooth(unary.sin),
  cos: smooth(unary.cos),
  tanh: smooth(unary.tanh),
  sigmoid: [...smooth(unary.sigmoid), ...smooth(unary.sigmoid, -8, -4)],
  erf: smooth(unary.erf),
  relu: [...smooth((x) => square(unary.relu(x)), 0.1, 2), ...smooth((x) => square(unary.relu(x)), -2, -0.1)],
  select: smoothPair(
    (a, b) => selection.where(arithmetic.greater(a, 0), square(a), arithmetic.mul(a, b)),
    [0.1, 2],
  ),
  cast: smooth((x) => square(selection.cast(selection.cast(x, 'f32'), 'f64'))),
  broadcast: [
    single([], (x) => square(broadcasting.broadcastTo(x, [2, 3]))),
    single([1], (x) => square(broadcasting.broadcastTo(x, [1]))),
    single([3, 1], (x) => square(broadcasting.broadcastTo(x, [2, 3, 4]))),
    single([1, 3], (x) => square(broadcasting.broadcastTo(x, [1, 2, 3]))),
    single([2, 3], (x) => square(broadcasting.broadcastAlong(x, [2, 4, 3, 2], [0, 2]))),
  ],
  reshape: [
    single([2, 3], (x) => square(reshaping.reshape(x, [3, 2]))),
    single([], (x) => square(reshaping.reshape(x, [1, 1]))),
    single([2, 1, 3], (x) => square(reshaping.flatten(x, 0))),
  ],
  transpose: [
    single([2, 3], (x) => square(movement.transpose(x))),
    single([2, 3, 4], (x) => square(movement.transpose(x, [1, 2, 0]))),
    single([2, 1, 3], (x) => square(movement.transpose(x, [2, 0, 1]))),
  ],
  slice: [
    single([5], (x) => square(movement.slice(x, [{ start: 1, stop: 4 }]))),
    single([3, 5], (x) => square(movement.slice(x, [null, { start: 1, step: 3 }]))),
    single([2, 4], (x) => square(movement.flip(x, [0, 1]))),
    single([6], (x) => square(movement.sliceAxis(x, 0, 5, 3, -2))),
    single([1, 3], (x) => square(movement.slice(x, [{ start: 0, stop: 0 }]))),
  ],
  spread: [
    single([3], (x) => square(movement.pad(x, [[2, 1]]))),
    single([1, 2], (x) =>
      square(
        movement.pad(x, [
          [1, 0],
          [0, 2],
        ]),
      ),
    ),
    // The gradient of a strided slice spreads with a step; its own gradient slices again.
    single([7], (x) => arithmetic.pow(movement.slice(x, [{ start: 1, step: 2 }]), 3), 0.2, 2),
  ],
  concat: [
    ...smoothPair((a) => square(concatenation.concat([reshaping.flatten(a, 0), reshaping.flatten(a, 0)]))),
    single([2, 3], (x) => square(concatenation.concat([x, movement.slice(x, [null, { stop: 1 }]), x], 1))),
    single([2, 1], (x) => square(concatenation.stack([x, x, x], -1))),
  ],
  reduce: [
    single([], (x) => square(reduction.sum(x))),
    single([2, 3], (x) => square(reduction.sum(x, 1))),
    single([2, 1, 3], (x) => square(reduction.sum(x, [0, 2], { keepdims: true }))),
    single([2, 3], (x) => reduction.variance(x, 1)),
    single([2, 3], (x) => reduction.prod(x, 1)),
    single([2, 1, 3], (x) => reduction.prod(x, [0, 2])),
    single([2, 2, 2], (x) => reduction.prod(x, [0, 1], { keepdims: true })),
    ordered([6], (x) => reduction.max(x)),
    ordered([2, 3], (x) => reduction.max(x, 0)),
    ordered([3, 2, 1], (x) => reduction.min(x, [0, 2])),
    ordered([1], (x) => reduction.min(x)),
  ],
  contraction: [
    ...(
      [
        [[3], [3]],
        [[2, 3], [3]],
        [
          [2, 3],
          [3, 4],
        ],
        [
          [1, 1],
          [1, 1],
        ],
        [
          [2, 1, 2, 3],
          [2, 3, 2],
        ],
        [[3], [2, 3, 2]],
      ] as const
    ).map(([left, right]): GradientCheck => {
      const a = variable('a', left, -2, 2, 5);
      const b = variable('b', right, -2, 2, 6);
      return { result: contraction.matmul(a.leaf, b.leaf), variables: [a, b], order: 2 };
    }),
    ((): GradientCheck => {
      const a = variable('a', [2, 3, 4, 5], -1, 1, 5);
      const b = variable('b', [5, 2, 6, 3], -1, 1, 6);
      // Contracted axes stand in another order on the two sides: their gradients have to be put back.
      const axes = { batchLeft: [0], batchRight: [1], contractLeft: [1, 3], contractRight: [3, 0] };
      return { result: contraction.contract(a.leaf, b.leaf, axes), variables: [a, b], order: 2 };
    })(),
  ],
  gather: [
    ((): GradientCheck => {
      const x = variable('x', [3, 4], -2, 2, 5);
      const indices = fed('i', [3, 2], [0, 0, 3, 1, 2, 2], 'i32');
      const result = square(gathering.gather(x.leaf, indices.leaf, 1));
      return { result, variables: [x], others: [indices], order: 2 };
    })(),
    ((): GradientCheck => {
      const x = variable('x', [1, 2], -2, 2, 5);
      const indices = fed('i', [3, 2], [0, 0, 0, 0, 0, 0], 'i32');
      const result = square(gathering.gather(x.leaf, indices.leaf, 0));
      return { result, variables: [x], others: [indices], order: 2 };
    })(),
  ],
  scatterAdd: [
    ((): GradientCheck => {
      const target = variable('t', [3, 2], -2, 2, 5);
      const updates = variable('u', [4, 2], -2, 2, 6);
      const indices = fed('i', [4, 2], [0, 0, 2, 1, 2, 2, 0, 1], 'i32');
      const result = square(gathering.scatterAdd(target.leaf, indices.leaf, updates.leaf, 0));
      return { result, variables: [target, updates], others: [indices], order: 2 };
    })(),
  ],
  withUpdate: [
    ((): GradientCheck => {
      const x = variable('x', [2, 3], -2, 2, 3);
      const kept = { leaf: leaf.state('kept', leaf.scalar(0, 'f64')), numbers: [7] };
      const result = square(leaf.withUpdate(x.leaf, kept.leaf, leaf.scalar(1, 'f64')));
      return { result, variables: [x], others: [kept], order: 2 };
    })(),
  ],
};

/** Ops whose gradient is not that of one rule. */
const checkedElsewhere: Readonly<Record<string, string>> = {
  byMode: 'grad differentiates every mode on its own: test/autodiff/grad.test.ts',
};

test('the modules export ops under distinct names', () => {
  const names = exportedOps.map(({ name }) => name);
  expect(names.length).toBeGreaterThan(50);
  expect(new Set(names).size).toBe(names.length);
});

test('every op has a gradient check, is explicitly not differentiable, or has nothing to differentiate by', () => {
  const forgotten = exportedOps.filter(
    ({ name, vjp, arity }) =>
      typeof vjp === 'function' && arity !== 0 && !(name in checks) && !(name in checkedElsewhere),
  );
  expect(forgotten.map(({ name }) => name)).toEqual([]);
  const known = new Set(exportedOps.map(({ name }) => name));
  expect(
    [...Object.keys(checks), ...Object.keys(checkedElsewhere)].filter((name) => !known.has(name)),
  ).toEqual([]);
});

test('every reason for having no gradient is a sentence', () => {
  const reasons = exportedOps.flatMap(({ vjp }) => (typeof vjp === 'function' ? [] : [vjp.reason]));
  expect(reasons.length).toBeGreaterThan(10);
  for (const reason of reasons) expect(reason).toMatch(/^[a-zA-Z ]+ .+[^.]$/);
});

describe('symbolic gradients are the slopes of finite differences, and so are their own gradients', () => {
  test.each(Object.entries(checks))('%s', (name, list) => {
    expect(list.length).toBeGreaterThan(0);
    expect(list.flatMap(gradientProblems)).toEqual([]);
  });

  test('a check uses the op that it is listed under', () => {
    const unused = Object.entries(checks).filter(
      ([name, list]) => !list.some(({ result, variables }) => mentions(name, result, variables)),
    );
    expect(unused.map(([name]) => name)).toEqual([]);
  });
});

/** Whether an op is used by a graph, its gradient, or the gradient of that. */
function mentions(name: string, result: Tensor, variables: readonly Feed[]): boolean {
  const leaves = variables.map((each) => each.leaf);
  const first = grad(reduction.sum(result), leaves);
  const second = first.flatMap((each) => [...grad(reduction.sum(each), leaves)]);
  const seen = new Set<Tensor>();
  const visit = (node: Tensor): boolean => {
    if (seen.has(node)) return false;
    seen.add(node);
    return node.op.name === name || node.inputs.some(visit);
  };
  return [result, ...first, ...second].some(visit);
}

describe('where the slope jumps, the gradient is the documented convention', () => {
  const at = (x: number, build: (x: Tensor) => Tensor): number | undefined => {
    const feed = fed('x', [], [x]);
    return evaluate(grad(build(feed.leaf), [feed.leaf])[0], [feed])[0];
  };

  test.each([
    ['|x| has gradient 0 at 0', 0, unary.abs, 0],
    ['relu has gradient 0 at 0', 0, unary.relu, 0],
    ['relu lets NaN through', Number.NaN, unary.relu, 1],
    ['sign has gradient 0', 0.5, unary.sign, 0],
    ['floor has gradient 0', 0.5, unary.floor, 0],
    ['ceil has gradient 0', 0.5, unary.ceil, 0],
    ['trunc has gradient 0', 0.5, unary.trunc, 0],
    ['round has gradient 0', 0.5, unary.round, 0],
    ['√x has an infinite gradient at 0', 0, unary.sqrt, Infinity],
    ['0⁰ has gradient 0 in the base', 0, (x: Tensor) => arithmetic.pow(x, 0), 0],
    ['2^x has gradient ln 2 at 0', 0, (x: Tensor) => arithmetic.pow(2, x), Math.LN2],
    ['0^x has gradient 0 in the exponent', 2, (x: Tensor) => arithmetic.pow(0, x), 0],
    ['a tie of maximum gives each side half', 1, (x: Tensor) => arithmetic.maximum(x, 1), 0.5],
    ['a tie of minimum gives each side half', 1, (x: Tensor) => arithmetic.minimum(x, 1), 0.5],
    ['a NaN side keeps the gradient', Number.NaN, (x: Tensor) => arithmetic.maximum(x, 1), 1],
    ['stopGradient cuts', 3, (x: Tensor) => arithmetic.mul(selection.stopGradient(x), x), 3],
    [
      'a cast to integers cuts',
      3.5,
      (x: Tensor) => arithmetic.mul(selection.cast(selection.cast(x, 'i32'), 'f64'), x),
      3,
    ],
  ])('%s', (_, x, build, expected) => {
    expect(at(x, build)).toBe(expected);
  });

  test('ties of max share the gradient equally', () => {
    const x = fed('x', [4], [2, 1, 2, 2]);
    expect(evaluate(grad(reduction.max(x.leaf), [x.leaf])[0], [x])).toEqual([1 / 3, 0, 1 / 3, 1 / 3]);
  });

  test('a product has the right gradient with one and with two zeros', () => {
    const one = fed('x', [3], [2, 0, 5]);
    expect(evaluate(grad(reduction.prod(one.leaf), [one.leaf])[0], [one])).toEqual([0, 10, 0]);
    const both = fed('x', [3], [0, 0, 5]);
    expect(evaluate(grad(reduction.prod(both.leaf), [both.leaf])[0], [both])).toEqual([0, 0, 0]);
  });
});

describe('the check itself', () => {
  test('notices a gradient that is wrong', () => {
    const x = variable('x', [3], 0.5, 2, 1);
    // The value of x² with the gradient of x · stopped(x): half of the true one.
    const result = arithmetic.mul(x.leaf, selection.stopGradient(x.leaf));
    expect(gradientProblems({ result, variables: [x] })).toHaveLength(1);
  });

  test('notices a second gradient that is wrong', () => {
    const x = variable('x', [3], 0.5, 2, 1);
    const frozen = selection.stopGradient(x.leaf);
    // x³ whose first derivative, 3 · stopped(x²), does not move.
    const slope = arithmetic.mul(arithmetic.mul(frozen, frozen), 3);
    const tangent = arithmetic.mul(slope, arithmetic.sub(x.leaf, frozen));
    const cube = selection.stopGradient(arithmetic.pow(x.leaf, 3));
    const problems = gradientProblems({ result: arithmetic.add(cube, tangent), variables: [x], order: 2 });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^second gradient/);
  });
});
