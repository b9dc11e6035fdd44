// Walks over scalar expressions: substitution, structural keys, and what an expression depends on.
import { mapIndex, type Axis, type IndexExpression } from '../ir/index-expression.ts';
import { operandsOf, type BufferReference, type Expression, type Local } from '../ir/scalar.ts';

/** The same expression on other operands; run-time values inside indices count as operands. */
export function mapOperands(expression: Expression, map: (operand: Expression) => Expression): Expression {
  switch (expression.kind) {
    case 'literal':
    case 'local':
      return expression;
    case 'load':
    case 'index':
      return hasRunTimeValue(expression.index)
        ? { ...expression, index: mapIndexValues(expression.index, map) }
        : expression;
    case 'unary':
    case 'convert':
      return { ...expression, operand: map(expression.operand) };
    case 'binary':
    case 'compare':
      return { ...expression, left: map(expression.left), right: map(expression.right) };
    case 'select':
      return {
        ...expression,
        condition: map(expression.condition),
        then: map(expression.then),
        otherwise: map(expression.otherwise),
      };
    case 'call':
      return { ...expression, arguments: expression.arguments.map(map) };
  }
}

function hasRunTimeValue(index: IndexExpression): boolean {
  return index.terms.some(
    ({ atom }) => atom.kind === 'dynamic' || ('of' in atom && hasRunTimeValue(atom.of)),
  );
}

export function mapIndexValues(
  index: IndexExpression,
  map: (value: Expression) => Expression,
): IndexExpression {
  if (!hasRunTimeValue(index)) return index;
  return mapIndex(
    index,
    (axis) => ({ terms: [{ atom: { kind: 'axis', axis }, coefficient: 1 }], offset: 0 }),
    map,
  );
}

/** The run-time values inside an index. */
export function valuesIn(index: IndexExpression): readonly Expression[] {
  return index.terms.flatMap(({ atom }) => {
    if (atom.kind === 'dynamic') return [atom.value];
    return 'of' in atom ? valuesIn(atom.of) : [];
  });
}

/** Operands, and for loads and indices the run-time values in them. */
export function childrenOf(expression: Expression): readonly Expression[] {
  return expression.kind === 'load' || expression.kind === 'index'
    ? valuesIn(expression.index)
    : operandsOf(expression);
}

/** Calls `visit` for the expression and everything below it. */
export function visitExpression(expression: Expression, visit: (each: Expression) => void): void {
  visit(expression);
  for (const child of childrenOf(expression)) visitExpression(child, visit);
}

/** Number of operations, loads included. */
export function sizeOfExpression(expression: Expression): number {
  const own = expression.kind === 'literal' || expression.kind === 'local' ? 0 : 1;
  return childrenOf(expression).reduce((sum, child) => sum + sizeOfExpression(child), own);
}

/** About how many characters it takes to write the expression down; roundings count. */
export function lengthOfExpression(expression: Expression): number {
  const inside = childrenOf(expression).reduce((sum, child) => sum + lengthOfExpression(child), 0);
  switch (expression.kind) {
    case 'literal':
      return 6;
    case 'local':
      return expression.local.name.length;
    case 'load':
      return inside + expression.buffer.name.length + 6;
    case 'index':
      return inside + 6;
    case 'call':
      return inside + expression.function.name.length + 2 * expression.arguments.length;
    case 'unary':
    case 'binary':
    case 'compare':
    case 'select':
    case 'convert':
      return inside + (expression.type === 'f32' ? 11 : 4);
  }
}

export function substituteLocal(expression: Expression, from: Local, to: Expression): Expression {
  if (expression.kind === 'local') return expression.local === from ? to : expression;
  return mapOperands(expression, (operand) => substituteLocal(operand, from, to));
}

const numbers = new WeakMap<object, number>();
let next = 0;

/** A number that stands for an object's identity in keys. */
function numberOf(object: Axis | Local | BufferReference | object): number {
  const known = numbers.get(object);
  if (known !== undefined) return known;
  numbers.set(object, next);
  return next++;
}

// Expressions and indices never change, and passes ask for the keys of the same ones again and again.
const keysOfIndices = new WeakMap<IndexExpression, string>();
const keysOfExpressions = new WeakMap<Expression, string>();

function indexKey(index: IndexExpression): string {
  const known = keysOfIndices.get(index);
  if (known !== undefined) return known;
  const key = keyOfIndex(index);
  keysOfIndices.set(index, key);
  return key;
}

function keyOfIndex(index: IndexExpression): string {
  const terms = index.terms.map(({ atom, coefficient }) => {
    switch (atom.kind) {
      case 'axis':
        return `${coefficient}a${numberOf(atom.axis)}`;
      case 'dynamic':
        return `${coefficient}d(${expressionKey(atom.value)})`;
      case 'clamped':
        return `${coefficient}c(${indexKey(atom.of)},${atom.low},${atom.high})`;
      case 'quotient':
      case 'remainder':
        return `${coefficient}${atom.kind}(${indexKey(atom.of)},${atom.by})`;
    }
  });
  return [...terms.toSorted(), index.offset].join('+');
}

/** Equal texts for expressions that compute the same value at the same place. */
export function expressionKey(expression: Expression): string {
  const known = keysOfExpressions.get(expression);
  if (known !== undefined) return known;
  const key = keyOfExpression(expression);
  keysOfExpressions.set(expression, key);
  return key;
}

function keyOfExpression(expression: Expression): string {
  switch (expression.kind) {
    case 'literal':
      return `${expression.type}${Object.is(expression.value, -0) ? '-0' : expression.value}`;
    case 'local':
      return `l${numberOf(expression.local)}`;
    case 'load':
      return `b${numberOf(expression.buffer)}[${indexKey(expression.index)}]`;
    case 'index':
      return `i[${indexKey(expression.index)}]`;
    case 'unary':
      return `${expression.instruction}(${expressionKey(expression.operand)})`;
    case 'convert':
      return `${expression.type}(${expressionKey(expression.operand)})`;
    case 'binary':
    case 'compare':
      return `${expression.instruction}(${expressionKey(expression.left)},${expressionKey(expression.right)})`;
    case 'select':
      return `?(${childrenOf(expression).map(expressionKey).join()})`;
    case 'call':
      return `f${numberOf(expression.function)}(${expression.arguments.map(expressionKey).join()})`;
  }
}
