// What every instruction without immediates means, in JavaScript. The type demands an entry for each one in the
// assembler's table.
import type { PlainInstruction } from '../../../src/emit/wasm/opcodes.ts';
import { f32, f32x4, f64, i16x8, i32, i32x4, i64, u16x8, u32, u32x4, u8x16 } from './codecs.ts';
import { binary, ternary, unary, type InstructionCase, type Traps } from './single-instruction.ts';

const { abs, ceil, floor, fround, imul, max, min, sqrt, trunc } = Math;

const truth = (condition: boolean): number => (condition ? 1 : 0);
/** What a comparison of lanes gives: all bits or none. */
const mask = (condition: boolean): number => (condition ? -1 : 0);

const equal = (a: number, b: number): boolean => a === b;
const unequal = (a: number, b: number): boolean => a !== b;
const less = (a: number, b: number): boolean => a < b;
const greater = (a: number, b: number): boolean => a > b;
const lessOrEqual = (a: number, b: number): boolean => a <= b;
const greaterOrEqual = (a: number, b: number): boolean => a >= b;

const negative = (a: number): number => -a;
const sum = (a: number, b: number): number => a + b;
const difference = (a: number, b: number): number => a - b;
const product = (a: number, b: number): number => a * b;
const quotient = (a: number, b: number): number => a / b;

const and = (a: number, b: number): number => a & b;
const or = (a: number, b: number): number => a | b;
const xor = (a: number, b: number): number => a ^ b;

/** The nearest whole number, halves to even; keeps the sign of zero. */
function nearest(a: number): number {
  const rounded = Math.round(a);
  const even = rounded - a === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
  return even === 0 && (a < 0 || Object.is(a, -0)) ? -0 : even;
}

/** To a whole number between two others; NaN gives 0. */
function saturated(a: number, least: number, most: number): number {
  // The sum takes the sign of -0 away.
  return Number.isNaN(a) ? 0 : max(least, min(most, trunc(a))) + 0;
}

const toInt32 = (a: number): number => saturated(a, -(2 ** 31), 2 ** 31 - 1);

const singles = new DataView(new ArrayBuffer(8));

function bitsOfSingle(a: number): number {
  singles.setFloat32(0, a);
  return singles.getInt32(0);
}

function singleOfBits(a: number): number {
  singles.setInt32(0, a);
  return singles.getFloat32(0);
}

function bitsOfDouble(a: number): bigint {
  singles.setFloat64(0, a);
  return singles.getBigInt64(0);
}

function doubleOfBits(a: bigint): number {
  singles.setBigInt64(0, a);
  return singles.getFloat64(0);
}

const compareI32 = (reference: (a: number, b: number) => boolean): InstructionCase =>
  binary(i32, i32, i32, (a, b) => truth(reference(a, b)));
const compareU32 = (reference: (a: number, b: number) => boolean): InstructionCase =>
  binary(u32, u32, i32, (a, b) => truth(reference(a, b)));
const compareF32 = (reference: (a: number, b: number) => boolean): InstructionCase =>
  binary(f32, f32, i32, (a, b) => truth(reference(a, b)));
const compareF64 = (reference: (a: number, b: number) => boolean): InstructionCase =>
  binary(f64, f64, i32, (a, b) => truth(reference(a, b)));
const compareI32x4 = (reference: (a: number, b: number) => boolean): InstructionCase =>
  binary(
    i32x4,
    i32x4,
    i32x4,
    lanewise2((a, b) => mask(reference(a, b))),
  );
const compareF32x4 = (reference: (a: number, b: number) => boolean): InstructionCase =>
  binary(
    f32x4,
    f32x4,
    i32x4,
    lanewise2((a, b) => mask(reference(a, b))),
  );

const unaryF32 = (reference: (a: number) => number): InstructionCase =>
  unary(f32, f32, (a) => fround(reference(a)));
const unaryF64 = (reference: (a: number) => number): InstructionCase => unary(f64, f64, reference);
const unaryF32x4 = (reference: (a: number) => number): InstructionCase =>
  unary(
    f32x4,
    f32x4,
    lanewise1((a) => fround(reference(a))),
  );
const unaryI32x4 = (reference: (a: number) => number): InstructionCase =>
  unary(
    i32x4,
    i32x4,
    lanewise1((a) => reference(a) | 0),
  );

const binaryI32 = (reference: (a: number, b: number) => number): InstructionCase =>
  binary(i32, i32, i32, (a, b) => reference(a, b) | 0);
const binaryF32 = (reference: (a: number, b: number) => number): InstructionCase =>
  binary(f32, f32, f32, (a, b) => fround(reference(a, b)));
const binaryF64 = (reference: (a: number, b: number) => number): InstructionCase =>
  binary(f64, f64, f64, reference);
const binaryF32x4 = (reference: (a: number, b: number) => number): InstructionCase =>
  binary(
    f32x4,
    f32x4,
    f32x4,
    lanewise2((a, b) => fround(reference(a, b))),
  );
