// `tapeless diagram`: pictures of a model and of its step.

import type { DiagramOptions, DiagramView } from '../../compiler/diagram.ts';
import { command } from '../command.ts';
import { loadModel } from '../model-file.ts';
import type { Options, ValuesOf } from '../option.ts';
import { choice, flag, names, text, whole } from '../option.ts';
import { checkPictureOptions, pictureOf, pictureOptions } from '../picture.ts';
import { printResult, writeFileFor } from '../result.ts';
import { exitCodes } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

/** What only the model view can be told. */
const modelOptions = {
  depth: whole('n', 'model view: levels of models that are open, 0 for one card', 0),
  expand: names('a,b,c', 'model view: layers and models that are open whatever the depth, by path, or all'),
  repeats: flag('--no-repeats: model view: equal blocks are drawn each, not once with a count'),
  activations: choice(['folded', 'cards'], 'model view: in the card before them, or cards of their own'),
  scope: text('path', 'model view: draw the inside of one layer or model, e.g. iris/linear1'),
} satisfies Options;

/** What only the views of entries can be told. */
const entryOptions = {
  entry: choice(
    ['step', 'evaluate', 'predict'],
    'other views: of which forward, kernels and memory are drawn',
  ),
  detail: choice(['layers', 'operations'], 'other views: layers as one box each, or every operation'),
} satisfies Options;

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
    ...modelOptions,
    ...entryOptions,
    ...pictureOptions,
  },
  examples: [
    ['tapeless diagram model.ts -o model.svg', 'the layers'],
    ['tapeless diagram model.ts --scope iris/linear1 --expand all', 'the operations of one layer'],
    ['tapeless diagram model.ts --view kernels -o kernels.png --dark', 'what is fused, for a dark slide'],
    ['tapeless diagram model.ts --view step | dot -Tpdf > step.pdf', 'by your own Graphviz'],
  ],
  run: async (call) => {
    const [file = ''] = call.words;
    const { view = 'model', output } = call.options;
    checkView(view, call.options);
    checkPictureOptions(call.options);
    const { program } = await loadModel(file, call.terminal);
    const dot = program.toDot({ view, ...diagramOptionsFrom(call.options) });
    if (output === undefined) {
      printResult(call, dot, { program: program.name, view, dot });
      return exitCodes.success;
    }
    await writeFileFor(call.terminal, output, await pictureOf(dot, output, call.options));
    printResult(call, `wrote ${output}`, { program: program.name, view, output });
    return exitCodes.success;
  },
});

type DiagramValues = ValuesOf<typeof modelOptions & typeof entryOptions>;

/** @throws UsageError for an option that the view does not know */
function checkView(view: DiagramView, values: DiagramValues): void {
  const strange: readonly string[] = Object.keys(view === 'model' ? entryOptions : modelOptions);
  const misplaced = Object.keys(values).find((name) => strange.includes(name));
  if (misplaced === undefined) return;
  throw new UsageError(
    `--${misplaced} does not go with the ${view} view`,
    view === 'model'
      ? `choose another view, e.g. --view step, or leave --${misplaced} out`
      : `leave out --view ${view}, or --${misplaced}`,
  );
}

/** The options as `toDot` takes them; those that were not given are absent. */
function diagramOptionsFrom(values: DiagramValues): Omit<DiagramOptions, 'view'> {
  const { depth, expand, repeats, activations, scope, entry, detail } = values;
  return {
    ...(depth === undefined ? {} : { depth }),
    ...(expand === undefined ? {} : { expand: expand.length === 1 && expand[0] === 'all' ? 'all' : expand }),
    ...(repeats === undefined ? {} : { repeats }),
    ...(activations === undefined ? {} : { activations }),
    ...(scope === undefined ? {} : { scope }),
    ...(entry === undefined ? {} : { entry }),
    ...(detail === undefined ? {} : { detail }),
  };
}
