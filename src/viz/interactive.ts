// The model view as a piece of a page: layers open to what they are made of at a click or by the keyboard. Without
// scripts it is the picture. Knows programs by what draws them, and the diagrams' own look.
import type { DiagramOptions } from '../compiler/diagram.ts';
import { pageOf, restyle, type Drawing } from './diagram-style.ts';
import { layOut } from './graphviz.ts';
import { bringToLife } from './interactive-script.ts';
import { checkCount, optionError } from './refusal.ts';
import { coordinate, element } from './svg.ts';
import { adaptToDarkMode, fonts } from './theme.ts';

/** What has diagrams: a program. */
export interface Diagrammed {
  readonly name: string;
  readonly toDot: (options: DiagramOptions) => string;
}

/** Options of {@link interactiveDiagram}: those of the model view, and how much is put into the page. */
export interface InteractiveDiagramOptions extends Pick<
  DiagramOptions,
  'depth' | 'repeats' | 'activations' | 'scope'
> {
  /** Layers of more operations than this stay closed, default 150. */
  readonly most?: number;
}

/**
 * The model view of a program as a fragment of HTML, `<figure>…</figure>`: complete in itself, for any page, several
 * times on one if need be, and working without a network. A click on a layer, or Enter where the keyboard is, shows what
 * it is made of in its place, level by level. Where scripts do not run it is the picture that `renderDiagram` makes.
 *
 * @example
 * const page = `<!doctype html><meta charset="utf-8"><title>Model</title>${await interactiveDiagram(program)}`;
 * @throws {DeclarationError} `E_PACKAGE_MISSING` without graphviz-cli, `E_OPTION` for options out of range and for a
 *   program that has no diagrams
 */
export async function interactiveDiagram(
  program: Diagrammed,
  options: InteractiveDiagramOptions = {},
): Promise<string> {
  if (typeof (program as Partial<Diagrammed> | undefined)?.toDot !== 'function') {
    throw optionError('interactiveDiagram', 'what is given has no toDot', 'give a compiled program');
  }
  const { most = 150, ...view } = options;
  checkCount('interactiveDiagram', 'most', most);
  const { drawing, level } = await drawLevel(program, view, { most, path: [] });
  const { title, width, height } = drawing;
  const root = {
    xmlns: 'http://www.w3.org/2000/svg',
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    style: 'max-width:100%;height:auto',
    role: 'img',
    'font-family': fonts.sans,
  };
  const svg = adaptToDarkMode(element('svg', root, [`<title>${title}</title>\n`, level, '\n']));
  const hint = `<figcaption hidden style="font:13px ${fonts.sans}">Layers with + open at a click, or with Enter.</figcaption>`;
  const script = `<script>(${bringToLife.toString()})(document.currentScript.parentElement)</script>`;
  return `<figure class="tapeless-diagram" style="margin:0;overflow-x:auto">\n${svg}\n${hint}\n${script}\n</figure>\n`;
}

interface Around {
  readonly most: number;
  /** The scopes that are being drawn, from the outside in. */
  readonly path: readonly string[];
}

/** A picture whose nodes hold the pictures of their insides. */
async function drawLevel(
  program: Diagrammed,
  view: Omit<DiagramOptions, 'view'>,
  around: Around,
): Promise<{ readonly drawing: Drawing; readonly level: string }> {
  const drawing = restyle(await layOut(program.toDot({ ...view, view: 'model' })), true);
  const insides = new Map<string, string>();
  for (const [, scope = ''] of drawing.content.matchAll(/ data-scope="([^"]*)"/g)) {
    if (around.path.includes(scope) || insides.has(scope)) continue;
    const inner = { repeats: view.repeats ?? true, activations: 'cards', scope } as const;
    const dot = program.toDot({ view: 'model', ...inner });
    const count = dot.match(/^ *card\d+ \[/gm)?.length ?? 0;
    if (count < 2 || count > around.most) continue;
    const { level } = await drawLevel(program, inner, { ...around, path: [...around.path, scope] });
    insides.set(scope, `<g data-inside="" display="none">${level}</g>`);
  }
  const content = drawing.content.replaceAll(
    /(<g class="node[^>]* data-node="[^"]*")([^>]*)>([^]*?)<\/g>/g,
    (_, start: string, others: string, inside: string) => {
      const scope = / data-scope="([^"]*)"/.exec(others)?.[1] ?? '';
      return `${start}${others} data-box="${boxOf(inside)}">${inside}${insides.get(scope) ?? ''}</g>`;
    },
  );
  const size = `${coordinate(drawing.width)} ${coordinate(drawing.height)}`;
  return { drawing, level: `<g data-level="" data-size="${size}">${pageOf(drawing)}\n${content}</g>` };
}

/** What the first shape of a node covers: `x y width height`. */
function boxOf(node: string): string {
  const ellipse = /<ellipse [^>]*cx="([^"]*)" cy="([^"]*)" rx="([^"]*)" ry="([^"]*)"/.exec(node);
  const [, cx, cy, rx, ry] = (ellipse ?? []).map(Number);
  if (cx !== undefined && cy !== undefined && rx !== undefined && ry !== undefined) {
    return [cx - rx, cy - ry, 2 * rx, 2 * ry].map(coordinate).join(' ');
  }
  const shape = /(?:points| d)="([^"]*)"/.exec(node)?.[1] ?? '';
  const places = (shape.match(/-?[\d.]+/g) ?? []).map(Number);
  const xs = places.filter((_, at) => at % 2 === 0);
  const ys = places.filter((_, at) => at % 2 === 1);
  if (xs.length === 0) return '0 0 0 0';
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  return [left, top, Math.max(...xs) - left, Math.max(...ys) - top].map(coordinate).join(' ');
}
