// The training steps: tapeless in every configuration, and the peers, workload by workload. Processes are fresh for each
// workload, so that no engine carries the types that it saw in one over to the next.
import { join } from 'node:path';
import { startContender, type ContenderCommand } from '../harness/contender.ts';
import { trainingArrays, writeArrays } from '../harness/problem.ts';
import {
  nodePeers,
  pytorchContenders,
  tapelessContender,
  type Configuration,
  type Peer,
} from '../harness/roster.ts';
import type { Pace } from '../harness/rounds.ts';
import { ratioOf } from '../harness/statistics.ts';
import type { Workload } from '../workloads.ts';
import { compare, peerVersions, type Comparison } from './comparison.ts';

/** What a row of results says of the peers: microseconds, or how many times as long as ours. */
export type PeerNumbers = Readonly<Partial<Record<Peer, number>>>;

/** tapeless in one configuration on one workload, with the peers of the same run. */
export interface TrainingRow extends Configuration {
  /** Of the workload. */
  readonly id: string;
  /** Median microseconds a step. */
  readonly us: number;
  /** PyTorch at the same number of threads, its best setting; the others as they are. */
  readonly peers: PeerNumbers;
  /** Medians of the ratios peer/ours of single rounds. */
  readonly ratios: PeerNumbers;
  /** The setting of PyTorch that was best. */
  readonly pytorchSetting?: string;
}

export interface TrainingResults {
  readonly rows: readonly TrainingRow[];
  readonly versions: Readonly<Record<string, string>>;
  readonly problems: readonly string[];
}

/** Who is compared with tapeless. */
export interface Opponents {
  readonly configurations: readonly Configuration[];
  /** A Python with PyTorch, where there is one. */
  readonly python: string | undefined;
  readonly peers: readonly (keyof typeof nodePeers)[];
}

/** Times workloads one after the other; `folder` is for the numbers that all contenders read. */
export async function timeTraining(
  workloads: readonly Workload[],
  opponents: Opponents,
  { pace, folder, report }: { pace: Pace; folder: string; report: (line: string) => void },
): Promise<TrainingResults> {
  const rows: TrainingRow[] = [];
  const problems: string[] = [];
  const versions: Record<string, string> = {};
  for (const workload of workloads) {
    const data = join(folder, `${workload.id}.bin`);
    await writeArrays(data, trainingArrays(workload));
    report(`${workload.id}: preparing`);
    const contenders = commandsOf(opponents).map(startContender);
    try {
      const comparison = await compare({ kind: 'training', data, ...workload }, contenders, pace, (round) =>
        report(`${workload.id}: round ${round + 1} of ${pace.rounds}`),
      );
      rows.push(...rowsOf(workload, opponents.configurations, comparison));
      problems.push(...comparison.problems.map((problem) => `${workload.id}: ${problem}`));
      Object.assign(versions, peerVersions(comparison));
    } finally {
      for (const contender of contenders) contender.stop();
    }
  }
  return { rows, problems, versions };
}

function commandsOf({ configurations, python, peers }: Opponents): readonly ContenderCommand[] {
  const threadCounts = new Set(configurations.map(({ threads }) => threads));
  return [
    ...configurations.map(tapelessContender),
    ...(python === undefined
      ? []
      : [...threadCounts].flatMap((threads) => pytorchContenders(python, threads))),
    ...peers.map((peer) => nodePeers[peer]),
  ];
}

/** The id of a peer's contender beside a configuration: only PyTorch is asked to use as many threads. */
function contenderBeside(peer: Peer, { threads }: Configuration): string {
  return peer === 'pytorch' ? `pytorch ${threads}` : peer;
}

function rowsOf(
  { id }: Workload,
  configurations: readonly Configuration[],
  { measured }: Comparison,
): readonly TrainingRow[] {
  const peers: readonly Peer[] = ['pytorch', 'tfjs-wasm', 'tfjs-cpu', 'jax-js'];
  return configurations.flatMap((configuration): TrainingRow[] => {
    const ours = measured.get(tapelessContender(configuration).id);
    if (ours === undefined) return [];
    const found = peers.flatMap((peer) => {
      const theirs = measured.get(contenderBeside(peer, configuration));
      return theirs === undefined ? [] : [[peer, theirs] as const];
    });
    const pytorch = measured.get(contenderBeside('pytorch', configuration));
    return [
      {
        id,
        ...configuration,
        us: ours.microseconds,
        peers: Object.fromEntries(found.map(([peer, { microseconds }]) => [peer, microseconds])),
        ratios: Object.fromEntries(
          found.map(([peer, { samples }]) => [peer, ratioOf(samples, ours.samples)]),
        ),
        ...(pytorch === undefined ? {} : { pytorchSetting: pytorch.variant }),
      },
    ];
  });
}
