// `tapeless explain`: what each stage of the compiler did, the kernels, and the memory.

import { buildFrom, buildOptions } from '../build-options.ts';
import { command } from '../command.ts';
import { loadModel } from '../model-file.ts';
import { flag } from '../option.ts';
import { printResult } from '../result.ts';
import { exitCodes } from '../terminal.ts';

export const explain = command({
  name: 'explain',
  summary: 'what the compiler did: stages, rewrites, kernels, memory',
  positionals: [{ name: 'model.ts', summary: 'the model file' }],
  options: { timings: flag('the milliseconds of every stage, too'), ...buildOptions },
  examples: [
    ['tapeless explain model.ts', 'the report of the compiler'],
    ['tapeless explain model.ts --timings', 'with the time that each stage took'],
  ],
  run: async (call) => {
    const [file = ''] = call.words;
    const { program } = await loadModel(file, call.terminal, buildFrom(call.options));
    const text = program.explain({ timings: call.options.timings ?? false });
    const { name, target, numerics, threads } = program;
    printResult(call, text, { name, target, numerics, threads, explanation: text });
    return exitCodes.success;
  },
});
