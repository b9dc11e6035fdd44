// The assembler's function bodies: typed locals and straight-line code with loops. Code is written into pieces, so
// that what a loop needs before it can still be added while its body is written.
import { ByteWriter } from './bytes.ts';
import {
  alignmentOf,
  opcodes,
  valueTypeCodes,
  type LaneInstruction,
  type MemoryInstruction,
  type MemoryLaneInstruction,
  type PlainInstruction,
  type ValueType,
} from './opcodes.ts';

/** A local of a function: its index and its type. */
export interface WasmLocal {
  readonly index: number;
  readonly type: ValueType;
}

/** One run of instructions. */
export class Code {
  readonly #bytes = new ByteWriter();

  get bytes(): Uint8Array {
    return this.#bytes.view();
  }

  #opcode(code: readonly number[]): void {
    const [first = 0, second] = code;
    this.#bytes.byte(first);
    if (second !== undefined) this.#bytes.unsigned(second);
  }

  op(name: PlainInstruction): this {
    this.#opcode(opcodes.plain[name]);
    return this;
  }

  get(local: WasmLocal): this {
    return this.#indexed('local.get', local.index);
  }

  set(local: WasmLocal): this {
    return this.#indexed('local.set', local.index);
  }

  tee(local: WasmLocal): this {
    return this.#indexed('local.tee', local.index);
  }

  /** Calls a function by its index in the module. */
  call(index: number): this {
    return this.#indexed('call', index);
  }

  #indexed(name: keyof typeof opcodes.index, index: number): this {
    this.#opcode(opcodes.index[name]);
    this.#bytes.unsigned(index);
    return this;
  }

  i32(value: number): this {
    this.#opcode(opcodes.special['i32.const']);
    this.#bytes.signed(value);
    return this;
  }

  i64(value: number): this {
    this.#opcode(opcodes.special['i64.const']);
    this.#bytes.signed(value);
    return this;
  }

  f32(value: number): this {
    this.#opcode(opcodes.special['f32.const']);
    this.#bytes.float32(value);
    return this;
  }

  f64(value: number): this {
    this.#opcode(opcodes.special['f64.const']);
    this.#bytes.float64(value);
    return this;
  }

  /** Four times one 32-bit pattern. */
  v128(bits: number): this {
    return this.v128Lanes([bits, bits, bits, bits]);
  }

  /** Four 32-bit integers. */
  v128Lanes(lanes: readonly [number, number, number, number]): this {
    this.#opcode(opcodes.special['v128.const']);
    this.#bytes.lanes(lanes);
    return this;
  }

  /** A load or store at the address on the stack plus `offset`. */
  memory(name: MemoryInstruction, offset = 0): this {
    this.#opcode(opcodes.memory[name]);
    this.#bytes.unsigned(alignmentOf[name]);
    this.#bytes.unsigned(offset);
    return this;
  }

  memoryLane(name: MemoryLaneInstruction, lane: number, offset = 0): this {
    this.#opcode(opcodes.memoryLane[name]);
    this.#bytes.unsigned(alignmentOf[name]);
    this.#bytes.unsigned(offset);
    this.#bytes.byte(lane);
    return this;
  }

  lane(name: LaneInstruction, lane: number): this {
    this.#opcode(opcodes.lane[name]);
    this.#bytes.byte(lane);
    return this;
  }

  /** Four 32-bit lanes chosen from those of two vectors: 0…3 of the first, 4…7 of the second. */
  shuffle(a: number, b: number, c: number, d: number): this {
    this.#opcode(opcodes.special['i8x16.shuffle']);
    for (const word of [a, b, c, d]) for (let byte = 0; byte < 4; byte++) this.#bytes.byte(4 * word + byte);
    return this;
  }

  /** Puts a copy of another piece here. */
  append(piece: Code): this {
    this.#bytes.append(piece.bytes);
    return this;
  }

  /** `do body while (the i32 that the body leaves is not 0)`. */
  loop(body: Code): this {
    this.#opcode(opcodes.special.loop);
    this.#bytes.byte(emptyBlock);
    this.append(body).#indexed('br_if', 0).#opcode(opcodes.special.end);
    return this;
  }

  /** Runs a piece if the i32 on the stack is not 0. */
  if(body: Code): this {
    this.#opcode(opcodes.special.if);
    this.#bytes.byte(emptyBlock);
    this.append(body).#opcode(opcodes.special.end);
    return this;
  }
}

