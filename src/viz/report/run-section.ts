// What it takes to make the run again: versions, machine, seed, command, and the numbers of the report as data.
import { embeddedJson, markup, tag, type Content, type Markup } from './html.ts';
import type { ReportOptions } from './options.ts';
import { facts, type Section } from './section.ts';

const dataId = 'report-data';

/** The numbers of a report, without pictures, pixels and code. */
function dataOf(options: ReportOptions): unknown {
  const { title, subtitle, date, seed, command, environment, data, measuredOn, measures, history } = options;
  const {
    confusion,
    roc,
    precisionRecall,
    calibration,
    search,
    mistakes,
    regression,
    activations,
    gradients,
    program,
  } = options;
  return {
    title,
    subtitle,
    date: date instanceof Date ? date.toISOString() : date,
    seed,
    command,
    environment,
    program: program && {
      name: program.name,
      target: program.target,
      numerics: program.numerics,
      threads: program.threads,
    },
    data,
    measuredOn: measures && (measuredOn ?? 'test'),
    measures,
    history: history && {
      epochs: history.epochs,
      best: history.best,
      reason: history.reason,
      steps: history.steps,
      seconds: history.seconds,
    },
    confusion,
    roc,
    precisionRecall,
    calibration,
    search,
    mistakes: mistakes?.samples.map(({ truth, guess, probability }) => ({ truth, guess, probability })),
    regression,
    activations,
    gradients,
  };
}

/** What the first line of generated code says of the compiler and the model. */
function headOf(source: string): { readonly version?: string; readonly model?: string } {
  const [, version] = /^\/\/ (tapeless \S+)/.exec(source) ?? [];
  const [, model] = /^\/\/[^\n]* model ([0-9a-f]+)/.exec(source) ?? [];
  return { ...(version === undefined ? {} : { version }), ...(model === undefined ? {} : { model }) };
}

function factsOf({
  program,
  environment = {},
  seed,
  command,
}: ReportOptions): readonly (readonly [string, Content])[] {
  const { version, model } = program === undefined ? {} : headOf(program.source);
  const known: readonly (readonly [string, Content | undefined])[] = [
    ['command', command === undefined ? undefined : tag('code', {}, command)],
    ['seed', seed === undefined ? undefined : String(seed)],
    ['compiler', version],
    ['model', model === undefined ? undefined : tag('code', {}, `${program?.name ?? ''} ${model}`)],
    ['target', program?.target],
    ['numerics', program?.numerics],
    ['threads', program === undefined ? undefined : String(program.threads)],
    ...Object.entries(environment).map(([name, value]) => [name, String(value)] as const),
  ];
  return known.filter(([, value]) => value !== undefined);
}

/** Environment and data. */
export function runSection(options: ReportOptions): Section {
  const known = factsOf(options);
  const name = `${options.title.replaceAll(/[^\p{L}\p{N}]+/gu, '-').toLowerCase()}.json`;
  return {
    id: 'run',
    title: 'Run',
    content: [
      ...(known.length === 0 ? [] : [facts(known)]),
      tag(
        'p',
        { class: 'actions' },
        tag(
          'a',
          {
            class: 'button',
            hidden: true,
            download: name,
            'data-download': dataId,
            'data-type': 'application/json',
          },
          'Numbers of this report as JSON',
        ),
      ),
      dataElement(options),
    ],
  };
}

function dataElement(options: ReportOptions): Markup {
  return tag('script', { type: 'application/json', id: dataId }, markup(embeddedJson(dataOf(options))));
}
