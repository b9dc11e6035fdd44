// Elementary functions to hundreds of bits, by BigInt fixed-point series: the judge of the f64 scalar functions,
// which cannot be judged by doubles. Relies on no library and on none of the code under test.
import { exponentOf } from './ulp.ts';

const f64View = new Float64Array(1);
const wordOfF64 = new BigUint64Array(f64View.buffer);

/** Fixed-point arithmetic with `fractionBits` bits after the point. */
export interface ExactFunctions {
  readonly exp: (x: number) => bigint;
  readonly expm1: (x: number) => bigint;
  readonly log: (x: number) => bigint;
  readonly log1p: (x: number) => bigint;
  readonly tanh: (x: number) => bigint;
  readonly sigmoid: (x: number) => bigint;
  readonly sinh: (x: number) => bigint;
  readonly cosh: (x: number) => bigint;
  readonly sin: (x: number) => bigint;
  readonly cos: (x: number) => bigint;
  readonly tan: (x: number) => bigint;
  readonly asin: (x: number) => bigint;
  readonly acos: (x: number) => bigint;
  readonly atan: (x: number) => bigint;
  readonly atan2: (y: number, x: number) => bigint;
  readonly asinh: (x: number) => bigint;
  readonly acosh: (x: number) => bigint;
  readonly atanh: (x: number) => bigint;
  readonly exp2: (x: number) => bigint;
  readonly log2: (x: number) => bigint;
  readonly log10: (x: number) => bigint;
  readonly erf: (x: number) => bigint;
  readonly erfc: (x: number) => bigint;
  readonly hypot: (x: number, y: number) => bigint;
  readonly pow: (x: number, y: number) => bigint;
  /** Error of `result` in ulp of `exact`. */
  readonly ulpError: (result: number, exact: bigint) => number;
}

