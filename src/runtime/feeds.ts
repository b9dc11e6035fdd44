// Feeds: what users hand to a session. Everything is checked, with the user's lines of the declarations, before a
// single element is copied, so that a refused feed changes nothing.
import { roundTo, type DType } from '../ir/dtype.ts';
import type { FeedError } from '../ir/errors.ts';
import { nearest } from '../ir/nearest.ts';
import type { Tensor } from '../ir/node.ts';
import { bindSize, printShape, type Shape, type Sizes } from '../ir/size.ts';
import type { FeedRange } from '../compiler/compilation.ts';
import { nameOf } from '../ops/leaf.ts';
import { complain } from './feed-error.ts';
import type { FeedArray } from './instantiate.ts';

/** Numbers in nested arrays, as `[[5.1, 3.5], [4.9, 3.0]]`; booleans stand for 1 and 0. */
export type NestedArray = number | boolean | readonly NestedArray[];

/** A typed array with its shape, as `predict` and `tapeless/data` give. */
export interface ShapedArray {
  readonly data: FeedArray;
  readonly shape: readonly number[];
}

/** What an input takes: a typed array in row-major order, one with its shape, or nested arrays. */
export type Feed = FeedArray | ShapedArray | NestedArray;
/** What is fed, by the names of inputs. */
export type Feeds = Readonly<Record<string, Feed>>;

/** An input of an entry, with what is checked when it is fed. */
export interface InputSpecification {
  readonly name: string;
  readonly tensor: Tensor;
  readonly shape: Shape;
  readonly dtype: DType;
  readonly ranges: readonly FeedRange[];
}

export function specifyInputs(
  inputs: readonly Tensor[],
  ranges: readonly FeedRange[],
): readonly InputSpecification[] {
  return inputs.map((tensor) => {
    const name = nameOf(tensor);
    return {
      name,
      tensor,
      shape: tensor.shape,
      dtype: tensor.dtype,
      ranges: ranges.filter((range) => range.input === name),
    };
  });
}

/** Where a checked feed waits to be copied. Sessions keep one for every input, so that a step allocates nothing. */
export interface FeedSlot {
  readonly specification: InputSpecification;
  data: ArrayLike<number>;
  /** Shape of the feed where it told one. */
  shape: readonly number[] | null;
}

export function feedSlot(specification: InputSpecification): FeedSlot {
  return { specification, data: [], shape: null };
}

const arrayName: Readonly<Record<DType, string>> = {
  f32: 'Float32Array',
  f64: 'Float64Array',
  i32: 'Int32Array',
  bool: 'Uint8Array',
};

export interface FeedOptions {
  readonly requireFinite: boolean;
  /** Inputs of the program that this entry does not read. */
  readonly unused: readonly string[];
}

/** Checks names, dtypes, shapes and values of all feeds of an entry, and leaves them in the slots. @throws {FeedError} */
export function checkFeeds(
  entry: string,
  feeds: Feeds | null | undefined,
  slots: readonly FeedSlot[],
  options: FeedOptions,
): void {
  if (typeof feeds !== 'object' || feeds === null) {
    const list = slots.map((slot) => slot.specification.name).join(', ');
    throw complain(
      'E_FEED_MISSING',
      entry,
      undefined,
      `takes the inputs as one object: ${entry}({ ${list} })`,
    );
  }
  for (const name in feeds) {
    // A whole dataset may be fed to an entry that reads some of its columns.
    let isKnown = options.unused.includes(name);
    for (const slot of slots) isKnown ||= slot.specification.name === name;
    if (!isKnown) throw unknownName(entry, name, feeds, slots);
  }
  for (const slot of slots) {
    const { specification } = slot;
    // Not what objects inherit: an input may be called "constructor".
    const isGiven = Object.hasOwn(feeds, specification.name);
    const feed = isGiven ? feeds[specification.name] : undefined;
    if (feed === undefined) throw missing(entry, specification, slots);
    readFeed(entry, slot, feed);
    checkValues(entry, specification, slot.data, options.requireFinite);
  }
}

