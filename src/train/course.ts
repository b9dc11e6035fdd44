// The course of a training: everything beside the state that decides what its next steps compute. A checkpoint carries it,
// so that one of another model, other data or other options is refused with what differs. Relies on datasets.

import type { Dataset, Feeds, Sampler } from '../data/index.ts';
import { generator } from '../data/index.ts';
import { DeclarationError } from '../ir/errors.ts';
import { hashText } from '../ir/equal.ts';
import type { FitOptions } from './options.ts';
import type { TrainableSession } from './trainable.ts';

/** What may not change between a checkpoint and its resumption, by the name that an error gives it. */
export type Course = Readonly<Record<string, string>>;

/** The course of options and data that are the same in every epoch. */
export function courseOf<Columns extends Feeds, Metric extends string>(
  session: TrainableSession<Columns, Metric>,
  options: FitOptions<Columns, Metric>,
): Course {
  const { batchSize = 32, sampler, seed = 0, dropLast = false, initialEpoch = 0 } = options;
  const { validationBatchSize = 1024, validationEvery = 1, earlyStopping, reduceOnPlateau } = options;
  const { shuffle = sampler === undefined } = options;
  const { monitor, mode = 'auto', minDelta = 0, restoreBest = true } = earlyStopping ?? {};
  const described = {
    step: session.fingerprint ?? '',
    batchSize,
    shuffle,
    seed,
    dropLast,
    initialEpoch,
    validationBatchSize,
    validationEvery,
    // How long it waits may change: only what it compares decides what it has seen so far.
    earlyStopping:
      earlyStopping === undefined ? undefined : [monitor, mode, minDelta, restoreBest].map(String).join(' '),
    reduceOnPlateau,
  };
  return Object.fromEntries(
    Object.entries(described).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : (JSON.stringify(value) ?? 'none'),
    ]),
  );
}

/** The data of an epoch: names, shapes and a checksum of a sample of the elements of every column. */
export function dataCourse<Columns extends Feeds>(
  train: Dataset<Columns>,
  validation: Dataset<Columns> | undefined,
  sampler: Sampler | undefined,
): Course {
  return {
    'training data': describeData(train),
    'validation data': validation === undefined ? 'none' : describeData(validation),
    sampler: sampler === undefined ? 'none' : describeSampler(sampler),
  };
}

/**
 * Refuses a checkpoint of another course.
 * @throws DeclarationError `E_CHECKPOINT`
 */
export function requireSameCourse(saved: Course, current: Course): void {
  const names = [...new Set([...Object.keys(saved), ...Object.keys(current)])];
  const differences = names.flatMap((name) => {
    const [was = 'none', is = 'none'] = [saved[name], current[name]];
    if (was === is) return [];
    return name === 'step'
      ? ['  the model, its loss, its optimizer with its options, or the arithmetic']
      : [`  ${name} was ${was}, is ${is}`];
  });
  if (differences.length === 0) return;
  throw checkpointError(
    `the checkpoint is of another training; what differs:\n\n${differences.join('\n')}`,
    'pass what it was written with; or begin anew with checkpoint: { resume: false }; or take its state alone: ' +
      'session.restore(decodeCheckpoint(bytes).snapshot)',
  );
}

/** A checkpoint that `fit` cannot use. */
export function checkpointError(message: string, help: string): DeclarationError {
  return new DeclarationError('E_CHECKPOINT', `fit: ${message}\n\n  help: ${help}`, { help });
}

/** Elements of a column that its checksum looks at: enough to tell scalings and orders of rows apart, at no cost. */
const sampledElements = 4096;

function describeData({ columns }: Dataset): string {
  return Object.entries(columns)
    .map(([name, { data, shape }]) => {
      const stride = Math.max(1, Math.floor(data.length / sampledElements));
      const sample = data.filter((_, index) => index % stride === 0);
      return `${name} [${shape.join(', ')}] (checksum ${hashText(sample.join()).slice(0, 8)})`;
    })
    .join(', ');
}

/** A sampler is a function: it is known by what it draws. */
function describeSampler(sampler: Sampler): string {
  const drawn = new Int32Array(sampler.size);
  sampler.draw(drawn, generator(0));
  return `of ${sampler.size} in ${sampler.rows} rows (checksum ${hashText(drawn.join()).slice(0, 8)})`;
}
