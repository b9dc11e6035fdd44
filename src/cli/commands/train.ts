// `tapeless train`: trains a model, and leaves in a folder what is worth keeping of the run.

import { basename, join } from 'node:path';
import { Writable } from 'node:stream';
import { grouped, table } from '../../compiler/table.ts';
import type { Dataset } from '../../data/index.ts';
import { printMeasure } from '../../node/progress-line.ts';
import { fileStore } from '../../node/file-store.ts';
import { terminalProgress } from '../../node/progress.ts';
import type { ByteStore } from '../../io/index.ts';
import type { Program } from '../../runtime/program.ts';
import type { Session } from '../../runtime/session.ts';
import type { History, Measures, ProgressListener } from '../../train/index.ts';
import { evaluate, fit } from '../../train/index.ts';
import { buildFrom } from '../build-options.ts';
import type { Call } from '../command.ts';
import { command } from '../command.ts';
import { requireFit } from '../data-check.ts';
import { CommandError } from '../failure.ts';
import { interruption } from '../interruption.ts';
import type { ModelData } from '../model-file.ts';
import { loadModel } from '../model-file.ts';
import { ownData, rowsOfFile, splitRows } from '../model-data.ts';
import { makeFolder, pathFrom, printResult } from '../result.ts';
import { saveRun } from '../run-files.ts';
import type { Terminal } from '../terminal.ts';
import { exitCodes } from '../terminal.ts';
import { fitOptionsFrom, trainingOptions } from '../training-options.ts';
import { UsageError } from '../usage-error.ts';

type TrainCall = Call<typeof trainingOptions>;

export const train = command({
  name: 'train',
  summary: 'trains a model; leaves weights, history, curves, code and a report',
  description:
    'Options of the command line come before those that the model file exports as "training". Ctrl-C ends the run at the\n' +
    'next step and saves it; --resume goes on with the same bits as if nothing had happened.',
  positionals: [{ name: 'model.ts', summary: 'the model file, which exports program and data' }],
  options: trainingOptions,
  examples: [
    ['tapeless train model.ts', 'as the model file says'],
    ['tapeless train model.ts --epochs 50 --batch-size 16 --seed 1', 'in another way'],
    ['tapeless train model.ts --resume', 'goes on where the last run was interrupted'],
    ['tapeless train model.ts --data flowers.csv --label species', 'on rows of a file'],
    ['tapeless train model.ts --json --no-progress > run.json', 'for a script'],
  ],
  run: async (call) => {
    const [file = ''] = call.words;
    const { options, terminal } = call;
    if (options.ratios !== undefined && options.data === undefined) {
      throw new UsageError(
        '--ratios cuts the rows of --data, and there is no --data',
        'name a file: --data rows.csv',
      );
    }
    if (options.resume === true && options.lr !== undefined) {
      throw new UsageError(
        '--lr and --resume do not go together',
        'the rate goes on as the checkpoint has it',
      );
    }
    const model = await loadModel(file, terminal, buildFrom(options));
    const { program } = model;
    if (program.declaration.optimizer === undefined) {
      throw new CommandError(
        'E_NO_OPTIMIZER',
        `${file}: the program has no optimizer, so it cannot be trained`,
        'compile({ loss, optimizer: adam({ lr: 0.01 }), … })',
      );
    }
    const seed = options.seed ?? model.training.seed ?? 0;
    const data =
      options.data === undefined
        ? await ownData(model)
        : splitRows(await rowsOfFile(model, options.data, call), options.ratios ?? [0.6, 0.2, 0.2], seed);
    requireFittingParts(program, data);
    const session = program.start({ seed });
    setRate(session, options.lr, file);

    const folder = options.out ?? 'out';
    await makeFolder(terminal, folder);
    const { validation } = data;
    const checkpoint = options.checkpoint ?? join(folder, 'checkpoint.safetensors');
    const store = fileStore(pathFrom(terminal, checkpoint));
    if (options.resume === true) await requireCheckpoint(store, checkpoint);
    const interrupted = interruption(terminal);
    let history: History;
    try {
      history = await fit(session, data.train, {
        ...fitOptionsFrom(model.training, options),
        ...(validation === undefined ? {} : { validation }),
        ...(options.progress === false ? {} : { progress: progressOn(terminal, program.name) }),
        signal: interrupted.signal,
        checkpoint: {
          store,
          every:
            options['checkpoint-every'] === undefined
              ? { seconds: 60 }
              : { epochs: options['checkpoint-every'] },
          resume: options.resume ?? false,
        },
        seed,
      });
    } finally {
      interrupted.release();
    }
    if (history.reason === 'aborted') {
      tellInterruption(call, history, checkpoint);
      return exitCodes.interrupted;
    }

    const measures = await measuresOf(session, data);
    const files = await saveRun({ call, folder, model, data, session, history, measures, seed });
    const title = `${program.name}: ${endOf(history)}`;
    const names = files.map((path) => basename(path));
    const document = {
      program: program.name,
      model: basename(file),
      seed,
      epochs: history.epochs.length,
      steps: history.steps,
      seconds: history.seconds,
      reason: history.reason,
      ...(history.best === undefined ? {} : { best: history.best }),
      measures,
      files,
    };
    printResult(
      call,
      `${title}\n\n${measuresTable(measures, data)}\n\nwrote to ${folder}: ${names.join(', ')}`,
      document,
    );
    return exitCodes.success;
  },
});

