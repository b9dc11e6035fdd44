// Runs the suites that were asked for, with the peers that can be had, and gathers what they give.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeMachine } from './harness/machine.ts';
import { findPyTorch, installPeers } from './harness/peers.ts';
import { configurationsFor, nodePeers } from './harness/roster.ts';
import type { Pace } from './harness/rounds.ts';
import { modelNames } from './models.ts';
import type { Options } from './options.ts';
import type { Results } from './results.ts';
import { timeCompilation } from './suites/compile-time.ts';
import { timeKernels } from './suites/kernels.ts';
import { timeTraining, type Opponents } from './suites/training.ts';
import { workloads } from './workloads.ts';

const thorough: Pace = { rounds: 21, block: 60, warmUp: 400, budget: 2500, leastBlocks: 3 };
const hasty: Pace = { rounds: 5, block: 25, warmUp: 100, budget: 300, leastBlocks: 1 };

/** Kernels are many and have little to warm up. */
const ofKernels = { rounds: 9, block: 25, warmUp: 100 };

interface OwnManifest {
  readonly version: string;
}

async function ownVersion(): Promise<string> {
  const text = await readFile(new URL('../package.json', import.meta.url), 'utf8');
  // Our own file, whose field the interface names.
  return (JSON.parse(text) as OwnManifest).version;
}

/** Measures what the options ask for; `report` is told how far it is. */
export async function measure(options: Options, report: (line: string) => void): Promise<Results> {
  const machine = describeMachine();
  const pace = options.quick ? hasty : thorough;
  const configurations = configurationsFor(machine.cores);
  const chosen = workloads.filter(({ id }) => options.workloads.includes(id));
  const problems: string[] = [];

  const { python, peers } = await opponents(options, chosen.length > 0, problems);
  const folder = await mkdtemp(join(tmpdir(), 'tapeless-bench-'));
  try {
    const training = await timeTraining(chosen, { configurations, python, peers }, { pace, folder, report });
    const kernels = options.kernels
      ? await timeKernels({ configurations, python, folder, report, pace: { ...pace, ...ofKernels } })
      : undefined;
    const compileTimes = options.compileTimes
      ? await timeCompilation(
          modelNames,
          configurations.filter(({ threads, numerics }) => threads === 1 && numerics === 'strict'),
          { repeats: options.quick ? 1 : 5, report },
        )
      : undefined;
    return {
      date: new Date().toISOString().slice(0, 10),
      quick: options.quick,
      machine,
      versions: {
        tapeless: await ownVersion(),
        node: process.versions.node,
        v8: process.versions.v8,
        ...training.versions,
        ...kernels?.versions,
      },
      workloads: training.rows,
      ...(kernels === undefined ? {} : { kernels: kernels.results }),
      ...(compileTimes === undefined ? {} : { compileTimes }),
      problems: [...problems, ...training.problems, ...(kernels?.problems ?? [])],
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The peers that this machine has; what is missing is a problem, but no reason to measure nothing. */
async function opponents(
  options: Options,
  trains: boolean,
  problems: string[],
): Promise<Pick<Opponents, 'python' | 'peers'>> {
  const python = trains || options.kernels ? findPyTorch() : undefined;
  if (python === undefined && (trains || options.kernels)) {
    problems.push(
      'no Python with PyTorch was found: Debian has it as python3-torch, with libopenblas0-pthread',
    );
  }
  if (!trains) return { python, peers: [] };
  try {
    await installPeers();
  } catch (error) {
    problems.push(
      `TensorFlow.js and jax-js are missing: ${error instanceof Error ? error.message : String(error)}`,
    );
    return { python, peers: [] };
  }
  const all = Object.keys(nodePeers) as (keyof typeof nodePeers)[];
  // A step of tfjs-cpu can take ten seconds.
  return { python, peers: options.quick ? all.filter((peer) => peer !== 'tfjs-cpu') : all };
}
