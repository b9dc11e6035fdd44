// The training loop: epochs of batches, validation, early stopping, and the turns of the event loop in between.
// Relies on batches for the rows of each step; all that happens to parameters is the session's business.

import type { Batches, Dataset, Feeds } from '../data/index.ts';
import { batches } from '../data/index.ts';
import { NumericsError } from '../ir/errors.ts';
import { breather } from './breathe.ts';
import { inOrder, meanOverBatches } from './evaluate.ts';
import type { BestEpoch, EpochRecord, History, StopReason } from './history.ts';
import { history } from './history.ts';
import type { FitOptions, TrainingData } from './options.ts';
import { checkedMonitor } from './options.ts';
import type { BatchDone, TrainingEvent } from './progress.ts';
import { rateReducer } from './rate-reducer.ts';
import type { TrainableSession } from './trainable.ts';
import { weightedMean } from './weighted-mean.ts';

/**
 * Trains a session on a dataset, or on the data that a function gives for each epoch:
 *
 * ```ts
 * const history = await fit(session, train, { epochs: 25, batchSize: 'full', validation });
 * const again = await fit(session, shuffledCrossValidation(rest, { validationSize: 0.2 }), { epochs: 30 });
 * ```
 *
 * The rows of every step follow from the seed alone, so the same session, data and options give the same history
 * (but for `seconds`). The event loop gets its turn every 50 ms, so that a page stays alive and Ctrl-C is heard;
 * do not use the session elsewhere meanwhile. An epoch's training measures are means over samples.
 *
 * @throws DeclarationError `E_OPTION` for options out of range, `E_SERIES` when nothing has the name that early
 * stopping monitors; DataError `E_DATA_OPTION`, `E_DATA_EMPTY` for batches that cannot be made; NumericsError
 * `E_LOSS_NOT_FINITE` when a loss is NaN or infinite: the session then holds the result of that step; and what the
 * session and the callbacks throw. All of them by rejection.
 */
