import { describe, expect, test, vi } from 'vitest';
import { TapelessError } from '../../src/ir/errors.ts';
import { card, cluster, digraph, edge, frameOf, node, titled } from '../../src/emit/dot/document.ts';
import { renderDiagram } from '../../src/viz/diagram.ts';
import { toPng } from '../../src/viz/raster.ts';
import { dark, light } from '../../src/viz/theme.ts';

const small = digraph({ title: 'tiny · net' }, [
  ...cluster('one', frameOf('inside'), [
    node('a', { ...card('forward'), ...titled('linear(4, 30)', '30 × 4') }),
  ]),
  node('b', { ...card('loss'), ...titled('loss'), tooltip: 'where it ends' }),
  edge('a', 'b', { label: '[batch, 30]' }),
]);

async function problemOf(dot: string): Promise<TapelessError> {
  try {
    await renderDiagram(dot);
  } catch (error) {
    if (error instanceof TapelessError) return error;
    throw error;
  }
  throw new TypeError('it was drawn');
}

describe('renderDiagram', () => {
  test('draws an SVG that starts with its size, its look for dark pages and its title', async () => {
    const svg = await renderDiagram(small);
    expect(svg).toMatch(
      /^<svg xmlns="[^"]*" width="[\d.]+" height="[\d.]+" viewBox="0 0 [\d.]+ [\d.]+" style="max-width:100%/,
    );
    expect(svg).toContain('<title>tiny · net</title>');
    expect(svg).toContain(`[fill="${light.roles.forward.fill}"]{fill:${dark.roles.forward.fill}}`);
    expect(svg).not.toMatch(/<!|<\?|xlink:|font-family="Helvetica/);
  });

  test('has no ids, so that several fit in one page', async () => {
    expect(await renderDiagram(small)).not.toContain(' id="');
  });

  test('makes the first line of a card its title, and keeps the rest quiet', async () => {
    const svg = await renderDiagram(small);
    expect(svg).toMatch(/<text font-weight="600"[^>]*>linear\(4, 30\)<\/text>/);
    expect(svg).toMatch(new RegExp(`<text [^>]*fill="${light.muted}"[^>]*>30 × 4</text>`));
    expect(svg).toMatch(/<text [^>]*font-weight="600">inside<\/text>/);
  });

  test('keeps tooltips, and drops the names of nodes that Graphviz gives as such', async () => {
    const svg = await renderDiagram(small);
    expect(svg.match(/<title>[^<]*<\/title>/g)).toEqual([
      '<title>tiny · net</title>',
      '<title>where it ends</title>',
    ]);
  });

  test('shows characters beyond ASCII and apostrophes, without a word on the console', async () => {
    const said = [vi.spyOn(console, 'warn'), vi.spyOn(console, 'error'), vi.spyOn(process.stderr, 'write')];
    const text = "∂L/∂w ≤ 3 × ½, it's 東京 🙂";
    const svg = await renderDiagram(digraph({ title: 'x' }, [node('a', { label: text })]));
    expect(svg.replaceAll('&#39;', "'")).toContain(`>${text}</text>`);
    expect(said.flatMap((spy) => spy.mock.calls)).toEqual([]);
    vi.restoreAllMocks();
  });

  test('gives equal pictures of equal text', async () => {
    expect(await renderDiagram(small)).toBe(await renderDiagram(small));
  });

  test('gives a picture that can be turned into pixels', async () => {
    const png = await toPng(await renderDiagram(small), { scale: 1 });
    expect(new TextDecoder().decode(png.subarray(1, 4))).toBe('PNG');
  });

  test.each([
    ['nothing', '  \n'],
    ['what is not DOT', 'digraph {'],
    ['another text', 'hello world'],
  ])('refuses %s', async (_, dot) => {
    const problem = await problemOf(dot);
    expect(problem.code).toBe('E_DIAGRAM');
    expect(problem.message).toContain('renderDiagram: Graphviz cannot read this');
  });
});
