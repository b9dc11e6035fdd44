// The proof that a plan is right, made from the statements of its kernels alone: it shares no code with the planner
// and believes nothing that the planner says but offsets. Lifetimes are worked out again, and every access is
// followed: inside its buffer, of data that is there, never under a store that another reader still depends on.
import { indicesEqual } from '../ir/index-expression.ts';
import {
  areSeparated,
  covers,
  isInjective,
  isMarked,
  isReached,
  mark,
  provenRange,
  staysInside,
} from '../ir/index-proof.ts';
import type { Tensor } from '../ir/node.ts';
import type { BufferReference } from '../ir/scalar.ts';
import { commonAxes, standTogether, walk, type Access, type Walk } from '../kernels/access-walk.ts';
import type { Buffer, Kernel, Statement } from '../kernels/kernel.ts';
import { checkMemory } from './checker-memory.ts';
import {
  bytesOf,
  isFilledBefore,
  isPersistent,
  problem,
  type PlanProblem,
  type PlanProblemCode,
  type Step,
} from './checker-problem.ts';
import { alignment, type EntryPlan, type StateLayout } from './plan.ts';

export type { PlanProblem, PlanProblemCode } from './checker-problem.ts';

/**
 * Everything that is wrong with the plan of an entry; an empty list is a proof that its kernels compute what they
 * say, whatever they are fed.
 */
export function checkPlan(plan: EntryPlan, state: StateLayout): readonly PlanProblem[] {
  const steps = plan.kernels.map((kernel, position): Step => ({ kernel, position, walk: walk(kernel) }));
  const buffers = buffersOf(plan, steps);
  return [
    ...checkPlacements(plan, state, buffers),
    ...steps.flatMap(checkKernel),
    ...checkData(steps, plan),
    ...checkLeaves(steps),
    ...checkMemory(plan, steps),
  ];
}

/** Buffers that outlive the kernels: everything that is read, written, or handed out. */
function buffersOf(plan: EntryPlan, steps: readonly Step[]): readonly Buffer[] {
  const used = new Set<Buffer>(plan.program.outputs.map((output) => output.buffer));
  for (const { kernel, walk: walked } of steps) {
    const scratch = new Set<BufferReference>(kernel.scratch);
    for (const { buffer } of walked.accesses) if (!scratch.has(buffer)) used.add(wholeBuffer(buffer));
  }
  return [...used];
}

function wholeBuffer(buffer: BufferReference): Buffer {
  // Kernels load from and store to whole buffers; expressions know them by the narrower type of the scalar language.
  return buffer as Buffer;
}

function checkPlacements(
  plan: EntryPlan,
  state: StateLayout,
  buffers: readonly Buffer[],
): readonly PlanProblem[] {
  const allSlots = [...state.slots, ...state.constants];
  const slots = new Map<Tensor, number>(allSlots.map((slot) => [slot.buffer.tensor, slot.offset]));
  const placements = Map.groupBy(plan.placements, (placement) => placement.buffer);
  return buffers.flatMap((buffer) => {
    const found: PlanProblem[] = [];
    const report = (code: PlanProblemCode, message: string): unknown =>
      found.push(problem(code, null, [buffer], `${buffer.name} ${message}`));
    const [placement, ...others] = placements.get(buffer) ?? [];
    if (placement === undefined) {
      report('E_PLAN_UNPLACED', 'has no place in the arena');
      return found;
    }
    if (others.length > 0) report('E_PLAN_PLACED_TWICE', `has ${others.length + 1} places in the arena`);
    const { offset, bytes } = placement;
    if (offset % alignment !== 0) report('E_PLAN_MISALIGNED', `starts at byte ${offset}`);
    if (offset < 0 || offset + bytes > plan.arenaBytes || bytes !== bytesOf(buffer)) {
      const needs = `needs ${bytesOf(buffer)}; the arena has ${plan.arenaBytes}`;
      report('E_PLAN_OUTSIDE', `lies at ${offset} with ${bytes} bytes, ${needs}`);
    }
    if (isPersistent(buffer) && slots.get(buffer.tensor) !== offset) {
      const slot = slots.get(buffer.tensor);
      report('E_PLAN_STATE_SLOT', `lies at ${offset}, its slot is ${slot ?? 'missing'}`);
    }
    // What other entries keep, this one need not use: its own buffers have to stay clear of it all the same.
    const covered = allSlots.find(
      (slot) => offset < slot.offset + bytesOf(slot.buffer) && slot.offset < offset + bytesOf(buffer),
    );
    if (!isPersistent(buffer) && covered !== undefined) {
      report('E_PLAN_STATE_SLOT', `lies over ${covered.buffer.name}, which outlives the entry`);
    }
    return found;
  });
}

