// A small function for every instruction that the assembler can write, for the tests of the text form. All are called
// `single`, most leave their result in memory.
import { Code, FunctionWriter } from '../../../src/emit/wasm/code.ts';
import {
  opcodes,
  type LaneInstruction,
  type MemoryInstruction,
  type MemoryLaneInstruction,
  type ValueType,
} from '../../../src/emit/wasm/opcodes.ts';
import { plainInstructions, type Extraordinary } from './plain-instructions.ts';
import { loadOperand, resultPlace, singleInstruction, storeResult } from './single-instruction.ts';

/** The entries of a table, with the type of its names. */
export function entriesOf<Name extends string, Value>(
  table: Readonly<Record<Name, Value>>,
): readonly (readonly [name: Name, value: Value])[] {
  const entries: (readonly [Name, Value])[] = [];
  for (const name in table) entries.push([name, table[name]]);
  return entries;
}

/** The type of the value that an access moves: the first part of its name. */
export function typeOfAccess(name: MemoryInstruction | MemoryLaneInstruction): ValueType {
  if (name.startsWith('i32.')) return 'i32';
  if (name.startsWith('f32.')) return 'f32';
  return name.startsWith('f64.') ? 'f64' : 'v128';
}

/** Moves a value between the memory at an address, a parameter, and the places of operands and results. */
export function memoryFunction(name: MemoryInstruction, offset: number): FunctionWriter {
  const { writer, address } = withAddress();
  const type = typeOfAccess(name);
  if (name.includes('.store')) {
    writer.body.get(address);
    loadOperand(writer.body, type, 0);
    writer.body.memory(name, offset);
  } else {
    writer.body.i32(resultPlace).get(address).memory(name, offset);
    storeResult(writer.body, type);
  }
  return writer;
}

export function memoryLaneFunction(
  name: MemoryLaneInstruction,
  lane: number,
  offset: number,
): FunctionWriter {
  const { writer, address } = withAddress();
  const isStore = name.includes('.store');
  if (!isStore) writer.body.i32(resultPlace);
  writer.body.get(address);
  loadOperand(writer.body, 'v128', 0);
  writer.body.memoryLane(name, lane, offset);
  if (!isStore) storeResult(writer.body, 'v128');
  return writer;
}

function withAddress() {
  const writer = new FunctionWriter('single', [['address', 'i32']]);
  const [address] = writer.parameters;
  if (address === undefined) throw new Error('the function has one parameter');
  return { writer, address };
}

export function laneFunction(name: LaneInstruction, lane: number): FunctionWriter {
  const type = name.startsWith('i32x4.') ? 'i32' : 'f32';
  return name.endsWith('.replace_lane')
    ? singleInstruction({ operands: ['v128', type], result: 'v128' }, (code) => code.lane(name, lane))
    : singleInstruction({ operands: ['v128'], result: type }, (code) => code.lane(name, lane));
}

const extraordinary: Readonly<Record<Extraordinary, () => FunctionWriter>> = {
  unreachable: () => withBody((code) => code.op('unreachable')),
  return: () => withBody((code) => code.op('return')),
  drop: () => withBody((code) => code.i32(1).op('drop')),
  'f32x4.relaxed_madd': () =>
    singleInstruction({ operands: ['v128', 'v128', 'v128'], result: 'v128' }, (code) =>
      code.op('f32x4.relaxed_madd'),
    ),
};

/** What no method of the assembler writes, though its table has it. */
type Unwritten = 'br' | 'block' | 'else';

const structural: Readonly<
  Record<
    Exclude<keyof typeof opcodes.index | keyof typeof opcodes.special, Unwritten>,
    (code: Code, writer: FunctionWriter) => void
  >
> = {
  br_if: (code) => code.loop(new Code().i32(0)),
  call: (code) => code.call(0),
  'local.get': (code, writer) => code.get(writer.local('i32', 'row')).op('drop'),
  'local.set': (code, writer) => code.i32(1).set(writer.local('i32', 'row')),
  'local.tee': (code, writer) => code.i32(1).tee(writer.local('i32', 'row')).op('drop'),
  loop: (code) => code.loop(new Code().i32(0)),
  if: (code) => code.i32(1).if(new Code()),
  end: (code) => code.i32(1).if(new Code()),
  'i32.const': (code) => code.i32(7).op('drop'),
  'i64.const': (code) => code.i64(7).op('drop'),
  'f32.const': (code) => code.f32(7).op('drop'),
  'f64.const': (code) => code.f64(7).op('drop'),
  'v128.const': (code) => code.v128(7).op('drop'),
  'i8x16.shuffle': (code) => code.v128(1).v128(2).shuffle(3, 4, 1, 6).op('drop'),
};

function withBody(write: (code: Code, writer: FunctionWriter) => void): FunctionWriter {
  const writer = new FunctionWriter('single');
  write(writer.body, writer);
  return writer;
}

/** The functions, by the name of their instruction. */
export function everyInstruction(): readonly (readonly [name: string, writer: FunctionWriter])[] {
  return [
    ...entriesOf(plainInstructions).map(
      ([name, each]) => [name, singleInstruction(each, (code) => code.op(name))] as const,
    ),
    ...entriesOf(extraordinary).map(([name, write]) => [name, write()] as const),
    ...entriesOf(opcodes.memory).map(([name]) => [name, memoryFunction(name, 4)] as const),
    ...entriesOf(opcodes.memoryLane).map(([name]) => [name, memoryLaneFunction(name, 1, 4)] as const),
    ...entriesOf(opcodes.lane).map(([name]) => [name, laneFunction(name, 3)] as const),
    ...entriesOf(structural).map(([name, write]) => [name, withBody(write)] as const),
  ];
}
