// Sizes of axes: literal numbers, named dimensions, and what arithmetic makes of them. A computed size such as
// `2·batch + 1` is a polynomial with integer coefficients in canonical form, so that equality is a string compare.
import { DeclarationError, ShapeError } from './errors.ts';

/** A size that is known by name at declaration and by number when a program is specialised. */
export interface Dim<Name extends string = string> {
  readonly kind: 'dim';
  /** The declared name, or the canonical text of the polynomial for a computed size. */
  readonly name: Name;
  readonly terms: readonly Term[];
}

/** `coefficient · factors[0] · factors[1] · …`; an empty factor list is the constant term. */
interface Term {
  readonly coefficient: number;
  readonly factors: readonly string[];
}

/** The size of an axis: a number, or a named dimension whose number is known when data are fed. */
export type Size = number | Dim;
/** The sizes of all axes. */
export type Shape = readonly Size[];
/** Numbers for the named dimensions, by name. */
export type Sizes = Readonly<Record<string, number>>;

/**
 * Declares a named dimension, for example `dim('batch')`. Two dimensions of one name are the same dimension.
 * @throws {DeclarationError} `E_DIM_NAME` when the name is not an identifier.
 */
export function dim<const Name extends string>(name: Name): Dim<Name> {
  // Plain JavaScript may pass what is no text.
  const given: unknown = name;
  if (typeof given !== 'string' || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(given)) {
    throw new DeclarationError(
      'E_DIM_NAME',
      `dim: "${String(given)}" is not an identifier; try a name such as "batch"`,
    );
  }
  return frozenDim(name, [{ coefficient: 1, factors: [name] }]);
}

function frozenDim<Name extends string>(name: Name, terms: readonly Term[]): Dim<Name> {
  const frozen = terms.map(({ coefficient, factors }) =>
    Object.freeze({ coefficient, factors: Object.freeze([...factors]) }),
  );
  return Object.freeze({ kind: 'dim', name, terms: Object.freeze(frozen) });
}

function termsOf(size: Size): readonly Term[] {
  if (typeof size !== 'number') return size.terms;
  return size === 0 ? [] : [{ coefficient: size, factors: [] }];
}

function printTerm({ coefficient, factors }: Term): string {
  if (factors.length === 0) return String(coefficient);
  return coefficient === 1 ? factors.join('·') : [coefficient, ...factors].join('·');
}

/** Collects like terms and returns a number again where no name is left. */
function normalise(terms: readonly Term[]): Size {
  const collected = new Map<string, Term>();
  for (const term of terms) {
    const factors = [...term.factors].sort();
    const key = factors.join('·');
    const coefficient = (collected.get(key)?.coefficient ?? 0) + term.coefficient;
    collected.set(key, { coefficient, factors });
  }
  const kept = [...collected.values()]
    .filter((term) => term.coefficient !== 0)
    .sort((a, b) => b.factors.length - a.factors.length || (a.factors.join() < b.factors.join() ? -1 : 1));
  const [first] = kept;
  if (first === undefined) return 0;
  if (kept.length === 1 && first.factors.length === 0) return first.coefficient;
  return frozenDim(kept.map(printTerm).join(' + ').replaceAll(' + -', ' - '), kept);
}

export function addSizes(a: Size, b: Size): Size {
  return typeof a === 'number' && typeof b === 'number' ? a + b : normalise([...termsOf(a), ...termsOf(b)]);
}

/** `a - b`; a size that turns out negative is refused where it is bound. */
export function subtractSizes(a: Size, b: Size): Size {
  return addSizes(a, multiplySizes(b, -1));
}

export function multiplySizes(a: Size, b: Size): Size {
  if (typeof a === 'number' && typeof b === 'number') return a * b;
  return normalise(
    termsOf(a).flatMap((left) =>
      termsOf(b).map((right) => ({
        coefficient: left.coefficient * right.coefficient,
        factors: [...left.factors, ...right.factors],
      })),
    ),
  );
}

/** Exact quotient of sizes, or undefined where the divisor does not divide (for `-1` in reshape). */
export function divideSizes(dividend: Size, divisor: Size): Size | undefined {
  if (typeof dividend === 'number' && typeof divisor === 'number') {
    return divisor !== 0 && dividend % divisor === 0 ? dividend / divisor : undefined;
  }
  const [by, ...others] = termsOf(divisor);
  if (by === undefined || others.length > 0) return sizesEqual(dividend, divisor) ? 1 : undefined;
  const quotient: Term[] = [];
  for (const term of termsOf(dividend)) {
    if (term.coefficient % by.coefficient !== 0) return undefined;
    const factors = [...term.factors];
    for (const factor of by.factors) {
      const position = factors.indexOf(factor);
      if (position < 0) return undefined;
      factors.splice(position, 1);
    }
    quotient.push({ coefficient: term.coefficient / by.coefficient, factors });
  }
  return normalise(quotient);
}

export function sizesEqual(a: Size, b: Size): boolean {
  return typeof a === 'number' || typeof b === 'number' ? a === b : a.name === b.name;
}

export function shapesEqual(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => sizesEqual(size, b[axis] ?? -1));
}

/** Number of elements of a shape, possibly a named or computed size. */
export function elementCount(shape: Shape): Size {
  return shape.reduce<Size>(multiplySizes, 1);
}

/** Number of elements of a shape whose sizes are all numbers. */
export function concreteCount(shape: Shape): number {
  return concreteShape(shape).reduce((product, size) => product * size, 1);
}

/** The shape as numbers. @throws {ShapeError} `E_UNBOUND_DIM` when a named dimension is left. */
export function concreteShape(shape: Shape): readonly number[] {
  return shape.map((size) => {
    if (typeof size === 'number') return size;
    throw new ShapeError('E_UNBOUND_DIM', `dimension "${size.name}" has no size yet`);
  });
}

/** Replaces the named dimensions by numbers. @throws {ShapeError} `E_UNBOUND_DIM` when a name has no number. */
export function bindSize(size: Size, sizes: Sizes): number {
  if (typeof size === 'number') return size;
  return size.terms.reduce(
    (sum, term) =>
      sum +
      term.factors.reduce((product, name) => {
        const value = sizes[name];
        if (value === undefined) throw new ShapeError('E_UNBOUND_DIM', `dimension "${name}" has no size`);
        return product * value;
      }, term.coefficient),
    0,
  );
}

/** The names that a size mentions. */
export function namesIn(size: Size): readonly string[] {
  return typeof size === 'number' ? [] : [...new Set(size.terms.flatMap((term) => term.factors))];
}

export function printSize(size: Size): string {
  return typeof size === 'number' ? String(size) : size.name;
}

/** `[batch, 128]`, as in every message and diagram. */
export function printShape(shape: Shape): string {
  return `[${shape.map(printSize).join(', ')}]`;
}
