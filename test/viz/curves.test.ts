import { describe, expect, test } from 'vitest';
import { parseHTML } from 'linkedom';
import { DeclarationError } from '../../src/ir/errors.ts';
import { curves, type CurvesOptions, light } from '../../src/viz/index.ts';
import { spreadLabels } from '../../src/viz/panel.ts';

const run: CurvesOptions = {
  title: 'Iris',
  subtitle: '4-30-10-3',
  headline: { value: '93.3 %', label: 'test accuracy' },
  best: { epoch: 3 },
  series: [
    { name: 'training', values: [1.1, 0.7, 0.4, 0.3], panel: 'loss' },
    { name: 'validation', values: [1.2, 0.8, 0.5, 0.6], panel: 'loss' },
    { name: 'validation', values: [0.4, 0.7, 0.9, 0.9], panel: 'accuracy' },
  ],
};

function draw(options: CurvesOptions) {
  const { document } = parseHTML(`<html><body>${curves(options)}</body></html>`);
  return {
    texts: [...document.querySelectorAll('text')].map((node) => node.textContent),
    titles: [...document.querySelectorAll('title')].map((node) => node.textContent),
    /** Lines of curves; grid lines are thinner. */
    lines: [...document.querySelectorAll('path[stroke-width="2.25"]')].map((node) => ({
      stroke: node.getAttribute('stroke'),
      points: (node.getAttribute('d') ?? '')
        .split(/[ML]/)
        .slice(1)
        .map((pair) => pair.split(' ').map(Number)),
    })),
    dots: document.querySelectorAll('circle[r="3"]').length,
  };
}

const single = (values: ArrayLike<number>, panel = 'loss', rest: Partial<CurvesOptions> = {}) =>
  draw({ series: [{ name: 'training', values, panel }], ...rest });

