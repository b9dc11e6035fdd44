// Cutting an order of rows into parts of given sizes, plainly or so that every part has the classes in
// proportion. Pure functions of index arrays; relies on nothing but the errors of this folder.

import { dataError } from './data-error.ts';

/**
 * Cuts `order` into consecutive parts. With `backwards` the last part is cut first, which is where
 * scikit-learn's shuffled splits take the test rows from.
 */
export function cut(order: Int32Array, sizes: readonly number[], backwards: boolean): readonly Int32Array[] {
  let start = 0;
  const parts = new Map<number, Int32Array>();
  for (const part of cuttingOrder(sizes.length, backwards)) {
    const end = start + (sizes[part] ?? 0);
    parts.set(part, order.slice(start, end));
    start = end;
  }
  return sizes.map((_, part) => parts.get(part) ?? new Int32Array());
}

/**
 * Deals `order` into parts of given sizes so that each part has each class in proportion (largest remainder);
 * within a part the rows keep the order they have in `order`.
 *
 * @param classes the label of each row, indexed by row
 * @throws DataError `E_DATA_STRATIFY` when a class has fewer rows than there are parts
 */
export function cutStratified(
  order: Int32Array,
  sizes: readonly number[],
  backwards: boolean,
  classes: Int32Array,
): readonly Int32Array[] {
  const counts = countByLabel(classes);
  for (const [label, count] of counts) {
    if (count >= sizes.length) continue;
    throw dataError(
      'E_DATA_STRATIFY',
      `label ${label} has ${count} row(s), too few to be dealt into ${sizes.length} parts`,
      'merge or drop rare classes, or split without stratify',
    );
  }
  const quotas = stratifiedQuotas([...counts.values()], sizes);
  const quotasByLabel = new Map(
    [...counts.keys()].map((label, index) => [label, [...(quotas[index] ?? [])]]),
  );
  const parts = sizes.map((): number[] => []);
  const preference = cuttingOrder(sizes.length, backwards);
  for (const index of order) {
    const open = quotasByLabel.get(classes[index] ?? 0) ?? [];
    // The quotas of a class sum to its rows, so one part is still open.
    const part = preference.find((candidate) => (open[candidate] ?? 0) > 0) ?? 0;
    open[part] = (open[part] ?? 0) - 1;
    parts[part]?.push(index);
  }
  return parts.map((part) => Int32Array.from(part));
}

/**
 * How many rows of each class each part gets: `quotas[class][part]`. Rows sum to `counts`, columns to `sizes`.
 * Part after part, by largest remainder over what the parts before have left; in exact integers (the products
 * stay below 2⁵³ up to ninety million rows), so that no engine or rounding changes a split.
 */
export function stratifiedQuotas(
  counts: readonly number[],
  sizes: readonly number[],
): readonly (readonly number[])[] {
  const remaining = [...counts];
  const quotas = counts.map((): number[] => []);
  for (const size of sizes) {
    largestRemainder(remaining, size).forEach((share, index) => {
      remaining[index] = (remaining[index] ?? 0) - share;
      quotas[index]?.push(share);
    });
  }
  return quotas;
}

/**
 * `total` shared out in proportion to integer weights: everyone gets the whole part of the exact share, and what
 * is left goes one each to the largest fractions, the earlier of equals first. `total` is at most the weights' sum.
 */
export function largestRemainder(weights: readonly number[], total: number): readonly number[] {
  const sum = weights.reduce((left, right) => left + right, 0);
  if (sum === 0) return weights.map(() => 0);
  const shares = weights.map((weight) => Math.floor((weight * total) / sum));
  const remainders = weights.map((weight, index) => weight * total - (shares[index] ?? 0) * sum);
  const left = total - shares.reduce((first, second) => first + second, 0);
  const favoured = remainders
    .map((remainder, index) => ({ remainder, index }))
    .sort((first, second) => second.remainder - first.remainder || first.index - second.index)
    .slice(0, left);
  for (const { index } of favoured) shares[index] = (shares[index] ?? 0) + 1;
  return shares;
}

/** Rows by label, labels ascending. */
export function countByLabel(classes: Int32Array): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const label of Int32Array.from(classes).sort()) counts.set(label, (counts.get(label) ?? 0) + 1);
  return counts;
}

function cuttingOrder(parts: number, backwards: boolean): readonly number[] {
  const order = Array.from({ length: parts }, (_, part) => part);
  return backwards ? order.reverse() : order;
}
