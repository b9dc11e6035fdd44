// Gives every local and loop of a kernel a name of its own, so that emitters can use them as they are.
import { axisIndex, mapIndex, type Axis, type IndexExpression } from '../ir/index-expression.ts';
import type { Expression, Local } from '../ir/scalar.ts';
import { mapOperands } from './expressions.ts';
import type { Buffer, Statement } from './kernel.ts';
import { identifier, nameTable, type NameTable } from './names.ts';

/** The statements with unique local names; buffers keep theirs. Loops side by side may share a variable's name. */
export function nameLocals(
  statements: readonly Statement[],
  buffers: readonly Buffer[],
): readonly Statement[] {
  const names = nameTable(buffers.map((buffer) => buffer.name));
  const locals = new Map<Local, Local>();
  const axes = new Map<Axis, Axis>();
  const localFor = (original: Local): Local => {
    const known = locals.get(original) ?? { ...original, name: names.unique(identifier(original.name)) };
    locals.set(original, known);
    return known;
  };
  nameAxes(statements, axes, new Set(buffers.map((buffer) => buffer.name)), names);
  const position = (index: IndexExpression): IndexExpression =>
    mapIndex(index, (axis) => axisIndex(axes.get(axis) ?? axis), value);
  const value = (expression: Expression): Expression => {
    if (expression.kind === 'local') return { ...expression, local: localFor(expression.local) };
    if (expression.kind === 'load' || expression.kind === 'index') {
      return { ...expression, index: position(expression.index) };
    }
    return mapOperands(expression, value);
  };
  const renamed = (statement: Statement): Statement => {
    switch (statement.kind) {
      case 'let':
        return { kind: 'let', value: value(statement.value), local: localFor(statement.local) };
      case 'store':
        return { ...statement, index: position(statement.index), value: value(statement.value) };
      case 'scatter':
        return {
          ...statement,
          axes: statement.axes.map((axis) => axes.get(axis) ?? axis),
          index: position(statement.index),
          value: value(statement.value),
        };
      case 'loop': {
        const folds = statement.folds.map((fold) => ({ ...fold, initial: value(fold.initial) }));
        const reduced = statement.reductions.map((each) => localFor(each.local));
        const folded = folds.map((fold) => localFor(fold.local));
        return {
          ...statement,
          axis: axes.get(statement.axis) ?? statement.axis,
          body: statement.body.map(renamed),
          reductions: statement.reductions.map((each, at) => ({
            ...each,
            local: reduced[at] ?? each.local,
            contribution: value(each.contribution),
          })),
          folds: folds.map((fold, at) => ({
            ...fold,
            local: folded[at] ?? fold.local,
            next: value(fold.next),
          })),
        };
      }
      case 'contraction': {
        const initial = value(statement.initial);
        const rename = (list: readonly Axis[]): readonly Axis[] => list.map((axis) => axes.get(axis) ?? axis);
        return {
          ...statement,
          rows: rename(statement.rows),
          columns: rename(statement.columns),
          contracted: rename(statement.contracted),
          left: value(statement.left),
          right: value(statement.right),
          initial,
          sum: localFor(statement.sum),
          epilogue: statement.epilogue.map(renamed),
        };
      }
    }
  };
  return statements.map(renamed);
}

/** Loop variables need names that differ from those of the loops around them, and from buffers and locals. */
function nameAxes(
  statements: readonly Statement[],
  axes: Map<Axis, Axis>,
  taken: ReadonlySet<string>,
  names: NameTable,
): void {
  const assign = (axis: Axis, around: ReadonlySet<string>): ReadonlySet<string> => {
    const local = nameTable([...taken, ...around]);
    const name = local.unique(axis.name);
    axes.set(axis, axes.get(axis) ?? { ...axis, name });
    return new Set([...around, name]);
  };
  const visit = (statement: Statement, around: ReadonlySet<string>): void => {
    if (statement.kind === 'loop') {
      const inside = assign(statement.axis, around);
      for (const each of statement.body) visit(each, inside);
    }
    if (statement.kind === 'scatter') statement.axes.reduce((inside, axis) => assign(axis, inside), around);
    if (statement.kind === 'contraction') {
      const all = [...statement.rows, ...statement.columns, ...statement.contracted];
      const inside = all.reduce((names, axis) => assign(axis, names), around);
      for (const each of statement.epilogue) visit(each, inside);
    }
  };
  for (const statement of statements) visit(statement, new Set());
  for (const axis of axes.values()) names.unique(axis.name);
}
