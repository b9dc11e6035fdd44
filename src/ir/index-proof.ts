// Proofs about index expressions, for the plan checker: which elements an access touches, whether two accesses can
// meet, whether stores cover what is read. Affine reasoning where sizes are large, enumeration where it is cheap.
// Relies on ir only.
import { rangeOf, type Atom, type Axis, type IndexExpression, type Range } from './index-expression.ts';
import type { BufferReference, Expression, Local } from './scalar.ts';

/** An index and the loops that it stands in, outermost first. */
export interface Placed {
  readonly index: IndexExpression;
  readonly axes: readonly Axis[];
}

// Enumerations beyond this are not tried.
const enumerationLimit = 1 << 16;

function iterationsOf(axes: readonly Axis[]): number {
  return axes.reduce((product, axis) => product * axis.extent, 1);
}

/** Whether the loops around an access run at all. */
export function isReached({ axes }: Pick<Placed, 'axes'>): boolean {
  return iterationsOf(axes) > 0;
}

/** An index as a part that is affine in the common loops and a rest that does not depend on them, if it is so. */
interface Split {
  readonly common: ReadonlyMap<Axis, number>;
  readonly rest: IndexExpression;
}

function split(index: IndexExpression, common: readonly Axis[]): Split | undefined {
  const steps = new Map<Axis, number>();
  const rest: { readonly atom: Atom; readonly coefficient: number }[] = [];
  for (const { atom, coefficient } of index.terms) {
    if (atom.kind === 'axis' && common.includes(atom.axis)) {
      steps.set(atom.axis, (steps.get(atom.axis) ?? 0) + coefficient);
    } else if (atom.kind !== 'dynamic' && atom.kind !== 'axis' && mentions(atom.of, common)) {
      return undefined;
    } else {
      rest.push({ atom, coefficient });
    }
  }
  return { common: steps, rest: { terms: rest, offset: index.offset } };
}

function mentions(index: IndexExpression, axes: readonly Axis[]): boolean {
  return index.terms.some(({ atom }) => {
    if (atom.kind === 'axis') return axes.includes(atom.axis);
    return atom.kind !== 'dynamic' && mentions(atom.of, axes);
  });
}

function sameSteps(
  a: ReadonlyMap<Axis, number>,
  b: ReadonlyMap<Axis, number>,
  axes: readonly Axis[],
): boolean {
  return axes.every((axis) => axis.extent === 1 || (a.get(axis) ?? 0) === (b.get(axis) ?? 0));
}

/**
 * Whether different iterations of the loops reach different elements, when each iteration stays within `span` of
 * its base: every step has to be larger than what all smaller steps together reach.
 */
function stepsApart(steps: ReadonlyMap<Axis, number>, axes: readonly Axis[], span: number): boolean {
  const sizes = axes
    .filter((axis) => axis.extent > 1)
    .map((axis) => ({ step: Math.abs(steps.get(axis) ?? 0), extent: axis.extent }))
    .toSorted((a, b) => a.step - b.step);
  let reach = span;
  return sizes.every(({ step, extent }) => {
    const isApart = step > reach;
    reach += step * (extent - 1);
    return isApart;
  });
}

/** Whether every iteration of an access reaches an element of its own. */
export function isInjective({ index, axes }: Placed): boolean {
  const parts = split(index, axes);
  if (parts !== undefined && parts.rest.terms.length === 0 && stepsApart(parts.common, axes, 0)) return true;
  const elements = enumerate({ index, axes }, axes);
  if (elements === undefined) return false;
  const seen = new Set<number>();
  return elements.every(({ low, high }) => {
    const isNew = low === high && !seen.has(low);
    seen.add(low);
    return isNew;
  });
}

