// Function bodies as values: decodes code with the assembler's own table of opcodes, so that what the assembler cannot
// write is an error here.
import { InternalError } from '../../../ir/errors.ts';
import {
  opcodes,
  type LaneInstruction,
  type MemoryInstruction,
  type MemoryLaneInstruction,
  type PlainInstruction,
} from '../opcodes.ts';
import type { ByteReader } from './byte-reader.ts';

type SpecialInstruction = keyof typeof opcodes.special;

export type Instruction =
  | { readonly kind: 'plain'; readonly name: PlainInstruction }
  | {
      readonly kind: 'memory';
      readonly name: MemoryInstruction | MemoryLaneInstruction;
      /** Bytes. */
      readonly alignment: number;
      readonly offset: number;
      readonly lane: number | null;
    }
  | { readonly kind: 'lane'; readonly name: LaneInstruction; readonly lane: number }
  | { readonly kind: 'local'; readonly name: 'local.get' | 'local.set' | 'local.tee'; readonly local: number }
  | { readonly kind: 'call'; readonly target: number }
  | { readonly kind: 'branch'; readonly name: 'br' | 'br_if'; readonly depth: number }
  | { readonly kind: 'integer'; readonly name: 'i32.const' | 'i64.const'; readonly value: bigint }
  | { readonly kind: 'single'; readonly bits: number }
  | { readonly kind: 'double'; readonly bits: bigint }
  /** Four 32-bit lanes. */
  | { readonly kind: 'vector'; readonly lanes: readonly number[] }
  /** Sixteen lanes of bytes. */
  | { readonly kind: 'shuffle'; readonly lanes: readonly number[] }
  | Block;

export interface Block {
  readonly kind: 'block' | 'loop' | 'if';
  readonly body: readonly Instruction[];
  /** What runs if the condition of an `if` is 0; empty where there is no `else`. */
  readonly otherwise: readonly Instruction[];
  /** Whether any branch leads here. */
  readonly isTarget: boolean;
}

/** A block around the code that is being read. */
interface Enclosing {
  isTarget: boolean;
}

/** The instructions up to the `end` of a function's body. */
export function readBody(reader: ByteReader): readonly Instruction[] {
  return readSequence(reader, []).instructions;
}

function readSequence(
  reader: ByteReader,
  enclosing: readonly Enclosing[],
): { readonly instructions: readonly Instruction[]; readonly endedBy: 'else' | 'end' } {
  const instructions: Instruction[] = [];
  for (;;) {
    const { position } = reader;
    const opcode = readOpcode(reader);
    const special = specialNames.get(opcode);
    if (special === 'end' || special === 'else') return { instructions, endedBy: special };
    const instruction =
      special === undefined ? readTabled(reader, opcode, enclosing) : readSpecial(reader, special, enclosing);
    if (instruction === null) {
      throw new InternalError(
        'E_WASM_TEXT',
        `opcode ${printOpcode(opcode)} at offset ${position} is not in the assembler's table`,
      );
    }
    instructions.push(instruction);
  }
}

// The bytes before the opcodes of further tables: saturating conversions, vectors.
const prefixes: readonly number[] = [0xfc, 0xfd];

function readOpcode(reader: ByteReader): number {
  const first = reader.byte();
  return prefixes.includes(first) ? prefixed(first, reader.unsigned()) : first;
}

/** One number for an opcode of two parts. Opcodes behind a prefix fit into two bytes. */
function prefixed(prefix: number, opcode: number): number {
  return prefix * 0x10000 + opcode;
}

function printOpcode(opcode: number): string {
  const hexadecimal = (value: number): string => `0x${value.toString(16).padStart(2, '0')}`;
  return opcode <= 0xff
    ? hexadecimal(opcode)
    : `${hexadecimal(Math.floor(opcode / 0x10000))} ${hexadecimal(opcode % 0x10000)}`;
}

function namesByOpcode<Name extends string>(
  table: Readonly<Record<Name, readonly [number, number?]>>,
): ReadonlyMap<number, Name> {
  const names = new Map<number, Name>();
  for (const name in table) {
    const [first, second] = table[name];
    names.set(second === undefined ? first : prefixed(first, second), name);
  }
  return names;
}

const plainNames = namesByOpcode(opcodes.plain);
const memoryNames = namesByOpcode(opcodes.memory);
const memoryLaneNames = namesByOpcode(opcodes.memoryLane);
const laneNames = namesByOpcode(opcodes.lane);
const indexNames = namesByOpcode(opcodes.index);
const specialNames = namesByOpcode(opcodes.special);

/** An instruction whose immediates follow from the part of the table that it is in; null if it is in none. */
function readTabled(reader: ByteReader, opcode: number, enclosing: readonly Enclosing[]): Instruction | null {
  const plain = plainNames.get(opcode);
  if (plain !== undefined) return { kind: 'plain', name: plain };

  const memory = memoryNames.get(opcode);
  if (memory !== undefined) return { kind: 'memory', name: memory, ...readAccess(reader), lane: null };

  const memoryLane = memoryLaneNames.get(opcode);
  if (memoryLane !== undefined) {
    return { kind: 'memory', name: memoryLane, ...readAccess(reader), lane: reader.byte() };
  }

  const lane = laneNames.get(opcode);
  if (lane !== undefined) return { kind: 'lane', name: lane, lane: reader.byte() };

  const name = indexNames.get(opcode);
  switch (name) {
    case undefined:
      return null;
    case 'local.get':
    case 'local.set':
    case 'local.tee':
      return { kind: 'local', name, local: reader.unsigned() };
    case 'call':
      return { kind: 'call', target: reader.unsigned() };
    case 'br':
    case 'br_if': {
      const depth = reader.unsigned();
      const target = enclosing.at(-1 - depth);
      if (target !== undefined) target.isTarget = true;
      return { kind: 'branch', name, depth };
    }
  }
}

function readAccess(reader: ByteReader): { readonly alignment: number; readonly offset: number } {
  const alignment = 2 ** reader.unsigned();
  return { alignment, offset: reader.unsigned() };
}

function readSpecial(
  reader: ByteReader,
  name: Exclude<SpecialInstruction, 'else' | 'end'>,
  enclosing: readonly Enclosing[],
): Instruction {
  switch (name) {
    case 'block':
    case 'loop':
    case 'if':
      return readBlock(reader, name, enclosing);
    case 'i32.const':
    case 'i64.const':
      return { kind: 'integer', name, value: reader.signed() };
    case 'f32.const':
      return { kind: 'single', bits: reader.bits32() };
    case 'f64.const':
      return { kind: 'double', bits: reader.bits64() };
    case 'v128.const':
      return { kind: 'vector', lanes: Array.from({ length: 4 }, () => reader.bits32()) };
    case 'i8x16.shuffle':
      return { kind: 'shuffle', lanes: Array.from({ length: 16 }, () => reader.byte()) };
  }
}

const emptyBlockType = 0x40;

function readBlock(reader: ByteReader, kind: Block['kind'], enclosing: readonly Enclosing[]): Block {
  const { position } = reader;
  if (reader.byte() !== emptyBlockType) {
    throw new InternalError('E_WASM_TEXT', `the block type at offset ${position} is not the empty one`);
  }
  const block: Enclosing = { isTarget: false };
  const inside = [...enclosing, block];
  const { instructions, endedBy } = readSequence(reader, inside);
  const otherwise = endedBy === 'else' ? readSequence(reader, inside).instructions : [];
  return { kind, body: instructions, otherwise, isTarget: block.isTarget };
}
