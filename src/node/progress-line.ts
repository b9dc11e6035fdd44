// The text of the progress bar and of the line an epoch that replaces it in log files: pure functions of numbers.

import type { BestEpoch, EpochRecord, Measures, StopReason } from '../train/index.ts';

/** What the bar shows. */
export interface ProgressState {
  readonly label: string;
  /** Epochs that are complete. */
  readonly epochsDone: number;
  readonly epochs: number;
  /** The part of all work that is done, from 0 to 1. */
  readonly fraction: number;
  /** The part that was done before, if training goes on from a checkpoint: rates and the time left leave it out. */
  readonly fractionBefore: number;
  readonly seconds: number;
  /** Rows a second since training began or went on; NaN before the first batch. */
  readonly samplesPerSecond: number;
  /** The means of the running epoch; absent before its first batch. */
  readonly running: Measures | undefined;
  /** The epoch that was completed last. */
  readonly record: EpochRecord | undefined;
  /** Why training is over, once it is. */
  readonly ended: StopReason | 'error' | undefined;
  readonly best: BestEpoch | undefined;
}

const widestBar = 32;
const narrowestBar = 8;
const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

const endings: Readonly<Record<StopReason | 'error', string>> = {
  epochs: '',
  steps: 'step limit reached',
  earlyStopping: 'stopped early',
  callback: 'stopped by callback',
  aborted: 'aborted',
  error: 'failed',
};

/** One line of at most `width` characters; measures that do not fit are left out from the right, then cut. */
export function progressLine(state: ProgressState, width: number): string {
  const head = `${state.label === '' ? '' : `${state.label}  `}${percent(state.fraction)}`;
  const done = String(state.epochsDone).padStart(String(state.epochs).length);
  const counts = `${done}/${state.epochs} epochs [${timing(state)}]`;
  const room = width - head.length - counts.length - '||'.length - ' '.length;
  let tail = '';
  for (const part of measures(state)) {
    if (tail.length + 2 + part.length > room - narrowestBar) break;
    tail += `  ${part}`;
  }
  // In steps of four, so that the bar does not flicker with every digit more or less of the measures.
  const barWidth = Math.max(narrowestBar, Math.min(widestBar, 4 * Math.floor((room - tail.length) / 4)));
  return `${head}|${bar(state.fraction, barWidth)}| ${counts}${tail}`.slice(0, width);
}

/** An epoch as a line of a log. */
export function epochLine(label: string, record: EpochRecord, epochs: number): string {
  const place = `epoch ${String(record.epoch).padStart(String(epochs).length)}/${epochs}`;
  const { seconds, samplesPerSecond, training, validation } = record;
  const measures = measuresOf(training, validation);
  const parts = [label, place, duration(seconds), ...measures, samplesRate(samplesPerSecond)];
  return parts.filter((part) => part !== '').join('  ');
}

/** What is worth a place on the line, most important first. */
function measures({ record, ended, best, running, samplesPerSecond }: ProgressState): readonly string[] {
  // While an epoch runs, its own measures say more than those of the epoch before.
  const training = ended === undefined ? (running ?? record?.training) : record?.training;
  const latest = training === undefined ? [] : measuresOf(training, record?.validation);
  const ending =
    ended === undefined ? [] : [endings[ended], best?.restored === true ? `kept epoch ${best.epoch}` : ''];
  return [...ending, ...latest, samplesRate(samplesPerSecond)].filter((part) => part !== '');
}

/** The training loss first, then validation, then the rest; of validation the metrics before the loss. */
function measuresOf({ loss, ...metrics }: Measures, validation: Measures | undefined): readonly string[] {
  const validated =
    validation === undefined ? [] : withLossLast(validation).map((part) => `validation ${part}`);
  return [measure('loss', loss), ...validated, ...measuresIn(metrics)];
}

/** `950 samples/s`, `12.3k samples/s`; empty for none. */
function samplesRate(perSecond: number): string {
  if (!(perSecond > 0 && Number.isFinite(perSecond))) return '';
  const [scale, unit] = perSecond >= 1e6 ? [1e6, 'M'] : perSecond >= 1e3 ? [1e3, 'k'] : [1, ''];
  const scaled = perSecond / scale;
  return `${scaled >= 100 ? Math.round(scaled) : Number(scaled.toPrecision(3))}${unit} samples/s`;
}

function withLossLast({ loss, ...metrics }: Measures): readonly string[] {
  return [...measuresIn(metrics), measure('loss', loss)];
}

function measuresIn(metrics: Readonly<Record<string, number>>): readonly string[] {
  return Object.entries(metrics).map(([name, value]) => measure(name, value));
}

function measure(name: string, value: number): string {
  return `${name} ${printMeasure(name, value)}`;
}

/** A measure as people read it: an accuracy is a fraction of samples everywhere in the library, and shown in percent. */
export function printMeasure(name: string, value: number): string {
  return /accuracy$/i.test(name) ? `${(value * 100).toFixed(1)}%` : significant(value);
}

function significant(value: number): string {
  return Number.isFinite(value) ? value.toPrecision(4) : String(value);
}

function percent(fraction: number): string {
  return `${String(Math.floor(fraction * 100)).padStart(3)}%`;
}

function bar(fraction: number, width: number): string {
  const filled = Math.floor(fraction * width * 8);
  const whole = '█'.repeat(filled >> 3);
  return (whole + (eighths[filled & 7] ?? '')).padEnd(width);
}

/** Time spent, time left and rate, as `00:12<00:31, 2.10 epochs/s`. */
function timing({ fraction, fractionBefore, seconds, epochs, ended }: ProgressState): string {
  const spent = clock(seconds);
  const done = fraction - fractionBefore;
  const epochsPerSecond = (done * epochs) / seconds;
  if (!(epochsPerSecond > 0 && Number.isFinite(epochsPerSecond))) return spent;
  const rate =
    epochsPerSecond >= 1
      ? `${epochsPerSecond.toPrecision(3)} epochs/s`
      : `${(1 / epochsPerSecond).toPrecision(3)} s/epoch`;
  return ended === undefined
    ? `${spent}<${clock((seconds * (1 - fraction)) / done)}, ${rate}`
    : `${spent}, ${rate}`;
}

function clock(seconds: number): string {
  const whole = Math.round(seconds);
  const pair = (value: number): string => String(value).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const rest = `${pair(Math.floor(whole / 60) % 60)}:${pair(whole % 60)}`;
  return hours === 0 ? rest : `${hours}:${rest}`;
}

function duration(seconds: number): string {
  return seconds < 60 ? `${seconds.toFixed(2)} s` : clock(seconds);
}
