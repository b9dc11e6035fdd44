import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import {
  addIndex,
  axesIn,
  axisIndex,
  clampIndex,
  constantIndex,
  dynamicIndex,
  flatIndex,
  indicesEqual,
  mapIndex,
  quotientIndex,
  rangeOf,
  remainderIndex,
  scaleIndex,
  unflattenIndex,
  type Axis,
  type IndexExpression,
} from '../../src/ir/index-expression.ts';
import { literal } from '../../src/ir/scalar.ts';
import { forEachIndex, stridesOf } from '../../src/ir/value.ts';
import { refusal } from '../support/values.ts';

/** What an index says for given loop variables. */
function valueOf(index: IndexExpression, at: ReadonlyMap<Axis, number>): number {
  return index.terms.reduce((total, { atom, coefficient }) => {
    switch (atom.kind) {
      case 'axis':
        return total + coefficient * (at.get(atom.axis) ?? Number.NaN);
      case 'quotient':
        return total + coefficient * Math.floor(valueOf(atom.of, at) / atom.by);
      case 'remainder': {
        const value = valueOf(atom.of, at);
        return total + coefficient * (value - atom.by * Math.floor(value / atom.by));
      }
      case 'clamped':
        return total + coefficient * Math.min(Math.max(valueOf(atom.of, at), atom.low), atom.high);
      case 'dynamic':
        return Number.NaN;
    }
  }, index.offset);
}

/** An index built with the simplifying functions, beside the plain meaning of how it was built. */
interface Built {
  readonly index: IndexExpression;
  readonly meaning: (at: ReadonlyMap<Axis, number>) => number;
}

const axes: readonly Axis[] = [
  { name: 'i', extent: 2 },
  { name: 'j', extent: 3 },
  { name: 'k', extent: 4 },
  { name: 'unit', extent: 1 },
];

function everyPosition(visit: (at: ReadonlyMap<Axis, number>) => void): void {
  forEachIndex(
    axes.map(({ extent }) => extent),
    (position) => visit(new Map(axes.map((axis, at) => [axis, position[at] ?? 0]))),
  );
}

const built: fc.Arbitrary<Built> = fc.letrec<{ index: Built }>((tie) => ({
  index: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc
      .constantFrom(...axes)
      .map((axis): Built => ({ index: axisIndex(axis), meaning: (at) => at.get(axis) ?? 0 })),
    fc
      .integer({ min: -5, max: 12 })
      .map((offset): Built => ({ index: constantIndex(offset), meaning: () => offset })),
    fc.tuple(tie('index'), tie('index')).map(([a, b]): Built => ({
      index: addIndex(a.index, b.index),
      meaning: (at) => a.meaning(at) + b.meaning(at),
    })),
    fc.tuple(tie('index'), fc.integer({ min: -3, max: 12 })).map(([a, factor]): Built => ({
      index: scaleIndex(a.index, factor),
      meaning: (at) => a.meaning(at) * factor,
    })),
    fc.tuple(tie('index'), fc.integer({ min: 1, max: 12 })).map(([a, by]): Built => ({
      index: quotientIndex(a.index, by),
      meaning: (at) => Math.floor(a.meaning(at) / by),
    })),
    fc.tuple(tie('index'), fc.integer({ min: 1, max: 12 })).map(([a, by]): Built => ({
      index: remainderIndex(a.index, by),
      meaning: (at) => a.meaning(at) - by * Math.floor(a.meaning(at) / by),
    })),
    fc
      .tuple(tie('index'), fc.integer({ min: -3, max: 3 }), fc.integer({ min: 0, max: 9 }))
      .map(([a, low, width]): Built => ({
        index: clampIndex(a.index, low, low + width),
        meaning: (at) => Math.min(Math.max(a.meaning(at), low), low + width),
      })),
  ),
})).index;

