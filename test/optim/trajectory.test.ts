import { describe, expect, test } from 'vitest';
import { recordedOutcome, retrace, trajectories, type Outcome, type Trajectory } from './trajectory.ts';

/** `Adam {"lr":0.02} on reg`: what tells a run from the others. */
function title({ opt, options, model, ...run }: Trajectory): string {
  const { batch, l1, l2, clip_norm, clip_value, label_smoothing, groups, sched } = run;
  const extras = { batch, l1, l2, clip_norm, clip_value, label_smoothing, groups, sched };
  const text = JSON.stringify({ ...options, ...extras });
  return `${opt} ${text} on ${model}`;
}

/** The largest difference, relative to the recorded number or to 1. */
function worstDifference(got: Outcome, recorded: Outcome): number {
  return Math.max(
    ...Object.entries(recorded).flatMap(([name, numbers]) =>
      numbers.map((number, position) => {
        const difference = Math.abs((got[name]?.[position] ?? Number.NaN) - number);
        return Number.isNaN(difference) ? Infinity : difference / Math.max(1, Math.abs(number));
      }),
    ),
  );
}

describe('training follows PyTorch in double precision: losses, parameters, statistics, evaluation', () => {
  test.each(trajectories.map((run) => [title(run), run] as const))('%s', (_, run) => {
    const got = retrace(run);
    const recorded = recordedOutcome(run);
    expect(Object.keys(got).sort()).toEqual(Object.keys(recorded).sort());
    expect(worstDifference(got, recorded)).toBeLessThan(1e-11);
  });

  test('a wrong option is noticed', () => {
    const run = trajectories.find(({ opt }) => opt === 'Adam');
    if (run === undefined) throw new Error('the recording has no run of Adam');
    const other = { ...run, options: { ...run.options, eps: 1e-7 } };
    expect(worstDifference(retrace(other), recordedOutcome(run))).toBeGreaterThan(1e-9);
  });
});
