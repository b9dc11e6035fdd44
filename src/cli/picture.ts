// A diagram as a file: SVG, PNG or the DOT text itself, by the name of the file.

import { extname } from 'node:path';
import { renderDiagram, toPng } from '../viz/index.ts';
import type { Options, ValuesOf } from './option.ts';
import { flag, positive, text } from './option.ts';
import { UsageError } from './usage-error.ts';

/** Options of commands that draw. */
export const pictureOptions = {
  output: text('file', '.svg, .png or .dot', 'o'),
  dark: flag('a PNG in the dark look (an SVG has both)'),
  scale: positive('n', 'pixels of a PNG for each unit; default 2'),
} satisfies Options;

const formats = ['.svg', '.png', '.dot'];

/** Refuses what no picture can be, before anything is compiled. @throws UsageError */
export function checkPictureOptions({ output, dark, scale }: ValuesOf<typeof pictureOptions>): void {
  const format = output === undefined ? '.dot' : extname(output);
  if (!formats.includes(format)) {
    throw new UsageError(
      `a diagram cannot be written as ${output ?? ''}`,
      `name a file in ${formats.join(', ')}`,
    );
  }
  if (format === '.png' || (dark === undefined && scale === undefined)) return;
  throw new UsageError(
    `${dark === undefined ? '--scale' : '--dark'} is for PNG`,
    'an SVG follows its reader, light or dark, and has no pixels: write -o picture.png',
  );
}

/** What the file holds. */
export async function pictureOf(
  dot: string,
  output: string,
  { dark = false, scale }: ValuesOf<typeof pictureOptions>,
): Promise<string | Uint8Array> {
  if (output.endsWith('.dot')) return dot;
  const svg = await renderDiagram(dot);
  if (!output.endsWith('.png')) return svg;
  return toPng(svg, { theme: dark ? 'dark' : 'light', ...(scale === undefined ? {} : { scale }) });
}
