import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { DataError, DeclarationError } from '../../src/ir/errors.ts';
import {
  histogram,
  histogramRidges,
  learningRateCurve,
  light,
  type HistogramRidgesOptions,
} from '../../src/viz/index.ts';
import { expectSound, partsOf } from './picture.ts';

/** Values spread evenly over `-width … width`. */
const spread = (width: number) =>
  histogram(
    Float64Array.from({ length: 64 }, (_, index) => (width * (index - 31.5)) / 31.5),
    { bins: 4 },
  );

const layers = [
  { name: 'linear1', histograms: [spread(1), spread(0.5)] },
  { name: 'linear2', histograms: [spread(0.1), spread(0.01)] },
];

describe('histogram', () => {
  test('counts values in ranges of equal width, with both ends inside', () => {
    expect(histogram([0, 1, 2, 3, 4], { bins: 4 })).toEqual({
      low: 0,
      high: 4,
      counts: [1, 1, 1, 2],
      missing: 0,
    });
  });

  test('counts what is not finite apart', () => {
    expect(histogram([NaN, 1, Infinity, 3], { bins: 2 })).toEqual({
      low: 1,
      high: 3,
      counts: [1, 1],
      missing: 2,
    });
  });

  test('counts what is outside of a given range at its ends', () => {
    expect(histogram([-5, 0.2, 9], { bins: 2, range: [0, 1] }).counts).toEqual([2, 1]);
  });

  test('of equal values is one range, of no values is none', () => {
    expect(histogram([2, 2], { bins: 2 })).toEqual({ low: 2, high: 2, counts: [2, 0], missing: 0 });
    expect(histogram([], { bins: 2 }).counts).toEqual([0, 0]);
  });

  property.prop([fc.array(fc.double()), fc.integer({ min: 1, max: 9 })])('loses no value', (values, bins) => {
    const { counts, missing } = histogram(values, { bins });
    expect(counts.reduce((sum, count) => sum + count, missing)).toBe(values.length);
  });

  test('refuses no bins and a range upside down', () => {
    expect(() => histogram([1], { bins: 0 })).toThrow('bins is 0');
    expect(() => histogram([1], { range: [1, 0] })).toThrow('range is [1, 0]');
  });
});

describe('histogramRidges', () => {
  test('is a card with a panel a layer and a ridge a moment, in stable bytes', async () => {
    const svg = histogramRidges({ layers, quantity: 'gradient' });
    expectSound(svg);
    await expect(svg).toMatchFileSnapshot('golden/ridges.svg');
  });

  test('draws a ridge and names it for every moment', () => {
    const { titles, all, texts } = partsOf(
      histogramRidges({ layers, moments: [10, 20], momentName: 'step' }),
    );
    expect(titles.slice(1)).toEqual(['step 10', 'step 20', 'step 10', 'step 20']);
    expect(all(`path[fill="${light.roles.forward.line}"]`)).toHaveLength(4);
    expect(texts).toEqual(expect.arrayContaining(['linear1', 'linear2', '10', '20', 'value']));
  });

  test('gives layers one axis, or each its own on request', () => {
    const ticks = (sharedAxis: boolean) =>
      partsOf(histogramRidges({ layers, sharedAxis }))
        .all('svg > g > g')
        .map((panel) => [...panel.querySelectorAll('text')].slice(1).map((node) => node.textContent));
    const [shared, own] = [ticks(true), ticks(false)];
    expect(shared[1]).toEqual(shared[0]);
    expect(own[0]).toEqual(shared[0]);
    expect(own[1]).not.toEqual(own[0]);
  });

  test('leaves moments out beyond the limit, but neither the first nor the last', () => {
    const histograms = Array.from({ length: 100 }, () => spread(1));
    const { titles } = partsOf(histogramRidges({ layers: [{ name: 'a', histograms }], ridges: 5 }));
    expect(titles.slice(1)).toEqual(['epoch 1', 'epoch 26', 'epoch 51', 'epoch 75', 'epoch 100']);
  });

  test('draws a layer that died as a needle, and one without finite values as a dashed line', () => {
    const histograms = [spread(1), histogram([0, 0, 0]), histogram([NaN, NaN])];
    const svg = histogramRidges({ layers: [{ name: 'a', histograms }] });
    expectSound(svg);
    expect(partsOf(svg).titles).toContain('epoch 3, 2 not finite');
    expect(partsOf(svg).all('path[stroke-dasharray]')).toHaveLength(1);
  });

  test('says so of a layer without histograms, and when there is no layer', () => {
    const svg = histogramRidges({ layers: [{ name: 'a', histograms: [] }] });
    expectSound(svg);
    expect(partsOf(svg).texts).toContain('no histogram');
    expect(partsOf(histogramRidges({ layers: [] })).texts).toContain('There are no layers to show');
  });

  property.prop(
    [fc.array(fc.array(fc.array(fc.double(), { maxLength: 20 }), { maxLength: 30 }), { maxLength: 5 })],
    { numRuns: 50 },
  )('stays on its card, whatever the values', (values) => {
    const some = values.map((moments, index) => ({
      name: `layer ${index} with a name that is longer than its panel is wide, by far`,
      histograms: moments.map((moment) => histogram(moment, { bins: 5 })),
    }));
    expectSound(histogramRidges({ layers: some, sharedAxis: values.length % 2 === 0 }));
  });

  test.each<[string, Partial<HistogramRidgesOptions>, string, typeof DataError | typeof DeclarationError]>([
    ['a moment too few', { moments: [1] }, '1 moments for 2 histograms of "linear1"', DataError],
    [
      'a histogram without an end',
      { layers: [{ name: 'a', histograms: [{ low: 0, high: NaN, counts: [1], missing: 0 }] }] },
      'histogram 0 of "a" is none',
      DataError,
    ],
    ['a single ridge', { ridges: 1 }, 'ridges is 1', DeclarationError],
    ['no columns', { columns: 0 }, 'columns is 0', DeclarationError],
    ['a card that is too narrow', { width: 300 }, 'width is 300', DeclarationError],
  ])('refuses %s', (_, change, message, kind) => {
    const call = () => histogramRidges({ layers, ...change });
    expect(call).toThrow(kind);
    expect(call).toThrow(message);
  });
});

describe('learningRateCurve', () => {
  test('draws rates that were, and schedules as functions of the step', () => {
    const svg = learningRateCurve({
      schedules: { run: [0.1, 0.05], halved: (step) => 0.1 / (step + 1) },
      steps: 3,
    });
    expectSound(svg);
    expect(partsOf(svg).texts).toEqual(
      expect.arrayContaining(['Learning rate', 'run', 'halved', '0.0500', '0.0333', 'step', '0']),
    );
  });

  test('says so when there is no schedule', () => {
    expect(partsOf(learningRateCurve({ schedules: {} })).texts).toContain('There is no schedule to show');
  });

  test('refuses a function without a number of steps', () => {
    const call = () => learningRateCurve({ schedules: { constant: () => 1 } });
    expect(call).toThrow(DeclarationError);
    expect(call).toThrow('"constant" is a function, but of how many steps is not said');
  });
});