const binaryI32x4 = (reference: (a: number, b: number) => number): InstructionCase =>
  binary(
    i32x4,
    i32x4,
    i32x4,
    lanewise2((a, b) => reference(a, b) | 0),
  );
const shiftI32x4 = (reference: (a: number, count: number) => number): InstructionCase =>
  binary(i32x4, i32, i32x4, (a, count) => a.map((lane) => reference(lane, count) | 0));

type Lanes = readonly number[];

function lanewise1(reference: (a: number) => number): (a: Lanes) => Lanes {
  return (a) => a.map((lane) => reference(lane));
}

function lanewise2(reference: (a: number, b: number) => number): (a: Lanes, b: Lanes) => Lanes {
  return (a, b) => a.map((lane, index) => reference(lane, b[index]!));
}

const divideI32 = (a: number, b: number): number | Traps =>
  b === 0 || (a === -(2 ** 31) && b === -1) ? 'traps' : trunc(a / b) + 0;
const divideU32 = (a: number, b: number): number | Traps => (b === 0 ? 'traps' : floor(a / b));
const remainder = (a: number, b: number): number | Traps => (b === 0 ? 'traps' : (a % b) + 0);

const shiftI64 = (reference: (a: bigint, count: bigint) => bigint): InstructionCase =>
  binary(i64, i64, i64, (a, count) => BigInt.asIntN(64, reference(a, count & 63n)));

/** Instructions that do something else than make a value, or may give one of two results. */
export type Extraordinary = 'unreachable' | 'return' | 'drop' | 'f32x4.relaxed_madd';

