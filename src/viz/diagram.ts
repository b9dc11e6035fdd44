// Diagrams as SVG: Graphviz lays out the DOT text that programs print, and what it draws is given the card, the fonts and
// the dark look of all pictures.
import { documentOf, restyle } from './diagram-style.ts';
import { layOut } from './graphviz.ts';
import { adaptToDarkMode } from './theme.ts';

/**
 * Lays out a diagram, for example `program.toDot({ view: 'model' })`, and draws it as an SVG document with a card of its
 * own, light or dark as the reader prefers. It shrinks with the page that holds it.
 *
 * @throws {DeclarationError} `E_PACKAGE_MISSING` without graphviz-cli, `E_DIAGRAM` for text that is not DOT
 */
export async function renderDiagram(dot: string): Promise<string> {
  return adaptToDarkMode(documentOf(restyle(await layOut(dot))));
}
