// Tidying of loop nests: loops that walk one contiguous range become one loop, what does not change in a loop is
// computed before it, what is computed twice is named, and what is named for one reader is written in place.
import { axisIndex, mapIndex, type Axis, type IndexExpression } from '../ir/index-expression.ts';
import { local, type Expression, type Local } from '../ir/scalar.ts';
import {
  childrenOf,
  expressionKey,
  mapIndexValues,
  mapOperands,
  sizeOfExpression,
  substituteLocal,
  visitExpression,
} from './expressions.ts';
import type { Buffer, Contraction, Loop, Statement } from './kernel.ts';

export function simplify(statements: readonly Statement[]): readonly Statement[] {
  return tidy(hoist(statements.map(mergeLoops)));
}

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
    case 'scatterAdd':
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

/** Loops that walk one contiguous range, as one loop. */
function mergeLoops(statement: Statement): Statement {
  if (statement.kind === 'contraction') return mergeContraction(statement);
  if (statement.kind !== 'loop') return statement;
  const loop: Loop = { ...statement, body: statement.body.map(mergeLoops) };
  const [inner, ...others] = loop.body;
  if (inner?.kind !== 'loop' || others.length > 0 || loop.folds.length > 0 || inner.folds.length > 0)
    return loop;
  const sameReductions =
    loop.reductions.length === inner.reductions.length &&
    loop.reductions.every((reduction, position) => {
      const partial = inner.reductions[position];
      const { contribution } = reduction;
      return (
        contribution.kind === 'local' &&
        contribution.local === partial?.local &&
        reduction.combiner === partial.combiner
      );
    });
  const merged = sameReductions ? mergeAxes(loop.axis, inner.axis, [inner]) : undefined;
  if (merged === undefined) return loop;
  const whole = mapStatement(inner, merged.value, merged.position);
  if (whole.kind !== 'loop') return loop;
  const reductions = whole.reductions.map((reduction, position) => ({
    ...reduction,
    local: loop.reductions[position]?.local ?? reduction.local,
    order: merged.axis.extent >= 16 && reduction.combiner === 'sum' ? ('lanes' as const) : reduction.order,
  }));
  return { ...whole, axis: merged.axis, reductions };
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

/** What changes while a statement runs: its loop variables, the locals it sets, the buffers it writes. */
interface Changes {
  readonly axes: ReadonlySet<Axis>;
  readonly locals: ReadonlySet<Local>;
  readonly buffers: ReadonlySet<Buffer>;
}

function changesIn(statements: readonly Statement[]): Changes {
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
      case 'scatterAdd':
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

function isInvariant(expression: Expression, changes: Changes): boolean {
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

/** Moves what does not change in a loop to before it, outermost loops first. */
function hoist(statements: readonly Statement[]): readonly Statement[] {
  return statements.flatMap((statement): readonly Statement[] => {
    if (statement.kind !== 'loop' && statement.kind !== 'contraction') return [statement];
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

function isWorthNaming(expression: Expression): boolean {
  if (expression.kind === 'literal' || expression.kind === 'local' || expression.kind === 'index')
    return false;
  let dependsOnData = false;
  visitExpression(expression, (each) => {
    dependsOnData ||= each.kind === 'load' || each.kind === 'local' || each.kind === 'index';
  });
  return dependsOnData;
}

/** What a value is called that the builder did not name. */
function nameFor(expression: Expression): string {
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

/** Names what is computed twice and writes in place what has one reader, list by list. */
function tidy(statements: readonly Statement[], results: readonly Expression[] = []): readonly Statement[] {
  return tidyWithResults(statements, results).statements;
}

/** `results` are expressions evaluated after the statements: the contributions of the enclosing loop. */
function tidyWithResults(
  statements: readonly Statement[],
  results: readonly Expression[],
): { readonly statements: readonly Statement[]; readonly results: readonly Expression[] } {
  const nested = statements.map((statement): Statement => {
    if (statement.kind === 'contraction') return { ...statement, epilogue: tidy(statement.epilogue) };
    if (statement.kind !== 'loop') return statement;
    const ends = [
      ...statement.reductions.map((each) => each.contribution),
      ...statement.folds.map((each) => each.next),
    ];
    const inside = tidyWithResults(statement.body, ends);
    const resultAt = (position: number, fallback: Expression): Expression =>
      inside.results[position] ?? fallback;
    const offset = statement.reductions.length;
    return {
      ...statement,
      body: inside.statements,
      reductions: statement.reductions.map((each, position) => ({
        ...each,
        contribution: resultAt(position, each.contribution),
      })),
      folds: statement.folds.map((each, position) => ({
        ...each,
        next: resultAt(offset + position, each.next),
      })),
    };
  });
  const listing = inlineSingleUses(share(nested, results));
  return { statements: listing.statements.flatMap(splitLong), results: listing.results };
}

/** Names parts of a long expression, so that every line can be read at once. */
function splitLong(statement: Statement): readonly Statement[] {
  if (statement.kind !== 'let' && statement.kind !== 'store') return [statement];
  const lets: Statement[] = [];
  const value = shorten(statement.value, lets);
  return [...lets, { ...statement, value }];
}

function shorten(expression: Expression, lets: Statement[]): Expression {
  if (sizeOfExpression(expression) <= readableSize) return expression;
  let short = mapOperands(expression, (operand) => shorten(operand, lets));
  while (sizeOfExpression(short) > readableSize) {
    const parts = childrenOf(short).filter(isWorthNaming);
    const largest = parts.toSorted((a, b) => sizeOfExpression(b) - sizeOfExpression(a))[0];
    if (largest === undefined || sizeOfExpression(largest) < 2) return short;
    const part: Local = { name: nameFor(largest), type: largest.type };
    lets.push({ kind: 'let', local: part, value: largest });
    short = mapOperands(short, (operand) => (operand === largest ? local(part) : operand));
  }
  return short;
}

interface Listing {
  readonly statements: readonly Statement[];
  readonly results: readonly Expression[];
}

/** Names the largest expression that stands twice in a list, again and again until none is left. */
function share(statements: readonly Statement[], results: readonly Expression[]): Listing {
  let listing: Listing = { statements, results };
  for (;;) {
    const repeated = largestRepeated(listing);
    if (repeated === undefined) return listing;
    const key = expressionKey(repeated);
    const target: Local = { name: nameFor(repeated), type: repeated.type };
    const replace = (expression: Expression): Expression =>
      expressionKey(expression) === key ? local(target) : mapOperands(expression, replace);
    const first = listing.statements.findIndex((statement) => mentionsHere(statement, key));
    const place = first < 0 ? listing.statements.length : first;
    const after = listing.statements.map((statement) =>
      isFlat(statement)
        ? mapStatement(statement, replace, (index) => mapIndexValues(index, replace))
        : statement,
    );
    const binding: Statement = { kind: 'let', local: target, value: repeated };
    listing = { statements: after.toSpliced(place, 0, binding), results: listing.results.map(replace) };
  }
}

/** Loops and contractions are tidied on their own; lists are shared only among their flat statements. */
function isFlat(statement: Statement): boolean {
  return statement.kind === 'let' || statement.kind === 'store';
}

function mentionsHere(statement: Statement, key: string): boolean {
  if (!isFlat(statement)) return false;
  let found = false;
  for (const root of expressionsIn(statement)) {
    visitExpression(root, (each) => {
      found ||= expressionKey(each) === key;
    });
  }
  return found;
}

function largestRepeated({ statements, results }: Listing): Expression | undefined {
  const counts = new Map<
    string,
    { expression: Expression; count: number; size: number; first: number; last: number }
  >();
  const count = (root: Expression, position: number): void => {
    visitExpression(root, (each) => {
      if (!isWorthNaming(each)) return;
      const key = expressionKey(each);
      const known = counts.get(key);
      if (known === undefined) {
        counts.set(key, {
          expression: each,
          count: 1,
          size: sizeOfExpression(each),
          first: position,
          last: position,
        });
      } else {
        known.count++;
        known.last = position;
      }
    });
  };
  statements.forEach((statement, position) => {
    if (isFlat(statement)) for (const root of expressionsIn(statement)) count(root, position);
  });
  for (const root of results) count(root, statements.length);
  const repeated = [...counts.values()].filter(
    (each) => each.count > 1 && !isOverwritten(each.expression, statements.slice(each.first, each.last)),
  );
  return repeated.toSorted((a, b) => b.size - a.size || a.first - b.first)[0]?.expression;
}

/** Whether running the statements changes what an expression reads. */
function isOverwritten(expression: Expression, statements: readonly Statement[]): boolean {
  return !isInvariant(expression, { ...changesIn(statements), locals: new Set(), axes: new Set() });
}

// A value with one reader is written in place while the line stays readable.
const readableSize = 5;

function inlineSingleUses(listing: Listing): Listing {
  let { statements, results } = listing;
  for (let position = statements.length - 1; position >= 0; position--) {
    const statement = statements[position];
    if (statement?.kind !== 'let') continue;
    const later = statements.slice(position + 1);
    const { local: target, value } = statement;
    const usesIn = (roots: readonly Expression[]): number => {
      let uses = 0;
      for (const root of roots) {
        visitExpression(root, (each) => {
          if (each.kind === 'local' && each.local === target) uses++;
        });
      }
      return uses;
    };
    const flatUses = later.map((each) => (isFlat(each) ? usesIn(expressionsIn(each)) : 0));
    const nestedUses = later.reduce((sum, each) => sum + (isFlat(each) ? 0 : usesIn(expressionsIn(each))), 0);
    const resultUses = usesIn(results);
    const total = flatUses.reduce((sum, each) => sum + each, 0) + nestedUses + resultUses;
    if (total === 0) {
      statements = statements.toSpliced(position, 1);
      continue;
    }
    const replace = (expression: Expression): Expression => substituteLocal(expression, target, value);
    const replaceIn = (each: Statement): Statement =>
      mapStatement(each, replace, (index) => mapIndexValues(index, replace));
    if (value.kind === 'local' || value.kind === 'literal') {
      // Another name for the same value.
      statements = statements.flatMap((each, at) =>
        at === position ? [] : [at > position ? replaceIn(each) : each],
      );
      results = results.map(replace);
      continue;
    }
    if (total !== 1 || nestedUses > 0) continue;
    const user = flatUses.findIndex((uses) => uses > 0);
    const between = user < 0 ? later : later.slice(0, user);
    const host = user < 0 ? results.find((root) => usesIn([root]) > 0) : undefined;
    const hostStatement = later[user];
    const hostSize =
      host !== undefined
        ? sizeOfExpression(host)
        : hostStatement === undefined
          ? 0
          : Math.max(...expressionsIn(hostStatement).map(sizeOfExpression));
    if (sizeOfExpression(value) + hostSize > readableSize || isOverwritten(value, between)) continue;
    statements = statements.flatMap((each, at) =>
      at === position ? [] : [at > position && isFlat(each) ? replaceIn(each) : each],
    );
    results = results.map(replace);
  }
  return { statements, results };
}
