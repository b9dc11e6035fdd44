// The few functions that generated JavaScript needs beside Math: bit casts, conversions, rounding, and the tree that
// ends a reduction in lanes. Each is printed into a module only when it is used.

/** What a support function is and what it needs itself. */
interface Support {
  readonly code: string;
  readonly builtins: readonly string[];
  readonly support: readonly string[];
}

export const supportFunctions: Readonly<Record<string, Support>> = {
  roundHalfToEven: {
    builtins: [],
    support: [],
    code: `/** The nearest whole number, halves to even. */
function roundHalfToEven(x) {
  const nearest = Math.round(x);
  return nearest - x === 0.5 && nearest % 2 !== 0 ? nearest - 1 : nearest;
}`,
  },
  toInt32: {
    builtins: ['min', 'max'],
    support: [],
    code: `/** Truncates to a 32-bit integer; what is too large saturates, NaN gives 0. */
function toInt32(x) {
  return max(-2147483648, min(2147483647, x)) | 0;
}`,
  },
  words: {
    builtins: [],
    support: [],
    code: `/** Eight bytes seen as floats and as integers, for casts of bits. */
const singles = new Float32Array(2);
const doubles = new Float64Array(singles.buffer);
const words = new Int32Array(singles.buffer);`,
  },
  bitsOf: {
    builtins: [],
    support: ['words'],
    code: `/** The bits of a single as an integer. */
function bitsOf(x) {
  singles[0] = x;
  return words[0];
}`,
  },
  fromBits: {
    builtins: [],
    support: ['words'],
    code: `/** The single with the given bits. */
function fromBits(bits) {
  words[0] = bits;
  return singles[0];
}`,
  },
  highWord: {
    builtins: [],
    support: ['words'],
    code: `/** The upper half of a double's bits. */
function highWord(x) {
  doubles[0] = x;
  return words[1];
}`,
  },
  lowWord: {
    builtins: [],
    support: ['words'],
    code: `/** The lower half of a double's bits. */
function lowWord(x) {
  doubles[0] = x;
  return words[0];
}`,
  },
  fromWords: {
    builtins: [],
    support: ['words'],
    code: `/** The double with the given halves. */
function fromWords(high, low) {
  words[1] = high;
  words[0] = low;
  return doubles[0];
}`,
  },
  sumOfLanes: lanes('sumOfLanes', 'sum', '+', 'f32'),
  productOfLanes: lanes('productOfLanes', 'product', '*', 'f32'),
  sumOfLanes64: lanes('sumOfLanes64', 'sum', '+', 'f64'),
  productOfLanes64: lanes('productOfLanes64', 'product', '*', 'f64'),
};

/** Eight partial results end in one fixed tree, so that the order of a reduction never depends on the target. */
function lanes(name: string, what: string, sign: string, type: 'f32' | 'f64'): Support {
  const pair = (a: string, b: string): string =>
    type === 'f32' ? `fround(${a} ${sign} ${b})` : `(${a} ${sign} ${b})`;
  const four = (a: number): string =>
    pair(pair(`lanes[${a}]`, `lanes[${a + 4}]`), pair(`lanes[${a + 2}]`, `lanes[${a + 6}]`));
  return {
    builtins: type === 'f32' ? ['fround'] : [],
    support: [],
    code: `/** The ${what} of eight partial results, always in the same order. */
function ${name}(lanes) {
  const even = ${four(0)};
  const odd = ${four(1)};
  return ${pair('even', 'odd')};
}`,
  };
}