const emptyBlock = 0x40;

export interface FunctionOptions {
  /** Whether it can be called from outside by its name; default true. */
  readonly isExported?: boolean;
  /** Places for parameters that are found out while the function is written; default none. */
  readonly places?: number;
}

/** A function of a module while it is written: parameters are its first locals. */
export class FunctionWriter {
  readonly name: string;
  readonly result: ValueType | null;
  readonly isExported: boolean;
  /** What runs first, for constants and addresses that the whole function uses. */
  readonly entry = new Code();
  readonly body = new Code();
  readonly #parameters: { readonly local: WasmLocal; readonly name: string }[];
  /** Locals before those of the function's own: parameters, and places that none was found for. */
  readonly #reserved: number;
  readonly #locals: { readonly type: ValueType; readonly name: string }[] = [];
  readonly #free = new Map<string, WasmLocal[]>();

  constructor(
    name: string,
    parameters: readonly (readonly [name: string, type: ValueType])[] = [],
    result: ValueType | null = null,
    { isExported = true, places = 0 }: FunctionOptions = {},
  ) {
    this.name = name;
    this.result = result;
    this.isExported = isExported;
    this.#parameters = parameters.map(([own, type], index) => ({ local: { index, type }, name: own }));
    this.#reserved = parameters.length + places;
  }

  get parameters(): readonly WasmLocal[] {
    return this.#parameters.map(({ local }) => local);
  }

  /** One more parameter; undefined when all places are taken. */
  parameter(type: ValueType, name: string): WasmLocal | undefined {
    if (this.#parameters.length === this.#reserved) return undefined;
    const local = { index: this.#parameters.length, type };
    this.#parameters.push({ local, name });
    return local;
  }

  /** A local that nothing else uses; its name is for readers of the text form. */
  local(type: ValueType, name: string): WasmLocal {
    const free = this.#free.get(`${type} ${name}`)?.pop();
    if (free !== undefined) return free;
    const index = this.#reserved + this.#locals.length;
    this.#locals.push({ type, name });
    return { index, type };
  }

  /** Gives a local back, whose value nothing reads any more: the next one of its name takes its place. */
  release({ index, type }: WasmLocal): void {
    const name = this.#locals[index - this.#reserved]?.name;
    if (name === undefined) return;
    const key = `${type} ${name}`;
    const free = this.#free.get(key) ?? [];
    free.push({ index, type });
    this.#free.set(key, free);
  }

  /** Names of parameters and locals, by index. */
  get localNames(): readonly string[] {
    const unused = Array.from({ length: this.#reserved - this.#parameters.length }, () => 'unused');
    return [...this.#parameters, ...unused.map((name) => ({ name })), ...this.#locals].map(
      ({ name }) => name,
    );
  }

  /** The function as the code section holds it. */
  encode(): Uint8Array {
    const unused = this.#reserved - this.#parameters.length;
    const runs: { type: ValueType; count: number }[] = unused > 0 ? [{ type: 'i32', count: unused }] : [];
    for (const { type } of this.#locals) {
      const last = runs.at(-1);
      if (last?.type === type) last.count++;
      else runs.push({ type, count: 1 });
    }
    const bytes = new ByteWriter();
    bytes.unsigned(runs.length);
    for (const { type, count } of runs) {
      bytes.unsigned(count);
      bytes.byte(valueTypeCodes[type]);
    }
    bytes.append(this.entry.bytes);
    bytes.append(this.body.bytes);
    bytes.append(opcodes.special.end);
    return bytes.view();
  }
}