function missing(entry: string, specification: InputSpecification, slots: readonly FeedSlot[]): FeedError {
  return complain(
    'E_FEED_MISSING',
    entry,
    specification,
    `the input "${specification.name}" is missing`,
    `feed it: ${entry}({ ${slots.map((slot) => slot.specification.name).join(', ')} })`,
  );
}

function unknownName(entry: string, name: string, feeds: Feeds, slots: readonly FeedSlot[]): FeedError {
  const specifications = slots.map((slot) => slot.specification);
  const open = specifications.filter((specification) => !(specification.name in feeds));
  const nearName = nearest(
    name,
    open.map((specification) => specification.name),
  );
  const near = open.find((specification) => specification.name === nearName);
  const list = specifications.map((specification) => `"${specification.name}"`).join(', ');
  return complain(
    'E_FEED_UNKNOWN',
    entry,
    near,
    `there is no input "${name}"; ${entry} takes ${list === '' ? 'none' : list}`,
    near === undefined ? undefined : `did you mean "${near.name}"?`,
  );
}

function isTypedArray(feed: Feed): feed is FeedArray {
  return ArrayBuffer.isView(feed);
}

function readFeed(entry: string, slot: FeedSlot, feed: Feed): void {
  const { specification } = slot;
  // Typed arrays of any kind: those of other element types are refused by name.
  if (isTypedArray(feed)) {
    checkArrayType(entry, specification, feed);
    slot.data = feed;
    slot.shape = null;
    return;
  }
  if (isShapedArray(feed)) {
    checkArrayType(entry, specification, feed.data);
    if (!isListOfSizes(feed.shape)) {
      const problem = `the shape of "${specification.name}" is ${describe(feed.shape)}, not a list of sizes`;
      throw complain('E_FEED_SHAPE', entry, specification, problem);
    }
    checkShape(entry, specification, feed.shape);
    const count = feed.shape.reduce((product, size) => product * size, 1);
    if (feed.data.length !== count) {
      const problem = `"${specification.name}" has ${feed.data.length} elements, its shape [${feed.shape.join(', ')}] has ${count}`;
      throw complain('E_FEED_LENGTH', entry, specification, problem);
    }
    slot.data = feed.data;
    slot.shape = feed.shape;
    return;
  }
  const nested = readNested(entry, specification, feed);
  slot.data = nested.data;
  slot.shape = nested.shape;
}

function isListOfSizes(shape: unknown): boolean {
  return Array.isArray(shape);
}

function isShapedArray(feed: Feed): feed is ShapedArray {
  return typeof feed === 'object' && feed !== null && 'data' in feed && 'shape' in feed;
}

function checkArrayType(entry: string, specification: InputSpecification, data: unknown): void {
  const { name, dtype } = specification;
  const given = ArrayBuffer.isView(data) ? data.constructor.name : describe(data);
  // Reading a double array into an f32 input rounds, which is what a user of JavaScript numbers expects.
  const fits = given === arrayName[dtype] || (dtype === 'f32' && given === 'Float64Array');
  if (fits) return;
  throw complain(
    'E_FEED_DTYPE',
    entry,
    specification,
    `"${name}" takes ${dtype}, got ${given}`,
    `convert it: ${arrayName[dtype]}.from(${name})`,
  );
}

function readNested(
  entry: string,
  specification: InputSpecification,
  feed: NestedArray,
): { readonly data: readonly number[]; readonly shape: readonly number[] } {
  const shape: number[] = [];
  for (let level: NestedArray | undefined = feed; isList(level); level = level[0]) shape.push(level.length);
  const data: number[] = [];
  const visit = (value: NestedArray, depth: number, path: string): void => {
    if (isList(value)) {
      if (depth >= shape.length || value.length !== shape[depth]) {
        throw complain(
          'E_FEED_RAGGED',
          entry,
          specification,
          `"${specification.name}" is ragged: ${specification.name}${path} has ${value.length} elements, others have ${shape[depth] ?? 0}`,
        );
      }
      value.forEach((each, position) => {
        visit(each, depth + 1, `${path}[${position}]`);
      });
      return;
    }
    const number = typeof value === 'boolean' ? Number(value) : value;
    if (typeof number !== 'number' || depth !== shape.length) {
      throw complain(
        'E_FEED_DTYPE',
        entry,
        specification,
        `${specification.name}${path} is ${describe(value)}, not a number`,
      );
    }
    const range = wholeRanges[specification.dtype];
    if (range !== undefined && !isWholeIn(range, number)) {
      throw complain(
        'E_FEED_DTYPE',
        entry,
        specification,
        `${specification.name}${path} is ${number}, but "${specification.name}" takes ${range.what}`,
      );
    }
    data.push(number);
  };
  visit(feed, 0, '');
  checkShape(entry, specification, shape);
  return { data, shape };
}

