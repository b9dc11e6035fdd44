import { describe, expect, test } from 'vitest';
import { cluster, digraph, edge, node, sameRank } from '../../../src/emit/dot/document.ts';
import { renderDiagram } from '../../../src/viz/diagram.ts';

describe('DOT text', () => {
  test('quotes what would end a string, and breaks lines where a label has several', () => {
    expect(node('a', { label: 'say "hi" \\ bye', margin: 0.5 })).toBe(
      String.raw`a [label="say \"hi\" \\ bye", margin=0.5];`,
    );
    expect(node('a', { label: { lines: ['one', 'two'] } })).toBe(String.raw`a [label="one\ntwo"];`);
    expect(node('a', { label: { lines: ['one', 'two'], align: 'left' } })).toBe(
      String.raw`a [label="one\ltwo\l"];`,
    );
  });

  test('leaves out attributes that are undefined', () => {
    expect(edge('a', 'b', { label: undefined })).toBe('a -> b;');
  });

  test('asks for one rank only where there are several nodes', () => {
    expect(sameRank(['a'])).toEqual([]);
    expect(sameRank(['a', 'b'])).toEqual(['{ rank=same; a; b }']);
  });

  test('indents clusters', () => {
    expect(cluster('one', { label: 'x' }, ['a;'])).toEqual([
      'subgraph cluster_one {',
      '  graph [label="x"];',
      '  a;',
      '}',
    ]);
  });

  test.each([
    'a "quoted" name',
    'back\\slash',
    'a < b > c & d',
    '&lt; is not <',
    'two\nlines',
    '{record|like}',
  ])('shows %j as it is', async (text) => {
    const svg = await renderDiagram(digraph({ title: 'page' }, [node('a', { label: text })]));
    const shown = /<g class="node">[^]*?<text [^>]*>([^<]*)</.exec(svg)?.[1] ?? '';
    const read = shown
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&#45;', '-')
      .replaceAll('&amp;', '&');
    expect(read).toBe(text.replace('\n', ' '));
  });
});