/** Whether what one iteration of the common loops reads is never what another iteration writes. */
export function areSeparated(read: Placed, written: Placed, common: readonly Axis[]): boolean {
  if (common.every((axis) => axis.extent <= 1)) return true;
  const [a, b] = [split(read.index, common), split(written.index, common)];
  if (a !== undefined && b !== undefined && sameSteps(a.common, b.common, common)) {
    const [one, other] = [rangeOf(a.rest), rangeOf(b.rest)];
    const span = Math.max(one.high, other.high) - Math.min(one.low, other.low);
    if (stepsApart(a.common, common, span)) return true;
  }
  const reads = enumerate(read, common);
  const writes = enumerate(written, common);
  if (reads === undefined || writes === undefined) return false;
  const writers = new Map<number, Set<number>>();
  for (const { low, high, iteration } of writes) {
    for (let element = low; element <= high; element++) {
      writers.set(element, (writers.get(element) ?? new Set()).add(iteration));
    }
  }
  return reads.every(({ low, high, iteration }) => {
    for (let element = low; element <= high; element++) {
      const others = writers.get(element);
      if (others !== undefined && (others.size > 1 || !others.has(iteration))) return false;
    }
    return true;
  });
}

/** Whether, in every iteration of the common loops, all that is read was written by a loop before in that iteration. */
export function covers(written: Placed, read: Placed, common: readonly Axis[]): boolean {
  const [a, b] = [split(written.index, common), split(read.index, common)];
  if (a !== undefined && b !== undefined && sameSteps(a.common, b.common, common)) {
    const own = written.axes.filter((axis) => !common.includes(axis));
    const image = contiguous(a.rest, own);
    const wanted = rangeOf(b.rest);
    if (image !== undefined && image.low <= wanted.low && wanted.high <= image.high) return true;
    if (contains(a.rest, b.rest)) return true;
  }
  const writes = enumerate(written, common);
  const reads = enumerate(read, common);
  if (writes === undefined || reads === undefined) return false;
  const elements = new Set(
    writes.flatMap(({ low, high, iteration }) => (low === high ? [`${iteration} ${low}`] : [])),
  );
  return reads.every(({ low, high, iteration }) => {
    for (let element = low; element <= high; element++) {
      if (!elements.has(`${iteration} ${element}`)) return false;
    }
    return true;
  });
}

/**
 * Whether all that one index reaches is reached by another, with holes between: where each loop of the one has a loop of
 * the other beside it that takes the same steps, and no fewer of them.
 */
function contains(outer: IndexExpression, inner: IndexExpression): boolean {
  const [whole, part] = [stridesOf(outer), stridesOf(inner)];
  if (whole === undefined || part === undefined || outer.offset !== inner.offset) return false;
  return [...part].every(([step, extent]) => (whole.get(step) ?? 1) >= extent);
}

/** Extents by the step that is taken, of an index that is affine in axes whose steps all differ. */
function stridesOf({ terms }: IndexExpression): ReadonlyMap<number, number> | undefined {
  const extents = new Map<number, number>();
  for (const { atom, coefficient } of terms) {
    if (atom.kind !== 'axis' || extents.has(coefficient)) return undefined;
    extents.set(coefficient, atom.axis.extent);
  }
  return extents;
}

/** The elements that an access reaches, as one range without holes, if they are that. */
function contiguous(index: IndexExpression, axes: readonly Axis[]): Range | undefined {
  const parts = split(index, axes);
  if (parts === undefined || parts.rest.terms.length > 0) return undefined;
  const steps = [...parts.common]
    .filter(([axis]) => axis.extent > 1)
    .toSorted(([, a], [, b]) => Math.abs(a) - Math.abs(b));
  let reached = 1;
  for (const [axis, step] of steps) {
    // Each step may be at most as long as the stretch that smaller steps fill.
    if (Math.abs(step) > reached) return undefined;
    reached += Math.abs(step) * (axis.extent - 1);
  }
  return rangeOf(index);
}

/** Marks the elements that a store surely writes; false when that cannot be said. */
export function mark(stored: Placed, elements: Uint8Array): boolean {
  const range = contiguous(stored.index, stored.axes);
  if (range !== undefined) {
    elements.fill(1, Math.max(0, range.low), range.high + 1);
    return true;
  }
  const reached = enumerate(stored, []);
  for (const { low, high } of reached ?? []) if (low === high) elements[low] = 1;
  return reached !== undefined;
}

/** Whether all elements that an access may touch are marked. */
export function isMarked(read: Placed, elements: Uint8Array): boolean {
  const { low, high } = rangeOf(read.index);
  if (isFilled(elements, low, high)) return true;
  const reached = enumerate(read, []);
  return reached !== undefined && reached.every((each) => isFilled(elements, each.low, each.high));
}

function isFilled(elements: Uint8Array, low: number, high: number): boolean {
  for (let element = low; element <= high; element++) if (elements[element] !== 1) return false;
  return true;
}

