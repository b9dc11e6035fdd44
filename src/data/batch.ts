// Mini-batches: an epoch's rows in order or shuffled, gathered into buffers that are allocated once and used
// again for every batch. Relies on datasets and on the seeded generator.

import type { ColumnData, NumericArray, RowIndices } from './array.ts';
import { requireRow, rowLength } from './array.ts';
import { dataError, requireInteger } from './data-error.ts';
import type { Dataset, Feeds } from './dataset.ts';
import { ascending } from './generator.ts';
import { epochGenerator, randomStreams } from './random-source.ts';
import type { Sampler } from './sampler.ts';

/** Options of `batches` and `batchIndices`. */
export interface BatchOptions {
  /** Rows a batch: 1 is stochastic, `'full'` is batch gradient descent. */
  readonly batchSize: number | 'full';
  /** Draw the rows of each epoch in a new random order; default false. */
  readonly shuffle?: boolean;
  /** Seed of the order; default 0. */
  readonly seed?: number;
  /** The epoch that iterating the loader itself gives; default 0. `loader.epoch(e)` gives any other. */
  readonly epoch?: number;
  /** Leave out a last batch that is smaller than the others; default false. */
  readonly dropLast?: boolean;
  /** Use only these rows, e.g. the train rows of a fold; default all. */
  readonly rows?: RowIndices;
  /** Which rows an epoch has, e.g. `balancedSampler(labels)`; default each one once. Excludes `shuffle` and `rows`. */
  readonly sampler?: Sampler;
}

/**
 * The batches of every epoch. Each batch is the *same* memory filled anew: it holds until the next batch is
 * asked for, and one loader runs one epoch at a time. Copy a batch (`slice`) to keep it.
 */
export interface Batches<Batch> extends Iterable<Batch, undefined, undefined> {
  /** Batches an epoch. */
  readonly count: number;
  /** Rows of every batch but perhaps the last. */
  readonly batchSize: number;
  /** Rows of the last batch. */
  readonly lastBatchSize: number;
  /**
   * The batches of an epoch: a pure function of options and epoch. Nothing is allocated per batch.
   * @param from how many batches to leave out, for going on in the middle of an epoch; default 0, at most `count`
   */
  epoch(epoch: number, from?: number): Iterable<Batch, undefined, undefined>;
}

/**
 * Batches of a dataset as feeds: `for (const batch of loader.epoch(e)) session.step(batch)`. The last batch has
 * its true size. One full batch in file order is the dataset's own memory, without a copy.
 *
 * @throws DataError `E_DATA_OPTION` (batch size, seed or epoch out of range), `E_DATA_INDEX` (`rows`),
 * `E_DATA_EMPTY` (no batch at all), `E_DATA_ROWS` (a sampler for other data), and while iterating `E_DATA_BATCH_REUSE` (an epoch is continued after
 * another one of the same loader was begun)
 */
export function batches<Columns extends Feeds>(
  source: Dataset<Columns>,
  options: BatchOptions,
): Batches<Columns> {
  const layout = batchLayout(source.size, options);
  if (options.batchSize === 'full' && !options.shuffle && !options.rows && !options.sampler) {
    return loader(layout, options, { full: source.feeds, last: source.feeds }, () => undefined);
  }
  const columns = Object.entries<NumericArray<ColumnData>>(source.columns).map(([name, column]) => {
    const width = rowLength(column);
    const length = layout.batchSize * width;
    const buffer = column.data instanceof Float32Array ? new Float32Array(length) : new Int32Array(length);
    return { name, width, buffer, from: words(column.data), to: words(buffer) };
  });
  const feeds = (rows: number): Columns =>
    // Every name with a view on its buffer, of the column's own element type: Object.fromEntries forgets both.
    Object.freeze(
      Object.fromEntries(columns.map(({ name, width, buffer }) => [name, buffer.subarray(0, rows * width)])),
    ) as Columns;
  return loader(
    layout,
    options,
    { full: feeds(layout.batchSize), last: feeds(layout.lastBatchSize) },
    (order, start, end) => {
      for (const { width, from, to } of columns) gatherRows(from, width, order, start, end, to);
    },
  );
}

/**
 * The same batches as row numbers, for data that is not in a dataset; the Int32Array is reused too.
 * @throws DataError as `batches` does
 */
export function batchIndices(n: number, options: BatchOptions): Batches<Int32Array> {
  const layout = batchLayout(n, options);
  const buffer = new Int32Array(layout.batchSize);
  const views = { full: buffer, last: buffer.subarray(0, layout.lastBatchSize) };
  return loader(layout, options, views, (order, start, end) => {
    for (let position = start; position < end; position++) buffer[position - start] = order[position] ?? 0;
  });
}

/** The 32-bit words of a column, whatever they mean: one element type keeps the copying loop monomorphic. */
function words(data: ColumnData): Int32Array {
  return new Int32Array(data.buffer, data.byteOffset, data.length);
}

