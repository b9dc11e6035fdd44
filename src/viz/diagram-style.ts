// What Graphviz drew in the look of all pictures: our fonts and colours, titles in bold, no ids, so that several
// pictures fit in one page.
import { cardPadding } from './card.ts';
import { coordinate, element } from './svg.ts';
import { fonts, light } from './theme.ts';

/** Layout measures with the widths of Helvetica; the faces that show it may be wider, so they are set smaller. */
const textScale = 0.9;

/** A laid out diagram, apart from the page that it stands on. */
export interface Drawing {
  readonly title: string;
  readonly width: number;
  readonly height: number;
  /** Elements, with the origin at the upper left corner of the page. */
  readonly content: string;
}

/** @param marked whether nodes and edges say in `data-` attributes which they are */
export function restyle(svg: string, marked = false): Drawing {
  const [, width = '0', height = '0'] = /viewBox="\S+ \S+ (\S+) (\S+)"/.exec(svg) ?? [];
  const content = svg
    .slice(svg.indexOf('>', svg.indexOf('<svg')) + 1, svg.lastIndexOf('</svg>'))
    .replaceAll(/<!--[\s\S]*?-->\n?/g, '')
    // The page, which the card replaces, comes first.
    .replace(/<polygon [^>]*\/>\n/, '');
  const inset = cardPadding - Number(/translate\((\S+) /.exec(content)?.[1] ?? 0);
  const title = /<title>([^<]*)<\/title>/.exec(content)?.[1] ?? '';
  const drawing = content
    .replaceAll(
      /<g id="([^"]*)" class="(node|edge)([^"]*)">\n<title>([^<]*)<\/title>\n/g,
      marked ? marks : (_, __, kind: string, look: string) => `<g class="${kind}${look}">\n`,
    )
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
    .replaceAll(/<g class="node (?:card|store)"[^>]*>[\s\S]*?<\/g>/g, titleLine)
    .replaceAll(
      /(<g class="(?:graph|cluster)"[^>]*>\s*(?:<title>[^<]*<\/title>\s*)?(?:<path [^>]*\/>\s*)?<text [^>]*)>/g,
      '$1 font-weight="600">',
    )
    // Graphviz has its own mind about where titles start; what follows the title is said more quietly.
    .replace(/^(?:(?!<g class="(?:node|edge|cluster))[^])*/, (head) => captioned(head, inset))
    .trim();
  return { title, width: Number(width), height: Number(height), content: drawing };
}

/** A group with the name of its node and the scope that it stands for, or with the ends of its edge. */
function marks(_: string, id: string, kind: string, look: string, name: string): string {
  const [from = '', to = ''] = name.replaceAll('&#45;', '-').split('-&gt;');
  if (kind === 'edge') return `<g class="edge${look}" data-from="${from}" data-to="${to}">\n`;
  const scope = /^node\d+$/.test(id) ? '' : ` data-scope="${id}"`;
  return `<g class="node${look}" data-node="${name}"${scope}>\n`;
}

/** The page of a diagram. */
export function pageOf({ width, height }: Drawing): string {
  return element('rect', {
    x: 0.5,
    y: 0.5,
    width: width - 1,
    height: height - 1,
    rx: 14,
    fill: light.surface,
    stroke: light.border,
  });
}

/** A whole SVG document. It shrinks with the page that holds it. */
export function documentOf(drawing: Drawing): string {
  const { title, width, height, content } = drawing;
  const root = {
    xmlns: 'http://www.w3.org/2000/svg',
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    style: 'max-width:100%;height:auto',
    role: 'img',
    'font-family': fonts.sans,
  };
  return `${element('svg', root, [`<title>${title}</title>\n`, pageOf(drawing), '\n', content, '\n'])}\n`;
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
