// The head of a report: the numbers that one looks for first, on tiles.
import { tag, type Content, type Markup } from './html.ts';
import { capitalised, printCount, printMeasure, printSeconds, spoken } from './measures.ts';
import type { ReportOptions, ReportedHistory } from './options.ts';
import { parseTable } from './table.ts';
import type { Section } from './section.ts';

interface Tile {
  readonly label: string;
  readonly value: string;
  readonly note?: string | undefined;
  readonly isMain?: boolean;
}

const reasons: Readonly<Record<string, string>> = {
  epochs: 'all epochs done',
  steps: 'all steps taken',
  earlyStopping: 'early stopping',
  callback: 'stopped by a callback',
  aborted: 'aborted',
};

function printTile({ label, value, note, isMain = false }: Tile): Markup {
  const small: Content = note === undefined ? undefined : tag('small', {}, note);
  return tag(
    'div',
    { class: isMain ? 'card tile main' : 'card tile' },
    tag('dt', {}, label),
    tag('dd', {}, value, small),
  );
}

function testTiles({ measures = {}, measuredOn = 'test' }: ReportOptions): readonly Tile[] {
  const names = Object.keys(measures);
  // The measure that people ask for is not the loss, if there is another one.
  const ordered = [...names.filter((name) => name !== 'loss'), ...names.filter((name) => name === 'loss')];
  return ordered.map((name, index) => ({
    label: capitalised(`${measuredOn} ${spoken(name)}`.trim()),
    value: printMeasure(name, measures[name] ?? NaN),
    isMain: index === 0,
  }));
}

/** The middle value, so that a first epoch that warms up does not count; undefined of none. */
function medianOf(values: readonly number[]): number | undefined {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];
}

function historyTiles(history: ReportedHistory): readonly Tile[] {
  const { best, epochs, reason, steps, seconds } = history;
  const last = epochs.at(-1);
  const lastMeasures = Object.entries({ ...last?.training })
    .slice(0, 1)
    .map(([name, value]): Tile => ({
      label: `Training ${spoken(name)}`,
      value: printMeasure(name, value),
      note: 'last epoch',
    }));
  const rate = medianOf(epochs.flatMap(({ samplesPerSecond }) => samplesPerSecond ?? []));
  return [
    ...(best === undefined
      ? []
      : [
          {
            label: `Best ${spoken(best.monitor)}`,
            value: printMeasure(best.monitor, best.value),
            note: `epoch ${printCount(best.epoch)}${best.restored ? ', kept' : ''}`,
          },
        ]),
    ...lastMeasures,
    { label: 'Epochs', value: printCount(epochs.length), note: reasons[reason] ?? reason },
    { label: 'Steps', value: printCount(steps) },
    {
      label: 'Training time',
      value: printSeconds(seconds),
      note: rate === undefined ? undefined : `${printCount(rate)} samples a second`,
    },
  ];
}

function programTiles({ program }: ReportOptions): readonly Tile[] {
  const count = program === undefined ? undefined : /^([\d,]+) parameters$/m.exec(program.summary())?.[1];
  const layers = program === undefined ? undefined : parseTable(program.summary())?.rows.length;
  if (count === undefined) return [];
  return [{ label: 'Parameters', value: count, note: layers === undefined ? undefined : `${layers} layers` }];
}

function dataTile({ data = {} }: ReportOptions): readonly Tile[] {
  const entries = Object.entries(data);
  if (entries.length === 0) return [];
  const total = entries.reduce((sum, [, count]) => sum + count, 0);
  const parts = entries.map(([name, count]) => `${name} ${printCount(count)}`);
  return [{ label: 'Samples', value: printCount(total), note: parts.join(' · ') }];
}

/** The tiles of what is known of the run. */
export function summarySection(options: ReportOptions): Section {
  const { history } = options;
  const tiles = [
    ...testTiles(options),
    ...(history === undefined ? [] : historyTiles(history)),
    ...programTiles(options),
    ...dataTile(options),
  ];
  return {
    id: 'summary',
    title: 'Summary',
    content: tiles.length === 0 ? [] : [tag('dl', { class: 'tiles' }, ...tiles.map(printTile))],
  };
}
