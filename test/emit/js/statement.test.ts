import { describe, expect, test } from 'vitest';
import { roundTo } from '../../../src/ir/dtype.ts';
import { axisIndex, dynamicIndex, flatIndex, type Axis } from '../../../src/ir/index-expression.ts';
import { binary, literal, local, type Expression, type Local } from '../../../src/ir/scalar.ts';
import type { Combiner } from '../../../src/ir/lowering.ts';
import type { Buffer, Reduction, ReductionOrder, Statement } from '../../../src/kernels/kernel.ts';
import { numbersBetween } from '../../support/values.ts';
import { buffer, printKernel, runKernel } from './run-kernel.ts';

type Numeric = 'f32' | 'f64' | 'i32';

function load(source: Buffer, ...axes: readonly Axis[]): Expression {
  const strides = axes.map((_, at) => axes.slice(at + 1).reduce((product, axis) => product * axis.extent, 1));
  return { kind: 'load', type: source.dtype, buffer: source, index: flatIndex(axes.map(axisIndex), strides) };
}

const start: Readonly<Record<Combiner, number>> = { sum: 0, product: 1, max: -Infinity, min: Infinity };
const wholeStart: Readonly<Record<Combiner, number>> = { ...start, max: -(2 ** 31), min: 2 ** 31 - 1 };

function combine(combiner: Combiner, type: Numeric, a: number, b: number): number {
  if (combiner === 'product' && type === 'i32') return Math.imul(a, b);
  const results = { sum: a + b, product: a * b, max: Math.max(a, b), min: Math.min(a, b) };
  return roundTo(type, results[combiner]);
}

/** The definition in kernels/kernel.ts, word by word. */
function reduced(
  numbers: readonly number[],
  combiner: Combiner,
  order: ReductionOrder,
  type: Numeric,
): number {
  const first = (type === 'i32' ? wholeStart : start)[combiner];
  const join = (a: number, b: number): number => combine(combiner, type, a, b);
  if (order === 'ascending') return numbers.reduce(join, first);
  const lanes = Array.from({ length: 8 }, (_, lane) =>
    numbers.filter((__, position) => position % 8 === lane).reduce(join, first),
  );
  const lane = (position: number): number => lanes[position] ?? Number.NaN;
  const pair = (position: number): number => join(lane(position), lane(position + 4));
  return join(join(pair(0), pair(2)), join(pair(1), pair(3)));
}

function numbersOf(type: Numeric, count: number): readonly number[] {
  const spread = type === 'i32' ? 2 ** 31 : 1.5;
  return numbersBetween(-spread, spread, count, count).map((each) =>
    type === 'i32' ? Math.trunc(each) : roundTo(type, each),
  );
}