export async function fit<Columns extends Feeds, Metric extends string>(
  session: TrainableSession<NoInfer<Columns>, Metric>,
  data: TrainingData<Columns>,
  options: FitOptions<NoInfer<Columns>, NoInfer<Metric>>,
): Promise<History<Metric>> {
  const { epochs, maxSteps = Infinity, earlyStopping, onEpoch, onBatch, signal } = options;
  const monitor = checkedMonitor(data, options);
  const reducer =
    options.reduceOnPlateau === undefined ? undefined : rateReducer(session, options.reduceOnPlateau);
  const dataOfEpoch = epochSource(data, options);
  const throwsOnNonFinite = (options.onNonFinite ?? 'throw') === 'throw';
  const tell = (event: TrainingEvent<Metric>): void => {
    if (typeof options.progress === 'function') options.progress(event);
  };
  const breathe = breather();
  const begun = performance.now();
  const records: EpochRecord<Metric>[] = [];
  const state: TrainingState = { steps: 0, reason: undefined };
  const stop = (): void => {
    state.reason ??= 'callback';
  };
  let kept: { readonly snapshot: unknown; readonly steps: number } | undefined;

  /** Takes the steps of an epoch; the means of its measures, or `undefined` if it was aborted. */
  const trainEpoch = async (epoch: number, loader: Batches<Columns>) => {
    const mean = weightedMean<Metric>();
    let batch = 0;
    for (const feeds of loader.epoch(epoch - 1)) {
      if (signal?.aborted === true) return undefined;
      const measures = session.step(feeds);
      batch++;
      state.steps++;
      const { loss } = measures;
      if (throwsOnNonFinite && !Number.isFinite(loss)) {
        throw lossError('training', loss, `epoch ${epoch}, batch ${batch} (step ${session.steps})`);
      }
      mean.add(measures, batch === loader.count ? loader.lastBatchSize : loader.batchSize);
      if (onBatch !== undefined || options.progress) {
        const done: BatchDone = Object.freeze({
          kind: 'batch',
          epoch,
          batch,
          batches: loader.count,
          steps: state.steps,
          loss,
          meanLoss: mean.of('loss'),
        });
        tell(done);
        await settled(onBatch?.(done, stop));
      }
      const pause = breathe();
      if (pause !== undefined) await pause;
      if (state.steps >= maxSteps) state.reason ??= 'maxSteps';
      if (state.reason !== undefined) break;
    }
    return mean.all();
  };

  const takeEpoch = async (epoch: number): Promise<void> => {
    const start = performance.now();
    const { loader, validationLoader } = dataOfEpoch(epoch - 1);
    const training = await trainEpoch(epoch, loader);
    if (training === undefined) {
      state.reason = 'aborted';
      return;
    }
    const validation =
      validationLoader === undefined ? undefined : await meanOverBatches(session, validationLoader, breathe);
    if (throwsOnNonFinite && validation !== undefined && !Number.isFinite(validation.loss)) {
      throw lossError('validation', validation.loss, `epoch ${epoch} (step ${session.steps})`);
    }
    const record: EpochRecord<Metric> = Object.freeze({
      epoch,
      steps: session.steps,
      seconds: (performance.now() - start) / 1000,
      training,
      ...(validation === undefined ? {} : { validation }),
    });
    records.push(record);
    const isBest = monitor.observe(record);
    reducer?.observe(record);
    if (earlyStopping !== undefined) {
      if (isBest && (earlyStopping.restoreBest ?? true)) {
        kept = { snapshot: session.snapshot(), steps: state.steps };
      }
      if (monitor.epochsWithoutBetter() >= earlyStopping.patience) state.reason ??= 'earlyStopping';
    }
    tell({ kind: 'epoch', record });
    await settled(onEpoch?.(record, stop));
  };

  const finish = (reason: StopReason): History<Metric> => {
    const restored = kept !== undefined && kept.steps !== state.steps;
    if (restored) session.restore(kept?.snapshot);
    const best = monitor.best();
    return history<Metric>({
      epochs: records,
      ...(best === undefined ? {} : { best: Object.freeze<BestEpoch>({ ...best, restored }) }),
      reason,
      stoppedEarly: reason === 'earlyStopping',
      steps: state.steps,
      seconds: (performance.now() - begun) / 1000,
    });
  };

  tell({ kind: 'start', epochs, ...(maxSteps === Infinity ? {} : { maxSteps }) });
  let result: History<Metric>;
  try {
    for (let epoch = 1; epoch <= epochs && state.reason === undefined; epoch++) await takeEpoch(epoch);
    result = finish(state.reason ?? 'epochs');
  } catch (error) {
    tell({ kind: 'end', reason: 'error' });
    throw error;
  }
  tell({ kind: 'end', reason: result.reason, history: result });
  return result;
}

interface TrainingState {
  /** Steps that this call has taken. */
  steps: number;
  /** Why to stop, once there is a reason. */
  reason: StopReason | undefined;
}

interface EpochLoaders<Columns extends Feeds> {
  readonly loader: Batches<Columns>;
  readonly validationLoader: Batches<Columns> | undefined;
}

/** The batches of each epoch, counted from 0. A dataset's buffers are made once, here, before the first step. */
function epochSource<Columns extends Feeds, Metric extends string>(
  data: TrainingData<Columns>,
  options: FitOptions<Columns, Metric>,
): (epoch: number) => EpochLoaders<Columns> {
  const { batchSize = 32, shuffle = true, seed = 0, dropLast = false, validationBatchSize } = options;
  const loaders = (train: Dataset<Columns>, validation: Dataset<Columns> | undefined) => ({
    loader: batches(train, { batchSize, shuffle, seed, dropLast }),
    validationLoader: validation === undefined ? undefined : inOrder(validation, validationBatchSize),
  });
  if (typeof data === 'function') {
    return (epoch) => {
      const { train, validation } = data(epoch);
      return loaders(train, validation);
    };
  }
  const always = loaders(data, options.validation);
  return () => always;
}

/** Awaits a promise, and takes no turn for anything else. */
function settled(answer: unknown): Promise<unknown> | undefined {
  return answer instanceof Promise ? answer : undefined;
}

function lossError(which: 'training' | 'validation', loss: number, where: string): NumericsError {
  const help =
    'lower the learning rate, scale the inputs (standardScaler), or clip the gradients; if it is so from the first ' +
    "step, look for NaN in the data; onNonFinite: 'continue' goes on regardless";
  return new NumericsError(
    'E_LOSS_NOT_FINITE',
    `the ${which} loss is ${String(loss)} at ${where}\n\n  help: ${help}`,
    { help },
  );
}
