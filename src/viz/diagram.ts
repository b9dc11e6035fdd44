// Diagrams as SVG: Graphviz lays out the DOT text that programs print, and what it draws is given the card, the fonts and
// the dark look of all pictures. graphviz-cli is optional: it is loaded on first use.
import type * as graphviz from 'graphviz-cli';
import { DeclarationError } from '../ir/errors.ts';
import { cardPadding } from './card.ts';
import { coordinate, element } from './svg.ts';
import { adaptToDarkMode, fonts, light } from './theme.ts';

/** Layout measures with the widths of Helvetica; the faces that show it may be wider, so they are set smaller. */
const textScale = 0.9;

async function loadGraphviz(): Promise<typeof graphviz> {
  try {
    return await import('graphviz-cli');
  } catch (cause) {
    const help = 'npm install graphviz-cli, or render the DOT text with any Graphviz';
    throw new DeclarationError('E_PACKAGE_MISSING', `renderDiagram needs the package graphviz-cli; ${help}`, {
      help,
      cause,
    });
  }
}

/**
 * Lays out a diagram, for example `program.toDot({ view: 'model' })`, and draws it as an SVG document with a card of its
 * own, light or dark as the reader prefers. It shrinks with the page that holds it.
 *
 * @throws {DeclarationError} `E_PACKAGE_MISSING` without graphviz-cli, `E_DIAGRAM` for text that is not DOT
 */
export async function renderDiagram(dot: string): Promise<string> {
  const { text, restore } = standIns(dot);
  // Graphviz would wait for standard input.
  if (text.trim() === '') throw notDot('it is empty');
  const { renderGraphFromSource } = await loadGraphviz();
  let drawn: string;
  try {
    drawn = await renderGraphFromSource({ input: text }, { format: 'svg' });
  } catch (cause) {
    throw notDot(cause instanceof Error ? cause.message : String(cause), cause);
  }
  return adaptToDarkMode(restyle(restore(drawn)));
}

function notDot(problem: string, cause?: unknown): DeclarationError {
  const help = 'give the text of a graph, as program.toDot prints it';
  return new DeclarationError('E_DIAGRAM', `renderDiagram: Graphviz cannot read this: ${problem}; ${help}`, {
    help,
    cause,
  });
}

const letters = 'xnoabcdeghkpqsuvyzXNOABCDEGHKPQSUVYZfijlrtwmFIJLRTWM';

/**
 * Graphviz knows no widths beyond ASCII and complains on the console: every other character is laid out as a letter after
 * an apostrophe, which is narrow, and put back into the drawing. So is the apostrophe itself.
 */
function standIns(dot: string): { readonly text: string; readonly restore: (svg: string) => string } {
  const others = [...new Set(dot.match(standingOut) ?? [])].slice(0, letters.length);
  const letterOf = new Map(others.map((character, position) => [character, letters.charAt(position)]));
  const characterOf = new Map(others.map((character, position) => [letters.charAt(position), character]));
  return {
    text: dot.replaceAll(standingOut, (character) => {
      const letter = letterOf.get(character);
      return letter === undefined ? character : `'${letter}`;
    }),
    restore: (svg) => svg.replaceAll(/&#39;(.)/g, (_, letter: string) => characterOf.get(letter) ?? letter),
  };
}

const standingOut = /[^\0-\x7f]|'/gu;

/** What Graphviz drew, on a card, in our fonts, without ids, so that several pictures fit in one page. */
function restyle(svg: string): string {
  const [, width = '0', height = '0'] = /viewBox="\S+ \S+ (\S+) (\S+)"/.exec(svg) ?? [];
  const content = svg
    .slice(svg.indexOf('>', svg.indexOf('<svg')) + 1, svg.lastIndexOf('</svg>'))
    .replaceAll(/<!--[\s\S]*?-->\n?/g, '')
    // The page, which the card replaces, comes first.
    .replace(/<polygon [^>]*\/>\n/, '');
  const inset = cardPadding - Number(/translate\((\S+) /.exec(content)?.[1] ?? 0);
  const title = /<title>([^<]*)<\/title>/.exec(content)?.[1] ?? '';
  const drawing = content
    .replaceAll(/<title>[^<]*<\/title>\n/g, '')
    .replaceAll(
      /<g id="a_[^"]*"><a xlink:title="([^"]*)">\n([\s\S]*?)<\/a>\n<\/g>\n/g,
      '<title>$1</title>\n$2',
    )
    .replaceAll(/ id="[^"]*"/g, '')
    .replaceAll(/stroke="transparent"/g, 'stroke="none"')
    .replaceAll(/ font-family="[^"]*"/g, '')
    // Blanks around a text only made room for it.
    .replaceAll('&#160;', ' ')
    .replaceAll(/(<text [^>]*>) *([^<]*?) *<\/text>/g, '$1$2</text>')
    .replaceAll(/font-size="([^"]*)"/g, (_, size: string) => `font-size="${scaled(size)}"`)
    .replaceAll(/<g class="node (?:card|store)">[\s\S]*?<\/g>/g, titleLine)
    .replaceAll(
      /(<g class="(?:graph|cluster)"[^>]*>\s*(?:<path [^>]*\/>\s*)?<text [^>]*)>/g,
      '$1 font-weight="600">',
    )
    // Graphviz has its own mind about where titles start; what follows the title is said more quietly.
    .replace(/^(?:(?!<g class="(?:node|edge|cluster))[^])*/, (head) => captioned(head, inset))
    .trim();
  const [pageWidth, pageHeight] = [Number(width), Number(height)];
  const root = {
    xmlns: 'http://www.w3.org/2000/svg',
    width: pageWidth,
    height: pageHeight,
    viewBox: `0 0 ${pageWidth} ${pageHeight}`,
    style: 'max-width:100%;height:auto',
    role: 'img',
    'font-family': fonts.sans,
  };
  const page = element('rect', {
    x: 0.5,
    y: 0.5,
    width: pageWidth - 1,
    height: pageHeight - 1,
    rx: 14,
    fill: light.surface,
    stroke: light.border,
  });
  return `${element('svg', root, [`<title>${title}</title>\n`, page, '\n', drawing, '\n'])}\n`;
}

/** The lines before the first node: a title in bold, and quieter ones. */
function captioned(head: string, inset: number): string {
  let line = 0;
  return head.replaceAll(/<text text-anchor="\w+" x="[^"]*"([^>]*)>/g, (_, others: string) => {
    const kept = others.replace(/ font-weight="\w+"/, '');
    const start = `<text text-anchor="start" x="${coordinate(inset)}"`;
    if (line++ === 0) return `${start}${kept} font-weight="600">`;
    const quiet = kept
      .replace(/fill="[^"]*"/, `fill="${light.muted}"`)
      .replace(/font-size="([^"]*)"/, (__, size: string) => `font-size="${coordinate(Number(size) * 0.8)}"`);
    return `${start}${quiet}>`;
  });
}

function scaled(size: string): string {
  return coordinate(Number(size) * textScale);
}

/** The first line of a card is its title; what follows is said more quietly. */
function titleLine(group: string): string {
  let line = 0;
  return group.replaceAll(/<text ([^>]*)fill="[^"]*"/g, (text, before: string) =>
    line++ === 0
      ? text.replace('<text ', '<text font-weight="600" ')
      : `<text ${before}fill="${light.muted}"`,
  );
}
