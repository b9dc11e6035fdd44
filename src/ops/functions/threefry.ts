// Counter-based random bits: Threefry-2x32 with 20 rounds (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as
// easy as 1, 2, 3", 2011; Random123), and the uniform number of a word. Relies on the scalar language only.
import type { Expression, FunctionBuilder, ScalarFunction } from '../../ir/scalar.ts';
import { binary, convert, defineFunction, literal } from '../../ir/scalar.ts';
import { add, mul, word } from './float-format.ts';

const rotations = [13, 15, 26, 6, 17, 29, 16, 24] as const;
const rounds = 20;

/** The parity constant of the key schedule. */
const parity = word(0x1bd11bda);

const xor = (left: Expression, right: Expression): Expression => binary('xor', left, right);

function rotateLeft(x: Expression, count: number): Expression {
  return binary('or', binary('shiftLeft', x, word(count)), binary('shiftRightUnsigned', x, word(32 - count)));
}

interface ThreefryParameters {
  readonly key0: Expression;
  readonly key1: Expression;
  readonly counter0: Expression;
  readonly counter1: Expression;
}

function threefry(
  { key0, key1, counter0, counter1 }: ThreefryParameters,
  { bind }: FunctionBuilder,
): readonly [Expression, Expression] {
  const key2 = bind('key2', xor(xor(key0, key1), parity));
  const schedule = [key0, key1, key2];
  const keyWord = (index: number): Expression => schedule[index % 3] ?? key2;
  let left = bind('left0', add(counter0, key0));
  let right = bind('right0', add(counter1, key1));
  for (let round = 1; ; round++) {
    const sum = bind(`sum${String(round)}`, add(left, right));
    const mixed = xor(rotateLeft(right, rotations[(round - 1) % rotations.length] ?? 0), sum);
    if (round % 4 !== 0) {
      left = sum;
      right = bind(`right${String(round)}`, mixed);
      continue;
    }
    const injection = round / 4;
    const nextLeft = add(sum, keyWord(injection));
    const nextRight = add(mixed, add(keyWord(injection + 1), word(injection)));
    if (round === rounds) return [nextLeft, nextRight];
    left = bind(`left${String(round)}`, nextLeft);
    right = bind(`right${String(round)}`, nextRight);
  }
}

const parameters = { key0: 'i32', key1: 'i32', counter0: 'i32', counter1: 'i32' } as const;

/** First word of Threefry-2x32-20 of a key and a counter. */
export const threefryFirst: ScalarFunction = defineFunction(
  'threefryFirst',
  'First word of Threefry-2x32 with 20 rounds (Random123) of a key and a counter.',
  parameters,
  'i32',
  (given, builder) => threefry(given, builder)[0],
);

/** Second word of Threefry-2x32-20 of a key and a counter. */
export const threefrySecond: ScalarFunction = defineFunction(
  'threefrySecond',
  'Second word of Threefry-2x32 with 20 rounds (Random123) of a key and a counter.',
  parameters,
  'i32',
  (given, builder) => threefry(given, builder)[1],
);

/** A uniform f32 in [0, 1) from 32 random bits. */
export const uniformFromBits: ScalarFunction = defineFunction(
  'uniformFromBits',
  'Uniform number in [0, 1): the top 24 bits times 2⁻²⁴, exact.',
  { bits: 'i32' },
  'f32',
  ({ bits }) => mul(convert('f32', binary('shiftRightUnsigned', bits, word(8))), literal('f32', 2 ** -24)),
);
