import { describe, expect, test } from 'vitest';
import { parseHTML } from 'linkedom';
import { ratioChart } from '../../bench/report/chart.ts';
import { documentOf } from '../../bench/report/document.ts';
import { formatNumber, formatRatio, markdownTable } from '../../bench/report/markdown.ts';
import { peerTable, ratioTable, report } from '../../bench/report/tables.ts';
import type { Results } from '../../bench/results.ts';
import type { TrainingRow } from '../../bench/suites/training.ts';

const row: TrainingRow = {
  id: 'a',
  target: 'wasm',
  numerics: 'strict',
  threads: 1,
  us: 13.97,
  peers: { pytorch: 318, 'tfjs-wasm': 950 },
  ratios: { pytorch: 22.8, 'tfjs-wasm': 68.2 },
  pytorchSetting: 'eager, foreach Adam',
};

const results: Results = {
  date: '2026-11-24',
  quick: false,
  machine: { cpu: 'AMD EPYC', cores: 2, memoryGiB: 24, system: 'linux x64' },
  versions: { tapeless: '0.1.0', node: '24.21.0', pytorch: '1.13.0 (OpenBLAS)' },
  workloads: [
    { ...row, target: 'js', us: 110, ratios: { pytorch: 2.9 } },
    row,
    { ...row, numerics: 'fast', threads: 2, us: 9, peers: { pytorch: 315 }, ratios: { pytorch: 35 } },
    { ...row, id: 'd', us: 56_500, peers: { pytorch: 29_930 }, ratios: { pytorch: 0.53 } },
  ],
  kernels: {
    contractions: [
      {
        name: '256²',
        sizes: [256, 256, 256],
        gflops: { 'tapeless wasm fast, 1 thread': 56.8, 'pytorch 1': 98 },
        ofPeak: { 'tapeless wasm fast, 1 thread': 0.971, 'pytorch 1': 1.67 },
      },
    ],
    functions: [{ name: 'exp', elements: 4096, ns: { 'tapeless wasm strict, 1 thread': 1.45, Math: 9 } }],
    peak: { gflops: 58.6, instruction: 'relaxed_madd' },
  },
  compileTimes: [{ model: 'iris', target: 'wasm', firstStep: 151, otherSize: 40.2, knownSize: 0.05 }],
  problems: ['jax-js: ended with exit code 1'],
};

describe('numbers', () => {
  test.for([
    [9.8249, '9.82'],
    [99.96, '100'],
    [365.4, '365'],
    [29_930, '29\u202f930'],
    [0.0123, '0.0123'],
    [0, '0'],
    [Number.NaN, '–'],
    [undefined, '–'],
  ] as const)('%d is written %s', ([value, text]) => {
    expect(formatNumber(value)).toBe(text);
  });

  test.for([
    [0.6612, '0.66×'],
    [3.1, '3.10×'],
    [22.84, '22.8×'],
    [undefined, '–'],
  ] as const)('%d times is written %s', ([value, text]) => {
    expect(formatRatio(value)).toBe(text);
  });
});

describe('tables', () => {
  test('align their columns, text to the left and numbers to the right', () => {
    expect(
      markdownTable(
        ['', 'µs'],
        [
          ['a', '9.8'],
          ['long', '10 000'],
        ],
      ),
    ).toBe(['|      |     µs |', '| ---- | -----: |', '| a    |    9.8 |', '| long | 10 000 |'].join('\n'));
  });

  test('compare each configuration with its peers, and leave a dash for who is missing', () => {
    expect(ratioTable([row]).split('\n')[2]).toBe(
      '| a   | wasm strict, 1 thread |      14.0 |   22.8× |     68.2× |        – |      – |',
    );
  });

  test('give the times of the peers once a workload', () => {
    const [, , first, second] = peerTable(results.workloads).split('\n');
    expect(first).toMatch(
      /\| a +\| 4-30-10-3, batch 90 +\| +318 \| +315 \| +eager, foreach Adam \| +950 \| /,
    );
    expect(second).toMatch(/\| d +\| 784-1000-1000-10, batch 256 \| +29\u202f930 \| +– \|/);
  });

  test('are all in the report, with what went wrong', () => {
    const text = report(results);
    expect(text).toContain('AMD EPYC, 2 cores, 24 GiB, linux x64; 2026-11-24');
    expect(text).toContain('56.8 (97 %)');
    expect(text).toContain('98.0 (167 %)');
    expect(text).toContain('| exp ');
    expect(text).toContain('| iris | wasm   |        151 |');
    expect(text).toContain('- jax-js: ended with exit code 1');
  });
});

describe('the document', () => {
  test('says where its numbers are from, and shows the chart', () => {
    const text = documentOf(results);
    expect(text).toContain('pytorch 1.13.0 (OpenBLAS)');
    expect(text).toContain('![How many times as fast as PyTorch](pictures/benchmarks.svg)');
    expect(text).toContain('`relaxed_madd`');
  });
});

describe('the chart', () => {
  const draw = (given: Results) => {
    const { document } = parseHTML(`<html><body>${ratioChart(given) ?? ''}</body></html>`);
    return {
      texts: [...document.querySelectorAll('text')].map((node) => node.textContent),
      bars: [...document.querySelectorAll('rect')]
        .filter((node) => node.querySelector('title') !== null)
        .map((node) => ({
          title: node.querySelector('title')?.textContent,
          top: Number(node.getAttribute('y')),
          bottom: Number(node.getAttribute('y')) + Number(node.getAttribute('height')),
        })),
    };
  };

  test('has a bar for each configuration in WebAssembly, with its ratio', () => {
    const { bars, texts } = draw(results);
    expect(bars.map(({ title }) => title)).toEqual([
      'a, wasm strict, 1 thread: 22.8×',
      'a, wasm fast, 2 threads: 35.0×',
      'd, wasm strict, 1 thread: 0.53×',
    ]);
    expect(texts).toEqual(expect.arrayContaining(['a', '4-30-10-3', 'batch 90', '22.8×', '0.53×', '1×']));
  });

  test('stands on one: the slower hang below', () => {
    const [faster, , slower] = draw(results).bars;
    expect(faster?.bottom).toBeCloseTo(slower?.top ?? Number.NaN, 1);
  });

  test('is the same for the same results, and there is none without PyTorch', () => {
    expect(ratioChart(results)).toBe(ratioChart(structuredClone(results)));
    expect(ratioChart({ ...results, workloads: [{ ...row, peers: {}, ratios: {} }] })).toBeUndefined();
  });
});
