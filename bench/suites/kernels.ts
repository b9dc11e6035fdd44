// Single kernels: products in GFLOP/s beside the peak of one core and PyTorch, scalar functions in nanoseconds an element
// beside loops over `Math`. The contenders stay for all tasks: each task is a program of its own.
import { join } from 'node:path';
import { startContender, type Contender, type ContenderCommand } from '../harness/contender.ts';
import { peakOperations } from '../harness/peak-loop.ts';
import { contractionArrays, functionArrays, writeArrays } from '../harness/problem.ts';
import type { Contraction, FunctionName } from '../harness/protocol.ts';
import {
  mathContender,
  peakContender,
  pytorchContenders,
  tapelessContender,
  type Configuration,
} from '../harness/roster.ts';
import type { Pace } from '../harness/rounds.ts';
import { median, ratioOf } from '../harness/statistics.ts';
import { resultShape } from '../kernels.ts';
import { linearSizes, workloads } from '../workloads.ts';
import { compare, peerVersions, type Comparison } from './comparison.ts';

/** A product to time, as it occurs in training. */
export interface NamedContraction extends Contraction {
  readonly name: string;
}

const squares = [256, 512, 1024];

/** The products of one linear layer: forward, and the gradients of its weight and of its input. */
function productsOfLayer(
  name: string,
  batch: number,
  [inputs, outputs]: readonly [number, number],
): readonly NamedContraction[] {
  return [
    {
      name: `${name} forward`,
      left: [batch, inputs],
      right: [outputs, inputs],
      contractLeft: 1,
      contractRight: 1,
    },
    { name: `${name} dW`, left: [batch, outputs], right: [batch, inputs], contractLeft: 0, contractRight: 0 },
    {
      name: `${name} dX`,
      left: [batch, outputs],
      right: [outputs, inputs],
      contractLeft: 1,
      contractRight: 0,
    },
  ];
}

/** Square products, and those of workloads b to d; nobody needs the gradient of what is fed. */
export const contractions: readonly NamedContraction[] = [
  ...squares.map((size): NamedContraction => ({
    name: `${size}²`,
    left: [size, size],
    right: [size, size],
    contractLeft: 1,
    contractRight: 0,
  })),
  ...workloads
    .filter(({ id }) => ['b', 'c', 'd'].includes(id))
    .flatMap((workload) =>
      linearSizes(workload).flatMap((sizes, index) => {
        const products = productsOfLayer(`${workload.id}${index + 1}`, workload.batch, sizes);
        return index === 0 ? products.slice(0, 2) : products;
      }),
    ),
];

/** Rows, columns, and the length of the sums. */
export function sizesOf(contraction: Contraction): readonly [number, number, number] {
  const { left, contractLeft } = contraction;
  return [...resultShape(contraction), left[contractLeft]];
}

/** Numbers by the id of a contender. */
export type ByContender = Readonly<Record<string, number>>;

export interface ContractionRow {
  readonly name: string;
  /** Rows, columns, and the length of the sums. */
  readonly sizes: readonly [number, number, number];
  readonly gflops: ByContender;
  /** Share of the peak of one core, from the ratios of single rounds. */
  readonly ofPeak: ByContender;
}

export interface FunctionRow {
  readonly name: FunctionName;
  readonly elements: number;
  /** Nanoseconds an element. */
  readonly ns: ByContender;
}

export interface KernelResults {
  readonly contractions: readonly ContractionRow[];
  readonly functions: readonly FunctionRow[];
  /** GFLOP/s of the peak loop, and the instruction that it consists of. */
  readonly peak: { readonly gflops: number; readonly instruction: string };
}

const functionNames: readonly FunctionName[] = ['exp', 'log', 'tanh', 'sigmoid'];

/** Fits the first-level cache together with its result. */
const elements = 4096;

interface Setting {
  readonly configurations: readonly Configuration[];
  readonly python: string | undefined;
  readonly pace: Pace;
  readonly folder: string;
  readonly report: (line: string) => void;
}

