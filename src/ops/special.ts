// Special functions: the complement and the inverse of erf, the logarithm of the gamma function and its derivatives.
import type { DType, FloatDType } from '../ir/dtype.ts';
import { makeNode, type Attributes, type Tensor } from '../ir/node.ts';
import * as scalar from '../ir/scalar.ts';
import type { Shape } from '../ir/size.ts';
import type { DTypeProblem, Unless } from '../ir/types/sentence.ts';
import { mul } from './arithmetic.ts';
import { callOf, floats } from './elementwise-parts.ts';
import { alignOf, pointwiseOp, unaryOp, type ElementFunction } from './elementwise.ts';
import { erfc as erfcFunction } from './functions/error-function.ts';
import {
  digamma as digammaFunction,
  lgamma as lgammaFunction,
  polygamma as polygammaFunction,
} from './functions/gamma.ts';
import { erfinv as erfinvFunction } from './functions/inverse-error-function.ts';
import {
  referenceDigamma,
  referenceErfc,
  referenceErfinv,
  referenceLgamma,
  referencePolygamma,
} from './functions/reference.ts';
import { requireWhole } from './option.ts';
import { requireTensors } from './mismatch.ts';
import { exp, neg, square } from './unary.ts';

/** The op values of one operand. */
export const specialOps = {
  erfc: unaryOp({
    name: 'erfc',
    cost: 40,
    takes: floats,
    expression: callOf(erfcFunction),
    evaluate: referenceErfc,
    vjp: ({ x, g }) => mul(g, mul(exp(neg(square(x))), -2 / Math.sqrt(Math.PI))),
  }),
  erfinv: unaryOp({
    name: 'erfinv',
    cost: 60,
    takes: floats,
    expression: callOf(erfinvFunction),
    evaluate: referenceErfinv,
    vjp: ({ result, g }) => mul(g, mul(exp(square(result)), Math.sqrt(Math.PI) / 2)),
  }),
  lgamma: unaryOp({
    name: 'lgamma',
    cost: 150,
    takes: floats,
    expression: callOf(lgammaFunction),
    evaluate: referenceLgamma,
    vjp: ({ x, g }) => mul(g, digamma(x)),
  }),
  digamma: unaryOp({
    name: 'digamma',
    cost: 120,
    takes: floats,
    expression: callOf(digammaFunction),
    evaluate: referenceDigamma,
    vjp: ({ x, g }) => mul(g, polygamma(1, x)),
  }),
} as const;

/** `1 - erf(x)`, accurate where erf is close to 1 (PyTorch's `erfc`). */
export const erfc: ElementFunction<'erfc', FloatDType> = specialOps.erfc.apply;
/** `erf⁻¹(x)`, the number whose erf is `x` (PyTorch's `erfinv`); infinite at ±1, NaN beyond. */
export const erfinv: ElementFunction<'erfinv', FloatDType> = specialOps.erfinv.apply;
/** `ln|Γ(x)|` (PyTorch's `lgamma`); infinite at 0 and the negative whole numbers. Its gradient is {@link digamma}. */
export const lgamma: ElementFunction<'lgamma', FloatDType> = specialOps.lgamma.apply;
/** `ψ(x)`, the derivative of `ln Γ` (PyTorch's `digamma`); infinite at 0, NaN at the negative whole numbers, as in PyTorch. */
export const digamma: ElementFunction<'digamma', FloatDType> = specialOps.digamma.apply;

interface PolygammaAttributes extends Attributes {
  readonly order: number;
}

export const polygammaOp = pointwiseOp<PolygammaAttributes>({
  name: 'polygamma',
  arity: 1,
  cost: 150,
  takes: floats,
  expression: ([x], { order }) => {
    const { f32, f64 } = polygammaFunction(order);
    return scalar.call(x.type === 'f64' ? f64 : f32, x);
  },
  evaluate: ([x], _, { order }) => referencePolygamma(order, x),
  vjp: ({ inputs: [x], attrs: { order }, cotangent }) =>
    x === undefined ? [] : [mul(cotangent, polygamma(order + 1, x))],
});

/**
 * The n-th derivative of {@link digamma}, itself for `n = 0` (PyTorch's `polygamma`).
 * @throws {DeclarationError} `E_OPTION` for an order that is not a whole number of at least 0
 */
export function polygamma<S extends Shape, D extends DType>(
  n: number,
  x: Unless<DTypeProblem<D, FloatDType, 'polygamma'>, Tensor<S, D>>,
): Tensor<S, D>;
export function polygamma(n: number, x: Tensor): Tensor {
  requireWhole('polygamma', 'n', n, 0);
  requireTensors('polygamma', x);
  const operands = alignOf('polygamma', [x], floats);
  return n === 0
    ? makeNode(specialOps.digamma.op, operands, {})
    : makeNode(polygammaOp, operands, { order: n });
}
