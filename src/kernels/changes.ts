// What running statements changes, and which expressions are not touched by it.
import { type Axis, axisIndex, type IndexExpression, mapIndex } from '../ir/index-expression.ts';
import type { Expression, Local } from '../ir/scalar.ts';
import { childrenOf } from './expressions.ts';
import type { Buffer, Statement } from './kernel.ts';

/** What changes while a statement runs: its loop variables, the locals it sets, the buffers it writes. */
export interface Changes {
  readonly axes: ReadonlySet<Axis>;
  readonly locals: ReadonlySet<Local>;
  readonly buffers: ReadonlySet<Buffer>;
}

export function changesIn(statements: readonly Statement[]): Changes {
  const axes = new Set<Axis>();
  const locals = new Set<Local>();
  const buffers = new Set<Buffer>();
  const visit = (statement: Statement): void => {
    switch (statement.kind) {
      case 'let':
        locals.add(statement.local);
        return;
      case 'store':
        buffers.add(statement.buffer);
        return;
      case 'scatter':
        buffers.add(statement.target);
        for (const axis of statement.axes) axes.add(axis);
        return;
      case 'loop':
        axes.add(statement.axis);
        for (const { local: each } of [...statement.reductions, ...statement.folds]) locals.add(each);
        statement.body.forEach(visit);
        return;
      case 'contraction':
        for (const axis of [...statement.rows, ...statement.columns, ...statement.contracted]) axes.add(axis);
        locals.add(statement.sum);
        statement.epilogue.forEach(visit);
        return;
    }
  };
  statements.forEach(visit);
  return { axes, locals, buffers };
}

export function isInvariant(expression: Expression, changes: Changes): boolean {
  if (expression.kind === 'local') return !changes.locals.has(expression.local);
  if (expression.kind === 'load' || expression.kind === 'index') {
    if (expression.kind === 'load' && writes(changes, expression)) return false;
    if (mentionsAxis(expression.index, changes.axes)) return false;
  }
  return childrenOf(expression).every((child) => isInvariant(child, changes));
}

function writes(changes: Changes, load: Extract<Expression, { kind: 'load' }>): boolean {
  return [...changes.buffers].some((buffer) => buffer === load.buffer);
}

function mentionsAxis(index: IndexExpression, axes: ReadonlySet<Axis>): boolean {
  let found = false;
  mapIndex(
    index,
    (axis) => {
      found ||= axes.has(axis);
      return axisIndex(axis);
    },
    (value) => value,
  );
  return found;
}

/** Whether running the statements changes what an expression reads. */
export function isOverwritten(expression: Expression, statements: readonly Statement[]): boolean {
  return !isInvariant(expression, { ...changesIn(statements), locals: new Set(), axes: new Set() });
}
