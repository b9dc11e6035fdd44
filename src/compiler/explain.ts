// The report behind `program.explain()`: what the stages did, which rules fired, the kernels with their work, and the
// memory. It is deterministic unless times are asked for, so that it can be diffed and pinned in snapshots.
import { bytesMoved, costOf, intensityOf, totalCost, type KernelCost } from '../kernels/cost.ts';
import { printBytes, type EntryPlan } from '../plan/plan.ts';
import { countFirings } from '../rewrite/ledger.ts';
import type { Build } from './build-options.ts';
import type { Compilation, StageReport } from './compilation.ts';
import type { EmissionReport } from './emission.ts';
import { grouped, table } from './table.ts';

/** A compilation with the reports of the stages that made it, and of what was made of it. */
export interface Explained {
  readonly compilation: Compilation;
  readonly reports: readonly StageReport[];
  readonly build: Build;
  readonly emissions: readonly EmissionReport[];
}

/** Options of `program.explain`. */
export interface ExplainOptions {
  /**
   * Whether to emit and instantiate the program, too, and to tell the milliseconds of every stage, which differ from
   * one call to the next. Default: false.
   */
  readonly timings?: boolean;
}

export function explain(
  { compilation, reports, build, emissions }: Explained,
  { timings = false }: ExplainOptions = {},
): string {
  const { name, sizes, plans } = compilation;
  const dimensions = Object.entries(sizes ?? {}).map(([dimension, size]) => `${dimension} = ${size}`);
  return [
    [name, ...dimensions].join(', '),
    section('target', explainBuild(build)),
    section('stages', timings ? explainTimes(reports, emissions) : explainStages(reports)),
    section('rewrites', explainLedger(compilation)),
    ...plans.map((plan, position) =>
      section(plan.program.name, explainEntry(plan, compilation.moved[position] ?? [])),
    ),
    section('memory', explainMemory(compilation)),
  ].join('\n\n');
}

function section(title: string, body: string): string {
  return `${title}\n${body.replaceAll(/^(?=.)/gm, '  ')}`;
}

function explainBuild({ target, numerics, threads }: Build): string {
  const kernels: Readonly<Record<Build['target'], string>> = {
    wasm: 'WebAssembly with SIMD',
    js: 'JavaScript',
    interpreter: 'the interpreter, in double precision; below is the program in JavaScript',
  };
  return `${kernels[target]}, ${numerics}, ${threads === 1 ? '1 thread' : `${threads} threads`}`;
}

function explainStages(reports: readonly StageReport[]): string {
  return table(['stage', 'what it does', 'nodes', 'kernels'], stageRows(reports), [
    'left',
    'left',
    'right',
    'right',
  ]);
}

function stageRows(reports: readonly StageReport[]): readonly (readonly string[])[] {
  return reports.map(({ name, summary, nodes, kernels }, position) => {
    const before = reports[position - 1]?.nodes ?? 0;
    const change = nodes === before ? grouped(nodes) : `${grouped(before)} → ${grouped(nodes)}`;
    return [name, summary, change, kernels === 0 ? '' : grouped(kernels)];
  });
}

/** The stages with what follows them, and what each took. */
function explainTimes(reports: readonly StageReport[], emissions: readonly EmissionReport[]): string {
  const printed = (milliseconds: number): string => milliseconds.toFixed(2);
  const rows = [
    ...stageRows(reports).map((row, position) => [...row, printed(reports[position]?.milliseconds ?? 0)]),
    ...emissions.map(({ name, summary, milliseconds }) => [name, summary, '', '', printed(milliseconds)]),
  ];
  const total = [...reports, ...emissions].reduce((sum, each) => sum + each.milliseconds, 0);
  return table(
    ['stage', 'what it does', 'nodes', 'kernels', 'ms'],
    [...rows, ['total', '', '', '', printed(total)]],
    ['left', 'left', 'right', 'right', 'right'],
  );
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

function explainEntry(plan: EntryPlan, moved: readonly string[]): string {
  const costs = plan.kernels.map(costOf);
  const rows = plan.kernels.map((kernel, position) => {
    const cost = costs[position] ?? totalCost([]);
    return [kernel.name, kernel.phase, ...costCells(cost), String(kernel.computes.length)];
  });
  const sum = ['total', `${plan.kernels.length} kernels`, ...costCells(totalCost(costs)), ''];
  const works = table(
    ['kernel', 'phase', 'FLOPs', 'integer ops', 'bytes moved', 'FLOP/byte', 'fuses'],
    [...rows, sum],
    ['left', 'left', 'right', 'right', 'right', 'right', 'right'],
  );
  return moved.length === 0 ? works : `${works}\nmoved for the cache: ${moved.join(', ')}`;
}

function costCells(cost: KernelCost): readonly string[] {
  const { flops, integerOperations } = cost;
  return [
    grouped(flops),
    integerOperations === 0 ? '' : grouped(integerOperations),
    printBytes(bytesMoved(cost)),
    intensityOf(cost).toFixed(2),
  ];
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
    table(['entry', 'arena', 'lower bound', 'arena/bound', 'in place'], rows, [
      'left',
      'right',
      'right',
      'right',
      'right',
    ]),
  ].join('\n');
}
