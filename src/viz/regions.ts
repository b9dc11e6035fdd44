// What a classifier of two features says everywhere, with the samples on it, as an SVG card: decision regions in the
// soft colours of the classes, darker the surer, and samples as marks. Relies on plot.ts and markers.ts.
import { card, cardPadding, type Headline } from './card.ts';
import { classRole, drawLegend, drawMarker } from './markers.ts';
import { messageCard } from './message-card.ts';
import { drawFrame, xAxisHeight, xOf, yAxisWidth, yOf, type Plot } from './plot.ts';
import { checkCount, checkLabels, checkWidth, dataError, optionError } from './refusal.ts';
import { formatValue, isDrawable, linearAxis } from './scale.ts';
import { coordinate, element, tooltip } from './svg.ts';
import { light } from './theme.ts';

/** Samples of two features each, and what is asked about every place around them. */
export interface DecisionRegionsOptions {
  /** Two features a sample, sample by sample. Samples with a feature that is not finite are left out. */
  readonly points: ArrayLike<number>;
  /** The true class of each sample, counted from 0. */
  readonly labels: ArrayLike<number>;
  /**
   * What the model says of `count` places, whose two features follow each other in `places`: a class number a place,
   * or a probability (or score of softmax) for each class, place by place.
   */
  readonly predict: (places: Float32Array, count: number) => ArrayLike<number>;
  readonly classNames?: readonly string[] | undefined;
  /** Names of the two features. Default: `'feature 1'` and `'feature 2'`. */
  readonly featureNames?: readonly [string, string] | undefined;
  readonly title?: string | undefined;
  readonly subtitle?: string | undefined;
  /** Default: the share of samples that lie in the region of their class. */
  readonly headline?: Headline | undefined;
  /** Places asked about along the horizontal axis. Default 180. */
  readonly resolution?: number | undefined;
  /** Width of the card in pixels, at least 360. Default 620. */
  readonly width?: number | undefined;
}

const call = 'decisionRegions';
const aspect = 0.75;
/** How sure a model is, in so many steps from a tie to certainty. */
const levels = 4;

interface Answers {
  readonly classes: Int32Array;
  /** The probability of the class. */
  readonly sureness: Float64Array;
  readonly count: number;
}

function checkOptions({ points, labels, classNames, resolution, width }: DecisionRegionsOptions): void {
  checkCount(call, 'resolution', resolution, 2);
  checkWidth(call, width, 360);
  if (points.length !== labels.length * 2) {
    const help = 'give two features and one label a sample';
    throw dataError('E_LENGTH', call, `${points.length} features for ${labels.length} labels`, help);
  }
  checkLabels(call, 'label', labels, classNames);
}

/** The model's answers to places, from labels or from probabilities. */
function askAbout(places: Float32Array, options: DecisionRegionsOptions): Answers {
  const count = places.length / 2;
  const said = options.predict(places, count);
  const width = said.length / count;
  if (!(Number.isInteger(width) && width >= 1)) {
    const help = 'give a class number a place, or a probability for each class';
    throw optionError(call, `predict gave ${said.length} numbers for ${count} places`, help);
  }
  const classes = new Int32Array(count);
  const sureness = new Float64Array(count).fill(1);
  for (let place = 0; place < count; place++) {
    if (width === 1) {
      const label = said[place] ?? NaN;
      classes[place] = Number.isInteger(label) && label >= 0 ? label : -1;
      continue;
    }
    let best = -1;
    for (let index = 0; index < width; index++) {
      const value = said[place * width + index] ?? NaN;
      if (best < 0 ? !Number.isNaN(value) : value > (said[place * width + best] ?? NaN)) best = index;
    }
    classes[place] = best;
    const share = said[place * width + Math.max(best, 0)] ?? NaN;
    sureness[place] = share >= 0 && share <= 1 ? (share - 1 / width) / (1 - 1 / width) : 1;
  }
  const known = Math.max(options.classNames?.length ?? 0, width);
  return { classes, sureness, count: classes.reduce((most, label) => Math.max(most, label + 1), known) };
}

