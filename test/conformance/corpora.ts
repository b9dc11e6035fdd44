// The corpora as tests: a test for every operator, test file or kind of graph, that lists what failed.
import { describe, expect, test } from 'vitest';
import type { Target } from 'tapeless';
import { readCorpus } from '../../conformance/corpus.ts';
import { rowOf, runCases } from '../../conformance/run.ts';

const fixtures = `${import.meta.dirname}/../fixtures/conformance`;

/** Which cases of an operator are run: those whose position leaves `rest` when it is divided by `by`. */
export interface Share {
  readonly by: number;
  readonly rest: number;
}

/** Every case; and every second one, so that two targets take turns. */
export const all: Share = { by: 1, rest: 0 };
export const even: Share = { by: 2, rest: 0 };
export const odd: Share = { by: 2, rest: 1 };

/** Runs a share of the cases of a file on a target, a test a row of the runner's table. */
export function holdTo(file: string, target: Target, { by, rest }: Share): void {
  const { kind, header, cases } = readCorpus(`${fixtures}/${file}`);
  const rows = Map.groupBy(cases, (read) => rowOf(kind, read));
  describe(`${kind} on ${target}`, () => {
    test.each([...rows])('%s', (_, members) => {
      // Of a single case there is no half.
      const chosen = members.filter((__, position) => members.length < by || position % by === rest);
      const outcomes = runCases({ kind, header }, chosen, target);
      expect(outcomes.length).toBeGreaterThan(0);
      expect(outcomes.filter(({ status }) => status === 'failed')).toEqual([]);
    });
  });
}
