// Loss and metrics over a whole dataset, in batches. Relies on batches and on the weighted mean.

import type { Batches, Dataset, Feeds } from '../data/index.ts';
import { batches } from '../data/index.ts';
import { breather } from './breathe.ts';
import type { EvaluableSession, Measures } from './trainable.ts';
import type { WeightedMean } from './weighted-mean.ts';
import { weightedMean } from './weighted-mean.ts';

/** Rows that are evaluated or predicted at once unless the caller says otherwise. */
const defaultEvaluationBatchSize = 1024;

/** Options of `evaluate` and `predictAll`. */
export interface EvaluateOptions {
  /** Rows at once; default 1024. It bounds memory and changes rounding at most. */
  readonly batchSize?: number | 'full';
}

/**
 * Loss and metrics of a dataset: the mean over samples, whatever the batch size. (A measure that is not a mean over
 * samples, such as a loss with class weights, is exact only with `batchSize: 'full'`.) The session's state stays
 * as it is; the event loop gets its turn between batches.
 *
 * @throws DataError `E_DATA_OPTION` for a batch size out of range, and what `session.evaluate` throws
 */
export async function evaluate<Columns extends Feeds, Metric extends string>(
  session: EvaluableSession<NoInfer<Columns>, Metric>,
  data: Dataset<Columns>,
  options: EvaluateOptions = {},
): Promise<Measures<Metric>> {
  const mean = weightedMean<Metric>();
  await addBatches(mean, session, inOrder(data, options.batchSize), breather());
  return mean.all();
}

/** The batches of an evaluation: file order, without a copy if one batch holds all rows. */
export function inOrder<Columns extends Feeds>(
  data: Dataset<Columns>,
  batchSize: number | 'full' = defaultEvaluationBatchSize,
): Batches<Columns> {
  return batches(data, { batchSize: isAllOf(data, batchSize) ? 'full' : batchSize });
}

/**
 * Adds the measures of one epoch of batches to a mean, with turns of the event loop.
 * @returns whether all were added: the signal ends it before
 */
export async function addBatches<Columns extends Feeds, Metric extends string>(
  mean: WeightedMean<Metric>,
  session: EvaluableSession<NoInfer<Columns>, Metric>,
  loader: Batches<Columns>,
  breathe: () => Promise<void> | undefined,
  signal?: AbortSignal,
): Promise<boolean> {
  let batch = 0;
  for (const feeds of loader) {
    if (signal?.aborted === true) return false;
    batch++;
    mean.add(session.evaluate(feeds), batch === loader.count ? loader.lastBatchSize : loader.batchSize);
    const pause = breathe();
    if (pause !== undefined) await pause;
  }
  return true;
}

function isAllOf(data: Dataset, batchSize: number | 'full'): boolean {
  // A batch size that is out of range is for `batches` to refuse.
  return batchSize === 'full' || (Number.isInteger(batchSize) && batchSize >= data.size);
}
