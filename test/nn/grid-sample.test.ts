import { describe, expect, test } from 'vitest';
import { grad } from '../../src/autodiff/grad.ts';
import { affineGrid, gridSample } from '../../src/nn/grid-sample.ts';
import { constant } from '../../src/ops/leaf.ts';
import { sum } from '../../src/ops/reduce.ts';
import { evaluate, fed, refusal } from '../support/values.ts';
import { input } from '../support/untyped.ts';

const image = constant([1, 2, 3, 4, 5, 6], [1, 1, 2, 3], 'f64');
const at = (...places: readonly number[]) => constant(places, [1, 1, places.length / 2, 2], 'f64');

describe('sampling at a grid', () => {
  test('counts columns first, from edge to edge or from centre to centre', () => {
    expect(evaluate(gridSample(image, at(-1, -1, 1, -1, 0, 0), { alignCorners: true }))).toEqual([1, 3, 3.5]);
    expect(evaluate(gridSample(image, at(-2 / 3, -0.5, 0, 0)))).toEqual([1, 3.5]);
  });

  test.each([
    ['zeros', [0, 0.25]],
    ['border', [3, 1]],
    ['reflection', [1, 1]],
  ] as const)('has outside what padding %s says', (padding, expected) => {
    expect(evaluate(gridSample(image, at(3, -0.5, -1, -1), { padding }))).toEqual(expected);
  });

  test('takes the nearest element, halves to even, without a gradient of the grid', () => {
    const grid = fed('grid', [1, 1, 2, 2], [0.5, -1, -0.5, 1]);
    const sampled = gridSample(image, grid.leaf, { mode: 'nearest', alignCorners: true });
    expect(evaluate(sampled, [grid])).toEqual([3, 4]);
    expect(evaluate(grad(sum(sampled), [grid.leaf])[0] ?? sampled, [grid])).toEqual([0, 0, 0, 0]);
  });

  test('mixes four elements by a cubic: half way between two it is on their line', () => {
    const line = constant([0, 1, 2, 3, 4, 5], [1, 1, 1, 6], 'f64');
    const cubic = { mode: 'bicubic', alignCorners: true } as const;
    expect(evaluate(gridSample(line, at(0, 0, 0.2, 0), cubic))).toEqual([2.5, 3]);
  });

  test('samples what the affine map of a grid says: here, the image turned round', () => {
    const theta = constant([-1, 0, 0, 0, -1, 0], [1, 2, 3], 'f64');
    const turned = gridSample(image, affineGrid(theta, [1, 1, 2, 3]));
    evaluate(turned).forEach((value, position) => {
      expect(value).toBeCloseTo(6 - position, 12);
    });
    expect(evaluate(affineGrid(theta, [1, 1, 1, 2], { alignCorners: true }))).toEqual([1, 0, -1, 0]);
  });

  test.each([
    [
      'a grid of another batch',
      () => gridSample(image, input('g', [2, 1, 1, 2], 'f64')),
      'ShapeError E_SHAPE_MISMATCH',
    ],
    [
      'a grid of volumes for images',
      () => gridSample(image, input('g', [1, 1, 1, 3], 'f64')),
      'ShapeError E_SHAPE_MISMATCH',
    ],
    [
      'images without channels',
      () => gridSample(input('x', [2, 3]), input('g', [1, 1, 1, 2])),
      'ShapeError E_RANK',
    ],
    [
      'images of nothing',
      () => gridSample(input('x', [1, 1, 0, 3]), input('g', [1, 1, 1, 2])),
      'ShapeError E_EMPTY',
    ],
    [
      'a grid of another type',
      () => gridSample(image, input('g', [1, 1, 1, 2])),
      'DTypeError E_DTYPE_MISMATCH',
    ],
    [
      'an unknown padding',
      () => gridSample(image, at(0, 0), { padding: 'wrap' as never }),
      'DeclarationError E_OPTION',
    ],
    [
      'bicubic volumes',
      () => gridSample(input('x', [1, 1, 2, 2, 2]), input('g', [1, 1, 1, 1, 3]), { mode: 'bicubic' }),
      'DeclarationError E_OPTION',
    ],
    [
      'a map of volumes for images',
      () => affineGrid(input('t', [1, 3, 4]), [1, 1, 2, 2]),
      'ShapeError E_SHAPE_MISMATCH',
    ],
    ['sizes of nothing', () => affineGrid(input('t', [1, 2, 3]), [1, 1, 0, 2]), 'DeclarationError E_OPTION'],
  ])('refuses %s', (_, call, expected) => {
    expect(refusal(call)).toBe(expected);
  });
});
