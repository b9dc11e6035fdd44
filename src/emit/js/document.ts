// The frame of generated text: its first line, which says what it is and how large, and the blank lines between parts.
import { printBytes, type EntryPlan } from '../../plan/plan.ts';
import { onOneLine } from './comment.ts';
import type { Lines } from './statement.ts';

/** `title` says name, sizes, numerics and hash; `more` follows what the entries tell. */
export function titleLines(
  title: string,
  entries: readonly EntryPlan[],
  more: readonly string[] = [],
): Lines {
  const arenaBytes = Math.max(0, ...entries.map((entry) => entry.arenaBytes));
  const parts = [onOneLine(title), mainEntry(entries), `arena ${printBytes(arenaBytes)}`, ...more];
  return [`// ${parts.join(' · ')}`];
}

/** What the first line says of text that is made for profiles. */
export const lapsNote = 'a lap after every kernel';

/** The entry that the module is mostly for: the training step, or what there is instead. */
function mainEntry(entries: readonly EntryPlan[]): string {
  const entry = entries.find((each) => each.program.name === 'step') ?? entries.at(-1);
  return entry === undefined ? '' : `${entry.program.name} in ${entry.kernels.length} kernels`;
}

/** Parts of a file with a blank line between them, those that are empty left out. */
export function joinParts(parts: readonly Lines[]): string {
  const printed = parts.filter((part) => part.length > 0).map((part) => part.join('\n'));
  return `${printed.join('\n\n')}\n`;
}
