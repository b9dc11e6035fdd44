// The progress bar of training in a terminal. Relies on the events of tapeless/train and on cli-progress, which is
// optional: it is loaded when a bar is first to be drawn.

import { createRequire } from 'node:module';
import type * as CliProgress from 'cli-progress';
import { DeclarationError } from '../ir/errors.ts';
import type { ProgressListener, TrainingEvent } from '../train/index.ts';
import type { ProgressState } from './progress-line.ts';
import { epochLine, progressLine } from './progress-line.ts';

/** Options of `terminalProgress`. */
export interface TerminalProgressOptions {
  /** What is being trained, in front of the bar; default nothing. */
  readonly label?: string;
  /** Where to draw; default standard error, so that standard output can be piped. */
  readonly stream?: NodeJS.WritableStream & { readonly isTTY?: boolean };
  /** When the stream is not a terminal: write a line an epoch instead of nothing; default false. */
  readonly verbose?: boolean;
}

/**
 * A listener for `fit({ progress })` that draws a bar with epochs, rates, time left, loss, metrics and validation measures.
 * A training that goes on from a checkpoint begins where it was.
 * On a stream that is not a terminal it is silent, or writes a line an epoch (`verbose`). The cursor is hidden while
 * the bar moves and comes back when training ends, fails, or is interrupted (Ctrl-C).
 *
 * @throws DeclarationError `E_PACKAGE_MISSING` without cli-progress, if the stream is a terminal
 */
export function terminalProgress(options: TerminalProgressOptions = {}): ProgressListener {
  const { label = '', stream = process.stderr, verbose = false } = options;
  if (stream.isTTY === true) return barProgress(label, stream);
  return verbose ? lineProgress(label, stream) : () => undefined;
}

function lineProgress(label: string, stream: NodeJS.WritableStream): ProgressListener {
  let epochs = 0;
  return (event) => {
    if (event.kind === 'start') epochs = event.epochs;
    if (event.kind === 'epoch') stream.write(`${epochLine(label, event.record, epochs)}\n`);
  };
}

function barProgress(label: string, stream: NodeJS.WritableStream): ProgressListener {
  const { SingleBar } = loadCliProgress();
  let state = initialState(label, 0, 0);
  let limit: WorkLimit = { epochs: 0, steps: Infinity };
  let samples = 0;
  let begun = 0;
  const timed = (): ProgressState => {
    const seconds = (performance.now() - begun) / 1000;
    return { ...state, seconds, samplesPerSecond: samples / seconds };
  };
  const bar = new SingleBar({
    stream,
    // A column is left free: some terminals wrap when the last one is written.
    format: (_options, { maxWidth }) => progressLine(timed(), maxWidth - 1),
    hideCursor: true,
    linewrap: true, // cuts the line; cli-progress would otherwise change the terminal's own setting
    gracefulExit: false, // its signal handler keeps the process alive after Ctrl-C; see whenInterrupted
  });
  let release = (): void => undefined;
  return (event) => {
    if (event.kind === 'start') {
      const { epochs, steps = Infinity, resumed = { epochs: 0, steps: 0 } } = event;
      limit = { epochs, steps };
      begun = performance.now();
      samples = 0;
      state = initialState(label, epochs, resumed.epochs, fractionOf(resumed.epochs, resumed.steps, limit));
      release = whenInterrupted(() => {
        bar.stop();
      });
      bar.start(1, state.fraction);
      return;
    }
    if (event.kind === 'batch') samples += event.samples;
    state = nextState(state, event, limit);
    bar.update(state.fraction);
    if (event.kind !== 'end') return;
    bar.stop();
    release();
  };
}

interface WorkLimit {
  readonly epochs: number;
  readonly steps: number;
}

/** The part of all work that so many epochs and steps are: what is reached first ends training. */
function fractionOf(epochs: number, steps: number, limit: WorkLimit): number {
  return Math.min(1, Math.max(epochs / limit.epochs, steps / limit.steps));
}

function initialState(label: string, epochs: number, epochsDone: number, fraction = 0): ProgressState {
  return {
    label,
    epochs,
    epochsDone,
    fraction,
    fractionBefore: fraction,
    seconds: 0,
    samplesPerSecond: NaN,
    running: undefined,
    record: undefined,
    ended: undefined,
    best: undefined,
  };
}

type LaterEvent = Exclude<TrainingEvent, { readonly kind: 'start' }>;

function nextState(state: ProgressState, event: LaterEvent, limit: WorkLimit): ProgressState {
  switch (event.kind) {
    case 'batch': {
      const { epoch, batch, batches, steps, meanLoss, meanMetrics } = event;
      const fraction = fractionOf(epoch - 1 + batch / batches, steps, limit);
      return { ...state, fraction, running: { ...meanMetrics, loss: meanLoss } };
    }
    case 'epoch':
      return { ...state, epochsDone: event.record.epoch, record: event.record };
    case 'end':
      return { ...state, ended: event.reason, best: event.history?.best };
  }
}

/**
 * Has `restore` called when the process ends while the bar moves. A listener for a signal takes away that the signal
 * ends the process; unless somebody else listens too, the signal is therefore sent again without it.
 */
function whenInterrupted(restore: () => void): () => void {
  const onExit = (): void => {
    restore();
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    release();
    restore();
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
  const release = (): void => {
    process.off('exit', onExit).off('SIGINT', onSignal).off('SIGTERM', onSignal);
  };
  process.on('exit', onExit).on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return release;
}

function loadCliProgress(): typeof CliProgress {
  try {
    // `require` gives `any`; the package's types describe what it holds. Not `import()`: a listener is ready at once.
    return createRequire(import.meta.url)('cli-progress') as typeof CliProgress;
  } catch (cause) {
    const help = 'npm install cli-progress, or pass fit a progress listener of your own';
    throw new DeclarationError(
      'E_PACKAGE_MISSING',
      `terminalProgress needs the package cli-progress; ${help}`,
      {
        help,
        cause,
      },
    );
  }
}
