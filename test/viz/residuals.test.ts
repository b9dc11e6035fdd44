import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { DataError, DeclarationError } from '../../src/ir/errors.ts';
import { residualHistogram } from '../../src/viz/index.ts';
import { expectSound, partsOf } from './picture.ts';

describe('residualHistogram', () => {
  test('is a card of bars about 0, in stable bytes', async () => {
    const svg = residualHistogram({ truth: [1, 2, 3, 4], predicted: [1.5, 2, 2.5, 6], quantity: 'metres' });
    expectSound(svg);
    // Residuals 0.5, 0, −0.5, 2.
    expect(partsOf(svg).texts).toEqual(
      expect.arrayContaining(['0.750', 'mean absolute error', 'mean 0.500, deviation 0.935, 4 samples']),
    );
    await expect(svg).toMatchFileSnapshot('golden/residuals.svg');
  });

  test('counts whole samples', () => {
    const { texts } = partsOf(residualHistogram({ truth: [1], predicted: [1] }));
    expect(texts).not.toContain('0.2');
  });

  test('counts residuals that are not finite instead of drawing them', () => {
    const svg = residualHistogram({ truth: [1, NaN, 3], predicted: [1, 2, Infinity] });
    expectSound(svg);
    expect(partsOf(svg).texts.join()).toContain('1 sample, 2 not finite');
  });

  test('says so when there is nothing to show', () => {
    expect(partsOf(residualHistogram({ truth: [], predicted: [] })).texts).toContain(
      'There are no residuals to show',
    );
    expect(partsOf(residualHistogram({ truth: [1], predicted: [NaN] })).texts).toContain(
      'No residual is a finite number',
    );
  });

  property.prop([fc.array(fc.tuple(fc.double(), fc.double()), { minLength: 1 })], { numRuns: 50 })(
    'stays on its card, whatever the numbers',
    (pairs) => {
      expectSound(
        residualHistogram({ truth: pairs.map(([one]) => one), predicted: pairs.map(([, other]) => other) }),
      );
    },
  );

  test('refuses lengths that differ, a narrow card, and no bins', () => {
    expect(() => residualHistogram({ truth: [1], predicted: [] })).toThrow(DataError);
    expect(() => residualHistogram({ truth: [1], predicted: [1], width: 20 })).toThrow(DeclarationError);
    expect(() => residualHistogram({ truth: [1], predicted: [1], bins: 0 })).toThrow(DeclarationError);
  });
});