describe('reductions in printed loops', () => {
  const cases = (['f32', 'f64', 'i32'] as const).flatMap((type) =>
    (['sum', 'product', 'max', 'min'] as const).flatMap((combiner) =>
      (['ascending', 'lanes'] as const)
        .filter((order) => order === 'ascending' || combiner === 'sum' || combiner === 'product')
        .map((order) => ({ type, combiner, order })),
    ),
  );

  test.each(cases)(
    '$combiner of $type, $order, has the bits of the definition',
    ({ type, combiner, order }) => {
      for (const count of [1, 7, 16, 17, 100]) {
        const i: Axis = { name: 'i', extent: count };
        const [x, out] = [buffer('x', 'input', type, count), buffer('out', 'output', type, 1)];
        const total: Local = { name: 'total', type };
        const reduction: Reduction = { local: total, combiner, order, contribution: load(x, i) };
        const loop: Statement = { kind: 'loop', axis: i, body: [], reductions: [reduction], folds: [] };
        const store: Statement = {
          kind: 'store',
          buffer: out,
          index: flatIndex([], []),
          value: local(total),
        };
        const numbers = numbersOf(type, count);
        const got = runKernel([loop, store], new Map([[x, numbers]]), [out])['out'];
        expect(got).toEqual([reduced(numbers, combiner, order, type)]);
      }
    },
  );

  test('in f32 and in f64 side by side round each in its own type', () => {
    const i: Axis = { name: 'i', extent: 40 };
    const [x, out] = [buffer('x', 'input', 'f32', 40), buffer('out', 'output', 'f32', 1)];
    const [z, wide] = [buffer('z', 'input', 'f64', 40), buffer('wide', 'output', 'f64', 1)];
    const numbers = numbersOf('f32', 40);
    const part = (source: Buffer, target: Buffer): readonly Statement[] => {
      const total: Local = { name: 'total', type: source.dtype };
      const reduction: Reduction = {
        local: total,
        combiner: 'sum',
        order: 'lanes',
        contribution: load(source, i),
      };
      // Each in a loop of its own, so that both can call their sum by one name.
      return [
        {
          kind: 'loop',
          axis: { name: 'once', extent: 1 },
          body: [
            { kind: 'loop', axis: i, body: [], reductions: [reduction], folds: [] },
            { kind: 'store', buffer: target, index: flatIndex([], []), value: local(total) },
          ],
          reductions: [],
          folds: [],
        },
      ];
    };
    const got = runKernel(
      [...part(x, out), ...part(z, wide)],
      new Map([
        [x, numbers],
        [z, numbers],
      ]),
      [out, wide],
    );
    expect(got['out']).toEqual([reduced(numbers, 'sum', 'lanes', 'f32')]);
    expect(got['wide']).toEqual([reduced(numbers, 'sum', 'lanes', 'f64')]);
  });
});

describe('printed contractions', () => {
  const shapes = [
    { rows: [3], columns: [4], contracted: [5] },
    { rows: [2, 3], columns: [1], contracted: [7] },
    { rows: [], columns: [2, 3], contracted: [2, 2] },
    { rows: [3], columns: [5], contracted: [] },
    { rows: [1], columns: [1], contracted: [20] },
  ];

  test.each(shapes.flatMap((shape) => (['f32', 'f64'] as const).map((type) => ({ ...shape, type }))))(
    'add in ascending order: rows $rows, columns $columns, contracted $contracted, $type',
    ({ rows, columns, contracted, type }) => {
      const axesOf = (name: string, extents: readonly number[]): readonly Axis[] =>
        extents.map((extent, at) => ({ name: `${name}${at}`, extent }));
      const [rowAxes, columnAxes] = [axesOf('row', rows), axesOf('column', columns)];
      const k = axesOf('k', contracted);
      const size = (extents: readonly number[]): number =>
        extents.reduce((product, each) => product * each, 1);
      const [m, n, depth] = [size(rows), size(columns), size(contracted)];
      const a = buffer('a', 'input', type, m * depth);
      const b = buffer('b', 'input', type, n * depth);
      const bias = buffer('bias', 'input', type, n);
      const out = buffer('out', 'output', type, m * n);
      const sum: Local = { name: 'sum', type };
      const value = binary('max', local(sum), literal(type, -0.25));
      const index = load(out, ...rowAxes, ...columnAxes);
      if (index.kind !== 'load') throw new Error('a load is a load');
      const contraction: Statement = {
        kind: 'contraction',
        rows: rowAxes,
        columns: columnAxes,
        contracted: k,
        left: load(a, ...rowAxes, ...k),
        right: load(b, ...columnAxes, ...k),
        initial: load(bias, ...columnAxes),
        sum,
        epilogue: [{ kind: 'store', buffer: out, index: index.index, value }],
      };
      const [left, right, first] = [numbersOf(type, a.length), numbersOf(type, b.length), numbersOf(type, n)];
      const expected = Array.from({ length: m * n }, (_, flat) => {
        const [row, column] = [Math.floor(flat / n), flat % n];
        let total = first[column] ?? Number.NaN;
        for (let at = 0; at < depth; at++) {
          const product = roundTo(type, (left[row * depth + at] ?? 0) * (right[column * depth + at] ?? 0));
          total = roundTo(type, total + product);
        }
        return Math.max(total, -0.25);
      });
      const reads = new Map([
        [a, left],
        [b, right],
        [bias, first],
      ]);
      expect(runKernel([contraction], reads, [out])['out']).toEqual(expected);
    },
  );
});

