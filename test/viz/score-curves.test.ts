import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { DataError, DeclarationError } from '../../src/ir/errors.ts';
import { calibrationCurve, classScores, precisionRecallCurve, rocCurve } from '../../src/train/index.ts';
import { classScoreBars, precisionRecallCurves, reliabilityDiagram, rocCurves } from '../../src/viz/index.ts';
import { expectSound, partsOf } from './picture.ts';

const labels = [0, 0, 1, 1, 0, 1];
const scores = [0.1, 0.4, 0.35, 0.8, 0.2, 0.9];

describe('rocCurves', () => {
  test('is a card with the area of one curve in the corner, in stable bytes', async () => {
    const svg = rocCurves(rocCurve(labels, scores));
    expectSound(svg);
    expect(partsOf(svg).texts).toEqual(
      expect.arrayContaining(['0.889', 'area under the curve', 'ROC curve']),
    );
    await expect(svg).toMatchFileSnapshot('golden/roc.svg');
  });

  test('names several curves with their areas', () => {
    const curve = rocCurve(labels, scores);
    const many = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`class ${index}`, curve]));
    const svg = rocCurves(many);
    expectSound(svg);
    expect(partsOf(svg).texts).toContain('0.889 class 8');
    expect(partsOf(svg).all('path[stroke-dasharray="7 4"]').length).toBeGreaterThan(0);
  });

  test('draws no more points than can be seen', () => {
    const many = Array.from({ length: 20_000 }, (_, index) => index);
    const curve = rocCurve(
      many.map((index) => (index * 7919) % 3 === 0),
      many.map((index) => (index * 104_729) % 20_011),
    );
    expect(rocCurves(curve).length).toBeLessThan(40_000);
  });

  test('says so without a curve, and refuses what is none', () => {
    expect(partsOf(rocCurves({})).texts).toContain('There is no curve to show');
    const wrong = { ...rocCurve(labels, scores), falsePositiveRate: [0, 2] };
    expect(() => rocCurves({ mine: wrong })).toThrow('rocCurves: "mine" is no curve from 0 to 1');
    expect(() => rocCurves(rocCurve(labels, scores), { width: 1 })).toThrow(DeclarationError);
  });
});

describe('precisionRecallCurves', () => {
  test('shows the average precision, in stable bytes', async () => {
    const svg = precisionRecallCurves(precisionRecallCurve(labels, scores));
    expectSound(svg);
    expect(partsOf(svg).texts).toContain('average precision');
    await expect(svg).toMatchFileSnapshot('golden/precision-recall.svg');
  });

  test('refuses what is no curve', () => {
    const wrong = { ...precisionRecallCurve(labels, scores), recall: [] };
    expect(() => precisionRecallCurves({ mine: wrong })).toThrow(DataError);
  });
});

describe('reliabilityDiagram', () => {
  test('is a card with the expected error, in stable bytes', async () => {
    const svg = reliabilityDiagram(calibrationCurve(labels, scores, { bins: 5 }));
    expectSound(svg);
    expect(partsOf(svg).texts).toEqual(
      expect.arrayContaining(['expected error', 'Brier score 0.114, 6 samples']),
    );
    await expect(svg).toMatchFileSnapshot('golden/reliability.svg');
  });

  test('draws but the ranges that have samples', () => {
    const svg = reliabilityDiagram(calibrationCurve([1], [0.73]));
    expectSound(svg);
    expect(partsOf(svg).all('circle')).toHaveLength(1);
    expect(partsOf(svg).titles).toContain('said 73.0 %, came 100.0 %, 1 of 1');
  });

  test('says so without samples', () => {
    const none = { bins: [], expectedError: NaN, greatestError: NaN, brier: NaN };
    expect(partsOf(reliabilityDiagram(none)).texts).toContain('There is no sample');
    expect(() => reliabilityDiagram(none, { width: 2 })).toThrow(DeclarationError);
  });

  property.prop(
    [fc.array(fc.tuple(fc.boolean(), fc.double({ min: 0, max: 1, noNaN: true })), { minLength: 1 })],
    { numRuns: 40 },
  )('stays on its card', (samples) => {
    expectSound(
      reliabilityDiagram(
        calibrationCurve(
          samples.map(([outcome]) => outcome),
          samples.map(([, probability]) => probability),
        ),
      ),
    );
  });
});

describe('classScoreBars', () => {
  const confusion = [
    [8, 2, 0],
    [1, 9, 0],
    [0, 0, 0],
  ];

  test('has a panel a score and a bar a class', () => {
    const svg = classScoreBars(classScores(confusion), { classNames: ['cat', 'dog', 'bird'] });
    expectSound(svg);
    const { texts } = partsOf(svg);
    expect(texts).toEqual(
      expect.arrayContaining(['Precision', 'Recall', 'F1', 'cat (10)', 'bird (0)', '80.0 %']),
    );
    expect(texts.filter((text) => text === 'NaN')).toHaveLength(3);
  });

  test('says so without a class, and refuses names that do not fit', () => {
    expect(partsOf(classScoreBars(classScores([]))).texts).toContain('There are no runs to compare');
    expect(() => classScoreBars(classScores(confusion), { classNames: ['cat'] })).toThrow(
      'classScoreBars: 1 class names for 3 classes',
    );
  });
});
