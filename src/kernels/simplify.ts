// Tidying of loop nests, in order: merge loops, move invariants out, name and inline values.
import { hoist } from './hoist.ts';
import type { Statement } from './kernel.ts';
import { mergeLoops } from './merge-loops.ts';
import { tidy } from './tidy.ts';

export function simplify(statements: readonly Statement[]): readonly Statement[] {
  return tidy(hoist(statements.map(mergeLoops)));
}
