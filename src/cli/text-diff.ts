// The difference of two texts line by line, as `diff -u` shows it. Relies on nothing. The algorithm is Myers'
// ("An O(ND) Difference Algorithm and Its Variations", 1986).

/** A line of a difference. */
export interface DiffLine {
  readonly kind: 'same' | 'removed' | 'added';
  readonly text: string;
}

/** The shortest way from one text to the other. */
function diffLines(before: string, after: string): readonly DiffLine[] {
  const a = before.split('\n');
  const b = after.split('\n');
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end])
    end++;
  const same = (text: string): DiffLine => ({ kind: 'same', text });
  return [
    ...a.slice(0, start).map(same),
    ...shortestEdit(a.slice(start, a.length - end), b.slice(start, b.length - end)),
    ...a.slice(a.length - end).map(same),
  ];
}

function shortestEdit(a: readonly string[], b: readonly string[]): readonly DiffLine[] {
  const size = a.length + b.length;
  // furthest[k + size] is how far in `a` a path on diagonal k has come; trace keeps it for each number of edits.
  let furthest = new Int32Array(2 * size + 2);
  const trace: Int32Array[] = [];
  for (let edits = 0; edits <= size; edits++) {
    trace.push(furthest.slice());
    for (let k = -edits; k <= edits; k += 2) {
      let x = isDown(furthest, k, edits, size)
        ? (furthest[k + 1 + size] ?? 0)
        : (furthest[k - 1 + size] ?? 0) + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      furthest[k + size] = x;
      if (x >= a.length && x - k >= b.length) return walkBack(trace, a, b, size);
    }
    furthest = furthest.slice();
  }
  return [];
}

/** Whether the step to diagonal `k` takes a line of `b`, and not away one of `a`. */
function isDown(furthest: Int32Array, k: number, edits: number, size: number): boolean {
  if (k === -edits) return true;
  return k !== edits && (furthest[k - 1 + size] ?? 0) < (furthest[k + 1 + size] ?? 0);
}

function walkBack(
  trace: readonly Int32Array[],
  a: readonly string[],
  b: readonly string[],
  size: number,
): readonly DiffLine[] {
  const lines: DiffLine[] = [];
  let x = a.length;
  let y = b.length;
  for (let edits = trace.length - 1; edits >= 0; edits--) {
    const furthest = trace[edits] ?? new Int32Array();
    const k = x - y;
    const down = isDown(furthest, k, edits, size);
    const previousK = down ? k + 1 : k - 1;
    const previousX = edits === 0 ? 0 : (furthest[previousK + size] ?? 0);
    const previousY = edits === 0 ? 0 : previousX - previousK;
    while (x > previousX && y > previousY) {
      lines.push({ kind: 'same', text: a[--x] ?? '' });
      y--;
    }
    if (edits === 0) break;
    lines.push(down ? { kind: 'added', text: b[--y] ?? '' } : { kind: 'removed', text: a[--x] ?? '' });
  }
  return lines.reverse();
}

/** The difference with `context` lines around each change, in the format of `diff -u`; empty where there is none. */
export function unifiedDiff(
  names: readonly [before: string, after: string],
  texts: readonly [before: string, after: string],
  context = 3,
): string {
  const lines = diffLines(...texts);
  const changed = lines.flatMap(({ kind }, index) => (kind === 'same' ? [] : [index]));
  if (changed.length === 0) return '';
  const hunks: { from: number; to: number }[] = [];
  for (const index of changed) {
    const last = hunks.at(-1);
    if (last !== undefined && index - context <= last.to)
      last.to = Math.min(lines.length, index + context + 1);
    else hunks.push({ from: Math.max(0, index - context), to: Math.min(lines.length, index + context + 1) });
  }
  const count = (from: number, to: number, except: DiffLine['kind']): number =>
    lines.slice(from, to).filter(({ kind }) => kind !== except).length;
  const marks = { same: ' ', removed: '-', added: '+' } as const;
  return [
    `--- ${names[0]}`,
    `+++ ${names[1]}`,
    ...hunks.flatMap(({ from, to }) => [
      `@@ -${count(0, from, 'added') + 1},${count(from, to, 'added')} ` +
        `+${count(0, from, 'removed') + 1},${count(from, to, 'removed')} @@`,
      ...lines.slice(from, to).map(({ kind, text }) => `${marks[kind]}${text}`),
    ]),
  ].join('\n');
}