/** Copies the rows `order[start … end)` to the front of `to`. Not by `set`, which would need a view for each row. */
function gatherRows(
  from: Int32Array,
  width: number,
  order: Int32Array,
  start: number,
  end: number,
  to: Int32Array,
): void {
  let target = 0;
  for (let position = start; position < end; position++) {
    const source = order[position]! * width; // callers pass 0 ≤ start ≤ end ≤ order.length
    for (let offset = 0; offset < width; offset++) to[target++] = from[source + offset]!;
  }
}

interface BatchLayout {
  readonly rows: Int32Array;
  readonly batchSize: number;
  readonly lastBatchSize: number;
  readonly count: number;
}

function batchLayout(size: number, options: BatchOptions): BatchLayout {
  const { batchSize: wanted, dropLast = false } = options;
  const rows = epochRows(size, options);
  options.rows?.forEach((index) => requireRow(index, size));
  if (rows.length === 0) {
    throw dataError('E_DATA_EMPTY', 'there are no rows to make batches of', 'pass at least one row');
  }
  if (wanted !== 'full') requireInteger('batchSize', wanted, 1, 2 ** 31 - 1);
  const batchSize = wanted === 'full' ? rows.length : Math.min(wanted, rows.length);
  const remainder = rows.length % batchSize;
  // Rows fewer than a batch are one small batch, which is a last batch to drop like any other.
  const isRagged = remainder > 0 || (wanted !== 'full' && wanted > rows.length);
  const count = Math.ceil(rows.length / batchSize) - (dropLast && isRagged ? 1 : 0);
  if (count === 0) {
    throw dataError(
      'E_DATA_EMPTY',
      `batches of ${wanted} with dropLast leave nothing of ${rows.length} row(s)`,
      'choose a smaller batchSize or keep the last batch',
    );
  }
  return { rows, batchSize, lastBatchSize: dropLast || remainder === 0 ? batchSize : remainder, count };
}

/** The rows of an epoch before they are shuffled; with a sampler only their number matters. */
function epochRows(size: number, { rows, sampler, shuffle = false }: BatchOptions): Int32Array {
  if (sampler === undefined) return rows === undefined ? ascending(size) : Int32Array.from(rows);
  if (shuffle || rows !== undefined) {
    throw dataError(
      'E_DATA_OPTION',
      `sampler does not go with ${shuffle ? 'shuffle' : 'rows'}: it says which rows come, and in which order`,
      'leave out the one or the other',
    );
  }
  if (sampler.rows !== size) {
    throw dataError(
      'E_DATA_ROWS',
      `the sampler was made for ${sampler.rows} rows, the data have ${size}`,
      'make the sampler of the labels or weights of this very dataset',
    );
  }
  return new Int32Array(sampler.size);
}

/** The loop itself: orders an epoch, then has `gather` fill the shared buffers batch by batch. */
function loader<Batch>(
  { rows, batchSize, lastBatchSize, count }: BatchLayout,
  options: BatchOptions,
  views: { readonly full: Batch; readonly last: Batch },
  gather: (order: Int32Array, start: number, end: number) => void,
): Batches<Batch> {
  const { shuffle = false, seed = 0, sampler } = options;
  const order = rows.slice();
  let current: object | undefined; // the iterator that owns the buffers now

  const epoch = (number: number, from = 0): Iterable<Batch, undefined, undefined> => {
    epochGenerator(seed, randomStreams.batches, number); // a bad seed or epoch is an error here, at the call
    requireInteger('from', from, 0, count);
    return { [Symbol.iterator]: () => iterate(number, from) };
  };

  const iterate = (number: number, from: number): Iterator<Batch, undefined, undefined> => {
    order.set(rows);
    sampler?.draw(order, epochGenerator(seed, randomStreams.samples, number));
    if (shuffle) epochGenerator(seed, randomStreams.batches, number).shuffle(order);
    let index = from;
    // One result object for all batches: for…of reads it before it asks for the next.
    const result: { done: false; value: Batch } = { done: false, value: views.full };
    const iterator: Iterator<Batch, undefined, undefined> = {
      next() {
        if (current !== iterator) throw reusedError(number);
        if (index === count) return { done: true, value: undefined };
        const isLast = index === count - 1;
        const start = index * batchSize;
        gather(order, start, start + (isLast ? lastBatchSize : batchSize));
        result.value = isLast ? views.last : views.full;
        index++;
        return result;
      },
    };
    current = iterator;
    return iterator;
  };

  const first = epoch(options.epoch ?? 0);
  return Object.freeze({
    count,
    batchSize,
    lastBatchSize,
    epoch,
    [Symbol.iterator]: () => first[Symbol.iterator](),
  });
}

function reusedError(epoch: number): Error {
  return dataError(
    'E_DATA_BATCH_REUSE',
    `epoch ${epoch} is continued after another epoch of the same loader was begun`,
    'finish one epoch before the next, or make two loaders: a loader has one set of buffers',
  );
}
