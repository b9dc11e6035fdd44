// What a run prints: a table with a row for every operator, the cases that failed, and the closing line.
import type { CaseOutcome } from './run.ts';

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

export function countOutcomes(outcomes: readonly CaseOutcome[]): Readonly<Counts> {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  for (const { status } of outcomes) counts[status]++;
  return counts;
}

/** A row for each operator in the order of the file, and their sum. */
export function outcomeTable(outcomes: readonly CaseOutcome[]): string {
  const rows = new Map<string, CaseOutcome[]>();
  for (const each of outcomes) rows.set(each.row, [...(rows.get(each.row) ?? []), each]);
  const lines = [...rows].map(([row, members]) => cells(row, countOutcomes(members)));
  return aligned([['', 'passed', 'failed', 'skipped'], ...lines, cells('total', countOutcomes(outcomes))]);
}

function cells(row: string, { passed, failed, skipped }: Counts): readonly string[] {
  return [row, ...[passed, failed, skipped].map((count) => (count === 0 ? '·' : String(count)))];
}

/** The first column to the left, the others to the right. */
function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  '),
    )
    .join('\n');
}

/** Differences of a case that are shown unless all are asked for. */
const mostReasons = 3;

/** The cases that failed, with what was expected and what was found; all cases where `verbose`. */
export function outcomeDetails(outcomes: readonly CaseOutcome[], verbose: boolean): string {
  return outcomes
    .filter(({ status }) => verbose || status === 'failed')
    .map(({ id, status, reasons }) => {
      const shown = verbose ? reasons : reasons.slice(0, mostReasons);
      const rest = reasons.length - shown.length;
      const lines = [...shown, ...(rest > 0 ? [`and ${rest} more`] : [])];
      return [`${status} ${id}`, ...lines.map((line) => `  ${line}`)].join('\n');
    })
    .join('\n');
}

export function closingLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
