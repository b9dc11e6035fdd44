// What the runner asks of an example, and the tables in which examples print their results.
import type { Program } from 'tapeless';
import type { CheckpointOptions, History, ProgressListener } from 'tapeless/train';
import type { ReportOptions } from 'tapeless/viz';

/** How an example is run. */
export interface RunOptions {
  readonly seed: number;
  /** What shows the progress of a training of that name. */
  readonly progress: (label: string) => ProgressListener;
  /** Where a long training keeps how far it is. */
  readonly checkpoint: CheckpointOptions;
}

/** What a run leaves behind. */
export interface Outcome {
  /** The result in words and numbers: a table, mostly. */
  readonly result: string;
  /** The pictures of the example's README, SVG by file name. */
  readonly pictures: Readonly<Record<string, string>>;
  /** What the report shows of the training of `program`, beside the pictures; nothing where another one was trained. */
  readonly report?: Pick<ReportOptions, 'history' | 'measures' | 'regression'>;
}

export interface Example {
  readonly title: string;
  /** The program whose code and diagrams are shown. */
  readonly program: Program;
  /** Whether a run keeps a checkpoint that another one can go on from; default: it is too short for that. */
  readonly isLong?: boolean;
  readonly run: (options: RunOptions) => Promise<Outcome>;
}

export const percent = (share: number, digits = 1): string => `${(100 * share).toFixed(digits)} %`;

/** A table in Markdown that reads well in a terminal, too: the first column to the left, numbers to the right. */
export function table(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cells = [header, ...rows.map((row) => row.map(String))];
  const widths = header.map((_, column) => Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${widths.map((width, column) => (column === 0 ? (row[0] ?? '').padEnd(width) : (row[column] ?? '').padStart(width))).join(' | ')} |`;
  const rule = `| ${widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [line(header), rule, ...cells.slice(1).map(line)].join('\n');
}

/** A row an epoch: the losses, and the accuracy on data that was not trained on. */
export function epochTable(history: History<'accuracy'>): string {
  return table(
    ['epoch', 'training loss', 'validation loss', 'validation accuracy'],
    history.epochs.map(({ epoch, training, validation }) => [
      epoch,
      training.loss.toFixed(4),
      (validation?.loss ?? NaN).toFixed(4),
      percent(validation?.accuracy ?? NaN),
    ]),
  );
}
