// Curves of binary decisions over all thresholds as SVG cards: receiver operating characteristics and precision over
// recall, several side by side with their areas. Relies on plot.ts; the curves are made by tapeless/train.
import type { PrecisionRecallCurve } from '../metrics/precision-recall.ts';
import type { RocCurve } from '../metrics/roc.ts';
import { card, cardPadding, type Headline } from './card.ts';
import { drawLegend } from './markers.ts';
import { messageCard } from './message-card.ts';
import { drawFrame, xAxisHeight, xOf, yAxisWidth, yOf, type Plot } from './plot.ts';
import { checkWidth, dataError } from './refusal.ts';
import { formatValue, linearAxis } from './scale.ts';
import { coordinate, element, tooltip } from './svg.ts';
import { light, seriesRoles, type Role } from './theme.ts';

/** What curves of scores look like; all have defaults. */
export interface ScoreCurveLook {
  readonly title?: string | undefined;
  readonly subtitle?: string | undefined;
  /** Default: the area, if there is but one curve. */
  readonly headline?: Headline | undefined;
  /** Width of the card in pixels, at least 360. Default 520. */
  readonly width?: number | undefined;
}

/** Curves by name; one may go without. */
export type NamedCurves<Curve> = Curve | Readonly<Record<string, Curve>>;

interface DrawnCurve {
  readonly name: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly area: number;
}

interface Kind {
  readonly call: string;
  readonly title: string;
  readonly xName: string;
  readonly yName: string;
  readonly areaName: string;
  /** What a guess would give: two points. */
  readonly chance: readonly (readonly [number, number])[];
}

/** Six roles in solid lines, then dashed ones: neighbours differ in more than colour. */
const dashes = [undefined, '7 4', '2 3'] as const;

function lookOf(index: number): { readonly role: Role; readonly dash: string | undefined } {
  const round = Math.floor(index / seriesRoles.length);
  // The index is taken modulo the length of a list that is never empty.
  return { role: seriesRoles[index % seriesRoles.length] as Role, dash: dashes[round % dashes.length] };
}

/** At most a few points a pixel: those that are nearer than half a pixel to the last one kept are left out. */
function pathOf(curve: DrawnCurve, plot: Plot): string {
  let path = '';
  let [lastX, lastY] = [NaN, NaN];
  for (const [index, value] of curve.x.entries()) {
    const [x, y] = [xOf(plot, value), yOf(plot, curve.y[index] ?? NaN)];
    const isEnd = index === 0 || index === curve.x.length - 1;
    if (!isEnd && Math.hypot(x - lastX, y - lastY) < 0.5) continue;
    path += `${path === '' ? 'M' : 'L'}${coordinate(x)} ${coordinate(y)}`;
    [lastX, lastY] = [x, y];
  }
  return path;
}

