import { describe, expect, test } from 'vitest';
import { TapelessError } from '../../src/ir/errors.ts';
import { frame, printSpan, sourceLine } from '../../src/ir/frame.ts';
import { mistakes } from './framed-mistakes.ts';

function errorOf(call: () => unknown): TapelessError {
  try {
    call();
  } catch (error) {
    if (error instanceof TapelessError) return error;
    throw error;
  }
  throw new Error('the mistake was not noticed');
}

describe('framed errors', () => {
  test.each(Object.entries(mistakes))('%s', async (name, mistake) => {
    const text = `${String(errorOf(mistake))}\n`;
    await expect(text).toMatchFileSnapshot(`golden/frame/${name.replaceAll(' ', '-')}.txt`);
  });

  test('carry shapes, spans, scope and help for programs', () => {
    const { elementwise, 'in a layer': inLayer } = mistakes;
    if (elementwise === undefined || inLayer === undefined) throw new Error('a mistake is missing');
    const error = errorOf(elementwise);
    expect(error.shapes).toEqual([['batch', 4], [7]]);
    expect(error.spans.map(({ file }) => file.replace(/^.*\//, ''))).toEqual(
      Array(3).fill('framed-mistakes.ts'),
    );
    expect(error.help).toMatch(/sizes on an axis/);
    expect(errorOf(inLayer).scope).toBe('iris/shift');
  });
});

describe('frame', () => {
  const here = import.meta.filename;
  const lines = (sourceLine({ file: here, line: 1, column: 1 }) ?? '').length;

  test('without notes is the headline', () => {
    expect(frame('headline', [])).toBe('headline');
    expect(frame('headline', [], 'do this')).toBe('headline\n\n  help: do this');
  });

  test('of a file that is not there gives place and remark', () => {
    const span = { file: '/nowhere/model.ts', line: 7, column: 3 };
    const text = frame('headline', [
      { span, text: 'is used here', mark: 'primary' },
      { span: null, text: 'no line is known', mark: 'secondary' },
    ]);
    expect(text).toBe('headline\n\n  model.ts:7   is used here\n  no line is known');
  });

  test('of a line that is not there gives place and remark too', () => {
    const span = { file: here, line: 100_000, column: 1 };
    expect(frame('headline', [{ span, text: 'remark', mark: 'primary' }])).toBe(
      'headline\n\n  frame.test.ts:100000   remark',
    );
  });

  test('underlines a dotted name and its balanced arguments, parentheses in strings not counted', () => {
    const marked = Reflect.apply(String, undefined, [')(']);
    const row = ownLine('const marked');
    const column = (sourceLine({ file: here, line: row, column: 1 }) ?? '').indexOf('Reflect') + 1;
    const text = frame('headline', [
      { span: { file: here, line: row, column }, text: 'here', mark: 'primary' },
    ]);
    const [, , source = '', underline = ''] = text.split('\n');
    const start = underline.indexOf('^');
    expect(source.slice(start, underline.lastIndexOf('^') + 1)).toBe(
      "Reflect.apply(String, undefined, [')('])",
    );
    expect(marked).toBe(')(');
  });

  test('reads lines and prints places', () => {
    expect(lines).toBeGreaterThan(0);
    expect(sourceLine(null)).toBeUndefined();
    expect(printSpan({ file: 'C:\\models\\iris.ts', line: 9, column: 1 })).toBe('iris.ts:9');
  });

  function ownLine(text: string): number {
    for (let line = 1; line < 1000; line++) {
      if (sourceLine({ file: here, line, column: 1 })?.trim().startsWith(text)) return line;
    }
    throw new Error('this file has no such line');
  }
});
