// Plain-text tables for reports: columns as wide as their widest cell.

/** How a column's cells are set. */
export type Alignment = 'left' | 'right';

/** Rows under a header with a rule between them. Cells that are absent are empty. */
export function table(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  alignment: readonly Alignment[],
): string {
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]): string =>
    widths
      .map((width, column) => {
        const cell = row[column] ?? '';
        return alignment[column] === 'right' ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return [line(header), widths.map((width) => '─'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}

/** 12345678 as `12,345,678`. */
export function grouped(count: number): string {
  return count.toLocaleString('en-US');
}
