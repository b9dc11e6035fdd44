import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { DataError, DeclarationError } from '../../src/ir/errors.ts';
import { light, parallelCoordinates } from '../../src/viz/index.ts';
import { expectSound, partsOf } from './picture.ts';

const trials = [
  { params: { lr: 0.001, optimizer: 'adam', batchSize: 32 }, value: 0.9 },
  { params: { lr: 0.1, optimizer: 'sgd', batchSize: 'full' }, value: 0.85 },
  { params: { lr: 0.01, optimizer: 'adam', batchSize: 16 }, value: 0.94 },
  { params: { lr: 10, optimizer: 'sgd', batchSize: 16 }, value: NaN },
];

describe('parallelCoordinates', () => {
  test('is a card of axes and trials, in stable bytes', async () => {
    const svg = parallelCoordinates({ trials, valueName: 'accuracy', title: 'Search' });
    expectSound(svg);
    await expect(svg).toMatchFileSnapshot('golden/parallel-coordinates.svg');
  });

  test('marks the best trial, and says what it was', () => {
    const svg = parallelCoordinates({ trials, valueName: 'accuracy' });
    const { texts, all } = partsOf(svg);
    expect(texts).toEqual(
      expect.arrayContaining(['94.0 %', 'best accuracy of 4', 'lr 0.01, optimizer adam, batchSize 16']),
    );
    expect(all(`path[stroke="${light.roles.accent.line}"] title`).map((title) => title.textContent)).toEqual([
      'lr 0.01, optimizer adam, batchSize 16: 94.0 %',
    ]);
  });

  test('takes lower values for better ones unless they are in percent', () => {
    const losses = trials.slice(0, 2).map(({ params }, index) => ({ params, value: index + 1 }));
    expect(partsOf(parallelCoordinates({ trials: losses })).texts).toContain('1.00');
    expect(partsOf(parallelCoordinates({ trials: losses, better: 'higher' })).texts).toContain('2.00');
  });

  test('ends a trial that failed before its value', () => {
    const failed = partsOf(parallelCoordinates({ trials, valueName: 'accuracy' })).all(
      `path[stroke="${light.roles.loss.line}"]`,
    );
    expect(failed.map((path) => path.getAttribute('d')?.match(/[ML]/g))).toEqual([['M', 'L', 'L']]);
  });

  test('puts numbers before words, and rates that span much on a logarithmic axis', () => {
    const { all } = partsOf(parallelCoordinates({ trials, valueName: 'accuracy' }));
    const ticks = all(`text[font-size="11"][fill="${light.muted}"]`).map((text) => text.textContent);
    expect(ticks.slice(0, 3)).toEqual(['0.001', '0.01', '0.1']);
    expect(ticks.join()).toContain('16,32,full');
  });

  test('says so without trials, and draws those that all failed, and parameters that are missing', () => {
    expect(partsOf(parallelCoordinates({ trials: [] })).texts).toContain('There are no trials to show');
    const svg = parallelCoordinates({
      trials: [
        { params: { a: 1 }, value: NaN },
        { params: { b: true }, value: NaN },
        { params: {}, value: NaN },
      ],
    });
    expectSound(svg);
    expect(partsOf(svg).texts).toContain('every trial failed');
  });

  test('stays on its card with long names and a single axis', () => {
    const long = 'a name that is longer than anyone would like to read on an axis';
    expectSound(parallelCoordinates({ trials: [{ params: { [long]: long }, value: 1 }], valueName: long }));
    expectSound(parallelCoordinates({ trials: [{ params: {}, value: 1 }] }));
  });

  property.prop(
    [
      fc.array(
        fc.record({
          params: fc.record({ rate: fc.double(), kind: fc.constantFrom('a', 'b', 3), flag: fc.boolean() }),
          value: fc.double(),
        }),
        { minLength: 1, maxLength: 10 },
      ),
    ],
    { numRuns: 50 },
  )('stays on its card, whatever the numbers', (some) => {
    expectSound(parallelCoordinates({ trials: some }));
  });

  test('refuses parameters of other kinds, and a narrow card', () => {
    const params = { layers: [1] as unknown as number };
    expect(() => parallelCoordinates({ trials: [{ params, value: 1 }] })).toThrow(DataError);
    expect(() => parallelCoordinates({ trials, width: 3 })).toThrow(DeclarationError);
  });
});
