// `tapeless profile`: where the time of a step goes.

import { profileChart } from '../../viz/index.ts';
import { buildFrom, buildOptions } from '../build-options.ts';
import { command } from '../command.ts';
import { columnOptions, labelOptions } from '../data-file.ts';
import { CommandError } from '../failure.ts';
import { dataOption, modelParts } from '../model-data.ts';
import { loadModel } from '../model-file.ts';
import { choice, text, whole } from '../option.ts';
import { printResult, writeFileFor } from '../result.ts';
import { exitCodes } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

export const profile = command({
  name: 'profile',
  summary: 'where the time of a step goes, kernel by kernel',
  positionals: [{ name: 'model.ts', summary: 'the model file' }],
  options: {
    ...dataOption,
    ...columnOptions,
    ...labelOptions,
    entry: choice(['step', 'evaluate', 'predict'], 'what to measure; default step'),
    'batch-size': whole('n', 'rows of the data that are fed; default 32'),
    runs: whole('n', 'how often; default as often as 0.4 s allow'),
    ...buildOptions,
    output: text('file', '.svg for a chart, .json for a trace that chrome://tracing shows', 'o'),
  },
  examples: [
    ['tapeless profile model.ts', 'a table of the kernels'],
    ['tapeless profile model.ts --batch-size 256 -o profile.svg', 'a picture of it'],
  ],
  run: async (call) => {
    const [file = ''] = call.words;
    const { output, entry, runs, 'batch-size': batchSize = 32 } = call.options;
    if (output !== undefined && !/\.(svg|json)$/.test(output)) {
      throw new UsageError(`a profile cannot be written as ${output}`, 'name a file .svg or .json');
    }
    const model = await loadModel(file, call.terminal, buildFrom(call.options));
    if (model.program.target === 'interpreter') {
      throw new CommandError(
        'E_TARGET',
        'the interpreter runs no kernels that could be timed',
        '--target wasm or js',
      );
    }
    const [rows] = Object.values(await modelParts(model, call));
    if (rows === undefined) throw new CommandError('E_DATA_EMPTY', 'there are no rows to feed');
    const some = rows.slice(0, Math.min(rows.size, batchSize));
    const measured = model.program.start().profile(some.feeds, {
      ...(entry === undefined ? {} : { entry }),
      ...(runs === undefined ? {} : { runs }),
    });
    if (output !== undefined) {
      const content = output.endsWith('.svg') ? profileChart(measured) : JSON.stringify(measured.toTrace());
      await writeFileFor(call.terminal, output, content);
    }
    printResult(call, String(measured), measured);
    return exitCodes.success;
  },
});
