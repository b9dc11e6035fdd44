// `tapeless diagram`: pictures of a model and of its step.

import { command } from '../command.ts';
import { loadModel } from '../model-file.ts';
import { choice } from '../option.ts';
import { checkPictureOptions, pictureOf, pictureOptions } from '../picture.ts';
import { printResult, writeFileFor } from '../result.ts';
import { exitCodes } from '../terminal.ts';

export const diagram = command({
  name: 'diagram',
  summary: 'a picture of the model, its step, its kernels or its memory',
  description: 'Without --output the DOT text goes to standard output, for any Graphviz.',
  positionals: [{ name: 'model.ts', summary: 'the model file' }],
  options: {
    view: choice(
      ['model', 'forward', 'backward', 'step', 'kernels', 'memory'],
      'what to draw; default model: layers with shapes and parameter counts',
    ),
    entry: choice(['step', 'evaluate', 'predict'], 'of which kernels and memory are drawn; default step'),
    detail: choice(['layers', 'operations'], 'layers as one box each, or every operation'),
    ...pictureOptions,
  },
  examples: [
    ['tapeless diagram model.ts -o model.svg', 'the layers'],
    ['tapeless diagram model.ts --view kernels -o kernels.png --dark', 'what is fused, for a dark slide'],
    ['tapeless diagram model.ts --view step | dot -Tpdf > step.pdf', 'by your own Graphviz'],
  ],
  run: async (call) => {
    const [file = ''] = call.words;
    const { view = 'model', entry, detail, output } = call.options;
    checkPictureOptions(call.options);
    const { program } = await loadModel(file, call.terminal);
    const dot = program.toDot({
      view,
      ...(entry === undefined ? {} : { entry }),
      ...(detail === undefined ? {} : { detail }),
    });
    if (output === undefined) {
      printResult(call, dot, { program: program.name, view, dot });
      return exitCodes.success;
    }
    await writeFileFor(call.terminal, output, await pictureOf(dot, output, call.options));
    printResult(call, `wrote ${output}`, { program: program.name, view, output });
    return exitCodes.success;
  },
});
