import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import {
  addSizes,
  bindSize,
  concreteCount,
  concreteShape,
  dim,
  divideSizes,
  elementCount,
  multiplySizes,
  namesIn,
  printShape,
  printSize,
  shapesEqual,
  sizesEqual,
  subtractSizes,
  type Size,
} from '../../src/ir/size.ts';
import { refusal } from '../support/values.ts';

const batch = dim('batch');
const length = dim('length');

/** Sizes built by arithmetic from numbers and three names. */
const sizes: fc.Arbitrary<Size> = fc.letrec<{ size: Size }>((tie) => ({
  size: fc.oneof(
    { maxDepth: 3 },
    fc.integer({ min: 0, max: 9 }),
    fc.constantFrom('a', 'b', 'c').map((name) => dim(name)),
    fc.tuple(tie('size'), tie('size')).map(([left, right]) => addSizes(left, right)),
    fc.tuple(tie('size'), tie('size')).map(([left, right]) => multiplySizes(left, right)),
  ),
})).size;

const numbers = fc.record({
  a: fc.integer({ min: 1, max: 7 }),
  b: fc.integer({ min: 1, max: 7 }),
  c: fc.integer({ min: 1, max: 7 }),
});

describe('dimensions', () => {
  test('of one name are one dimension', () => {
    expect(sizesEqual(dim('batch'), batch)).toBe(true);
    expect(sizesEqual(length, batch)).toBe(false);
    expect(sizesEqual(batch, 3)).toBe(false);
  });

  test('are frozen through and through', () => {
    const [term] = batch.terms;
    expect([batch, batch.terms, term, term?.factors].every(Object.isFrozen)).toBe(true);
    const computed = multiplySizes(batch, 3);
    expect(typeof computed !== 'number' && computed.terms.every(Object.isFrozen)).toBe(true);
  });

  test('refuse names that are no identifiers', () => {
    for (const name of ['', 'two words', '3d', 'a·b', 'a+b']) {
      expect(refusal(() => dim(name))).toBe('DeclarationError E_DIM_NAME');
    }
  });
});

describe('printing', () => {
  test('is canonical: highest degree first, names in order', () => {
    const mixed = addSizes(1, addSizes(multiplySizes(length, batch), multiplySizes(2, batch)));
    expect(printSize(mixed)).toBe('batch·length + 2·batch + 1');
    expect(printShape([batch, 4, multiplySizes(3, batch)])).toBe('[batch, 4, 3·batch]');
  });

  test('of numbers is plain', () => {
    expect(printShape([])).toBe('[]');
    expect(printSize(multiplySizes(batch, 0))).toBe('0');
  });
});

describe('arithmetic', () => {
  property.prop([sizes, sizes, numbers])('evaluates like arithmetic on numbers', (a, b, values) => {
    const [left, right] = [bindSize(a, values), bindSize(b, values)];
    expect(bindSize(addSizes(a, b), values)).toBe(left + right);
    expect(bindSize(multiplySizes(a, b), values)).toBe(left * right);
  });

  property.prop([sizes, sizes, sizes])('has the laws of a commutative ring', (a, b, c) => {
    expect(addSizes(a, b)).toEqual(addSizes(b, a));
    expect(multiplySizes(a, b)).toEqual(multiplySizes(b, a));
    expect(addSizes(a, addSizes(b, c))).toEqual(addSizes(addSizes(a, b), c));
    expect(multiplySizes(a, multiplySizes(b, c))).toEqual(multiplySizes(multiplySizes(a, b), c));
    expect(multiplySizes(a, addSizes(b, c))).toEqual(addSizes(multiplySizes(a, b), multiplySizes(a, c)));
    expect(sizesEqual(addSizes(a, 0), a)).toBe(true);
    expect(sizesEqual(multiplySizes(a, 1), a)).toBe(true);
  });

  property.prop([sizes, sizes, fc.array(numbers, { minLength: 12, maxLength: 12 })])(
    'gives equal names exactly to sizes that are equal for all numbers',
    (a, b, many) => {
      const alike = many.every((values) => bindSize(a, values) === bindSize(b, values));
      // Equal names mean equal sizes; different ones differ somewhere, hardly ever on none of twelve points.
      if (sizesEqual(a, b)) expect(alike).toBe(true);
      if (!alike) expect(sizesEqual(a, b)).toBe(false);
    },
  );

  property.prop([sizes, fc.integer({ min: 1, max: 9 }), fc.constantFrom('a', 'b')])(
    'a product divided by a factor is the other factor',
    (a, number, name) => {
      const factor = multiplySizes(number, dim(name));
      expect(divideSizes(multiplySizes(a, factor), factor)).toEqual(multiplySizes(a, 1));
    },
  );

  test('differences are printed with their sign', () => {
    expect(printSize(addSizes(batch, -1))).toBe('batch - 1');
    expect(printSize(subtractSizes(multiplySizes(batch, length), multiplySizes(batch, 2)))).toBe(
      'batch·length - 2·batch',
    );
    expect(printSize(subtractSizes(1, batch))).toBe('-1·batch + 1');
    expect(subtractSizes(batch, dim('batch'))).toBe(0);
  });

  test('division is exact or refused', () => {
    expect(divideSizes(12, 4)).toBe(3);
    expect(divideSizes(12, 5)).toBeUndefined();
    expect(divideSizes(12, 0)).toBeUndefined();
    expect(divideSizes(multiplySizes(6, batch), 4)).toBeUndefined();
    expect(divideSizes(batch, length)).toBeUndefined();
    expect(divideSizes(addSizes(batch, 1), addSizes(batch, 1))).toBe(1);
    expect(divideSizes(multiplySizes(batch, batch), batch)).toEqual(batch);
  });
});

describe('shapes', () => {
  test('are equal axis by axis', () => {
    expect(shapesEqual([batch, 2], [dim('batch'), 2])).toBe(true);
    expect(shapesEqual([batch, 2], [batch])).toBe(false);
    expect(shapesEqual([2], [batch])).toBe(false);
  });

  test('count their elements, by name or by number', () => {
    expect(printSize(elementCount([batch, 3, 4]))).toBe('12·batch');
    expect(elementCount([])).toBe(1);
    expect(concreteCount([2, 3])).toBe(6);
  });

  test('without numbers for their names are refused', () => {
    expect(refusal(() => concreteShape([batch]))).toBe('ShapeError E_UNBOUND_DIM');
    expect(refusal(() => bindSize(batch, { length: 3 }))).toBe('ShapeError E_UNBOUND_DIM');
    expect(namesIn(addSizes(multiplySizes(batch, length), batch))).toEqual(['batch', 'length']);
    expect(namesIn(3)).toEqual([]);
  });
});
