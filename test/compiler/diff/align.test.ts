import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { align } from '../../../src/compiler/diff/align.ts';

const letters = (before: string, after: string): string =>
  align([...before], [...after], (a, b) =>
    a === b ? 0 : a.toLowerCase() === b.toLowerCase() ? 0.5 : undefined,
  )
    .map((pair) => `${pair.before ?? '.'}${pair.after ?? '.'}`)
    .join(' ');

describe('an alignment', () => {
  test('pairs what is equal, around what was put in and taken out', () => {
    expect(letters('abc', 'abc')).toBe('aa bb cc');
    expect(letters('abc', 'axbc')).toBe('aa .x bb cc');
    expect(letters('abcd', 'acd')).toBe('aa b. cc dd');
    expect(letters('', 'ab')).toBe('.a .b');
    expect(letters('ab', '')).toBe('a. b.');
  });

  test('pairs what is alike rather than to take it out and put it in', () => {
    expect(letters('aBc', 'abc')).toBe('aa Bb cc');
    expect(letters('abab', 'ABab')).toBe('aA bB aa bb');
  });

  test('puts what was removed before what was added', () => {
    expect(letters('axc', 'ayc')).toBe('aa x. .y cc');
  });

  const word = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 8 });
  property.prop([word, word])('has all of both lists, in their order', (before, after) => {
    const pairs = align(before, after, (a, b) => (a === b ? 0 : undefined));
    expect(pairs.flatMap((pair) => pair.before ?? [])).toEqual(before);
    expect(pairs.flatMap((pair) => pair.after ?? [])).toEqual(after);
    for (const pair of pairs) {
      if (pair.before !== undefined && pair.after !== undefined) expect(pair.before).toBe(pair.after);
    }
  });
});
