// SVG to PNG with resvg, which is native and optional: it is loaded on first use, so that importing tapeless/viz
// works in a browser and without it.
import type * as resvg from '@resvg/resvg-js';
import { DeclarationError } from '../ir/errors.ts';
import { optionError } from './refusal.ts';
import { inDarkColours } from './theme.ts';

/** Options of {@link toPng}. */
export interface RasterOptions {
  /** The look: a PNG cannot follow its reader as the SVG does. Default `'light'`. */
  readonly theme?: 'light' | 'dark' | undefined;
  /** Pixels per SVG unit. Default 2, sharp on dense screens and slides. */
  readonly scale?: number | undefined;
  /** Colour behind the card and its round corners, as CSS text: `'#ffffff'`, `'navy'`. Default: transparent. */
  readonly background?: string | undefined;
  /** Paths of font files to use beside those of the system. */
  readonly fontFiles?: readonly string[] | undefined;
  /** Whether to look for fonts of the system. Default true; false makes the picture independent of the machine. */
  readonly systemFonts?: boolean | undefined;
}

async function loadResvg(): Promise<typeof resvg> {
  try {
    return await import('@resvg/resvg-js');
  } catch (cause) {
    const help = 'npm install @resvg/resvg-js, or use the SVG as it is';
    throw new DeclarationError('E_PACKAGE_MISSING', `toPng needs the package @resvg/resvg-js; ${help}`, {
      help,
      cause,
    });
  }
}

/**
 * Renders an SVG to PNG bytes, in its light or its dark look. Pictures of this package and diagrams have both; any other
 * SVG is rendered as it is.
 *
 * The text of a picture needs fonts: those of the system or `fontFiles`. A bare server may have none, and resvg would
 * then leave all text out without a word; that is an error here. On Debian, `apt-get install fonts-dejavu-core` is
 * enough. The SVG itself needs no font until it is looked at.
 *
 * @throws DeclarationError `E_PACKAGE_MISSING` without resvg, `E_FONT_MISSING` if the picture has text and no font is
 *   found, `E_OPTION` for a scale that is not a positive number, an unknown theme, and text that is no SVG.
 */
export async function toPng(svg: string, options: RasterOptions = {}): Promise<Uint8Array> {
  const { theme = 'light', scale = 2, background, fontFiles = [], systemFonts = true } = options;
  if (!(Number.isFinite(scale) && scale > 0)) {
    throw optionError('toPng', `scale is ${scale}`, 'give a positive number');
  }
  // A caller in plain JavaScript may pass anything.
  if (!(['light', 'dark'] as readonly unknown[]).includes(theme)) {
    throw optionError('toPng', `theme is ${JSON.stringify(theme)}`, "give 'light' or 'dark'");
  }
  const { Resvg } = await loadResvg();
  const font = { fontFiles: [...fontFiles], loadSystemFonts: systemFonts, defaultFontFamily: 'DejaVu Sans' };
  const probe = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text y="9">A</text></svg>';
  if (svg.includes('<text') && new Resvg(probe, { font }).getBBox() === undefined) {
    const help = 'install some (Debian: apt-get install fonts-dejavu-core) or name font files in fontFiles';
    throw new DeclarationError('E_FONT_MISSING', `toPng: no font was found, text would vanish; ${help}`, {
      help,
    });
  }
  const shown = theme === 'dark' ? inDarkColours(svg) : svg;
  try {
    const rendered = new Resvg(shown, {
      font,
      fitTo: { mode: 'zoom', value: scale },
      ...(background === undefined ? {} : { background }),
    }).render();
    return new Uint8Array(rendered.asPng());
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    const help = 'give the text of a whole SVG, as the functions of tapeless/viz return it';
    throw new DeclarationError('E_OPTION', `toPng: resvg cannot render this: ${problem}; ${help}`, {
      help,
      cause,
    });
  }
}
