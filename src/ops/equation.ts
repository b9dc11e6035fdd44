// The equations of `einsum`: subscripts of operands and of the result, with ellipses expanded to axes.
import type { ShapeError } from '../ir/errors.ts';
import type { Tensor } from '../ir/node.ts';
import { printShape, printSize, sizesEqual, type Size } from '../ir/size.ts';
import { shapeMismatch } from './mismatch.ts';

/** One axis of an equation: a letter, or `.0`, `.1`, … for axes of an ellipsis, counted from its end. */
export type Subscript = string;

/** An equation that was read with its operands: every axis has a subscript. */
export interface Equation {
  readonly terms: readonly (readonly Subscript[])[];
  readonly result: readonly Subscript[];
  /** The size of each subscript; axes of size 1 broadcast. */
  readonly sizes: ReadonlyMap<Subscript, Size>;
}

/**
 * Reads an equation.
 * @throws {ShapeError} `E_EQUATION` for what is no equation or has another number of operands or axes,
 * `E_SHAPE_MISMATCH` for sizes that do not fit
 */
export function readEquation(text: string, operands: readonly Tensor[]): Equation {
  const refuse = (problem: string, expectation: string, code = 'E_EQUATION'): ShapeError =>
    shapeMismatch({ code, operation: `einsum "${text}"`, problem, expectation, operands });
  const [left = '', right, ...more] = text.replaceAll(/\s/g, '').split('->');
  if (more.length > 0) throw refuse('the equation has two arrows', "takes one, as in 'ij,jk->ik'");
  const written = left.split(',').map((term) => subscriptsOf(term, refuse));
  if (written.length !== operands.length) {
    throw refuse(
      `${count(operands.length, 'operand')} for ${count(written.length, 'group')} of subscripts`,
      'takes a group of subscripts for every operand, separated by commas',
    );
  }
  const terms = operands.map((operand, position) =>
    expand(written[position] ?? [], operand.shape.length, () => {
      const named = (written[position] ?? []).filter((each) => each !== ellipsis).length;
      return refuse(
        `operand ${position + 1}, ${printShape(operand.shape)}, has ${count(operand.shape.length, 'axis')}, its subscripts name ${named}`,
        "takes a subscript for every axis, or '...' for the others",
      );
    }),
  );
  const sizes = sizesOf(terms, operands, (problem) =>
    refuse(problem, 'takes one size for a subscript, or 1', 'E_SHAPE_MISMATCH'),
  );
  const ellipsisAxes = [...sizes.keys()].filter(isOfEllipsis).length;
  const result =
    right === undefined
      ? implicitResult(terms, ellipsisAxes)
      : subscriptsOf(right, refuse).flatMap((each) =>
          each === ellipsis ? ellipsisOf(ellipsisAxes) : [each],
        );
  const unknown = result.find((each) => !sizes.has(each));
  if (unknown !== undefined) {
    throw refuse(`no operand has the subscript ${unknown} of the result`, 'takes subscripts of operands');
  }
  const twice = result.find((each, position) => result.indexOf(each) !== position);
  if (twice !== undefined) {
    throw refuse(`the result has the subscript ${twice} twice`, 'takes a subscript of the result once');
  }
  return { terms, result, sizes };
}

const ellipsis = '...';

function count(number: number, what: string): string {
  if (number === 1) return `1 ${what}`;
  return `${number} ${what === 'axis' ? 'axes' : `${what}s`}`;
}

function subscriptsOf(
  term: string,
  refuse: (problem: string, expectation: string) => ShapeError,
): readonly string[] {
  const subscripts = term.match(/\.\.\.|./g) ?? [];
  const stranger = subscripts.find((each) => each !== ellipsis && !/^[a-z]$/i.test(each));
  if (stranger !== undefined) throw refuse(`"${stranger}" is no subscript`, "takes letters and '...'");
  if (subscripts.filter((each) => each === ellipsis).length > 1) {
    throw refuse(`"${term}" has two ellipses`, 'takes one ellipsis an operand');
  }
  return subscripts;
}

/** Subscripts of the axes that an ellipsis stands for; the last of them is `.0`, so that they align at the end. */
function ellipsisOf(axes: number): readonly Subscript[] {
  return Array.from({ length: axes }, (_, position) => `.${axes - 1 - position}`);
}

function isOfEllipsis(subscript: Subscript): boolean {
  return subscript.startsWith('.');
}

/** A subscript for every axis. */
function expand(term: readonly string[], rank: number, refusal: () => ShapeError): readonly Subscript[] {
  const hasEllipsis = term.includes(ellipsis);
  const others = rank - term.length + (hasEllipsis ? 1 : 0);
  if (others < 0 || (!hasEllipsis && others > 0)) throw refusal();
  return term.flatMap((each) => (each === ellipsis ? ellipsisOf(others) : [each]));
}

function sizesOf(
  terms: readonly (readonly Subscript[])[],
  operands: readonly Tensor[],
  refusal: (problem: string) => ShapeError,
): ReadonlyMap<Subscript, Size> {
  const sizes = new Map<Subscript, Size>();
  const clash = (subscript: Subscript, one: Size, other: Size): ShapeError => {
    const name = isOfEllipsis(subscript)
      ? `axis ${-1 - Number(subscript.slice(1))} of the ellipsis`
      : subscript;
    return refusal(`${name} has the sizes ${printSize(one)} and ${printSize(other)}`);
  };
  terms.forEach((term, position) => {
    const own = new Map<Subscript, Size>();
    term.forEach((subscript, axis) => {
      const size = operands[position]?.shape[axis] ?? 1;
      const repeated = own.get(subscript);
      // A diagonal needs equal sizes; only different operands broadcast.
      if (repeated !== undefined && !sizesEqual(repeated, size)) throw clash(subscript, repeated, size);
      own.set(subscript, size);
    });
    for (const [subscript, size] of own) {
      const known = sizes.get(subscript) ?? 1;
      if (known === 1) sizes.set(subscript, size);
      else if (size !== 1 && !sizesEqual(known, size)) throw clash(subscript, known, size);
    }
  });
  return sizes;
}

/** Axes of the ellipsis, then the subscripts that occur once, in alphabetical order with capitals first. */
function implicitResult(
  terms: readonly (readonly Subscript[])[],
  ellipsisAxes: number,
): readonly Subscript[] {
  const all = terms.flat().filter((each) => !isOfEllipsis(each));
  const once = all.filter((each) => all.indexOf(each) === all.lastIndexOf(each));
  return [...ellipsisOf(ellipsisAxes), ...once.toSorted((a, b) => (a < b ? -1 : 1))];
}
