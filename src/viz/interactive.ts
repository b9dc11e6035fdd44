// The model view as a piece of a page: layers open to what they are made of at a click or by the keyboard. Without
// scripts it is the picture. Knows programs by what draws them, and the diagrams' own look.
import type { DiagramOptions } from '../compiler/diagram.ts';
import { renderDiagram } from './diagram.ts';

/** What has diagrams: a program. */
export interface Diagrammed {
  readonly name: string;
  readonly toDot: (options: DiagramOptions) => string;
}

/**
 * The model view of a program as a fragment of HTML, `<figure>…</figure>`: complete in itself, for any page, several
 * times on one if need be, and working without a network.
 *
 * @throws {DeclarationError} `E_PACKAGE_MISSING` without graphviz-cli
 */
export async function interactiveDiagram(program: Diagrammed): Promise<string> {
  const picture = await renderDiagram(program.toDot({ view: 'model' }));
  return `<figure class="tapeless-diagram" style="margin:0">${picture}</figure>\n`;
}
