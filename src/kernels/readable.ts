// What makes printed kernels readable: names for values that nobody named, and lines that are not too long.
import { type Expression, type Local, local } from '../ir/scalar.ts';
import {
  childrenOf,
  lengthOfExpression,
  mapOperands,
  sizeOfExpression,
  visitExpression,
} from './expressions.ts';

// A value with one reader is written in place while the line stays readable.
export const readableLength = 96;

export function isWorthNaming(expression: Expression): boolean {
  if (expression.kind === 'literal' || expression.kind === 'local' || expression.kind === 'index')
    return false;
  let dependsOnData = false;
  visitExpression(expression, (each) => {
    dependsOnData ||= each.kind === 'load' || each.kind === 'local' || each.kind === 'index';
  });
  return dependsOnData;
}

/** What a value is called that the builder did not name. */
export function nameFor(expression: Expression): string {
  switch (expression.kind) {
    case 'load':
      return `${expression.buffer.name}Value`;
    case 'call':
      return `${expression.function.name}Value`;
    case 'compare':
      return 'condition';
    case 'binary':
      return expression.type === 'bool' ? 'condition' : (binaryNames[expression.instruction] ?? 'value');
    case 'select':
      return 'chosen';
    case 'convert':
      return 'converted';
    case 'unary':
      return expression.instruction === 'neg'
        ? 'negative'
        : expression.instruction === 'sqrt'
          ? 'root'
          : 'value';
    case 'literal':
    case 'local':
    case 'index':
      return 'value';
  }
}

const binaryNames: Readonly<Record<string, string>> = {
  add: 'total',
  sub: 'difference',
  mul: 'product',
  div: 'quotient',
  min: 'smaller',
  max: 'larger',
};

/** A value with a name, as a kernel or a scalar function binds it. */
export interface Binding {
  readonly local: Local;
  readonly value: Expression;
}

export function shorten(expression: Expression, bindings: Binding[]): Expression {
  if (lengthOfExpression(expression) <= readableLength) return expression;
  let short = mapOperands(expression, (operand) => shorten(operand, bindings));
  while (lengthOfExpression(short) > readableLength) {
    const parts = childrenOf(short).filter(isWorthNaming);
    const largest = parts.toSorted((a, b) => lengthOfExpression(b) - lengthOfExpression(a))[0];
    if (largest === undefined || sizeOfExpression(largest) < 2) return short;
    const part: Local = { name: nameFor(largest), type: largest.type };
    bindings.push({ local: part, value: largest });
    short = mapOperands(short, (operand) => (operand === largest ? local(part) : operand));
  }
  return short;
}
