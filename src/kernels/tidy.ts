// What is computed twice gets a name, what is named for one reader is written in place, and long lines are split.
import { type Expression, type Local, local } from '../ir/scalar.ts';
import { isOverwritten } from './changes.ts';
import {
  expressionKey,
  lengthOfExpression,
  mapIndexValues,
  mapOperands,
  sizeOfExpression,
  substituteLocal,
  visitExpression,
} from './expressions.ts';
import type { Statement } from './kernel.ts';
import { type Binding, isWorthNaming, nameFor, readableLength, shorten } from './readable.ts';
import { expressionsIn, mapStatement } from './statements.ts';

/** Names what is computed twice and writes in place what has one reader, list by list. */
export function tidy(
  statements: readonly Statement[],
  results: readonly Expression[] = [],
): readonly Statement[] {
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
  const bindings: Binding[] = [];
  const value = shorten(statement.value, bindings);
  const lets = bindings.map((binding): Statement => ({ kind: 'let', ...binding }));
  return [...lets, { ...statement, value }];
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
    const hostLength =
      host !== undefined
        ? lengthOfExpression(host)
        : hostStatement === undefined
          ? 0
          : Math.max(...expressionsIn(hostStatement).map(lengthOfExpression));
    // A value that is only stored needs no name beside the buffer's.
    const isOnlyStored = hostStatement?.kind === 'store' && hostStatement.value.kind === 'local';
    const isTooLong = !isOnlyStored && lengthOfExpression(value) + hostLength > readableLength;
    if (isTooLong || isOverwritten(value, between)) continue;
    statements = statements.flatMap((each, at) =>
      at === position ? [] : [at > position && isFlat(each) ? replaceIn(each) : each],
    );
    results = results.map(replace);
  }
  return { statements, results };
}
