// Generated code in colours: a small tokenizer of the JavaScript and the WebAssembly text that the compiler prints. It
// marks words and never changes them; text that it does not know stays as it is.
import { escapeHtml, markup, type Markup } from './html.ts';

/** Languages that code of a report is written in. */
export type CodeLanguage = 'js' | 'wat';

/** One class of the style sheet: comment, string, keyword, number, function, name. */
type Token = 'c' | 's' | 'k' | 'n' | 'f' | 'v';

const keywords = new Set(
  (
    'as async await break case catch class const continue default delete do else export extends false finally for ' +
    'from function get if import in instanceof let new null of return set static super switch this throw true try ' +
    'typeof undefined var void while with yield'
  ).split(' '),
);

/** A piece of JavaScript; what stands in no group is plain. */
const javaScript =
  /(\/\/[^\n]*|\/\*[^]*?(?:\*\/|$))|("(?:[^"\\\n]|\\[^])*"?|'(?:[^'\\\n]|\\[^])*'?|`(?:[^`\\]|\\[^])*`?)|(\b\d[\w.]*(?:(?<=[eE])[+-]\d+)?)|([A-Za-z_$][\w$]*)(\s*\()?/g;

/** A piece of WebAssembly text; an instruction or keyword follows a parenthesis or stands alone. */
const webAssembly =
  /(;;[^\n]*|\(;[^]*?(?:;\)|$))|("(?:[^"\\]|\\[^])*"?)|(\$[^\s()"]+)|([+-]?\b\d[\w.+-]*)|([a-z][\w.]*)/g;

function span(token: Token, text: string): string {
  return `<span class="${token}">${escapeHtml(text)}</span>`;
}

/** The code with every match replaced by HTML, and all between the matches escaped. */
function replaced(code: string, pattern: RegExp, write: (match: RegExpMatchArray) => string): string {
  let html = '';
  let end = 0;
  for (const match of code.matchAll(pattern)) {
    html += escapeHtml(code.slice(end, match.index)) + write(match);
    end = match.index + match[0].length;
  }
  return html + escapeHtml(code.slice(end));
}

function highlightJavaScript(code: string): string {
  return replaced(code, javaScript, ([whole, comment, string, number, word = '', call = '']) => {
    if (comment !== undefined) return span('c', whole);
    if (string !== undefined) return span('s', whole);
    if (number !== undefined) return span('n', whole);
    if (keywords.has(word)) return span('k', word) + call;
    return call === '' ? escapeHtml(word) : span('f', word) + call;
  });
}

function highlightWebAssembly(code: string): string {
  return replaced(code, webAssembly, ([whole, comment, string, name, number, word = '']) => {
    if (comment !== undefined) return span('c', whole);
    if (string !== undefined) return span('s', whole);
    if (name !== undefined) return span('v', whole);
    if (number !== undefined) return span('n', whole);
    return word.includes('.') ? span('f', word) : span('k', word);
  });
}

/** A function of a text of code. */
export interface CodeFunction {
  readonly name: string;
  /** Counted from 1. */
  readonly line: number;
  /** Lines of its body, first and last included. */
  readonly lines: number;
}

const declarations: Readonly<Record<CodeLanguage, RegExp>> = {
  js: /^(?:export )?function\*? ([\w$]+)/,
  wat: /^ {2}\(func \$([^\s()"]+)/,
};

/** The line that ends a function: the first one that closes at the depth of its first. */
const ends: Readonly<Record<CodeLanguage, RegExp>> = { js: /^\}/, wat: /^ {2}\)/ };

/** The functions of printed code, in order. Relies on its indentation, as the compiler's printers make it. */
export function functionsOf(code: string, language: CodeLanguage): readonly CodeFunction[] {
  const lines = code.split('\n');
  return lines.flatMap((line, index) => {
    const name = declarations[language].exec(line)?.[1];
    if (name === undefined) return [];
    const after = lines.slice(index).findIndex((other) => ends[language].test(other));
    return [{ name, line: index + 1, lines: after < 0 ? lines.length - index : after + 1 }];
  });
}

/** The identifier of a line of code in a report. */
export function lineId(prefix: string, line: number): string {
  return `${prefix}-${line}`;
}

/** The code in colours, line by line the same text. Every function begins with an anchor, named as {@link lineId} does. */
export function highlight(code: string, language: CodeLanguage, prefix: string): Markup {
  const html = language === 'js' ? highlightJavaScript(code) : highlightWebAssembly(code);
  const anchored = new Set(functionsOf(code, language).map(({ line }) => line));
  const lines = html.split('\n');
  return markup(
    lines
      .map((text, index) =>
        anchored.has(index + 1) ? `<a id="${lineId(prefix, index + 1)}"></a>${text}` : text,
      )
      .join('\n'),
  );
}

/** Code in which the middle of every function beyond so many lines is left out, with a comment that says so. */
export function shortened(code: string, language: CodeLanguage, most: number): string {
  const lines = code.split('\n');
  const long = functionsOf(code, language).filter((one) => one.lines > most + 2);
  const dropped = new Map(long.map((one) => [one.line + most - 1, one.lines - most - 1]));
  const comment = language === 'js' ? '//' : ';;';
  const kept: string[] = [];
  for (let index = 0; index < lines.length; index++) {
    const count = dropped.get(index);
    if (count === undefined) kept.push(lines[index] ?? '');
    else {
      kept.push(`    ${comment} … ${count.toLocaleString('en-US')} more lines`);
      index += count - 1;
    }
  }
  return kept.join('\n');
}
