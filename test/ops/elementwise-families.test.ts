// What holds for every elementwise op alike, whatever family it is of: the references of ops and their kernels agree, and
// malformed calls are refused with a framed error.
import { describe, expect, test } from 'vitest';
import * as tl from 'tapeless';
import type { DType } from '../../src/ir/dtype.ts';
import type { Op, Tensor } from '../../src/ir/node.ts';
import { makeNode } from '../../src/ir/node.ts';
import { binaryOps } from '../../src/ops/arithmetic.ts';
import { besselOps } from '../../src/ops/bessel.ts';
import { bitwiseOps } from '../../src/ops/bitwise.ts';
import { geometryOps } from '../../src/ops/blend.ts';
import { clampOp, clampOps } from '../../src/ops/clamp.ts';
import { divisionOps } from '../../src/ops/division.ts';
import { hyperbolicOps } from '../../src/ops/hyperbolic.ts';
import { logarithmOps } from '../../src/ops/logarithm.ts';
import { finitenessOps } from '../../src/ops/rounding.ts';
import { erfcxOps } from '../../src/ops/normal-distribution.ts';
import { representationOps } from '../../src/ops/representation.ts';
import { polygammaOp, specialOps } from '../../src/ops/special.ts';
import { trigonometricOps } from '../../src/ops/trigonometric.ts';
import { unaryOps } from '../../src/ops/unary.ts';
import { evaluateRounded } from '../support/evaluate-f32.ts';
import { bindingsOf, evaluate, fed, refusal } from '../support/values.ts';
import { input } from '../support/untyped.ts';

const families = [
  ...[unaryOps, binaryOps, bitwiseOps, geometryOps, clampOps, divisionOps, hyperbolicOps],
  ...[besselOps, erfcxOps, representationOps],
  ...[logarithmOps, finitenessOps, specialOps, trigonometricOps],
];
const all: readonly Op[] = [
  ...families.flatMap((family) => Object.values<{ readonly op: Op }>(family).map(({ op }) => op)),
  clampOp,
];

const floats = [0, -0, 1, -1, 0.5, -0.5, 2, -3, 7.25, Infinity, -Infinity, NaN, 2 ** -140, 2 ** 100];
const integers = [0, 1, -1, 2, 7, -7, 3, 100, -(2 ** 31), 2 ** 31 - 1];
const numbersOf: Readonly<Record<DType, readonly number[]>> = {
  f32: floats,
  f64: floats,
  i32: integers,
  bool: [0, 1],
};

/** Every combination of the numbers of a dtype at the inputs of an op. */
function nodeOn(op: Op, dtype: DType, attrs = {}) {
  const count = op.arity === 'any' ? 1 : op.arity;
  const values = numbersOf[dtype];
  const total = values.length ** count;
  const feeds = Array.from({ length: count }, (_, position) =>
    fed(
      `x${position}`,
      [total],
      Array.from(
        { length: total },
        (__, at) => values[Math.floor(at / values.length ** position) % values.length] ?? 0,
      ),
      dtype,
    ),
  );
  return {
    feeds,
    node: makeNode(
      op,
      feeds.map(({ leaf }) => leaf),
      attrs,
    ),
  };
}

function dtypesOf(op: Op): readonly DType[] {
  return (['f32', 'f64', 'i32', 'bool'] as const).filter((dtype) => {
    try {
      nodeOn(op, dtype);
      return true;
    } catch {
      return false;
    }
  });
}

/** Where the reference is exact and the kernel rounds its way to it, f32 has these digits. */
function isClose(got: number, wanted: number, dtype: DType): boolean {
  const target = dtype === 'f32' ? Math.fround(wanted) : wanted;
  if (Object.is(got, target) || got === target || (Number.isNaN(got) && Number.isNaN(wanted))) return true;
  const digits = dtype === 'f32' ? 2 ** -20 : 2 ** -48;
  return Math.abs(got - target) <= digits * Math.max(1, Math.abs(target));
}

