import { describe, expect, test } from 'vitest';
import { disagreement } from '../../bench/harness/agreement.ts';
import type { Task } from '../../bench/harness/protocol.ts';
import { parameterCount, workloads } from '../../bench/workloads.ts';

const [iris] = workloads;
const dropped = workloads.find(({ dropout }) => dropout > 0);
if (iris === undefined || dropped === undefined) throw new Error('the workloads have changed');

const training = (workload: typeof iris): Task => ({ kind: 'training', data: '', ...workload });
const prepared = (outcome: readonly number[], parameters = 493) => ({
  parameters,
  version: '1',
  variants: [{ name: 'eager', outcome }],
});

describe('agreement of contenders', () => {
  test('lets roundings differ, unless bits have to be the same', () => {
    const task = training(iris);
    expect(disagreement(task, prepared([1.1, 1.00001]), [1.1, 1], false)).toBeUndefined();
    expect(disagreement(task, prepared([1.1, 1.00001]), [1.1, 1], true)).toBe(
      'eager: computes 1.1, 1.00001, expected 1.1, 1, bit for bit',
    );
  });

  test('finds another loss, a loss that does not fall, and another number of parameters', () => {
    const task = training(iris);
    expect(disagreement(task, prepared([1.2, 1]), [1.1, 1], false)).toContain('expected 1.1, 1');
    expect(disagreement(task, prepared([1.1, 1.1]), [1.1, 1], false)).toContain('the loss does not fall');
    expect(disagreement(task, prepared([1.1, Number.NaN]), [1.1, 1], false)).toContain(
      'the loss does not fall',
    );
    expect(disagreement(task, prepared([1.1, 1], 490), [1.1, 1], false)).toBe(
      'has 490 parameters, expected 493',
    );
  });

  test('lets dropout masks differ', () => {
    const outcome = prepared([2.4, 1.3], parameterCount(dropped));
    expect(disagreement(training(dropped), outcome, [2.3, 1.25], false)).toBeUndefined();
    expect(disagreement(training(iris), prepared([2.4, 1.3]), [2.3, 1.25], false)).toBeDefined();
  });

  test('asks nothing of who only sets the scale', () => {
    const task: Task = { kind: 'function', data: '', name: 'exp', elements: 3 };
    expect(disagreement(task, prepared([], 0), [1, 2], false)).toBeUndefined();
  });
});
