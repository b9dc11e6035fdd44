// How large the gradients of layers are, and how that changed, as an SVG card: on the left every layer's norm at the
// first moment and at the last, on the right all moments. Vanishing gradients are marks that wander to the left from
// layer to layer. Relies on plot.ts and scale.ts.
import { card, cardPadding, type Headline } from './card.ts';
import { messageCard } from './message-card.ts';
import { spreadLabels } from './panel.ts';
import { drawFrame, tickSize, xAxisHeight, xOf, yAxisWidth, yOf, type Plot } from './plot.ts';
import { checkWidth, dataError } from './refusal.ts';
import { epochAxis, formatValue, logAxis, type Axis } from './scale.ts';
import { coordinate, element, estimateTextWidth, fitText, textElement, tooltip } from './svg.ts';
import { light, type Role } from './theme.ts';

/** Options of {@link gradientFlow}; only `layers` is needed. */
export interface GradientFlowOptions {
  /** From the input to the output: the norm of each layer's gradient, one a moment, as `histogramRecorder` keeps them. */
  readonly layers: readonly { readonly name: string; readonly norms: readonly number[] }[];
  /** Numbers of the moments. Default: counted from 1. */
  readonly moments?: readonly number[] | undefined;
  /** What a moment is. Default `'epoch'`. */
  readonly momentName?: string | undefined;
  /** What the norms are of. Default `'gradient'`. */
  readonly quantity?: string | undefined;
  readonly title?: string | undefined;
  readonly subtitle?: string | undefined;
  /** Default: the norm of the first layer over that of the last one, at the last moment. */
  readonly headline?: Headline | undefined;
  /** The colour. Default `'backward'`. */
  readonly role?: Role | undefined;
  /** Width of the card in pixels, at least 640. Default 960. */
  readonly width?: number | undefined;
}

const call = 'gradientFlow';
const rowHeight = 26;
const legendHeight = 30;
const gap = 40;
const longestName = 130;
const nameSize = 12;
const labelHeight = 15;

type Layers = GradientFlowOptions['layers'];

function checkOptions({ layers, moments, width }: GradientFlowOptions): readonly number[] {
  checkWidth(call, width, 640);
  const count = layers[0]?.norms.length ?? 0;
  for (const { name, norms } of layers) {
    if (norms.length !== count) {
      const help = 'give every layer one norm a moment';
      throw dataError(
        'E_LENGTH',
        call,
        `"${name}" has ${norms.length} norms, the first layer ${count}`,
        help,
      );
    }
    const wrong = norms.findIndex((norm) => norm < 0);
    if (wrong >= 0) {
      throw dataError(
        'E_VALUE',
        call,
        `norm ${wrong} of "${name}" is ${norms[wrong]}`,
        'norms are not negative',
      );
    }
  }
  if (layers.length > 0 && moments !== undefined && moments.length !== count) {
    throw dataError(
      'E_LENGTH',
      call,
      `${moments.length} moments for ${count} norms`,
      'give one number a norm',
    );
  }
  const stray = moments?.findIndex(
    (moment, index) => !(Number.isSafeInteger(moment) && moment > (moments[index - 1] ?? -Infinity)),
  );
  if (stray !== undefined && stray >= 0) {
    const help = 'give whole numbers in rising order';
    throw dataError('E_VALUE', call, `moment ${stray} is ${moments?.[stray]}`, help);
  }
  return moments ?? Array.from({ length: count }, (_, index) => index + 1);
}

/** A cross where a norm has no place on a logarithmic axis: nothing flowed, or something overflowed. */
function drawCross(x: number, y: number, what: string): string {
  return element(
    'path',
    {
      d: `M${coordinate(x - 3.5)} ${coordinate(y - 3.5)}l7 7m0 -7l-7 7`,
      fill: 'none',
      stroke: light.roles.loss.line,
      'stroke-width': 1.75,
      'stroke-linecap': 'round',
    },
    [tooltip(what)],
  );
}

