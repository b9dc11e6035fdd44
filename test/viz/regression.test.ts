import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { DataError, DeclarationError } from '../../src/ir/errors.ts';
import { light, regressionScatter } from '../../src/viz/index.ts';
import { expectSound, partsOf } from './picture.ts';

const dots = (svg: string) => partsOf(svg).all(`circle[fill="${light.roles.forward.line}"]`);

describe('regressionScatter', () => {
  test('is a card of points and the diagonal, in stable bytes', async () => {
    const svg = regressionScatter({ truth: [1, 2, 3, 4], predicted: [1.5, 2, 2.5, 4], quantity: 'metres' });
    expectSound(svg);
    await expect(svg).toMatchFileSnapshot('golden/regression.svg');
  });

  test('prints R², RMSE and MAE', () => {
    const { texts } = partsOf(regressionScatter({ truth: [1, 2, 3, 4], predicted: [1.5, 2, 2.5, 4] }));
    // Σ(error²) = 0.5, Σ(truth − mean)² = 5.
    expect(texts).toEqual(expect.arrayContaining(['0.900', 'R²', 'RMSE 0.354, MAE 0.250, 4 samples']));
  });

  test('has no R² where all truths are equal', () => {
    const svg = regressionScatter({ truth: [2, 2], predicted: [1, 3] });
    expectSound(svg);
    expect(partsOf(svg).texts).not.toContain('R²');
  });

  test('puts a perfect prediction on the diagonal', () => {
    const [dot] = dots(regressionScatter({ truth: [3, 0], predicted: [3, 0], width: 400 }));
    const [x, y] = ['cx', 'cy'].map((name) => Number(dot?.getAttribute(name)));
    const diagonal = /M([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)"[^>]*dasharray/.exec(
      regressionScatter({ truth: [3, 0], predicted: [3, 0], width: 400 }),
    );
    const [left = 0, bottom = 0] = (diagonal ?? []).slice(1).map(Number);
    expect((x ?? 0) - left).toBeCloseTo(bottom - (y ?? 0), 1);
  });

  test('counts pairs that are not finite instead of drawing them', () => {
    const svg = regressionScatter({ truth: [1, NaN, 3], predicted: [1, 2, Infinity] });
    expectSound(svg);
    expect(dots(svg)).toHaveLength(1);
    expect(partsOf(svg).texts.join()).toContain('1 sample, 2 not finite');
  });

  test('says so when there is nothing to show', () => {
    expect(partsOf(regressionScatter({ truth: [], predicted: [] })).texts).toContain(
      'There are no predictions to show',
    );
    expect(partsOf(regressionScatter({ truth: [1], predicted: [NaN] })).texts).toContain(
      'No prediction is a finite number',
    );
  });

  property.prop([fc.array(fc.tuple(fc.double(), fc.double()), { minLength: 1 })], { numRuns: 50 })(
    'stays on its card, whatever the numbers',
    (pairs) => {
      expectSound(
        regressionScatter({ truth: pairs.map(([one]) => one), predicted: pairs.map(([, other]) => other) }),
      );
    },
  );

  test('refuses predictions that are not as many as truths, and a narrow card', () => {
    expect(() => regressionScatter({ truth: [1], predicted: [] })).toThrow(DataError);
    expect(() => regressionScatter({ truth: [1], predicted: [] })).toThrow('0 predictions for 1 true values');
    expect(() => regressionScatter({ truth: [1], predicted: [1], width: 20 })).toThrow(DeclarationError);
  });
});
