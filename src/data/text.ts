// Text files as they come: bytes to text with byte order marks, and places in a text as people read them.
// Relies on the errors of this folder; decoding is the platform's.

import type { Span } from '../ir/errors.ts';
import { textError } from './data-error.ts';

/** Options of every reader of text. */
export interface TextOptions {
  /** The name that errors give the file; default `<data>`. */
  readonly file?: string;
  /** The encoding of bytes, as `TextDecoder` names it; default UTF-8, or what a byte order mark says. */
  readonly encoding?: string;
}

/** A text with the name of the file that it is from. */
export interface SourceText {
  readonly text: string;
  readonly file: string;
}

/**
 * Decodes a file's bytes, or takes its text; a byte order mark is left out.
 * @throws DataError `E_TEXT_ENCODING` at the first byte that the encoding does not have
 */
export function sourceText(content: string | Uint8Array, options: TextOptions): SourceText {
  const { file = '<data>' } = options;
  if (typeof content === 'string') return { text: content.replace(/^\uFEFF/, ''), file };
  const encoding = options.encoding ?? markedEncoding(content);
  try {
    return { text: new TextDecoder(encoding, { fatal: true }).decode(content), file };
  } catch {
    // A second time with U+FFFD in place of what is wrong, to find where that is. An unknown encoding throws again.
    const text = decoderOf(encoding, file).decode(content);
    throw textError(
      'E_TEXT_ENCODING',
      placeOf({ text, file }, Math.max(0, text.indexOf('\uFFFD'))),
      `the bytes are not ${encoding}`,
      "name the file's encoding, e.g. { encoding: 'latin1' }, or save it as UTF-8",
    );
  }
}

/** The line and the column (both from 1) of an offset in a text. Lines end as they do for `lineEnd`. */
export function placeOf({ text, file }: SourceText, offset: number): Span {
  let line = 1;
  let start = 0;
  for (;;) {
    const end = lineEnd(text, start);
    const next = afterLineEnd(text, end);
    if (next > offset || next === end) return { file, line, column: offset - start + 1 };
    line++;
    start = next;
  }
}

/** The offset of the line feed, carriage return or end of text that ends the line. */
export function lineEnd(text: string, start: number): number {
  for (let offset = start; offset < text.length; offset++) {
    const character = text.charCodeAt(offset);
    if (character === 10 || character === 13) return offset;
  }
  return text.length;
}

/** The offset behind a line end: `\n`, `\r\n` or `\r`. */
export function afterLineEnd(text: string, end: number): number {
  if (end >= text.length) return end;
  return text.charCodeAt(end) === 13 && text.charCodeAt(end + 1) === 10 ? end + 2 : end + 1;
}

function markedEncoding(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return 'utf-8';
}

function decoderOf(encoding: string, file: string): TextDecoder {
  try {
    return new TextDecoder(encoding);
  } catch {
    throw textError(
      'E_TEXT_ENCODING',
      { file, line: 1, column: 1 },
      `there is no encoding ${JSON.stringify(encoding)}`,
      "pass a name that TextDecoder knows, e.g. 'utf-8', 'latin1' or 'utf-16le'",
    );
  }
}
