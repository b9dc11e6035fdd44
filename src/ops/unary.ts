// Elementwise operations with one operand. Each is one entry: its scalar expression, its reference in double
// precision, and its gradient; functions that are more than an instruction are defined in ops/functions/.
import { roundTo, type DType, type FloatDType } from '../ir/dtype.ts';
import {
  demand,
  makeNode,
  type NotDifferentiable,
  type Op,
  type Tensor,
  type VjpContext,
} from '../ir/node.ts';
import * as scalar from '../ir/scalar.ts';
import type { Expression, ScalarFunction, UnaryInstruction } from '../ir/scalar.ts';
import { concreteShape, type Shape } from '../ir/size.ts';
import type { DTypeProblem, NumberDType, Unless } from '../ir/types/sentence.ts';
import { add, div, lessEqual, mul, sub } from './arithmetic.ts';
import { erf as erfFunction } from './functions/error-function.ts';
import { exp as expFunction, expm1 as expm1Function } from './functions/exponential.ts';
import { sigmoid as sigmoidFunction, tanh as tanhFunction } from './functions/hyperbolic.ts';
import { log as logFunction, log1p as log1pFunction } from './functions/logarithm.ts';
import { cos as cosFunction, sin as sinFunction } from './functions/trigonometric.ts';
import { referenceErf } from './functions/reference.ts';
import { scalar as scalarConstant } from './leaf.ts';
import { dtypeMismatch, requireTensors } from './mismatch.ts';
import { where } from './select.ts';

interface UnaryDefinition<Name extends string = string, Takes extends DType = DType> {
  readonly name: Name;
  readonly cost: number;
  readonly takes: readonly Takes[];
  readonly result?: DType;
  readonly expression: (x: Expression) => Expression;
  readonly evaluate: (x: number) => number;
  readonly vjp: ((context: { x: Tensor; result: Tensor; g: Tensor }) => Tensor) | NotDifferentiable;
}

type UnaryFunction = (x: Tensor) => Tensor;

/** A unary function as users see it: it keeps the shape of a tensor of one of the dtypes that it takes. */
export interface ElementFunction<What extends string, Takes extends DType> {
  <S extends Shape, D extends DType>(x: Unless<DTypeProblem<D, Takes, What>, Tensor<S, D>>): Tensor<S, D>;
}

/** Likewise, with booleans as the result. */
interface ElementPredicate<What extends string, Takes extends DType> {
  <S extends Shape, D extends DType>(
    x: Unless<DTypeProblem<D, Takes, What>, Tensor<S, D>>,
  ): Tensor<S, 'bool'>;
}

interface UnaryOperation<F> {
  readonly op: Op;
  readonly apply: F;
}

function unaryOp<Name extends string, Takes extends DType>(
  definition: UnaryDefinition<Name, Takes>,
): UnaryOperation<ElementFunction<Name, Takes>> {
  const { op, apply } = untypedOp(definition);
  // What the type says of the result, the shape and dtype rules of the op do.
  return { op, apply: apply as ElementFunction<Name, Takes> };
}

function unaryPredicate<Name extends string, Takes extends DType>(
  definition: UnaryDefinition<Name, Takes>,
): UnaryOperation<ElementPredicate<Name, Takes>> {
  const { op, apply } = untypedOp({ ...definition, result: 'bool' });
  // As above.
  return { op, apply: apply as ElementPredicate<Name, Takes> };
}

