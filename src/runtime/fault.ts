// Where numbers stop being finite: the first operation of some that makes NaN or an infinity of finite numbers, and the
// error that shows it in the user's file.
import type { Guard } from '../compiler/build-options.ts';
import type { EntryName } from '../compiler/compilation.ts';
import { NumericsError } from '../ir/errors.ts';
import { frame, type FrameNote } from '../ir/frame.ts';
import type { Tensor } from '../ir/node.ts';
import { scopePath, spanOf } from '../ir/origin.ts';
import type { Value } from '../ir/value.ts';
import type { Phase } from '../kernels/kernel.ts';
import { seedOp, stepCounterOp } from '../ops/counters.ts';
import { inputOp, parameterOp, stateOp } from '../ops/leaf.ts';

/** Elements that a guard stops at. */
export interface Fault {
  /** The first of them, by its place in row-major order. */
  readonly position: number;
  readonly value: number;
  readonly count: number;
  readonly length: number;
}

/** The elements that a guard stops at, if there are any. */
export function faultIn(data: ArrayLike<number>, guard: Guard): Fault | null {
  const stopsAt = guard === 'nan' ? Number.isNaN : (value: number) => !Number.isFinite(value);
  let position = -1;
  let count = 0;
  for (let index = 0; index < data.length; index++) {
    if (!stopsAt(data[index] ?? 0)) continue;
    if (count === 0) position = index;
    count++;
  }
  return count === 0 ? null : { position, value: data[position] ?? Number.NaN, count, length: data.length };
}

/** An operation with what it made of what. */
export interface FaultyOperation {
  readonly tensor: Tensor;
  readonly fault: Fault;
  readonly shape: readonly number[];
  readonly inputs: readonly Value[];
}

/** Hears of every node as it is evaluated, and keeps the first that makes a fault out of inputs that have none. */
export function faultFinder(guard: Guard): {
  observe(node: Tensor, inputs: readonly Value[], value: Value): void;
  readonly found: FaultyOperation | null;
} {
  let found: FaultyOperation | null = null;
  return {
    observe: (node, inputs, { data, shape, dtype }) => {
      if (found !== null || dtype === 'i32' || dtype === 'bool') return;
      const fault = faultIn(data, guard);
      if (fault === null || inputs.some((each) => faultIn(each.data, guard) !== null)) return;
      found = { tensor: node, fault, shape, inputs };
    },
    get found() {
      return found;
    },
  };
}

/**
 * The operation among those of a kernel that makes the fault, evaluated one by one with the rounding of their dtypes;
 * null where what they read is not all known.
 */
export function faultyOperation(
  computes: readonly Tensor[],
  known: ReadonlyMap<Tensor, Value>,
  guard: Guard,
): FaultyOperation | null {
  const values = new Map(known);
  const finder = faultFinder(guard);
  const inside = new Set(computes);
  const evaluate = (node: Tensor): Value | undefined => {
    const ready = values.get(node);
    if (ready !== undefined) return ready;
    // What lies before the kernel, and was not written to memory for it, is not known.
    const isKnown = node.inputs.length === 0 ? !isVariable(node) : inside.has(node);
    const inputs = isKnown ? node.inputs.map(evaluate) : [undefined];
    if (!inputs.every((each) => each !== undefined)) return undefined;
    const value = rounded(node.op.evaluate(inputs, node.attrs, node));
    finder.observe(node, inputs, value);
    values.set(node, value);
    return value;
  };
  for (const node of computes) {
    evaluate(node);
    if (finder.found !== null) return finder.found;
  }
  return null;
}

const variables = new Set([inputOp, parameterOp, stateOp, stepCounterOp, seedOp].map(({ name }) => name));

/** A leaf that holds whatever it was given. */
function isVariable({ op }: Tensor): boolean {
  return variables.has(op.name);
}

function rounded(value: Value): Value {
  return value.dtype === 'f32' ? { ...value, data: value.data.map(Math.fround) } : value;
}

/** How an error calls a run: `step 18`, after as many steps as were taken before; `evaluate`. */
export function runOf(entry: EntryName, steps = 0): string {
  return entry === 'step' ? `step ${steps + 1}` : entry;
}

/** What an error says about where it happened. */
export interface FaultPlace {
  /** `step 18`, `evaluate` */
  readonly run: string;
  /** The kernel by its name in the generated code, and its formulas. */
  readonly kernel?: { readonly name: string; readonly phase: Phase; readonly formulas: readonly string[] };
}

/** Where in a step a kernel works, if that has to be said: what a line of the user's gives rise to elsewhere. */
const phaseNote: Readonly<Partial<Record<Phase, string>>> = {
  backward: ', in the gradients',
  update: ', in the update',
};

/** The error for an operation. */
export function operationError(operation: FaultyOperation, place: FaultPlace): NumericsError {
  const { tensor, fault, shape, inputs } = operation;
  const scope = scopePath(tensor.origin.scope);
  const name = scope.endsWith(tensor.op.name)
    ? scope
    : [scope, tensor.op.name].filter((part) => part !== '').join('/');
  const span = spanOf(tensor.origin);
  const read = inputs.map(({ dtype, shape: of, data }) => `${dtype} [${of.join(', ')}] ${rangeOf(data)}`);
  const notes: FrameNote[] = [
    { span, text: `makes ${fault.value}`, mark: 'primary' },
    ...read.map((text): FrameNote => ({ span: null, text: `reads ${text}`, mark: 'secondary' })),
  ];
  const where = place.kernel === undefined ? '' : (phaseNote[place.kernel.phase] ?? '');
  return faultError(`${place.run}${where}: ${name} makes ${elementsOf(fault, shape)}`, notes, place, {
    scope,
    shapes: [shape],
    ...(span === null ? {} : { spans: [span] }),
  });
}

/** The error for elements whose operation is not known, or that were there before. */
export function faultError(
  headline: string,
  notes: readonly FrameNote[],
  { kernel }: Pick<FaultPlace, 'kernel'>,
  details: Omit<ConstructorParameters<typeof NumericsError>[2], 'help'> & object,
): NumericsError {
  const help =
    'parameters and state are as they were before; look at what it reads: lower the learning rate, scale the inputs, ' +
    'clip gradients, or keep logarithms, divisions and roots away from 0';
  const lines: FrameNote[] =
    kernel === undefined
      ? []
      : [
          { span: null, text: `in kernel ${kernel.name}:`, mark: 'secondary' },
          ...kernel.formulas.map((formula): FrameNote => ({
            span: null,
            text: `  ${formula}`,
            mark: 'secondary',
          })),
        ];
  return new NumericsError('E_NOT_FINITE', frame(headline, [...notes, ...lines], help), { ...details, help });
}

/** `-Infinity at [3, 0], in 12 of 90 elements` */
export function elementsOf({ value, position, count, length }: Fault, shape: readonly number[]): string {
  const index: number[] = [];
  let rest = position;
  for (const size of shape.toReversed()) {
    index.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  const where =
    shape.length === 0
      ? ''
      : ` at [${index.join(', ')}], in ${count} of ${length} element${length === 1 ? '' : 's'}`;
  return `${value}${where}`;
}

/** `from -1.5 to 3`, of what is finite. */
function rangeOf(data: ArrayLike<number>): string {
  let [low, high] = [Infinity, -Infinity];
  for (let index = 0; index < data.length; index++) {
    const value = data[index] ?? Number.NaN;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (data.length === 0) return 'without elements';
  return low > high ? 'that is NaN' : `from ${shortened(low)} to ${shortened(high)}`;
}

function shortened(value: number): string {
  return String(Number(value.toPrecision(6)));
}
