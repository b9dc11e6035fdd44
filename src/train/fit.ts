// Training in one call. Relies on the loop over epochs, which does all of it.

import type { Feeds } from '../data/index.ts';
import type { History } from './history.ts';
import type { FitOptions, TrainingData } from './options.ts';
import { fitEpochs } from './run.ts';
import type { TrainableSession } from './trainable.ts';

/**
 * Trains a session on a dataset, or on the data that a function gives for each epoch:
 *
 * ```ts
 * const history = await fit(session, train, { epochs: 25, batchSize: 'full', validation });
 * const again = await fit(session, shuffledCrossValidation(rest, { validationSize: 0.2 }), { epochs: 30 });
 * ```
 *
 * The rows of every step follow from the seed alone, so the same session, data and options give the same history
 * (but for `seconds` and `samplesPerSecond`). With `checkpoint`, a training that was interrupted at any moment goes on
 * where it was saved last, and ends with the bits of one that was not. The event loop gets its turn every 50 ms, so that
 * a page stays alive and Ctrl-C is heard; do not use the session elsewhere meanwhile. An epoch's training measures are
 * means over samples. `fitEpochs` does the same epoch by epoch.
 *
 * @throws DeclarationError `E_OPTION` for options out of range, `E_SERIES` when nothing has the name that early
 * stopping monitors, `E_CHECKPOINT` for a checkpoint of another training; DataError `E_DATA_OPTION`, `E_DATA_EMPTY`,
 * `E_DATA_ROWS` for batches that cannot be made, `E_CHECKPOINT_CONTENT` and `E_SAFETENSORS_…` for a file that is no
 * checkpoint; NumericsError `E_LOSS_NOT_FINITE` when a loss is NaN or infinite: the session then holds the result of
 * that step; and what the session, the store and the callbacks throw. All of them by rejection.
 */
export async function fit<Columns extends Feeds, Metric extends string>(
  session: TrainableSession<NoInfer<Columns>, Metric>,
  data: TrainingData<Columns>,
  options: FitOptions<NoInfer<Columns>, NoInfer<Metric>>,
): Promise<History<Metric>> {
  const run = fitEpochs<Columns, Metric>(session, data, options);
  const epochs = run[Symbol.asyncIterator]();
  while ((await epochs.next()).done !== true);
  return run.history;
}
