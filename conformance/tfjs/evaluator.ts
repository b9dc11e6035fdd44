// Replays the calls of a trace on our public API. Calls build one graph; what is asserted of it is computed at the end,
// but for training and for shapes that depend on data, which are computed on the way.
import { cast, filled, grad, mul, type Tensor } from 'tapeless';
import { execute, isRefusal, type Bench, type FedInput } from '../execute.ts';
import { complexCall, isComplexCall } from './complex.ts';
import { calls } from './index.ts';
import { training, type Training } from './training.ts';
import type { TraceArgument, TraceCase, TracedFunction, TracedOutput, TraceEvent } from './trace.ts';
import {
  Complex,
  feeding,
  isList,
  isTensor,
  sizesOf,
  tensorOf,
  Text,
  dtypeNamed,
  stored,
  type Context,
  type Result,
  type Value,
} from './value.ts';

/** A function of TensorFlow.js that nobody has mapped, or one whose body was not recorded. */
export class UnknownFunction extends Error {
  override readonly name: string = 'UnknownFunction';
}

/** What was made of a tensor of the trace; a call that failed fails again where something needs what it made. */
type Binding = Tensor | Complex | Text | { readonly failure: unknown };

/** Tensors by their numbers; inner functions see the outer ones. */
interface Scope {
  readonly bindings: Map<number, Binding>;
  readonly outer: Scope | null;
  readonly context: Context;
}

export interface Evaluator {
  /** Runs a call. @throws {TapelessError} when it is refused */
  run(event: TraceEvent): void;
  /** Whether a call is refused, at the latest when what it gives is computed. */
  isRefused(event: TraceEvent): boolean;
  /** What the tensor of this number is now. */
  tensor(number: number): Tensor | Complex | Text;
  /** Inputs of all calls. */
  readonly inputs: readonly FedInput[];
}

export function evaluator({ consts }: Pick<TraceCase, 'consts'>, bench: Bench): Evaluator {
  const inputs: FedInput[] = [];
  const drawn = new Map<string, Tensor>();
  const context: Context = {
    float: bench.float,
    isDifferentiated: false,
    hasFloatsOnly: false,
    feed: feeding(inputs),
    compute: (tensors) => execute(tensors, inputs, bench).map(({ data }) => [...data]),
    drawnOnce: (key, draw) => {
      const tensor = drawn.get(key) ?? draw();
      drawn.set(key, tensor);
      return tensor;
    },
    names: new Set(),
  };
  const top: Scope = { bindings: new Map(), outer: null, context };
  for (const { t, dtype, s, d } of consts) {
    const ours = dtypeNamed(dtype, context);
    top.bindings.set(t, context.feed(stored(d.map(Number), ours), s, ours));
  }
  const trainings = new Map<number, Training>();

  const call = (event: TraceEvent, scope: Scope): Result => {
    if (event.fn === 'minimize') return minimise(event, scope);
    if (/^(?:grads?|valueAndGrads?)$/.test(event.fn)) return differentiate(event, scope);
    const name = event.fn.replace(/^\./, '');
    const given = (event.args ?? []).map((argument) => decode(argument, scope));
    // As a method, `where` is called on what is chosen where the condition holds.
    const args = event.fn === '.where' ? [given[1] ?? null, given[0] ?? null, ...given.slice(2)] : given;
    const real = calls[name] ?? calls[`image.${name}`] ?? calls[`spectral.${name}`];
    // Functions of spectra are complex by nature.
    const isComplex = isComplexCall(args) || real === undefined;
    const mapped = isComplex
      ? (complexCall(name, real) ?? complexCall(`spectral.${name}`, undefined) ?? real)
      : real;
    if (mapped === undefined) throw new UnknownFunction(`there is no function ${event.fn}`);
    return mapped(args, scope.context);
  };

  /** Runs the body of a function. What fails in it matters only where the result depends on it. */
  const returned = ({ body, ret }: TracedFunction, scope: Scope): Tensor => {
    for (const event of body) {
      try {
        bindAll(event.out, call(event, scope), scope);
      } catch (failure) {
        if (!isRefusal(failure)) throw failure;
        for (const number of numbersIn(event.out)) scope.bindings.set(number, { failure });
      }
    }
    const [number] = numbersIn(ret);
    const result = number === undefined ? undefined : lookUp(number, scope);
    if (!isTensor(result)) throw new UnknownFunction('the function returns no tensor');
    return result;
  };

  const minimise = (event: TraceEvent, scope: Scope): Result => {
    const { f, optId = 0, vars = [] } = event;
    if (f === undefined) throw new UnknownFunction('the function that was minimised is not recorded');
    const known = trainings.get(optId) ?? training(event, bench);
    trainings.set(optId, known);
    const current = vars.map((number) => tensorOf(valueAt(number, scope), context));
    const { loss, after } = known.step(
      context.compute(current).map((numbers, position) => {
        const variable = current[position];
        return { numbers, shape: variable === undefined ? [] : sizesOf(variable) };
      }),
      (parameters) => {
        const inner: Scope = { bindings: new Map(), outer: scope, context };
        vars.forEach((number, position) => {
          const parameter = parameters[position];
          if (parameter !== undefined) inner.bindings.set(number, parameter);
        });
        return returned(f, inner);
      },
      inputs,
    );
    vars.forEach((number, position) => {
      const value = after[position];
      if (value !== undefined)
        top.bindings.set(number, context.feed(value.numbers, value.shape, bench.float));
    });
    const cost = context.feed([loss], [], bench.float);
    for (const number of numbersIn(f.ret)) top.bindings.set(number, cost);
    return cost;
  };

  /**
   * TensorFlow.js differentiates integers and booleans, too: they are taken for floats where the function allows that,
   * and have gradients of zeros elsewhere.
   */
  const differentiate = (event: TraceEvent, scope: Scope): Result => {
    const { f } = event;
    if (f === undefined) throw new UnknownFunction('the function that was differentiated is not recorded');
    const inside = { ...scope.context, isDifferentiated: true };
    try {
      return gradientsOf(event, f, { ...scope, context: { ...inside, hasFloatsOnly: true } });
    } catch (error) {
      if (!isRefusal(error)) throw error;
      return gradientsOf(event, f, { ...scope, context: inside });
    }
  };

  const gradientsOf = (event: TraceEvent, f: TracedFunction, scope: Scope): Result => {
    const { float, hasFloatsOnly } = scope.context;
    const [given = null, dy = null] = (event.args ?? []).map((argument) => decode(argument, scope));
    const isSingle = /^(?:grad|valueAndGrad)$/.test(event.fn);
    const arguments_ = isSingle || !isList(given) ? [given] : given;
    const inner: Scope = { bindings: new Map(), outer: scope, context: scope.context };
    const variables = arguments_.map((argument, position) => {
      const x = tensorOf(argument, scope.context);
      const isFloat = x.dtype === 'f32' || x.dtype === 'f64';
      const bound = isFloat || !hasFloatsOnly ? x : cast(x, float);
      const number = f.params[position];
      if (number !== undefined) inner.bindings.set(number, bound);
      return isFloat || hasFloatsOnly ? bound : null;
    });
    const value = returned(f, inner);
    const result = cast(value, float);
    const cotangent =
      dy === null ? filled(sizesOf(result), 1, float) : cast(tensorOf(dy, scope.context), float);
    const found = grad(
      result,
      variables.filter((each) => each !== null),
      { cotangent },
    );
    let next = 0;
    const gradients = variables.map((variable, position) => {
      const gradient = variable === null ? undefined : found[next++];
      return gradient ?? mul(cast(tensorOf(arguments_[position], scope.context), float), 0);
    });
    const [first] = gradients;
    if (event.fn === 'grads') return gradients;
    if (first === undefined) throw new UnknownFunction('there is nothing to differentiate by');
    if (event.fn === 'grad') return first;
    return event.fn === 'valueAndGrad' ? { value, grad: first } : { value, grads: gradients };
  };

  return {
    inputs,
    run: (event) => bindAll(event.out, call(event, top), top),
    isRefused: (event) => {
      // A function that threw was not recorded, so that there is nothing of it to replay.
      if (/^(?:grads?|valueAndGrads?)$/.test(event.fn) && event.f === undefined) return true;
      try {
        execute(tensorsIn(call(event, top)), inputs, bench);
        return false;
      } catch (error) {
        if (isRefusal(error)) return true;
        throw error;
      }
    },
    tensor: (number) => {
      const value = lookUp(number, top);
      if (value === undefined) throw new UnknownFunction(`nothing made tensor ${number}`);
      return value;
    },
  };
}

