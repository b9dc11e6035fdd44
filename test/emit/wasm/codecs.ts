// Values as they lie in memory, with samples that reach the edges of their type.
import type { ValueType } from '../../../src/emit/wasm/opcodes.ts';

/** How values of one kind are written to memory and read from it. */
export interface Codec<Value> {
  /** The type that an instruction sees. */
  readonly type: ValueType | 'i64';
  readonly samples: readonly Value[];
  write(memory: DataView, at: number, value: Value): void;
  read(memory: DataView, at: number): Value;
}

const integers = [
  0,
  1,
  -1,
  2,
  3,
  31,
  33,
  255,
  -256,
  12_345,
  65_535,
  65_536,
  0x5555_5555,
  -1_000_000_007,
  2 ** 31 - 1,
  -(2 ** 31),
];

export const i32: Codec<number> = {
  type: 'i32',
  samples: integers,
  write: (memory, at, value) => memory.setInt32(at, value, true),
  read: (memory, at) => memory.getInt32(at, true),
};

/** The same bits without a sign. */
export const u32: Codec<number> = {
  type: 'i32',
  samples: integers.map((each) => each >>> 0),
  write: (memory, at, value) => memory.setUint32(at, value, true),
  read: (memory, at) => memory.getUint32(at, true),
};

export const i64: Codec<bigint> = {
  type: 'i64',
  samples: [0n, 1n, -1n, 31n, 33n, 64n, 0x1234_5678_9abc_def0n, 2n ** 62n, 2n ** 63n - 1n, -(2n ** 63n)],
  write: (memory, at, value) => memory.setBigInt64(at, value, true),
  read: (memory, at) => memory.getBigInt64(at, true),
};

export const f32: Codec<number> = {
  type: 'f32',
  samples: [
    0,
    -0,
    1,
    -1.5,
    0.5,
    -0.5,
    2.5,
    3.5,
    0.1,
    -16_777_217,
    2 ** 31,
    -(2 ** 31),
    3.4e38,
    2 ** -149,
    Infinity,
    -Infinity,
    NaN,
  ].map(Math.fround),
  write: (memory, at, value) => memory.setFloat32(at, value, true),
  read: (memory, at) => memory.getFloat32(at, true),
};

export const f64: Codec<number> = {
  type: 'f64',
  samples: [
    0,
    -0,
    1,
    -1.5,
    0.5,
    -0.5,
    2.5,
    3.5,
    0.1,
    2 ** 31,
    2 ** 31 - 0.5,
    -(2 ** 31) - 1,
    1e300,
    5e-324,
    Infinity,
    -Infinity,
    NaN,
  ],
  write: (memory, at, value) => memory.setFloat64(at, value, true),
  read: (memory, at) => memory.getFloat64(at, true),
};

const i16: Pick<Codec<number>, 'samples' | 'write' | 'read'> = {
  samples: [0, 1, -1, 254, 255, 256, 257, 1000, -1000, 2 ** 15 - 1, -(2 ** 15)],
  write: (memory, at, value) => memory.setInt16(at, value, true),
  read: (memory, at) => memory.getInt16(at, true),
};

const u16: typeof i16 = {
  samples: [0, 1, 255, 256, 2 ** 15 - 1, 2 ** 15, 2 ** 16 - 1],
  write: (memory, at, value) => memory.setUint16(at, value, true),
  read: (memory, at) => memory.getUint16(at, true),
};

const u8: typeof i16 = {
  samples: [0, 1, 2, 126, 127, 128, 129, 254, 255],
  write: (memory, at, value) => memory.setUint8(at, value),
  read: (memory, at) => memory.getUint8(at),
};

/** Vectors of lanes; every sample of a lane stands first in one vector, so that pairs of vectors pair them all. */
function vector(lane: typeof i16, lanes: number): Codec<readonly number[]> {
  const { samples } = lane;
  const indices = Array.from({ length: lanes }, (_, index) => index);
  const bytes = 16 / lanes;
  return {
    type: 'v128',
    samples: samples.map((_, first) =>
      indices.map((index) => samples[(first + index) % samples.length] ?? 0),
    ),
    write: (memory, at, values) =>
      values.forEach((value, index) => lane.write(memory, at + bytes * index, value)),
    read: (memory, at) => indices.map((index) => lane.read(memory, at + bytes * index)),
  };
}

export const i32x4 = vector(i32, 4);
export const u32x4 = vector(u32, 4);
export const f32x4 = vector(f32, 4);
export const i16x8 = vector(i16, 8);
export const u16x8 = vector(u16, 8);
export const u8x16 = vector(u8, 16);
