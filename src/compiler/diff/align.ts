// Which members of two lists stand for each other: the alignment that keeps the order and costs least. Plain lists.

/** A pair, or a member of one list that has no counterpart in the other. */
export type Aligned<T> =
  | { readonly before: T; readonly after: T }
  | { readonly before: T; readonly after: undefined }
  | { readonly before: undefined; readonly after: T };

/**
 * Aligns two lists (Needleman and Wunsch 1970). A member without counterpart costs 1.
 * @param cost what it costs to pair two members, from 0; undefined where they cannot stand for each other
 */
export function align<T>(
  before: readonly T[],
  after: readonly T[],
  cost: (before: T, after: T) => number | undefined,
): readonly Aligned<T>[] {
  const width = after.length + 1;
  // The least cost of what follows, from the end: least[row * width + column].
  const least = new Float64Array((before.length + 1) * width);
  const at = (row: number, column: number): number => least[row * width + column] ?? 0;
  const paired = (row: number, column: number): number => {
    const [left, right] = [before[row], after[column]];
    const own = left === undefined || right === undefined ? undefined : cost(left, right);
    return own === undefined ? Infinity : own + at(row + 1, column + 1);
  };
  for (let row = before.length; row >= 0; row--) {
    for (let column = after.length; column >= 0; column--) {
      const removed = row < before.length ? 1 + at(row + 1, column) : Infinity;
      const added = column < after.length ? 1 + at(row, column + 1) : Infinity;
      const best = Math.min(removed, added, paired(row, column));
      least[row * width + column] = best === Infinity ? 0 : best;
    }
  }
  const result: Aligned<T>[] = [];
  let [row, column] = [0, 0];
  while (row < before.length || column < after.length) {
    const [left, right] = [before[row], after[column]];
    if (left !== undefined && right !== undefined && paired(row, column) <= at(row, column)) {
      result.push({ before: left, after: right });
      row++;
      column++;
    } else if (left !== undefined && 1 + at(row + 1, column) <= at(row, column)) {
      result.push({ before: left, after: undefined });
      row++;
    } else if (right !== undefined) {
      result.push({ before: undefined, after: right });
      column++;
    }
  }
  return result;
}