/** Every layer's first and last norm on one line. */
function drawLayers(
  layers: Layers,
  moments: readonly number[],
  axis: Axis,
  role: Role,
  momentName: string,
  size: { readonly width: number; readonly bottom: number; readonly nameWidth: number },
): readonly string[] {
  const { line, fill } = light.roles[role];
  const left = size.nameWidth + 12;
  const right = size.width - 8;
  const place = (norm: number): number => left + axis.position(norm) * (right - left);
  const last = moments.length - 1;
  return [
    ...axis.ticks.flatMap(({ value, text }) => [
      element('path', {
        d: `M${coordinate(place(value))} ${legendHeight}V${coordinate(size.bottom)}`,
        fill: 'none',
        stroke: light.grid,
      }),
      textElement(text, {
        x: place(value),
        y: size.bottom + 17,
        'text-anchor': 'middle',
        'font-size': tickSize,
        fill: light.muted,
      }),
    ]),
    ...layers.flatMap(({ name, norms }, index) => {
      const y = legendHeight + (index + 0.5) * rowHeight;
      const ends = [...new Set([0, last])].map((at) => {
        const norm = norms[at] ?? NaN;
        return {
          norm,
          x: place(norm),
          isLast: at === last,
          what: `${name}, ${momentName} ${moments[at]}: ${formatValue(norm, 'number')}`,
        };
      });
      const drawn = ends.filter(({ x }) => !Number.isNaN(x));
      return [
        textElement(fitText(name, longestName, nameSize), {
          x: size.nameWidth,
          y: y + 4,
          'text-anchor': 'end',
          'font-size': nameSize,
          fill: light.ink,
        }),
        element('path', {
          d: `M${coordinate(left)} ${coordinate(y)}H${coordinate(right)}`,
          fill: 'none',
          stroke: light.grid,
        }),
        ...(drawn.length < 2
          ? []
          : [
              element('path', {
                d: `M${coordinate(drawn[0]?.x ?? 0)} ${coordinate(y)}H${coordinate(drawn[1]?.x ?? 0)}`,
                fill: 'none',
                stroke: line,
                'stroke-width': 2,
                'stroke-opacity': 0.5,
              }),
            ]),
        ...ends.map(({ norm, x, isLast, what }) =>
          Number.isNaN(x)
            ? drawCross(norm > 0 ? right : left, y, what)
            : element(
                'circle',
                {
                  cx: x,
                  cy: y,
                  r: isLast ? 5 : 4,
                  fill: isLast ? line : fill,
                  stroke: line,
                  'stroke-width': 1.5,
                },
                [tooltip(what)],
              ),
        ),
      ];
    }),
  ];
}

function drawLegend(moments: readonly number[], role: Role, momentName: string): readonly string[] {
  const { line, fill } = light.roles[role];
  let x = 5;
  return [...new Set([0, moments.length - 1])].flatMap((at, rank, all) => {
    const isLast = rank === all.length - 1;
    const text = `${momentName} ${moments[at]}`;
    const here = x;
    x += 12 + estimateTextWidth(text, nameSize) + 24;
    return [
      element('circle', {
        cx: here,
        cy: 6,
        r: isLast ? 5 : 4,
        fill: isLast ? line : fill,
        stroke: line,
        'stroke-width': 1.5,
      }),
      textElement(text, { x: here + 12, y: 10, 'font-size': nameSize, fill: light.ink }),
    ];
  });
}

/** A line a layer over the moments; the deeper the layer, the stronger. */
function drawMoments(
  layers: Layers,
  moments: readonly number[],
  plot: Plot,
  role: Role,
  nameWidth: number,
): readonly string[] {
  const { line, ink } = light.roles[role];
  const ends = layers.map(({ norms }) => {
    const last = norms.findLastIndex((norm) => !Number.isNaN(yOf(plot, norm)));
    return last < 0 ? plot.bottom : yOf(plot, norms[last] ?? NaN);
  });
  const isCrowded = layers.length * labelHeight > plot.bottom - plot.top + 20;
  const centres = spreadLabels(ends, labelHeight, plot.top - 8, plot.bottom + 8);
  return layers.flatMap(({ name, norms }, index) => {
    const depth = layers.length === 1 ? 1 : index / (layers.length - 1);
    const points = norms.map((norm, at) => ({ x: xOf(plot, moments[at] ?? 0), y: yOf(plot, norm) }));
    let isOpen = false;
    const path = points
      .map(({ x, y }) => {
        const command = Number.isNaN(y) ? '' : `${isOpen ? 'L' : 'M'}${coordinate(x)} ${coordinate(y)}`;
        isOpen = !Number.isNaN(y);
        return command;
      })
      .join('');
    const end = ends[index] ?? plot.bottom;
    const centre = centres[index] ?? end;
    // Of many layers the first and the last are named.
    const isNamed = !isCrowded || index === 0 || index === layers.length - 1;
    return [
      ...(path === ''
        ? []
        : [
            element(
              'path',
              {
                d: path,
                fill: 'none',
                stroke: line,
                'stroke-opacity': 0.35 + 0.65 * depth,
                'stroke-width': 1.5 + depth,
                'stroke-dasharray': index === 0 ? '5 3' : undefined,
                'stroke-linejoin': 'round',
                'stroke-linecap': 'round',
              },
              [tooltip(name)],
            ),
          ]),
      ...(isNamed
        ? [
            element('path', {
              d: `M${coordinate(plot.right + 3)} ${coordinate(end)}L${coordinate(plot.right + 12)} ${coordinate(centre)}`,
              fill: 'none',
              stroke: light.border,
            }),
            textElement(fitText(name, nameWidth, tickSize), {
              x: plot.right + 15,
              y: centre + 4,
              'font-size': tickSize,
              fill: ink,
            }),
          ]
        : []),
    ];
  });
}

