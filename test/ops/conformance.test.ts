import { describe, expect, test } from 'vitest';
import { runOperatorCase } from '../../conformance/call-case.ts';
import { readCorpus, type GraphCase, type OperatorCase } from '../../conformance/corpus.ts';
import { benchOf } from '../../conformance/execute.ts';
import { runGraphCase } from '../../conformance/graph-case.ts';
import { operators } from '../../conformance/operators/index.ts';

const fixtures = `${import.meta.dirname}/../fixtures/conformance`;
// Fixtures of this repository: their cases are of these kinds.
const operatorCases = readCorpus(`${fixtures}/ops.jsonl.gz`).cases as readonly OperatorCase[];
const graphCases = readCorpus(`${fixtures}/graphs.jsonl.gz`).cases as readonly GraphCase[];
const interpreter = benchOf('interpreter');

/** Options that the project does not have yet. */
const isMissing = (reasons: readonly string[]): boolean => reasons[0] === 'the project has no such option';

describe('operators agree with PyTorch in double precision, values and gradients', () => {
  test.each(Object.keys(operators))('%s', (name) => {
    const cases = operatorCases.filter((each) => each.op === name);
    const outcomes = cases.map((each) => ({ id: each.id, ...runOperatorCase(each, interpreter) }));
    const failed = outcomes.filter(({ status, reasons }) => status === 'failed' && !isMissing(reasons));
    expect(failed).toEqual([]);
    expect(outcomes.some(({ status }) => status === 'passed')).toBe(true);
  });
});

describe('random graphs agree with PyTorch in double precision', () => {
  test('losses, intermediate values, gradients and Hessian-vector products', () => {
    const outcomes = graphCases.map((each) => ({ id: each.id, ...runGraphCase(each, interpreter) }));
    expect(outcomes.filter(({ status }) => status !== 'passed')).toEqual([]);
    expect(graphCases.filter(({ hvp }) => hvp !== undefined).length).toBeGreaterThan(20);
  });

  test('a wrong reference value is noticed', () => {
    const [first] = graphCases;
    if (first === undefined) throw new Error('the corpus is empty');
    const wrong = { ...first, loss64: Number(first.loss64) + 1e-6 };
    expect(runGraphCase(wrong, interpreter).status).toBe('failed');
  });
});
