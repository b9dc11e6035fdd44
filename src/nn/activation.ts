// What activations have in common, and those without options; each has two forms: `relu()` is a layer, `relu(x)` is a
// tensor. Gradients at kinks and for NaN are PyTorch's.
import type { DType, FloatDType } from '../ir/dtype.ts';
import { isTensor, makeNode, type Op, type Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import type { Shape } from '../ir/size.ts';
import type { Same } from '../ir/types/layer.ts';
import type { DTypeProblem, NumberDType, Unless } from '../ir/types/sentence.ts';
import {
  add,
  div,
  greater,
  greaterEqual,
  less,
  logicalAnd,
  maximum,
  minimum,
  mul,
  sub,
} from '../ops/arithmetic.ts';
import * as ops from '../ops/activation.ts';
import { clamp } from '../ops/clamp.ts';
import { floats, numbers } from '../ops/elementwise-parts.ts';
import { alignOf } from '../ops/elementwise.ts';
import { requireTensors } from '../ops/mismatch.ts';
import { stopGradient, where } from '../ops/select.ts';
import * as unary from '../ops/unary.ts';
import { defineLayer, type Layer } from './layer.ts';
import { checkNames, checkOption, type AllowedRange } from '../ops/option.ts';

/** An activation without options: a layer without an argument, a tensor of a tensor. */
export interface Activation<Name extends string, Takes extends DType = FloatDType> {
  (): Layer<Same>;
  <S extends Shape, D extends DType>(x: Unless<DTypeProblem<D, Takes, Name>, Tensor<S, D>>): Tensor<S, D>;
}

/** An activation with one number: `elu(0.5)` is a layer, `elu(x, 0.5)` a tensor; both have a default. */
export interface NumberActivation<Name extends string> {
  (parameter?: number): Layer<Same>;
  <S extends Shape, D extends DType>(
    x: Unless<DTypeProblem<D, FloatDType, Name>, Tensor<S, D>>,
    parameter?: number,
  ): Tensor<S, D>;
}

/** An activation with named options: `gelu(options)` is a layer, `gelu(x, options)` a tensor. */
export interface OptionActivation<Name extends string, Options extends object> {
  (options?: Options): Layer<Same>;
  <S extends Shape, D extends DType>(
    x: Unless<DTypeProblem<D, FloatDType, Name>, Tensor<S, D>>,
    options?: Options,
  ): Tensor<S, D>;
}

type Formula<Rest extends readonly unknown[] = []> = (x: Tensor, ...rest: Rest) => Tensor;

/** Applies a formula in a scope of its name, to a tensor of a dtype that it takes. */
function applied(type: string, x: Tensor, takes: readonly DType[], formula: Formula): Tensor {
  requireTensors(type, x);
  alignOf(type, [x], takes);
  return composite(type, () => formula(x));
}

/** An activation without options. */
export function activation<Name extends string, Takes extends DType = FloatDType>(
  type: Name,
  formula: Formula,
  takes: readonly DType[] = floats,
): Activation<Name, Takes> {
  function dual(): Layer<Same>;
  function dual(x: Tensor): Tensor;
  function dual(x?: Tensor): Layer | Tensor {
    if (x !== undefined) return applied(type, x, takes, formula);
    return defineLayer<Same>({
      type,
      label: `${type}()`,
      apply: (value) => {
        alignOf(type, [value], takes);
        return formula(value);
      },
    });
  }
  // What the type says of the result, the shape and dtype rules of the ops do.
  return dual as Activation<Name, Takes>;
}

/** An activation with one number, called `parameter` in messages. */
export function numberActivation<Name extends string>(
  type: Name,
  { parameter, absent, allowed }: { parameter: string; absent: number; allowed: AllowedRange },
  formula: Formula<[number]>,
): NumberActivation<Name> {
  function dual(first: Tensor | number = absent, second: number = absent): Layer | Tensor {
    const value = typeof first === 'number' ? first : second;
    checkOption(type, parameter, value, allowed);
    if (typeof first !== 'number') return applied(type, first, floats, (x) => formula(x, value));
    return activationLayer(type, value === absent ? '' : String(value), (x) => formula(x, value));
  }
  // As above.
  return dual as NumberActivation<Name>;
}

/** An activation with named options, which `check` refuses if they are not what the formula takes. */
export function optionActivation<Name extends string, Options extends object>(
  type: Name,
  { names, check }: { names: readonly (keyof Options & string)[]; check: (options: Options) => void },
  formula: Formula<[Options]>,
): OptionActivation<Name, Options> {
  function dual(first: Tensor | Options, second: Options): Layer | Tensor {
    // Without options there are none: all of them may be absent.
    const options = (isTensor(first) ? second : first) ?? ({} as Options);
    checkNames(type, options, names);
    check(options);
    if (isTensor(first)) return applied(type, first, floats, (x) => formula(x, options));
    return activationLayer(type, printOptions(options), (x) => formula(x, options));
  }
  // As above.
  return dual as OptionActivation<Name, Options>;
}

function activationLayer(type: string, given: string, formula: Formula): Layer<Same> {
  return defineLayer<Same>({
    type,
    label: `${type}(${given})`,
    apply: (x) => {
      alignOf(type, [x], floats);
      return formula(x);
    },
  });
}

/** Options as they are written: `{ beta: 2 }`, nothing where there are none. */
function printOptions(options: object): string {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  const text = entries.map(([name, value]) => `${name}: ${printValue(value)}`).join(', ');
  return text === '' ? '' : `{ ${text} }`;
}

function printValue(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : String(value);
}

const of =
  (op: Op): Formula =>
  (x) =>
    makeNode(op, [x], {});

/** `max(x, 0)` (PyTorch's `ReLU`); NaN stays NaN; the gradient at 0 is 0. */
export const relu: Activation<'relu', NumberDType> = activation('relu', unary.relu, numbers);
/** `1 / (1 + e^-x)` (PyTorch's `Sigmoid`). */
export const sigmoid: Activation<'sigmoid'> = activation('sigmoid', unary.sigmoid);
/** Hyperbolic tangent, `(e^x - e^-x) / (e^x + e^-x)` (PyTorch's `Tanh`). */
export const tanh: Activation<'tanh'> = activation('tanh', unary.tanh);
/** `ln(1 / (1 + e^-x))`, finite for all finite numbers (PyTorch's `LogSigmoid`). */
export const logSigmoid: Activation<'logSigmoid'> = activation('logSigmoid', of(ops.logSigmoidOp));
/** `x · σ(x)`, also called swish (Elfwing et al. 2017; PyTorch's `SiLU`). */
export const silu: Activation<'silu'> = activation('silu', of(ops.siluOp));
/** `x · tanh(ln(1 + e^x))` (Misra 2019; PyTorch's `Mish`). */
export const mish: Activation<'mish'> = activation('mish', of(ops.mishOp));
/** `x / (1 + |x|)` (PyTorch's `Softsign`). */
export const softsign: Activation<'softsign'> = activation('softsign', (x) => div(x, add(unary.abs(x), 1)));
/** `x - tanh x` (PyTorch's `Tanhshrink`). */
export const tanhshrink: Activation<'tanhshrink'> = activation('tanhshrink', (x) => sub(x, unary.tanh(x)));
/** `min(max(x, 0), 6)` (Krizhevsky 2010; PyTorch's `ReLU6`); the gradient at 0 and 6 is 0. */
export const relu6: Activation<'relu6'> = activation('relu6', (x) => cut(x, 0, 6));
/** `min(max(x / 6 + ½, 0), 1)` (PyTorch's `Hardsigmoid`); the gradient at ±3 is 0. */
export const hardsigmoid: Activation<'hardsigmoid'> = activation('hardsigmoid', of(ops.hardsigmoidOp));
/** `x · hardsigmoid(x)` (Howard et al. 2019; PyTorch's `Hardswish`); the gradient is -½ at -3 and 1 at 3. */
export const hardswish: Activation<'hardswish'> = activation('hardswish', (x) =>
  mul(x, div(where(greaterEqual(x, 3), 6, clamp(add(x, 3), { min: 0 })), 6)),
);

function isBetween(x: Tensor, low: number, high: number): Tensor {
  return logicalAnd(greater(x, low), less(x, high));
}

/** `min(max(x, low), high)` whose gradient at the bounds, beyond them and for NaN is 0; NaN stays NaN. */
export function cut(x: Tensor, low: number, high: number): Tensor {
  return where(isBetween(x, low, high), x, stopGradient(minimum(maximum(x, low), high)));
}
