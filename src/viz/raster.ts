// SVG to PNG with resvg, which is native and optional: it is loaded on first use, so that importing tapeless/viz
// works in a browser and without it.
import type * as resvg from '@resvg/resvg-js';
import { DeclarationError } from '../ir/errors.ts';

/** Options of {@link toPng}. */
export interface RasterOptions {
  /** Pixels per SVG unit. Default 2, sharp on dense screens and slides. */
  readonly scale?: number | undefined;
  /** Colour behind the card, as CSS text. Default: transparent. */
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
 * Renders an SVG to PNG bytes, in its light look.
 *
 * The text of a picture needs fonts: those of the system or `fontFiles`. A bare server may have none, and resvg would
 * then leave all text out without a word; that is an error here. On Debian, `apt-get install fonts-dejavu-core` is
 * enough. The SVG itself needs no font until it is looked at.
 *
 * @throws DeclarationError `E_PACKAGE_MISSING` without resvg, `E_FONT_MISSING` if the picture has text and no font is
 *   found, `E_OPTION` for a scale that is not a positive number.
 */
export async function toPng(svg: string, options: RasterOptions = {}): Promise<Uint8Array> {
  const { scale = 2, background, fontFiles = [], systemFonts = true } = options;
  if (!(Number.isFinite(scale) && scale > 0)) {
    const help = 'give a positive number';
    throw new DeclarationError('E_OPTION', `toPng: scale is ${scale}; ${help}`, { help });
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
  const rendered = new Resvg(svg, {
    font,
    fitTo: { mode: 'zoom', value: scale },
    ...(background === undefined ? {} : { background }),
  }).render();
  return new Uint8Array(rendered.asPng());
}
