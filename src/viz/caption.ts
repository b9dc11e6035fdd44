// Text below an image of a grid: lines of coloured pieces, cut to the room there is. Relies on svg.ts and theme.ts.
import { element, escapeXml, estimateTextWidth, fitText, textElement } from './svg.ts';
import { light, type Role } from './theme.ts';

/** A piece of a caption in the colour of a role; without one in the colour of text. */
export interface CaptionPart {
  readonly text: string;
  readonly role?: Role | undefined;
}

/** Text below an image, or several coloured pieces of it. A piece `'\n'` begins another line. */
export type Caption = string | readonly CaptionPart[];

/** Sizes in pixels: of text, and of the first line and each one after it. */
export const captionSize = 12;
const firstLineHeight = 26;
const lineHeight = 15;

function linesOf(caption: Caption | undefined): readonly (readonly CaptionPart[])[] {
  if (caption === undefined) return [];
  if (typeof caption === 'string') return [[{ text: caption }]];
  const lines: CaptionPart[][] = [[]];
  for (const part of caption) {
    if (part.text === '\n') lines.push([]);
    else lines.at(-1)?.push(part);
  }
  return lines;
}

function textOf(line: readonly CaptionPart[]): string {
  return line.map((part) => part.text).join('');
}

/** The whole caption as one line of plain text. */
export function captionText(caption: Caption | undefined): string {
  return linesOf(caption).map(textOf).join(', ');
}

/** Room that captions take below each image. */
export function captionHeight(captions: readonly Caption[]): number {
  const lines = Math.max(1, ...captions.map((caption) => linesOf(caption).length));
  return firstLineHeight + (lines - 1) * lineHeight;
}

/** The width of the longest line, with some room for pieces in bold. */
export function captionWidth(captions: readonly Caption[]): number {
  const widths = captions.flatMap((caption) =>
    linesOf(caption).map((line) => estimateTextWidth(textOf(line), captionSize) * 1.04),
  );
  return Math.max(0, ...widths);
}

/** The caption around `x`, its first baseline at `y`, with lines cut to `width`. */
export function drawCaption(
  caption: Caption | undefined,
  x: number,
  y: number,
  width: number,
): readonly string[] {
  return linesOf(caption).flatMap((line, index) => {
    const whole = textOf(line);
    if (whole === '') return [];
    const place = {
      x,
      y: y + index * lineHeight,
      'text-anchor': 'middle',
      'font-size': captionSize,
      fill: light.ink,
    };
    const fitted = fitText(whole, width, captionSize);
    if (fitted !== whole) {
      const role = line[0]?.role;
      const strong = role === undefined ? {} : { fill: light.roles[role].ink, 'font-weight': 700 };
      return [textElement(fitted, { ...place, ...strong })];
    }
    return [
      element(
        'text',
        // Without it the spaces at the ends of pieces would be lost in older renderers.
        { ...place, 'xml:space': 'preserve' },
        line.map((part) =>
          part.role === undefined
            ? escapeXml(part.text)
            : element('tspan', { fill: light.roles[part.role].ink, 'font-weight': 700 }, [
                escapeXml(part.text),
              ]),
        ),
      ),
    ];
  });
}
