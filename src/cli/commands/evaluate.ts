// `tapeless evaluate`: loss and metrics of a trained model on data.

import { grouped, table } from '../../compiler/table.ts';
import type { Dataset } from '../../data/index.ts';
import { printMeasure } from '../../node/progress-line.ts';
import { confusionCounts, evaluate, predictAll } from '../../train/index.ts';
import { buildFrom, buildOptions } from '../build-options.ts';
import { scoreOutput } from '../class-guesses.ts';
import { command } from '../command.ts';
import { requireFit } from '../data-check.ts';
import { columnOptions, labelOptions } from '../data-file.ts';
import { CommandError } from '../failure.ts';
import { dataOption, modelParts } from '../model-data.ts';
import type { ModelFile } from '../model-file.ts';
import { loadModel } from '../model-file.ts';
import { classLabelInput } from '../model-inputs.ts';
import { choice, wholeOr } from '../option.ts';
import { printResult } from '../result.ts';
import { exitCodes } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import type { TrainedSession } from '../weights.ts';
import { trainedSession, weightsOption } from '../weights.ts';

const splits = ['test', 'validation', 'train'] as const;

/** More classes than these do not fit a terminal. */
const mostClasses = 12;

export const evaluateCommand = command({
  name: 'evaluate',
  summary: 'loss and metrics of a trained model',
  positionals: [{ name: 'model.ts', summary: 'the model file' }],
  options: {
    ...weightsOption,
    split: choice(splits, "which part of the model's data; default test, or what there is"),
    ...dataOption,
    ...columnOptions,
    ...labelOptions,
    'batch-size': wholeOr('n', 'full', 'rows at once; default 1024'),
    ...buildOptions,
  },
  examples: [
    ['tapeless evaluate model.ts --weights out/model.safetensors', 'on the test data of the model file'],
    ['tapeless evaluate model.ts --data new.csv --label species', 'on rows of a file'],
  ],
  run: async (call) => {
    const [file = ''] = call.words;
    const { options, terminal } = call;
    if (options.data !== undefined && options.split !== undefined) {
      throw new UsageError(
        '--split names a part of the model’s own data, and there is --data',
        'leave one of them out',
      );
    }
    const model = await loadModel(file, terminal, buildFrom(options));
    if (model.program.declaration.loss === undefined) {
      throw new CommandError(
        'E_NO_LOSS',
        `${file}: the program has no loss to evaluate`,
        'compile({ loss, … })',
      );
    }
    const trained = await trainedSession(model, options.weights, terminal);
    const [part, source] = chosenPart(await modelParts(model, call), options.split);
    requireFit(model.program, part, source);
    const measures: Readonly<Record<string, number>> = await evaluate(
      trained.session,
      source,
      options['batch-size'] === undefined ? {} : { batchSize: options['batch-size'] },
    );
    const confusion = await confusionOf(model, trained, source);
    const names = Object.keys(measures);
    const text = [
      table(
        ['data', 'rows', ...names],
        [[part, grouped(source.size), ...names.map((name) => printMeasure(name, measures[name] ?? NaN))]],
        ['left', ...['rows', ...names].map(() => 'right' as const)],
      ),
      ...(confusion === undefined || confusion.classNames.length > mostClasses
        ? []
        : ['', confusionTable(confusion)]),
    ].join('\n');
    printResult(call, text, {
      program: model.program.name,
      data: part,
      rows: source.size,
      measures,
      ...(confusion === undefined ? {} : { confusion }),
    });
    return exitCodes.success;
  },
});

function chosenPart(
  parts: Readonly<Record<string, Dataset>>,
  wanted: (typeof splits)[number] | undefined,
): readonly [string, Dataset] {
  const names = Object.keys(parts);
  const name = wanted ?? splits.find((split) => names.includes(split)) ?? names[0] ?? '';
  const source = parts[name];
  if (source !== undefined) return [name, source];
  throw new CommandError(
    'E_MODEL_EXPORT',
    `the model file has no ${name} data`,
    `it has ${names.join(', ')}`,
  );
}

interface Confusion {
  readonly classNames: readonly string[];
  /** A row a true class. */
  readonly counts: readonly (readonly number[])[];
}

async function confusionOf(
  { program }: ModelFile,
  { session, classNames }: TrainedSession,
  source: Dataset,
): Promise<Confusion | undefined> {
  const output = scoreOutput(program);
  const label = classLabelInput(program)?.name;
  const truth = label === undefined ? undefined : source.columns[label]?.data;
  if (output === undefined || !(truth instanceof Int32Array)) return undefined;
  const scores = (await predictAll(session, source))[output.name];
  if (scores === undefined) return undefined;
  const { classes } = output;
  const flat = confusionCounts(truth, scores);
  const each = Array.from({ length: classes }, (_, index) => index);
  return {
    classNames: each.map((index) => classNames?.[index] ?? String(index)),
    counts: each.map((row) => Array.from(flat.subarray(row * classes, (row + 1) * classes))),
  };
}

function confusionTable({ classNames, counts }: Confusion): string {
  return table(
    ['true \\ guessed', ...classNames],
    counts.map((row, index) => [classNames[index] ?? '', ...row.map(String)]),
    ['left', ...classNames.map(() => 'right' as const)],
  );
}
