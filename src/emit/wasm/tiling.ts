// How a contraction is cut into tiles of sums that fit the vector registers, and how blocks of rows and columns are
// balanced. Sizes were measured on V8: with more than about fifteen vectors alive it spills, and speed halves.

/** Sums held at once: `rows` times `vectors` of four columns. */
export interface TileShape {
  readonly rows: number;
  readonly vectors: number;
}

/** Equal blocks one after the other along an axis. */
export interface Blocks {
  readonly start: number;
  readonly count: number;
  readonly size: number;
}

/** The most rows a tile of so many vectors may have; a product that is rounded on its own needs one register more. */
export function mostRows(vectors: number, fused: boolean): number {
  const rows = fused ? fusedRows : roundedRows;
  return rows[vectors - 1] ?? 1;
}

const roundedRows = [8, 4, 3, 2] as const;
const fusedRows = [8, 6, 3, 2] as const;

/**
 * The columns in panels of two vectors, or of four where the epilogue works on long rows in memory: whole lines of
 * the cache are then read and written at once. What is left over makes a last panel of up to five vectors; a panel
 * whose last vector is not full stands on its own.
 */
export function panelsOf(columns: number, isWide: boolean): readonly Blocks[] {
  const vectors = Math.ceil(columns / 4);
  const usual = isWide ? 4 : 2;
  const over = vectors % usual;
  const lastSize =
    vectors < usual || over > 1 ? over || usual : over === 1 ? (vectors < usual + 1 ? 1 : usual + 1) : usual;
  const whole = Math.max(0, (vectors - lastSize) / usual);
  const isLastAlone = columns % 4 !== 0 || lastSize !== usual;
  const count = isLastAlone ? whole : whole + 1;
  const panels = [
    { start: 0, count, size: usual },
    { start: 4 * usual * count, count: isLastAlone ? 1 : 0, size: lastSize },
  ];
  return panels.filter((each) => each.count > 0);
}

/** The tiles, in vectors, that a panel is computed in. */
export function tilesOf(vectors: number): readonly number[] {
  return vectors <= 3 ? [vectors] : [2, vectors - 2];
}

/** Rows in blocks of at most `most`, as even as they can be: two sizes that differ by one. */
export function balanced(rows: number, most: number): readonly Blocks[] {
  const count = Math.ceil(rows / most);
  const size = Math.ceil(rows / count);
  const smaller = count * size - rows;
  const larger = count - smaller;
  const blocks = [
    { start: 0, count: larger, size },
    { start: larger * size, count: smaller, size: size - 1 },
  ];
  return blocks.filter((each) => each.count > 0);
}
