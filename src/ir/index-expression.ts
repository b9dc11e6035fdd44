// Integer arithmetic on loop indices: what movement ops (reshape, transpose, slice, gather) become inside a kernel.
// Expressions are kept in one normal form, a sum of coefficient · atom plus an offset, and simplified with the
// ranges of their atoms, so that `(3·row + column) / 3` is `row` and generated code shows plain strides.
import { InternalError } from './errors.ts';
import type { Expression } from './scalar.ts';

/** A loop variable that runs from 0 to `extent - 1`. Identity is the object; the name is for readers. */
export interface Axis {
  readonly name: string;
  readonly extent: number;
}

export type Atom =
  | { readonly kind: 'axis'; readonly axis: Axis }
  | { readonly kind: 'quotient'; readonly of: IndexExpression; readonly by: number }
  | { readonly kind: 'remainder'; readonly of: IndexExpression; readonly by: number }
  | { readonly kind: 'clamped'; readonly of: IndexExpression; readonly low: number; readonly high: number }
  /** A value computed at run time whose range is known: `constrained` inputs, or `clamped` around it. */
  | { readonly kind: 'dynamic'; readonly value: Expression; readonly low: number; readonly high: number };

export interface IndexTerm {
  readonly atom: Atom;
  readonly coefficient: number;
}

export interface IndexExpression {
  readonly terms: readonly IndexTerm[];
  readonly offset: number;
}

export interface Range {
  readonly low: number;
  readonly high: number;
}

export function constantIndex(offset: number): IndexExpression {
  return { terms: [], offset };
}

export function axisIndex(axis: Axis): IndexExpression {
  return axis.extent === 1 ? constantIndex(0) : fromAtom({ kind: 'axis', axis });
}

/** An index computed from data; the caller knows that its value lies in `low … high`. */
export function dynamicIndex(value: Expression, low: number, high: number): IndexExpression {
  return fromAtom({ kind: 'dynamic', value, low, high });
}

function fromAtom(atom: Atom): IndexExpression {
  return { terms: [{ atom, coefficient: 1 }], offset: 0 };
}

export function addIndex(...parts: readonly IndexExpression[]): IndexExpression {
  const terms: IndexTerm[] = [];
  let offset = 0;
  for (const part of parts) {
    offset += part.offset;
    for (const term of part.terms) {
      const position = terms.findIndex((known) => atomsEqual(known.atom, term.atom));
      const known = terms[position];
      if (known === undefined) terms.push(term);
      else terms[position] = { atom: term.atom, coefficient: known.coefficient + term.coefficient };
    }
  }
  return { terms: terms.filter((term) => term.coefficient !== 0), offset };
}

export function scaleIndex(index: IndexExpression, factor: number): IndexExpression {
  if (factor === 0) return constantIndex(0);
  return {
    terms: index.terms.map(({ atom, coefficient }) => ({ atom, coefficient: coefficient * factor })),
    // Not -0, which generated code would show.
    offset: index.offset * factor + 0,
  };
}

/** Sum of index · stride over the axes of a row-major array. */
export function flatIndex(index: readonly IndexExpression[], strides: readonly number[]): IndexExpression {
  return addIndex(...index.map((each, axis) => scaleIndex(each, strides[axis] ?? 0)));
}

export function rangeOf(index: IndexExpression): Range {
  let low = index.offset;
  let high = index.offset;
  for (const { atom, coefficient } of index.terms) {
    const range = atomRange(atom);
    low += coefficient * (coefficient > 0 ? range.low : range.high);
    high += coefficient * (coefficient > 0 ? range.high : range.low);
  }
  return { low, high };
}

function atomRange(atom: Atom): Range {
  switch (atom.kind) {
    case 'axis':
      return { low: 0, high: Math.max(0, atom.axis.extent - 1) };
    case 'quotient': {
      const { low, high } = rangeOf(atom.of);
      return { low: Math.floor(low / atom.by), high: Math.floor(high / atom.by) };
    }
    case 'remainder':
      return { low: 0, high: atom.by - 1 };
    case 'clamped':
    case 'dynamic':
      return { low: atom.low, high: atom.high };
  }
}

function within(index: IndexExpression, low: number, high: number): boolean {
  const range = rangeOf(index);
  return range.low >= low && range.high <= high;
}

/** `min(max(index, low), high)`, or the index itself where its range already fits. */
export function clampIndex(index: IndexExpression, low: number, high: number): IndexExpression {
  return within(index, low, high) ? index : fromAtom({ kind: 'clamped', of: index, low, high });
}

/** An index split by a divisor: multiples of it, a common factor of the rest, and what stays below that factor. */
interface Split {
  /** Divided by the divisor already. */
  readonly multiples: IndexExpression;
  /** Divided by `factor` already; `rest = factor · scaled + small` with `0 ≤ small < factor`. */
  readonly scaled: IndexExpression;
  readonly factor: number;
  readonly small: IndexExpression;
}