describe('simplification', () => {
  property.prop([built], { numRuns: 1500 })('keeps the value at every position', ({ index, meaning }) => {
    everyPosition((at) => {
      expect(valueOf(index, at)).toBe(meaning(at) + 0);
    });
  });

  property.prop([built], { numRuns: 500 })('knows a range that holds every value', ({ index }) => {
    const { low, high } = rangeOf(index);
    everyPosition((at) => {
      const value = valueOf(index, at);
      expect(value >= low && value <= high).toBe(true);
    });
  });

  property.prop([built, built], { numRuns: 500 })('gives equal indices equal values', (a, b) => {
    expect(indicesEqual(a.index, a.index)).toBe(true);
    expect(indicesEqual(addIndex(a.index, b.index), addIndex(b.index, a.index))).toBe(true);
    const differ = addIndex(a.index, constantIndex(1));
    expect(indicesEqual(a.index, differ)).toBe(false);
  });

  property.prop([built], { numRuns: 300 })(
    'mapping every loop variable to itself changes nothing',
    ({ index }) => {
      const mapped = mapIndex(index, axisIndex, (value) => value);
      everyPosition((at) => {
        expect(valueOf(mapped, at)).toBe(valueOf(index, at));
      });
    },
  );
});

const shapes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 0, maxLength: 4 });

function loopsOver(shape: readonly number[]): readonly IndexExpression[] {
  return shape.map((extent, position) => axisIndex({ name: `axis${position}`, extent }));
}

describe('flattening', () => {
  property.prop([shapes])('and unflattening by the same shape gives the plain loop variables', (shape) => {
    const index = loopsOver(shape);
    const back = unflattenIndex(flatIndex(index, stridesOf(shape)), shape);
    expect(back).toHaveLength(shape.length);
    back.forEach((each, axis) => {
      expect(indicesEqual(each, index[axis] ?? constantIndex(-1))).toBe(true);
    });
  });

  property.prop([shapes, fc.integer({ min: 0, max: 4 })])(
    'by a shape with two axes merged gives no division that loops could avoid',
    (shape, at) => {
      if (at + 1 >= shape.length) return;
      const merged = shape.toSpliced(at, 2, (shape[at] ?? 1) * (shape[at + 1] ?? 1));
      const index = loopsOver(shape);
      const back = unflattenIndex(flatIndex(index, stridesOf(shape)), merged);
      for (const each of back) {
        expect(each.terms.every(({ atom }) => atom.kind === 'axis')).toBe(true);
      }
    },
  );

  test('splits an axis into quotient and remainder', () => {
    const [flat] = loopsOver([6]);
    const [row, column] = unflattenIndex(flat ?? constantIndex(0), [2, 3]);
    expect(row?.terms.map(({ atom }) => atom.kind)).toEqual(['quotient']);
    expect(column?.terms.map(({ atom }) => atom.kind)).toEqual(['remainder']);
  });
});

describe('the pieces', () => {
  const [i, j] = [axes[0] ?? { name: 'i', extent: 2 }, axes[1] ?? { name: 'j', extent: 3 }];

  test('(3·i + j) / 3 is i, and its remainder j', () => {
    const flat = addIndex(scaleIndex(axisIndex(i), 3), axisIndex(j));
    expect(indicesEqual(quotientIndex(flat, 3), axisIndex(i))).toBe(true);
    expect(indicesEqual(remainderIndex(flat, 3), axisIndex(j))).toBe(true);
  });

  test('a loop of one step is 0, and a clamp that never acts is gone', () => {
    expect(axisIndex({ name: 'unit', extent: 1 })).toEqual(constantIndex(0));
    expect(clampIndex(axisIndex(j), 0, 2)).toEqual(axisIndex(j));
    expect(clampIndex(axisIndex(j), 0, 1).terms[0]?.atom.kind).toBe('clamped');
  });

  test('a run-time index has the range that it promises, and no loop variable of its own', () => {
    const value = literal('i32', 3);
    const index = addIndex(scaleIndex(dynamicIndex(value, 0, 9), 2), axisIndex(i));
    expect(rangeOf(index)).toEqual({ low: 0, high: 19 });
    expect(axesIn(index)).toEqual([i]);
    const other = literal('i32', 4);
    const mapped = mapIndex(index, axisIndex, () => other);
    expect(indicesEqual(mapped, addIndex(scaleIndex(dynamicIndex(other, 0, 9), 2), axisIndex(i)))).toBe(true);
    expect(indicesEqual(mapped, index)).toBe(false);
  });

  test('divisors have to be positive', () => {
    expect(refusal(() => quotientIndex(axisIndex(i), 0))).toBe('InternalError E_INDEX');
    expect(refusal(() => remainderIndex(axisIndex(i), -2))).toBe('InternalError E_INDEX');
  });
});
