// The confusion matrix as an SVG card: rows are true classes, columns what was predicted. Right answers are coloured
// apart from mistakes, each by its share of the row. Relies on heat.ts and card.ts.
import { card, titledWidth, type Headline } from './card.ts';
import { heatFill, heatInk } from './heat.ts';
import { messageCard } from './message-card.ts';
import { dataError, optionError } from './refusal.ts';
import { formatValue } from './scale.ts';
import { element, estimateTextWidth, fitText, textElement, tooltip } from './svg.ts';
import { light } from './theme.ts';

/** Options of {@link confusionMatrix}; all have defaults. */
export interface ConfusionOptions {
  /** Names of the classes in order. Default: their numbers. */
  readonly classNames?: readonly string[] | undefined;
  readonly title?: string | undefined;
  readonly subtitle?: string | undefined;
  /** Default: the accuracy. */
  readonly headline?: Headline | undefined;
}

interface Matrix {
  readonly names: readonly string[];
  /** Row by row. */
  readonly counts: readonly number[];
  readonly rowSums: readonly number[];
  readonly columnSums: readonly number[];
  readonly total: number;
}

/** Sizes in pixels that follow from names and the number of classes. */
interface Layout {
  readonly cell: number;
  readonly left: number;
  readonly size: number;
  /** Whether cells have room for a percentage below the count, and the margins for recall and precision. */
  readonly hasShares: boolean;
  readonly hasCounts: boolean;
  readonly hasTurnedNames: boolean;
  /** Height of the column names. */
  readonly namesHeight: number;
  /** One row's name in so many is written, and one column's. */
  readonly rowStride: number;
  readonly columnStride: number;
}

const nameSize = 12;
const longestName = 140;
const marginSize = 11;
const marginGap = 8;
const marginWidth = 42;
const marginHeight = 22;
const axisLabelRoom = 26;
const topRoom = 20;
const call = 'confusionMatrix';

function squareOf(counts: ArrayLike<number> | readonly ArrayLike<number>[]): readonly number[] {
  const first: unknown = counts[0];
  if (counts.length === 0 || typeof first === 'number') {
    // The kind of the first element tells the two forms apart.
    const flat = Array.from(counts as ArrayLike<number>);
    if (!Number.isInteger(Math.sqrt(flat.length))) {
      const help = 'give classes × classes counts, row by row';
      throw dataError('E_LENGTH', call, `${flat.length} counts are no square`, help);
    }
    return flat;
  }
  const rows = counts as readonly ArrayLike<number>[];
  const wrong = rows.findIndex((row) => row.length !== rows.length);
  if (wrong >= 0) {
    const help = `give ${rows.length} counts a row, one a predicted class`;
    throw dataError(
      'E_LENGTH',
      call,
      `row ${wrong} has ${rows[wrong]?.length} counts, there are ${rows.length} rows`,
      help,
    );
  }
  return rows.flatMap((row) => Array.from(row));
}

function checkedMatrix(
  given: ArrayLike<number> | readonly ArrayLike<number>[],
  classNames: readonly string[] | undefined,
): Matrix {
  const counts = squareOf(given);
  const classes = Math.sqrt(counts.length);
  const wrong = counts.findIndex((count) => !(Number.isFinite(count) && count >= 0));
  if (wrong >= 0) {
    const place = `row ${Math.floor(wrong / classes)}, column ${wrong % classes}`;
    throw dataError(
      'E_VALUE',
      call,
      `the count in ${place} is ${counts[wrong]}`,
      'give numbers of at least 0',
    );
  }
  if (classNames !== undefined && classNames.length !== classes) {
    throw optionError(
      call,
      `${classNames.length} class names for ${classes} classes`,
      'give one name a class',
    );
  }
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const range = Array.from({ length: classes }, (_, index) => index);
  const rowSums = range.map((row) => sum(counts.slice(row * classes, (row + 1) * classes)));
  return {
    names: classNames ?? range.map(String),
    counts,
    rowSums,
    columnSums: range.map((column) => sum(counts.filter((_, index) => index % classes === column))),
    total: sum(rowSums),
  };
}

