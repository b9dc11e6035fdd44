import { describe, expect, test } from 'vitest';
import { functionsOf, highlight, shortened } from '../../../src/viz/report/highlight.ts';

/** The text that a reader sees. */
const textOf = (html: string): string =>
  html
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');

const javaScript = `// a & b
const { fround } = Math;
/** <b> */
function add(a, b) {
  const text = "it's // no comment";
  for (let i = 0; i < 1.5e-3; i++) if (a[i] > \`x\`) return fround(b);
}

export function last() {
  return 0x1f;
}
`;

const wasm = `(module
  (import "env" "memory" (memory 30))
  ;; a comment
  (func $add (export "add")
    (local $i i32)
    (f32x4.mul (local.get $i) (f32.const -1.5))
    (nop)
    (nop)
    (nop)
  )
)`;

describe('highlight', () => {
  test('changes no character that is read', () => {
    expect(textOf(highlight(javaScript, 'js', 'js').html)).toBe(javaScript);
    expect(textOf(highlight(wasm, 'wat', 'wat').html)).toBe(wasm);
  });

  test('marks the words of JavaScript', () => {
    const { html } = highlight(javaScript, 'js', 'js');
    expect(html).toContain('<span class="c">// a &amp; b</span>');
    expect(html).toContain('<span class="c">/** &lt;b&gt; */</span>');
    expect(html).toContain('<span class="s">&quot;it&#39;s // no comment&quot;</span>');
    expect(html).toContain('<span class="k">const</span>');
    expect(html).toContain('<span class="f">fround</span>(b)');
    expect(html).toContain('<span class="n">1.5e-3</span>');
    expect(html).toContain('<span class="n">0x1f</span>');
    expect(html).toContain('<span class="k">if</span> (a[i]');
  });

  test('marks the words of WebAssembly text', () => {
    const { html } = highlight(wasm, 'wat', 'wat');
    expect(html).toContain('<span class="k">func</span> <span class="v">$add</span>');
    expect(html).toContain('<span class="f">f32x4.mul</span>');
    expect(html).toContain('<span class="n">-1.5</span>');
    expect(html).toContain('<span class="c">;; a comment</span>');
  });

  test('names the line of every function', () => {
    expect(functionsOf(javaScript, 'js')).toEqual([
      { name: 'add', line: 4, lines: 4 },
      { name: 'last', line: 9, lines: 3 },
    ]);
    expect(functionsOf(wasm, 'wat')).toEqual([{ name: 'add', line: 4, lines: 7 }]);
    expect(highlight(javaScript, 'js', 'code').html).toContain('<a id="code-9"></a>');
  });

  test('escapes markup wherever it stands', () => {
    for (const code of ['</script><script>', '"</code>', '`${"<img onerror=x>"}`', "'<"]) {
      for (const language of ['js', 'wat'] as const) {
        const { html } = highlight(code, language, 'code');
        expect(html.replaceAll(/<\/?span[^>]*>/g, '')).not.toContain('<');
        expect(textOf(html)).toBe(code);
      }
    }
  });
});

describe('shortened', () => {
  test('leaves out the middle of long functions alone, and says how much', () => {
    expect(shortened(wasm, 'wat', 3).split('\n').slice(3)).toEqual([
      '  (func $add (export "add")',
      '    (local $i i32)',
      '    (f32x4.mul (local.get $i) (f32.const -1.5))',
      '    ;; … 3 more lines',
      '  )',
      ')',
    ]);
    expect(shortened(wasm, 'wat', 5)).toBe(wasm);
  });
});