/** What elements have to be where the dtype is no float. */
const wholeRanges: Readonly<Record<DType, WholeRange | undefined>> = {
  f32: undefined,
  f64: undefined,
  i32: { low: -(2 ** 31), high: 2 ** 31 - 1, what: 'whole numbers of 32 bits' },
  bool: { low: 0, high: 1, what: 'true and false, or 1 and 0' },
};

interface WholeRange {
  readonly low: number;
  readonly high: number;
  readonly what: string;
}

function isWholeIn({ low, high }: WholeRange, value: number): boolean {
  return Number.isInteger(value) && value >= low && value <= high;
}

/** A value that is no feed, in a few words. */
function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

function isList(value: NestedArray | undefined): value is readonly NestedArray[] {
  return Array.isArray(value);
}

function checkShape(entry: string, specification: InputSpecification, shape: readonly number[]): void {
  const fits =
    shape.length === specification.shape.length &&
    specification.shape.every((size, axis) => typeof size !== 'number' || size === shape[axis]);
  // A batch of nothing is a mistake; an axis that is declared to have nothing on it is not.
  if (fits && shape.every((size, axis) => size > 0 || specification.shape[axis] === 0)) return;
  throw complain(
    'E_FEED_SHAPE',
    entry,
    specification,
    `"${specification.name}" takes ${printShape(specification.shape)}, got [${shape.join(', ')}]`,
  );
}

function checkValues(
  entry: string,
  specification: InputSpecification,
  data: ArrayLike<number>,
  requireFinite: boolean,
): void {
  const { name, ranges, dtype } = specification;
  // Positions on axes of named size wait for the sizes that all feeds together tell.
  for (const range of ranges) if (range.axes === null) checkRange(entry, specification, data, range);
  if (!requireFinite || (dtype !== 'f32' && dtype !== 'f64')) return;
  for (let position = 0; position < data.length; position++) {
    const value = data[position] ?? Number.NaN;
    if (Number.isFinite(roundTo(dtype, value))) continue;
    throw complain('E_FEED_NOT_FINITE', entry, specification, `${name}[${position}] is ${value}`);
  }
}

function checkRange(
  entry: string,
  specification: InputSpecification,
  data: ArrayLike<number>,
  { low, high: highest, highs, axes, except, what }: FeedRange,
): void {
  const { name } = specification;
  for (let position = 0; position < data.length; position++) {
    const value = data[position] ?? Number.NaN;
    const high = highs === null ? highest : (highs[position % highs.length] ?? highest);
    if ((value >= low && value <= high) || value === except) continue;
    throw complain(
      'E_FEED_RANGE',
      entry,
      specification,
      `${name}[${position}] is ${value}: ${/^[aeiou]/.test(what) ? 'an' : 'a'} ${what} lies in ${low} … ${high}`,
      low === 0
        ? `count ${what === 'index' ? 'indices' : `${what}s`} from 0; ${axes === null ? 'the model has' : 'with these feeds there are'} ${high + 1} of them`
        : undefined,
    );
  }
}

/** Checks positions on axes of named size, at the sizes that the feeds have told. @throws {FeedError} `E_FEED_RANGE` */
export function checkPositions(entry: string, slots: readonly FeedSlot[], sizes: Sizes): void {
  for (const { specification, data } of slots) {
    for (const range of specification.ranges) {
      if (range.axes === null) continue;
      const highs = range.axes.map((size) => bindSize(size, sizes) - 1);
      const high = Math.max(...highs);
      const low = range.low < 0 ? -1 - high : 0;
      checkRange(entry, specification, data, { ...range, low, high, highs });
    }
  }
}
