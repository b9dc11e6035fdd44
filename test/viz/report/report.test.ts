import { parseHTML } from 'linkedom';
import { describe, expect, test } from 'vitest';
import {
  crossEntropy,
  compile,
  dim,
  dropout,
  input,
  linear,
  relu,
  sequential,
  adam,
} from '../../../src/index.ts';
import { DataError, DeclarationError } from '../../../src/ir/errors.ts';
import { history, type HistoryJson } from '../../../src/train/history.ts';
import { calibrationCurve, precisionRecallCurve, rocCurve } from '../../../src/train/index.ts';
import { histogram, htmlReport, type ReportOptions } from '../../../src/viz/index.ts';

const x = input('x', [dim('batch'), 4]);
const y = input('y', [dim('batch')], 'i32');
const logits = sequential('net', linear(4, 6), relu(), dropout(0.5), linear(6, 3))(x);
const program = compile({ loss: crossEntropy(logits, y), optimizer: adam({ lr: 0.1 }), outputs: { logits } });

const record: HistoryJson<'accuracy'> = {
  epochs: [1, 2, 3].map((epoch) => ({
    epoch,
    steps: 4 * epoch,
    seconds: 0.25,
    samplesPerSecond: 320 + 20 * epoch,
    training: { loss: 1 / epoch, accuracy: 0.5 + 0.1 * epoch },
    validation: { loss: 1.1 / epoch, accuracy: 0.4 + 0.1 * epoch },
  })),
  best: { monitor: 'validation.loss', epoch: 3, value: 1.1 / 3, restored: true },
  reason: 'earlyStopping',
  stoppedEarly: true,
  steps: 12,
  seconds: 0.75,
};

const everything: ReportOptions = {
  title: 'Iris',
  subtitle: 'three kinds of flowers',
  date: new Date(Date.UTC(2026, 10, 25, 4, 30)),
  program,
  data: { training: 90, validation: 30, test: 30 },
  history: history(record),
  measures: { loss: 0.3, accuracy: 0.9 },
  learningRate: { schedules: { adam: () => 0.1 }, steps: 12 },
  confusion: {
    counts: [
      [10, 0, 0],
      [0, 9, 1],
      [0, 2, 8],
    ],
    classNames: ['setosa', 'versicolor', 'virginica'],
  },
  mistakes: {
    width: 2,
    height: 1,
    samples: [{ pixels: Uint8Array.of(0, 255), truth: 1, guess: 2, probability: 0.7 }],
    classNames: ['setosa', 'versicolor', 'virginica'],
  },
  roc: rocCurve([0, 1, 1], [0.2, 0.1, 0.9]),
  precisionRecall: { virginica: precisionRecallCurve([0, 1, 1], [0.2, 0.1, 0.9]) },
  calibration: calibrationCurve([0, 1, 1], [0.2, 0.1, 0.9]),
  search: { trials: [{ params: { lr: 0.1 }, value: 0.9 }], valueName: 'accuracy' },
  regression: { truth: [1, 2, 3], predicted: [1.5, 2, 2.5] },
  weights: { values: Float32Array.from({ length: 24 }, Math.sin), width: 2, height: 2 },
  activations: { layers: [{ name: 'relu1', histograms: [histogram([0, 1, 2])] }] },
  gradients: { layers: [{ name: 'linear1', histograms: [histogram([-1, 0, 1])] }] },
  pictures: [{ title: 'Mine', svg: '<svg viewBox="0 0 1 1"><rect id="same"/></svg>', note: 'by hand' }],
  environment: { node: 'v24', cores: 2 },
  seed: 7,
  command: 'tapeless train model.ts --seed 7',
};

const parsed = (html: string) => parseHTML(html).document;
const textsOf = (html: string, selector: string): readonly string[] =>
  [...parsed(html).querySelectorAll(selector)].map((node) => node.textContent);

