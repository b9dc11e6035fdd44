// Every primitive that says it is differentiable is checked by finite differences, and so are the public functions that
// are composed of them. A table a family lies in gradients/; the ops are those that the files of src/ops export, so a new
// op cannot be forgotten.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { grad } from '../src/autodiff/grad.ts';
import type { Op, Tensor } from '../src/ir/node.ts';
import * as arithmetic from '../src/ops/arithmetic.ts';
import * as reduction from '../src/ops/reduce.ts';
import * as selection from '../src/ops/select.ts';
import * as unary from '../src/ops/unary.ts';
import { gradientProblems } from './support/finite-differences.ts';
import { variable, type GradientTable } from './support/gradient-cases.ts';
import { evaluate, fed, type Feed } from './support/values.ts';

/** What the TypeScript files of a folder export. */
async function modulesIn(folder: string): Promise<readonly object[]> {
  const modules: object[] = [];
  // One after the other: modules that import one another in a circle can wait for each other for ever.
  for (const file of readdirSync(folder).filter((each) => each.endsWith('.ts'))) {
    modules.push((await import(join(folder, file))) as object);
  }
  return modules;
}

const modules = await modulesIn(join(import.meta.dirname, '../src/ops'));
const tables = await modulesIn(join(import.meta.dirname, 'gradients'));
// Every file there exports a table of this type under this name.
const entries = tables.flatMap((each) => Object.entries((each as { checks: GradientTable }).checks));
const checks: GradientTable = Object.fromEntries(entries);

function isOp(value: unknown): value is Op {
  return typeof value === 'object' && value !== null && 'vjp' in value && 'lowering' in value;
}

/** Op values that the modules export, alone or in tables such as `unaryOps`. */
const exportedOps: readonly Op[] = modules
  .flatMap((each) => Object.values<unknown>(each as Record<string, unknown>))
  .flatMap((value) => {
    if (isOp(value)) return [value];
    if (typeof value !== 'object' || value === null) return [];
    return Object.values(value).flatMap((entry: unknown) =>
      typeof entry === 'object' && entry !== null && 'op' in entry && isOp(entry.op) ? [entry.op] : [],
    );
  });

const opNames = new Set(exportedOps.map(({ name }) => name));

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
  expect(Object.keys(checkedElsewhere).filter((name) => !opNames.has(name))).toEqual([]);
});

test('no two tables check one name', () => {
  expect(entries).toHaveLength(Object.keys(checks).length);
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
      ([name, list]) =>
        opNames.has(name) && !list.some(({ result, variables }) => mentions(name, result, variables)),
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
