// The training loop: epochs of batches, validation, early stopping, checkpoints, and the turns of the event loop in
// between. Relies on batches for the rows of each step; all that happens to parameters is the session's business.

import type { Feeds } from '../data/index.ts';
import { NumericsError } from '../ir/errors.ts';
import { epochMonitor } from './best-epoch.ts';
import { breather } from './breathe.ts';
import type { Checkpoint } from './checkpoint.ts';
import { checkpointer, sessionState } from './checkpointer.ts';
import type { Course } from './course.ts';
import { courseOf, requireSameCourse } from './course.ts';
import type { EpochLoaders } from './epoch-source.ts';
import { epochSource } from './epoch-source.ts';
import { addBatches } from './evaluate.ts';
import type { BestEpoch, EpochRecord, History, StopReason } from './history.ts';
import { history } from './history.ts';
import type { FitOptions, TrainingData } from './options.ts';
import { checkFitOptions } from './options.ts';
import type { BatchDone, TrainingEvent } from './progress.ts';
import { rateReducer } from './rate-reducer.ts';
import type { Measures, TrainableSession } from './trainable.ts';
import type { WeightedMean } from './weighted-mean.ts';
import { weightedMean } from './weighted-mean.ts';

/** A training that goes on as its epochs are asked for: `for await (const record of run)`. */
export interface TrainingRun<Metric extends string = string> extends AsyncIterable<
  EpochRecord<Metric>,
  undefined,
  undefined
> {
  /**
   * What was done so far; complete when the loop over the epochs is over or was left. While it runs, `reason` is what
   * leaving it would make of it.
   */
  readonly history: History<Metric>;
}

/** What of a training changes as it goes. */
interface Progress<Metric extends string> {
  /** The epoch that runs, or is the next to begin; counted from 1. */
  epoch: number;
  /** Batches of it that were taken. */
  batch: number;
  /** Steps that were taken in all. */
  steps: number;
  mean: WeightedMean<Metric>;
  records: EpochRecord<Metric>[];
  /** The state after the best epoch. */
  kept: { readonly snapshot: unknown; readonly steps: number } | undefined;
  /** Why to stop, once there is a reason. */
  reason: StopReason | undefined;
  restored: boolean;
}

/** Seconds since a moment, on top of those of before. */
function stopwatch(before: number): () => number {
  const begun = performance.now();
  return () => before + (performance.now() - begun) / 1000;
}

/**
 * Trains epoch by epoch: what `fit` does, as a loop of the caller's. An epoch is trained when its turn comes; leaving the
 * loop ends training cleanly, with the best parameters restored and the last checkpoint saved.
 *
 * @example
 * for await (const { epoch, validation } of fitEpochs(session, train, { epochs: 100, validation: held })) {
 *   if (validation.accuracy > 0.97) break;
 * }
 * @throws DeclarationError `E_OPTION` for options out of range; what `fit` throws, when an epoch is asked for
 */
