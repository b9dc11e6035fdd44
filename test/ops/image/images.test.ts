import { describe, expect, test } from 'vitest';
import {
  compile,
  constant,
  cropAndResize,
  grayscaleToRgb,
  input,
  nonMaxSuppression,
  otsuThreshold,
  resizeImages,
  rgbToGrayscale,
  transformImages,
  type Tensor,
} from 'tapeless';
import { refusal } from '../../support/values.ts';

/** The numbers of a tensor, the same on every target. */
function numbersOf(tensor: Tensor): readonly number[] {
  const [first, ...others] = (['interpreter', 'js', 'wasm'] as const).map((target) => {
    const { y } = compile({ outputs: { y: tensor } }, { target })
      .start()
      .predict({});
    return [...y.data];
  });
  for (const each of others) {
    each.forEach((number, position) => expect(number).toBeCloseTo(first?.[position] ?? Number.NaN, 4));
  }
  return first ?? [];
}

/** One channel of one image. */
const picture = (rows: readonly (readonly number[])[]): Tensor =>
  constant(rows.flat(), [1, rows.length, rows[0]?.length ?? 0, 1]);

const square = picture([
  [1, 2],
  [3, 4],
]);

describe('resizeImages', () => {
  test('places pixels at i · H / height', () => {
    expect(numbersOf(resizeImages(square, [4, 2]))).toEqual([1, 2, 2, 3, 3, 4, 3, 4]);
    expect(numbersOf(resizeImages(square, [4, 2], { mode: 'nearest' }))).toEqual([1, 2, 1, 2, 3, 4, 3, 4]);
  });

  test('with halfPixelCenters from the middles of pixels, none outside', () => {
    const resized = resizeImages(square, [4, 2], { halfPixelCenters: true });
    expect(numbersOf(resized)).toEqual([1, 2, 1.5, 2.5, 2.5, 3.5, 3, 4]);
  });

  test('with alignCorners from first to last', () => {
    const resized = numbersOf(resizeImages(square, [3, 3], { alignCorners: true }));
    expect(resized).toEqual([1, 1.5, 2, 2, 2.5, 3, 3, 3.5, 4]);
    const nearest = resizeImages(square, [3, 2], { mode: 'nearest', alignCorners: true });
    expect(numbersOf(nearest)).toEqual([1, 2, 3, 4, 3, 4]);
  });

  test('to the same size changes nothing, and one row is the first', () => {
    expect(numbersOf(resizeImages(square, [2, 2]))).toEqual([1, 2, 3, 4]);
    expect(numbersOf(resizeImages(square, [1, 2], { alignCorners: true }))).toEqual([1, 2]);
  });

  test('refuses what makes no sense', () => {
    const both = { alignCorners: true, halfPixelCenters: true };
    expect(refusal(() => resizeImages(square, [2, 2], both))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => resizeImages(square, [0, 2]))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => resizeImages(input('x', [2, 2]), [2, 2]))).toBe('ShapeError E_RANK');
    expect(refusal(() => resizeImages(input('x', [1, 2, 2, 1], 'i32'), [2, 2]))).toBe(
      'DTypeError E_DTYPE_MISMATCH',
    );
  });
});