/**
 * Draws the norms of the gradients of layers on logarithmic axes: for each layer, first layer above, the norm at the first
 * moment and at the last; beside it the norms over all moments. Where gradients vanish, marks wander to the left from the
 * last layer to the first; where they explode, to the right.
 *
 * @example
 * gradientFlow({ ...recorder.toJSON(), title: 'Ten layers of sigmoids' });
 * @returns a complete SVG document with a card of its own, light or dark as the reader prefers; one that says so if there
 *   is no norm. Norms that are 0 or not finite are crosses.
 * @throws DataError `E_LENGTH` if layers differ in their number of norms or moments do, `E_VALUE` for a negative norm and
 *   for moments that are no rising whole numbers.
 * @throws DeclarationError `E_OPTION` for a width that is not sensible.
 */
export function gradientFlow(options: GradientFlowOptions): string {
  const moments = checkOptions(options);
  const { layers, momentName = 'epoch', quantity = 'gradient', role = 'backward', subtitle } = options;
  const { title = 'Gradients from layer to layer' } = options;
  const header = { title, subtitle, headline: options.headline };
  if (moments.length === 0) return messageCard(header, 'There are no norms to show');
  const width = (options.width ?? 960) - 2 * cardPadding;
  const axis = logAxis(
    layers.flatMap(({ norms }) => norms),
    'number',
  );
  const name = `norm of the ${quantity}`;
  const hasMoments = moments.length > 1;
  const widest = Math.min(
    longestName,
    Math.max(...layers.map((layer) => estimateTextWidth(layer.name, nameSize))),
  );
  const half = hasMoments ? (width - gap) / 2 : width;
  const bottom = legendHeight + Math.max(layers.length, 6) * rowHeight;
  const labels = Math.min(widest, 100);
  const xAxis = epochAxis(moments[0] ?? 1, (moments.at(-1) ?? 1) - (moments[0] ?? 1) + 1);
  const plot: Plot = {
    x: xAxis,
    y: axis,
    left: yAxisWidth(axis),
    right: half - labels - 16,
    top: legendHeight,
    bottom,
  };
  const left = [
    ...drawLegend(moments, role, momentName),
    ...drawLayers(layers, moments, axis, role, momentName, { width: half, bottom, nameWidth: widest }),
    textElement(name, {
      x: (widest + 12 + half) / 2,
      y: bottom + 37,
      'text-anchor': 'middle',
      'font-size': nameSize,
      'font-weight': 600,
      fill: light.muted,
    }),
  ];
  const right = hasMoments
    ? [
        element('g', { transform: `translate(${coordinate(half + gap)} 0)` }, [
          ...drawFrame(plot, momentName, name),
          ...drawMoments(layers, moments, plot, role, labels),
        ]),
      ]
    : [];
  const [first = NaN, last = NaN] = [layers[0], layers.at(-1)].map((layer) => layer?.norms.at(-1));
  const ratio = first / last;
  const headline =
    options.headline ??
    (layers.length > 1 && Number.isFinite(ratio)
      ? { value: formatValue(ratio, 'number'), label: 'first layer over last' }
      : undefined);
  return card(
    { title, subtitle, headline },
    width,
    bottom + xAxisHeight,
    [...left, ...right],
    [title, subtitle, `norms of ${layers.map((layer) => layer.name).join(', ')}`].filter(Boolean).join('. '),
  );
}
