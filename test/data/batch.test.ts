import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { batches, batchIndices, dataset } from 'tapeless/data';
import { expectDataError } from './expect-data-error.ts';

const source = dataset({
  x: Array.from({ length: 7 }, (_, index) => [index, index + 0.5]),
  y: Array.from({ length: 7 }, (_, index) => index),
});

describe('batches', () => {
  test('are feeds in file order, the last one at its true size', () => {
    const loader = batches(source, { batchSize: 3 });
    expect([loader.count, loader.batchSize, loader.lastBatchSize]).toEqual([3, 3, 1]);
    expect([...loader].length).toBe(3);
    const seen: number[][] = [];
    for (const batch of loader) {
      expectTypeOf(batch).toEqualTypeOf<{ readonly x: Float32Array; readonly y: Int32Array }>();
      expect(Object.keys(batch)).toEqual(['x', 'y']);
      expect([...batch.x]).toEqual([...batch.y].flatMap((index) => [index, index + 0.5]));
      seen.push([...batch.y]);
    }
    expect(seen).toEqual([[0, 1, 2], [3, 4, 5], [6]]);
  });

  test('use the same memory and the same result object for every batch', () => {
    const loader = batches(source, { batchSize: 3, shuffle: true });
    const iterator = loader.epoch(0)[Symbol.iterator]();
    const first = iterator.next();
    const firstBatch = first.value;
    const second = iterator.next();
    expect(second).toBe(first);
    expect(second.value).toBe(firstBatch);
    const last = iterator.next().value;
    expect(last?.x.buffer).toBe(firstBatch?.x.buffer);
    expect(iterator.next()).toEqual({ done: true, value: undefined });
    const [other] = [...loader.epoch(1)];
    expect(other).toBe(firstBatch);
  });

  test('are the memory of the dataset itself when one full batch is taken in file order', () => {
    const [batch] = [...batches(source, { batchSize: 'full' })];
    expect(batch).toBe(source.feeds);
  });

  test('copy a full batch that is shuffled', () => {
    const [batch] = [...batches(source, { batchSize: 'full', shuffle: true, seed: 1 })];
    expect(batch?.y.buffer).not.toBe(source.feeds.y.buffer);
    expect([...(batch?.y ?? [])].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect([...source.feeds.y]).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  test('can leave out a smaller last batch, and only that', () => {
    const sizes = (batchSize: number) =>
      Array.from(batches(source, { batchSize, dropLast: true }), (batch) => batch.y.length);
    expect(sizes(3)).toEqual([3, 3]);
    expect(sizes(7)).toEqual([7]);
    expect(sizes(1)).toEqual([1, 1, 1, 1, 1, 1, 1]);
  });

  test('larger than the data are one batch of all rows', () => {
    expect(Array.from(batches(source, { batchSize: 100 }), (batch) => batch.y.length)).toEqual([7]);
  });

  test('of a slice hold the rows of the slice', () => {
    const loader = batches(source.slice(2, 5), { batchSize: 2 });
    expect(Array.from(loader, (batch) => [...batch.x])).toEqual([
      [2, 2.5, 3, 3.5],
      [4, 4.5],
    ]);
  });

  test('can be of chosen rows only', () => {
    const loader = batches(source, { batchSize: 2, rows: [6, 1, 1] });
    expect(Array.from(loader, (batch) => [...batch.y])).toEqual([[6, 1], [1]]);
    expect(Array.from(batches(source, { batchSize: 'full', rows: [2, 0] }), (batch) => [...batch.y])).toEqual(
      [[2, 0]],
    );
  });

  test('come in another order each epoch, from seed and epoch alone', () => {
    const order = (seed: number, epoch: number) =>
      Array.from(batches(source, { batchSize: 2, shuffle: true, seed }).epoch(epoch), (batch) => [
        ...batch.y,
      ]).flat();
    const loader = batches(source, { batchSize: 2, shuffle: true, seed: 4 });
    const consecutive = [0, 1, 2].map((epoch) =>
      Array.from(loader.epoch(epoch), (batch) => [...batch.y]).flat(),
    );
    expect(consecutive).toEqual([order(4, 0), order(4, 1), order(4, 2)]);
    expect(order(4, 0)).not.toEqual(order(4, 1));
    expect(order(4, 0)).not.toEqual(order(5, 0));
    const third = batches(source, { batchSize: 2, shuffle: true, seed: 4, epoch: 2 });
    expect(Array.from(third, (batch) => [...batch.y]).flat()).toEqual(order(4, 2));
    expect(Array.from(third, (batch) => [...batch.y]).flat()).toEqual(order(4, 2));
  });

  test('refuse to go on with an epoch after another one has taken the buffers', () => {
    const loader = batches(source, { batchSize: 3 });
    const first = loader.epoch(0)[Symbol.iterator]();
    first.next();
    loader.epoch(1)[Symbol.iterator]().next();
    expectDataError(() => first.next(), 'E_DATA_BATCH_REUSE', 'epoch 0');
  });

  test('refuse sizes, seeds, epochs and rows that make no sense', () => {
    for (const batchSize of [0, -1, 2.5, NaN]) {
      expectDataError(() => batches(source, { batchSize }), 'E_DATA_OPTION', `batchSize is ${batchSize}`);
    }
    expectDataError(() => batches(source, { batchSize: 2, seed: -1 }), 'E_DATA_OPTION', 'seed is -1');
    expectDataError(() => batches(source, { batchSize: 2 }).epoch(0.5), 'E_DATA_OPTION', 'epoch is 0.5');
    expectDataError(() => batches(source, { batchSize: 2, rows: [7] }), 'E_DATA_INDEX', 'row 7');
    expectDataError(() => batches(source, { batchSize: 2, rows: [] }), 'E_DATA_EMPTY', 'no rows');
    expectDataError(() => batches(source, { batchSize: 8, dropLast: true }), 'E_DATA_EMPTY', 'batches of 8');
  });
});

describe('batchIndices', () => {
  test('are the rows of the same batches, in one reused array', () => {
    const options = { batchSize: 3, shuffle: true, seed: 9 } as const;
    const fromFeeds = Array.from(batches(source, options).epoch(2), (batch) => [...batch.y]);
    const buffers = new Set<ArrayBufferLike>();
    const fromIndices = Array.from(batchIndices(7, options).epoch(2), (indices) => {
      buffers.add(indices.buffer);
      return [...indices];
    });
    expect(fromIndices).toEqual(fromFeeds);
    expect(buffers.size).toBe(1);
  });

  test('of no rows are refused', () => {
    expectDataError(() => batchIndices(0, { batchSize: 1 }), 'E_DATA_EMPTY', 'no rows');
    expectDataError(() => batchIndices(-1, { batchSize: 1 }), 'E_DATA_OPTION', 'n is -1');
  });

  property.prop([
    fc.integer({ min: 1, max: 60 }),
    fc.oneof(fc.integer({ min: 1, max: 70 }), fc.constant('full' as const)),
    fc.boolean(),
    fc.boolean(),
    fc.nat(),
    fc.nat(1000),
  ])(
    'visit every row once an epoch, or all but a dropped rest',
    (n, batchSize, shuffle, dropLast, seed, epoch) => {
      const size = batchSize === 'full' ? n : batchSize;
      fc.pre(!dropLast || size <= n);
      const loader = batchIndices(n, { batchSize, shuffle, dropLast, seed });
      const visited = Array.from(loader.epoch(epoch), (indices) => [...indices]);
      expect(visited.length).toBe(loader.count);
      expect(visited.slice(0, -1).every((indices) => indices.length === loader.batchSize)).toBe(true);
      expect(visited.at(-1)?.length).toBe(loader.lastBatchSize);
      expect(visited.flat().length).toBe(dropLast ? n - (n % size) : n);
      expect(new Set(visited.flat()).size).toBe(visited.flat().length);
      if (!shuffle) expect(visited.flat()).toEqual(visited.flat().map((_, index) => index));
    },
  );
});
