// The options of `tapeless train`, and what becomes of them: options of `fit`, over those of the model file.

import type { FitOptions } from '../train/index.ts';
import { buildOptions } from './build-options.ts';
import { columnOptions, labelOptions } from './data-file.ts';
import { dataOption } from './model-data.ts';
import type { Option, Options, ValuesOf } from './option.ts';
import { flag, positive, text, whole, wholeOr } from './option.ts';
import { UsageError } from './usage-error.ts';

/** Parts of 60/20/20: what is trained on, validated and tested. */
const ratios: Option<readonly number[]> = {
  placeholder: 'a/b/c',
  summary: 'parts of --data to train on, validate and test; default 60/20/20',
  read: (value, name) => {
    const parts = value.split('/').map(Number);
    const sum = parts.reduce((total, part) => total + part, 0);
    const isGood =
      parts.length <= 3 && parts.every((part) => part > 0) && (sum === 100 || Math.abs(sum - 1) < 1e-9);
    if (isGood) return parts.map((part) => part / sum);
    throw new UsageError(
      `--${name} is ${JSON.stringify(value)}`,
      'write up to three parts above 0 that add up to 100: 60/20/20, or 80/20 to train and validate alone',
    );
  },
};

/** What can be said about a run on the command line. */
export const trainingOptions = {
  epochs: whole('n', 'passes over the data; default as the model file says, or 10'),
  steps: whole('n', 'stop after so many steps'),
  'batch-size': wholeOr('n', 'full', 'rows a step; default as the model file says, or 32'),
  seed: whole('n', 'seed of initial values, dropout and the order of rows; default 0', 0),
  lr: positive('rate', "learning rate, for a model with lr: adjustable('lr', …)"),
  ...buildOptions,
  ...dataOption,
  ...columnOptions,
  ...labelOptions,
  ratios,
  out: text('folder', 'where weights, history, curves, code and report go; default out', 'o'),
  checkpoint: text('file', 'where the run is saved while it goes on; default <out>/checkpoint.safetensors'),
  'checkpoint-every': whole('n', 'epochs between checkpoints; default every minute, and at the end'),
  resume: flag('go on from the checkpoint'),
  progress: flag('--no-progress: no bar, and no lines in its place'),
  report: flag('--no-report: no report.html'),
} satisfies Options;

/** Values of `trainingOptions`. */
export type TrainingValues = ValuesOf<typeof trainingOptions>;

/** Epochs where neither the model file nor the command line says how many. */
const defaultEpochs = 10;

/** The options of `fit` that the model file and the command line give together; the latter has the last word. */
export function fitOptionsFrom(training: Partial<FitOptions>, values: TrainingValues): Partial<FitOptions> {
  const { epochs, steps, seed, 'batch-size': batchSize } = values;
  const isOpen = training.epochs === undefined && training.steps === undefined;
  return {
    ...training,
    ...(isOpen && steps === undefined ? { epochs: defaultEpochs } : {}),
    ...(epochs === undefined ? {} : { epochs }),
    ...(steps === undefined ? {} : { steps }),
    ...(batchSize === undefined ? {} : { batchSize }),
    ...(seed === undefined ? {} : { seed }),
  };
}
