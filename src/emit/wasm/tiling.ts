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

// Per cent of the peak, on Node 24: 3 × 12 rounded 95, 5 × 8 rounded 90, 6 × 8 fused 100.
const roundedRows = [8, 5, 3] as const;
const fusedRows = [8, 6, 3] as const;

/** How often the loop over k is unrolled. */
export function unrolling(fused: boolean): number {
  return fused ? 2 : 8;
}

/**
 * The columns in panels of three vectors, or of two where products are fused; a few others make up what those leave
 * over. A panel whose last vector is not full stands on its own. `rows` is how many rows all tiles have to allow.
 */
export function panelsOf(columns: number, fused: boolean, rows: number | null): readonly Blocks[] {
  const vectors = Math.ceil(columns / 4);
  const sizes = fused ? fusedSizes(vectors, rows) : roundedSizes(vectors);
  const isPartial = columns % 4 !== 0;
  let start = 0;
  return sizes.flatMap(([size, count], position) => {
    const isLast = position === sizes.length - 1;
    const parts = isLast && isPartial && count > 1 ? [count - 1, 1] : [count];
    return parts.map((each) => {
      const block = { start, count: each, size };
      start += 4 * size * each;
      return block;
    });
  });
}

type Sizes = readonly (readonly [size: number, count: number])[];

function roundedSizes(vectors: number): Sizes {
  if (vectors <= 3) return [[vectors, 1]];
  const pairs = (3 - (vectors % 3)) % 3;
  const triples = (vectors - 2 * pairs) / 3;
  return [[3, triples] as const, [2, pairs] as const].filter(([, count]) => count > 0);
}

function fusedSizes(vectors: number, rows: number | null): Sizes {
  if (vectors === 1) return [[1, 1]];
  if (vectors % 2 === 0) return [[2, vectors / 2]];
  const allowsTriple = rows === null || rows <= mostRows(3, true);
  if (allowsTriple && vectors === 3) return [[3, 1]];
  return allowsTriple
    ? [
        [2, (vectors - 3) / 2],
        [3, 1],
      ]
    : [
        [2, (vectors - 1) / 2],
        [1, 1],
      ];
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