function untypedOp(definition: UnaryDefinition): UnaryOperation<UnaryFunction> {
  const { name, takes, vjp } = definition;
  const op: Op = {
    name,
    arity: 1,
    shape: ([x]) => x?.shape ?? [],
    dtype: ([x]) => {
      demand(name, x !== undefined && takes.includes(x.dtype), `takes ${takes.join(' or ')}`);
      return definition.result ?? x?.dtype ?? 'f32';
    },
    vjp:
      typeof vjp === 'function'
        ? ({ node, inputs: [x], cotangent }: VjpContext) =>
            x === undefined ? [] : [vjp({ x, result: node, g: cotangent })]
        : vjp,
    evaluate: ([x], _, node) => ({
      shape: concreteShape(node.shape),
      dtype: node.dtype,
      data: Float64Array.from(x?.data ?? [], (value) => {
        const result = definition.evaluate(value);
        return node.dtype === 'i32' ? roundTo('i32', result) : result;
      }),
    }),
    lowering: {
      kind: 'element',
      cost: definition.cost,
      element: ({ index, read }) => definition.expression(read(0, index)),
    },
  };
  const apply: UnaryFunction = (x) => {
    requireTensors(name, x);
    if (!takes.includes(x.dtype)) {
      throw dtypeMismatch({
        operation: name,
        problem: `the operand is ${x.dtype}`,
        expectation: `takes ${takes.join(' or ')}`,
        operands: [x],
        help: `cast it, for example cast(x, '${takes[0] ?? 'f32'}')`,
      });
    }
    return makeNode(op, [x], {});
  };
  return { op, apply };
}

const floats: readonly FloatDType[] = ['f32', 'f64'];
const numbers: readonly NumberDType[] = ['f32', 'f64', 'i32'];

const instruction =
  (name: UnaryInstruction) =>
  (x: Expression): Expression =>
    scalar.unary(name, x);

const function_ =
  (pair: { readonly f32: ScalarFunction; readonly f64: ScalarFunction }) =>
  (x: Expression): Expression =>
    scalar.call(x.type === 'f64' ? pair.f64 : pair.f32, x);

const stepwise: NotDifferentiable = {
  notDifferentiable: 'zero',
  reason: 'a step function is constant almost everywhere',
};

/** Half to even, as IEEE and PyTorch round. */
function roundHalfToEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  const up = rest > 0.5 || (rest === 0.5 && floor % 2 !== 0);
  const rounded = up ? floor + 1 : floor;
  // What is left of a negative number is -0.
  return rest === 0 ? x : rounded === 0 && x < 0 ? -0 : rounded;
}

