// What does not change in a loop is computed before it, outermost loops first.
import type { IndexExpression } from '../ir/index-expression.ts';
import { type Expression, type Local, local } from '../ir/scalar.ts';
import { changesIn, isInvariant } from './changes.ts';
import { expressionKey, mapIndexValues, mapOperands } from './expressions.ts';
import type { Statement } from './kernel.ts';
import { isWorthNaming, nameFor } from './readable.ts';
import { mapStatement } from './statements.ts';

/** Whether a statement, or one inside it, never runs. */
function hasEmptyLoop(statement: Statement): boolean {
  return [...changesIn([statement]).axes].some((axis) => axis.extent === 0);
}

/** Moves what does not change in a loop to before it, outermost loops first. */
export function hoist(statements: readonly Statement[]): readonly Statement[] {
  return statements.flatMap((statement): readonly Statement[] => {
    if (statement.kind !== 'loop' && statement.kind !== 'contraction') return [statement];
    // What an empty loop would read may not exist.
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
