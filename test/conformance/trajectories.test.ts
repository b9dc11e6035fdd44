import { describe, expect, test } from 'vitest';
import { readCorpus } from '../../conformance/corpus.ts';
import { benchOf } from '../../conformance/execute.ts';
import { rowOf } from '../../conformance/run.ts';
import {
  runTrajectoryCase,
  type SequenceCase,
  type TrajectoryCase,
  type TrajectoryHeader,
} from '../../conformance/trajectory-case.ts';

const file = `${import.meta.dirname}/../fixtures/conformance/trajectories.jsonl.gz`;
const corpus = readCorpus(file);
// The file holds training runs, learning-rate sequences, and a header for them.
const header = corpus.header as TrajectoryHeader;
const cases = corpus.cases as readonly (TrajectoryCase | SequenceCase)[];

const rows = Map.groupBy(cases, (each) => rowOf('trajectories', each));

describe.each(['interpreter', 'js', 'wasm'] as const)(
  'training follows PyTorch on %s: rates, losses, parameters, statistics, evaluation',
  (target) => {
    // JavaScript has the bits of WebAssembly, as other tests show: some runs of each optimizer will do.
    const isTaken = (_: unknown, position: number): boolean => target !== 'js' || position % 5 === 0;

    test.each([...rows.entries()])('%s', (_, own) => {
      const failures = own.filter(isTaken).flatMap((each) => {
        const { reasons } = runTrajectoryCase(each, benchOf(target), header);
        return reasons.map((reason) => `${each.id}: ${reason}`);
      });
      expect(failures).toEqual([]);
    });
  },
);

test('a sequence may be of schedules after each other, or of factors of factors', () => {
  const schedulers = [
    { name: 'ConstantLR', factor: 0.5, total_iters: 2 },
    { name: 'ExponentialLR', gamma: 0.5 },
  ];
  const sequential: SequenceCase = {
    id: 'sequential',
    sched: { name: 'SequentialLR', schedulers, milestones: [3] },
    lr0: 0.1,
    lr: [0.05, 0.05, 0.1, 0.1, 0.05, 0.025],
  };
  const chained: SequenceCase = {
    id: 'chained',
    sched: { name: 'ChainedScheduler', schedulers },
    lr0: 0.1,
    lr: [0.05, 0.025, 0.025, 0.0125],
  };
  for (const each of [sequential, chained]) {
    expect(runTrajectoryCase(each, benchOf('js'), header).reasons).toEqual([]);
  }
});

describe('a mistake is noticed', () => {
  const runs = cases.filter((each) => 'opt' in each);
  const find = (holds: (run: TrajectoryCase) => boolean): TrajectoryCase => {
    const run = runs.find(holds);
    if (run === undefined) throw new Error('the corpus has no such run');
    return run;
  };
  const adam = find(({ opt, model }) => opt === 'Adam' && model === 'reg');
  const normalised = find(({ stats64 }) => stats64 !== undefined);
  const scheduled = find(({ sched }) => sched?.name === 'StepLR');

  test.each<[string, TrajectoryCase]>([
    ['in an option', { ...adam, options: { ...adam.options, eps: 1e-7 } }],
    ['in the data', { ...adam, batch: 10 }],
    ['in a running statistic', { ...normalised, stats64: { '1.rm': [1, 1, 1, 1, 1, 1, 1, 1] } }],
    ['in a schedule', { ...scheduled, sched: { name: 'StepLR', step_size: 5, gamma: 0.5 } }],
    ['in an initial value', { ...adam, init: { ...adam.init, '2.b': { s: [1], d: [0.5] } } }],
    ['in the name of an optimizer', { ...adam, opt: 'Adom' }],
  ])('%s', (_, mistaken) => {
    expect(runTrajectoryCase(mistaken, benchOf('interpreter'), header).status).toBe('failed');
  });
});
