import { expect, test } from 'vitest';
import { grad } from '../../src/autodiff/grad.ts';
import { constant } from '../../src/ops/leaf.ts';
import { sum } from '../../src/ops/reduce.ts';
import { checkPlan } from '../../src/plan/checker.ts';
import { plainEntry } from '../support/plain-entry.ts';
import { input } from '../support/untyped.ts';
import { planned } from './run-entry.ts';

test('nothing is loaded before a loop that never runs, since there may be nothing to load', () => {
  const x = input('x', [3, 0]);
  const [gradient] = grad(sum(x, 0, { keepdims: true }), [x], { cotangent: constant([], [1, 0]) });
  const { plan, state } = planned(plainEntry({ gradient: gradient ?? x }));
  expect(checkPlan(plan, state)).toEqual([]);
});