describe('cropAndResize', () => {
  const boxes = (...numbers: readonly number[]): Tensor => constant(numbers, [numbers.length / 4, 4]);
  const first = constant([0], [1], 'i32');
  const grid = picture([
    [0, 1, 2],
    [3, 4, 5],
    [6, 7, 8],
  ]);

  test('gives the image itself for the whole of it', () => {
    const whole = cropAndResize(grid, boxes(0, 0, 1, 1), first, [3, 3]);
    expect(numbersOf(whole)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test('mixes pixels between, and turns a box that is turned round', () => {
    expect(numbersOf(cropAndResize(grid, boxes(0, 0, 0.5, 0.5), first, [3, 2]))).toEqual([
      0, 1, 1.5, 2.5, 3, 4,
    ]);
    expect(numbersOf(cropAndResize(grid, boxes(1, 1, 0, 0), first, [2, 2]))).toEqual([8, 6, 2, 0]);
  });

  test('takes the middle for a crop of one row, and the nearest pixel where asked', () => {
    expect(numbersOf(cropAndResize(grid, boxes(0, 0, 1, 1), first, [1, 1]))).toEqual([4]);
    const nearest = cropAndResize(grid, boxes(0.2, 0.2, 0.8, 0.8), first, [2, 2], { mode: 'nearest' });
    expect(numbersOf(nearest)).toEqual([0, 2, 6, 8]);
  });

  test('fills what lies outside', () => {
    const outside = cropAndResize(grid, boxes(0, 0, 2, 0), first, [3, 1], { outside: -1 });
    expect(numbersOf(outside)).toEqual([0, 6, -1]);
  });

  test('refuses images that there are not, and shapes that do not fit', () => {
    const of = input('of', [1], 'i32');
    const program = compile({ outputs: { y: cropAndResize(grid, boxes(0, 0, 1, 1), of, [1, 1]) } });
    expect(refusal(() => program.start().predict({ of: Int32Array.of(1) }))).toBe('FeedError E_FEED_RANGE');
    expect(refusal(() => cropAndResize(grid, boxes(0, 0, 1, 1), constant([0, 0], [2], 'i32'), [1, 1]))).toBe(
      'ShapeError E_SHAPE_MISMATCH',
    );
  });
});

describe('transformImages', () => {
  const row = picture([[1, 2, 3, 4]]);
  const moved = (by: number, options: Parameters<typeof transformImages>[2]): readonly number[] =>
    numbersOf(transformImages(row, constant([1, 0, by, 0, 1, 0, 0, 0], [1, 8]), options));

  test('moves an image, and fills what comes in', () => {
    expect(moved(-2, { value: 9 })).toEqual([9, 9, 1, 2]);
    expect(moved(-2, { fill: 'nearest' })).toEqual([1, 1, 1, 2]);
    expect(moved(-2, { fill: 'reflect' })).toEqual([2, 1, 1, 2]);
    expect(moved(-2, { fill: 'wrap' })).toEqual([3, 4, 1, 2]);
    expect(moved(2, { fill: 'reflect' })).toEqual([3, 4, 4, 3]);
  });

  test('mixes pixels where asked', () => {
    expect(moved(0.5, { mode: 'bilinear', fill: 'nearest' })).toEqual([1.5, 2.5, 3.5, 4]);
  });

  test('sees nothing at infinity', () => {
    const far = constant([1, 0, 0, 0, 1, 0, -1, 0], [1, 8]);
    expect(numbersOf(transformImages(row, far, { value: -5 }))[1]).toBe(-5);
  });

  test('gives another size where asked, and refuses other transforms', () => {
    const identity = constant([1, 0, 0, 0, 1, 0, 0, 0], [1, 8]);
    expect(transformImages(row, identity, { size: [2, 3] }).shape).toEqual([1, 2, 3, 1]);
    expect(refusal(() => transformImages(row, constant([1, 0], [1, 2])))).toBe('ShapeError E_SHAPE_MISMATCH');
  });
});

describe('nonMaxSuppression', () => {
  // Three clusters: 0, 1, 2 overlap, so do 3, 4, and 5 is alone.
  const boxes = constant(
    [0, 0, 1, 1, 0, 0.1, 1, 1.1, 0, -0.1, 1, 0.9, 0, 10, 1, 11, 0, 10.1, 1, 11.1, 0, 100, 1, 101],
    [6, 4],
  );
  const scores = constant([0.9, 0.75, 0.6, 0.95, 0.5, 0.3], [6]);

  test('chooses the best of each cluster, best first', () => {
    const { indices, scores: chosen, count } = nonMaxSuppression(boxes, scores, 6);
    expect(numbersOf(indices)).toEqual([3, 0, 5, 0, 0, 0]);
    expect(numbersOf(count)).toEqual([3]);
    expect(numbersOf(chosen).slice(3)).toEqual([0, 0, 0]);
  });

  test('at most as many as asked for, and above a score', () => {
    expect(numbersOf(nonMaxSuppression(boxes, scores, 2).indices)).toEqual([3, 0]);
    expect(numbersOf(nonMaxSuppression(boxes, scores, 6, { least: 0.9 }).count)).toEqual([1]);
    expect(numbersOf(nonMaxSuppression(boxes, scores, 0).count)).toEqual([0]);
  });

  test('lowers scores with sigma (Bodla et al. 2017), as TensorFlow does', () => {
    const soft = nonMaxSuppression(boxes, scores, 6, { overlap: 1, sigma: 0.5 });
    expect(numbersOf(soft.indices)).toEqual([3, 0, 1, 5, 4, 2]);
    numbersOf(soft.scores).forEach((score, position) => {
      expect(score).toBeCloseTo([0.95, 0.9, 0.384, 0.3, 0.256, 0.197][position] ?? 0, 2);
    });
  });

  test('takes corners in any order, and boxes without area overlap nothing', () => {
    const turned = constant([1, 1, 0, 0, 0, 0.1, 1, 1.1], [2, 4]);
    expect(numbersOf(nonMaxSuppression(turned, constant([1, 0.5], [2]), 2).count)).toEqual([1]);
    const flat = constant([0, 0, 0, 1, 0, 0, 0, 1], [2, 4]);
    expect(numbersOf(nonMaxSuppression(flat, constant([1, 1], [2]), 2).indices)).toEqual([0, 1]);
  });

  test('refuses what does not fit', () => {
    expect(refusal(() => nonMaxSuppression(boxes, constant([1], [1]), 2))).toBe(
      'ShapeError E_SHAPE_MISMATCH',
    );
    expect(refusal(() => nonMaxSuppression(boxes, scores, 2, { overlap: 1.5 }))).toBe(
      'DeclarationError E_OPTION',
    );
  });
});

describe('colours', () => {
  test('are weighted by their brightness', () => {
    const [gray = 0] = numbersOf(rgbToGrayscale(constant([1, 10, 100], [1, 3])));
    expect(gray).toBeCloseTo(0.2989 + 5.87 + 11.4, 4);
    expect(numbersOf(grayscaleToRgb(constant([7, 8], [2, 1])))).toEqual([7, 7, 7, 8, 8, 8]);
    expect(refusal(() => rgbToGrayscale(constant([1, 2], [1, 2])))).toBe('ShapeError E_SHAPE_MISMATCH');
  });

  test('are parted by Otsu where light and dark differ most', () => {
    expect(numbersOf(otsuThreshold(constant([10, 11, 12, 200, 201, 202], [6])))).toEqual([12]);
    expect(numbersOf(otsuThreshold(constant([50, 50, 50], [3])))).toEqual([-1]);
  });
});
