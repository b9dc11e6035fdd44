// What does not change in a loop is computed before it, outermost loops first.
import type { IndexExpression } from '../ir/index-expression.ts';
import { type Expression, type Local, local } from '../ir/scalar.ts';
import { changesIn, isInvariant } from './changes.ts';
import { expressionKey, mapIndexValues, mapOperands } from './expressions.ts';
import type { Statement } from './kernel.ts';
import { isWorthNaming, nameFor } from './readable.ts';
import { mapStatement } from './statements.ts';

/** Moves what does not change in a loop to before it, outermost loops first. */
export function hoist(statements: readonly Statement[]): readonly Statement[] {
  return statements.flatMap((statement): readonly Statement[] => {
    if (statement.kind !== 'loop' && statement.kind !== 'contraction') return [statement];
    if (hasEmptyLoop(statement)) return [statement];
    const changes = changesIn([statement]);
    const lets = new Map<string, { local: Local; value: Expression }>();
    const replace = (expression: Expression): Expression => {
      if (!isWorthNaming(expression) || !isInvariant(expression, changes)) {
        return mapOperands(expression, replace);
      }
      const key = expressionKey(expression);
      const known = lets.get(key) ?? {
        local: { name: nameFor(expression), type: expression.type },
        value: expression,
      };
      lets.set(key, known);
      return local(known.local);
    };
    const position = (index: IndexExpression): IndexExpression => mapIndexValues(index, replace);
    const slim = mapStatement(statement, replace, position);
    const hoisted = [...lets.values()].map((each): Statement => ({ kind: 'let', ...each }));
    if (slim.kind === 'loop') return [...hoisted, { ...slim, body: hoist(slim.body) }];
    return [...hoisted, slim];
  });
}

/** Whether a loop somewhere inside never runs: what it would load need not exist, so nothing may be moved out of it. */
function hasEmptyLoop(statement: Statement): boolean {
  if (statement.kind === 'loop') return statement.axis.extent === 0 || statement.body.some(hasEmptyLoop);
  if (statement.kind !== 'contraction') return false;
  const { rows, columns, contracted, epilogue } = statement;
  return (
    [...rows, ...columns, ...contracted].some(({ extent }) => extent === 0) || epilogue.some(hasEmptyLoop)
  );
}
