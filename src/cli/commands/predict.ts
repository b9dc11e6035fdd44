// `tapeless predict`: what a trained model makes of new rows.

import { extname } from 'node:path';
import { predictAll } from '../../train/index.ts';
import { buildFrom, buildOptions } from '../build-options.ts';
import { command } from '../command.ts';
import { requireFit } from '../data-check.ts';
import { columnOptions, formatOptions, readRows } from '../data-file.ts';
import { CommandError } from '../failure.ts';
import { loadModel } from '../model-file.ts';
import { inputsOf, isFeature } from '../model-inputs.ts';
import { flag, text } from '../option.ts';
import type { PredictionKind } from '../prediction-rows.ts';
import { predictionFormats, predictionRows, printPredictions } from '../prediction-rows.ts';
import { writeFileFor } from '../result.ts';
import { exitCodes } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { trainedSession, weightsOption } from '../weights.ts';

const kinds = ['classes', 'probabilities', 'scores'] as const;

export const predict = command({
  name: 'predict',
  summary: 'what a trained model makes of new rows',
  description:
    'A classifier gives the class of every row and its probability, any other model its outputs. Raw columns go through\n' +
    'what the model file exports as "prepare".',
  positionals: [{ name: 'model.ts', summary: 'the model file' }],
  options: {
    ...weightsOption,
    input: text('file', 'the rows: .csv, .jsonl, .json, .npy, .npz or .png; - is standard input', 'i'),
    ...formatOptions,
    ...columnOptions,
    label: text('column', 'a column of the file that is no feature'),
    output: text('file', '.csv, .json, .jsonl or .npy; default: CSV on standard output', 'o'),
    classes: flag('the class of every row alone'),
    probabilities: flag('the probability of every class'),
    scores: flag('the outputs of the model as they are'),
    ...buildOptions,
  },
  examples: [
    ['tapeless predict model.ts --input new.csv', 'classes and their probabilities, as CSV'],
    ['tapeless predict model.ts -i new.csv --probabilities -o p.npy', 'probabilities, for NumPy'],
    ["echo '[[5.1, 3.5, 1.4, 0.2]]' | tapeless predict model.ts -i - --format json", 'one row, from a pipe'],
  ],
  run: async (call) => {
    const [file = ''] = call.words;
    const { options, terminal } = call;
    if (options.input === undefined) {
      throw new UsageError('predict: the rows are missing', 'tapeless predict model.ts --input new.csv');
    }
    const [kind = 'guess', second] = kinds.filter((each) => options[each] === true);
    if (second !== undefined)
      throw new UsageError(`--${kind} and --${second} do not go together`, 'choose one');
    const format = formatOf(options.output);
    const model = await loadModel(file, terminal, buildFrom(options));
    const { program } = model;
    if (Object.keys(program.declaration.outputs ?? {}).length === 0) {
      throw new CommandError(
        'E_NO_OUTPUT',
        `${file}: the program has no outputs`,
        'compile({ …, outputs: { logits } })',
      );
    }
    const { session, classNames } = await trainedSession(model, options.weights, terminal);
    const raw = await readRows({
      file: options.input,
      inputs: inputsOf(program).filter(isFeature),
      labelled: false,
      options,
      classNames,
      terminal,
    });
    const prepared = await model.prepare(raw);
    requireFit(program, options.input, prepared, true);
    const outputs = await predictAll(session, prepared);
    const rows = predictionRows(program, outputs, kind satisfies PredictionKind, classNames);
    if (options.output !== undefined) {
      await writeFileFor(terminal, options.output, printPredictions(rows, format));
      const document = { program: program.name, rows: raw.size, output: options.output };
      if (options.json === true) terminal.output.write(`${JSON.stringify(document, undefined, 2)}\n`);
      else terminal.remarks.write(`wrote ${options.output} (${raw.size} rows)\n`);
      return exitCodes.success;
    }
    terminal.output.write(printPredictions(rows, options.json === true ? 'json' : 'csv'));
    return exitCodes.success;
  },
});

function formatOf(output: string | undefined): (typeof predictionFormats)[number] {
  if (output === undefined) return 'csv';
  const format = predictionFormats.find((each) => extname(output) === `.${each}`);
  if (format !== undefined) return format;
  throw new UsageError(
    `predictions cannot be written as ${output}`,
    `name a file .${predictionFormats.join(', .')}`,
  );
}