/** The op values, for rewrite rules and tests. */
export const unaryOps = {
  neg: unaryOp({
    name: 'neg',
    cost: 1,
    takes: numbers,
    expression: instruction('neg'),
    evaluate: (x) => -x,
    vjp: ({ g }) => neg(g),
  }),
  abs: unaryOp({
    name: 'abs',
    cost: 1,
    takes: numbers,
    expression: (x) =>
      x.type === 'i32'
        ? scalar.select(scalar.compare('lt', x, scalar.literal('i32', 0)), scalar.unary('neg', x), x)
        : scalar.unary('abs', x),
    evaluate: Math.abs,
    vjp: ({ x, g }) => mul(g, sign(x)),
  }),
  sign: unaryOp({
    name: 'sign',
    cost: 2,
    takes: numbers,
    // PyTorch: (x > 0) - (x < 0), so that NaN and both zeros give 0.
    expression: (x) =>
      scalar.select(
        scalar.compare('gt', x, scalar.literal(x.type, 0)),
        scalar.literal(x.type, 1),
        scalar.select(
          scalar.compare('lt', x, scalar.literal(x.type, 0)),
          scalar.literal(x.type, -1),
          scalar.literal(x.type, 0),
        ),
      ),
    evaluate: (x) => Number(x > 0) - Number(x < 0),
    vjp: stepwise,
  }),
  floor: unaryOp({
    name: 'floor',
    cost: 1,
    takes: floats,
    expression: instruction('floor'),
    evaluate: Math.floor,
    vjp: stepwise,
  }),
  ceil: unaryOp({
    name: 'ceil',
    cost: 1,
    takes: floats,
    expression: instruction('ceil'),
    evaluate: Math.ceil,
    vjp: stepwise,
  }),
  trunc: unaryOp({
    name: 'trunc',
    cost: 1,
    takes: floats,
    expression: instruction('trunc'),
    evaluate: Math.trunc,
    vjp: stepwise,
  }),
  round: unaryOp({
    name: 'round',
    cost: 1,
    takes: floats,
    expression: instruction('round'),
    evaluate: roundHalfToEven,
    vjp: stepwise,
  }),
  sqrt: unaryOp({
    name: 'sqrt',
    cost: 4,
    takes: floats,
    expression: instruction('sqrt'),
    evaluate: Math.sqrt,
    vjp: ({ result, g }) => div(mul(g, 0.5), result),
  }),
  exp: unaryOp({
    name: 'exp',
    cost: 15,
    takes: floats,
    expression: function_(expFunction),
    evaluate: Math.exp,
    vjp: ({ result, g }) => mul(g, result),
  }),
  expm1: unaryOp({
    name: 'expm1',
    cost: 20,
    takes: floats,
    expression: function_(expm1Function),
    evaluate: Math.expm1,
    vjp: ({ result, g }) => mul(g, add(result, 1)),
  }),
  log: unaryOp({
    name: 'log',
    cost: 15,
    takes: floats,
    expression: function_(logFunction),
    evaluate: Math.log,
    vjp: ({ x, g }) => div(g, x),
  }),
  log1p: unaryOp({
    name: 'log1p',
    cost: 20,
    takes: floats,
    expression: function_(log1pFunction),
    evaluate: Math.log1p,
    vjp: ({ x, g }) => div(g, add(x, 1)),
  }),
  sin: unaryOp({
    name: 'sin',
    cost: 20,
    takes: floats,
    expression: function_(sinFunction),
    evaluate: Math.sin,
    vjp: ({ x, g }) => mul(g, cos(x)),
  }),
  cos: unaryOp({
    name: 'cos',
    cost: 20,
    takes: floats,
    expression: function_(cosFunction),
    evaluate: Math.cos,
    vjp: ({ x, g }) => neg(mul(g, sin(x))),
  }),
  tanh: unaryOp({
    name: 'tanh',
    cost: 20,
    takes: floats,
    expression: function_(tanhFunction),
    evaluate: Math.tanh,
    vjp: ({ result, g }) => mul(g, sub(1, mul(result, result))),
  }),
  sigmoid: unaryOp({
    name: 'sigmoid',
    cost: 20,
    takes: floats,
    expression: function_(sigmoidFunction),
    evaluate: (x) => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x))),
    vjp: ({ result, g }) => mul(g, mul(result, sub(1, result))),
  }),
  erf: unaryOp({
    name: 'erf',
    cost: 20,
    takes: floats,
    expression: function_(erfFunction),
    evaluate: referenceErf,
    vjp: ({ x, g }) => mul(g, mul(exp(neg(mul(x, x))), 2 / Math.sqrt(Math.PI))),
  }),
  relu: unaryOp({
    name: 'relu',
    cost: 1,
    takes: numbers,
    // `x ≤ 0 ? 0 : x` lets NaN through, as PyTorch's relu does.
    expression: (x) =>
      scalar.select(scalar.compare('le', x, scalar.literal(x.type, 0)), scalar.literal(x.type, 0), x),
    evaluate: (x) => (x <= 0 ? 0 : x),
    // In terms of the result, so that only the result has to be kept.
    vjp: ({ result, g }) => where(lessEqual(result, 0), 0, g),
  }),
  isNaN: unaryPredicate({
    name: 'isNaN',
    cost: 1,
    takes: floats,
    expression: (x) => scalar.compare('ne', x, x),
    evaluate: (x) => Number(Number.isNaN(x)),
    vjp: { notDifferentiable: 'zero', reason: 'a comparison is constant almost everywhere' },
  }),
  logicalNot: unaryOp({
    name: 'logicalNot',
    cost: 1,
    takes: ['bool'],
    expression: instruction('not'),
    evaluate: (x) => Number(x === 0),
    vjp: { notDifferentiable: 'zero', reason: 'booleans have no gradient' },
  }),
} as const;

