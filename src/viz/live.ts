// Training curves while a model is trained, for a page or a notebook: listens to the events of training, and gives its
// listener a new picture now and then. Relies on curves.ts; events are typed by their structure, since training stands
// above pictures.
import { curves, type CurvesOptions, type Series } from './curves.ts';
import { messageCard } from './message-card.ts';
import { checkCount, optionError } from './refusal.ts';

/** One epoch as training tells of it. */
interface HeardEpoch {
  readonly epoch: number;
  readonly training: Readonly<Record<string, number>>;
  readonly validation?: Readonly<Record<string, number>> | undefined;
}

/** What is heard: every `TrainingEvent` of tapeless/train is one. */
export type LiveEvent =
  | { readonly kind: 'start' }
  | { readonly kind: 'batch'; readonly steps: number; readonly loss: number }
  | { readonly kind: 'epoch'; readonly record: HeardEpoch }
  | { readonly kind: 'end' };

/** Options of {@link liveCurves}; all have defaults. */
export interface LiveCurvesOptions extends Pick<
  CurvesOptions,
  'title' | 'subtitle' | 'width' | 'columns' | 'panels'
> {
  /** Least time between two pictures, in milliseconds; the last one always comes. Default 250. */
  readonly interval?: number | undefined;
  /**
   * Whether to draw the loss of every step until the first epoch ends, so that long epochs show something; of many steps
   * every second one, fourth one and so on. Default false.
   */
  readonly steps?: boolean | undefined;
  /** The clock, in milliseconds. Default: that of the machine. */
  readonly now?: (() => number) | undefined;
}

/** Points kept of the loss by step; when there are more, every other one is dropped. */
const mostSteps = 2000;

function seriesOf(records: readonly HeardEpoch[]): readonly Series[] {
  const names = [
    ...new Set(
      records.flatMap(({ training, validation = {} }) => [
        ...Object.keys(training),
        ...Object.keys(validation),
      ]),
    ),
  ];
  return names.flatMap((name) =>
    (
      [
        ['training', 'forward'],
        ['validation', 'backward'],
      ] as const
    ).flatMap(([part, role]) => {
      const values = records.map((record) => record[part]?.[name]);
      return values.every((value) => value === undefined)
        ? []
        : [{ name: part, role, panel: name, values: values.map((value) => value ?? NaN) }];
    }),
  );
}

/**
 * Makes a listener to training that draws its curves as they grow. Pictures are made at most once an interval, always
 * after the last event, and at once after the first epoch, so that drawing takes no time of training that one would notice.
 *
 * @param show is given each picture as the text of an SVG.
 * @example
 * // In a page:
 * const listener = liveCurves((svg) => { figure.innerHTML = svg; }, { title: 'Iris' });
 * await fit(session, data, { epochs: 100, progress: listener });
 * // In a notebook that shows HTML, such as Deno's for Jupyter:
 * const cell = liveCurves((svg) => void Deno.jupyter.display({ 'image/svg+xml': svg }, { raw: true, update: true }));
 * @throws DeclarationError `E_OPTION` for an interval that is negative or no number.
 */
export function liveCurves(
  show: (svg: string) => void,
  options: LiveCurvesOptions = {},
): (event: LiveEvent) => void {
  const { interval = 250, steps: hasSteps = false, now = () => performance.now(), ...look } = options;
  if (typeof show !== 'function') {
    throw optionError(
      'liveCurves',
      'there is no function that shows pictures',
      'give one as the first argument',
    );
  }
  if (!(interval >= 0))
    throw optionError('liveCurves', `interval is ${interval}`, 'give milliseconds from 0');
  checkCount('liveCurves', 'columns', look.columns);
  let records: HeardEpoch[] = [];
  let losses: number[] = [];
  let stride = 1;
  let shownAt = -Infinity;
  let isShown = true;

  const draw = (): string => {
    const series = seriesOf(records);
    const byStep: Series[] =
      losses.length === 0 ? [] : [{ name: 'batches', role: 'data', panel: 'loss', values: losses }];
    if (records.length === 0 && byStep.length > 0) {
      return curves({
        ...withoutUnknownPanels(look, byStep),
        series: byStep,
        xLabel: stride === 1 ? 'step' : `${stride} steps`,
      });
    }
    if (series.length === 0) return messageCard(look, 'Training begins');
    return curves({ ...withoutUnknownPanels(look, series), series, firstEpoch: records[0]?.epoch ?? 1 });
  };
  const showNow = (): void => {
    shownAt = now();
    isShown = true;
    show(draw());
  };

  return (event) => {
    switch (event.kind) {
      case 'start':
        records = [];
        losses = [];
        stride = 1;
        showNow();
        return;
      case 'batch':
        if (!hasSteps || records.length > 0) return;
        if (event.steps % stride === 0) losses.push(event.loss);
        if (losses.length > mostSteps) {
          losses = losses.filter((_, index) => index % 2 === 1);
          stride *= 2;
        }
        break;
      case 'epoch':
        records.push(event.record);
        break;
      case 'end':
        if (!isShown) showNow();
        return;
    }
    isShown = false;
    const isFirst = event.kind === 'epoch' && records.length === 1;
    if (isFirst || now() - shownAt >= interval) showNow();
  };
}

/** Panels of measures that have not been heard of yet wait for them. */
function withoutUnknownPanels<Look extends Pick<CurvesOptions, 'panels'>>(
  look: Look,
  series: readonly Series[],
): Look {
  const known = new Set(series.map(({ panel }) => panel));
  const panels = Object.fromEntries(Object.entries(look.panels ?? {}).filter(([name]) => known.has(name)));
  return { ...look, panels };
}
