// `tapeless diagram`: pictures of a model and of its step.

import { extname } from 'node:path';
import { renderDiagram, toPng } from '../../viz/index.ts';
import { command } from '../command.ts';
import { loadModel } from '../model-file.ts';
import { choice, flag, positive, text } from '../option.ts';
import { printResult, writeFileFor } from '../result.ts';
import { exitCodes } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

const formats = ['.svg', '.png', '.dot'];

export const diagram = command({
  name: 'diagram',
  summary: 'a picture of the model, its step, its kernels or its memory',
  positionals: [{ name: 'model.ts', summary: 'the model file' }],
  options: {
    view: choice(
      ['model', 'forward', 'backward', 'step', 'kernels', 'memory'],
      'what to draw; default model: layers with shapes and parameter counts',
    ),
    entry: choice(['step', 'evaluate', 'predict'], 'of which kernels and memory are drawn; default step'),
    detail: choice(['layers', 'operations'], 'layers as one box each, or every operation'),
    output: text('file', '.svg, .png or .dot; default: DOT on standard output', 'o'),
    dark: flag('a PNG in the dark look (an SVG has both)'),
    scale: positive('n', 'pixels of a PNG for each unit; default 2'),
  },
  examples: [
    ['tapeless diagram model.ts -o model.svg', 'the layers'],
    ['tapeless diagram model.ts --view kernels -o kernels.png --dark', 'what is fused, for a dark slide'],
    ['tapeless diagram model.ts --view step | dot -Tpdf > step.pdf', 'by your own Graphviz'],
  ],
  run: async (call) => {
    const [file = ''] = call.words;
    const { view = 'model', entry, detail, output, dark = false, scale } = call.options;
    const format = output === undefined ? '.dot' : extname(output);
    if (!formats.includes(format)) {
      throw new UsageError(
        `a diagram cannot be written as ${output ?? ''}`,
        `name a file in ${formats.join(', ')}`,
      );
    }
    const isPng = format === '.png';
    if (!isPng && (dark || scale !== undefined)) {
      throw new UsageError(
        `${dark ? '--dark' : '--scale'} is for PNG`,
        'an SVG follows its reader, light or dark, and has no pixels: write -o picture.png',
      );
    }
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
    const picture =
      format === '.dot'
        ? dot
        : isPng
          ? await toPng(await renderDiagram(dot), {
              theme: dark ? 'dark' : 'light',
              ...(scale === undefined ? {} : { scale }),
            })
          : await renderDiagram(dot);
    await writeFileFor(call.terminal, output, picture);
    printResult(call, `wrote ${output}`, { program: program.name, view, output });
    return exitCodes.success;
  },
});
