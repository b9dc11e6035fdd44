// `tapeless check`: whether a model and its data fit together, without training.

import { grouped, table } from '../../compiler/table.ts';
import type { Dataset } from '../../data/index.ts';
import { command } from '../command.ts';
import { columnOptions, labelOptions } from '../data-file.ts';
import { classCountsIn, classNamesIn, requireFit } from '../data-check.ts';
import { dataOption, modelParts } from '../model-data.ts';
import { loadModel } from '../model-file.ts';
import { classLabelInput } from '../model-inputs.ts';
import { printResult } from '../result.ts';
import { exitCodes } from '../terminal.ts';

/** Rows of each part that are fed to the model: enough to see that shapes and labels fit. */
const rowsToTry = 256;

export const check = command({
  name: 'check',
  summary: 'whether model and data fit together, without training',
  positionals: [{ name: 'model.ts', summary: 'the model file' }],
  options: { ...dataOption, ...columnOptions, ...labelOptions },
  examples: [
    ['tapeless check model.ts', 'compiles the model, reads its data, and feeds it some rows of each part'],
    ['tapeless check model.ts --data new.csv', 'the same with rows from a file'],
  ],
  run: async (call) => {
    const [file = ''] = call.words;
    const model = await loadModel(file, call.terminal);
    const { program } = model;
    const parts =
      model.data === undefined && call.options.data === undefined ? {} : await modelParts(model, call);
    const label = classLabelInput(program)?.name;
    const session = program.start();
    const rows = Object.entries(parts).map(([part, source]) => {
      requireFit(program, part, source);
      const some = source.slice(0, Math.min(source.size, rowsToTry));
      const measures = program.declaration.loss === undefined ? undefined : session.evaluate(some.feeds);
      if (measures === undefined) session.predict(some.feeds);
      const names = label === undefined ? undefined : classNamesIn(source, label);
      const counts = label === undefined ? undefined : classCountsIn(source, label);
      return { part, rows: source.size, columns: columnsOf(source), names, counts, loss: measures?.loss };
    });
    const text = [
      program.summary(),
      '',
      rows.length === 0
        ? 'the file exports no data'
        : table(
            ['data', 'rows', 'columns', 'classes', 'loss before training'],
            rows.map(({ part, rows: size, columns, names, counts, loss }) => [
              part,
              grouped(size),
              columns,
              (counts ?? []).map((count, index) => `${names?.[index] ?? index} ${count}`).join(', '),
              loss?.toPrecision(4) ?? '',
            ]),
            ['left', 'right', 'left', 'left', 'right'],
          ),
      '',
      'model and data fit together',
    ].join('\n');
    printResult(call, text, { program: program.name, fits: true, data: rows });
    return exitCodes.success;
  },
});

function columnsOf({ columns }: Dataset): string {
  return Object.entries(columns)
    .map(
      ([name, { data, shape }]) =>
        `${name} [${shape.join(', ')}] ${data instanceof Int32Array ? 'i32' : 'f32'}`,
    )
    .join(', ');
}
