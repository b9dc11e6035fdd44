// The part of the proof of a plan that is about memory: lifetimes, worked out from the accesses of kernels, and no two buffers
// that share bytes while both matter. It shares no code with the planner.
import { bytesPerElement } from '../ir/dtype.ts';
import { areSeparated, isReached } from '../ir/index-proof.ts';
import type { BufferReference } from '../ir/scalar.ts';
import { commonAxes } from '../kernels/access-walk.ts';
import type { Buffer } from '../kernels/kernel.ts';
import { bytesOf, isFilledBefore, problem, type PlanProblem, type Step } from './checker-problem.ts';
import type { EntryPlan, Placement } from './plan.ts';

/** When the contents of a buffer matter: positions of kernels, with both ends of the entry outside of them. */
interface Life {
  readonly placement: Placement;
  readonly start: number;
  readonly end: number;
}

function livesOf(plan: EntryPlan, steps: readonly Step[]): readonly Life[] {
  const firstUses = new Map<BufferReference, number>();
  const lastUses = new Map<BufferReference, number>();
  for (const { position, walk } of steps) {
    for (const { buffer } of walk.accesses) {
      if (!firstUses.has(buffer)) firstUses.set(buffer, position);
      lastUses.set(buffer, position);
    }
  }
  const handedOut = new Set(plan.program.outputs.map((output) => output.buffer));
  return plan.placements.map((placement) => {
    const { buffer } = placement;
    const staysWhole = handedOut.has(buffer) || isFilledBefore(buffer);
    return {
      placement,
      start: isFilledBefore(buffer) ? -1 : (firstUses.get(buffer) ?? steps.length),
      end: staysWhole ? steps.length : (lastUses.get(buffer) ?? -1),
    };
  });
}

/** No two buffers share bytes while both matter, but for one that is written over another element by element. */
export function checkMemory(plan: EntryPlan, steps: readonly Step[]): readonly PlanProblem[] {
  const lives = livesOf(plan, steps)
    .filter(({ placement, start, end }) => placement.buffer.length > 0 && start <= end)
    .toSorted((a, b) => a.start - b.start);
  return lives.flatMap((older, at) =>
    lives.slice(at + 1).flatMap((newer) => {
      const [a, b] = [older.placement, newer.placement];
      const shareBytes = a.offset < b.offset + bytesOf(b.buffer) && b.offset < a.offset + bytesOf(a.buffer);
      if (!shareBytes || older.end < newer.start || a.buffer === b.buffer) return [];
      const step = steps[newer.start];
      const buffers = [a.buffer, b.buffer];
      const names = `${a.buffer.name} and ${b.buffer.name}`;
      const meetOnce = older.end === newer.start && older.start < newer.start && a.offset === b.offset;
      if (step === undefined || !meetOnce || !sameElements(a.buffer, b.buffer)) {
        return [problem('E_PLAN_OVERLAP', null, buffers, `${names} share bytes while both are in use`)];
      }
      if (isReplaced(step, a.buffer, b.buffer)) return [];
      const message = `${b.buffer.name} is written over ${a.buffer.name} before that was read`;
      return [problem('E_PLAN_IN_PLACE', step.kernel, buffers, message)];
    }),
  );
}

function sameElements(a: Buffer, b: Buffer): boolean {
  return bytesPerElement[a.dtype] === bytesPerElement[b.dtype];
}

/** Whether a kernel reads every element of `source` before it writes the same element of `result`. */
function isReplaced({ walk: { accesses } }: Step, source: Buffer, result: Buffer): boolean {
  const reached = accesses.filter(isReached);
  const ofSource = reached.filter((access) => access.buffer === source);
  const stores = reached.filter((access) => access.buffer === result && access.kind === 'store');
  return ofSource.every(
    (load) =>
      load.kind === 'load' &&
      stores.every((store) => load.order < store.order && areSeparated(load, store, commonAxes(load, store))),
  );
}
