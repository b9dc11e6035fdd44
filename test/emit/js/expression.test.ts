import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { printIndex, printScalar, printStored, requirements } from '../../../src/emit/js/expression.ts';
import type { DType } from '../../../src/ir/dtype.ts';
import {
  addIndex,
  axisIndex,
  clampIndex,
  constantIndex,
  flatIndex,
  quotientIndex,
  remainderIndex,
  scaleIndex,
  type Axis,
  type IndexExpression,
} from '../../../src/ir/index-expression.ts';
import {
  binary,
  literal,
  local,
  select,
  unary,
  type Expression,
  type Local,
} from '../../../src/ir/scalar.ts';
import type { Statement } from '../../../src/kernels/kernel.ts';
import { compileScalar } from '../../support/evaluate-scalar.ts';
import { build, operands } from './random-expression.ts';
import { buffer, runKernel } from './run-kernel.ts';

const count = 10;

/** What the expression gives for every row of operands: stored at once, and through a local. */
function printedResults(type: DType, make: (operand: (name: string) => Expression) => Expression) {
  const row: Axis = { name: 'row', extent: count };
  const reads = new Map(
    Object.entries(operands).map(([name, each]) => [buffer(name, 'input', each.type, count), each.values]),
  );
  const buffers = [...reads.keys()];
  const value = make((name) => {
    const source = buffers.find((each) => each.name === name);
    if (source === undefined) throw new Error(`there is no operand ${name}`);
    return { kind: 'load', type: source.dtype, buffer: source, index: axisIndex(row) };
  });
  const writes = ['stored', 'named'].map((name) => buffer(name, 'output', type, count));
  const [stored, named] = writes;
  if (stored === undefined || named === undefined) throw new Error('two buffers are written');
  const held: Local = { name: 'held', type };
  const body: Statement[] = [
    { kind: 'store', buffer: stored, index: axisIndex(row), value },
    { kind: 'let', local: held, value },
    { kind: 'store', buffer: named, index: axisIndex(row), value: local(held) },
  ];
  return runKernel([{ kind: 'loop', axis: row, body, reductions: [], folds: [] }], reads, writes);
}

function referenceResults(type: DType, make: (operand: (name: string) => Expression) => Expression) {
  const parameters = Object.entries(operands).map(([name, each]): Local => ({ name, type: each.type }));
  const result = make((name) => {
    const parameter = parameters.find((each) => each.name === name);
    if (parameter === undefined) throw new Error(`there is no operand ${name}`);
    return local(parameter);
  });
  const run = compileScalar({ name: 'reference', summary: '', parameters, type, lets: [], result });
  return Array.from({ length: count }, (_, row) => {
    const list = Object.values(operands).map(({ type: each, values }) => {
      const value = values[row] ?? 0;
      // The reference works on booleans as JavaScript does.
      return each === 'bool' ? (Boolean(value) as unknown as number) : value;
    });
    // So its result may be one.
    const value: unknown = run(...list);
    return Number(value);
  });
}

describe('printed expressions', () => {
  property.prop(
    [
      fc.constantFrom<DType>('f32', 'f64', 'i32', 'bool'),
      fc.integer({ min: 1, max: 4 }),
      fc.array(fc.nat(999), { minLength: 40, maxLength: 40 }),
    ],
    { numRuns: 1500 },
  )('give the bits of the reference, stored or named', (type, depth, recipe) => {
    const make = (operand: (name: string) => Expression): Expression => {
      let position = 0;
      return build(type, depth, {
        next: (below) => (recipe[position++ % recipe.length] ?? 0) % below,
        operand,
      });
    };
    const expected = referenceResults(type, make);
    const { stored, named } = printedResults(type, make);
    expect(stored).toEqual(expected);
    expect(named).toEqual(expected);
  });

  const x = local({ name: 'x', type: 'f32' });
  const y = local({ name: 'y', type: 'f32' });
  const n = local({ name: 'n', type: 'i32' });
  const texts: readonly (readonly [string, Expression, string, string])[] = [
    [
      'round once an operation',
      binary('add', binary('mul', x, y), x),
      'fround(fround(x * y) + x)',
      'fround(x * y) + x',
    ],
    ['keep what needs no rounding', unary('neg', binary('max', x, y)), '-max(x, y)', '-max(x, y)'],
    ['do not glue signs', binary('sub', x, unary('neg', y)), 'fround(x - -y)', 'x - -y'],
    ['do not make decrements', unary('neg', unary('neg', x)), '-(-x)', '-(-x)'],
    ['keep -0', binary('add', x, literal('f32', -0)), 'fround(x + -0)', 'x + -0'],
    [
      'group differences',
      binary('sub', x, binary('sub', y, x)),
      'fround(x - fround(y - x))',
      'x - fround(y - x)',
    ],
    ['wrap integers', binary('mul', binary('add', n, n), n), 'imul((n + n) | 0, n)', 'imul((n + n) | 0, n)'],
    [
      'choose',
      select(binary('and', literal('bool', 1), literal('bool', 0)), x, y),
      'true && false ? x : y',
      'true && false ? x : y',
    ],
  ];

  test.each(texts)('%s', (_, expression, scalar, stored) => {
    expect(printScalar(expression, requirements())).toBe(scalar);
    expect(printStored(expression, requirements())).toBe(stored);
  });

  test('store booleans as 1 and 0', () => {
    const condition = binary('or', literal('bool', 1), literal('bool', 0));
    expect(printStored(condition, requirements())).toBe('true || false ? 1 : 0');
  });

  test('say what they need', () => {
    const needs = requirements();
    printScalar(unary('round', binary('max', x, unary('sqrt', y))), needs);
    expect([...needs.builtins].sort()).toEqual(['fround', 'max', 'sqrt']);
    expect([...needs.support]).toEqual(['roundHalfToEven']);
  });
});

