// The contender that all others are compared with: `tapeless.ts <target> <numerics> <threads>`.
import { readFile } from 'node:fs/promises';
import type { Declaration, Session, Snapshot } from '../src/index.ts';
import { buildOptions, compileExactly } from './build.ts';
import { readArrays, readTraining, type TrainingData } from './harness/problem.ts';
import { checkedSteps, type Task } from './harness/protocol.ts';
import { serve, type Workbench } from './harness/serve.ts';
import { declareContraction, declareFunction, operandName, resultName } from './kernels.ts';
import { declare, type Workload } from './workloads.ts';

const options = buildOptions(process.argv.slice(2));
const start = (declaration: Declaration): Session => compileExactly(declaration, options).start();

interface Manifest {
  readonly version: string;
}
const manifest = await readFile(new URL('../package.json', import.meta.url), 'utf8');
// Our own file, whose field the interface names.
const { version } = JSON.parse(manifest) as Manifest;

/** A snapshot in which values have been replaced by what `replacement` gives for their name, where it gives something. */
function replaced(snapshot: Snapshot, replacement: (name: string) => Float32Array | undefined): Snapshot {
  const values = Object.entries(snapshot.values).map(([name, value]) => [name, replacement(name) ?? value]);
  // The names are those of the snapshot, each with values of the same length.
  return { model: snapshot.model, values: Object.fromEntries(values) as Snapshot['values'] };
}

/**
 * Layers are numbered by type; in the data, convolutions come before linear layers, and so do the projections of
 * attention.
 */
function givenLayer(workload: Workload, data: TrainingData, name: string): Float32Array | undefined {
  const [, type, number, part] = /(conv2d|linear|in_proj_|out_proj)(\d*)\.?(weight|bias)$/.exec(name) ?? [];
  const projections = ['in_proj_', 'out_proj'];
  const before =
    type === 'linear'
      ? (workload.images?.filters.length ?? (workload.sequences === null ? 0 : projections.length))
      : 0;
  const position = projections.includes(type ?? '') ? projections.indexOf(type ?? '') : Number(number) - 1;
  const layer = data.layers[before + position];
  return part === 'weight' ? layer?.weight : layer?.bias;
}

async function prepareTraining(workload: Workload, file: string): Promise<Workbench> {
  const data = await readTraining(file, workload);
  const session = start(declare(workload));
  const initial = replaced(session.snapshot(), (name) => givenLayer(workload, data, name));
  session.restore(initial);
  const feeds = { x: data.x, y: data.y };
  const outcome = Array.from({ length: checkedSteps }, () => session.step(feeds).loss ?? Number.NaN);
  const parameters = Object.values(session.parameters()).reduce((sum, each) => sum + each.data.length, 0);
  return {
    parameters,
    version,
    outcome,
    run: (steps) => {
      for (let step = 0; step < steps; step++) session.step(feeds);
      return Promise.resolve();
    },
    restart: () => {
      session.restore(initial);
      return Promise.resolve();
    },
  };
}

async function prepareKernel(task: Exclude<Task, { kind: 'training' }>): Promise<Workbench> {
  const reader = await readArrays(task.data);
  const [declaration, lengths] =
    task.kind === 'contraction'
      ? [declareContraction(task), [task.left, task.right].map(([rows, columns]) => rows * columns)]
      : [declareFunction(task.name, task.elements), [task.elements]];
  const operands = new Map(lengths.map((length, index) => [operandName(index), reader.f32(length)]));
  const session = start(declaration);
  session.restore(replaced(session.snapshot(), (name) => operands.get(baseName(name))));
  session.step({});
  const [, result] =
    Object.entries(session.parameters()).find(([name]) => baseName(name) === resultName) ?? [];
  const values = Float64Array.from(result?.data ?? []);
  return {
    parameters: 0,
    version,
    outcome: [values.reduce((sum, value) => sum + value, 0), values.at(-1) ?? Number.NaN],
    run: (steps) => {
      for (let step = 0; step < steps; step++) session.step({});
      return Promise.resolve();
    },
    restart: () => Promise.resolve(),
  };
}

/** The name of a leaf without the path of its layer. */
function baseName(name: string): string {
  return name.slice(1 + Math.max(name.lastIndexOf('.'), name.lastIndexOf('/')));
}

await serve((task) => (task.kind === 'training' ? prepareTraining(task, task.data) : prepareKernel(task)));