function splitBy(index: IndexExpression, by: number): Split {
  const isMultiple = (term: IndexTerm): boolean => term.coefficient % by === 0;
  const offsetMultiple = Math.floor(index.offset / by);
  const multiples = scaleDown({ terms: index.terms.filter(isMultiple), offset: offsetMultiple * by }, by);
  const rest = {
    terms: index.terms.filter((term) => !isMultiple(term)),
    offset: index.offset - offsetMultiple * by,
  };
  // The largest factor of the divisor that divides some of the terms while the other terms stay below it.
  const factors = rest.terms.map((term) => greatestCommonDivisor(Math.abs(term.coefficient), by));
  for (const factor of [by, ...factors].sort((a, b) => b - a)) {
    const scaledOffset = Math.floor(rest.offset / factor) * factor;
    const scaled = {
      terms: rest.terms.filter((term) => term.coefficient % factor === 0),
      offset: scaledOffset,
    };
    const small = {
      terms: rest.terms.filter((term) => term.coefficient % factor !== 0),
      offset: rest.offset - scaledOffset,
    };
    if (within(small, 0, factor - 1)) return { multiples, scaled: scaleDown(scaled, factor), factor, small };
  }
  return { multiples, scaled: rest, factor: 1, small: constantIndex(0) };
}

function scaleDown(index: IndexExpression, by: number): IndexExpression {
  return {
    terms: index.terms.map(({ atom, coefficient }) => ({ atom, coefficient: coefficient / by })),
    offset: index.offset / by,
  };
}

/** `floor(index / by)`. */
export function quotientIndex(index: IndexExpression, by: number): IndexExpression {
  if (by <= 0) throw new InternalError('E_INDEX', `an index cannot be divided by ${by}`);
  if (by === 1) return index;
  const { multiples, scaled, factor } = splitBy(index, by);
  const rest = by / factor;
  if (within(scaled, 0, rest - 1)) return multiples;
  return addIndex(
    multiples,
    scaled.terms.length === 0
      ? constantIndex(Math.floor(scaled.offset / rest))
      : fromAtom({ kind: 'quotient', of: scaled, by: rest }),
  );
}

/** `index - by · floor(index / by)`. */
export function remainderIndex(index: IndexExpression, by: number): IndexExpression {
  if (by <= 0) throw new InternalError('E_INDEX', `an index cannot be divided by ${by}`);
  if (by === 1) return constantIndex(0);
  const { scaled, factor, small } = splitBy(index, by);
  const rest = by / factor;
  const wrapped = within(scaled, 0, rest - 1)
    ? scaled
    : scaled.terms.length === 0
      ? constantIndex(((scaled.offset % rest) + rest) % rest)
      : fromAtom({ kind: 'remainder', of: scaled, by: rest });
  return addIndex(scaleIndex(wrapped, factor), small);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** The indices, axis by axis, of position `flat` in a row-major array of `shape`. */
export function unflattenIndex(flat: IndexExpression, shape: readonly number[]): readonly IndexExpression[] {
  const result: IndexExpression[] = [];
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis] ?? 1;
    const above = quotientIndex(flat, stride);
    result.unshift(axis === 0 ? above : size === 0 ? constantIndex(0) : remainderIndex(above, size));
    stride *= Math.max(size, 1);
  }
  return result;
}

export function indicesEqual(a: IndexExpression, b: IndexExpression): boolean {
  if (a.offset !== b.offset || a.terms.length !== b.terms.length) return false;
  return a.terms.every((term) =>
    b.terms.some((other) => other.coefficient === term.coefficient && atomsEqual(other.atom, term.atom)),
  );
}

function atomsEqual(a: Atom, b: Atom): boolean {
  if (a.kind === 'axis') return b.kind === 'axis' && a.axis === b.axis;
  if (a.kind === 'dynamic') return b.kind === 'dynamic' && a.value === b.value;
  if (a.kind === 'clamped') {
    return b.kind === 'clamped' && a.low === b.low && a.high === b.high && indicesEqual(a.of, b.of);
  }
  return b.kind === a.kind && a.by === b.by && indicesEqual(a.of, b.of);
}

/** The loop variables that an index depends on, those inside run-time values not included. */
export function axesIn(index: IndexExpression): readonly Axis[] {
  return index.terms.flatMap(({ atom }) => {
    if (atom.kind === 'axis') return [atom.axis];
    return atom.kind === 'dynamic' ? [] : axesIn(atom.of);
  });
}

/** Rewrites every loop variable and every run-time value of an index, and simplifies again. */
export function mapIndex(
  index: IndexExpression,
  mapAxis: (axis: Axis) => IndexExpression,
  mapValue: (value: Expression) => Expression,
): IndexExpression {
  const parts = index.terms.map(({ atom, coefficient }) =>
    scaleIndex(mapAtom(atom, mapAxis, mapValue), coefficient),
  );
  return addIndex(constantIndex(index.offset), ...parts);
}

function mapAtom(
  atom: Atom,
  mapAxis: (axis: Axis) => IndexExpression,
  mapValue: (value: Expression) => Expression,
): IndexExpression {
  switch (atom.kind) {
    case 'axis':
      return mapAxis(atom.axis);
    case 'dynamic':
      return dynamicIndex(mapValue(atom.value), atom.low, atom.high);
    case 'clamped':
      return clampIndex(mapIndex(atom.of, mapAxis, mapValue), atom.low, atom.high);
    case 'quotient':
      return quotientIndex(mapIndex(atom.of, mapAxis, mapValue), atom.by);
    case 'remainder':
      return remainderIndex(mapIndex(atom.of, mapAxis, mapValue), atom.by);
  }
}