/** What can be said of a kernel on its own. */
function checkKernel({ kernel, walk: walked }: Step): readonly PlanProblem[] {
  const found = walked.problems.map(({ kind, message }) =>
    problem(kind === 'local' ? 'E_PLAN_LOCAL' : 'E_PLAN_AXIS', kernel, [], message),
  );
  for (const access of walked.accesses.filter(isReached)) {
    const { buffer } = access;
    if (!staysInside(access, buffer.length)) {
      const what = access.kind === 'load' ? 'a load' : 'a store';
      found.push(problem('E_PLAN_INDEX', kernel, [buffer], `${what} may leave ${buffer.name}`));
    }
    if (access.kind === 'store' && wholeBuffer(buffer).role === 'constant') {
      found.push(
        problem('E_PLAN_CONSTANT', kernel, [buffer], `${buffer.name} is a constant and stored into`),
      );
    }
    // Scratch is written anew in every outer iteration.
    const isShared = access.kind === 'store' && wholeBuffer(buffer).role !== 'scratch';
    if (isShared && access.scatter === undefined && !isInjective(access)) {
      const message = `two iterations store to one element of ${buffer.name}`;
      found.push(problem('E_PLAN_STORED_TWICE', kernel, [buffer], message));
    }
  }
  for (const { value, low, high } of walked.promises.filter(isReached)) {
    const proven = provenRange(
      value,
      (buffer) => wholeBuffer(buffer).range,
      (local) => walked.values.get(local),
    );
    if (proven.low >= low && proven.high <= high) continue;
    const message = `an index is promised in ${low}…${high}, but may be ${proven.low}…${proven.high}`;
    found.push(problem('E_PLAN_PROMISE', kernel, [], message));
  }
  return [...found, ...checkLists(kernel, walked), ...checkOrder(kernel, walked)];
}

function checkLists(kernel: Kernel, { accesses }: Walk): readonly PlanProblem[] {
  const scratch = new Set<BufferReference>(kernel.scratch);
  const lists = { load: kernel.reads, store: kernel.writes };
  return (['load', 'store'] as const).flatMap((kind) => {
    const listed = new Set<BufferReference>(lists[kind]);
    const actual = new Set<BufferReference>(
      accesses
        .filter((access) => access.kind === kind && !(kind === 'load' && access.scatter !== undefined))
        .map((access) => access.buffer)
        .filter((buffer) => !scratch.has(buffer)),
    );
    const wrong = [...new Set([...listed, ...actual])].filter(
      (each) => listed.has(each) !== actual.has(each),
    );
    if (wrong.length === 0) return [];
    const names = wrong.map((buffer) => buffer.name).join(', ');
    return [problem('E_PLAN_ACCESS_LIST', kernel, wrong, `its list of ${kind}s is wrong about ${names}`)];
  });
}

/** Buffers that a kernel reads and writes: each read sees only old elements, or only new ones. */
function checkOrder(kernel: Kernel, { accesses }: Walk): readonly PlanProblem[] {
  const reached = accesses.filter(isReached);
  const mixed = new Set<BufferReference>();
  for (const store of reached.filter((access) => access.kind === 'store')) {
    for (const load of reached) {
      if (load.kind !== 'load' || load.buffer !== store.buffer) continue;
      if (load.scatter !== undefined && load.scatter === store.scatter) continue;
      if (!isOrdered(load, store)) mixed.add(load.buffer);
    }
  }
  return [...mixed].map((buffer) => {
    const message = `${buffer.name} is read where it may be overwritten already`;
    return problem('E_PLAN_OVERWRITTEN', kernel, [buffer], message);
  });
}

/** Whether a load sees only what was there before the store, or only what the store has just written. */
function isOrdered(load: Access, store: Access): boolean {
  const common = commonAxes(load, store);
  if (load.order < store.order) return areSeparated(load, store, common);
  return !standTogether(load, store) && covers(store, load, common);
}