/** The functions with `fractionBits` bits after the point: enough for results down to 2^(100 - fractionBits). */
export function exactFunctions(fractionBits: number): ExactFunctions {
  const bits = BigInt(fractionBits);
  const one = 1n << bits;

  const multiply = (a: bigint, b: bigint): bigint => (a * b) >> bits;
  const divide = (a: bigint, b: bigint): bigint => (a << bits) / b;
  const magnitude = (a: bigint): bigint => (a < 0n ? -a : a);

  /** A double as fixed point; bits below the last are cut. */
  function fixed(x: number): bigint {
    if (x === 0) return 0n;
    f64View[0] = Math.abs(x);
    const word = wordOfF64[0] ?? 0n;
    const field = word >> 52n;
    const fraction = word & ((1n << 52n) - 1n);
    const significand = field === 0n ? fraction : fraction | (1n << 52n);
    const shift = (field === 0n ? 1n : field) - 1075n + bits;
    const value = shift >= 0n ? significand << shift : significand >> -shift;
    return x < 0 ? -value : value;
  }

  /** Σ terms, each made from the one before, until they vanish. */
  function sum(first: bigint, next: (term: bigint, index: bigint) => bigint): bigint {
    let total = 0n;
    let index = 0n;
    for (let term = first; term !== 0n && term !== -1n; term = next(term, ++index)) total += term;
    return total;
  }

  /** atanh(1/n) and atan(1/n). */
  const inverseSeries = (n: bigint, sign: bigint): bigint => {
    let total = 0n;
    let power = one / n;
    for (let odd = 1n; power !== 0n && power !== -1n; odd += 2n, power = (sign * power) / (n * n))
      total += power / odd;
    return total;
  };
  const ln2 = 18n * inverseSeries(26n, 1n) - 2n * inverseSeries(4801n, 1n) + 8n * inverseSeries(8749n, 1n);
  const pi = 16n * inverseSeries(5n, -1n) - 4n * inverseSeries(239n, -1n);

  function exponential(x: bigint): bigint {
    const power = (x + ln2 / 2n) / ln2 - (x + ln2 / 2n < 0n ? 1n : 0n);
    // Sixteen halvings more make the series short.
    const reduced = (x - power * ln2) >> 16n;
    let value = sum(one, (term, index) => multiply(term, reduced) / index);
    for (let squaring = 0; squaring < 16; squaring++) value = multiply(value, value);
    return power >= 0n ? value << power : value >> -power;
  }

  function logarithm(x: number, scaled: bigint): bigint {
    const start = fixed(Math.log(x));
    const rest = multiply(scaled, exponential(-start)) - one;
    // |rest| is below 2^-40: the series of log(1 + rest) is short.
    let power = rest;
    let total = start;
    for (let index = 1n; power !== 0n && power !== -1n; index++) {
      total += (index % 2n === 1n ? power : -power) / index;
      power = multiply(power, rest);
    }
    return total;
  }

  function sineAndCosine(x: bigint): readonly [bigint, bigint] {
    const halfPi = pi / 2n;
    const quarters = (x + halfPi / 2n) / halfPi - (x + halfPi / 2n < 0n ? 1n : 0n);
    const angle = x - quarters * halfPi;
    const square = multiply(angle, angle);
    const alternate = (offset: bigint) => (term: bigint, index: bigint) =>
      -multiply(term, square) / ((2n * index + offset) * (2n * index + offset - 1n));
    const sine = sum(angle, alternate(1n));
    const cosine = sum(one, alternate(0n));
    const turned = ((quarters % 4n) + 4n) % 4n;
    if (turned === 0n) return [sine, cosine];
    if (turned === 1n) return [cosine, -sine];
    return turned === 2n ? [-sine, -cosine] : [-cosine, sine];
  }

  const expm1 = (x: number): bigint => exponential(fixed(x)) - one;

  function erf(x: number): bigint {
    const t = fixed(x);
    const square = multiply(t, t);
    let total = 0n;
    let power = t;
    for (let index = 0n; power !== 0n && power !== -1n; power = -multiply(power, square) / ++index) {
      total += power / (2n * index + 1n);
    }
    // 2/√π by an integer square root.
    return multiply(total, 2n * squareRoot(divide(one, pi)));
  }

  function squareRoot(x: bigint): bigint {
    const target = x << bits;
    if (target === 0n) return 0n;
    let root = x > one ? x : one;
    for (let previous = 0n; magnitude(root - previous) > 1n;) {
      previous = root;
      root = (root + target / root) / 2n;
    }
    return root;
  }

  /** By its series, after halving the angle twenty times: tan(a/2) = t/(1 + √(1 + t²)). */
  function arctangent(t: bigint): bigint {
    if (magnitude(t) > one) return (t < 0n ? -pi : pi) / 2n - arctangent(divide(one, t));
    let small = t;
    for (let halving = 0; halving < 20; halving++) {
      small = divide(small, one + squareRoot(one + multiply(small, small)));
    }
    const square = multiply(small, small);
    let total = 0n;
    let power = small;
    for (let odd = 1n; power !== 0n && power !== -1n; odd += 2n, power = -multiply(power, square))
      total += power / odd;
    return total << 20n;
  }

  const arcsine = (x: number): bigint => {
    const t = fixed(x);
    return Math.abs(x) === 1
      ? (t * pi) / (2n * one)
      : arctangent(divide(t, squareRoot(one - multiply(t, t))));
  };

  /** ln(t + √(t² + offset)), of a number that doubles hold well enough to start from. */
  const areaFunction = (x: number, offset: bigint): bigint => {
    const t = fixed(x);
    const scaled = t + squareRoot(multiply(t, t) + offset);
    return logarithm(Number((scaled * 2n ** 60n) >> bits) / 2 ** 60, scaled);
  };

  return {
    asin: arcsine,
    acos: (x) => pi / 2n - arcsine(x),
    atan: (x) => arctangent(fixed(x)),
    atan2: (y, x) => {
      const [height, width] = [fixed(y), fixed(x)];
      if (width === 0n) return (height < 0n ? -pi : pi) / 2n;
      const angle = arctangent(divide(height, width));
      if (width > 0n) return angle;
      return height < 0n ? angle - pi : angle + pi;
    },
    asinh: (x) => (x < 0 ? -areaFunction(-x, one) : areaFunction(x, one)),
    acosh: (x) => areaFunction(x, -one),
    atanh: (x) => {
      const t = fixed(x);
      const ratio = divide(one + t, one - t);
      return logarithm((1 + x) / (1 - x), ratio) / 2n;
    },
    exp2: (x) => exponential(multiply(fixed(x), ln2)),
    log2: (x) => divide(logarithm(x, fixed(x)), ln2),
    log10: (x) => divide(logarithm(x, fixed(x)), logarithm(10, fixed(10))),
    erfc: (x) => one - erf(x),
    hypot: (x, y) => squareRoot(multiply(fixed(x), fixed(x)) + multiply(fixed(y), fixed(y))),
    exp: (x) => exponential(fixed(x)),
    expm1,
    log: (x) => logarithm(x, fixed(x)),
    log1p: (x) => {
      const scaled = one + fixed(x);
      return logarithm(1 + x, scaled);
    },
    tanh: (x) => divide(expm1(2 * x), expm1(2 * x) + 2n * one),
    sigmoid: (x) => divide(one, one + exponential(fixed(-x))),
    sinh: (x) => (exponential(fixed(x)) - exponential(fixed(-x))) / 2n,
    cosh: (x) => (exponential(fixed(x)) + exponential(fixed(-x))) / 2n,
    sin: (x) => sineAndCosine(fixed(x))[0],
    cos: (x) => sineAndCosine(fixed(x))[1],
    tan: (x) => divide(...sineAndCosine(fixed(x))),
    erf,
    pow: (x, y) => exponential(multiply(fixed(y), logarithm(x, fixed(x)))),
    ulpError: (result, exact) => {
      if (!Number.isFinite(result)) return Infinity;
      const ulpExponent = BigInt(Math.max(exponentOf(result), -1022) - 52);
      const difference = magnitude(fixed(result) - exact);
      // In thousandths, so that the quotient has digits.
      const shift = bits + ulpExponent;
      return Number((difference * 1000n) / (shift >= 0n ? 1n << shift : 1n)) / 1000;
    },
  };
}
