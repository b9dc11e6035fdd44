// Powers and logarithms to other bases, and sums of exponentials in logarithmic form.
import type { FloatDType } from '../ir/dtype.ts';
import { makeNode, type Op, type Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import type { Elementwise, Operand } from '../ir/types/broadcast.ts';
import type { Checked, DTypeProblem, Result, Unless } from '../ir/types/sentence.ts';
import { checkOption, upToHalf } from './option.ts';
import { add, div, equal, lessEqual, logicalAnd, maximum, mul, sub } from './arithmetic.ts';
import { clamp } from './clamp.ts';
import { callOf, floats } from './elementwise-parts.ts';
import { alignOf, composedOp, unaryOp, type ElementFunction, type Positions } from './elementwise.ts';
import { log10 as log10Function, log2 as log2Function } from './functions/logarithm.ts';
import { exp2 as exp2Function } from './functions/power.ts';
import { requireFloat } from './leaf.ts';
import { where } from './select.ts';
import { abs, exp, isNaN, log, log1p, logicalNot, neg, sigmoid } from './unary.ts';

/** The op values of one operand. */
export const logarithmOps = {
  exp2: unaryOp({
    name: 'exp2',
    cost: 15,
    takes: floats,
    expression: callOf(exp2Function),
    evaluate: (x) => 2 ** x,
    vjp: ({ result, g }) => mul(g, mul(result, Math.LN2)),
  }),
  log2: unaryOp({
    name: 'log2',
    cost: 20,
    takes: floats,
    expression: callOf(log2Function),
    evaluate: Math.log2,
    vjp: ({ x, g }) => div(g, mul(x, Math.LN2)),
  }),
  log10: unaryOp({
    name: 'log10',
    cost: 20,
    takes: floats,
    expression: callOf(log10Function),
    evaluate: Math.log10,
    vjp: ({ x, g }) => div(g, mul(x, Math.LN10)),
  }),
} as const;

/** `2^x` (PyTorch's `exp2`). */
export const exp2: ElementFunction<'exp2', FloatDType> = logarithmOps.exp2.apply;
/** `log₂(x)`, exact for powers of 2 (PyTorch's `log2`). */
export const log2: ElementFunction<'log2', FloatDType> = logarithmOps.log2.apply;
/** `log₁₀(x)`, exact for powers of 10 that the dtype holds (PyTorch's `log10`). */
export const log10: ElementFunction<'log10', FloatDType> = logarithmOps.log10.apply;

const logarithmOfSum =
  (scale: number, power: (x: number) => number) =>
  ([a, b]: Positions<number>): number =>
    a === b ? a + Math.log1p(1) * scale : Math.max(a, b) + Math.log1p(power(-Math.abs(a - b))) * scale;

/** Shares of the two sides in the sum: e^a / (e^a + e^b) and the rest, given a - b to the base e. */
function shareOfSum(cotangent: Tensor, difference: Tensor): readonly Tensor[] {
  return [mul(cotangent, sigmoid(difference)), mul(cotangent, sigmoid(neg(difference)))];
}

/** `ln(e^a + e^b)`; infinities of one sign on both sides stay what they are. */
export const logAddExpOp = composedOp({
  name: 'logaddexp',
  arity: 2,
  takes: floats,
  evaluate: logarithmOfSum(1, Math.exp),
  vjp: ({ inputs: [a, b], cotangent }) =>
    a === undefined || b === undefined ? [] : shareOfSum(cotangent, sub(a, b)),
  expand: ([a, b]) =>
    where(equal(a, b), add(a, Math.LN2), add(maximum(a, b), log1p(exp(neg(abs(sub(a, b))))))),
});

/** `log₂(2^a + 2^b)`, likewise. */
export const logAddExp2Op = composedOp({
  name: 'logaddexp2',
  arity: 2,
  takes: floats,
  evaluate: logarithmOfSum(Math.LOG2E, (x) => 2 ** x),
  vjp: ({ inputs: [a, b], cotangent }) =>
    a === undefined || b === undefined ? [] : shareOfSum(cotangent, mul(sub(a, b), Math.LN2)),
  expand: ([a, b]) => {
    const rest = mul(log1p(exp2(neg(abs(sub(a, b))))), Math.LOG2E);
    return where(equal(a, b), add(a, 1), add(maximum(a, b), rest));
  },
});

/**
 * `ln(e^a + e^b)` without overflow, elementwise with broadcasting (NumPy and PyTorch's `logaddexp`).
 * @throws {ShapeError} `E_SHAPE_MISMATCH` @throws {DTypeError} `E_DTYPE_MISMATCH`
 */
export function logaddexp<A extends Operand, B extends Operand>(
  a: A,
  b: Checked<B, Elementwise<A, B, FloatDType>>,
): Result<Elementwise<A, B, FloatDType>>;
export function logaddexp(a: Operand, b: Operand): Tensor {
  return makeNode(logAddExpOp, alignOf('logaddexp', [a, b], floats), {});
}

/**
 * `log₂(2^a + 2^b)` without overflow, elementwise with broadcasting (PyTorch's `logaddexp2`).
 * @throws {ShapeError} `E_SHAPE_MISMATCH` @throws {DTypeError} `E_DTYPE_MISMATCH`
 */
export function logaddexp2<A extends Operand, B extends Operand>(
  a: A,
  b: Checked<B, Elementwise<A, B, FloatDType>>,
): Result<Elementwise<A, B, FloatDType>>;
export function logaddexp2(a: Operand, b: Operand): Tensor {
  return makeNode(logAddExp2Op, alignOf('logaddexp2', [a, b], floats), {});
}

/** `x · log y` for a logarithm that ends at `endsAt`; a factor 0 wins over an infinite logarithm, but not over NaN. */
function timesLogarithmOp(
  name: string,
  logarithm: (y: Tensor) => Tensor,
  { endsAt, evaluate }: { readonly endsAt: number; readonly evaluate: (y: number) => number },
): Op {
  return composedOp({
    name,
    arity: 2,
    takes: floats,
    evaluate: ([x, y]) => (x === 0 && !Number.isNaN(y) ? 0 : x * evaluate(y)),
    vjp: ({ inputs: [x, y], cotangent }) => {
      if (x === undefined || y === undefined) return [];
      const vanishes = logicalAnd(equal(x, 0), lessEqual(y, endsAt));
      return [
        where(vanishes, 0, mul(cotangent, logarithm(y))),
        div(mul(cotangent, x), endsAt === 0 ? y : sub(y, endsAt)),
      ];
    },
    expand: ([x, y]) => where(logicalAnd(equal(x, 0), logicalNot(isNaN(y))), 0, mul(x, logarithm(y))),
  });
}

export const xlogyOp = timesLogarithmOp('xlogy', (y) => log(y), { endsAt: 0, evaluate: Math.log });
export const xlog1pyOp = timesLogarithmOp('xlog1py', (y) => log1p(y), { endsAt: -1, evaluate: Math.log1p });

/**
 * `x · ln y`, and 0 where `x` is 0 and `y` is not NaN; elementwise with broadcasting (SciPy and PyTorch's `xlogy`).
 * The gradient by `x` is 0 where `x` is 0 and `y ≤ 0`, that by `y` is `x / y`, NaN where both are 0, as in PyTorch.
 * @throws {ShapeError} `E_SHAPE_MISMATCH` @throws {DTypeError} `E_DTYPE_MISMATCH`
 */
export function xlogy<A extends Operand, B extends Operand>(
  x: A,
  y: Checked<B, Elementwise<A, B, FloatDType>>,
): Result<Elementwise<A, B, FloatDType>>;
export function xlogy(x: Operand, y: Operand): Tensor {
  return makeNode(xlogyOp, alignOf('xlogy', [x, y], floats), {});
}

/**
 * `x · ln(1 + y)`, and 0 where `x` is 0 and `y` is not NaN, as {@link xlogy} (PyTorch's `xlog1py`).
 * @throws {ShapeError} `E_SHAPE_MISMATCH` @throws {DTypeError} `E_DTYPE_MISMATCH`
 */
export function xlog1py<A extends Operand, B extends Operand>(
  x: A,
  y: Checked<B, Elementwise<A, B, FloatDType>>,
): Result<Elementwise<A, B, FloatDType>>;
export function xlog1py(x: Operand, y: Operand): Tensor {
  return makeNode(xlog1pyOp, alignOf('xlog1py', [x, y], floats), {});
}

/**
 * `log(x / (1 - x))`, the inverse of the logistic function (PyTorch's `logit`). With `eps` numbers are clamped to
 * `eps … 1 - eps` first; without, those outside 0 … 1 give NaN.
 * @throws {DTypeError} `E_DTYPE_MISMATCH` for what is no float @throws {DeclarationError} `E_OPTION` for an eps outside 0 … ½
 */
export function logit<T extends Tensor>(
  x: Unless<DTypeProblem<T['dtype'], FloatDType, 'logit'>, T>,
  eps?: number,
): Tensor<T['shape'], T['dtype']>;
export function logit(x: Tensor, eps?: number): Tensor {
  requireFloat('logit', x);
  if (eps !== undefined) checkOption('logit', 'eps', eps, upToHalf);
  return composite('logit', () => {
    const z = eps === undefined ? x : clamp(x, { min: eps, max: 1 - eps });
    return log(div(z, sub(1, z)));
  });
}
