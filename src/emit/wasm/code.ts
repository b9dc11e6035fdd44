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

  end(): this {
    this.#opcode(opcodes.special.end);
    return this;
  }
}

const emptyBlock = 0x40;

/** A function of a module while it is written: parameters are its first locals. */
export class FunctionWriter {
  readonly name: string;
  readonly parameters: readonly WasmLocal[];
  readonly result: ValueType | null;
  /** Whether it can be called from outside by its name. */
  readonly isExported: boolean;
  /** What runs first, for constants and addresses that the whole function uses. */
  readonly entry = new Code();
  readonly body = new Code();
  readonly #locals: { readonly type: ValueType; readonly name: string }[] = [];
  readonly #parameterNames: readonly string[];

  constructor(
    name: string,
    parameters: readonly (readonly [name: string, type: ValueType])[] = [],
    result: ValueType | null = null,
    isExported = true,
  ) {
    this.name = name;
    this.result = result;
    this.isExported = isExported;
    this.parameters = parameters.map(([, type], index) => ({ index, type }));
    this.#parameterNames = parameters.map(([parameter]) => parameter);
  }

  /** A new local; its name is for readers of the text form. */
  local(type: ValueType, name: string): WasmLocal {
    const index = this.parameters.length + this.#locals.length;
    this.#locals.push({ type, name });
    return { index, type };
  }

  /** Names of parameters and locals, by index. */
  get localNames(): readonly string[] {
    return [...this.#parameterNames, ...this.#locals.map((local) => local.name)];
  }

  /** The function as the code section holds it. */
  encode(): Uint8Array {
    const runs: { type: ValueType; count: number }[] = [];
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
