// The difference of two programs as text: a line for each thing that differs, aligned, with what is equal counted.
import { both, type DifferenceKind } from '../../emit/dot/diff.ts';
import { grouped } from '../table.ts';
import type { LayerDifference, NamedDifference, ProgramDiff } from './diff.ts';

const signs: Readonly<Record<DifferenceKind, string>> = {
  added: '+',
  removed: '-',
  changed: '~',
  renamed: '→',
  unchanged: ' ',
};

/** A line in columns, or how many equal things stand here. */
type Row = { readonly cells: readonly string[] } | { readonly unchanged: number };

/** The text of {@link ProgramDiff.toString}. */
export function printDiff(diff: Omit<ProgramDiff, 'toString' | 'toDot'>): string {
  const { before, after } = diff;
  if (diff.isEqual) return `${both(before.name, after.name)}: nothing differs`;
  const counts =
    before.parameters === after.parameters
      ? `${grouped(after.parameters)} parameters`
      : `${grouped(before.parameters)} → ${grouped(after.parameters)} parameters`;
  return [
    `${both(before.name, after.name)}: ${counts}`,
    ...section('inputs', diff.inputs, namedCells),
    ...section('layers', diff.layers, layerCells),
    ...section('parameters', diff.parameters, namedCells),
    ...section('results', diff.results, namedCells),
    ...section('training', diff.settings, namedCells),
  ].join('\n');
}

/** A title and its rows; nothing where nothing differs. */
function section<D extends { readonly kind: DifferenceKind }>(
  title: string,
  differences: readonly D[],
  cells: (difference: D) => readonly string[],
): readonly string[] {
  if (differences.every(({ kind }) => kind === 'unchanged')) return [];
  const rows: Row[] = [];
  let unchanged = 0;
  const close = (): void => {
    if (unchanged > 0) rows.push({ unchanged });
    unchanged = 0;
  };
  for (const difference of differences) {
    if (difference.kind === 'unchanged') unchanged++;
    else {
      close();
      rows.push({ cells: [signs[difference.kind], ...cells(difference)] });
    }
  }
  close();
  const widths = rows.reduce<readonly number[]>((widest, row) => {
    if (!('cells' in row)) return widest;
    return row.cells.map((cell, column) => Math.max(widest[column] ?? 0, cell.length));
  }, []);
  const lines = rows.map((row) => {
    if ('unchanged' in row) return `    … ${row.unchanged} unchanged`;
    const padded = row.cells.map((cell, column) => cell.padEnd(widths[column] ?? 0));
    return `  ${padded.join('  ').trimEnd()}`;
  });
  return ['', title, ...lines];
}

function namedCells({ name, formerName, before, after }: NamedDifference): readonly string[] {
  return [both(formerName, name), both(before, after)];
}

function layerCells({ before, after, reasons }: LayerDifference): readonly string[] {
  const path = both(before?.path, after?.path);
  const label = both(before?.label, after?.label);
  const notes = [
    both(before?.shape, after?.shape),
    ...(reasons.includes('sources') ? ['reads from elsewhere'] : []),
    ...(reasons.includes('operations') ? ['computes something else'] : []),
  ];
  return [path, label, notes.filter((note) => note !== '').join(', ')];
}
