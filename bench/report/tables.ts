// The tables of a run. Pure: results in, Markdown out.
import { describeConfiguration, type Peer } from '../harness/roster.ts';
import type { Results } from '../results.ts';
import type { CompileTimeRow } from '../suites/compile-time.ts';
import type { ByContender, KernelResults } from '../suites/kernels.ts';
import type { TrainingRow } from '../suites/training.ts';
import { describeWorkload, workloads } from '../workloads.ts';
import { formatNumber, formatRatio, markdownTable } from './markdown.ts';

const peerTitles: Readonly<Record<Peer, string>> = {
  pytorch: 'PyTorch',
  'tfjs-wasm': 'tfjs wasm',
  'tfjs-cpu': 'tfjs cpu',
  'jax-js': 'jax-js',
};
const peers = Object.keys(peerTitles) as readonly Peer[];

/** Workload by workload and configuration by configuration: our time, and how many times as long the peers take. */
export function ratioTable(rows: readonly TrainingRow[]): string {
  const header = ['', 'tapeless', 'µs a step', ...peers.map((peer) => peerTitles[peer])];
  const cells = rows.map((row) => [
    row.id,
    describeConfiguration(row),
    formatNumber(row.us),
    ...peers.map((peer) => formatRatio(row.ratios[peer])),
  ]);
  return markdownTable(header, cells, 2);
}

/** The times of the peers themselves, in microseconds a step. */
export function peerTable(rows: readonly TrainingRow[]): string {
  const threadCounts = [...new Set(rows.map(({ threads }) => threads))];
  const others = peers.filter((peer) => peer !== 'pytorch');
  const header = [
    '',
    'workload',
    ...threadCounts.map((threads) => `PyTorch, ${threads} thread${threads === 1 ? '' : 's'}`),
    'its best settings',
    ...others.map((peer) => peerTitles[peer]),
  ];
  const cells = workloads.flatMap((workload) => {
    const own = rows.filter(({ id }) => id === workload.id);
    if (own.length === 0) return [];
    const best = threadCounts.map((threads) => own.find((row) => row.threads === threads));
    const settings = new Set(best.flatMap((row) => row?.pytorchSetting ?? []));
    return [
      [
        workload.id,
        describeWorkload(workload),
        ...best.map((row) => formatNumber(row?.peers.pytorch)),
        [...settings].join('; ') || '–',
        ...others.map((peer) => formatNumber(own[0]?.peers[peer])),
      ],
    ];
  });
  return markdownTable(header, cells, 2);
}

/** Ids of all contenders that have numbers. */
function contendersOf(rows: readonly ByContender[]): readonly string[] {
  return [...new Set(rows.flatMap((row) => Object.keys(row)))];
}

function shortTitle(contender: string): string {
  const [name = '', count] = contender.split(/ (?=\d+$)/);
  if (name !== 'pytorch') return contender.replace('tapeless ', '');
  return `PyTorch, ${count ?? ''} thread${count === '1' ? '' : 's'}`;
}

/** Products, in GFLOP/s; for one thread with the share of the peak. */
export function contractionTable({ contractions }: KernelResults): string {
  const contenders = contendersOf(contractions.map(({ gflops }) => gflops));
  const cells = contractions.map(({ name, sizes: [rows, columns, inner], gflops, ofPeak }) => [
    name,
    `${rows}×${inner} · ${inner}×${columns}`,
    ...contenders.map((contender) => {
      const share = ofPeak[contender];
      const number = formatNumber(gflops[contender]);
      return share === undefined || !/ 1( thread)?$/.test(contender)
        ? number
        : `${number} (${Math.round(100 * share)} %)`;
    }),
  ]);
  return markdownTable(['', 'product', ...contenders.map(shortTitle)], cells, 2);
}

/** Scalar functions, in nanoseconds an element. */
export function functionTable({ functions }: KernelResults): string {
  const contenders = contendersOf(functions.map(({ ns }) => ns));
  const cells = functions.map(({ name, ns }) => [
    name,
    ...contenders.map((contender) => formatNumber(ns[contender])),
  ]);
  return markdownTable(['', ...contenders.map(shortTitle)], cells);
}

/** From the declaration to the first step, and steps with other batch sizes, in milliseconds. */
export function compileTimeTable(rows: readonly CompileTimeRow[]): string {
  const cells = rows.map(({ model, target, firstStep, otherSize, knownSize }) => [
    model,
    target,
    formatNumber(firstStep),
    formatNumber(otherSize),
    formatNumber(knownSize),
  ]);
  return markdownTable(['', 'target', 'first step', 'another batch size', 'known batch size'], cells, 2);
}

/** Machine and versions in a line each. */
export function provenance({ machine, versions, date, quick }: Results): string {
  const { cpu, cores, memoryGiB, system } = machine;
  const listed = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    `${cpu}, ${cores} core${cores === 1 ? '' : 's'}, ${memoryGiB} GiB, ${system}; ${date}${quick ? '; quick run' : ''}`,
    listed.join(', '),
  ].join('\n\n');
}

/** All that a run measured, with headings where there are several parts. */
export function report(results: Results): string {
  const { workloads: rows, kernels, compileTimes, problems } = results;
  const parts = [
    provenance(results),
    ...(rows.length === 0
      ? []
      : [
          'Training step: µs of tapeless, and how many times as long the peers take (PyTorch at as many threads).',
          ratioTable(rows),
          'The peers, µs a step.',
          peerTable(rows),
        ]),
    ...(kernels === undefined
      ? []
      : [
          `Products in GFLOP/s; one core's peak by ${kernels.peak.instruction}: ${formatNumber(kernels.peak.gflops)}.`,
          contractionTable(kernels),
          'Scalar functions, ns an element.',
          functionTable(kernels),
        ]),
    ...(compileTimes === undefined
      ? []
      : ['From the declaration to the end of the first step, ms.', compileTimeTable(compileTimes)]),
    ...(problems.length === 0 ? [] : [problems.map((problem) => `- ${problem}`).join('\n')]),
  ];
  return parts.join('\n\n');
}
