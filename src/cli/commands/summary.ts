// `tapeless summary`: the layers of a model with their shapes and parameters.

import { printShape } from '../../ir/size.ts';
import { command } from '../command.ts';
import { loadModel } from '../model-file.ts';
import { inputsOf } from '../model-inputs.ts';
import { printResult } from '../result.ts';
import { exitCodes } from '../terminal.ts';

export const summary = command({
  name: 'summary',
  summary: 'layers, shapes and parameter counts',
  positionals: [{ name: 'model.ts', summary: 'the model file' }],
  options: {},
  examples: [
    ['tapeless summary model.ts', 'a table of the layers'],
    ['tapeless summary model.ts --json', 'inputs, outputs and parameters for a program to read'],
  ],
  run: async (call) => {
    const [file = ''] = call.words;
    const { program } = await loadModel(file, call.terminal);
    const parameters = Object.entries(program.start().parameters()).map(([name, { data, shape }]) => ({
      name,
      shape,
      count: data.length,
    }));
    printResult(call, program.summary(), {
      name: program.name,
      inputs: inputsOf(program).map(({ name, shape, dtype, role }) => ({
        name,
        shape: printShape(shape),
        dtype,
        role,
      })),
      outputs: Object.entries(program.declaration.outputs ?? {}).map(([name, { shape, dtype }]) => ({
        name,
        shape: printShape(shape),
        dtype,
      })),
      metrics: Object.keys(program.declaration.metrics ?? {}),
      parameters,
      parameterCount: parameters.reduce((sum, { count }) => sum + count, 0),
    });
    return exitCodes.success;
  },
});
