// Messages that show the user's own lines, as rustc does. Source text is read through Node when it is there; in a
// browser the frame gives file, line and column only.
import type { Span } from './errors.ts';

/** One line of the user's source with a remark under it. */
export interface FrameNote {
  readonly span: Span | null;
  readonly text: string;
  /** Where the problem is (`^^^^`) or what it conflicts with (`----`). */
  readonly mark: 'primary' | 'secondary';
}

/** A headline, the lines that matter, and what to do. */
export function frame(headline: string, notes: readonly FrameNote[], help?: string): string {
  const located = notes.map((note) => ({
    note,
    location: location(note.span),
    source: sourceLine(note.span),
  }));
  const width = Math.max(0, ...located.map((each) => each.location.length));
  const lines = located.flatMap(({ note, location: where, source }) => {
    if (note.span === null) return [`  ${note.text}`];
    const label = `  ${where.padEnd(width)}   `;
    if (source === undefined) return [`${label}${note.text}`];
    const indent = source.length - source.trimStart().length;
    const start = Math.max(0, note.span.column - 1 - indent);
    const text = source.trim();
    const underline = (note.mark === 'primary' ? '^' : '-').repeat(expressionLength(text, start));
    return [`${label}${text}`, `${' '.repeat(label.length + start)}${underline} ${note.text}`];
  });
  const body = lines.length === 0 ? '' : `\n\n${lines.join('\n')}`;
  return `${headline}${body}${help === undefined ? '' : `\n\n  help: ${help}`}`;
}

function location(span: Span | null): string {
  return span === null ? '' : `${span.file.replace(/^.*[\\/]/, '')}:${span.line}`;
}

/** `iris.ts:9`, for comments and tables. */
export function printSpan(span: Span): string {
  return location(span);
}

/** Length of the call that starts at `start`: a dotted name and its balanced arguments, if they end on the line. */
function expressionLength(text: string, start: number): number {
  const name = /^[\w$.]*/.exec(text.slice(start))?.[0] ?? '';
  let end = start + name.length;
  if (text[end] === '(') {
    let depth = 0;
    // Parentheses inside string literals do not count.
    for (const { 0: token, index } of text.slice(end).matchAll(/'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|[()]/g)) {
      if (token === '(') depth++;
      if (token === ')' && --depth === 0) {
        end += index + 1;
        break;
      }
    }
  }
  return Math.max(1, end - start);
}

/** The line of source that a span points to, where this machine has the file. */
export function sourceLine(span: Span | null): string | undefined {
  if (span === null) return undefined;
  // `getBuiltinModule` reaches the file system without an import, so that the core loads in a browser unchanged.
  const files = globalThis.process?.getBuiltinModule?.('node:fs');
  if (files === undefined || !files.existsSync(span.file)) return undefined;
  return files.readFileSync(span.file, 'utf8').split('\n')[span.line - 1];
}
