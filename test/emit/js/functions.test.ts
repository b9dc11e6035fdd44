// Scalar functions as they stand in modules: the bits of their definitions.
import { expect, test } from 'vitest';
import { roundTo } from '../../../src/ir/dtype.ts';
import { axisIndex, type Axis } from '../../../src/ir/index-expression.ts';
import type { ScalarFunction } from '../../../src/ir/scalar.ts';
import type { Statement } from '../../../src/kernels/kernel.ts';
import { erf } from '../../../src/ops/functions/error-function.ts';
import { exp, expm1 } from '../../../src/ops/functions/exponential.ts';
import { cosh, sigmoid, sinh, tanh } from '../../../src/ops/functions/hyperbolic.ts';
import { log, log1p } from '../../../src/ops/functions/logarithm.ts';
import { pow } from '../../../src/ops/functions/power.ts';
import { threefryFirst, threefrySecond, uniformFromBits } from '../../../src/ops/functions/threefry.ts';
import { cos, sin, tan } from '../../../src/ops/functions/trigonometric.ts';
import { compileScalar } from '../../support/evaluate-scalar.ts';
import { numbersBetween } from '../../support/values.ts';
import { buffer, printKernel, runKernel } from './run-kernel.ts';

const pairs = [exp, expm1, log, log1p, tanh, sigmoid, sinh, cosh, sin, cos, tan, erf, pow];
const all: readonly ScalarFunction[] = [
  ...pairs.flatMap(({ f32, f64 }) => [f32, f64]),
  ...[threefryFirst, threefrySecond, uniformFromBits],
];

const hard = [
  0,
  -0,
  1,
  -1,
  0.5,
  Number.NaN,
  Infinity,
  -Infinity,
  1e-40,
  -1e-40,
  3e38,
  -3e38,
  88.7,
  -104,
  1e5,
];
const count = 300;

/** Numbers for the parameter at a position: hard ones, small ones and large ones, in another order for each. */
function numbersFor(type: 'f32' | 'f64' | 'i32', position: number): readonly number[] {
  const spread = [
    ...numbersBetween(-2, 2, 150, position + 1),
    ...numbersBetween(-120, 120, 135, position + 9),
  ];
  const order = position === 0 ? [...hard, ...spread] : [...spread.slice(7), ...hard, ...spread.slice(0, 7)];
  return order.map((each) => roundTo(type, type === 'i32' ? Math.trunc(each * 1e7) || 0 : each));
}

test.each(all.map((each) => [each.name, each] as const))(
  '%s in a module has the bits of its definition',
  (_, f) => {
    const row: Axis = { name: 'row', extent: count };
    const types = f.parameters.map(({ type }) => {
      if (type === 'bool') throw new Error('no function takes booleans');
      return type;
    });
    const numbers = types.map(numbersFor);
    const reads = types.map((type, position) => buffer(`operand${position}`, 'input', type, count));
    const out = buffer('out', 'output', f.type, count);
    const list = reads.map(
      (each) => ({ kind: 'load', type: each.dtype, buffer: each, index: axisIndex(row) }) as const,
    );
    const value = { kind: 'call', type: f.type, function: f, arguments: list } as const;
    const store: Statement = { kind: 'store', buffer: out, index: axisIndex(row), value };
    const loop: Statement = { kind: 'loop', axis: row, body: [store], reductions: [], folds: [] };
    const run = compileScalar(f);
    const expected = Array.from({ length: count }, (_unused, at) =>
      run(...numbers.map((each) => each[at] ?? 0)),
    );
    const fed = new Map(reads.map((each, position) => [each, numbers[position] ?? []]));
    expect(runKernel([loop], fed, [out])['out']).toEqual(expected);
    expect(printKernel([loop], reads, [out])).toContain(`/** ${f.summary} */\nfunction ${f.name}(`);
  },
);
