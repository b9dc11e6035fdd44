// Loops that walk one contiguous range become one loop, in nests and in contractions.
import type { Axis, IndexExpression } from '../ir/index-expression.ts';
import type { Expression } from '../ir/scalar.ts';
import { mapIndexValues, mapOperands, visitExpression } from './expressions.ts';
import type { Contraction, Loop, Statement } from './kernel.ts';
import { expressionsIn, mapStatement } from './statements.ts';

/** Loops that walk one contiguous range, as one loop. */
export function mergeLoops(statement: Statement): Statement {
  if (statement.kind === 'contraction') return mergeContraction(statement);
  if (statement.kind !== 'loop') return statement;
  const loop: Loop = { ...statement, body: statement.body.map(mergeLoops) };
  const [inner, ...others] = loop.body;
  // A reduction keeps its loops: their nesting is part of its canonical order.
  const isPlain = (each: Loop): boolean => each.folds.length === 0 && each.reductions.length === 0;
  if (inner?.kind !== 'loop' || others.length > 0 || !isPlain(loop) || !isPlain(inner)) return loop;
  const merged = mergeAxes(loop.axis, inner.axis, [inner]);
  if (merged === undefined) return loop;
  const whole = mapStatement(inner, merged.value, merged.position);
  return whole.kind === 'loop' ? { ...whole, axis: merged.axis } : loop;
}

/** One axis for two, if every index in the statements walks them as one range. */
function mergeAxes(
  outer: Axis,
  inner: Axis,
  statements: readonly Statement[],
):
  | {
      readonly axis: Axis;
      readonly value: (value: Expression) => Expression;
      readonly position: (index: IndexExpression) => IndexExpression;
    }
  | undefined {
  const axis: Axis = { name: outer.name === 'row' ? 'i' : outer.name, extent: outer.extent * inner.extent };
  const indices: IndexExpression[] = [];
  for (const root of statements.flatMap(expressionsIn)) {
    visitExpression(root, (each) => {
      if (each.kind === 'load' || each.kind === 'index') indices.push(each.index);
    });
  }
  const coefficientOf = (index: IndexExpression, wanted: Axis): number =>
    index.terms.find(({ atom }) => atom.kind === 'axis' && atom.axis === wanted)?.coefficient ?? 0;
  const walksAsOne = indices.every(
    (index) =>
      index.terms.every(({ atom }) => atom.kind === 'axis' || atom.kind === 'dynamic') &&
      coefficientOf(index, outer) === coefficientOf(index, inner) * inner.extent,
  );
  if (!walksAsOne) return undefined;
  const position = (index: IndexExpression): IndexExpression => {
    const step = coefficientOf(index, inner);
    const others = index.terms.filter(
      ({ atom }) => atom.kind !== 'axis' || (atom.axis !== outer && atom.axis !== inner),
    );
    const rest: IndexExpression = { terms: others, offset: index.offset };
    const terms = step === 0 ? [] : [{ atom: { kind: 'axis' as const, axis }, coefficient: step }];
    return mapIndexValues({ terms: [...terms, ...rest.terms], offset: rest.offset }, value);
  };
  const value = (expression: Expression): Expression => {
    if (expression.kind === 'load' || expression.kind === 'index') {
      return { ...expression, index: position(expression.index) };
    }
    return mapOperands(expression, value);
  };
  return { axis, value, position };
}

function mergeContraction(contraction: Contraction): Statement {
  const groups = ['rows', 'columns', 'contracted'] as const;
  for (const group of groups) {
    const [first, second, ...rest] = contraction[group];
    if (first === undefined || second === undefined) continue;
    const merged = mergeAxes(first, second, [contraction]);
    if (merged === undefined) continue;
    const whole = mapStatement(contraction, merged.value, merged.position);
    if (whole.kind !== 'contraction') continue;
    return mergeContraction({ ...whole, [group]: [merged.axis, ...rest] });
  }
  return contraction;
}
