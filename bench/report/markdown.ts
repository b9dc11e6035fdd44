// Tables and numbers as Markdown. Pure text.

/** A table; the columns after the first `textColumns` are numbers and lie to the right. */
export function markdownTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  textColumns = 1,
): string {
  const widths = header.map((title, column) =>
    Math.max(3, title.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (cells: readonly string[]): string => {
    const padded = widths.map((width, column) => {
      const cell = cells[column] ?? '';
      return column < textColumns ? cell.padEnd(width) : cell.padStart(width);
    });
    return `| ${padded.join(' | ')} |`;
  };
  const rule = widths.map((width, column) =>
    column < textColumns ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  return [line(header), line(rule), ...rows.map(line)].join('\n');
}

/** Three digits, and thousands apart: `9.82`, `365`, `29 930`. A dash for what was not measured. */
export function formatNumber(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return '–';
  if (value === 0) return '0';
  const rounded = Math.abs(value) < 1000 ? Number(value.toPrecision(3)) : value;
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(rounded))));
  const [whole = '', fraction] = rounded.toFixed(digits).split('.');
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, '\u202f');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** How many times, with at most two decimals: `23.4×`, `0.66×`. */
export function formatRatio(value: number | undefined): string {
  const isSmall = value !== undefined && Number.isFinite(value) && Math.abs(value) < 10;
  const number = isSmall ? value.toFixed(2) : formatNumber(value);
  return number === '–' ? number : `${number}×`;
}
