// The sizes of named dimensions, from what is fed.
import { bindSize, namesIn, printShape, type Shape, type Size } from '../ir/size.ts';
import { complain } from './feed-error.ts';
import type { FeedSlot, InputSpecification } from './feeds.ts';

/**
 * The sizes of named dimensions that the feeds imply. Feeds with a shape tell their sizes directly;
 * flat arrays tell them by their length.
 * @throws {FeedError} `E_FEED_LENGTH`, `E_FEED_SIZES`
 */
export function inferSizes(entry: string, feeds: readonly FeedSlot[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  const source = new Map<string, InputSpecification>();
  const assign = (name: string, size: number, from: InputSpecification): void => {
    const known = found.get(name);
    if (known !== undefined && known !== size) {
      const other = source.get(name);
      throw complain(
        'E_FEED_SIZES',
        entry,
        from,
        `"${from.name}" has ${name} ${size}, but "${other?.name ?? name}" has ${name} ${known}`,
      );
    }
    found.set(name, size);
    source.set(name, from);
  };
  for (const { specification, shape } of feeds) {
    if (shape === null) continue;
    specification.shape.forEach((size, axis) => {
      if (isPlainName(size)) assign(size.name, shape[axis] ?? 0, specification);
    });
  }
  // What one feed tells may be what another needs: feeds with one open size first.
  const openSizes = ({ specification }: FeedSlot): number => openIn(specification.shape, found).length;
  const waiting = [...feeds];
  while (waiting.length > 0) {
    const next = waiting.findIndex((slot) => openSizes(slot) <= 1);
    const [slot] = waiting.splice(Math.max(0, next), 1);
    if (slot !== undefined) inferFromLength(entry, slot.specification, slot.data.length, found, assign);
  }
  return found;
}

/** Sizes of a shape that are not known yet. */
function openIn(shape: Shape, found: ReadonlyMap<string, number>): readonly Size[] {
  return shape.filter((size) => namesIn(size).some((each) => !found.has(each)));
}

function isPlainName(size: Size): size is Exclude<Size, number> {
  return (
    typeof size !== 'number' &&
    size.terms.length === 1 &&
    size.terms[0]?.factors.length === 1 &&
    size.terms[0].coefficient === 1
  );
}

function inferFromLength(
  entry: string,
  specification: InputSpecification,
  length: number,
  found: ReadonlyMap<string, number>,
  assign: (name: string, size: number, from: InputSpecification) => void,
): void {
  const { name, shape } = specification;
  const open = openIn(shape, found);
  const sizes = Object.fromEntries(found);
  const product = shape
    .filter((size) => !open.includes(size))
    .reduce<number>((count, size) => count * bindSize(size, sizes), 1);
  const [only, ...others] = open;
  if (only === undefined) {
    if (product === length) return;
    // Two feeds that disagree on a size are both named.
    const [named, ...more] = shape.filter((size) => typeof size !== 'number');
    if (named !== undefined && more.length === 0 && isPlainName(named)) {
      const rest = product / bindSize(named, sizes);
      if (length > 0 && length % rest === 0) assign(named.name, length / rest, specification);
    }
    throw complain(
      'E_FEED_LENGTH',
      entry,
      specification,
      `"${name}" has ${length} elements, ${printShape(shape.map((size) => bindSize(size, sizes)))} has ${product}`,
    );
  }
  if (others.length > 0 || !isPlainName(only)) {
    throw complain(
      'E_FEED_SIZES',
      entry,
      specification,
      `the sizes of "${name}" do not follow from ${length} elements`,
      `give it with its shape: { data: ${name}, shape: […] }`,
    );
  }
  if (product === 0 || length % product !== 0 || length === 0) {
    throw complain(
      'E_FEED_LENGTH',
      entry,
      specification,
      `"${name}" has ${length} elements, which is no multiple of ${product} above 0`,
    );
  }
  assign(only.name, length / product, specification);
}
