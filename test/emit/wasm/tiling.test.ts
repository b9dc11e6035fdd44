import { test as property, fc } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { balanced, mostRows, panelsOf, type Blocks } from '../../../src/emit/wasm/tiling.ts';

/** Every position that blocks cover, in order. */
function covered(blocks: readonly Blocks[], unit: number): readonly number[] {
  return blocks.flatMap(({ start, count, size }) =>
    Array.from({ length: count * size * unit }, (_, position) => start + position),
  );
}

function upTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, position) => position);
}

describe('blocks of rows', () => {
  property.prop([fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 8 })])(
    'cover every row once, differ by one row at most, and none is too high',
    (rows, most) => {
      const blocks = balanced(rows, most);
      expect(covered(blocks, 1)).toEqual(upTo(rows));
      const sizes = blocks.map(({ size }) => size);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(most);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    },
  );

  test('32 rows in blocks of at most five are four of five and three of four', () => {
    expect(balanced(32, 5)).toEqual([
      { start: 0, count: 4, size: 5 },
      { start: 20, count: 3, size: 4 },
    ]);
  });
});

describe('panels of columns', () => {
  property.prop([fc.integer({ min: 1, max: 400 }), fc.boolean(), fc.constantFrom(null, 6)])(
    'cover every column once, with less than a vector of padding, and the padded panel stands on its own',
    (columns, fused, rows) => {
      const panels = panelsOf(columns, fused, rows);
      expect(covered(panels, 4)).toEqual(upTo(4 * Math.ceil(columns / 4)));
      if (columns % 4 !== 0) expect(panels.at(-1)?.count).toBe(1);
    },
  );

  property.prop([fc.integer({ min: 1, max: 400 }), fc.boolean()])(
    'are of widths whose tiles fit the registers',
    (columns, fused) => {
      for (const { size } of panelsOf(columns, fused, null)) {
        const spare = fused ? 1 : 2;
        expect(size * mostRows(size, fused) + size + spare).toBeLessThanOrEqual(15);
      }
    },
  );

  test('are three vectors wide where products are rounded, and two where they are fused', () => {
    expect(panelsOf(128, false, null)).toEqual([
      { start: 0, count: 10, size: 3 },
      { start: 120, count: 1, size: 2 },
    ]);
    expect(panelsOf(128, true, null)).toEqual([{ start: 0, count: 16, size: 2 }]);
  });
});
