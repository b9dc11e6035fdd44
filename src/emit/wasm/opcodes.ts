// The instructions that the emitter uses, by name, with their encoding and the kind of their immediates: one table
// for the assembler and for the text form. Numbers are those of the WebAssembly specification 2.0 with relaxed SIMD.

/** Instructions without immediates. */
const plain = {
  unreachable: [0x00],
  return: [0x0f],
  drop: [0x1a],
  select: [0x1b],

  'i32.eqz': [0x45],
  'i32.eq': [0x46],
  'i32.ne': [0x47],
  'i32.lt_s': [0x48],
  'i32.lt_u': [0x49],
  'i32.gt_s': [0x4a],
  'i32.gt_u': [0x4b],
  'i32.le_s': [0x4c],
  'i32.le_u': [0x4d],
  'i32.ge_s': [0x4e],
  'i32.ge_u': [0x4f],
  'f32.eq': [0x5b],
  'f32.ne': [0x5c],
  'f32.lt': [0x5d],
  'f32.gt': [0x5e],
  'f32.le': [0x5f],
  'f32.ge': [0x60],
  'f64.eq': [0x61],
  'f64.ne': [0x62],
  'f64.lt': [0x63],
  'f64.gt': [0x64],
  'f64.le': [0x65],
  'f64.ge': [0x66],

  'i32.add': [0x6a],
  'i32.sub': [0x6b],
  'i32.mul': [0x6c],
  'i32.div_s': [0x6d],
  'i32.div_u': [0x6e],
  'i32.rem_s': [0x6f],
  'i32.rem_u': [0x70],
  'i32.and': [0x71],
  'i32.or': [0x72],
  'i32.xor': [0x73],
  'i32.shl': [0x74],
  'i32.shr_s': [0x75],
  'i32.shr_u': [0x76],
  'i64.or': [0x84],
  'i64.shl': [0x86],
  'i64.shr_u': [0x88],

  'f32.abs': [0x8b],
  'f32.neg': [0x8c],
  'f32.ceil': [0x8d],
  'f32.floor': [0x8e],
  'f32.trunc': [0x8f],
  'f32.nearest': [0x90],
  'f32.sqrt': [0x91],
  'f32.add': [0x92],
  'f32.sub': [0x93],
  'f32.mul': [0x94],
  'f32.div': [0x95],
  'f32.min': [0x96],
  'f32.max': [0x97],
  'f64.abs': [0x99],
  'f64.neg': [0x9a],
  'f64.ceil': [0x9b],
  'f64.floor': [0x9c],
  'f64.trunc': [0x9d],
  'f64.nearest': [0x9e],
  'f64.sqrt': [0x9f],
  'f64.add': [0xa0],
  'f64.sub': [0xa1],
  'f64.mul': [0xa2],
  'f64.div': [0xa3],
  'f64.min': [0xa4],
  'f64.max': [0xa5],

  'i32.wrap_i64': [0xa7],
  'i64.extend_i32_s': [0xac],
  'i64.extend_i32_u': [0xad],
  'f32.convert_i32_s': [0xb2],
  'f32.demote_f64': [0xb6],
  'f64.convert_i32_s': [0xb7],
  'f64.promote_f32': [0xbb],
  'i32.reinterpret_f32': [0xbc],
  'i64.reinterpret_f64': [0xbd],
  'f32.reinterpret_i32': [0xbe],
  'f64.reinterpret_i64': [0xbf],
  'i32.trunc_sat_f32_s': [0xfc, 0],
  'i32.trunc_sat_f64_s': [0xfc, 2],

  'i32x4.splat': [0xfd, 17],
  'f32x4.splat': [0xfd, 19],
  'i32x4.eq': [0xfd, 55],
  'i32x4.ne': [0xfd, 56],
  'i32x4.lt_s': [0xfd, 57],
  'i32x4.gt_s': [0xfd, 59],
  'i32x4.le_s': [0xfd, 61],
  'i32x4.ge_s': [0xfd, 63],
  'f32x4.eq': [0xfd, 65],
  'f32x4.ne': [0xfd, 66],
  'f32x4.lt': [0xfd, 67],
  'f32x4.gt': [0xfd, 68],
  'f32x4.le': [0xfd, 69],
  'f32x4.ge': [0xfd, 70],
  'v128.not': [0xfd, 77],
  'v128.and': [0xfd, 78],
  'v128.andnot': [0xfd, 79],
  'v128.or': [0xfd, 80],
  'v128.xor': [0xfd, 81],
  'v128.bitselect': [0xfd, 82],
  'i8x16.narrow_i16x8_u': [0xfd, 102],
  'f32x4.ceil': [0xfd, 103],
  'f32x4.floor': [0xfd, 104],
  'f32x4.trunc': [0xfd, 105],
  'f32x4.nearest': [0xfd, 106],
  'i16x8.narrow_i32x4_u': [0xfd, 134],
  'i16x8.extend_low_i8x16_u': [0xfd, 137],
  'i32x4.abs': [0xfd, 160],
  'i32x4.neg': [0xfd, 161],
  'i32x4.extend_low_i16x8_u': [0xfd, 169],
  'i32x4.shl': [0xfd, 171],
  'i32x4.shr_s': [0xfd, 172],
  'i32x4.shr_u': [0xfd, 173],
  'i32x4.add': [0xfd, 174],
  'i32x4.sub': [0xfd, 177],
  'i32x4.mul': [0xfd, 181],
  'i32x4.min_s': [0xfd, 182],
  'i32x4.max_s': [0xfd, 184],
  'f32x4.abs': [0xfd, 224],
  'f32x4.neg': [0xfd, 225],
  'f32x4.sqrt': [0xfd, 227],
  'f32x4.add': [0xfd, 228],
  'f32x4.sub': [0xfd, 229],
  'f32x4.mul': [0xfd, 230],
  'f32x4.div': [0xfd, 231],
  'f32x4.min': [0xfd, 232],
  'f32x4.max': [0xfd, 233],
  'i32x4.trunc_sat_f32x4_s': [0xfd, 248],
  'f32x4.convert_i32x4_s': [0xfd, 250],
  'f32x4.relaxed_madd': [0xfd, 0x105],
} as const;