export const plainInstructions: Readonly<Record<Exclude<PlainInstruction, Extraordinary>, InstructionCase>> =
  {
    select: ternary(f32, f32, i32, f32, (a, b, condition) => (condition === 0 ? b : a)),

    'i32.eqz': unary(i32, i32, (a) => truth(a === 0)),
    'i32.eq': compareI32(equal),
    'i32.ne': compareI32(unequal),
    'i32.lt_s': compareI32(less),
    'i32.lt_u': compareU32(less),
    'i32.gt_s': compareI32(greater),
    'i32.gt_u': compareU32(greater),
    'i32.le_s': compareI32(lessOrEqual),
    'i32.le_u': compareU32(lessOrEqual),
    'i32.ge_s': compareI32(greaterOrEqual),
    'i32.ge_u': compareU32(greaterOrEqual),
    'f32.eq': compareF32(equal),
    'f32.ne': compareF32(unequal),
    'f32.lt': compareF32(less),
    'f32.gt': compareF32(greater),
    'f32.le': compareF32(lessOrEqual),
    'f32.ge': compareF32(greaterOrEqual),
    'f64.eq': compareF64(equal),
    'f64.ne': compareF64(unequal),
    'f64.lt': compareF64(less),
    'f64.gt': compareF64(greater),
    'f64.le': compareF64(lessOrEqual),
    'f64.ge': compareF64(greaterOrEqual),

    'i32.add': binaryI32(sum),
    'i32.sub': binaryI32(difference),
    'i32.mul': binaryI32(imul),
    'i32.div_s': binary(i32, i32, i32, divideI32),
    'i32.div_u': binary(u32, u32, u32, divideU32),
    'i32.rem_s': binary(i32, i32, i32, remainder),
    'i32.rem_u': binary(u32, u32, u32, remainder),
    'i32.and': binaryI32(and),
    'i32.or': binaryI32(or),
    'i32.xor': binaryI32(xor),
    'i32.shl': binaryI32((a, count) => a << count),
    'i32.shr_s': binaryI32((a, count) => a >> count),
    'i32.shr_u': binaryI32((a, count) => a >>> count),
    'i64.or': binary(i64, i64, i64, (a, b) => a | b),
    'i64.shl': shiftI64((a, count) => a << count),
    'i64.shr_u': shiftI64((a, count) => BigInt.asUintN(64, a) >> count),

    'f32.abs': unaryF32(abs),
    'f32.neg': unaryF32(negative),
    'f32.ceil': unaryF32(ceil),
    'f32.floor': unaryF32(floor),
    'f32.trunc': unaryF32(trunc),
    'f32.nearest': unaryF32(nearest),
    'f32.sqrt': unaryF32(sqrt),
    'f32.add': binaryF32(sum),
    'f32.sub': binaryF32(difference),
    'f32.mul': binaryF32(product),
    'f32.div': binaryF32(quotient),
    'f32.min': binaryF32(min),
    'f32.max': binaryF32(max),
    'f64.abs': unaryF64(abs),
    'f64.neg': unaryF64(negative),
    'f64.ceil': unaryF64(ceil),
    'f64.floor': unaryF64(floor),
    'f64.trunc': unaryF64(trunc),
    'f64.nearest': unaryF64(nearest),
    'f64.sqrt': unaryF64(sqrt),
    'f64.add': binaryF64(sum),
    'f64.sub': binaryF64(difference),
    'f64.mul': binaryF64(product),
    'f64.div': binaryF64(quotient),
    'f64.min': binaryF64(min),
    'f64.max': binaryF64(max),

    'i32.wrap_i64': unary(i64, i32, (a) => Number(BigInt.asIntN(32, a))),
    'i64.extend_i32_s': unary(i32, i64, BigInt),
    'i64.extend_i32_u': unary(u32, i64, BigInt),
    'f32.convert_i32_s': unary(i32, f32, fround),
    'f32.demote_f64': unary(f64, f32, fround),
    'f64.convert_i32_s': unary(i32, f64, (a) => a),
    'f64.promote_f32': unary(f32, f64, (a) => a),
    'i32.reinterpret_f32': unary(f32, i32, bitsOfSingle),
    'i64.reinterpret_f64': unary(f64, i64, bitsOfDouble),
    'f32.reinterpret_i32': unary(i32, f32, singleOfBits),
    'f64.reinterpret_i64': unary(i64, f64, doubleOfBits),
    'i32.trunc_sat_f32_s': unary(f32, i32, toInt32),
    'i32.trunc_sat_f64_s': unary(f64, i32, toInt32),

    'i32x4.splat': unary(i32, i32x4, (a) => [a, a, a, a]),
    'f32x4.splat': unary(f32, f32x4, (a) => [a, a, a, a]),
    'i32x4.eq': compareI32x4(equal),
    'i32x4.ne': compareI32x4(unequal),
    'i32x4.lt_s': compareI32x4(less),
    'i32x4.gt_s': compareI32x4(greater),
    'i32x4.le_s': compareI32x4(lessOrEqual),
    'i32x4.ge_s': compareI32x4(greaterOrEqual),
    'f32x4.eq': compareF32x4(equal),
    'f32x4.ne': compareF32x4(unequal),
    'f32x4.lt': compareF32x4(less),
    'f32x4.gt': compareF32x4(greater),
    'f32x4.le': compareF32x4(lessOrEqual),
    'f32x4.ge': compareF32x4(greaterOrEqual),
    'v128.not': unaryI32x4((a) => ~a),
    'v128.and': binaryI32x4(and),
    'v128.andnot': binaryI32x4((a, b) => a & ~b),
    'v128.or': binaryI32x4(or),
    'v128.xor': binaryI32x4(xor),
    'v128.bitselect': ternary(u32x4, u32x4, u32x4, u32x4, (a, b, choice) =>
      a.map((lane, index) => ((lane & choice[index]!) | (b[index]! & ~choice[index]!)) >>> 0),
    ),
    'i8x16.narrow_i16x8_u': binary(i16x8, i16x8, u8x16, (a, b) =>
      [...a, ...b].map((lane) => saturated(lane, 0, 255)),
    ),
    'f32x4.ceil': unaryF32x4(ceil),
    'f32x4.floor': unaryF32x4(floor),
    'f32x4.trunc': unaryF32x4(trunc),
    'f32x4.nearest': unaryF32x4(nearest),
    'i16x8.narrow_i32x4_u': binary(i32x4, i32x4, u16x8, (a, b) =>
      [...a, ...b].map((lane) => saturated(lane, 0, 65_535)),
    ),
    'i16x8.extend_low_i8x16_u': unary(u8x16, u16x8, (a) => a.slice(0, 8)),
    'i32x4.abs': unaryI32x4(abs),
    'i32x4.neg': unaryI32x4(negative),
    'i32x4.extend_low_i16x8_u': unary(u16x8, i32x4, (a) => a.slice(0, 4)),
    'i32x4.shl': shiftI32x4((a, count) => a << count),
    'i32x4.shr_s': shiftI32x4((a, count) => a >> count),
    'i32x4.shr_u': shiftI32x4((a, count) => a >>> count),
    'i32x4.add': binaryI32x4(sum),
    'i32x4.sub': binaryI32x4(difference),
    'i32x4.mul': binaryI32x4(imul),
    'i32x4.min_s': binaryI32x4(min),
    'i32x4.max_s': binaryI32x4(max),
    'f32x4.abs': unaryF32x4(abs),
    'f32x4.neg': unaryF32x4(negative),
    'f32x4.sqrt': unaryF32x4(sqrt),
    'f32x4.add': binaryF32x4(sum),
    'f32x4.sub': binaryF32x4(difference),
    'f32x4.mul': binaryF32x4(product),
    'f32x4.div': binaryF32x4(quotient),
    'f32x4.min': binaryF32x4(min),
    'f32x4.max': binaryF32x4(max),
    'i32x4.trunc_sat_f32x4_s': unary(f32x4, i32x4, lanewise1(toInt32)),
    'f32x4.convert_i32x4_s': unary(i32x4, f32x4, lanewise1(fround)),
  };