export function fitEpochs<Columns extends Feeds, Metric extends string>(
  session: TrainableSession<NoInfer<Columns>, Metric>,
  data: TrainingData<Columns>,
  options: FitOptions<NoInfer<Columns>, NoInfer<Metric>>,
): TrainingRun<Metric> {
  checkFitOptions(data, options);
  const { epochs = Infinity, steps: stepLimit = Infinity, initialEpoch = 0, validationEvery = 1 } = options;
  const { earlyStopping, onEpoch, onBatch, signal, checkpoint } = options;
  const patience = earlyStopping?.patience ?? Infinity;
  const keepsBest = earlyStopping !== undefined && (earlyStopping.restoreBest ?? true);
  const throwsOnNonFinite = (options.onNonFinite ?? 'throw') === 'throw';
  const monitor = epochMonitor(earlyStopping ?? {});
  const reducer =
    options.reduceOnPlateau === undefined ? undefined : rateReducer(session, options.reduceOnPlateau);
  const loadersOf = epochSource(data, options);
  const listeners = [options.progress ?? []].flat().filter((listener) => listener !== false);
  const tell = (event: TrainingEvent<Metric>): void => {
    for (const listener of listeners) listener(event);
  };
  const now: Progress<Metric> = {
    epoch: initialEpoch + 1,
    batch: 0,
    steps: 0,
    mean: weightedMean<Metric>(),
    records: [],
    kept: undefined,
    reason: undefined,
    restored: false,
  };
  const breathe = breather();
  let seconds = (): number => 0;
  let epochSeconds = (): number => 0;
  const stop = (): void => {
    now.reason ??= 'callback';
  };

  /** Everything that decides the steps to come; the data are those of the epoch that was trained last. */
  const courseAt = (epoch: number, batch: number): Course => {
    const last = batch === 0 ? Math.max(epoch - 1, initialEpoch + 1) : epoch;
    return { ...courseOf(session, options), ...loadersOf(last - 1).course() };
  };
  const capture = (): Omit<Checkpoint, 'extras'> => {
    const plateau = reducer?.state();
    return {
      snapshot: sessionState(session.snapshot()),
      ...(now.kept === undefined
        ? {}
        : { best: { snapshot: sessionState(now.kept.snapshot), steps: now.kept.steps } }),
      progress: {
        epoch: now.epoch,
        batch: now.batch,
        steps: now.steps,
        seconds: seconds(),
        epochSeconds: now.batch === 0 ? 0 : epochSeconds(),
        sums: now.mean.sums(),
        records: now.records,
        monitor: monitor.state(),
        ...(plateau === undefined ? {} : { plateau }),
      },
      course: courseAt(now.epoch, now.batch),
    };
  };
  const saver = checkpoint === undefined ? undefined : checkpointer(session, checkpoint, capture);

  /** Takes a checkpoint for where training is, once it is known to be one of this training. */
  const resume = ({ snapshot, best, progress, course }: Checkpoint): void => {
    const { epoch, batch, steps, sums, records, plateau } = progress;
    requireSameCourse(course, courseAt(epoch, batch));
    session.restore(snapshot);
    // The session has accepted the state of this program: its measures have the names that were recorded.
    Object.assign(now, { epoch, batch, steps, records: [...records] as EpochRecord<Metric>[] });
    now.mean = weightedMean<Metric>(sums);
    now.kept = best;
    monitor.resume(progress.monitor);
    reducer?.resume(plateau);
  };

  const startEvent = (isResumed: boolean): TrainingEvent<Metric> => {
    const wholeEpochs =
      epochs === Infinity
        ? initialEpoch + Math.ceil(stepLimit / loadersOf(now.epoch - 1).loader.count)
        : epochs;
    return {
      kind: 'start',
      epochs: wholeEpochs,
      ...(stepLimit === Infinity ? {} : { steps: stepLimit }),
      ...(isResumed ? { resumed: { epochs: now.epoch - 1, steps: now.steps } } : {}),
    };
  };

  /** Takes the steps that are left of an epoch, up to what ends training; false if that is the abort signal. */
  const takeSteps = async ({ loader }: EpochLoaders<Columns>): Promise<boolean> => {
    const { epoch, mean } = now;
    for (const feeds of loader.epoch(epoch - 1, now.batch)) {
      if (signal?.aborted === true) return false;
      if (now.steps >= stepLimit) break;
      const measures = session.step(feeds);
      const samples = now.batch === loader.count - 1 ? loader.lastBatchSize : loader.batchSize;
      now.batch++;
      now.steps++;
      const { loss } = measures;
      if (throwsOnNonFinite && !Number.isFinite(loss)) {
        throw lossError('training', loss, `epoch ${epoch}, batch ${now.batch} (step ${session.steps})`);
      }
      mean.add(measures, samples);
      if (onBatch !== undefined || listeners.length > 0) {
        const { batch, steps } = now;
        const { loss: meanLoss, ...meanMetrics } = mean.all();
        const done = { kind: 'batch', epoch, batch, batches: loader.count, steps, samples } as const;
        // TypeScript does not see that all names but the loss are those of the metrics.
        const means = { meanLoss, meanMetrics: meanMetrics as unknown as BatchDone<Metric>['meanMetrics'] };
        const event = Object.freeze<BatchDone<Metric>>({ ...done, loss, ...means });
        tell(event);
        await settled(onBatch?.(event, stop));
      }
      const pause = breathe();
      if (pause !== undefined) await pause;
      const saved = saver?.after('step');
      if (saved !== undefined) await saved;
      if (now.reason !== undefined) break;
    }
    if (now.steps >= stepLimit) now.reason ??= 'steps';
    return true;
  };

  /** The measures of validation; `undefined` if it was aborted. */
  const validate = async (validationLoader: NonNullable<EpochLoaders<Columns>['validationLoader']>) => {
    const mean = weightedMean<Metric>();
    if (!(await addBatches(mean, session, validationLoader, breathe, signal))) return undefined;
    const validation = mean.all();
    if (throwsOnNonFinite && !Number.isFinite(validation.loss)) {
      throw lossError('validation', validation.loss, `epoch ${now.epoch} (step ${session.steps})`);
    }
    return validation;
  };

  /** Whether the last checkpoint is the one that training ends with, though the session has changed since. */
  let isSettled = false;

  /** What is left of an epoch; its record, or `undefined` if it was aborted. */
  const takeEpoch = async (): Promise<EpochRecord<Metric> | undefined> => {
    const { epoch } = now;
    const loaders = loadersOf(epoch - 1);
    const { loader, validationLoader } = loaders;
    if (!(await takeSteps(loaders))) return undefined;
    const trainingSeconds = epochSeconds();
    const isDue = epoch % validationEvery === 0;
    const isLast = epoch >= epochs || now.reason !== undefined;
    // A longer training would not have ended the epoch here: it goes on from before its end.
    isSettled = now.batch < loader.count || (isLast && !isDue && validationLoader !== undefined);
    if (isSettled) await saver?.save();
    let validation: Measures<Metric> | undefined;
    if (validationLoader !== undefined && (isDue || isLast)) {
      validation = await validate(validationLoader);
      if (validation === undefined) return undefined;
    }
    const record = Object.freeze<EpochRecord<Metric>>({
      epoch,
      steps: session.steps,
      seconds: epochSeconds(),
      samplesPerSecond: now.mean.rows / trainingSeconds,
      training: now.mean.all(),
      ...(validation === undefined ? {} : { validation }),
    });
    const hasValidation = validationLoader !== undefined;
    const isBest = monitor.observe(record, hasValidation);
    reducer?.observe(record, hasValidation);
    now.records.push(record);
    Object.assign(now, { epoch: epoch + 1, batch: 0, mean: weightedMean<Metric>() });
    if (isBest && keepsBest) now.kept = { snapshot: session.snapshot(), steps: now.steps };
    if (monitor.epochsWithoutBetter() >= patience) now.reason ??= 'earlyStopping';
    tell({ kind: 'epoch', record });
    await settled(onEpoch?.(record, stop));
    return record;
  };

  /** Why no other epoch follows, if none does. In the middle of an epoch its end comes first. */
  const whyOver = (): StopReason | undefined => {
    if (now.reason !== undefined || now.batch > 0) return now.reason;
    if (now.steps >= stepLimit) return 'steps';
    if (monitor.epochsWithoutBetter() >= patience) return 'earlyStopping';
    return now.epoch > epochs ? 'epochs' : undefined;
  };

  const historyNow = (reason: StopReason): History<Metric> => {
    const best = monitor.best();
    return history<Metric>({
      epochs: now.records,
      ...(best === undefined ? {} : { best: Object.freeze<BestEpoch>({ ...best, restored: now.restored }) }),
      reason,
      stoppedEarly: reason === 'earlyStopping',
      steps: now.steps,
      seconds: seconds(),
    });
  };
  let result: History<Metric> | undefined;

  const finish = async (reason: StopReason): Promise<void> => {
    if (!isSettled) await saver?.save();
    now.restored = now.kept !== undefined && now.kept.steps !== now.steps;
    if (now.restored) session.restore(now.kept?.snapshot);
    result = historyNow(reason);
    tell({ kind: 'end', reason, history: result });
  };

  async function* train(): AsyncGenerator<EpochRecord<Metric>, undefined, undefined> {
    const saved = await saver?.load();
    if (saved !== undefined) resume(saved);
    else if (saver !== undefined) sessionState(session.snapshot()); // refuses a session that cannot be saved
    seconds = stopwatch(saved?.progress.seconds ?? 0);
    epochSeconds = stopwatch(saved?.progress.epochSeconds ?? 0);
    tell(startEvent(saved !== undefined));
    let isLeft = true;
    try {
      for (let reason = whyOver(); ; reason = whyOver()) {
        if (reason !== undefined) {
          isLeft = false;
          await finish(reason);
          return undefined;
        }
        const record = await takeEpoch();
        if (record === undefined) {
          now.reason = 'aborted';
          continue;
        }
        yield record;
        if (!isSettled) await saver?.after('epoch');
        epochSeconds = stopwatch(0);
      }
    } catch (error) {
      isLeft = false;
      tell({ kind: 'end', reason: 'error' });
      throw error;
    } finally {
      // The caller has left the loop over the epochs.
      if (isLeft) await finish('callback');
    }
  }
  const iterator = train();
  return Object.freeze({
    get history() {
      return result ?? historyNow(now.reason ?? 'callback');
    },
    [Symbol.asyncIterator]: () => iterator,
  });
}

/** Awaits a promise, and takes no turn for anything else. */
function settled(answer: unknown): Promise<unknown> | undefined {
  return answer instanceof Promise ? answer : undefined;
}

function lossError(which: 'training' | 'validation', loss: number, where: string): NumericsError {
  const help =
    'lower the learning rate, scale the inputs (standardScaler), or clip the gradients; if it is so from the first ' +
    "step, look for NaN in the data; compile with guard: true to see the operation; onNonFinite: 'continue' goes on regardless";
  return new NumericsError(
    'E_LOSS_NOT_FINITE',
    `the ${which} loss is ${String(loss)} at ${where}\n\n  help: ${help}`,
    { help },
  );
}
