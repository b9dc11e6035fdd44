// What the compiler made of the model: its diagrams, generated code in colours with an index of functions, the
// explanation, and what kernels took.
import type { Profile } from '../../compiler/profile.ts';
import { printRate, printShare, printTime } from '../../ir/quantity.ts';
import { profileChart } from '../profile-chart.ts';
import { functionsOf, highlight, lineId, shortened, type CodeLanguage } from './highlight.ts';
import { all, tag, type Markup } from './html.ts';
import { printCount } from './measures.ts';
import type { ReportOptions } from './options.ts';
import {
  diagramFigure,
  folded,
  plainText,
  type DrawnDiagram,
  type FigureMaker,
  type Section,
} from './section.ts';
import { tableCard } from './table.ts';

/** WebAssembly text is long: of each function so many lines are shown. */
const mostLines: Readonly<Record<CodeLanguage, number>> = { js: 400, wat: 24 };

const titles: Readonly<Record<CodeLanguage, string>> = {
  js: 'Generated JavaScript',
  wat: 'Generated WebAssembly',
};

function codePart(whole: string, language: CodeLanguage): Markup {
  const code = shortened(whole.trimEnd(), language, mostLines[language]);
  const prefix = `code-${language}`;
  const functions = functionsOf(code, language);
  const lines = code.split('\n').length;
  const total = printCount(whole.trimEnd().split('\n').length);
  const note = `${functions.length} functions, ${total} lines${code === whole.trimEnd() ? '' : ', shortened'}`;
  return folded(titles[language], note, [
    tag(
      'ol',
      { class: 'index m', 'aria-label': 'Functions' },
      ...functions.map(({ name, line }) =>
        tag('li', {}, tag('a', { href: `#${lineId(prefix, line)}` }, name), tag('small', {}, line)),
      ),
    ),
    tag(
      'div',
      { class: 'code', tabindex: 0, role: 'group', 'aria-label': titles[language] },
      tag(
        'pre',
        { class: 'lines', 'aria-hidden': 'true' },
        Array.from({ length: lines }, (_, index) => index + 1).join('\n'),
      ),
      tag('pre', {}, tag('code', { id: prefix }, highlight(code, language, prefix))),
    ),
  ]);
}

function kernelTable({ kernels }: Profile): Markup {
  return tableCard({
    caption: 'Kernels',
    columns: [
      { name: 'kernel', kind: 'code' },
      { name: 'phase' },
      { name: 'time', kind: 'number' },
      { name: 'share', kind: 'number' },
      { name: 'GFLOP/s', kind: 'number' },
      { name: 'GB/s', kind: 'number' },
      { name: 'FLOP/byte', kind: 'number' },
    ],
    rows: kernels.map((kernel) => ({
      cells: [
        kernel.name,
        kernel.phase,
        printTime(kernel.microseconds),
        printShare(kernel.share),
        printRate(kernel.gflops),
        printRate(kernel.gigabytesPerSecond),
        printRate(kernel.intensity),
      ],
    })),
  });
}

/** Diagrams, code, explanation and profile. */
export function codeSection(
  options: ReportOptions,
  diagrams: readonly DrawnDiagram[],
  figure: FigureMaker,
): Section {
  const { program, profile } = options;
  return {
    id: 'compiled',
    title: 'Compiled program',
    content: [
      ...diagrams.map((one) => folded(one.title, one.note ?? '', [diagramFigure(one, figure)])),
      ...(program === undefined
        ? []
        : [
            codePart(program.source, 'js'),
            ...(program.wasm === null ? [] : [codePart(program.wasm.text, 'wat')]),
            folded('What the compiler did', 'stages, rewrites, kernels, memory', [
              plainText(program.explain(), 'Explanation'),
            ]),
          ]),
      ...(profile === undefined
        ? []
        : [
            all([figure(profileChart(profile), 'Time of every kernel', { fit: 'full' })]),
            kernelTable(profile),
          ]),
    ],
  };
}
