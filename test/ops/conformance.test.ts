import { describe, expect, test } from 'vitest';
import { readCorpus, type GraphCase, type OperatorCase } from '../../conformance/corpus.ts';
import { operators } from '../../conformance/operators/index.ts';
import { runGraphCase, runOperatorCase } from '../../conformance/run.ts';

const fixtures = `${import.meta.dirname}/../fixtures/conformance`;
const operatorCases = readCorpus<OperatorCase>(`${fixtures}/ops.jsonl.gz`);
const graphCases = readCorpus<GraphCase>(`${fixtures}/graphs.jsonl.gz`);

/** Where we differ from PyTorch on purpose, with the reason. */
const deviations: Readonly<Record<string, string>> = {
  'gather#1.6': 'positions are data: sessions refuse a feed out of range, the graph clamps',
  'one_hot#1.4': 'labels are data: sessions refuse a feed out of range',
  'cross_entropy#1.46': 'labels are data: sessions refuse a feed out of range',
  'logical_not#1.2': 'logic takes booleans only',
  'var#1.12': 'the gradient of 0 / 0, one element with correction 1, is NaN',
  'var#1.22': 'the gradient of a variance over an infinite element is NaN',
};

describe('operators agree with PyTorch in double precision, values and gradients', () => {
  test.each(Object.keys(operators))('%s', (name) => {
    const cases = operatorCases.filter((each) => each.op === name && !(each.id in deviations));
    const outcomes = cases.map((each) => ({ id: each.id, ...runOperatorCase(each) }));
    expect(outcomes.filter(({ status }) => status === 'failed')).toEqual([]);
    expect(outcomes.some(({ status }) => status === 'passed')).toBe(true);
  });

  test.each(Object.entries(deviations))('%s still deviates: %s', (id) => {
    const outcomes = operatorCases.filter((each) => each.id === id).map(runOperatorCase);
    expect(outcomes.map(({ status }) => status)).toEqual(['failed']);
  });
});

describe('random graphs agree with PyTorch in double precision', () => {
  test('losses, intermediate values, gradients and Hessian-vector products', () => {
    const outcomes = graphCases.map((each) => ({ id: each.id, ...runGraphCase(each) }));
    expect(outcomes.filter(({ status }) => status !== 'passed')).toEqual([]);
    expect(graphCases.filter(({ hvp }) => hvp !== undefined).length).toBeGreaterThan(20);
  });

  test('a wrong reference value is noticed', () => {
    const [first] = graphCases;
    if (first === undefined) throw new Error('the corpus is empty');
    expect(runGraphCase({ ...first, loss64: Number(first.loss64) + 1e-6 }).status).toBe('failed');
  });
});
