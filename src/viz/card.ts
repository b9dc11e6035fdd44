// The rounded card on which every picture stands: page, title, subtitle and headline number. Relies on theme.ts
// and svg.ts.
import { element, estimateTextWidth, fitText, textElement, tooltip } from './svg.ts';
import { adaptToDarkMode, fonts, light } from './theme.ts';

/** The one number a picture is about, large in the upper right corner. */
export interface Headline {
  /** For example `'93.3 %'`. */
  readonly value: string;
  /** For example `'test accuracy'`. */
  readonly label: string;
}

/** What is written above the picture. */
export interface CardHeader {
  readonly title?: string | undefined;
  readonly subtitle?: string | undefined;
  readonly headline?: Headline | undefined;
}

/** Space between the edge of the card and what stands on it, in pixels. */
export const cardPadding = 28;

/** Least width of the content of a card that has a title, in pixels. */
export const titledWidth = 464;

const titleSize = 20;
const subtitleSize = 13;
const headlineSize = 26;
const headlineLabelSize = 12;

/** Height of the header including the space below it, in pixels; zero without one. */
function headerHeight(header: CardHeader): number {
  if (header.headline !== undefined || header.subtitle !== undefined) return 68;
  return header.title === undefined ? 0 : 44;
}

function headerElements(header: CardHeader, width: number): readonly string[] {
  const right = width - cardPadding;
  const { title, subtitle, headline } = header;
  const headlineWidth =
    headline === undefined
      ? 0
      : Math.max(
          estimateTextWidth(headline.value, headlineSize),
          estimateTextWidth(headline.label, headlineLabelSize),
        );
  const room = right - cardPadding - headlineWidth - (headline === undefined ? 0 : 24);
  const top = cardPadding;
  return [
    ...(title === undefined
      ? []
      : [
          textElement(fitText(title, room, titleSize), {
            x: cardPadding,
            y: top + 18,
            'font-size': titleSize,
            'font-weight': 700,
            fill: light.ink,
          }),
        ]),
    ...(subtitle === undefined
      ? []
      : [
          textElement(fitText(subtitle, room, subtitleSize), {
            x: cardPadding,
            y: top + (title === undefined ? 18 : 41),
            'font-size': subtitleSize,
            fill: light.muted,
          }),
        ]),
    ...(headline === undefined
      ? []
      : [
          textElement(headline.value, {
            x: right,
            y: top + 20,
            'text-anchor': 'end',
            'font-size': headlineSize,
            'font-weight': 700,
            fill: light.roles.accent.ink,
          }),
          textElement(headline.label, {
            x: right,
            y: top + 41,
            'text-anchor': 'end',
            'font-size': headlineLabelSize,
            fill: light.muted,
          }),
        ]),
  ];
}

/**
 * A whole SVG document: a card with a header, and `content` below it.
 *
 * @param contentWidth width of the content in pixels; the card is wider by its padding.
 * @param contentHeight height of the content in pixels.
 * @param content elements drawn with the origin at the content's upper left corner.
 * @param description what a screen reader says about the picture.
 */
export function card(
  header: CardHeader,
  contentWidth: number,
  contentHeight: number,
  content: readonly string[],
  description: string,
): string {
  const width = contentWidth + 2 * cardPadding;
  const top = cardPadding + headerHeight(header);
  const height = top + contentHeight + cardPadding;
  return adaptToDarkMode(
    `${element(
      'svg',
      {
        xmlns: 'http://www.w3.org/2000/svg',
        width,
        height,
        viewBox: `0 0 ${width} ${height}`,
        role: 'img',
        'font-family': fonts.sans,
      },
      [
        tooltip(description),
        element('rect', {
          x: 0.5,
          y: 0.5,
          width: width - 1,
          height: height - 1,
          rx: 14,
          fill: light.surface,
          stroke: light.border,
        }),
        ...headerElements(header, width),
        element('g', { transform: `translate(${cardPadding} ${top})` }, content),
      ],
    )}\n`,
  );
}