function lookUp(number: number, scope: Scope): Tensor | Complex | Text | undefined {
  for (let each: Scope | null = scope; each !== null; each = each.outer) {
    const binding = each.bindings.get(number);
    if (binding === undefined) continue;
    if (typeof binding === 'object' && 'failure' in binding) throw binding.failure;
    return binding;
  }
  return undefined;
}

function valueAt(number: number, scope: Scope): Value {
  return lookUp(number, scope) ?? null;
}

function decode(argument: TraceArgument, scope: Scope): Value {
  if (typeof argument === 'string') return Number(argument);
  if (typeof argument !== 'object' || argument === null) return argument;
  if (isArgumentList(argument)) return argument.map((each) => decode(each, scope));
  if ('t' in argument) return valueAt(argument.t, scope);
  if ('str' in argument) return argument.str;
  if ('typed' in argument) return { typed: argument.typed, numbers: argument.d.map(Number) };
  const fields = Object.entries(argument.obj).map(([name, each]) => [name, decode(each, scope)] as const);
  return Object.fromEntries(fields);
}

function isArgumentList(argument: object): argument is readonly TraceArgument[] {
  return Array.isArray(argument);
}

function isOutputList(out: object): out is readonly TracedOutput[] {
  return Array.isArray(out);
}

/** Gives the tensors of a result the numbers that the trace has for them. */
function bindAll(out: TracedOutput | undefined, result: Result, scope: Scope): void {
  if (out === undefined || out === null) return;
  if (isOutputList(out)) {
    // A list came out, so one goes in.
    const parts = result as readonly Result[];
    out.forEach((each, position) => bindAll(each, parts[position] as Result, scope));
  } else if ('obj' in out) {
    const parts = result as Readonly<Record<string, Result>>;
    for (const [name, each] of Object.entries(out.obj)) bindAll(each, parts[name] as Result, scope);
  } else {
    // What is no tensor (text, for example) is refused by whatever takes it.
    scope.bindings.set(out.t, result as Tensor);
  }
}

function numbersIn(out: TracedOutput | undefined): readonly number[] {
  if (out === undefined || out === null) return [];
  if (isOutputList(out)) return out.flatMap(numbersIn);
  return 'obj' in out ? Object.values(out.obj).flatMap(numbersIn) : [out.t];
}

function tensorsIn(result: Result): readonly Tensor[] {
  if (isTensor(result)) return [result];
  if (result instanceof Complex) return [result.real, result.imaginary];
  if (result instanceof Text) return [];
  if (Array.isArray(result)) return (result as readonly Result[]).flatMap(tensorsIn);
  return typeof result === 'object' && result !== null ? Object.values(result).flatMap(tensorsIn) : [];
}
