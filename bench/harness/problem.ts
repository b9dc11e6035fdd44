// The numbers that every contender works on, in a file that all of them can read: 32-bit little-endian, drawn from a
// fixed seed. Training: x, y (i32), then weight [outputs, inputs] and bias of each layer, where a convolution's inputs are
// [channels, 3, 3] and attention's first layer has the rows of queries, keys and values one after the other. Contraction: left,
// right. Function: the arguments.
import { readFile, writeFile } from 'node:fs/promises';
import { inputSize, layerSizes, type Workload } from '../workloads.ts';
import type { Contraction, FunctionName } from './protocol.ts';

/** Uniform numbers in [0, 1) from 32 bits of state: mulberry32. */
export function uniformNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

function drawn(count: number, low: number, high: number, uniform: () => number): Float32Array {
  return Float32Array.from({ length: count }, () => low + (high - low) * uniform());
}

/** Rows around a centre for each class, so that there is something to learn. */
function classRows(workload: Workload, uniform: () => number): { x: Float32Array; y: Int32Array } {
  const features = inputSize(workload);
  const classes = workload.widths.at(-1) ?? 1;
  const centres = drawn(classes * features, -1, 1, uniform);
  const y = Int32Array.from({ length: workload.batch }, (_, row) => row % classes);
  const x = Float32Array.from({ length: workload.batch * features }, (_, at) => {
    const label = y[Math.floor(at / features)] ?? 0;
    return (centres[label * features + (at % features)] ?? 0) + 2 * uniform() - 1;
  });
  return { x, y };
}

/** The arrays of a training task: a batch, and first weights as PyTorch draws them, uniform in ±1/√inputs. */
export function trainingArrays(workload: Workload): readonly (Float32Array | Int32Array)[] {
  const uniform = uniformNumbers(1);
  const { x, y } = classRows(workload, uniform);
  const layers = layerSizes(workload).flatMap(([inputs, outputs]) => {
    const bound = 1 / Math.sqrt(inputs);
    return [drawn(outputs * inputs, -bound, bound, uniform), drawn(outputs, -bound, bound, uniform)];
  });
  return [x, y, ...layers];
}

/** The operands of a contraction. */
export function contractionArrays({ left, right }: Contraction): readonly Float32Array[] {
  const uniform = uniformNumbers(2);
  return [left, right].map(([rows, columns]) => drawn(rows * columns, -1, 1, uniform));
}

/** The arguments of a scalar function: where it neither overflows nor is constant. */
export function functionArrays(name: FunctionName, elements: number): readonly Float32Array[] {
  const uniform = uniformNumbers(3);
  return [name === 'log' ? drawn(elements, 1e-3, 100, uniform) : drawn(elements, -8, 8, uniform)];
}

/** Writes arrays one after the other. */
export async function writeArrays(
  file: string,
  arrays: readonly (Float32Array | Int32Array)[],
): Promise<void> {
  const bytes = arrays.map((array) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  await writeFile(file, Buffer.concat(bytes));
}

/** Takes arrays from a file in the order in which they were written. */
export interface ArrayReader {
  readonly f32: (count: number) => Float32Array;
  readonly i32: (count: number) => Int32Array;
}

/** Opens a file of {@link writeArrays}. */
export async function readArrays(file: string): Promise<ArrayReader> {
  const { buffer } = new Uint8Array(await readFile(file));
  let offset = 0;
  const advance = (count: number): number => {
    const start = offset;
    offset += 4 * count;
    return start;
  };
  return {
    f32: (count) => new Float32Array(buffer, advance(count), count),
    i32: (count) => new Int32Array(buffer, advance(count), count),
  };
}

/** A training task's file, read back. */
export interface TrainingData {
  readonly x: Float32Array;
  readonly y: Int32Array;
  readonly layers: readonly {
    readonly inputs: number;
    readonly outputs: number;
    /** `[outputs, inputs]` */
    readonly weight: Float32Array;
    readonly bias: Float32Array;
  }[];
}

/** Reads the file of {@link trainingArrays}. */
export async function readTraining(file: string, workload: Workload): Promise<TrainingData> {
  const reader = await readArrays(file);
  return {
    x: reader.f32(workload.batch * inputSize(workload)),
    y: reader.i32(workload.batch),
    layers: layerSizes(workload).map(([inputs, outputs]) => ({
      inputs,
      outputs,
      weight: reader.f32(outputs * inputs),
      bias: reader.f32(outputs),
    })),
  };
}