describe('printed positions', () => {
  const [a, b] = [
    { name: 'a', extent: 5 },
    { name: 'b', extent: 7 },
  ] as const;
  interface Step {
    readonly form: number;
    readonly amount: number;
  }

  /** An index and what it is for numbers, built side by side. */
  function indexFrom(steps: readonly Step[]): {
    readonly index: IndexExpression;
    readonly at: (i: number, j: number) => number;
  } {
    let index = axisIndex(a);
    let at = (i: number, _j: number): number => i;
    for (const { form, amount } of steps) {
      const before = at;
      const size = amount + 2;
      const forms: readonly (() => void)[] = [
        () => {
          index = addIndex(index, scaleIndex(axisIndex(b), amount - 4));
          at = (i, j) => before(i, j) + j * (amount - 4);
        },
        () => {
          index = addIndex(index, constantIndex(amount - 6));
          at = (i, j) => before(i, j) + amount - 6;
        },
        () => {
          index = scaleIndex(index, amount - 3);
          at = (i, j) => before(i, j) * (amount - 3);
        },
        () => {
          index = quotientIndex(index, size);
          at = (i, j) => Math.floor(before(i, j) / size);
        },
        () => {
          index = remainderIndex(index, size);
          at = (i, j) => before(i, j) - size * Math.floor(before(i, j) / size);
        },
        () => {
          index = clampIndex(index, -size, amount);
          at = (i, j) => Math.min(Math.max(before(i, j), -size), amount);
        },
        () => {
          index = addIndex(scaleIndex(index, -1), axisIndex(a));
          at = (i, j) => i - before(i, j);
        },
      ];
      forms[form % forms.length]?.();
    }
    return { index, at };
  }

  property.prop(
    [fc.array(fc.record({ form: fc.nat(6), amount: fc.nat(9) }), { minLength: 1, maxLength: 7 })],
    {
      numRuns: 500,
    },
  )('are what they stand for, below zero too', (steps) => {
    const { index, at } = indexFrom(steps);
    const out = buffer('out', 'output', 'i32', a.extent * b.extent);
    const value: Expression = { kind: 'index', type: 'i32', index };
    const position = flatIndex([axisIndex(a), axisIndex(b)], [b.extent, 1]);
    const store: Statement = { kind: 'store', buffer: out, index: position, value };
    const inner: Statement = { kind: 'loop', axis: b, body: [store], reductions: [], folds: [] };
    const loop: Statement = { kind: 'loop', axis: a, body: [inner], reductions: [], folds: [] };
    const expected = Array.from({ length: out.length }, (_, flat) =>
      Math.trunc(at(Math.floor(flat / b.extent), flat % b.extent)),
    );
    expect(runKernel([loop], new Map(), [out])['out']).toEqual(expected.map((each) => each + 0));
  });

  test('read as strides, the largest first', () => {
    const strided = addIndex(axisIndex(b), scaleIndex(axisIndex(a), 7), constantIndex(-2));
    expect(printIndex(strided, requirements())).toBe('a * 7 + b - 2');
    expect(printIndex(constantIndex(0), requirements())).toBe('0');
    expect(printIndex(scaleIndex(axisIndex(a), -1), requirements())).toBe('-a');
  });
});
