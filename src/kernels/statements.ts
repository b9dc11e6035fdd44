// Walks over kernel statements: rewriting their expressions and positions, and listing them.
import type { IndexExpression } from '../ir/index-expression.ts';
import type { Expression } from '../ir/scalar.ts';
import type { Statement } from './kernel.ts';

/** Rewrites every expression and index of a statement, nested statements included. */
export function mapStatement(
  statement: Statement,
  mapValue: (value: Expression) => Expression,
  mapPosition: (index: IndexExpression) => IndexExpression,
): Statement {
  const nested = (each: Statement): Statement => mapStatement(each, mapValue, mapPosition);
  switch (statement.kind) {
    case 'let':
      return { ...statement, value: mapValue(statement.value) };
    case 'store':
      return { ...statement, index: mapPosition(statement.index), value: mapValue(statement.value) };
    case 'scatter':
      return { ...statement, index: mapPosition(statement.index), value: mapValue(statement.value) };
    case 'loop':
      return {
        ...statement,
        body: statement.body.map(nested),
        reductions: statement.reductions.map((each) => ({
          ...each,
          contribution: mapValue(each.contribution),
        })),
        folds: statement.folds.map((each) => ({
          ...each,
          initial: mapValue(each.initial),
          next: mapValue(each.next),
        })),
      };
    case 'contraction':
      return {
        ...statement,
        left: mapValue(statement.left),
        right: mapValue(statement.right),
        initial: mapValue(statement.initial),
        epilogue: statement.epilogue.map(nested),
      };
  }
}

/** Every expression of a statement, nested statements included; run-time values in store positions too. */
export function expressionsIn(statement: Statement): readonly Expression[] {
  const found: Expression[] = [];
  mapStatement(
    statement,
    (value) => {
      found.push(value);
      return value;
    },
    (index) => {
      found.push({ kind: 'index', type: 'i32', index });
      return index;
    },
  );
  return found;
}