/** Times all kernels. */
export async function timeKernels(setting: Setting) {
  const products = await timeContractions(setting);
  const functions = await timeFunctions(setting);
  const { rows: contractions, peak } = products;
  const results: KernelResults = { contractions, functions: functions.rows, peak };
  return {
    results,
    versions: products.versions,
    problems: [...products.problems, ...functions.problems],
  };
}

async function withContenders<T>(
  commands: readonly ContenderCommand[],
  body: (contenders: readonly Contender[]) => Promise<T>,
): Promise<T> {
  const contenders = commands.map(startContender);
  try {
    return await body(contenders);
  } finally {
    for (const contender of contenders) contender.stop();
  }
}

async function timeContractions({ configurations, python, pace, folder, report }: Setting) {
  // Plain JavaScript takes seconds for the larger products.
  const compiled = configurations.filter(({ target }) => target === 'wasm');
  const threadCounts = new Set(compiled.map(({ threads }) => threads));
  const commands = [
    ...compiled.map(tapelessContender),
    ...(python === undefined
      ? []
      : [...threadCounts].flatMap((threads) => pytorchContenders(python, threads))),
    peakContender,
  ];
  return withContenders(commands, async (contenders) => {
    const rows: ContractionRow[] = [];
    const problems: string[] = [];
    const peaks: number[] = [];
    let instruction = '';
    let versions = {};
    for (const contraction of contractions) {
      report(`kernel ${contraction.name}`);
      const data = join(folder, 'contraction.bin');
      await writeArrays(data, contractionArrays(contraction));
      const task = { kind: 'contraction', data, ...contraction } as const;
      const comparison = await compare(task, contenders, pace, () => undefined);
      rows.push(contractionRow(contraction, comparison));
      problems.push(...comparison.problems.map((problem) => `${contraction.name}: ${problem}`));
      const peak = comparison.measured.get(peakContender.id);
      if (peak !== undefined) peaks.push(peakOperations / peak.microseconds / 1000);
      instruction = comparison.versions.get(peakContender.id) ?? instruction;
      versions = { ...versions, ...peerVersions(comparison) };
    }
    return { rows, problems, versions, peak: { gflops: median(peaks), instruction } };
  });
}

function contractionRow(contraction: NamedContraction, { measured }: Comparison): ContractionRow {
  const sizes = sizesOf(contraction);
  const operations = 2 * sizes[0] * sizes[1] * sizes[2];
  const peak = measured.get(peakContender.id);
  const others = [...measured].filter(([id]) => id !== peakContender.id);
  return {
    name: contraction.name,
    sizes,
    gflops: Object.fromEntries(
      others.map(([id, { microseconds }]) => [id, operations / microseconds / 1000]),
    ),
    ofPeak: Object.fromEntries(
      peak === undefined
        ? []
        : others.map(([id, { samples }]) => [
            id,
            (ratioOf(peak.samples, samples) * operations) / peakOperations,
          ]),
    ),
  };
}

async function timeFunctions({ configurations, python, pace, folder, report }: Setting) {
  const single = configurations.filter(({ threads }) => threads === 1);
  const commands = [
    ...single.map(tapelessContender),
    mathContender,
    ...(python === undefined ? [] : pytorchContenders(python, 1)),
  ];
  return withContenders(commands, async (contenders) => {
    const rows: FunctionRow[] = [];
    const problems: string[] = [];
    for (const name of functionNames) {
      report(`kernel ${name}`);
      const data = join(folder, 'function.bin');
      await writeArrays(data, functionArrays(name, elements));
      const task = { kind: 'function', data, name, elements } as const;
      const { measured, problems: found } = await compare(task, contenders, pace, () => undefined);
      const nanoseconds = [...measured].map(([id, { microseconds }]) => [
        id,
        (1000 * microseconds) / elements,
      ]);
      rows.push({ name, elements, ns: Object.fromEntries(nanoseconds) as ByContender });
      problems.push(...found.map((problem) => `${name}: ${problem}`));
    }
    return { rows, problems };
  });
}
