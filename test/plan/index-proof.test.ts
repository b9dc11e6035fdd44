import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import {
  addIndex,
  axisIndex,
  clampIndex,
  constantIndex,
  dynamicIndex,
  quotientIndex,
  remainderIndex,
  scaleIndex,
  type Axis,
  type IndexExpression,
} from '../../src/ir/index-expression.ts';
import {
  areSeparated,
  covers,
  isInjective,
  isMarked,
  mark,
  provenRange,
  staysInside,
  type Placed,
} from '../../src/ir/index-proof.ts';
import { binary, literal, select, type Expression } from '../../src/ir/scalar.ts';

const axes: readonly Axis[] = [
  { name: 'i', extent: 3 },
  { name: 'j', extent: 2 },
  { name: 'k', extent: 4 },
];

/** The value of an index without run-time parts, at given loop variables. */
function valueAt(index: IndexExpression, at: ReadonlyMap<Axis, number>): number {
  return index.terms.reduce((sum, { atom, coefficient }) => {
    const valueOf = (): number => {
      switch (atom.kind) {
        case 'axis':
          return at.get(atom.axis) ?? 0;
        case 'quotient':
          return Math.floor(valueAt(atom.of, at) / atom.by);
        case 'remainder':
          return valueAt(atom.of, at) - atom.by * Math.floor(valueAt(atom.of, at) / atom.by);
        case 'clamped':
          return Math.min(Math.max(valueAt(atom.of, at), atom.low), atom.high);
        case 'dynamic':
          throw new Error('not at compile time');
      }
    };
    return sum + coefficient * valueOf();
  }, index.offset);
}

/** Every iteration of the loops with the element it reaches. */
function reached({
  index,
  axes: loops,
}: Placed): readonly { at: ReadonlyMap<Axis, number>; element: number }[] {
  const iterations = loops.reduce<readonly ReadonlyMap<Axis, number>[]>(
    (all, axis) =>
      all.flatMap((at) => Array.from({ length: axis.extent }, (_, value) => new Map([...at, [axis, value]]))),
    [new Map()],
  );
  return iterations.map((at) => ({ at, element: valueAt(index, at) }));
}

const steps = fc.constantFrom(0, 1, 2, 3, 4, 6, 8, 12, -1);
const wrap = fc.constantFrom<(index: IndexExpression) => IndexExpression>(
  (index) => index,
  (index) => index,
  (index) => quotientIndex(index, 2),
  (index) => remainderIndex(index, 3),
  (index) => clampIndex(index, 1, 4),
);

/** An index over the first `count` loops. */
function indices(count: number): fc.Arbitrary<Placed> {
  return fc.tuple(fc.tuple(steps, steps, steps), fc.nat(3), wrap).map(([coefficients, offset, wrapped]) => {
    const own = axes.slice(0, count);
    const terms = own.map((axis, position) => scaleIndex(axisIndex(axis), coefficients[position] ?? 0));
    return { index: wrapped(addIndex(constantIndex(offset), ...terms)), axes: own };
  });
}

const depth = fc.integer({ min: 1, max: 3 });
const runs = { seed: 5, numRuns: 2000 };

describe('proofs agree with going through every iteration', () => {
  property.prop([depth.chain(indices)], runs)('whether iterations reach elements of their own', (access) => {
    const elements = reached(access).map(({ element }) => element);
    expect(isInjective(access)).toBe(new Set(elements).size === elements.length);
  });

  property.prop([depth.chain(indices), fc.integer({ min: 1, max: 20 })], runs)(
    'whether an access stays inside',
    (access, length) => {
      const inside = reached(access).every(({ element }) => element >= 0 && element < length);
      expect(staysInside(access, length)).toBe(inside);
    },
  );

  const pairs = fc.tuple(depth.chain(indices), depth.chain(indices), fc.nat(2));

  property.prop([pairs], runs)('whether iterations of common loops meet', ([read, written, shared]) => {
    const common = axes.slice(0, Math.min(shared, read.axes.length, written.axes.length));
    const meet = reached(read).some((load) =>
      reached(written).some(
        (store) =>
          store.element === load.element && common.some((axis) => store.at.get(axis) !== load.at.get(axis)),
      ),
    );
    expect(areSeparated(read, written, common)).toBe(!meet);
  });

  property.prop([pairs], runs)('whether a loop wrote all that another reads', ([read, written, shared]) => {
    const common = axes.slice(0, Math.min(shared, read.axes.length, written.axes.length));
    const covered = reached(read).every((load) =>
      reached(written).some(
        (store) =>
          store.element === load.element && common.every((axis) => store.at.get(axis) === load.at.get(axis)),
      ),
    );
    expect(covers(written, read, common)).toBe(covered);
  });

  property.prop([pairs], runs)('whether all that is read was marked by a store', ([read, written]) => {
    const elements = new Uint8Array(64);
    const inside = { ...written, index: clampIndex(written.index, 0, 63) };
    expect(mark(inside, elements)).toBe(true);
    const stored = new Set(reached(inside).map(({ element }) => element));
    expect(isMarked(read, elements)).toBe(reached(read).every(({ element }) => stored.has(element)));
  });
});