function drawCard(drawn: readonly DrawnCurve[], kind: Kind, look: ScoreCurveLook): string {
  const { title = kind.title, subtitle, headline } = look;
  checkWidth(kind.call, look.width, 360);
  if (drawn.length === 0) return messageCard({ title, subtitle, headline }, 'There is no curve to show');
  for (const { name, x, y } of drawn) {
    const isWrong = x.length !== y.length || [...x, ...y].some((value) => !(value >= 0 && value <= 1));
    if (!isWrong && x.length > 0) continue;
    const help = 'give curves as rocCurve and precisionRecallCurve of tapeless/train make them';
    throw dataError('E_VALUE', kind.call, `"${name}" is no curve from 0 to 1`, help);
  }
  const width = (look.width ?? 520) - 2 * cardPadding;
  const axis = linearAxis([0, 1], 'percent');
  const left = yAxisWidth(axis);
  const size = width - left - 12;
  const plot: Plot = { x: axis, y: axis, left, right: left + size, top: 6, bottom: 6 + Math.min(size, 420) };
  const isOne = drawn.length === 1;
  const legend = drawLegend(
    drawn.map(({ name, area }, index) => {
      const { role, dash } = lookOf(index);
      return {
        // Names may be cut, numbers not.
        name: `${formatValue(area, 'number')} ${name}`.trim(),
        mark: (x, y) =>
          element('path', {
            d: `M${coordinate(x - 6)} ${coordinate(y)}h11`,
            fill: 'none',
            stroke: light.roles[role].line,
            'stroke-width': 2.5,
            'stroke-dasharray': dash,
          }),
      };
    }),
    width - left,
  );
  const chance = kind.chance
    .map(
      ([x, y], index) => `${index === 0 ? 'M' : 'L'}${coordinate(xOf(plot, x))} ${coordinate(yOf(plot, y))}`,
    )
    .join('');
  const content = [
    ...drawFrame(plot, kind.xName, kind.yName),
    element(
      'path',
      { d: chance, fill: 'none', stroke: light.muted, 'stroke-width': 1.25, 'stroke-dasharray': '4 4' },
      [tooltip('a guess')],
    ),
    ...drawn.map((curve, index) => {
      const { role, dash } = lookOf(index);
      return element(
        'path',
        {
          d: pathOf(curve, plot),
          fill: 'none',
          stroke: light.roles[role].line,
          'stroke-width': 2.25,
          'stroke-dasharray': dash,
          'stroke-linejoin': 'round',
        },
        [tooltip(`${curve.name} ${kind.areaName} ${formatValue(curve.area, 'number')}`.trim())],
      );
    }),
    ...(isOne
      ? []
      : [
          element(
            'g',
            { transform: `translate(${coordinate(left)} ${coordinate(plot.bottom + xAxisHeight + 10)})` },
            legend.elements,
          ),
        ]),
  ];
  const area = drawn[0]?.area ?? NaN;
  return card(
    {
      title,
      subtitle,
      headline:
        headline ?? (isOne ? { value: formatValue(area, 'number'), label: kind.areaName } : undefined),
    },
    width,
    plot.bottom + xAxisHeight + (isOne ? 0 : 10 + legend.height),
    content,
    [title, subtitle, ...drawn.map((one) => `${one.name} ${formatValue(one.area, 'number')}`.trim())]
      .filter(Boolean)
      .join('. '),
  );
}

function named<Curve extends object>(
  curves: NamedCurves<Curve>,
  key: keyof Curve,
): readonly (readonly [string, Curve])[] {
  // A curve has its own fields; a record of curves has their names.
  return key in curves ? [['', curves as Curve]] : Object.entries(curves as Readonly<Record<string, Curve>>);
}

/**
 * Draws ROC curves: the share of positives found over the share of negatives mistaken, at all thresholds. The dashed
 * diagonal is a guess; the farther above, the better.
 *
 * @example
 * rocCurves(rocCurve(labels, scores));
 * rocCurves({ setosa: rocCurve(labels, first, { positive: 0 }), virginica: rocCurve(labels, last, { positive: 2 }) });
 * @returns a complete SVG document with a card of its own, light or dark as the reader prefers.
 * @throws DataError `E_VALUE` for what is no such curve; DeclarationError `E_OPTION` for a width that is not sensible.
 */
export function rocCurves(curves: NamedCurves<RocCurve>, look: ScoreCurveLook = {}): string {
  const drawn = named(curves, 'falsePositiveRate').map(([name, curve]) => ({
    name,
    x: curve.falsePositiveRate,
    y: curve.truePositiveRate,
    area: curve.area,
  }));
  return drawCard(
    drawn,
    {
      call: 'rocCurves',
      title: drawn.length === 1 ? 'ROC curve' : 'ROC curves',
      xName: 'false positive rate',
      yName: 'true positive rate',
      areaName: 'area under the curve',
      chance: [
        [0, 0],
        [1, 1],
      ],
    },
    look,
  );
}

/**
 * Draws precision over recall at all thresholds. The dashed line is the precision of a guess (of the first curve); the
 * nearer to the upper right corner, the better.
 *
 * @example
 * precisionRecallCurves(precisionRecallCurve(labels, scores));
 * @returns a complete SVG document with a card of its own, light or dark as the reader prefers.
 * @throws DataError `E_VALUE` for what is no such curve; DeclarationError `E_OPTION` for a width that is not sensible.
 */
export function precisionRecallCurves(
  curves: NamedCurves<PrecisionRecallCurve>,
  look: ScoreCurveLook = {},
): string {
  const all = named(curves, 'averagePrecision');
  const prevalence = all[0]?.[1].prevalence ?? 0;
  return drawCard(
    all.map(([name, curve]) => ({ name, x: curve.recall, y: curve.precision, area: curve.averagePrecision })),
    {
      call: 'precisionRecallCurves',
      title: 'Precision and recall',
      xName: 'recall',
      yName: 'precision',
      areaName: 'average precision',
      chance: [
        [0, prevalence],
        [1, prevalence],
      ],
    },
    look,
  );
}
