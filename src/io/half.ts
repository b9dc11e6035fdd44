// The two 16-bit floats: IEEE 754 binary16 and bfloat16, to f32 and back. In integer arithmetic on the bits, since
// engines of today need not have Float16Array. Relies on nothing.

const bits = new Uint32Array(1);
const single = new Float32Array(bits.buffer);

/** The value of a binary16; every one of them is an f32. */
export function fromHalf(half: number): number {
  const sign = half >>> 15 === 0 ? 1 : -1;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The binary16 nearest to an f32, ties to even; what is too large becomes an infinity, NaN the canonical one. */
export function toHalf(value: number): number {
  single[0] = value;
  const word = bits[0] ?? 0;
  const sign = (word >>> 16) & 0x8000;
  const magnitude = word & 0x7fffffff;
  if (magnitude > 0x7f800000) return 0x7e00;
  // From 65520 on, halfway between the largest number and the next that there would be.
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  // Below 2⁻¹⁴ numbers are multiples of 2⁻²⁴: scaled by 2²⁴, which is exact, they are whole.
  if (magnitude < 0x38800000) return sign | roundHalfToEven(Math.abs(value) * 2 ** 24);
  // The exponent's bias is 127 in an f32 and 15 here. A fraction that rounds up carries into the exponent.
  return sign | roundWord(magnitude - ((127 - 15) << 23), 13);
}

/** The value of a bfloat16: the upper half of an f32. */
export function fromBrain(brain: number): number {
  bits[0] = brain << 16;
  return single[0] ?? NaN;
}

/** The bfloat16 nearest to an f32, ties to even; NaN becomes the canonical one. */
export function toBrain(value: number): number {
  single[0] = value;
  const word = bits[0] ?? 0;
  return Number.isNaN(value) ? 0x7fc0 : roundWord(word, 16);
}

/** Drops the lowest bits of a word, to the nearest, ties to even. */
function roundWord(word: number, dropped: number): number {
  const kept = word >>> dropped;
  const rest = word & ((1 << dropped) - 1);
  const half = 1 << (dropped - 1);
  return kept + (rest > half || (rest === half && (kept & 1) === 1) ? 1 : 0);
}

function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return floor + (rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? 1 : 0);
}