function layOut({ names, counts }: Matrix): Layout {
  const classes = names.length;
  const widestName = Math.min(
    longestName,
    Math.max(...names.map((name) => estimateTextWidth(name, nameSize))),
  );
  const widestCount = Math.max(...counts.map((count) => estimateTextWidth(printCount(count), 11)));
  const wished = Math.max(6, Math.min(classes <= 5 ? 88 : 64, Math.floor(560 / classes)));
  // Large counts widen cells where there are few.
  const cell = classes <= 12 ? Math.max(wished, Math.ceil(widestCount) + 8) : wished;
  // Short names stay level, if need be not all of them; long ones are turned.
  const isShort = widestName <= 26;
  const hasTurnedNames = !isShort && widestName > cell - 6;
  const hasShares = cell >= 44;
  return {
    cell,
    left:
      axisLabelRoom + Math.max(widestName, hasShares ? estimateTextWidth('precision', marginSize) : 0) + 10,
    size: cell * classes,
    hasShares,
    hasCounts: widestCount <= cell - 2 && cell >= 18,
    hasTurnedNames,
    namesHeight: hasTurnedNames ? Math.ceil(widestName * Math.SQRT1_2) + 16 : 22,
    rowStride: Math.ceil(13 / cell),
    columnStride: Math.ceil((isShort ? widestName + 5 : 14) / cell),
  };
}

function printCount(count: number): string {
  return Number.isInteger(count) ? String(count) : formatValue(count, 'number');
}

function printShare(part: number, whole: number): string {
  return whole === 0 ? '–' : `${((part / whole) * 100).toFixed(part === whole || part === 0 ? 0 : 1)} %`;
}

function drawCell(matrix: Matrix, layout: Layout, row: number, column: number): readonly string[] {
  const { names, rowSums } = matrix;
  const { cell, left, hasShares, hasCounts } = layout;
  const count = matrix.counts[row * names.length + column] ?? 0;
  const rowSum = rowSums[row] ?? 0;
  const share = rowSum === 0 ? 0 : count / rowSum;
  const gap = cell >= 18 ? 2 : 1;
  const x = left + column * cell;
  const y = topRoom + row * cell;
  const role = row === column ? 'forward' : 'loss';
  const box = { x: x + gap / 2, y: y + gap / 2, width: cell - gap, height: cell - gap };
  const text = { x: x + cell / 2, 'text-anchor': 'middle', fill: heatInk(share) };
  const countSize = cell >= 52 ? 15 : cell >= 32 ? 13 : 11;
  const description = `true ${names[row]}, predicted ${names[column]}: ${printCount(count)} (${printShare(count, rowSum)} of the row)`;
  return [
    element(
      'rect',
      {
        ...box,
        rx: cell >= 32 ? 5 : cell >= 18 ? 2 : undefined,
        ...(count === 0 ? { fill: light.grid, 'fill-opacity': 0.55 } : heatFill(role, share)),
      },
      [tooltip(description)],
    ),
    ...(hasCounts
      ? [
          textElement(printCount(count), {
            ...text,
            y: y + cell / 2 + (hasShares && count > 0 ? -1 : countSize * 0.36),
            'font-size': countSize,
            'font-weight': count === 0 ? undefined : 700,
          }),
        ]
      : []),
    ...(hasShares && count > 0
      ? [textElement(printShare(count, rowSum), { ...text, y: y + cell / 2 + 14, 'font-size': 10.5 })]
      : []),
  ];
}

function drawNames({ names }: Matrix, layout: Layout): readonly string[] {
  const { cell, left, size, hasTurnedNames, rowStride, columnStride } = layout;
  const below = topRoom + size + (layout.hasShares ? marginGap + marginHeight : 0);
  const style = { 'font-size': nameSize, fill: light.ink };
  return names.flatMap((name, index) => {
    const shown = fitText(name, longestName, nameSize);
    const centre = (index + 0.5) * cell;
    const x = left + centre;
    return [
      ...(index % rowStride === 0
        ? [textElement(shown, { x: left - 8, y: topRoom + centre + 4, 'text-anchor': 'end', ...style })]
        : []),
      ...(index % columnStride !== 0
        ? []
        : hasTurnedNames
          ? [
              textElement(shown, {
                'text-anchor': 'end',
                transform: `translate(${Math.round(x + 4)} ${below + 12}) rotate(-45)`,
                ...style,
              }),
            ]
          : [textElement(shown, { x, y: below + 17, 'text-anchor': 'middle', ...style })]),
    ];
  });
}

