// The report behind `program.explain()`: what the stages did, which rules fired, the kernels with their work, and the
// memory. It is deterministic, so that it can be diffed and pinned in snapshots.
import { costOf } from '../kernels/cost.ts';
import { printBytes, type EntryPlan } from '../plan/plan.ts';
import { countFirings } from '../rewrite/ledger.ts';
import type { Compilation, StageReport } from './compilation.ts';
import { grouped, table } from './table.ts';

/** A compilation with the reports of the stages that made it. */
export interface Explained {
  readonly compilation: Compilation;
  readonly reports: readonly StageReport[];
}

export function explain({ compilation, reports }: Explained): string {
  const { name, sizes, plans } = compilation;
  const dimensions = Object.entries(sizes ?? {}).map(([dimension, size]) => `${dimension} = ${size}`);
  return [
    [name, ...dimensions].join(', '),
    section('stages', explainStages(reports)),
    section('rewrites', explainLedger(compilation)),
    ...plans.map((plan) => section(plan.program.name, explainEntry(plan))),
    section('memory', explainMemory(compilation)),
  ].join('\n\n');
}

function section(title: string, body: string): string {
  return `${title}\n${body.replaceAll(/^(?=.)/gm, '  ')}`;
}

function explainStages(reports: readonly StageReport[]): string {
  const rows = reports.map(({ name, summary, nodes, kernels }, position) => {
    const before = reports[position - 1]?.nodes ?? 0;
    const change = nodes === before ? grouped(nodes) : `${grouped(before)} → ${grouped(nodes)}`;
    return [name, summary, change, kernels === 0 ? '' : grouped(kernels)];
  });
  return table(['stage', 'what it does', 'nodes', 'kernels'], rows, ['left', 'left', 'right', 'right']);
}

function explainLedger({ ledger }: Compilation): string {
  const exactness = new Map(ledger.map((entry) => [entry.rule, entry.exactness]));
  const rows = [...countFirings(ledger)]
    .toSorted(([a, first], [b, second]) => second - first || (a < b ? -1 : 1))
    .map(([rule, count]) => [rule, exactness.get(rule) ?? '', grouped(count)]);
  return rows.length === 0
    ? 'no rule fired'
    : table(['rule', 'exactness', 'fired'], rows, ['left', 'left', 'right']);
}

function explainEntry(plan: EntryPlan): string {
  const costs = plan.kernels.map((kernel) => ({ kernel, cost: costOf(kernel) }));
  const rows = costs.map(({ kernel, cost }) => {
    const bytes = cost.bytesRead + cost.bytesWritten;
    return [
      kernel.name,
      kernel.phase,
      grouped(cost.operations),
      printBytes(bytes),
      bytes === 0 ? '' : (cost.operations / bytes).toFixed(2),
      String(kernel.computes.length),
    ];
  });
  const operations = costs.reduce((sum, { cost }) => sum + cost.operations, 0);
  const bytes = costs.reduce((sum, { cost }) => sum + cost.bytesRead + cost.bytesWritten, 0);
  const total = ['total', `${plan.kernels.length} kernels`, grouped(operations), printBytes(bytes), '', ''];
  return table(
    ['kernel', 'phase', 'operations', 'moved', 'per byte', 'fuses'],
    [...rows, total],
    ['left', 'left', 'right', 'right', 'right', 'right'],
  );
}

function explainMemory({ plans, state }: Compilation): string {
  const rows = plans.map((plan) => [
    plan.program.name,
    printBytes(plan.arenaBytes),
    printBytes(plan.lowerBound),
    (plan.arenaBytes / Math.max(1, plan.lowerBound)).toFixed(2),
    String(plan.placements.filter((placement) => placement.inPlaceOf !== undefined).length),
  ]);
  const [firstConstant] = state.constants;
  const stateBytes = firstConstant?.offset ?? state.bytes;
  const constants =
    firstConstant === undefined
      ? ''
      : `, constants ${printBytes(state.bytes - stateBytes)} in ${state.constants.length}`;
  return [
    `state ${printBytes(stateBytes)} in ${state.slots.length} leaves${constants}`,
    table(['entry', 'arena', 'lower bound', 'ratio', 'in place'], rows, [
      'left',
      'right',
      'right',
      'right',
      'right',
    ]),
  ].join('\n');
}
