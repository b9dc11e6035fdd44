// What a program counts for itself: the steps that it has taken, and the seed of its session.
import { InternalError } from '../ir/errors.ts';
import { makeNode, type Attributes, type Op, type Tensor } from '../ir/node.ts';

/** The number of steps taken so far, i32; 0 in the first step. */
export const stepCounterOp: Op<Attributes> = scalarStateOp('step');
/** The seed of the session, i32. */
export const seedOp: Op<Attributes> = scalarStateOp('seed');

function scalarStateOp(name: string): Op<Attributes> {
  return {
    name,
    arity: 0,
    shape: () => [],
    dtype: () => 'i32',
    vjp: () => [],
    evaluate: () => {
      throw new InternalError('E_UNBOUND_LEAF', `the interpreter was given no value for ${name}`);
    },
    lowering: { kind: 'leaf' },
  };
}

/** The number of steps taken so far, an i32 scalar; 0 in the first step. For schedules. */
export function stepCounter(): Tensor<[], 'i32'>;
export function stepCounter(): Tensor {
  return makeNode(stepCounterOp, [], {});
}

export function sessionSeed(): Tensor {
  return makeNode(seedOp, [], {});
}

/** The counter and the seed of one program: leaves of its own, so that no node is shared with other programs. */
export interface ProgramCounters {
  readonly step: Tensor;
  readonly seed: Tensor;
}

const programStepOp: Op<Attributes> = { ...stepCounterOp, identity: 'unique' };
const programSeedOp: Op<Attributes> = { ...seedOp, identity: 'unique' };

export function programCounters(): ProgramCounters {
  return { step: makeNode(programStepOp, [], {}), seed: makeNode(programSeedOp, [], {}) };
}

/** The program's own leaf for a declared counter or seed; undefined for any other node. */
export function ownCounter(node: Tensor, counters: ProgramCounters): Tensor | undefined {
  if (node.op.name === stepCounterOp.name) return counters.step;
  return node.op.name === seedOp.name ? counters.seed : undefined;
}
