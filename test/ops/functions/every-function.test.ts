// What holds for all scalar functions alike: their form, which emitters rely on.
import { describe, expect, test } from 'vitest';
import type { Expression, ScalarFunction } from '../../../src/ir/scalar.ts';
import { operandsOf } from '../../../src/ir/scalar.ts';
import { fmod, floorDivide, remainder } from '../../../src/ops/functions/division.ts';
import { i0e, i1e } from '../../../src/ops/functions/bessel.ts';
import { erf, erfc, erfcx } from '../../../src/ops/functions/error-function.ts';
import { exp, expm1 } from '../../../src/ops/functions/exponential.ts';
import { digamma, lgamma, polygamma } from '../../../src/ops/functions/gamma.ts';
import { copysign, hypot } from '../../../src/ops/functions/geometry.ts';
import { cosh, sigmoid, sinh, tanh } from '../../../src/ops/functions/hyperbolic.ts';
import { erfinv } from '../../../src/ops/functions/inverse-error-function.ts';
import { acosh, asinh, atanh } from '../../../src/ops/functions/inverse-hyperbolic.ts';
import { acos, asin, atan, atan2 } from '../../../src/ops/functions/inverse-trigonometric.ts';
import { log, log10, log1p, log2 } from '../../../src/ops/functions/logarithm.ts';
import { exp2, pow } from '../../../src/ops/functions/power.ts';
import { exponentOf, nextafter } from '../../../src/ops/functions/representation.ts';
import { threefryFirst, threefrySecond, uniformFromBits } from '../../../src/ops/functions/threefry.ts';
import { cos, sin, tan } from '../../../src/ops/functions/trigonometric.ts';
import { countOperations } from '../../support/evaluate-scalar.ts';

const pairs = [
  ...[exp, exp2, expm1, log, log2, log10, log1p, pow],
  ...[sin, cos, tan, asin, acos, atan, atan2],
  ...[tanh, sigmoid, sinh, cosh, asinh, acosh, atanh],
  ...[erf, erfc, erfinv, lgamma, digamma, polygamma(1), polygamma(4)],
  ...[i0e, i1e, erfcx, exponentOf, nextafter],
  ...[fmod, remainder, floorDivide, hypot, copysign],
];
const all: readonly ScalarFunction[] = [
  ...pairs.flatMap(({ f32, f64 }) => [f32, f64]),
  threefryFirst,
  threefrySecond,
  uniformFromBits,
];

/** What generated JavaScript takes from Math under its own name. */
const builtins = new Set(['abs', 'ceil', 'floor', 'fround', 'imul', 'max', 'min', 'sqrt', 'trunc']);

function everyExpression(scalarFunction: ScalarFunction): readonly Expression[] {
  const visit = (expression: Expression): readonly Expression[] => [
    expression,
    ...operandsOf(expression).flatMap(visit),
  ];
  return [...scalarFunction.lets.map((each) => each.value), scalarFunction.result].flatMap(visit);
}

test('the f64 version of a function has its name with 64 behind', () => {
  for (const { f32, f64 } of pairs) {
    expect(f64.name).toBe(`${f32.name}64`);
    expect([f32.type, f64.type]).toEqual(['f32', 'f64']);
  }
});

// They run for every element of every activation: a function that grows dearer should do so on purpose.
test.each([
  { counted: exp.f32, budget: 30 },
  { counted: expm1.f32, budget: 32 },
  { counted: log.f32, budget: 35 },
  { counted: log1p.f32, budget: 47 },
  { counted: tanh.f32, budget: 45 },
  { counted: sigmoid.f32, budget: 34 },
  { counted: sin.f32, budget: 102 },
  { counted: asin.f32, budget: 28 },
  { counted: atan.f32, budget: 31 },
  { counted: atan2.f32, budget: 49 },
  { counted: asinh.f32, budget: 60 },
  { counted: exp2.f32, budget: 26 },
  { counted: log2.f32, budget: 44 },
  { counted: erfc.f32, budget: 86 },
  { counted: erfinv.f32, budget: 89 },
  { counted: fmod.f32, budget: 62 },
  { counted: erf.f32, budget: 57 },
  { counted: pow.f32, budget: 130 },
])('$counted.name takes at most $budget operations', ({ counted, budget }) => {
  expect(countOperations(counted)).toBeLessThanOrEqual(budget);
});

describe.each(all)('$name', (scalarFunction) => {
  const expressions = everyExpression(scalarFunction);

  test('computes nothing twice: what is used twice is a local', () => {
    const compound = expressions.filter((each) => each.kind !== 'local' && each.kind !== 'literal');
    expect(new Set(compound).size).toBe(compound.length);
  });

  test('gives each local a name of its own, apart from the names of functions and built-ins', () => {
    const locals = [...scalarFunction.parameters, ...scalarFunction.lets.map((each) => each.local)];
    const names = locals.map((each) => each.name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => all.some((each) => each.name === name))).toEqual([]);
    expect(names.filter((name) => builtins.has(name))).toEqual([]);
  });

  test('uses every local, and only after it is bound', () => {
    const bound = new Set(scalarFunction.parameters);
    const used = new Set(scalarFunction.parameters.slice(0, 0));
    const read = (expression: Expression): void => {
      if (expression.kind === 'local') {
        expect(bound.has(expression.local), expression.local.name).toBe(true);
        used.add(expression.local);
      }
      operandsOf(expression).forEach(read);
    };
    for (const { local, value } of scalarFunction.lets) {
      read(value);
      bound.add(local);
    }
    read(scalarFunction.result);
    expect([...bound].filter((each) => !used.has(each)).map((each) => each.name)).toEqual([]);
  });

  test('has operands of one type in every operation, and f32 literals that f32 can hold', () => {
    for (const each of expressions) {
      if (each.kind === 'binary' || each.kind === 'compare') expect(each.left.type).toBe(each.right.type);
      if (each.kind === 'select') expect(each.then.type).toBe(each.otherwise.type);
      if (each.kind === 'literal' && each.type === 'f32') expect(each.value).toBe(Math.fround(each.value));
    }
  });
});
