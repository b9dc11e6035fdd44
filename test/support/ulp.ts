// Measures errors in units in the last place (ulp), and samples floats evenly over their bit patterns.

const f64View = new Float64Array(1);
const wordsOfF64 = new Uint32Array(f64View.buffer);

/** The exponent e of a finite double, with 2^e ≤ |x| < 2^(e+1); for 0 the smallest. */
export function exponentOf(x: number): number {
  f64View[0] = x;
  const field = ((wordsOfF64[1] ?? 0) >>> 20) & 0x7ff;
  return field === 0 ? Math.max(-1074, Math.floor(Math.log2(Math.abs(x)))) : field - 1023;
}

/** The distance of f32 neighbours at `exact`. */
function ulpOfF32(exact: number): number {
  return 2 ** (Math.min(Math.max(exponentOf(exact), -126), 127) - 23);
}

/**
 * Error of an f32 result in ulp of the exact value (a double). Where the exact value rounds to a result, however
 * large, the error is at most ½; NaN and infinities have to agree.
 */
export function ulpErrorF32(result: number, exact: number): number {
  if (Object.is(result, Math.fround(exact)) && !Number.isFinite(result)) return 0;
  if (Number.isNaN(result) || Number.isNaN(exact))
    return Number.isNaN(result) && Number.isNaN(exact) ? 0 : Infinity;
  // An infinity stands for 2^128 when the exact value is finite.
  const finite = Number.isFinite(result) ? result : Math.sign(result) * 2 ** 128;
  const target = Math.abs(exact) < 2 ** 129 ? exact : Math.sign(exact) * 2 ** 128;
  return Math.abs(finite - target) / ulpOfF32(target);
}

const f32View = new Float32Array(1);
const wordOfF32 = new Uint32Array(f32View.buffer);

/** The f32 of a bit pattern. */
export function f32FromBits(bits: number): number {
  wordOfF32[0] = bits;
  return f32View[0] ?? NaN;
}

/** The bit pattern of an f32. */
export function bitsOfF32(x: number): number {
  f32View[0] = x;
  return wordOfF32[0] ?? 0;
}

/** The worst error found in a sweep, and where. */
export interface WorstError {
  readonly ulp: number;
  readonly at: number;
  readonly samples: number;
}

/** Runs over f32 bit patterns from `from` to below `to` in steps of `step`. */
export function sweepBits(
  measured: (x: number) => number,
  exact: (x: number) => number,
  { from = 0, to = 2 ** 32, step = 4093 }: { from?: number; to?: number; step?: number } = {},
): WorstError {
  let ulp = 0;
  let at = NaN;
  let samples = 0;
  for (let bits = from; bits < to; bits += step) {
    const x = f32FromBits(bits);
    const error = ulpErrorF32(measured(x), exact(x));
    samples++;
    if (error > ulp) {
      ulp = error;
      at = x;
    }
  }
  return { ulp, at, samples };
}

/** Runs over the f32 numbers from `low` to `high` (of one sign), at most `count` of them. */
export function sweepInterval(
  measured: (x: number) => number,
  exact: (x: number) => number,
  low: number,
  high: number,
  count = 2 ** 18,
): WorstError {
  const [first, last] = [bitsOfF32(low), bitsOfF32(high)].sort((a, b) => a - b);
  if (first === undefined || last === undefined) throw new Error('unreachable: two bounds were sorted');
  const step = Math.max(1, Math.floor((last - first) / count));
  return sweepBits(measured, exact, { from: first, to: last + 1, step });
}

/** The f64 judge, as `exactFunctions` makes it. */
type ExactUlp = (result: number, exact: bigint) => number;

/**
 * Runs over doubles between `low` and `high`: a third evenly spread, a third of both signs evenly spread in magnitude
 * down to 2^-40, a third in [-2, 2].
 */
export function sweepF64(
  measured: (x: number) => number,
  exact: (x: number) => bigint,
  ulpError: ExactUlp,
  { low, high, samples = 1500 }: { low: number; high: number; samples?: number },
): WorstError {
  const random = randomNumbers();
  let worst: WorstError = { ulp: 0, at: NaN, samples: 0 };
  for (let index = 0; index < samples; index++) {
    const sign = random() < 0.5 ? -1 : 1;
    const spread = [
      low + (high - low) * random(),
      sign * 2 ** (-40 * random()) * (1 + random()),
      sign * 2 * random(),
    ][index % 3];
    if (spread === undefined || spread < low || spread > high) continue;
    const ulp = ulpError(measured(spread), exact(spread));
    worst =
      ulp > worst.ulp
        ? { ulp, at: spread, samples: worst.samples + 1 }
        : { ...worst, samples: worst.samples + 1 };
  }
  return worst;
}

/** Uniform numbers with 53 random bits, the same at every run: xorshift32, two words a number. */
export function randomNumbers(seed = 2463534242): () => number {
  let state = seed;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  return () => ((next() >>> 5) * 2 ** 26 + (next() >>> 6)) / 2 ** 53;
}
