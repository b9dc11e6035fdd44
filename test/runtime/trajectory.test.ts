import { describe, expect, test } from 'vitest';
import { recordedOutcome, trajectories, type Outcome, type Trajectory } from '../optim/trajectory.ts';
import { train } from './trained.ts';

/** What tells a run from the others. */
function title({ opt, options, model, ...run }: Trajectory): string {
  const { batch, l1, l2, clip_norm, clip_value, label_smoothing, groups, sched } = run;
  const extras = { batch, l1, l2, clip_norm, clip_value, label_smoothing, groups, sched };
  return `${opt} ${JSON.stringify({ ...options, ...extras })} on ${model}`;
}

/** The largest difference in a list, relative to its largest recorded magnitude. */
function worstDifference(got: Outcome, recorded: Outcome): number {
  const differences = Object.entries(recorded).map(([name, numbers]) => {
    const magnitude = Math.max(1e-1, ...numbers.map(Math.abs));
    const worst = Math.max(
      ...numbers.map((number, position) => Math.abs((got[name]?.[position] ?? Number.NaN) - number)),
    );
    return worst / magnitude;
  });
  return Math.max(...differences);
}

/** The least that rounding is granted; PyTorch's own f32 strays up to 2e-6 from its f64 in these runs. */
const tolerance = 1e-5;

describe('sessions train as PyTorch does, in f32: losses, parameters, statistics, evaluation', () => {
  test.each(trajectories.map((run) => [title(run), run] as const))('%s', (_, run) => {
    const got = train(run);
    const recorded = recordedOutcome(run);
    expect(Object.keys(got).sort()).toEqual(Object.keys(recorded).sort());
    expect(worstDifference(got, recorded)).toBeLessThan(tolerance);
  });

  test('a wrong option is noticed', () => {
    const run = trajectories.find(({ opt }) => opt === 'Adam');
    if (run === undefined) throw new Error('the recording has no run of Adam');
    const other = { ...run, options: { ...run.options, betas: [0.9, 0.99] as const } };
    expect(worstDifference(train(other), recordedOutcome(run))).toBeGreaterThan(tolerance);
  });
});
