import { describe, expect, test } from 'vitest';
import { coordinate, element, escapeXml, estimateTextWidth, fitText } from '../../src/viz/svg.ts';

describe('coordinate', () => {
  test('has at most two decimals and no negative zero', () => {
    expect([1 / 3, -0.001, 12, 0.1 + 0.2].map(coordinate)).toEqual(['0.33', '0', '12', '0.3']);
  });
});

describe('escapeXml', () => {
  test('escapes markup and quotes', () => {
    expect(escapeXml('a < b & "c" > d')).toBe('a &lt; b &amp; &quot;c&quot; &gt; d');
  });

  test('drops control characters and repairs lone surrogates, keeping tabs, line ends and other scripts', () => {
    expect(escapeXml('a\u0000b\u001bc\td\ne \ud800 Größe 数 🙂')).toBe('abc\td\ne \ufffd Größe 数 🙂');
  });
});

describe('element', () => {
  test('leaves out undefined attributes and closes itself without children', () => {
    expect(element('rect', { x: 1.005, rx: undefined, fill: 'a"b' })).toBe('<rect x="1" fill="a&quot;b"/>');
    expect(element('g', {}, ['<a/>', '<b/>'])).toBe('<g><a/><b/></g>');
  });
});

describe('fitText', () => {
  test('keeps text that fits', () => {
    expect(fitText('validation', 100, 12)).toBe('validation');
  });

  test('cuts text that does not fit, to the width asked for', () => {
    const cut = fitText('a very long name of a series', 80, 12);
    expect(cut).toMatch(/^a very .*…$/);
    expect(estimateTextWidth(cut, 12)).toBeLessThanOrEqual(80);
  });

  test('never cuts a character in two', () => {
    expect(fitText('🙂🙂🙂🙂', 30, 12)).toBe('🙂…');
  });
});
