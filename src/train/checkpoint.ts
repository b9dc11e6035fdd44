// A checkpoint: everything that a training needs to go on with the same bits, and its form as a safetensors file. The
// arrays are tensors (`state/…`, and `best/…` for the best epoch), the rest is one JSON text of the metadata. Relies on
// safetensors and on the parts of the loop whose state it carries.

import { ioError } from '../io/io-error.ts';
import { parseExact, stringifyExact } from '../io/exact-json.ts';
import type { SafetensorSource } from '../io/index.ts';
import { decodeSafetensors, encodeSafetensors } from '../io/index.ts';
import type { MonitorState } from './best-epoch.ts';
import type { Course } from './course.ts';
import type { EpochRecord } from './history.ts';
import type { Plateau } from './reduce-on-plateau.ts';
import type { PredictionData } from './trainable.ts';
import type { MeasureSums } from './weighted-mean.ts';

/** State of a session by name, as `session.snapshot()` gives it and `session.restore` takes it. */
export interface SessionState {
  /** Digits of the model. */
  readonly model: string;
  readonly values: Readonly<Record<string, PredictionData>>;
}

/** Where a training is, beside the state of its session. */
export interface TrainingProgress {
  /** The epoch that runs, or is the next to begin; counted from 1. */
  readonly epoch: number;
  /** Batches of it that were taken. */
  readonly batch: number;
  /** Steps that were taken in all. */
  readonly steps: number;
  /** Seconds of training in all. */
  readonly seconds: number;
  /** Seconds of the epoch that runs. */
  readonly epochSeconds: number;
  /** Sums of the measures of its batches. */
  readonly sums: MeasureSums;
  /** The epochs that are complete. */
  readonly records: readonly EpochRecord[];
  /** Which of them was best. */
  readonly monitor: MonitorState;
  /** Where the reduction of a rate is. */
  readonly plateau?: Plateau;
}

/** A training at one of its steps. */
export interface Checkpoint {
  /** Parameters, optimizer state, running statistics, averages, counters and the seed of random numbers. */
  readonly snapshot: SessionState;
  /** The same at the end of the best epoch; absent where it is not kept. */
  readonly best?: { readonly snapshot: SessionState; readonly steps: number };
  readonly progress: TrainingProgress;
  /** What decides the steps to come: the model, the data, and options of `fit`. */
  readonly course: Course;
  /** What was saved beside it. */
  readonly extras: Readonly<Record<string, unknown>>;
}

const metadataName = 'tapeless.checkpoint';
const formatVersion = 1;

/** Shapes by name; what is missing has one axis. */
export type Shapes = Readonly<Record<string, readonly number[]>>;

/** The bytes of a checkpoint: a safetensors file. */
export function encodeCheckpoint(checkpoint: Checkpoint, shapes: Shapes = {}): Uint8Array<ArrayBuffer> {
  const { snapshot, best, ...rest } = checkpoint;
  const named = (prefix: string, { values }: SessionState): (readonly [string, SafetensorSource])[] =>
    Object.entries(values).map(([name, data]) => [
      `${prefix}/${name}`,
      { data, shape: shapes[name] ?? [data.length] },
    ]);
  const text = stringifyExact({
    version: formatVersion,
    model: snapshot.model,
    ...(best === undefined ? {} : { bestSteps: best.steps }),
    ...rest,
  });
  return encodeSafetensors(
    Object.fromEntries([
      ...named('state', snapshot),
      ...(best === undefined ? [] : named('best', best.snapshot)),
    ]),
    { metadata: { [metadataName]: text } },
  );
}

/**
 * Reads a checkpoint that `fit` wrote, for looking into it or for taking the state alone:
 * `session.restore(decodeCheckpoint(bytes).snapshot)`.
 * @param options `file` is the name that errors give the file
 * @throws DataError `E_CHECKPOINT_CONTENT` for a file that is no checkpoint or is of another version, and what
 * `decodeSafetensors` throws
 */
export function decodeCheckpoint(
  content: Uint8Array | ArrayBuffer,
  options: { readonly file?: string } = {},
): Checkpoint {
  const { tensors, metadata } = decodeSafetensors(content, options);
  const { [metadataName]: text } = metadata;
  if (text === undefined) {
    throw contentError('the safetensors file is no checkpoint of tapeless', options.file);
  }
  const saved = readText(text, options.file);
  const stateUnder = (prefix: string): SessionState => ({
    model: saved.model,
    values: Object.fromEntries(
      Object.entries(tensors).flatMap(([name, { data }]) =>
        // Sessions hold no other arrays than these, and other names are not ours.
        name.startsWith(`${prefix}/`) && isState(data)
          ? [[name.slice(prefix.length + 1), data] as const]
          : [],
      ),
    ),
  });
  const { progress, course, extras, bestSteps } = saved;
  return {
    snapshot: stateUnder('state'),
    ...(bestSteps === undefined ? {} : { best: { snapshot: stateUnder('best'), steps: bestSteps } }),
    progress,
    course,
    extras,
  };
}

type SavedText = Pick<Checkpoint, 'progress' | 'course' | 'extras'> & {
  readonly version: number;
  readonly model: string;
  readonly bestSteps?: number;
};

function readText(text: string, file: string | undefined): SavedText {
  let value: unknown;
  try {
    value = parseExact(text);
  } catch (cause) {
    throw contentError('the text of the checkpoint is no JSON', file, cause);
  }
  // What follows is checked as far as another program or version could have written it.
  const saved = Object(value) as Partial<SavedText>;
  if (saved.version !== formatVersion) {
    const problem = `the checkpoint has version ${String(saved.version)} of the format, this is ${formatVersion}`;
    throw contentError(problem, file);
  }
  const { progress, course, extras, model } = saved;
  if (progress === undefined || course === undefined || extras === undefined || model === undefined) {
    throw contentError('the checkpoint lacks a part', file);
  }
  return { ...saved, version: saved.version, progress, course, extras, model };
}

function isState(data: SafetensorSource['data']): data is PredictionData {
  return (
    data instanceof Float32Array ||
    data instanceof Float64Array ||
    data instanceof Int32Array ||
    data instanceof Uint8Array
  );
}

function contentError(problem: string, file: string | undefined, cause?: unknown): Error {
  const help = 'pass a file that fit({ checkpoint }) of this version wrote; weights are read by loadWeights';
  return ioError('E_CHECKPOINT_CONTENT', problem, help, { file, cause });
}
