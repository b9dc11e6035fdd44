// `tapeless diff`: what changed from one model to another. Ends with 1 where something did, as diff does.

import { diffPrograms } from '../../compiler/diff/diff.ts';
import type { Program } from '../../runtime/program.ts';
import { coloursFor } from '../colour.ts';
import { command } from '../command.ts';
import { loadModel } from '../model-file.ts';
import { choice, whole } from '../option.ts';
import { checkPictureOptions, pictureOf, pictureOptions } from '../picture.ts';
import { printResult, writeFileFor } from '../result.ts';
import { specialisationFor } from '../sizes.ts';
import { exitCodes } from '../terminal.ts';
import { unifiedDiff } from '../text-diff.ts';
import { UsageError } from '../usage-error.ts';

export const diff = command({
  name: 'diff',
  summary: 'what changed between two models; exit code 1 if something did',
  positionals: [
    { name: 'before.ts', summary: 'a model file' },
    { name: 'after.ts', summary: 'another one' },
  ],
  options: {
    view: choice(
      ['model', 'code', 'explain'],
      'layers, parameters and training (default), the generated JavaScript, or the report of the compiler',
    ),
    batch: whole('n', 'the batch size that code is compared for; default that of each model'),
    ...pictureOptions,
  },
  examples: [
    ['tapeless diff before.ts after.ts', 'layers, parameters, optimizer'],
    ['tapeless diff before.ts after.ts -o change.svg', 'both models in one picture'],
    ['tapeless diff before.ts after.ts --view code', 'the generated code, line by line'],
  ],
  run: async (call) => {
    const [first = '', second = ''] = call.words;
    const { view = 'model', batch, output } = call.options;
    checkPictureOptions(call.options);
    if (output !== undefined && view !== 'model') {
      throw new UsageError(`--output draws models, and --view is ${view}`, 'leave one of them out');
    }
    const before = await loadModel(first, call.terminal);
    const after = await loadModel(second, call.terminal);
    const models = diffPrograms(before.program, after.program);
    if (output !== undefined) {
      await writeFileFor(call.terminal, output, await pictureOf(models.toDot(), output, call.options));
      call.terminal.remarks.write(`wrote ${output}\n`);
    }
    const shown = (program: Program): string =>
      view === 'code' ? withoutPlaces(specialisationFor(program, batch).source) : program.explain();
    const difference =
      view === 'model'
        ? models.isEqual
          ? ''
          : String(models)
        : unifiedDiff([first, second], [shown(before.program), shown(after.program)]);
    const isSame = difference === '';
    if (!isSame || call.options.json === true) {
      const { bold, cyan, green, red } = coloursFor(call.terminal.output, call.terminal);
      const painted = difference.split('\n').map((line) => {
        if (/^(---|\+\+\+) /.test(line)) return bold(line);
        const sign = line.trimStart().charAt(0);
        if (sign === '@' || sign === '~' || sign === '→') return cyan(line);
        return sign === '+' ? green(line) : sign === '-' ? red(line) : line;
      });
      printResult(call, painted.join('\n'), {
        view,
        same: isSame,
        difference,
        ...(view === 'model' ? { models } : {}),
      });
    }
    return isSame ? exitCodes.success : exitCodes.failure;
  },
});

/** Without the places of the source that comments name, which differ with the files' names and every line above. */
function withoutPlaces(code: string): string {
  return code.replaceAll(/^( ?\/?\*+.*?) {2,}\S+\.m?[jt]s:\d+.*?( \*\/)?$/gm, '$1$2');
}