/** Every read of what does not exist before the entry sees data that was written for it. */
function checkData(steps: readonly Step[], plan: EntryPlan): readonly PlanProblem[] {
  const found: PlanProblem[] = [];
  const written = new Map<BufferReference, Uint8Array>();
  const report = (step: Step | null, buffer: BufferReference): void => {
    const isPart = written.has(buffer);
    const code = isPart ? 'E_PLAN_PARTLY_WRITTEN' : 'E_PLAN_UNWRITTEN';
    const message = `${buffer.name} is read before it is ${isPart ? 'wholly ' : ''}written`;
    found.push(problem(code, step?.kernel ?? null, [buffer], message));
  };
  for (const step of steps) {
    const { accesses } = step.walk;
    const scratch = new Set<BufferReference>(step.kernel.scratch);
    const reported = new Set<BufferReference>();
    for (const load of accesses.filter((access) => access.kind === 'load').filter(isReached)) {
      const { buffer } = load;
      if (!scratch.has(buffer) && isFilledBefore(wholeBuffer(buffer))) continue;
      const known = scratch.has(buffer) ? undefined : written.get(buffer);
      if (known !== undefined && isMarked(load, known)) continue;
      const isOwn = accesses.some(
        (store) =>
          store.kind === 'store' &&
          store.buffer === buffer &&
          store.order < load.order &&
          isReached(store) &&
          !standTogether(store, load) &&
          covers(store, load, commonAxes(store, load)),
      );
      if (!isOwn && !reported.has(buffer)) report(step, buffer);
      reported.add(buffer);
    }
    for (const store of accesses.filter((access) => access.kind === 'store').filter(isReached)) {
      if (scratch.has(store.buffer) || store.scatter !== undefined) continue;
      const elements = written.get(store.buffer) ?? new Uint8Array(store.buffer.length);
      mark(store, elements);
      written.set(store.buffer, elements);
    }
  }
  for (const { buffer } of plan.program.outputs) {
    if (isFilledBefore(buffer) || buffer.length === 0) continue;
    if (written.get(buffer)?.every((each) => each === 1) !== true) report(null, buffer);
  }
  return found;
}

/**
 * A buffer of a leaf holds the old value before the kernel that updates it, and the new one after. Kernels that
 * compute with the leaf itself need the old value; all others that load the buffer mean the tensor that was written
 * over the leaf.
 */
function checkLeaves(steps: readonly Step[]): readonly PlanProblem[] {
  return steps.flatMap((update) => {
    const updated = new Set(
      update.walk.accesses
        .filter((access) => access.kind === 'store')
        .map((access) => wholeBuffer(access.buffer))
        .filter(isPersistent),
    );
    return [...updated].flatMap((leaf) =>
      steps.flatMap((reader) => {
        if (reader === update || !loads(reader, leaf)) return [];
        const isLater = reader.position > update.position;
        const needsOld = needsOldValue(reader, update, leaf);
        if (isLater !== needsOld) return [];
        return needsOld
          ? [
              problem(
                'E_PLAN_STALE',
                reader.kernel,
                [leaf],
                `it needs ${leaf.name} as it was before its update`,
              ),
            ]
          : [problem('E_PLAN_UNWRITTEN', reader.kernel, [leaf], `it needs ${leaf.name} after its update`)];
      }),
    );
  });
}

function loads({ walk: walked }: Step, leaf: Buffer): boolean {
  return walked.accesses.some((access) => access.kind === 'load' && access.buffer === leaf);
}

function needsOldValue({ kernel }: Step, update: Step, leaf: Buffer): boolean {
  const [only, ...others] = kernel.computes;
  // A kernel that hands the new value on to another leaf names what it copies, not what it computes with.
  const isHandedOn =
    only !== undefined &&
    only !== leaf.tensor &&
    others.length === 0 &&
    update.kernel.computes.includes(only);
  if (isHandedOn && isCopy(kernel.body)) return false;
  return kernel.computes.some((tensor) => tensor === leaf.tensor || tensor.inputs.includes(leaf.tensor));
}

function isCopy([statement, ...others]: readonly Statement[]): boolean {
  if (statement === undefined || others.length > 0) return false;
  if (statement.kind === 'loop') return isCopy(statement.body);
  return (
    statement.kind === 'store' &&
    statement.value.kind === 'load' &&
    indicesEqual(statement.index, statement.value.index)
  );
}
