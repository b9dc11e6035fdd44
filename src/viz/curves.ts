// Training curves as an SVG card: what a caller may ask for, and how panels share the card. One panel is drawn by
// panel.ts; the look comes from theme.ts.
import { DeclarationError } from '../ir/errors.ts';
import { card, cardPadding, type Headline } from './card.ts';
import { drawPanel, type PanelLine } from './panel.ts';
import type { ValueFormat } from './scale.ts';
import { seriesRoles, type Role } from './theme.ts';

/** One curve: a value for each epoch, starting with `firstEpoch`. */
export interface Series {
  /** Series of one name have one colour in all panels, for example `'training'` and `'validation'`. */
  readonly name: string;
  /** NaN and infinities are gaps, marked with a cross. */
  readonly values: ArrayLike<number>;
  /** The panel that holds it; panels appear in the order of their first series. */
  readonly panel: string;
  /** Default: by order of first appearance of the name, as in {@link seriesRoles}. */
  readonly role?: Role | undefined;
}

/** How one panel differs from the default. */
export interface PanelOptions {
  /** Default: the panel's name with a capital. */
  readonly label?: string | undefined;
  /** Default: `'percent'` for a panel named `accuracy`, otherwise `'number'`. */
  readonly format?: ValueFormat | undefined;
  /**
   * `'log'` shows values ≤ 0 as gaps. Default `'auto'`: logarithmic when all values are positive numbers that span
   * a factor of 100 or more and the panel is not in percent.
   */
  readonly scale?: 'linear' | 'log' | 'auto' | undefined;
}

/** Options of {@link curves}; only `series` is needed. */
export interface CurvesOptions {
  readonly series: readonly Series[];
  readonly title?: string | undefined;
  readonly subtitle?: string | undefined;
  /** The number the run is about, large in the corner, for example the test accuracy. */
  readonly headline?: Headline | undefined;
  /** Default `'epoch'`. */
  readonly xLabel?: string | undefined;
  /** Number of the first value on the x axis. Default 1. */
  readonly firstEpoch?: number | undefined;
  /** The epoch whose weights were kept (early stopping): a dashed line in every panel. */
  readonly best?: { readonly epoch: number; readonly label?: string | undefined } | undefined;
  readonly panels?: Readonly<Record<string, PanelOptions>> | undefined;
  /** Panels side by side. Default 2. */
  readonly columns?: number | undefined;
  /** Width of the card in pixels. Default 960 for two or more columns, 560 for one; at least 320 a column. */
  readonly width?: number | undefined;
}

const panelHeight = 280;
const panelGap = 28;
const smallestPanelWidth = 320;

function optionError(message: string, help: string): DeclarationError {
  return new DeclarationError('E_OPTION', `curves: ${message}; ${help}`, { help });
}

function checkOptions(options: CurvesOptions): void {
  const { series, columns, width, firstEpoch, best, panels } = options;
  if (series.length === 0) throw optionError('there is no series to draw', 'give at least one');
  if (columns !== undefined && !(Number.isInteger(columns) && columns >= 1)) {
    throw optionError(`columns is ${columns}`, 'give a whole number of at least 1');
  }
  if (width !== undefined && !(Number.isFinite(width) && width > 0)) {
    throw optionError(`width is ${width}`, 'give a positive number of pixels');
  }
  if (firstEpoch !== undefined && !Number.isInteger(firstEpoch)) {
    throw optionError(`firstEpoch is ${firstEpoch}`, 'give a whole number');
  }
  const names = new Set(series.map((one) => one.panel));
  const unknown = Object.keys(panels ?? {}).find((name) => !names.has(name));
  if (unknown !== undefined) {
    throw optionError(
      `panels has an entry "${unknown}", but no series is in that panel`,
      `the panels are ${[...names].map((name) => `"${name}"`).join(', ')}`,
    );
  }
  if (best !== undefined) {
    const first = firstEpoch ?? 1;
    const last = first + longest(series) - 1;
    if (!(Number.isInteger(best.epoch) && best.epoch >= first && best.epoch <= last)) {
      throw optionError(
        `best.epoch is ${best.epoch}`,
        last < first ? 'there is no epoch yet, leave it out' : `give a whole number from ${first} to ${last}`,
      );
    }
  }
}

function longest(series: readonly Series[]): number {
  return Math.max(0, ...series.map((one) => one.values.length));
}

/** The role of each series name; a role given once for a name holds in all panels. */
function rolesByName(series: readonly Series[]): ReadonlyMap<string, Role> {
  const given = new Map(
    series.flatMap((one) => (one.role === undefined ? [] : [[one.name, one.role] as const])),
  );
  const taken = new Set(given.values());
  const free = seriesRoles.filter((role) => !taken.has(role));
  const cycle = free.length === 0 ? seriesRoles : free;
  const unnamed = [...new Set(series.map((one) => one.name))].filter((name) => !given.has(name));
  return new Map([
    ...given,
    // The index is taken modulo the length of a list that is never empty.
    ...unnamed.map((name, index) => [name, cycle[index % cycle.length] as Role] as const),
  ]);
}

function capitalised(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/**
 * Draws training curves: one panel a quantity (loss, accuracy, …), each curve labelled at its end with its last
 * value.
 *
 * Runs of any length are drawn with at most a few points a pixel, keeping every extreme. Equal input gives equal
 * text.
 *
 * @returns a complete SVG document with a card of its own, light or dark as the reader prefers.
 * @throws DeclarationError `E_OPTION` without series, for a `best.epoch` outside the run, for options of an unknown
 *   panel, and for columns, width or firstEpoch that are not sensible numbers.
 */
export function curves(options: CurvesOptions): string {
  checkOptions(options);
  const { series, panels = {}, xLabel = 'epoch', firstEpoch = 1, best } = options;
  const names = [...new Set(series.map((one) => one.panel))];
  const roles = rolesByName(series);
  const columns = Math.min(options.columns ?? 2, names.length);
  const wanted = (options.width ?? (columns === 1 ? 560 : 960)) - 2 * cardPadding;
  const width = Math.max(wanted, columns * smallestPanelWidth + (columns - 1) * panelGap);
  const panelWidth = (width - (columns - 1) * panelGap) / columns;
  const rows = Math.ceil(names.length / columns);

  const drawn = names.map((name, index) => {
    const { label = capitalised(name), scale = 'auto', ...rest } = panels[name] ?? {};
    const lines = series
      .filter((one) => one.panel === name)
      .map((one): PanelLine => ({
        name: one.name,
        values: Array.from(one.values),
        role: roles.get(one.name) ?? 'data',
      }));
    return drawPanel({
      lines,
      label,
      scale,
      format: rest.format ?? (name === 'accuracy' ? 'percent' : 'number'),
      x: (index % columns) * (panelWidth + panelGap),
      y: Math.floor(index / columns) * (panelHeight + panelGap),
      width: panelWidth,
      height: panelHeight,
      xLabel,
      firstEpoch,
      epochs: longest(series),
      best: best && { epoch: best.epoch, label: best.label ?? `best: ${xLabel} ${best.epoch}` },
    });
  });
  return card(
    { title: options.title, subtitle: options.subtitle, headline: options.headline },
    width,
    rows * panelHeight + (rows - 1) * panelGap,
    drawn,
    [options.title, options.subtitle, `${names.join(', ')} by ${xLabel}`].filter(Boolean).join('. '),
  );
}