describe('large loops are proven without going through them', () => {
  const row: Axis = { name: 'row', extent: 5000 };
  const column: Axis = { name: 'column', extent: 700 };
  const matrix = addIndex(scaleIndex(axisIndex(row), 700), axisIndex(column));
  const access: Placed = { index: matrix, axes: [row, column] };

  test('rows and columns of a matrix', () => {
    expect(isInjective(access)).toBe(true);
    expect(staysInside(access, 3_500_000)).toBe(true);
    expect(staysInside(access, 3_499_999)).toBe(false);
    expect(areSeparated(access, access, [row])).toBe(true);
    expect(covers(access, access, [row])).toBe(true);
  });

  test('columns of a matrix, written by one loop over rows and read by the next', () => {
    const next: Axis = { name: 'next', extent: 5000 };
    const read = (steps: number, offset = 0): Placed => ({
      index: addIndex(scaleIndex(axisIndex(next), steps), axisIndex(column), constantIndex(offset)),
      axes: [column, next],
    });
    const written: Placed = { index: matrix, axes: [column, row] };
    expect(covers(written, read(700), [column])).toBe(true);
    expect(covers(written, read(699), [column])).toBe(false);
    expect(covers(written, read(700, 1), [column])).toBe(false);
    const fewer: Axis = { name: 'fewer', extent: 4999 };
    const all: Placed = { index: matrix, axes: [column, row] };
    const part = addIndex(scaleIndex(axisIndex(fewer), 700), axisIndex(column));
    expect(covers(all, { index: part, axes: [column, fewer] }, [column])).toBe(true);
    expect(covers({ index: part, axes: [column, fewer] }, all, [column])).toBe(false);
  });

  test('what cannot be proven is not claimed', () => {
    const transposed = addIndex(scaleIndex(axisIndex(column), 5000), axisIndex(row));
    const other: Placed = { index: transposed, axes: [row, column] };
    expect(areSeparated(access, other, [row])).toBe(false);
    expect(covers(access, other, [row])).toBe(false);
    expect(isInjective({ index: axisIndex(column), axes: [row, column] })).toBe(false);
  });
});

describe('ranges of run-time values', () => {
  const buffer = { name: 'labels', dtype: 'i32', length: 4 } as const;
  const load: Expression = { kind: 'load', type: 'i32', buffer, index: constantIndex(0) };
  const rangeOf = (expression: Expression, range?: { low: number; high: number }): unknown =>
    provenRange(
      expression,
      () => range,
      () => undefined,
    );

  test('come from the buffer that they are loaded from', () => {
    expect(rangeOf(load, { low: 0, high: 9 })).toEqual({ low: 0, high: 9 });
    expect(rangeOf(load)).toEqual({ low: -(2 ** 31), high: 2 ** 31 - 1 });
  });

  test('or from clamping', () => {
    const clamped = binary('min', binary('max', load, literal('i32', 0)), literal('i32', 9));
    expect(rangeOf(clamped)).toEqual({ low: 0, high: 9 });
    expect(rangeOf(binary('add', clamped, clamped))).toEqual({ low: -(2 ** 31), high: 2 ** 31 - 1 });
  });

  test('and cover both sides of a choice', () => {
    const condition: Expression = literal('bool', 1);
    expect(rangeOf(select(condition, literal('i32', 3), literal('i32', -2)))).toEqual({ low: -2, high: 3 });
  });

  test('a run-time value counts with its whole range', () => {
    const access: Placed = { index: dynamicIndex(load, 0, 9), axes: [] };
    expect(staysInside(access, 10)).toBe(true);
    expect(staysInside(access, 9)).toBe(false);
  });
});
