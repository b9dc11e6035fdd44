import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { DataError, DeclarationError } from '../../src/ir/errors.ts';
import { gradientFlow, light } from '../../src/viz/index.ts';
import { expectSound, partsOf } from './picture.ts';

const layers = [
  { name: 'linear1', norms: [1e-4, 1e-5] },
  { name: 'linear2', norms: [1e-2, 2e-3] },
  { name: 'linear3', norms: [0.5, 0.4] },
];

describe('gradientFlow', () => {
  test('is a card of layers and moments, in stable bytes', async () => {
    const svg = gradientFlow({ layers, subtitle: 'three layers' });
    expectSound(svg);
    await expect(svg).toMatchFileSnapshot('golden/gradient-flow.svg');
  });

  test('says how much is left at the first layer', () => {
    expect(partsOf(gradientFlow({ layers })).texts).toEqual(
      expect.arrayContaining(['2.50e−5', 'first layer over last']),
    );
    expect(partsOf(gradientFlow({ layers: layers.slice(0, 1) })).texts).not.toContain(
      'first layer over last',
    );
  });

  test('puts smaller norms to the left', () => {
    const marks = partsOf(gradientFlow({ layers }))
      .all(`circle[fill="${light.roles.backward.line}"]`)
      .slice(1)
      .map((mark) => Number(mark.getAttribute('cx')));
    expect(marks).toHaveLength(3);
    expect(marks).toEqual(marks.toSorted((one, other) => one - other));
  });

  test('marks norms of 0 and NaN with crosses', () => {
    const svg = gradientFlow({
      layers: [
        { name: 'dead', norms: [0.1, 0] },
        { name: 'lost', norms: [NaN, 1] },
      ],
    });
    expectSound(svg);
    expect(partsOf(svg).all(`path[stroke="${light.roles.loss.line}"]`)).toHaveLength(2);
    expect(partsOf(svg).titles).toEqual(expect.arrayContaining(['dead, epoch 2: 0', 'lost, epoch 1: NaN']));
  });

  test('has but one panel for one moment', () => {
    const svg = gradientFlow({
      layers: layers.map(({ name, norms }) => ({ name, norms: norms.slice(1) })),
      moments: [7],
    });
    expectSound(svg);
    expect(partsOf(svg).texts.filter((text) => text === 'epoch 7')).toHaveLength(1);
  });

  test('names the first and the last of many layers', () => {
    const many = Array.from({ length: 60 }, (_, index) => ({
      name: `layer number ${index}`,
      norms: [1, 2 + index],
    }));
    expectSound(gradientFlow({ layers: many }));
    const equal = many.map(({ name }) => ({ name, norms: [1, 1] }));
    expectSound(gradientFlow({ layers: equal }));
  });

  test('says so when there is nothing', () => {
    for (const none of [[], [{ name: 'a', norms: [] }]]) {
      expect(partsOf(gradientFlow({ layers: none })).texts).toContain('There are no norms to show');
    }
  });

  property.prop(
    [
      fc.array(fc.array(fc.double({ min: 0 }), { minLength: 3, maxLength: 3 }), {
        minLength: 1,
        maxLength: 12,
      }),
    ],
    { numRuns: 40 },
  )('stays on its card, whatever the norms', (norms) => {
    expectSound(
      gradientFlow({ layers: norms.map((one, index) => ({ name: `linear${index}`, norms: one })) }),
    );
  });

  test('refuses layers of other lengths, negative norms, moments that do not fit, and a narrow card', () => {
    expect(() => gradientFlow({ layers: [...layers, { name: 'x', norms: [1] }] })).toThrow(
      'gradientFlow: "x" has 1 norms, the first layer 2',
    );
    expect(() => gradientFlow({ layers: [{ name: 'x', norms: [-1] }] })).toThrow(DataError);
    expect(() => gradientFlow({ layers, moments: [1] })).toThrow(DataError);
    expect(() => gradientFlow({ layers, moments: [2, 1] })).toThrow('moment 1 is 1; give whole numbers');
    expect(() => gradientFlow({ layers, width: 10 })).toThrow(DeclarationError);
  });
});