describe('curves', () => {
  test('is a card with a panel a quantity, in stable bytes', () => {
    expect(curves(run)).toBe(curves(structuredClone(run)));
    expect(curves(run)).toMatchSnapshot();
  });

  test('prints title, subtitle, headline, the best epoch and the last value of each curve', () => {
    expect(draw(run).texts).toEqual(
      expect.arrayContaining([
        'Iris',
        '4-30-10-3',
        '93.3 %',
        'test accuracy',
        'Loss',
        'Accuracy',
        'best: epoch 3',
      ]),
    );
    expect(draw(run).texts).toEqual(
      expect.arrayContaining(['0.300', '0.600', '90.0 %', 'training', 'validation']),
    );
  });

  test('gives a series the same colour in every panel', () => {
    const { forward, backward } = light.roles;
    expect(draw(run).lines.map((line) => line.stroke)).toEqual([forward.line, backward.line, backward.line]);
  });

  test('obeys a role given once, and does not give it to another series', () => {
    const { lines } = draw({
      series: [
        { name: 'a', values: [1, 2], panel: 'loss' },
        { name: 'b', values: [2, 3], panel: 'loss', role: 'forward' },
        { name: 'b', values: [2, 3], panel: 'accuracy' },
      ],
    });
    const { forward, backward } = light.roles;
    expect(lines.map((line) => line.stroke)).toEqual([backward.line, forward.line, forward.line]);
  });

  test('draws a single value as a dot', () => {
    const { lines, dots, texts } = single([0.5]);
    expect(lines).toEqual([]);
    expect(dots).toBe(1);
    expect(texts).toContain('0.500');
  });

  test('breaks the line at values that are not finite, and marks each with a cross that names it', () => {
    const { lines, dots, titles, texts } = single([1, 0.9, NaN, 0.7, Infinity, 0.5, 0.4, NaN]);
    expect(lines.map((line) => line.points.length)).toEqual([2, 2]);
    expect(dots).toBe(1);
    expect(titles.slice(1)).toEqual([
      'training, epoch 3: NaN',
      'training, epoch 5: ∞',
      'training, epoch 8: NaN',
    ]);
    expect(texts).toContain('NaN');
  });

  test.each([
    ['no value', []],
    ['only NaN', [NaN, NaN]],
    ['only zero', [0, 0, 0]],
    ['a constant', [0.6931, 0.6931]],
    ['huge numbers', [1e30, -1e30]],
    ['tiny numbers', [1e-30, 2e-30]],
  ])('draws a series of %s without NaN in any coordinate', (_, values) => {
    const svg = curves({ series: [{ name: 'training', values, panel: 'loss' }] });
    expect(svg.replaceAll(/<(title|text)\b[^>]*>[^<]*/g, '')).not.toMatch(/NaN|Infinity|undefined/);
    expect(svg.match(/<text\b[^>]*(NaN|Infinity|undefined)[^>]*>/)).toBeNull();
  });

  test('keeps a constant curve level', () => {
    const heights = single([0.6931, 0.69310001, 0.6931]).lines[0]?.points.map((point) => point[1]) ?? [];
    expect(new Set(heights).size).toBe(1);
  });

  test('thins long runs to a few points a pixel, and loses no peak', () => {
    const values = Array.from({ length: 50_000 }, (_, index) =>
      index === 31_337 ? 2 : 1 + (index % 7) / 100,
    );
    const points = single(values).lines[0]?.points ?? [];
    expect(points.length).toBeLessThan(4 * 560);
    const heights = points.map((point) => point[1] ?? NaN);
    expect(Math.min(...heights)).toBe(34);
    expect(points.at(-1)?.[0]).toBeGreaterThan(400);
  });

  test('uses a logarithmic axis when positive values span two decades, unless told otherwise', () => {
    expect(single([100, 1]).texts).toContain('Losslogarithmic');
    expect(single([99, 1]).texts).toContain('Loss');
    expect(single([100, 0]).texts).toContain('Loss');
    expect(single([100, 1], 'loss', { panels: { loss: { scale: 'linear' } } }).texts).toContain('Loss');
    expect(single([2, 1], 'loss', { panels: { loss: { scale: 'log' } } }).texts).toContain('Losslogarithmic');
  });

  test('counts epochs from firstEpoch and names the axis as asked', () => {
    const { texts } = single([1, 2, 3], 'loss', { firstEpoch: 0, xLabel: 'step' });
    expect(texts).toEqual(expect.arrayContaining(['0', '1', '2', 'step']));
  });

  test('accepts typed arrays', () => {
    expect(single(Float32Array.of(1, 0.5)).lines[0]?.points.length).toBe(2);
  });

  test('writes names as text, whatever they contain', () => {
    const name = '<script>&"';
    const svg = curves({ series: [{ name, values: [1], panel: name }], title: name });
    expect(svg).not.toContain('<script>');
    expect(draw({ series: [{ name, values: [1], panel: name }], title: name }).texts).toContain(name);
  });

  test.each<[string, Partial<CurvesOptions>, string]>([
    ['no series', { series: [] }, 'there is no series to draw'],
    [
      'a best epoch after the run',
      { best: { epoch: 5 } },
      'best.epoch is 5; give a whole number from 1 to 4',
    ],
    [
      'a best epoch before the run',
      { best: { epoch: 0 } },
      'best.epoch is 0; give a whole number from 1 to 4',
    ],
    ['options of an unknown panel', { panels: { los: {} } }, 'the panels are "loss", "accuracy"'],
    ['no columns', { columns: 0 }, 'columns is 0'],
    ['a width that is no number', { width: NaN }, 'width is NaN'],
    ['half an epoch', { firstEpoch: 0.5 }, 'firstEpoch is 0.5'],
  ])('refuses %s', (_, change, message) => {
    const call = () => curves({ ...run, ...change });
    expect(call).toThrow(DeclarationError);
    expect(call).toThrow(message);
  });
});

describe('spreadLabels', () => {
  test('leaves labels that are apart where they want to be', () => {
    expect(spreadLabels([80, 20], 30, 0, 100)).toEqual([80, 20]);
  });

  test('moves crowded labels apart, in their order and inside the limits', () => {
    expect(spreadLabels([95, 96, 97], 20, 0, 100)).toEqual([50, 70, 90]);
    expect(spreadLabels([2, 1], 20, 0, 100)).toEqual([30, 10]);
  });

  test('squeezes more labels than fit', () => {
    expect(spreadLabels([50, 50, 50, 50], 40, 0, 100)).toEqual([12.5, 37.5, 62.5, 87.5]);
  });
});
