// Comparing what was computed with the references of a case, and saying where they differ first.
import type { NumericTensor } from 'tapeless';
import { toDoubles, type CorpusFloats, type CorpusResult } from './corpus.ts';

/** How far a float may be from its reference: relative to the largest magnitude there, and absolute. */
export interface Tolerance {
  readonly relative: number;
  readonly absolute: number;
}

/** Every element has to be the reference. */
export const equalBits: Tolerance = { relative: 0, absolute: 0 };

/** Numbers that are right: an element may be near any of the references. */
export type References = readonly ArrayLike<number>[];

/** The references of floats: PyTorch's double precision, in single precision where we are, and its single precision. */
export function referencesOf({ d64, d32 }: CorpusFloats, isDouble: boolean): References {
  const double = toDoubles(d64);
  if (isDouble) return [double];
  const single = Float32Array.from(double);
  return d32 === undefined ? [single] : [single, Float32Array.from(d32, Number)];
}

/** What differs between a result of a case and what was found in its place; nothing if all is well. */
export function differences(
  what: string,
  found: NumericTensor | undefined,
  expected: CorpusResult,
  tolerance: Tolerance,
  isDouble: boolean,
): readonly string[] {
  if (found === undefined) return [`${what} is missing`];
  if (found.shape.join() !== expected.s.join()) {
    return [`${what} has shape [${found.shape.join(', ')}], expected [${expected.s.join(', ')}]`];
  }
  const type = elementType(found);
  if (type !== expected.t) return [`${what} is of ${typeNames[type]}, expected ${typeNames[expected.t]}`];
  const references =
    expected.d64 === undefined
      ? [toDoubles(expected.d ?? [])]
      : referencesOf({ ...expected, d64: expected.d64 }, isDouble);
  const exact = expected.t === 'f' ? tolerance : equalBits;
  return labelled(what, firstDifference(found, references, exact));
}

const typeNames = { f: 'floats', i: 'integers', b: 'booleans' } as const;

function elementType({ data }: NumericTensor): CorpusResult['t'] {
  if (data instanceof Int32Array) return 'i';
  return data instanceof Uint8Array ? 'b' : 'f';
}

export function labelled(what: string, difference: string | undefined): readonly string[] {
  return difference === undefined ? [] : [`${what}: ${difference}`];
}

/**
 * The first element that is near none of the references, with the tolerance and the shape; undefined if all are. NaN
 * equals NaN, infinities are equal by sign, -0 equals 0.
 */
export function firstDifference(
  { data, shape }: Pick<NumericTensor, 'shape'> & { readonly data: ArrayLike<number> },
  references: References,
  { relative, absolute }: Tolerance,
): string | undefined {
  const [first = []] = references;
  if (data.length !== first.length) return `${data.length} elements, expected ${first.length}`;
  const bounds = references.map((reference) => absolute + relative * largestMagnitude(reference));
  const isNear = (actual: number, wanted: number, bound: number): boolean =>
    actual === wanted ||
    (Number.isNaN(actual) && Number.isNaN(wanted)) ||
    // The difference of equal infinities is NaN, that of an infinity and a number is no smaller than any bound.
    Math.abs(actual - wanted) <= bound;
  for (let position = 0; position < first.length; position++) {
    const actual = data[position] ?? Number.NaN;
    const isRight = references.some((reference, at) =>
      isNear(actual, reference[position] ?? Number.NaN, bounds[at] ?? 0),
    );
    if (isRight) continue;
    const place = shape.length === 0 ? 'the value' : `element [${indexOf(position, shape).join(', ')}]`;
    const within = bounds[0] === 0 ? 'exactly' : `within ${(bounds[0] ?? 0).toPrecision(2)}`;
    const wanted = references.map((reference) => String(reference[position])).join(' or ');
    return `${place} of shape [${shape.join(', ')}] is ${actual}, expected ${wanted} ${within}`;
  }
  return undefined;
}

function largestMagnitude(numbers: ArrayLike<number>): number {
  let largest = 0;
  for (let position = 0; position < numbers.length; position++) {
    const magnitude = Math.abs(numbers[position] ?? 0);
    if (Number.isFinite(magnitude) && magnitude > largest) largest = magnitude;
  }
  return largest;
}

function indexOf(position: number, shape: readonly number[]): readonly number[] {
  const index: number[] = [];
  let rest = position;
  for (const size of shape.toReversed()) {
    index.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return index;
}
