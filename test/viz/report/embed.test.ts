import { describe, expect, test } from 'vitest';
import { confusionMatrix, imageGrid } from '../../../src/viz/index.ts';
import { embedded } from '../../../src/viz/report/embed.ts';

describe('a picture inside a report', () => {
  test('becomes part of the page, without a style sheet of its own', () => {
    const { html } = embedded(confusionMatrix([[1]]), 'p1', 'Confusion');
    expect(html).toMatch(/^<svg [^]*<\/svg>$/);
    expect(html).not.toContain('<style');
  });

  test('has identifiers of its own, and references follow them', () => {
    const svg =
      '<?xml version="1.0"?>\n<!-- made --><svg><g id="a"/><rect fill="url(#a)" aria-labelledby="a b"/></svg>';
    expect(embedded(svg, 'p7', 'x').html).toBe(
      '<svg><g id="p7-a"/><rect fill="url(#p7-a)" aria-labelledby="p7-a p7-b"/></svg>',
    );
  });

  test('may say anything in its words', () => {
    const words = '<svg><text aria-label="a onload=b">&lt;script&gt; onload="x" javascript:y</text></svg>';
    expect(embedded(words, 'p1', 'x').html).toBe(words);
  });

  test('holds images that came with it', () => {
    const { html } = embedded(imageGrid([Uint8Array.of(1)], { width: 1, height: 1 }), 'p1', 'x');
    expect(html).toMatch(/^<svg [^]*href="data:image\/png;base64,/);
  });

  test.each([
    '<svg><script>alert(1)</script></svg>',
    '<svg onload="alert(1)"></svg>',
    '<svg><a href="javascript:alert(1)">x</a></svg>',
    '<svg><image href="https://example.org/x.png"/></svg>',
    '<svg><style>p{color:red}</style></svg>',
    '<svg a=">" onload="alert(1)"></svg>',
    '<svg onload=alert(1)></svg>',
    '<svg><rect fill="url(https://example.org/x)"/></svg>',
    '<svg><foreignObject><p>x</p></foreignObject></svg>',
  ])('is an inert image if it does more than show: %s', (svg) => {
    const { html } = embedded(svg, 'p1', 'A "picture" <b>');
    expect(html).toMatch(/^<img src="data:image\/svg\+xml,%3Csvg%20xmlns/);
    expect(html).toContain('alt="A &quot;picture&quot; &lt;b&gt;"');
    expect(html.slice(1)).not.toContain('<');
  });

  test.each(['', '<p>no</p>', '<svg>', 'text <svg></svg>'])('is an SVG, not %j', (text) => {
    expect(() => embedded(text, 'p1', 'Mine')).toThrow('htmlReport: the picture "Mine" is no SVG');
  });
});