/** One path a class and degree of sureness: runs of equal cells, row by row. */
function drawRegions(answers: Answers, columns: number, rows: number, plot: Plot): readonly string[] {
  const paths = new Map<number, string[]>();
  const keyOf = (cell: number): number => {
    const label = answers.classes[cell] ?? -1;
    const sure = Math.min(1, Math.max(0, answers.sureness[cell] ?? 1));
    return label < 0 ? -1 : label * levels + Math.min(levels - 1, Math.floor(sure * levels));
  };
  const across = (column: number): number =>
    Math.round(plot.left + (column / columns) * (plot.right - plot.left));
  const down = (row: number): number => Math.round(plot.top + (row / rows) * (plot.bottom - plot.top));
  for (let row = 0; row < rows; row++) {
    let start = 0;
    for (let column = 1; column <= columns; column++) {
      const key = keyOf(row * columns + start);
      if (column < columns && keyOf(row * columns + column) === key) continue;
      if (key >= 0) {
        const run = `M${across(start)} ${down(row)}H${across(column)}V${down(row + 1)}H${across(start)}z`;
        const runs = paths.get(key) ?? [];
        runs.push(run);
        paths.set(key, runs);
      }
      start = column;
    }
  }
  return [...paths]
    .sort(([one], [other]) => one - other)
    .map(([key, runs]) =>
      element('path', {
        d: runs.join(''),
        fill: light.roles[classRole(Math.floor(key / levels))].line,
        'fill-opacity': 0.1 + 0.08 * (key % levels),
        'shape-rendering': 'crispEdges',
      }),
    );
}

/**
 * The lines between regions of different classes: in each square of four neighbouring places, the middles of the sides
 * whose ends differ are joined, two of them by a line, more at the centre.
 */
function drawBorders(answers: Answers, columns: number, rows: number, plot: Plot): readonly string[] {
  const [cellWidth, cellHeight] = [(plot.right - plot.left) / columns, (plot.bottom - plot.top) / rows];
  const at = (row: number, column: number): string =>
    `${coordinate(plot.left + (column + 0.5) * cellWidth)} ${coordinate(plot.top + (row + 0.5) * cellHeight)}`;
  const classAt = (row: number, column: number): number => answers.classes[row * columns + column] ?? -1;
  const pieces: string[] = [];
  for (let row = 0; row + 1 < rows; row++) {
    for (let column = 0; column + 1 < columns; column++) {
      const corners = [
        classAt(row, column),
        classAt(row, column + 1),
        classAt(row + 1, column + 1),
        classAt(row + 1, column),
      ];
      const middles = [
        at(row, column + 0.5),
        at(row + 0.5, column + 1),
        at(row + 1, column + 0.5),
        at(row + 0.5, column),
      ].filter((_, side) => corners[side] !== corners[(side + 1) % 4]);
      if (middles.length === 2) pieces.push(`M${middles.join('L')}`);
      else pieces.push(...middles.map((middle) => `M${middle}L${at(row + 0.5, column + 0.5)}`));
    }
  }
  if (pieces.length === 0) return [];
  return [
    element('path', {
      d: pieces.join(''),
      fill: 'none',
      stroke: light.muted,
      'stroke-width': 1.5,
      'stroke-linecap': 'round',
    }),
  ];
}

interface Sample {
  readonly x: number;
  readonly y: number;
  readonly label: number;
}

function finiteSamples({ points, labels }: DecisionRegionsOptions): readonly Sample[] {
  return Array.from(labels, (label, index) => ({
    x: points[index * 2] ?? NaN,
    y: points[index * 2 + 1] ?? NaN,
    label,
  })).filter(({ x, y }) => isDrawable(x) && isDrawable(y));
}

/** Wrong samples are ringed in the colour of text. */
function drawSamples(
  samples: readonly Sample[],
  guesses: Int32Array,
  plot: Plot,
  nameOf: (label: number) => string,
): readonly string[] {
  return samples.flatMap(({ x, y, label }, index) => {
    const [left, top] = [xOf(plot, x), yOf(plot, y)];
    const isRight = guesses[index] === label;
    const guess = isRight ? '' : `, predicted ${nameOf(guesses[index] ?? -1)}`;
    return [
      element('g', {}, [
        tooltip(`${nameOf(label)} at ${formatValue(x, 'number')}, ${formatValue(y, 'number')}${guess}`),
        drawMarker(label, left, top),
        ...(isRight
          ? []
          : [
              element('circle', {
                cx: left,
                cy: top,
                r: 7.5,
                fill: 'none',
                stroke: light.ink,
                'stroke-width': 1.5,
              }),
            ]),
      ]),
    ];
  });
}

