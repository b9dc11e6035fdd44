// Applies rules to a graph until none fires. Every node is brought to its normal form once, inputs first, by a walk
// with an explicit stack; the stack is also the proof that no rule undoes another.
import { InternalError } from '../ir/errors.ts';
import type { Op, Tensor } from '../ir/node.ts';
import { withOrigin } from '../ir/origin.ts';
import { withInputs, type NodeMap } from '../ir/rebuild.ts';
import { printShape, shapesEqual } from '../ir/size.ts';
import { ledgerEntry, printTerm, type LedgerEntry } from './ledger.ts';
import type { Rule } from './rule.ts';

/** Options of {@link applyRules}. */
export interface RewriteOptions {
  /** How many rewrites may follow from one another before it is taken for a loop; default 200. */
  readonly limit?: number;
}

/** A rewritten graph. */
export interface Rewritten {
  readonly roots: readonly Tensor[];
  /** Normal form of every node that was met, the nodes below the old roots included. */
  readonly mapping: NodeMap;
  readonly ledger: readonly LedgerEntry[];
}

/** What a node on the stack has become, and by which rule; no rule where only its inputs changed. */
interface Step {
  readonly to: Tensor;
  readonly rule?: Rule;
}

/**
 * Rewrites everything below `roots` to a fixpoint. Of several rules that apply to a node the first in the list
 * fires. New nodes carry the origin of the node they stand for.
 * @throws {InternalError} `E_REWRITE_LOOP` when rules undo one another or grow without end
 * @throws {InternalError} `E_REWRITE_TYPE` when a replacement has another shape or dtype
 */
export function applyRules(
  roots: readonly Tensor[],
  rules: readonly Rule[],
  options: RewriteOptions = {},
): Rewritten {
  const { limit = 200 } = options;
  const rulesFor = indexByOp(rules);
  const normal = new Map<Tensor, Tensor>();
  const ledger: LedgerEntry[] = [];
  const steps = new Map<Tensor, Step>();
  // The path from a root to the node at hand: each is waiting for the next, an input or what it was rewritten to.
  const path: Tensor[] = [];
  const active = new Set<Tensor>();
  /** Rules that fired on nodes of the path. */
  let chained = 0;

  const enter = (node: Tensor): void => {
    if (active.has(node) || chained > limit) throw loop(node, path, steps);
    path.push(node);
    active.add(node);
  };
  const leave = (node: Tensor, result: Tensor): void => {
    normal.set(node, result);
    path.pop();
    active.delete(node);
    if (steps.get(node)?.rule !== undefined) chained--;
  };
  const advance = (node: Tensor): void => {
    const pending = node.inputs.find((input) => !normal.has(input));
    if (pending !== undefined) {
      enter(pending);
      return;
    }
    const step = steps.get(node) ?? nextStep(node, normal, rulesFor(node.op));
    if (step === undefined) {
      leave(node, node);
      return;
    }
    if (!steps.has(node) && step.rule !== undefined) {
      ledger.push(ledgerEntry(step.rule, node, step.to));
      chained++;
    }
    steps.set(node, step);
    const result = normal.get(step.to);
    if (result === undefined) enter(step.to);
    else leave(node, result);
  };

  for (const root of roots) {
    if (normal.has(root)) continue;
    enter(root);
    for (let node = path.at(-1); node !== undefined; node = path.at(-1)) advance(node);
  }
  const normalOf = (node: Tensor): Tensor => normal.get(node) ?? node;
  return { roots: roots.map(normalOf), mapping: normal, ledger };
}

/** The node on its normal inputs, or what the first rule that applies makes of it. */
function nextStep(node: Tensor, normal: NodeMap, rules: readonly Rule[]): Step | undefined {
  const inputs = node.inputs.map((input) => normal.get(input) ?? input);
  return withOrigin(node.origin, () => {
    const rebuilt = withInputs(node, inputs);
    if (rebuilt !== node) return { to: rebuilt };
    for (const rule of rules) {
      const to = rule.rewrite(node);
      if (to === undefined || to === node) continue;
      checkType(rule, node, to);
      return { to, rule };
    }
    return undefined;
  });
}

function indexByOp(rules: readonly Rule[]): (op: Op) => readonly Rule[] {
  const known = new Map<Op, readonly Rule[]>();
  return (op) => {
    const found = known.get(op) ?? rules.filter(({ ops }) => ops === undefined || ops.includes(op));
    known.set(op, found);
    return found;
  };
}

function checkType(rule: Rule, before: Tensor, after: Tensor): void {
  if (shapesEqual(before.shape, after.shape) && before.dtype === after.dtype) return;
  const print = ({ shape, dtype }: Tensor): string => `${printShape(shape)} ${dtype}`;
  throw new InternalError(
    'E_REWRITE_TYPE',
    `rule "${rule.name}" turns ${printTerm(before)}, ${print(before)}, into ${printTerm(after)}, ${print(after)}`,
  );
}

function loop(node: Tensor, path: readonly Tensor[], steps: ReadonlyMap<Tensor, Step>): InternalError {
  const start = Math.max(0, path.indexOf(node));
  const fired = path.slice(start).flatMap((each) => steps.get(each)?.rule?.name ?? []);
  const names = [...new Set(fired)].map((name) => `"${name}"`);
  return new InternalError(
    'E_REWRITE_LOOP',
    `rewriting does not come to rest at ${printTerm(node)}: ` +
      `${names.length === 1 ? 'rule' : 'rules'} ${names.join(', ')} fired ${fired.length} times in a chain; ` +
      'give one of them a condition that its own result does not meet',
  );
}
