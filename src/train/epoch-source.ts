// Where the batches of every epoch come from. Relies on batches.

import type { Batches, Dataset, Feeds } from '../data/index.ts';
import { batches } from '../data/index.ts';
import type { Course } from './course.ts';
import { dataCourse } from './course.ts';
import { inOrder } from './evaluate.ts';
import type { FitOptions, TrainingData } from './options.ts';

/** The batches of an epoch, and those of its validation. */
export interface EpochLoaders<Columns extends Feeds> {
  readonly loader: Batches<Columns>;
  readonly validationLoader: Batches<Columns> | undefined;
  /** What a checkpoint says of the data. */
  readonly course: () => Course;
}

/** The batches of each epoch, counted from 0. A dataset's buffers are made once, here, before the first step. */
export function epochSource<Columns extends Feeds, Metric extends string>(
  data: TrainingData<Columns>,
  options: FitOptions<Columns, Metric>,
): (epoch: number) => EpochLoaders<Columns> {
  const { batchSize = 32, seed = 0, dropLast = false, validationBatchSize } = options;
  const loaders = (train: Dataset<Columns>, validation: Dataset<Columns> | undefined) => {
    const sampler = typeof options.sampler === 'function' ? options.sampler(train) : options.sampler;
    const { shuffle = sampler === undefined } = options;
    const rows = sampler === undefined ? {} : { sampler };
    let course: Course | undefined;
    return {
      loader: batches(train, { batchSize, shuffle, seed, dropLast, ...rows }),
      validationLoader: validation === undefined ? undefined : inOrder(validation, validationBatchSize),
      course: () => (course ??= dataCourse(train, validation, sampler)),
    };
  };
  if (typeof data !== 'function') {
    const always = loaders(data, options.validation);
    return () => always;
  }
  // The last one is kept: the course of a checkpoint is that of the epoch that was trained last.
  let latest: { readonly epoch: number; readonly loaders: EpochLoaders<Columns> } | undefined;
  return (epoch) => {
    if (latest?.epoch !== epoch) {
      const { train, validation } = data(epoch);
      latest = { epoch, loaders: loaders(train, validation) };
    }
    return latest.loaders;
  };
}