/** Recall to the right of each row, precision below each column. */
function drawMargins(matrix: Matrix, layout: Layout): readonly string[] {
  if (!layout.hasShares) return [];
  const { cell, left, size } = layout;
  const { names, counts, rowSums, columnSums } = matrix;
  const style = { 'font-size': marginSize, fill: light.muted };
  const right = left + size + marginGap + marginWidth;
  const below = topRoom + size + marginGap + 10;
  return [
    textElement('recall', { x: right, y: topRoom - 8, 'text-anchor': 'end', ...style }),
    textElement('precision', { x: left - 8, y: below, 'text-anchor': 'end', ...style }),
    ...names.flatMap((_, index) => {
      const hits = counts[index * (names.length + 1)] ?? 0;
      const centre = (index + 0.5) * cell;
      return [
        textElement(printShare(hits, rowSums[index] ?? 0), {
          x: right,
          y: topRoom + centre + 4,
          'text-anchor': 'end',
          ...style,
        }),
        textElement(printShare(hits, columnSums[index] ?? 0), {
          x: left + centre,
          y: below,
          'text-anchor': 'middle',
          ...style,
        }),
      ];
    }),
  ];
}

function drawAxisLabels(layout: Layout, bottom: number): readonly string[] {
  const { left, size } = layout;
  const style = { 'text-anchor': 'middle', 'font-size': nameSize, 'font-weight': 600, fill: light.muted };
  return [
    textElement('true', {
      transform: `translate(11 ${topRoom + size / 2}) rotate(-90)`,
      ...style,
    }),
    textElement('predicted', { x: left + size / 2, y: bottom, ...style }),
  ];
}

/**
 * Draws a confusion matrix: a row for each true class, a column for each predicted one, with counts and percentages of
 * the row, recall beside rows and precision below columns. Of many classes only the colours remain (and tooltips).
 *
 * @param counts the matrix that the metric of this name computes: `classes` rows of `classes` counts, or all counts row
 *   by row in one array.
 * @returns a complete SVG document with a card of its own, light or dark as the reader prefers; one that says so if
 *   nothing was counted.
 * @throws DataError `E_LENGTH` for counts that are no square, `E_VALUE` for a count that is negative or not finite.
 * @throws DeclarationError `E_OPTION` for a number of class names other than that of the classes.
 */
export function confusionMatrix(
  counts: ArrayLike<number> | readonly ArrayLike<number>[],
  options: ConfusionOptions = {},
): string {
  const matrix = checkedMatrix(counts, options.classNames);
  const { title = 'Confusion matrix', subtitle, headline } = options;
  if (matrix.total === 0) return messageCard({ title, subtitle, headline }, 'No sample was counted');
  const { names } = matrix;
  const layout = layOut(matrix);
  const hits = names.reduce((sum, _, index) => sum + (matrix.counts[index * (names.length + 1)] ?? 0), 0);
  const accuracy = formatValue(hits / matrix.total, 'percent');
  const below = layout.size + (layout.hasShares ? marginGap + marginHeight : 0) + layout.namesHeight;
  const height = topRoom + below + 22;
  const width = layout.left + layout.size + (layout.hasShares ? marginGap + marginWidth : 0);
  const range = names.map((_, index) => index);
  const contentWidth = Math.max(width, titledWidth);
  const drawn = [
    ...range.flatMap((row) => range.flatMap((column) => drawCell(matrix, layout, row, column))),
    ...drawNames(matrix, layout),
    ...drawMargins(matrix, layout),
    ...drawAxisLabels(layout, height - 4),
  ];
  return card(
    { title, subtitle, headline: headline ?? { value: accuracy, label: 'accuracy' } },
    Math.ceil(contentWidth),
    height,
    [element('g', { transform: `translate(${Math.floor((contentWidth - width) / 2)} 0)` }, drawn)],
    [title, subtitle, `${names.length} classes, accuracy ${accuracy}`].filter(Boolean).join('. '),
  );
}