/** Whether an access stays inside `length` elements. */
export function staysInside(access: Placed, length: number): boolean {
  const { low, high } = rangeOf(access.index);
  if (low >= 0 && high < length) return true;
  const reached = enumerate(access, []);
  return reached !== undefined && reached.every((each) => each.low >= 0 && each.high < length);
}

interface Reached extends Range {
  /** Number of the iteration of the common loops. */
  readonly iteration: number;
}

/** What every iteration reaches, run-time values by their range; undefined when there are too many iterations. */
function enumerate({ index, axes }: Placed, common: readonly Axis[]): readonly Reached[] | undefined {
  if (iterationsOf(axes) > enumerationLimit) return undefined;
  const reached: Reached[] = [];
  const values = new Map<Axis, number>();
  const visit = (position: number): void => {
    const axis = axes[position];
    if (axis === undefined) {
      const iteration = common.reduce((sum, each) => sum * each.extent + (values.get(each) ?? 0), 0);
      reached.push({ ...rangeAt(index, values), iteration });
      return;
    }
    for (let value = 0; value < axis.extent; value++) {
      values.set(axis, value);
      visit(position + 1);
    }
  };
  visit(0);
  return reached;
}

function rangeAt(index: IndexExpression, values: ReadonlyMap<Axis, number>): Range {
  let { offset: low, offset: high } = index;
  for (const { atom, coefficient } of index.terms) {
    const range = atomAt(atom, values);
    low += coefficient * (coefficient > 0 ? range.low : range.high);
    high += coefficient * (coefficient > 0 ? range.high : range.low);
  }
  return { low, high };
}

function atomAt(atom: Atom, values: ReadonlyMap<Axis, number>): Range {
  switch (atom.kind) {
    case 'axis': {
      const value = values.get(atom.axis);
      return value === undefined ? { low: 0, high: atom.axis.extent - 1 } : { low: value, high: value };
    }
    case 'dynamic':
      return atom;
    case 'clamped': {
      const { low, high } = rangeAt(atom.of, values);
      const clamp = (value: number): number => Math.min(Math.max(value, atom.low), atom.high);
      return { low: clamp(low), high: clamp(high) };
    }
    case 'quotient': {
      const { low, high } = rangeAt(atom.of, values);
      return { low: Math.floor(low / atom.by), high: Math.floor(high / atom.by) };
    }
    case 'remainder': {
      const { low, high } = rangeAt(atom.of, values);
      const wrap = (value: number): number => value - atom.by * Math.floor(value / atom.by);
      const isOneTurn = Math.floor(low / atom.by) === Math.floor(high / atom.by);
      return isOneTurn ? { low: wrap(low), high: wrap(high) } : { low: 0, high: atom.by - 1 };
    }
  }
}

const anyInteger: Range = { low: -(2 ** 31), high: 2 ** 31 - 1 };

/** The range of an i32 expression as far as its own text proves it. */
export function provenRange(
  expression: Expression,
  rangeOfBuffer: (buffer: BufferReference) => Range | undefined,
  valueOf: (local: Local) => Expression | undefined,
): Range {
  const of = (each: Expression): Range => provenRange(each, rangeOfBuffer, valueOf);
  switch (expression.kind) {
    case 'literal':
      return { low: expression.value, high: expression.value };
    case 'index':
      return rangeOf(expression.index);
    case 'load':
      return rangeOfBuffer(expression.buffer) ?? anyInteger;
    case 'local': {
      const value = valueOf(expression.local);
      return value === undefined ? anyInteger : of(value);
    }
    case 'select': {
      const [then, otherwise] = [of(expression.then), of(expression.otherwise)];
      return { low: Math.min(then.low, otherwise.low), high: Math.max(then.high, otherwise.high) };
    }
    case 'binary': {
      const extreme = { min: Math.min, max: Math.max }[expression.instruction === 'min' ? 'min' : 'max'];
      if (expression.instruction !== 'min' && expression.instruction !== 'max') return anyInteger;
      const [left, right] = [of(expression.left), of(expression.right)];
      return { low: extreme(left.low, right.low), high: extreme(left.high, right.high) };
    }
    case 'unary':
    case 'compare':
    case 'convert':
    case 'call':
      return anyInteger;
  }
}