function requireFittingParts(program: Program, { train: own, validation, test }: ModelData): void {
  for (const [part, source] of Object.entries({ training: own, validation, test })) {
    if (source !== undefined && typeof source !== 'function') requireFit(program, part, source);
  }
}

async function requireCheckpoint(store: ByteStore, checkpoint: string): Promise<void> {
  if ((await store.read()) !== undefined) return;
  throw new CommandError(
    'E_NO_CHECKPOINT',
    `there is no checkpoint ${checkpoint} to go on from`,
    'start without --resume, or name the file: --checkpoint run.safetensors',
  );
}

/** Says where the run is saved and how to go on. */
function tellInterruption(
  { terminal, options, commandLine }: TrainCall,
  { steps, epochs, reason }: History,
  checkpoint: string,
): void {
  const again = options.resume === true ? commandLine : `${commandLine} --resume`;
  const isSaved = steps > 0; // before the first step there is nothing to save
  terminal.remarks.write(
    isSaved
      ? `\ninterrupted after ${grouped(steps)} steps (${epochs.length} whole epochs); saved as ${checkpoint}\n` +
          `go on: ${again}\n`
      : '\ninterrupted before the first step; nothing was saved\n',
  );
  if (options.json !== true) return;
  const document = { reason, steps, epochs: epochs.length, ...(isSaved ? { checkpoint } : {}) };
  terminal.output.write(`${JSON.stringify(document, undefined, 2)}\n`);
}

/** Sets the rate where the model keeps it in its state. */
function setRate(session: Session, lr: number | undefined, file: string): void {
  if (lr === undefined) return;
  if (Object.hasOwn(session.state(), 'lr')) {
    session.assign({ lr });
    return;
  }
  throw new CommandError(
    'E_NO_RATE',
    `${file}: the learning rate is compiled into the step, so --lr cannot change it`,
    "declare it as one that can be set: adam({ lr: adjustable('lr', 0.001) })",
  );
}

/** A bar in a terminal, otherwise a line an epoch. */
function progressOn({ remarks }: Terminal, label: string): ProgressListener {
  try {
    return terminalProgress({ label, stream: remarks, verbose: true });
  } catch (error) {
    // The package that draws the bar is optional: without it there are lines.
    if (!(error instanceof Error && 'code' in error && error.code === 'E_PACKAGE_MISSING')) throw error;
    const lines = new Writable({
      write: (text: Uint8Array, _encoding, done) => {
        remarks.write(text);
        done();
      },
    });
    return terminalProgress({ label, stream: lines, verbose: true });
  }
}

/** Loss and metrics of the trained model on every part. */
async function measuresOf(session: Session, { train: own, validation, test }: ModelData) {
  const training = typeof own === 'function' ? own(0).train : own;
  const parts: Readonly<Record<string, Dataset | undefined>> = { training, validation, test };
  const measures: Record<string, Measures> = {};
  for (const [part, source] of Object.entries(parts)) {
    if (source !== undefined) measures[part] = await evaluate(session, source);
  }
  return measures;
}

function measuresTable(measures: Readonly<Record<string, Measures>>, data: ModelData): string {
  const names = Object.keys(Object.values(measures)[0] ?? {});
  const sizes: Readonly<Record<string, number | undefined>> = {
    training: typeof data.train === 'function' ? data.train(0).train.size : data.train.size,
    validation: data.validation?.size,
    test: data.test?.size,
  };
  return table(
    ['data', 'rows', ...names],
    Object.entries(measures).map(([part, values]) => [
      part,
      grouped(sizes[part] ?? 0),
      ...names.map((name) => printMeasure(name, values[name as 'loss'] ?? NaN)),
    ]),
    ['left', ...['rows', ...names].map(() => 'right' as const)],
  );
}

function endOf({ epochs, steps, seconds, reason, best }: History): string {
  const ends = {
    epochs: '',
    steps: '',
    earlyStopping: ', stopped early',
    callback: ', stopped by a callback',
    aborted: ', interrupted',
  } as const;
  const kept = best?.restored === true ? `, kept epoch ${best.epoch}` : '';
  return `${epochs.length} epochs, ${grouped(steps)} steps, ${seconds.toFixed(2)} s${ends[reason]}${kept}`;
}
