// The ledger of rewriting: which rule fired where. Entries hold the nodes themselves; text is made when it is read.
import type { Tensor } from '../ir/node.ts';
import { printSpan } from '../ir/frame.ts';
import { scopePath, spanOf } from '../ir/origin.ts';
import { repeatedConstant } from './pattern.ts';
import type { Exactness, Phase, Rule } from './rule.ts';

/** One firing of a rule. The user's line is `spanOf(before.origin)`. */
export interface LedgerEntry {
  readonly rule: string;
  readonly phase: Phase;
  readonly exactness: Exactness;
  /** Path of the layers and functions that made the node, `iris/linear1`. */
  readonly scope: string;
  readonly before: Tensor;
  readonly after: Tensor;
}

export function ledgerEntry({ name, phase, exactness }: Rule, before: Tensor, after: Tensor): LedgerEntry {
  return Object.freeze({
    rule: name,
    phase,
    exactness,
    scope: scopePath(before.origin.scope),
    before,
    after,
  });
}

/** How often each rule fired, in the order of first firing. */
export function countFirings(ledger: readonly LedgerEntry[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { rule } of ledger) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  return counts;
}

/** One line a firing: `double negation: neg(neg(x)) → x   ; iris/linear1  iris.ts:9`. */
export function printLedger(
  ledger: readonly LedgerEntry[],
  options: { readonly spans?: boolean } = {},
): string {
  return ledger.map((entry) => `${printEntry(entry, options.spans ?? true)}\n`).join('');
}

function printEntry({ rule, scope, before, after }: LedgerEntry, spans: boolean): string {
  const span = spans ? spanOf(before.origin) : null;
  const place = [scope, span === null ? '' : printSpan(span)].filter((part) => part !== '');
  const comment = place.length === 0 ? '' : `   ; ${place.join('  ')}`;
  return `${rule}: ${printTerm(before)} → ${printTerm(after)}${comment}`;
}

/** Nesting that a reader takes in at one look. */
const printedDepth = 4;

/** A tensor as a term, `log(add(exp(x), 1))`, cut off below a few levels; repeated literals stand as numbers. */
export function printTerm(node: Tensor, depth = printedDepth): string {
  const value = repeatedConstant(node);
  if (value !== undefined) return Object.is(value, -0) ? '-0' : String(value);
  if (node.inputs.length === 0) return typeof node.attrs.name === 'string' ? node.attrs.name : node.op.name;
  if (depth === 0) return '…';
  return `${node.op.name}(${node.inputs.map((input) => printTerm(input, depth - 1)).join(', ')})`;
}