/**
 * Draws what a model of two features predicts at every place, the surer the stronger the colour, with lines between
 * the classes and the samples as marks; samples in a region of another class are ringed.
 *
 * @example
 * decisionRegions({
 *   points, labels, classNames,
 *   predict: (places) => session.predict({ x: places }).probabilities.data,
 * });
 * @returns a complete SVG document with a card of its own, light or dark as the reader prefers; one that says so if
 *   there is no sample.
 * @throws DataError `E_LENGTH` for features and labels that differ in number, `E_LABEL` for a label that is no class.
 * @throws DeclarationError `E_OPTION` for a resolution or width that is not sensible, and if `predict` gives another
 *   number of answers.
 */
export function decisionRegions(options: DecisionRegionsOptions): string {
  checkOptions(options);
  const { title = 'Decision regions', subtitle, featureNames = ['feature 1', 'feature 2'] } = options;
  const samples = finiteSamples(options);
  if (samples.length === 0) {
    return messageCard({ title, subtitle, headline: options.headline }, 'There are no samples to show');
  }
  const width = (options.width ?? 620) - 2 * cardPadding;
  const x = linearAxis(widened(samples.map((sample) => sample.x)), 'number');
  const y = linearAxis(widened(samples.map((sample) => sample.y)), 'number');
  const left = yAxisWidth(y);
  const columns = options.resolution ?? 180;
  const rows = Math.max(2, Math.round(columns * aspect));
  const places = Float32Array.from({ length: columns * rows * 2 }, (_, index) => {
    const cell = Math.floor(index / 2);
    return index % 2 === 0
      ? x.low + (((cell % columns) + 0.5) / columns) * (x.high - x.low)
      : y.high - ((Math.floor(cell / columns) + 0.5) / rows) * (y.high - y.low);
  });
  const answers = askAbout(places, options);
  const guesses = askAbout(
    Float32Array.from(samples.flatMap((sample) => [sample.x, sample.y])),
    options,
  ).classes;
  const classes = samples.reduce((most, { label }) => Math.max(most, label + 1), answers.count);
  const nameOf = (label: number): string =>
    label < 0 ? 'nothing' : (options.classNames?.[label] ?? `class ${label}`);
  const hits = samples.filter(({ label }, index) => guesses[index] === label).length;
  const legend = drawLegend(
    [
      ...Array.from({ length: classes }, (_, index) => ({
        name: nameOf(index),
        mark: (at: number, level: number) => drawMarker(index, at, level),
      })),
      ...(hits === samples.length
        ? []
        : [
            {
              name: 'misclassified',
              mark: (at: number, level: number) =>
                element('circle', {
                  cx: at,
                  cy: level,
                  r: 6,
                  fill: 'none',
                  stroke: light.ink,
                  'stroke-width': 1.5,
                }),
            },
          ]),
    ],
    width,
  );
  const right = width - 8;
  const top = legend.height;
  const plot: Plot = { x, y, left, right, top, bottom: Math.round(top + (right - left) * aspect) };
  const box = `M${left} ${top}H${coordinate(right)}V${plot.bottom}H${left}z`;
  return card(
    {
      title,
      subtitle,
      headline: options.headline ?? {
        value: formatValue(hits / samples.length, 'percent'),
        label: 'accuracy',
      },
    },
    width,
    plot.bottom + xAxisHeight,
    [
      ...legend.elements,
      ...drawRegions(answers, columns, rows, plot),
      ...drawBorders(answers, columns, rows, plot),
      element('path', { d: box, fill: 'none', stroke: light.border }),
      ...drawFrame(plot, featureNames[0], featureNames[1], false),
      ...drawSamples(samples, guesses, plot, nameOf),
    ],
    [title, subtitle, `${samples.length} samples of ${classes} classes`].filter(Boolean).join('. '),
  );
}

/** The values with a margin, so that no sample stands on the edge. */
function widened(values: readonly number[]): readonly number[] {
  const low = values.reduce((least, value) => Math.min(least, value), Infinity);
  const high = values.reduce((most, value) => Math.max(most, value), -Infinity);
  const margin = (high - low) * 0.06;
  return [low - margin, high + margin];
}
