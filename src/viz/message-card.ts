// The card that stands where a picture would, when there is nothing to draw: a mark above a sentence. Relies on card.ts.
import { card, titledWidth, type CardHeader } from './card.ts';
import { element, estimateTextWidth, textElement } from './svg.ts';
import { light } from './theme.ts';

const messageSize = 15;
const messageHeight = 160;

/** What the mark says: a tick that all is well, a dash that nothing is there. */
const marks = {
  success: { role: 'update', path: 'l6 6l12 -13', dx: -9, dy: 1 },
  nothing: { role: 'data', path: 'h18', dx: -9, dy: 0 },
} as const;

/** A whole picture that says why there is no other. */
export function messageCard(
  header: CardHeader,
  message: string,
  mark: keyof typeof marks = 'nothing',
): string {
  const width = Math.max(titledWidth, Math.ceil(estimateTextWidth(message, messageSize)));
  const { role, path, dx, dy } = marks[mark];
  const { line, fill } = light.roles[role];
  const x = width / 2;
  const y = messageHeight / 2 - 20;
  return card(
    header,
    width,
    messageHeight,
    [
      element('circle', { cx: x, cy: y, r: 24, fill, stroke: line, 'stroke-width': 1.5 }),
      element('path', {
        d: `M${x + dx} ${y + dy}${path}`,
        fill: 'none',
        stroke: line,
        'stroke-width': 3,
        'stroke-linecap': 'round',
        'stroke-linejoin': 'round',
      }),
      textElement(message, {
        x,
        y: y + 58,
        'text-anchor': 'middle',
        'font-size': messageSize,
        fill: light.ink,
      }),
    ],
    [header.title, message].filter(Boolean).join('. '),
  );
}
