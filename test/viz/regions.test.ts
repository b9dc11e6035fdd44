import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { DataError, DeclarationError } from '../../src/ir/errors.ts';
import { decisionRegions, light, type DecisionRegionsOptions } from '../../src/viz/index.ts';
import { expectSound, partsOf } from './picture.ts';

/** Class 1 is right of zero. */
const halves = (places: Float32Array, count: number) =>
  Array.from({ length: count }, (_, index) => ((places[index * 2] ?? 0) > 0 ? 1 : 0));

const options: DecisionRegionsOptions = {
  points: [-1, -1, -0.5, 1, 1, 0.5, 0.5, -1],
  labels: [0, 0, 1, 0],
  predict: halves,
  classNames: ['left', 'right'],
  resolution: 12,
};

describe('decisionRegions', () => {
  test('is a card of regions and samples, in stable bytes', async () => {
    const svg = decisionRegions(options);
    expectSound(svg);
    await expect(svg).toMatchFileSnapshot('golden/regions.svg');
  });

  test('names classes, prints the accuracy, and rings and names what is wrong', () => {
    const { texts, titles, all } = partsOf(decisionRegions(options));
    expect(texts).toEqual(expect.arrayContaining(['left', 'right', 'misclassified', '75.0 %']));
    expect(titles).toContain('left at 0.500, −1.00, predicted right');
    expect(all('circle[r="7.5"]')).toHaveLength(1);
  });

  test('has no rings nor their name when all is right', () => {
    const { texts, all } = partsOf(decisionRegions({ ...options, labels: [0, 0, 1, 1] }));
    expect(texts).not.toContain('misclassified');
    expect(all('circle[r="7.5"]')).toHaveLength(0);
  });

  test('asks about every place of the grid, and about the samples', () => {
    const counts: number[] = [];
    decisionRegions({
      ...options,
      predict: (places, count) => {
        expect(places).toHaveLength(count * 2);
        counts.push(count);
        return halves(places, count);
      },
    });
    expect(counts).toEqual([12 * 9, 4]);
  });

  test('colours by probability: the surer, the stronger', () => {
    const svg = decisionRegions({
      ...options,
      predict: (places, count) =>
        Array.from({ length: count }, (_, index) => {
          const right = 1 / (1 + Math.exp(-3 * (places[index * 2] ?? 0)));
          return [1 - right, right];
        }).flat(),
    });
    expectSound(svg);
    const { all } = partsOf(svg);
    const { forward, backward } = light.roles;
    expect(all(`path[fill="${forward.line}"][shape-rendering]`).length).toBeGreaterThan(2);
    expect(all(`path[fill="${backward.line}"][shape-rendering]`).length).toBeGreaterThan(2);
  });

  test('leaves blank where the model says nothing', () => {
    const svg = decisionRegions({ ...options, predict: (_, count) => new Float32Array(count).fill(NaN) });
    expectSound(svg);
    expect(partsOf(svg).all('path[shape-rendering]')).toHaveLength(0);
    expect(partsOf(svg).titles).toContain('left at −1.00, −1.00, predicted nothing');
  });

  test('tells many classes apart by colour and shape', () => {
    const labels = Array.from({ length: 20 }, (_, index) => index);
    const svg = decisionRegions({
      points: labels.flatMap((label) => [label, label % 7]),
      labels,
      predict: (_, count) => new Float32Array(count),
      classNames: labels.map((label) => `a class with a rather long name that goes on ${label}`),
      resolution: 4,
    });
    expectSound(svg);
    const marks = partsOf(svg)
      .all('g > title + *')
      .map((node) => `${node.getAttribute('fill')} ${node.getAttribute('d')?.replace(/^M[^a-z]*/, '')}`);
    expect(new Set(marks).size).toBe(20);
  });

  property.prop([fc.array(fc.tuple(fc.float(), fc.float(), fc.nat(4)), { minLength: 1, maxLength: 20 })], {
    numRuns: 50,
  })('stays on its card, whatever the samples', (samples) => {
    const svg = decisionRegions({
      points: samples.flatMap(([x, y]) => [x, y]),
      labels: samples.map(([, , label]) => label),
      predict: halves,
      resolution: 6,
    });
    expectSound(svg);
  });

  test('says so when there is nothing to show', () => {
    const { texts } = partsOf(decisionRegions({ ...options, points: [NaN, 1], labels: [0] }));
    expect(texts).toContain('There are no samples to show');
  });

  test.each<[string, Partial<DecisionRegionsOptions>, string]>([
    ['features without labels', { labels: [0] }, '8 features for 1 labels'],
    ['a label without a name', { labels: [0, 0, 2, 0] }, 'label 2 is 2; give class numbers from 0 to 1'],
    ['half a label', { labels: [0, 0.5, 1, 0] }, 'label 1 is 0.5'],
  ])('refuses %s', (_, change, message) => {
    const call = () => decisionRegions({ ...options, ...change });
    expect(call).toThrow(DataError);
    expect(call).toThrow(message);
  });

  test.each<[string, Partial<DecisionRegionsOptions>, string]>([
    ['answers to other places', { predict: () => [1, 2, 3] }, 'predict gave 3 numbers for 108 places'],
    ['no answers', { predict: () => [] }, 'predict gave 0 numbers'],
    ['a grid of one place', { resolution: 1 }, 'resolution is 1'],
    ['a card that is too narrow', { width: 100 }, 'width is 100'],
  ])('refuses %s', (_, change, message) => {
    const call = () => decisionRegions({ ...options, ...change });
    expect(call).toThrow(DeclarationError);
    expect(call).toThrow(message);
  });
});