/** `-x` */
export const neg: ElementFunction<'neg', NumberDType> = unaryOps.neg.apply;
/** `|x|`; the gradient at 0 is 0. */
export const abs: ElementFunction<'abs', NumberDType> = unaryOps.abs.apply;
/** -1, 0 or 1; 0 for NaN. The gradient is 0. */
export const sign: ElementFunction<'sign', NumberDType> = unaryOps.sign.apply;
/** The largest whole number not above `x`. The gradient is 0. */
export const floor: ElementFunction<'floor', FloatDType> = unaryOps.floor.apply;
/** The smallest whole number not below `x`. The gradient is 0. */
export const ceil: ElementFunction<'ceil', FloatDType> = unaryOps.ceil.apply;
/** `x` without its fraction. The gradient is 0. */
export const trunc: ElementFunction<'trunc', FloatDType> = unaryOps.trunc.apply;
/** The nearest whole number, halves to even. The gradient is 0. */
export const round: ElementFunction<'round', FloatDType> = unaryOps.round.apply;
/** `√x` */
export const sqrt: ElementFunction<'sqrt', FloatDType> = unaryOps.sqrt.apply;
/** `e^x` */
export const exp: ElementFunction<'exp', FloatDType> = unaryOps.exp.apply;
/** `e^x - 1`, accurate near 0. */
export const expm1: ElementFunction<'expm1', FloatDType> = unaryOps.expm1.apply;
/** Natural logarithm. */
export const log: ElementFunction<'log', FloatDType> = unaryOps.log.apply;
/** `ln(1 + x)`, accurate near 0. */
export const log1p: ElementFunction<'log1p', FloatDType> = unaryOps.log1p.apply;
/** Sine, radians. */
export const sin: ElementFunction<'sin', FloatDType> = unaryOps.sin.apply;
/** Cosine, radians. */
export const cos: ElementFunction<'cos', FloatDType> = unaryOps.cos.apply;
/** Hyperbolic tangent. */
export const tanh: ElementFunction<'tanh', FloatDType> = unaryOps.tanh.apply;
/** `1 / (1 + e^-x)` */
export const sigmoid: ElementFunction<'sigmoid', FloatDType> = unaryOps.sigmoid.apply;
/** The error function, `2/√π ∫₀ˣ e^(-t²) dt`. */
export const erf: ElementFunction<'erf', FloatDType> = unaryOps.erf.apply;
/** `max(x, 0)`; NaN stays NaN; the gradient at 0 is 0. */
export const relu: ElementFunction<'relu', NumberDType> = unaryOps.relu.apply;
/** Whether an element is NaN, as bool. */
export const isNaN: ElementPredicate<'isNaN', FloatDType> = unaryOps.isNaN.apply;
/** The other truth value, on booleans. */
export const logicalNot: ElementFunction<'logicalNot', 'bool'> = unaryOps.logicalNot.apply;

/** `x²` */
export function square<S extends Shape, D extends DType>(
  x: Unless<DTypeProblem<D, NumberDType, 'square'>, Tensor<S, D>>,
): Tensor<S, D>;
export function square(x: Tensor): Tensor {
  return mul(x, x);
}

/** `1 / x` */
export function reciprocal<S extends Shape, D extends DType>(
  x: Unless<DTypeProblem<D, FloatDType, 'reciprocal'>, Tensor<S, D>>,
): Tensor<S, D>;
export function reciprocal(x: Tensor): Tensor {
  return div(scalarConstant(1, x.dtype), x);
}

/** `1 / √x` */
export function rsqrt<S extends Shape, D extends DType>(
  x: Unless<DTypeProblem<D, FloatDType, 'rsqrt'>, Tensor<S, D>>,
): Tensor<S, D>;
export function rsqrt(x: Tensor): Tensor {
  return reciprocal(sqrt(x));
}
