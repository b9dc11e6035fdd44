// Double-precision references that JavaScript's Math lacks, for the interpreter.
import type { DType } from '../../ir/dtype.ts';
import { cotangentDerivative, factorial } from './gamma.ts';

/** The error function to about 1e-15: its Taylor series near 0, a continued fraction of erfc further out. */
export function referenceErf(x: number): number {
  if (Number.isNaN(x)) return x;
  const size = Math.abs(x);
  if (size > 6) return Math.sign(x);
  if (size < 2.5) {
    let term = x;
    let sum = x;
    for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(sum) && n < 200; n++) {
      term *= (-x * x) / n;
      sum += term / (2 * n + 1);
    }
    return (2 / Math.sqrt(Math.PI)) * sum;
  }
  // erfc(x) = e^(-x²) / (√π · (x + (1/2)/(x + (2/2)/(x + (3/2)/(x + …))))), evaluated from the inside.
  let fraction = size;
  for (let n = 60; n >= 1; n--) fraction = size + n / 2 / fraction;
  return Math.sign(x) * (1 - Math.exp(-size * size) / (Math.sqrt(Math.PI) * fraction));
}

/** 1/(1 + e⁻ˣ) without overflow. */
export function referenceSigmoid(x: number): number {
  return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
}

/** 1 - erf(x): from 1 on by the continued fraction of Lentz's kind, evaluated from far inside. */
export function referenceErfc(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x < 1) return 1 - referenceErf(x);
  if (x > 30) return 0;
  let fraction = x;
  for (let n = 400; n >= 1; n--) fraction = x + n / 2 / fraction;
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * fraction);
}

/** e^(x²)·erfc(x): from 1 on by the continued fraction of {@link referenceErfc}. */
export function referenceErfcx(x: number): number {
  if (x < 1) return Math.exp(x * x) * referenceErfc(x);
  if (x > 1e8) return 1 / (x * Math.sqrt(Math.PI));
  let fraction = x;
  for (let n = 400; n >= 1; n--) fraction = x + n / 2 / fraction;
  return 1 / (Math.sqrt(Math.PI) * fraction);
}

/** e^-|x|·Iₙ(x) for n 0 or 1: the power series, all of whose terms have one sign, and from 50 on the asymptotic one. */
export function referenceScaledBessel(order: 0 | 1, x: number): number {
  const size = Math.abs(x);
  const sign = order === 1 && x < 0 ? -1 : 1;
  if (size < 50) {
    let term = order === 0 ? 1 : size / 2;
    let sum = term;
    for (let k = 1; term > 1e-18 * sum; k++) {
      term *= (size * size) / 4 / (k * (k + order));
      sum += term;
    }
    return sign * Math.exp(-size) * sum;
  }
  let term = 1;
  let sum = 1;
  for (let k = 1; k <= 20; k++) {
    term *= ((2 * k - 1) ** 2 - 4 * order ** 2) / (8 * size * k);
    sum += term;
  }
  return Number.isNaN(x) ? x : (sign * sum) / Math.sqrt(2 * Math.PI * size);
}

/** The number of a format next to x on the way to y. */
export function referenceNextAfter(x: number, y: number, dtype: DType): number {
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
  if (x === y) return y;
  const isSingle = dtype === 'f32';
  const [number, bits] = isSingle
    ? [new Float32Array(1), (from: ArrayBufferLike) => new Int32Array(from)]
    : [new Float64Array(1), (from: ArrayBufferLike) => new BigInt64Array(from)];
  number[0] = x;
  if (x === 0) return Math.sign(y) * (isSingle ? 2 ** -149 : Number.MIN_VALUE);
  const view = bits(number.buffer);
  const isOutward = y > x === x > 0;
  if (view instanceof Int32Array) view[0] = (view[0] ?? 0) + (isOutward ? 1 : -1);
  else view[0] = (view[0] ?? 0n) + (isOutward ? 1n : -1n);
  return number[0];
}

/** The exponent of a number to a significand in [½, 1). */
export function referenceExponent(x: number): number {
  if (x === 0 || !Number.isFinite(x)) return 0;
  let [significand, exponent] = [Math.abs(x), 0];
  for (; significand >= 1; exponent++) significand /= 2;
  for (; significand < 0.5; exponent--) significand *= 2;
  return exponent;
}

/** The number whose erf is x: Winitzki's estimate, then Halley's steps on erf or erfc, whichever is small. */
export function referenceErfinv(x: number): number {
  const size = Math.abs(x);
  if (!(size < 1)) return size === 1 ? x * Infinity : NaN;
  if (size < 1e-9) return (x * Math.sqrt(Math.PI)) / 2;
  const logarithm = Math.log1p(-size * size);
  const half = 2 / (Math.PI * 0.147) + logarithm / 2;
  let z = Math.sqrt(Math.sqrt(half * half - logarithm / 0.147) - half);
  for (let step = 0; step < 4; step++) {
    const excess = size < 0.5 ? size - referenceErf(z) : referenceErfc(z) - (1 - size);
    const move = (excess * Math.sqrt(Math.PI) * Math.exp(z * z)) / 2;
    z += move / (1 - z * move);
  }
  return x < 0 ? -z : z;
}

