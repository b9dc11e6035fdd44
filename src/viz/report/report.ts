// The report of a run as one HTML file: which sections there are, and the page around them.
import { DeclarationError } from '../../ir/errors.ts';
import type { DiagramView } from '../../compiler/diagram.ts';
import { renderDiagram } from '../diagram.ts';
import { interactiveDiagram } from '../interactive.ts';
import { dataError, optionError } from '../refusal.ts';
import { codeSection } from './code-section.ts';
import { all, htmlOf, markup, tag, type Markup } from './html.ts';
import { modelSection } from './model-section.ts';
import type { ReportOptions, ReportedProgram } from './options.ts';
import { resultsSection } from './results-section.ts';
import { runSection } from './run-section.ts';
import { pageScript } from './script.ts';
import { figureMaker, printSection, type DrawnDiagram, type FigureMaker, type Section } from './section.ts';
import { styleSheet } from './style.ts';
import { summarySection } from './summary-section.ts';
import { trainingSection } from './training-section.ts';

const call = 'htmlReport';

const viewTitles: Readonly<Record<DiagramView, string>> = {
  model: 'Model',
  forward: 'Forward pass',
  backward: 'Backward pass',
  step: 'Training step',
  kernels: 'Kernels',
  memory: 'Memory over time',
};

// The table above names each view once.
const allViews = Object.keys(viewTitles) as readonly DiagramView[];

function checkOptions(options: ReportOptions): void {
  const { title, date, diagrams, program, data = {} } = options;
  if (typeof title !== 'string' || title.trim() === '') {
    throw optionError(call, 'title is missing or empty', "give a title, as in { title: 'Iris' }");
  }
  if (date instanceof Date && Number.isNaN(date.getTime())) {
    throw optionError(call, 'date is an invalid Date', 'give a valid one, or a text');
  }
  for (const [name, count] of Object.entries(data)) {
    if (Number.isInteger(count) && count >= 0) continue;
    throw dataError('E_VALUE', call, `data.${name} is ${count}`, 'give the number of rows of each data set');
  }
  if (diagrams === undefined || diagrams === false) return;
  for (const one of diagrams) {
    if (typeof one === 'object') continue;
    if (!allViews.includes(one)) {
      throw optionError(call, `there is no view "${one}"`, `views are ${allViews.join(', ')}`);
    }
    if (program === undefined) {
      throw optionError(call, `the view "${one}" is of no program`, 'give the program, too, or a picture');
    }
  }
}

/** Makes one diagram: the model as a figure that opens layers, any other view as a picture. */
async function drawnView(program: ReportedProgram, view: DiagramView): Promise<DrawnDiagram> {
  const title = viewTitles[view];
  return view === 'model'
    ? { view, title, figure: await interactiveDiagram(program) }
    : { view, title, svg: await renderDiagram(program.toDot({ view })) };
}

/** Diagrams that were asked for are made; those that were not are left out where Graphviz is missing. */
async function drawnDiagrams({ program, diagrams }: ReportOptions): Promise<readonly DrawnDiagram[]> {
  if (diagrams === false) return [];
  const drawn: DrawnDiagram[] = [];
  for (const one of diagrams ?? (program === undefined ? [] : allViews)) {
    if (typeof one === 'object') drawn.push(one);
    else if (program !== undefined) {
      try {
        drawn.push(await drawnView(program, one));
      } catch (error) {
        // A program without a loss has no backward pass to draw.
        const isAbsent =
          error instanceof DeclarationError && ['E_PACKAGE_MISSING', 'E_NO_ENTRY'].includes(error.code);
        if (diagrams !== undefined || !isAbsent) throw error;
      }
    }
  }
  return drawn;
}

function pictureSection({ pictures = [] }: ReportOptions, figure: FigureMaker): Section {
  return {
    id: 'pictures',
    title: 'More pictures',
    content: pictures.flatMap(({ title, svg, note }) => [tag('h3', {}, title), figure(svg, title, { note })]),
  };
}

function printDate(date: string | Date): string {
  return date instanceof Date
    ? date
        .toISOString()
        .replace('T', ' ')
        .replace(/:\d\d\.\d+Z$/, ' UTC')
    : date;
}

function page(options: ReportOptions, sections: readonly Section[]): string {
  const { title, subtitle, date } = options;
  const head = [
    tag('meta', { charset: 'utf-8' }),
    tag('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    // Nothing is fetched, whatever a picture may ask for.
    tag('meta', {
      'http-equiv': 'Content-Security-Policy',
      content: "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:",
    }),
    tag('meta', { name: 'generator', content: 'tapeless' }),
    tag('title', {}, title),
    tag('style', {}, markup(styleSheet)),
  ];
  const header = tag(
    'header',
    { class: 'wide top' },
    tag(
      'div',
      {},
      tag('h1', {}, title),
      subtitle !== undefined && tag('p', {}, subtitle),
      date !== undefined && tag('p', { class: 'made' }, printDate(date)),
    ),
    tag(
      'button',
      { id: 'theme', type: 'button', hidden: true, title: 'Switch between light and dark' },
      'Dark',
    ),
  );
  const navigation = tag(
    'nav',
    { 'aria-label': 'Sections' },
    tag('ul', {}, ...sections.map((one) => tag('li', {}, tag('a', { href: `#${one.id}` }, one.title)))),
  );
  const body: readonly Markup[] = [
    tag('a', { class: 'skip', href: '#content' }, 'Skip to the content'),
    header,
    tag(
      'div',
      { class: 'wide body' },
      navigation,
      tag('main', { id: 'content' }, ...sections.map(printSection)),
    ),
    tag('script', {}, markup(pageScript)),
  ];
  return `<!DOCTYPE html>\n${htmlOf(tag('html', { lang: 'en' }, tag('head', {}, all(head)), tag('body', {}, all(body))))}\n`;
}

/**
 * Writes the report of a run: one HTML text that needs nothing else, opens from disk, prints, and follows its reader
 * between light and dark. Every part is there if its data are. Equal data give equal text.
 *
 * @example
 * await saveText('report.html', await htmlReport({ title: 'Iris', program, history, measures: await evaluate(session, test) }));
 * @throws DeclarationError `E_OPTION` for a missing title, an unknown view or a view without a program, and
 *   `E_PACKAGE_MISSING` for views that are asked for without graphviz-cli.
 * @throws DataError `E_VALUE` for a picture that is no SVG and for numbers of rows that are none; what the pictures of
 *   the parts throw.
 */
export async function htmlReport(options: ReportOptions): Promise<string> {
  checkOptions(options);
  const figure = figureMaker();
  const diagrams = await drawnDiagrams(options);
  const isOfModel = ({ view }: DrawnDiagram): boolean => view === undefined || view === 'model';
  const sections = [
    summarySection(options),
    trainingSection(options, figure),
    resultsSection(options, figure),
    modelSection(options, diagrams.filter(isOfModel), figure),
    codeSection(
      options,
      diagrams.filter((one) => !isOfModel(one)),
      figure,
    ),
    pictureSection(options, figure),
    runSection(options),
  ];
  return page(
    options,
    sections.filter(({ content }) => content.length > 0),
  );
}
