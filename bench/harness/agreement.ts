// Whether contenders compute the same thing: what they give for the first steps is compared before any is timed.
import type { Prepared, Task } from './protocol.ts';
import { parameterCount } from '../workloads.ts';

/** Rounding and its order differ; a wrong gradient or a wrong step of Adam shows in the third digit. */
const tolerance = 1e-3;

/** Every library draws other dropout masks. */
const toleranceOfDropout = 0.15;

/**
 * What is wrong with the outcome of a contender, or `undefined`.
 * @param reference the outcome to agree with
 * @param exact whether every bit has to be the same
 */
export function disagreement(
  task: Task,
  { parameters, variants }: Prepared,
  reference: readonly number[],
  exact: boolean,
): string | undefined {
  const expected = task.kind === 'training' ? parameterCount(task) : 0;
  if (parameters !== expected) return `has ${parameters} parameters, expected ${expected}`;
  const allowed = task.kind === 'training' && task.dropout > 0 ? toleranceOfDropout : tolerance;
  for (const { name, outcome } of variants) {
    const title = name === '' ? '' : `${name}: `;
    const printed = `${title}computes ${outcome.join(', ')}`;
    const [first = Number.NaN] = outcome;
    if (task.kind === 'training' && !((outcome.at(-1) ?? first) < first)) {
      return `${printed}: the loss does not fall`;
    }
    const agrees =
      outcome.length === 0 ||
      reference.every((value, index) => {
        const given = outcome[index] ?? Number.NaN;
        return exact
          ? Object.is(given, value)
          : Math.abs(given - value) <= allowed * Math.max(1, Math.abs(value));
      });
    if (!agrees) return `${printed}, expected ${reference.join(', ')}${exact ? ', bit for bit' : ''}`;
  }
  return undefined;
}
