// The records of a CSV text, cell by cell, with their offsets: RFC 4180 with any delimiter and quote, line ends of
// all systems, and line breaks inside quotes. Relies on places in texts.

import { textError } from './data-error.ts';
import type { SourceText } from './text.ts';
import { afterLineEnd, lineEnd, placeOf } from './text.ts';

/** How the cells of a file are told apart. */
export interface CsvDialect {
  readonly delimiter: string;
  /** Empty: no character quotes. */
  readonly quote: string;
  /** What the lines begin with that are left out; empty: none. */
  readonly comment: string;
}

/** What is done with the records of a file. */
export interface CsvVisitor {
  /** A cell of the current record, without its quotes. */
  readonly cell: (value: string, offset: number, index: number) => void;
  /** The end of a record that had so many cells; false stops. */
  readonly record: (cells: number, start: number, end: number) => boolean;
}

/**
 * Visits all cells and records from an offset on. Empty lines and comments are no records.
 * @throws DataError `E_CSV_QUOTE`: a quote that is not closed, or something behind a closing quote
 */
export function scanCsv(source: SourceText, start: number, dialect: CsvDialect, visitor: CsvVisitor): void {
  const { text } = source;
  const { delimiter, quote, comment } = dialect;
  const delimiterCode = delimiter.charCodeAt(0);
  let offset = start;
  while (offset < text.length) {
    if (lineEnd(text, offset) === offset) {
      offset++;
      continue;
    }
    if (comment !== '' && text.startsWith(comment, offset)) {
      offset = afterLineEnd(text, lineEnd(text, offset));
      continue;
    }
    const recordStart = offset;
    let index = 0;
    for (;;) {
      const cellStart = offset;
      if (quote !== '' && text[offset] === quote) {
        const { value, end } = quotedCell(source, offset, dialect);
        offset = end;
        visitor.cell(value, cellStart, index++);
      } else {
        while (offset < text.length) {
          const character = text.charCodeAt(offset);
          if (character === delimiterCode || character === 10 || character === 13) break;
          offset++;
        }
        visitor.cell(text.slice(cellStart, offset), cellStart, index++);
      }
      if (text[offset] !== delimiter) break;
      offset++;
    }
    if (!visitor.record(index, recordStart, offset)) return;
    offset = afterLineEnd(text, offset);
  }
}

/**
 * The delimiter that gives the first records most cells, all of them equally many; the earlier of equals. Where none
 * divides them evenly, the comma.
 */
export function likelyDelimiter(
  source: SourceText,
  start: number,
  dialect: Omit<CsvDialect, 'delimiter'>,
): string {
  let best = ',';
  let most = 1;
  for (const delimiter of [',', ';', '\t', '|']) {
    const cells = cellCounts(source, start, { ...dialect, delimiter });
    const [first = 0] = cells;
    if (first <= most || cells.some((count) => count !== first)) continue;
    best = delimiter;
    most = first;
  }
  return best;
}

/** The numbers of cells of the first ten records, or of those before the first whose quotes make no sense. */
function cellCounts(source: SourceText, start: number, dialect: CsvDialect): readonly number[] {
  const counts: number[] = [];
  try {
    scanCsv(source, start, dialect, {
      cell: () => undefined,
      record: (count) => counts.push(count) < 10,
    });
  } catch {
    counts.push(0);
  }
  return counts;
}

function quotedCell(
  source: SourceText,
  start: number,
  { quote, delimiter }: CsvDialect,
): { readonly value: string; readonly end: number } {
  const { text } = source;
  let value = '';
  let from = start + 1;
  for (;;) {
    const close = text.indexOf(quote, from);
    if (close === -1) {
      throw textError(
        'E_CSV_QUOTE',
        placeOf(source, start),
        `the quote ${quote} that begins here is not closed before the end of the file`,
        `close it, or double a ${quote} that is meant (${quote}${quote}); { quote: '' } takes quotes as they are`,
      );
    }
    if (text[close + 1] === quote) {
      value += text.slice(from, close + 1);
      from = close + 2;
      continue;
    }
    const end = close + 1;
    if (end < text.length && text[end] !== delimiter && lineEnd(text, end) !== end) {
      throw textError(
        'E_CSV_QUOTE',
        placeOf(source, end),
        `after the closing quote comes ${JSON.stringify(text[end])}, expected ${JSON.stringify(delimiter)} or the ` +
          'end of the line',
        `inside quotes, write a ${quote} twice; is the delimiter ${JSON.stringify(delimiter)}?`,
      );
    }
    return { value: value + text.slice(from, close), end };
  }
}