describe('htmlReport', () => {
  test('is one page with a section for everything that is known', async () => {
    const html = await htmlReport(everything);
    expect(html.startsWith('<!DOCTYPE html>\n<html lang="en">')).toBe(true);
    expect(textsOf(html, 'h1')).toEqual(['Iris']);
    expect(textsOf(html, 'h2')).toEqual([
      'Summary',
      'Training',
      'Results',
      'Model',
      'Compiled program',
      'More pictures',
      'Run',
    ]);
    expect(textsOf(html, 'nav a')).toEqual(textsOf(html, 'h2'));
    const tiles: Readonly<Record<string, string | undefined>> = Object.fromEntries(
      [...parsed(html).querySelectorAll('.tile')].map((tile) => [
        tile.querySelector('dt')?.textContent ?? '',
        tile.querySelector('dd')?.textContent ?? '',
      ]),
    );
    expect(tiles).toEqual({
      'Test accuracy': '90.0 %',
      'Test loss': '0.300',
      'Best validation loss': '0.367epoch 3, kept',
      'Training loss': '0.333last epoch',
      Epochs: '3early stopping',
      Steps: '12',
      'Training time': '0.75 s360 samples a second',
      Parameters: '514 layers',
      Samples: '150training 90 · validation 30 · test 30',
    });
    expect(html).toContain('2026-11-25 04:30 UTC');
  });

  test('leaves out what is not known', async () => {
    const html = await htmlReport({ title: 'Bare' });
    expect(textsOf(html, 'h2')).toEqual(['Run']);
    expect(html).not.toContain('undefined');
    const trained = await htmlReport({ title: 'Run', history: record });
    expect(textsOf(trained, 'h2')).toEqual(['Summary', 'Training', 'Run']);
  });

  test('needs nothing but itself', async () => {
    const html = await htmlReport(everything);
    const document = parsed(html);
    const fetched = [...document.querySelectorAll('[src], link, [href]')].filter((node) => {
      const target = node.getAttribute('src') ?? node.getAttribute('href') ?? '';
      return node.tagName === 'LINK' || !/^(#|data:image\/)/.test(target);
    });
    expect(fetched.map((node) => node.outerHTML)).toEqual([]);
    expect(html).not.toMatch(/@import|url\(["']?http/);
    expect(html).toContain(`content="default-src &#39;none&#39;;`);
  });

  test('is the same text for the same data, and no identifier occurs twice', async () => {
    // Graphviz does not always lay a large graph out alike.
    const options = { ...everything, diagrams: ['model'] } as const;
    const html = await htmlReport(options);
    expect(await htmlReport(options)).toBe(html);
    const ids = [...parsed(html).querySelectorAll('[id]')].map((node) => node.id);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    for (const link of parsed(html).querySelectorAll('a[href^="#"]')) {
      expect(ids).toContain((link.getAttribute('href') ?? '').slice(1));
    }
  });

  test('can be read without eyes: a language, headings, captions, and names of all pictures', async () => {
    const document = parsed(await htmlReport(everything));
    expect(document.querySelectorAll('main, nav, header')).toHaveLength(3);
    expect(
      [...document.querySelectorAll('figure > svg, .scroll > svg')].filter(
        (svg) => svg.querySelector('title') === null,
      ),
    ).toHaveLength(1);
    for (const table of document.querySelectorAll('table')) {
      expect(table.querySelector('caption')?.textContent).not.toBe('');
      expect(table.querySelectorAll('thead th[scope=col]').length).toBeGreaterThan(1);
    }
    for (const section of document.querySelectorAll('section')) {
      expect(document.getElementById(section.getAttribute('aria-labelledby') ?? '')).not.toBeNull();
    }
  });

  test('carries its numbers as data', async () => {
    const document = parsed(await htmlReport(everything));
    const data = JSON.parse(document.getElementById('report-data')?.textContent ?? '') as Record<
      string,
      unknown
    >;
    expect(data).toMatchObject({
      title: 'Iris',
      date: '2026-11-25T04:30:00.000Z',
      seed: 7,
      measures: { accuracy: 0.9 },
      history: { epochs: record.epochs, reason: 'earlyStopping' },
      mistakes: [{ truth: 1, guess: 2, probability: 0.7 }],
    });
  });

  test('draws what is known of results, each picture once', async () => {
    const titles = textsOf(await htmlReport({ ...everything, program: undefined }), 'figure svg > title');
    for (const title of [
      'ROC curve',
      'Precision and recall',
      'Reliability',
      'Search',
      'Residuals',
      'Predicted and true',
      'Confusion',
      'Misclassified',
      'Weights',
      'Gradients',
    ]) {
      expect(titles.filter((one) => one.startsWith(title))).toHaveLength(1);
    }
  });

  test('shows the scores of every class under its name', async () => {
    const rows = textsOf(
      await htmlReport({ title: 'x', confusion: everything.confusion }),
      '.table tbody tr',
    );
    expect(rows).toEqual([
      'setosa100.0 %100.0 %100.0 %10',
      'versicolor81.8 %90.0 %85.7 %10',
      'virginica88.9 %80.0 %84.2 %10',
    ]);
  });

  test('prints the layers, the code with an index, and the explanation of the program', async () => {
    const html = await htmlReport({ title: 'x', program, diagrams: false });
    expect(textsOf(html, '#model tbody tr')[0]).toContain('net/linear1linear(4, 6)[batch, 6]30');
    expect(textsOf(html, '#code-js')[0]).toBe(program.source.trimEnd());
    expect(textsOf(html, '.index')[0]).toContain('forwardLinear1');
    expect(textsOf(html, 'pre').at(-1)).toBe(program.explain());
  });

  test('draws the views that are asked for', async () => {
    const html = await htmlReport({ title: 'x', program, diagrams: ['model', 'memory'] });
    expect(textsOf(html, '#compiled summary')[0]).toBe('Memory over time');
    expect(parsed(html).querySelectorAll('#model .tapeless-diagram, #compiled figure svg')).toHaveLength(2);
  });

  test('draws what there is of a program that cannot be trained', async () => {
    const html = await htmlReport({ title: 'x', program: compile({ outputs: { logits } }) });
    expect(textsOf(html, '#compiled summary')).not.toContain('Backward pass');
    expect(textsOf(html, '#compiled summary')).toContain('Forward pass');
  });

  test('marks values that are no numbers instead of failing', async () => {
    const diverged = { loss: NaN, accuracy: Infinity };
    const html = await htmlReport({
      title: 'Diverged',
      measures: diverged,
      history: { ...record, epochs: [{ epoch: 1, steps: 1, seconds: NaN, training: diverged }], seconds: 0 },
    });
    expect(textsOf(html, '.tile dd')).toContain('NaN');
  });

  describe('whatever names say', () => {
    const evil = `</script><script>alert(1)</script><img src=x onerror='alert("1")'>&amp;]]>-->`;
    const escaped = (html: string) => {
      const document = parsed(html);
      expect(document.querySelectorAll('img, [onerror]')).toHaveLength(0);
      expect(document.querySelectorAll('script')).toHaveLength(2);
      expect(html).not.toContain('<script>alert');
      expect(html).not.toContain('<img src=x');
    };

    test('takes none for markup', async () => {
      const html = await htmlReport({
        title: evil,
        subtitle: evil,
        date: evil,
        data: { [evil]: 3 },
        measures: { [evil]: 1 },
        measuredOn: evil,
        history: {
          ...record,
          reason: evil,
          best: { monitor: evil, epoch: 1, value: 1, restored: false },
          epochs: [{ epoch: 1, steps: 1, seconds: 1, training: { [evil]: 1 }, validation: { [evil]: 2 } }],
        },
        learningRate: { schedules: { [evil]: [1, 2] } },
        confusion: { counts: [[1]], classNames: [evil] },
        mistakes: {
          width: 1,
          height: 1,
          samples: [{ pixels: Uint8Array.of(1), truth: evil, guess: evil }],
        },
        regression: { truth: [1], predicted: [2], quantity: evil },
        weights: { values: Float32Array.of(1), width: 1, height: 1, title: evil },
        activations: { layers: [{ name: evil, histograms: [] }], momentName: evil },
        pictures: [{ title: evil, svg: '<svg/>'.replace('/>', '></svg>'), note: evil }],
        environment: { [evil]: evil },
        command: evil,
      });
      escaped(html);
      expect(textsOf(html, 'h1')).toEqual([evil]);
      const data = parsed(html).getElementById('report-data')?.textContent ?? '';
      expect(JSON.parse(data)).toMatchObject({ title: evil, environment: { [evil]: evil } });
    });

    test('takes no text of a program for markup', async () => {
      const html = await htmlReport({
        title: 'x',
        diagrams: [{ title: evil, svg: `<svg></svg>` }],
        program: {
          name: evil,
          target: evil,
          numerics: evil,
          threads: 1,
          source: `// ${evil}\nfunction f() {\n  "${evil}";\n}`,
          wasm: { text: `(module\n  (func $${evil}\n  )\n)` },
          toDot: () => '',
          explain: () => evil,
          summary: () => `${evil}\nlayer  parameters\n─────  ──────────\n${evil}\n`,
        },
      });
      escaped(html);
    });
  });

  test.each<[string, ReportOptions, string]>([
    ['a missing title', {} as ReportOptions, 'title is missing or empty'],
    ['an empty title', { title: ' ' }, 'title is missing or empty'],
    ['an invalid date', { title: 'x', date: new Date(NaN) }, 'date is an invalid Date'],
    ['an unknown view', { title: 'x', program, diagrams: ['modle' as 'model'] }, 'there is no view "modle"'],
    ['a view of nothing', { title: 'x', diagrams: ['model'] }, 'the view "model" is of no program'],
  ])('refuses %s', async (_, options, message) => {
    await expect(htmlReport(options)).rejects.toThrow(DeclarationError);
    await expect(htmlReport(options)).rejects.toThrow(`htmlReport: ${message}`);
  });

  test('refuses numbers of rows that are none, and pictures that are no SVG', async () => {
    await expect(htmlReport({ title: 'x', data: { test: 1.5 } })).rejects.toThrow(DataError);
    await expect(
      htmlReport({ title: 'x', pictures: [{ title: 'Photo', svg: 'photo.png' }] }),
    ).rejects.toThrow('the picture "Photo" is no SVG');
  });
});