describe('printed scatters', () => {
  test.each(['f32', 'f64', 'i32'] as const)('add updates of %s in row-major order', (type) => {
    const i: Axis = { name: 'i', extent: 50 };
    const j: Axis = { name: 'j', extent: 3 };
    const updates = buffer('updates', 'input', type, 50);
    const places = buffer('places', 'input', 'i32', 50);
    const target = buffer('target', 'output', type, 3);
    const zero: Statement = {
      kind: 'loop',
      axis: j,
      body: [{ kind: 'store', buffer: target, index: axisIndex(j), value: literal(type, 0) }],
      reductions: [],
      folds: [],
    };
    const index = dynamicIndex(load(places, i), 0, 2);
    const scatter: Statement = {
      kind: 'scatter',
      combiner: 'sum',
      axes: [i],
      target,
      index,
      value: load(updates, i),
    };
    const numbers = numbersOf(type, 50);
    const at = Array.from({ length: 50 }, (_, position) => (position * 7) % 3);
    const expected = [0, 0, 0];
    numbers.forEach((number, position) => {
      const place = at[position] ?? 0;
      expected[place] = roundTo(type, (expected[place] ?? 0) + number);
    });
    const reads = new Map([
      [updates, numbers],
      [places, at],
    ]);
    expect(runKernel([zero, scatter], reads, [target])['target']).toEqual(expected);
  });
});

describe('printed loops', () => {
  const i: Axis = { name: 'i', extent: 4 };
  const j: Axis = { name: 'j', extent: 6 };

  test('name a position that several statements of a block use', () => {
    const sources = ['a', 'b', 'c'].map((name) => buffer(name, 'input', 'f32', 24));
    const out = buffer('out', 'output', 'f32', 24);
    const [a, b, c] = sources.map((source) => load(source, i, j));
    if (a === undefined || b === undefined || c?.kind !== 'load') throw new Error('three are loaded');
    const value = binary('add', binary('mul', a, b), c);
    const body: Statement[] = [{ kind: 'store', buffer: out, index: c.index, value }];
    const inner: Statement = { kind: 'loop', axis: j, body, reductions: [], folds: [] };
    const loop: Statement = { kind: 'loop', axis: i, body: [inner], reductions: [], folds: [] };
    const source = printKernel([loop], sources, [out]);
    expect(source).toContain('const at = i * 6 + j;\n      out[at] = fround(a[at] * b[at]) + c[at];');
    const numbers = numbersOf('f32', 24);
    const reads = new Map(sources.map((each) => [each, numbers]));
    const expected = numbers.map((each) => Math.fround(Math.fround(each * each) + each));
    expect(runKernel([loop], reads, [out])['out']).toEqual(expected);
  });

  test('stand on one line where they fit, without a position that is used once', () => {
    const [x, out] = [buffer('x', 'input', 'f32', 4), buffer('out', 'output', 'f32', 4)];
    const store: Statement = { kind: 'store', buffer: out, index: axisIndex(i), value: load(x, i) };
    const loop: Statement = { kind: 'loop', axis: i, body: [store], reductions: [], folds: [] };
    expect(printKernel([loop], [x], [out])).toContain('\n  for (let i = 0; i < 4; i++) out[i] = x[i];\n');
  });

  test('carry folds from one iteration to the next', () => {
    const [x, out] = [buffer('x', 'input', 'i32', 4), buffer('out', 'output', 'i32', 1)];
    const last: Local = { name: 'last', type: 'i32' };
    const next = binary('sub', load(x, i), local(last));
    const fold = { local: last, initial: literal('i32', 5), next };
    const loop: Statement = { kind: 'loop', axis: i, body: [], reductions: [], folds: [fold] };
    const store: Statement = { kind: 'store', buffer: out, index: flatIndex([], []), value: local(last) };
    expect(runKernel([loop, store], new Map([[x, [1, 2, 3, 4]]]), [out])['out']).toEqual([
      4 - (3 - (2 - (1 - 5))),
    ]);
  });
});
