import { describe, expect, test } from 'vitest';
import { DeclarationError } from '../../src/ir/errors.ts';
import { compareRuns, light, type CompareRunsOptions } from '../../src/viz/index.ts';
import { expectSound, partsOf } from './picture.ts';

const options: CompareRunsOptions = {
  title: 'Optimizers',
  runs: [
    { name: 'sgd', values: { loss: 0.42, accuracy: [0.88, 0.9, 0.89] } },
    { name: 'adam', values: { loss: 0.31, accuracy: [0.92, 0.94, 0.93] } },
  ],
};

/** The bars of a picture: their lengths and whether they are marked as best. */
const bars = (change: Partial<CompareRunsOptions>) =>
  partsOf(compareRuns({ ...options, ...change }))
    .all('rect[fill-opacity]')
    .map((node) => ({
      length: Number(node.getAttribute('width')),
      isBest: node.getAttribute('fill') === light.roles.accent.line,
    }));

const single = (...values: (number | readonly number[])[]): Partial<CompareRunsOptions> => ({
  runs: values.map((value, index) => ({ name: `run ${index}`, values: { loss: value } })),
});

describe('compareRuns', () => {
  test('is a card with a panel a metric, in stable bytes', async () => {
    const svg = compareRuns(options);
    expectSound(svg);
    await expect(svg).toMatchFileSnapshot('golden/run-bars.svg');
  });

  test('prints values, and mean and deviation of seeds', () => {
    expect(partsOf(compareRuns(options)).texts).toEqual(
      expect.arrayContaining(['0.420', '0.310', '89.0 ± 1.0 %', '93.0 ± 1.0 %', 'Losslower is better']),
    );
  });

  test('prints a deviation with two digits that count, and its mean to the same place', () => {
    const runs = [{ name: 'three seeds', values: { loss: [-0.8741, -0.8802, -0.8857] } }];
    expect(partsOf(compareRuns({ runs })).texts).toContain('−0.8800 ± 0.0058');
  });

  test('draws bars as long as their values', () => {
    const [one, other] = bars(single(1, 2));
    expect((other?.length ?? 0) / (one?.length ?? 1)).toBeCloseTo(2, 2);
  });

  test('marks the best run, which of a loss is the lowest and of an accuracy the highest', () => {
    expect(bars({}).map((bar) => bar.isBest)).toEqual([false, true, false, true]);
    expect(bars({ metrics: { loss: { better: 'higher' } } }).map((bar) => bar.isBest)).toEqual([
      true,
      false,
      false,
      true,
    ]);
    expect(
      bars({ ...single(1, 2), metrics: { loss: { better: 'neither' } } }).some((bar) => bar.isBest),
    ).toBe(false);
    expect(bars(single(1, 1)).some((bar) => bar.isBest)).toBe(false);
  });

  test('begins bars where it is told to', () => {
    const [one, other] = bars({ ...single(1.5, 2), metrics: { loss: { from: 1 } } });
    expect((other?.length ?? 0) / (one?.length ?? 1)).toBeCloseTo(2, 2);
    const { texts } = partsOf(compareRuns({ ...options, ...single(1.5, 2), metrics: { loss: { from: 1 } } }));
    expect(texts).toContain('1.00');
    expect(texts).not.toContain('0');
  });

  test('draws negative values, zero, and none at all', () => {
    const svg = compareRuns({ ...options, ...single(-1, 0, 2, NaN, [], [NaN, 1]) });
    expectSound(svg);
    expect(partsOf(svg).texts).toEqual(expect.arrayContaining(['−1.00', '0', 'NaN', 'not measured']));
  });

  test('cuts long names and keeps everything on the card', () => {
    const name = 'stochastic gradient descent with Nesterov momentum and a long name';
    const svg = compareRuns({ ...options, runs: [{ name, values: { [name]: [1e-9, 123_456] } }] });
    expectSound(svg);
    expect(svg).toContain('…');
  });

  test('says so when there is nothing to show', () => {
    expect(partsOf(compareRuns({ runs: [] })).texts).toContain('There are no runs to compare');
  });

  test.each<[string, Partial<CompareRunsOptions>, string]>([
    ['options of an unknown metric', { metrics: { los: {} } }, 'the metrics are "loss", "accuracy"'],
    ['bars from nowhere', { metrics: { loss: { from: NaN } } }, 'from of "loss" is NaN'],
    ['no columns', { columns: 0 }, 'columns is 0'],
    ['a card that is too narrow', { width: 500 }, 'width is 500; give a number of pixels of at least 800'],
  ])('refuses %s', (_, change, message) => {
    const call = () => compareRuns({ ...options, ...change });
    expect(call).toThrow(DeclarationError);
    expect(call).toThrow(message);
  });
});