/** Loads and stores: the immediates are the alignment, as its binary logarithm, and a byte offset. */
const memory = {
  'i32.load': [0x28],
  'f32.load': [0x2a],
  'f64.load': [0x2b],
  'i32.load8_u': [0x2d],
  'i32.store': [0x36],
  'f32.store': [0x38],
  'f64.store': [0x39],
  'i32.store8': [0x3a],
  'v128.load': [0xfd, 0],
  'v128.load32_splat': [0xfd, 9],
  'v128.store': [0xfd, 11],
  'v128.load32_zero': [0xfd, 92],
} as const;

/** Loads and stores of one lane: alignment, byte offset and lane. */
const memoryLane = {
  'v128.load32_lane': [0xfd, 86],
  'v128.store32_lane': [0xfd, 90],
  'v128.store64_lane': [0xfd, 91],
} as const;

/** The immediate is a lane. */
const lane = {
  'i32x4.extract_lane': [0xfd, 27],
  'i32x4.replace_lane': [0xfd, 28],
  'f32x4.extract_lane': [0xfd, 31],
  'f32x4.replace_lane': [0xfd, 32],
} as const;

/** The immediate is an index: of a local, a function, or an enclosing block. */
const index = {
  br: [0x0c],
  br_if: [0x0d],
  call: [0x10],
  'local.get': [0x20],
  'local.set': [0x21],
  'local.tee': [0x22],
} as const;

/** What has an encoding of its own: block types, constants, sixteen lanes. */
const special = {
  block: [0x02],
  loop: [0x03],
  if: [0x04],
  else: [0x05],
  end: [0x0b],
  'i32.const': [0x41],
  'i64.const': [0x42],
  'f32.const': [0x43],
  'f64.const': [0x44],
  'v128.const': [0xfd, 12],
  'i8x16.shuffle': [0xfd, 13],
} as const;

export const opcodes = { plain, memory, memoryLane, lane, index, special } as const;

export type PlainInstruction = keyof typeof plain;
export type MemoryInstruction = keyof typeof memory;
export type MemoryLaneInstruction = keyof typeof memoryLane;
export type LaneInstruction = keyof typeof lane;

export type ValueType = 'i32' | 'f32' | 'f64' | 'v128';

export const valueTypeCodes: Readonly<Record<ValueType, number>> = {
  i32: 0x7f,
  f32: 0x7d,
  f64: 0x7c,
  v128: 0x7b,
};

/** The natural alignment of an access: bytes as a binary logarithm. */
export const alignmentOf: Readonly<Record<MemoryInstruction | MemoryLaneInstruction, number>> = {
  'i32.load': 2,
  'f32.load': 2,
  'f64.load': 3,
  'i32.load8_u': 0,
  'i32.store': 2,
  'f32.store': 2,
  'f64.store': 3,
  'i32.store8': 0,
  // Vectors may start at any element.
  'v128.load': 2,
  'v128.load32_splat': 2,
  'v128.store': 2,
  'v128.load32_zero': 0,
  'v128.load32_lane': 2,
  'v128.store32_lane': 0,
  'v128.store64_lane': 2,
};
