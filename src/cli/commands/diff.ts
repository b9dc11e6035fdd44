// `tapeless diff`: what differs between two models. Ends with 1 where they differ, as diff does.

import type { Program } from '../../runtime/program.ts';
import { coloursFor } from '../colour.ts';
import { command } from '../command.ts';
import { loadModel } from '../model-file.ts';
import { choice, whole } from '../option.ts';
import { printResult } from '../result.ts';
import { specialisationFor } from '../sizes.ts';
import { exitCodes } from '../terminal.ts';
import { unifiedDiff } from '../text-diff.ts';

export const diff = command({
  name: 'diff',
  summary: 'what differs between two models; exit code 1 if something does',
  positionals: [
    { name: 'a.ts', summary: 'a model file' },
    { name: 'b.ts', summary: 'another one' },
  ],
  options: {
    view: choice(
      ['code', 'summary', 'explain'],
      'compare the generated JavaScript (default), the layers, or the report of the compiler',
    ),
    batch: whole('n', 'the batch size that both are compiled for; default that of each model'),
  },
  examples: [
    ['tapeless diff before.ts after.ts', 'the generated code, line by line'],
    ['tapeless diff before.ts after.ts --view summary', 'the layers'],
  ],
  run: async (call) => {
    const [first = '', second = ''] = call.words;
    const { view = 'code', batch } = call.options;
    const shown = (program: Program): string => {
      if (view === 'code') return withoutPlaces(specialisationFor(program, batch).source);
      return view === 'summary' ? program.summary() : program.explain();
    };
    const before = await loadModel(first, call.terminal);
    const after = await loadModel(second, call.terminal);
    const difference = unifiedDiff([first, second], [shown(before.program), shown(after.program)]);
    const isSame = difference === '';
    const { bold, cyan, green, red } = coloursFor(call.terminal.output, call.terminal);
    const painted = difference.split('\n').map((line) => {
      if (/^(---|\+\+\+) /.test(line)) return bold(line);
      if (line.startsWith('@@')) return cyan(line);
      return line.startsWith('+') ? green(line) : line.startsWith('-') ? red(line) : line;
    });
    if (!isSame || call.options.json === true) {
      printResult(call, painted.join('\n'), { view, same: isSame, difference });
    }
    return isSame ? exitCodes.success : exitCodes.failure;
  },
});

/** Without the places of the source that comments name, which differ with the files' names and every line above. */
function withoutPlaces(code: string): string {
  return code.replaceAll(/^( ?\*.*?) {2,}\S+\.m?[jt]s:\d+.*$/gm, '$1');
}
