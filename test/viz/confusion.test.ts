import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { DataError, DeclarationError } from '../../src/ir/errors.ts';
import { confusionMatrix, light } from '../../src/viz/index.ts';
import { expectSound, partsOf } from './picture.ts';

const iris = [
  [10, 0, 0],
  [0, 9, 1],
  [0, 2, 8],
];
const classNames = ['setosa', 'versicolor', 'virginica'];

describe('confusionMatrix', () => {
  test('is a card of cells, in stable bytes', async () => {
    const svg = confusionMatrix(iris, { classNames, subtitle: 'Iris, 30 test samples' });
    expectSound(svg);
    await expect(svg).toMatchFileSnapshot('golden/confusion.svg');
  });

  test('prints counts, percentages of the row, recall, precision and accuracy', () => {
    const { texts, titles } = partsOf(confusionMatrix(iris, { classNames }));
    expect(texts).toEqual(
      expect.arrayContaining(['90.0 %', 'accuracy', '2', '20.0 %', '81.8 %', 'recall', 'precision']),
    );
    expect(titles).toContain('true virginica, predicted versicolor: 2 (20.0 % of the row)');
  });

  test('colours right answers apart from mistakes', () => {
    const { all } = partsOf(confusionMatrix(iris));
    expect(all(`rect[fill="${light.roles.forward.line}"]`)).toHaveLength(3);
    expect(all(`rect[fill="${light.roles.loss.line}"]`)).toHaveLength(2);
  });

  test('takes all counts in one array, too', () => {
    expect(confusionMatrix(Float32Array.from(iris.flat()))).toBe(confusionMatrix(iris));
  });

  test('turns long names, and cuts longer ones', () => {
    const names = Array.from({ length: 8 }, (_, index) => `a class with a name of many words ${index}`);
    const svg = confusionMatrix(new Float32Array(64).fill(3), { classNames: names });
    expectSound(svg);
    expect(svg).toContain('rotate(-45)');
    expect(partsOf(svg).texts.filter((text) => text?.endsWith('…'))).toHaveLength(16);
  });

  test('of a hundred classes is of colours alone', () => {
    const svg = confusionMatrix(
      Float32Array.from({ length: 10_000 }, (_, index) => (index % 101 === 0 ? 9 : 0)),
    );
    expectSound(svg);
    expect(partsOf(svg).all('rect').length).toBeGreaterThan(10_000);
    expect(partsOf(svg).texts).not.toContain('100 %');
  });

  test('gives a class without samples a dash', () => {
    const svg = confusionMatrix([
      [3, 0],
      [0, 0],
    ]);
    expectSound(svg);
    expect(partsOf(svg).texts.filter((text) => text === '–')).toHaveLength(2);
  });

  property.prop([
    fc.integer({ min: 1, max: 14 }).chain((classes) =>
      fc.array(fc.integer({ min: 0, max: 1e6 }), {
        minLength: classes * classes,
        maxLength: classes * classes,
      }),
    ),
  ])('stays on its card', (counts) => {
    expectSound(confusionMatrix(counts));
  });

  test('says so when nothing was counted', () => {
    expect(partsOf(confusionMatrix([])).texts).toContain('No sample was counted');
    expect(partsOf(confusionMatrix([[0]])).texts).toContain('No sample was counted');
  });

  test.each<[string, number[] | number[][], string]>([
    ['counts that are no square', [1, 2, 3], '3 counts are no square'],
    ['a short row', [[1, 2], [3]], 'row 1 has 1 counts, there are 2 rows'],
    ['a negative count', [1, 2, -1, 3], 'the count in row 1, column 0 is -1'],
    ['a count that is no number', [[NaN]], 'the count in row 0, column 0 is NaN'],
  ])('refuses %s', (_, counts, message) => {
    expect(() => confusionMatrix(counts)).toThrow(DataError);
    expect(() => confusionMatrix(counts)).toThrow(message);
  });

  test('refuses names of other classes', () => {
    expect(() => confusionMatrix(iris, { classNames: ['a'] })).toThrow(DeclarationError);
    expect(() => confusionMatrix(iris, { classNames: ['a'] })).toThrow('1 class names for 3 classes');
  });
});