/** Beyond 10⁶ f64 sines are another matter, and so is what f64's fmod leaves of quotients above 2¹²⁰. */
const outOfReach = (op: Op, dtype: DType, operands: readonly number[]): boolean =>
  (dtype === 'f64' && ['sin', 'cos', 'tan'].includes(op.name) && operands.some((x) => Math.abs(x) > 1e6)) ||
  (dtype === 'f64' &&
    ['fmod', 'remainder', 'floorDivide'].includes(op.name) &&
    Math.abs((operands[0] ?? 0) / (operands[1] ?? 1)) > 2 ** 119) ||
  // The quotient of f32 numbers is rounded before it is truncated.
  (op.name === 'truncDivide' && dtype === 'f32');

describe.each(all.map((op) => [op.name, op] as const))('%s', (_, op) => {
  test.each(dtypesOf(op))('has one value in its reference and in its expression, on %s', (dtype) => {
    const { feeds, node } = nodeOn(op, dtype);
    const expected = evaluate(node, feeds);
    const [got] = evaluateRounded([node], bindingsOf(feeds));
    const wrong = expected.flatMap((wanted, at) => {
      const operands = feeds.map(({ numbers }) => numbers[at] ?? NaN);
      const actual = got?.data[at] ?? NaN;
      const fits = isClose(actual, wanted, node.dtype) || outOfReach(op, dtype, operands);
      return fits ? [] : [`${operands.join(', ')}: ${actual}, reference ${wanted}`];
    });
    expect(wrong).toEqual([]);
  });
});

test('polygamma has one value in its reference and in its expression', () => {
  const { feeds, node } = nodeOn(polygammaOp as unknown as Op, 'f64', { order: 2 });
  const expected = evaluate(node, feeds);
  const [got] = evaluateRounded([node], bindingsOf(feeds));
  expected.forEach((wanted, at) =>
    expect(isClose(got?.data[at] ?? NaN, wanted, 'f64'), String(wanted)).toBe(true),
  );
});

describe('malformed calls are refused', () => {
  const float = input('x', [2, 3]);
  const other = input('y', [4]);
  const bool = input('b', [2, 3], 'bool');
  const nothing = undefined as unknown as Tensor;

  test.each(
    Object.entries<(x: Tensor) => unknown>({
      tan: tl.tan,
      asinh: tl.asinh,
      erfc: tl.erfc,
      lgamma: tl.lgamma,
      isFinite: tl.isFinite,
      sinc: tl.sinc,
      frac: tl.frac,
      nanToNum: tl.nanToNum,
      positive: tl.positive,
      logicalNot: tl.logicalNot,
      round: tl.round,
      step: tl.step,
      polygamma: (x) => tl.polygamma(1, x),
      clamp: (x) => tl.clamp(x, { min: 0 }),
    }),
  )('%s of what is no tensor', (_, build) => {
    expect(refusal(() => build(nothing))).toBe('DTypeError E_NOT_A_TENSOR');
    expect(refusal(() => build([1, 2] as unknown as Tensor))).toBe('DTypeError E_NOT_A_TENSOR');
  });

  test.each(
    Object.entries<(a: Tensor, b: Tensor) => unknown>({
      atan2: tl.atan2,
      fmod: tl.fmod,
      logaddexp: tl.logaddexp,
      xlogy: tl.xlogy,
      fmax: tl.fmax,
      hypot: tl.hypot,
      isClose: tl.isClose,
      squaredDifference: tl.squaredDifference,
      heaviside: tl.heaviside,
      divNoNan: tl.divNoNan,
      lerp: (a, b) => tl.lerp(a, b, 0.5),
      addcmul: (a, b) => tl.addcmul(a, b, b),
      clamp: (a, b) => tl.clamp(a, { min: b }),
      logicalAnd: tl.logicalAnd,
    }),
  )('%s of shapes that do not broadcast, and of dtypes that do not mix', (name, build) => {
    expect(refusal(() => build(float, other))).toBe('ShapeError E_SHAPE_MISMATCH');
    if (name !== 'logicalAnd') expect(refusal(() => build(float, bool))).toBe('DTypeError E_DTYPE_MISMATCH');
  });

  test('options that are out of range', () => {
    expect(refusal(() => tl.clamp(float, {}))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => tl.round(float, { decimals: 0.5 }))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => tl.polygamma(-1, float))).toBe('DeclarationError E_OPTION');
    const rounding = 'up' as 'floor';
    expect(refusal(() => tl.div(float, 2, { rounding }))).toBe('DeclarationError E_OPTION');
  });
});
