// What an optimizer is: a function from a parameter and its gradient to the next values of the parameter and of the
// state it keeps, all as graph. Relies on leaves and arithmetic only; the compiler applies it to every parameter.
import { ShapeError } from '../ir/errors.ts';
import { isFloat, type DType } from '../ir/dtype.ts';
import type { Tensor } from '../ir/node.ts';
import { callSite, inScope } from '../ir/origin.ts';
import { printShape } from '../ir/size.ts';
import type { Operand } from '../ir/types/broadcast.ts';
import { add, mul, sub } from '../ops/arithmetic.ts';
import { broadcastAlong } from '../ops/broadcast.ts';
import { nameOf, scalar, state } from '../ops/leaf.ts';
import { cast } from '../ops/select.ts';
import { neg } from '../ops/unary.ts';
import { badOption, checkOption, type AllowedRange } from '../ops/option.ts';

/** A number, or an expression of the step counter (i32, 0 in the first step): a schedule. */
export type Scheduled = number | ((step: Tensor) => Tensor);

/** `leaf ← next`, at the end of every step. */
export interface Update {
  readonly leaf: Tensor;
  readonly next: Tensor;
}

/** What an optimizer works with, for one parameter. */
export interface UpdateContext {
  readonly parameter: Tensor;
  readonly gradient: Tensor;
  /** The number of steps taken before this one, i32 scalar. */
  readonly step: Tensor;
  /** A leaf that lives from step to step, named `<parameter>.<name>`. */
  readonly state: (name: string, initial: Tensor) => Tensor;
}

export type OptionValue = boolean | string | Scheduled | readonly Scheduled[];

/** A declared optimizer: a value, with its options to read. */
export interface Optimizer {
  readonly name: string;
  readonly options: Readonly<Record<string, OptionValue>>;
  /** The updates of one step; the first is the parameter's. */
  readonly update: (context: UpdateContext) => readonly Update[];
  /** What the optimizer asks of the parameters as a whole. @throws {DeclarationError} */
  readonly check?: (parameters: readonly Tensor[]) => void;
}

/** Whether a value is an optimizer. */
export function isOptimizer(value: unknown): value is Optimizer {
  return (
    typeof value === 'object' && value !== null && 'update' in value && typeof value.update === 'function'
  );
}

/** Makes an optimizer; the nodes of its updates carry its name and the line where it was declared. */
export function defineOptimizer(definition: Optimizer): Optimizer {
  const { name, options, update, check } = definition;
  const site = callSite();
  return Object.freeze({
    ...(check === undefined ? {} : { check }),
    name,
    options: Object.freeze({ ...options }),
    update: (context: UpdateContext) =>
      inScope({ name, kind: 'function', label: name, site }, () => update(context)),
  });
}

/** Applies an optimizer to one parameter, with state leaves made and named here. */
export function updatesOf(optimizer: Optimizer, given: Omit<UpdateContext, 'state'>): readonly Update[] {
  const owner = nameOf(given.parameter);
  return optimizer.update({ ...given, state: (name, initial) => state(`${owner}.${name}`, initial) });
}

/** Zeros of the shape and dtype of a parameter: where moments start. */
export function zerosLike(parameter: Tensor): Tensor {
  return broadcastAlong(scalar(0, parameter.dtype), parameter.shape, []);
}

/** @throws {DeclarationError} `E_OPTION` for a number out of range; what a schedule gives is not known yet */
export function checkScheduled(call: string, option: string, value: Scheduled, allowed: AllowedRange): void {
  if (typeof value === 'number') checkOption(call, option, value, allowed);
  else if (typeof value !== 'function') {
    throw badOption(
      call,
      `${option} is ${JSON.stringify(value)}`,
      'has to be a number or a function of the step',
    );
  }
}

/** The value of an option at a step: the number, or its scalar in `dtype`. @throws {ShapeError} `E_NOT_SCALAR` */
export function valueAt(
  call: string,
  option: string,
  value: Scheduled,
  { step, dtype }: { readonly step: Tensor; readonly dtype: DType },
): Operand {
  if (typeof value === 'number') return value;
  const scheduled = value(step);
  if (scheduled.shape.length > 0 || !isFloat(scheduled.dtype)) {
    throw new ShapeError(
      'E_NOT_SCALAR',
      `${call}: ${option} gives ${scheduled.dtype} ${printShape(scheduled.shape)}, it has to give one f32 or f64 number`,
    );
  }
  return cast(scheduled, dtype);
}

/** A scheduled number as another float type; numbers take the type of the tensors beside them anyway. */
export function castOperand(value: Operand, dtype: DType): Operand {
  return typeof value === 'number' ? value : cast(value, dtype);
}

/** `1 - value`, in the precision of the value. */
export function complement(value: Operand): Operand {
  return typeof value === 'number' ? 1 - value : sub(1, value);
}

/** The direction before the rule of the optimizer: turned around to maximize, with the pull of weight decay. */
export function direction(
  { parameter, gradient }: UpdateContext,
  { maximize, weightDecay }: { readonly maximize: boolean; readonly weightDecay: number },
): Tensor {
  const uphill = maximize ? neg(gradient) : gradient;
  return weightDecay === 0 ? uphill : add(uphill, mul(parameter, weightDecay));
}

/** A running mean's decay and what is left for the newest value, in the dtype of the mean. */
export interface Decay {
  readonly old: Operand;
  readonly latest: Operand;
}

/** The decay rate with its complement, which is taken in the precision of the rate and rounded once. */
export function decayOf(rate: Operand, dtype: DType): Decay {
  return { old: castOperand(rate, dtype), latest: castOperand(complement(rate), dtype) };
}

/** `decay · average + (1 - decay) · latest` */
export function movingAverage(average: Tensor, decay: Decay, latest: Tensor): Tensor {
  return add(mul(average, decay.old), mul(latest, decay.latest));
}

/** `decay · average + (1 - decay) · latest²` */
export function movingSquare(average: Tensor, decay: Decay, latest: Tensor): Tensor {
  return add(mul(average, decay.old), mul(mul(latest, decay.latest), latest));
}