/** ln|Γ(x)| by Lanczos' approximation (g = 607/128, Godfrey's 15 terms), reflected below ½. */
export function referenceLgamma(x: number): number {
  if (Math.abs(x) === Infinity) return Infinity;
  if (x <= 0 && Number.isInteger(x)) return Infinity;
  if (x < 0.5) return Math.log(Math.PI / Math.abs(sineOfTurns(x))) - referenceLgamma(1 - x);
  if (x === 1 || x === 2) return 0;
  const terms = [
    57.15623566586292, -59.59796035547549, 14.136097974741746, -0.4919138160976202, 3.399464998481189e-5,
    4.652362892704858e-5, -9.837447530487956e-5, 0.0001580887032249125, -0.00021026444172410488,
    0.00021743961811521265, -0.0001643181065367639, 8.441822398385275e-5, -2.6190838401581408e-5,
    3.6899182659531625e-6,
  ];
  const sum = terms.reduce((total, term, index) => total + term / (x + index), 0.9999999999999971);
  const shifted = x + 607 / 128 - 0.5;
  return (x - 0.5) * Math.log(shifted) - shifted + Math.log(Math.sqrt(2 * Math.PI) * sum);
}

/** sin πx, by the distance to the nearest whole number. */
function sineOfTurns(x: number): number {
  return Math.sin(Math.PI * (x - Math.round(x))) * (Math.round(x) % 2 === 0 ? 1 : -1);
}

/** The derivative of ln Γ: the recurrence up to 20, then Stirling's series. */
export function referenceDigamma(x: number): number {
  if (x === 0) return Object.is(x, -0) ? Infinity : -Infinity;
  if (x < 0) {
    if (Number.isInteger(x) || x === -Infinity) return NaN;
    return referenceDigamma(1 - x) - Math.PI / Math.tan(Math.PI * (x - Math.round(x)));
  }
  let sum = 0;
  let at = x;
  for (; at < 20; at++) sum += 1 / at;
  const square = 1 / (at * at);
  const series =
    square * (1 / 12 - square * (1 / 120 - square * (1 / 252 - square * (1 / 240 - square / 132))));
  return Math.log(at) - 1 / (2 * at) - series - sum;
}

/** Derivative n of digamma, n from 1 on: n!·Σ 1/(x + k)^(n + 1) with Euler and Maclaurin's rest, reflected below 0. */
export function referencePolygamma(n: number, x: number): number {
  if (x <= 0 && Number.isInteger(x)) return n % 2 === 1 ? Infinity : -Infinity;
  if (x < 0) {
    const cotangent = 1 / Math.tan(Math.PI * (x - Math.round(x)));
    const derivative = cotangentDerivative(n).reduceRight((sum, each) => sum * cotangent + each, 0);
    const mirrored = referencePolygamma(n, 1 - x);
    return (n % 2 === 0 ? mirrored : -mirrored) - Math.PI ** (n + 1) * derivative;
  }
  const end = x + 30 + n;
  let sum = factorial(n - 1) / end ** n + factorial(n) / (2 * end ** (n + 1));
  [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66].forEach((number, index) => {
    const order = 2 * (index + 1);
    sum += (number * factorial(order + n - 1)) / factorial(order) / end ** (order + n);
  });
  for (let step = 29 + n; step >= 0; step--) sum += factorial(n) / (x + step) ** (n + 1);
  return n % 2 === 1 ? sum : -sum;
}

/** The first word of Threefry-2x32 with 20 rounds (Salmon et al. 2011), in plain integer arithmetic. */
export function referenceThreefry(key0: number, key1: number, counter0: number, counter1: number): number {
  const keys = [key0, key1, key0 ^ key1 ^ 0x1bd11bda];
  const rotations = [13, 15, 26, 6, 17, 29, 16, 24];
  let left = (counter0 + key0) | 0;
  let right = (counter1 + key1) | 0;
  for (let round = 0; round < 20; round++) {
    const distance = rotations[round % 8] ?? 0;
    left = (left + right) | 0;
    right = ((right << distance) | (right >>> (32 - distance))) ^ left;
    if (round % 4 === 3) {
      const injection = (round + 1) / 4;
      left = (left + (keys[injection % 3] ?? 0)) | 0;
      right = (right + (keys[(injection + 1) % 3] ?? 0) + injection) | 0;
    }
  }
  return left;
}
