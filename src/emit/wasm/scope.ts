// Where code is being written: the function, the loops around it, and what stands in locals there. A scope's code
// piece ends before the loops inside it begin, so that what does not change in a loop can still be written before it.
import { InternalError } from '../../ir/errors.ts';
import { rangeOf, type Atom, type Axis, type IndexExpression } from '../../ir/index-expression.ts';
import { bytesPerElement } from '../../ir/dtype.ts';
import type { BufferReference, Expression, Local } from '../../ir/scalar.ts';
import { Code, FunctionWriter, type WasmLocal } from './code.ts';
import type { AxisBinding, FunctionContext, LaneBuffers, ValueBinding, VectorContext } from './context.ts';
import type { ValueType } from './opcodes.ts';

/** What a local of a function is called in a function that is written inside of it: one of its parameters. */
type Import = (local: WasmLocal) => WasmLocal;

type EvaluateScalar = (expression: Expression, scope: Scope, lane: number) => void;

export class Scope {
  readonly context: FunctionContext;
  readonly code: Code;
  readonly vector: VectorContext | null;
  readonly laneBuffers: LaneBuffers;
  readonly #parent: Scope | null;
  /** Present in the outermost scope of a function that is written inside of another one. */
  readonly #import: Import | null;
  readonly #axes = new Map<Axis, AxisBinding>();
  readonly #values = new Map<Local, ValueBinding>();
  readonly #kept = new Map<string, WasmLocal>();

  private constructor(
    context: FunctionContext,
    code: Code,
    parent: Scope | null,
    vector: VectorContext | null,
    laneBuffers: LaneBuffers,
    bring: Import | null = null,
  ) {
    this.context = context;
    this.code = code;
    this.#parent = parent;
    this.vector = vector;
    this.laneBuffers = laneBuffers;
    this.#import = bring;
  }

  /** The scope of a whole function. */
  static of(context: FunctionContext): Scope {
    return new Scope(context, context.writer.body, null, null, new Set());
  }

  /** The body of a loop, or of anything that may run any number of times. */
  inner(): Scope {
    return new Scope(this.context, new Code(), this, this.vector, this.laneBuffers);
  }

  /** The body of a loop whose iterations run in vectors. */
  vectorised(vector: VectorContext, laneBuffers: LaneBuffers = this.laneBuffers): Scope {
    return new Scope(this.context, new Code(), this, vector, laneBuffers);
  }

  /**
   * Writes code as a function of its own, and calls it here with what it uses of this one. V8 gives registers out
   * function by function: a loop that needs them all spills when another one like it stands beside it.
   */
  outlined(name: string, write: (inside: Scope) => void): void {
    for (let places = 12; ; places *= 4) {
      const writer = new FunctionWriter(name, [], null, { isExported: false, places });
      const given = this.#writeFunction(writer, write);
      // How much the code uses of this function is known once it is written; places are rarely too few.
      if (given.length > places) continue;
      for (const local of given) this.code.get(local);
      this.code.call(this.context.define(writer));
      return;
    }
  }

  /** Writes code into a function inside of this one; returns the locals of this one that its parameters stand for. */
  #writeFunction(writer: FunctionWriter, write: (inside: Scope) => void): readonly WasmLocal[] {
    const brought = new Map<number, WasmLocal>();
    const given: WasmLocal[] = [];
    const bring: Import = (local) => {
      const known = brought.get(local.index);
      if (known !== undefined) return known;
      const own = writer.parameter(local.type, 'given') ?? writer.local(local.type, 'given');
      brought.set(local.index, own);
      given.push(local);
      return own;
    };
    const context: FunctionContext = {
      ...this.context,
      writer,
      addressOf: (buffer) => {
        const { base, offset } = this.context.addressOf(buffer);
        return { base: base && bring(base), offset };
      },
    };
    write(new Scope(context, writer.body, this, this.vector, this.laneBuffers, bring));
    return given;
  }

  /** A local of the functions around, as this one has it. */
  brought(local: WasmLocal): WasmLocal {
    if (this.#import !== null) return this.#import(local);
    return this.#parent === null ? local : this.#parent.brought(local);
  }

  bindAxis(axis: Axis, binding: AxisBinding): void {
    this.#axes.set(axis, binding);
  }

  bindValue(local: Local, binding: ValueBinding): void {
    this.#values.set(local, binding);
  }

  axis(axis: Axis): AxisBinding {
    if (axis.extent === 1) return { local: null, offset: 0 };
    const own = this.#axes.get(axis);
    if (own !== undefined) return own;
    if (this.#parent === null) {
      throw new InternalError('E_EMIT', `the loop variable "${axis.name}" is not in scope`);
    }
    const { local, offset } = this.#parent.axis(axis);
    return { local: local && this.#import !== null ? this.#import(local) : local, offset };
  }

  value(local: Local): ValueBinding {
    return this.#find(local).binding;
  }

  #find(local: Local): { readonly scope: Scope; readonly binding: ValueBinding } {
    const binding = this.#values.get(local);
    if (binding !== undefined) return { scope: this, binding };
    if (this.#parent === null) {
      throw new InternalError('E_EMIT', `the value "${local.name}" is not in scope`);
    }
    const found = this.#parent.#find(local);
    if (this.#import === null) return found;
    return { scope: this, binding: { ...found.binding, locals: found.binding.locals.map(this.#import) } };
  }

  /** A local that is computed once, in this scope, and found again under its key by this scope and those inside. */
  kept(key: string, type: ValueType, name: string, compute: (code: Code) => void): WasmLocal {
    const known = this.#findKept(key);
    if (known !== undefined) return known;
    const local = this.context.writer.local(type, name);
    compute(this.code);
    this.code.set(local);
    this.#kept.set(key, local);
    return local;
  }

  /** The scope around, if it is of the same function. */
  #outer(): Scope | null {
    return this.#import === null ? this.#parent : null;
  }

  #findKept(key: string): WasmLocal | undefined {
    const outer = this.#outer();
    return this.#kept.get(key) ?? (outer === null ? undefined : outer.#findKept(key));
  }

  /**
   * Puts four times one 32-bit pattern on the stack. V8 makes a vector constant anew at every use: that is cheap for
   * zero alone, all others are kept in locals.
   */
  pushVector(bits: number): void {
    if (bits === 0) this.code.v128(0);
    else this.code.get(this.#root().#constant(`v128 ${bits}`, (code) => code.v128(bits)));
  }

  /** Four 32-bit integers. */
  constantLanes(lanes: readonly [number, number, number, number]): WasmLocal {
    return this.#root().#constant(`v128 ${lanes.join()}`, (code) => code.v128Lanes(lanes));
  }

  #root(): Scope {
    const outer = this.#outer();
    return outer === null ? this : outer.#root();
  }

  #constant(key: string, write: (code: Code) => void): WasmLocal {
    const known = this.#kept.get(key);
    if (known !== undefined) return known;
    const { writer } = this.context;
    const local = writer.local('v128', 'constant');
    write(writer.entry);
    writer.entry.set(local);
    this.#kept.set(key, local);
    return local;
  }

  /** A uniform value of the kernel in all four lanes, computed where the value itself was. */
  splatOf(local: Local, splat: (code: Code) => void): WasmLocal {
    const { scope, binding } = this.#find(local);
    const [value] = binding.locals;
    if (value === undefined) throw new InternalError('E_EMIT', `${local.name} has no value`);
    return scope.kept(`splat ${value.index}`, 'v128', `${local.name}Splat`, (code) => {
      code.get(value);
      splat(code);
    });
  }

  /**
   * Puts the part of `index · bytes` that is not a number on the stack and returns the number. What does not depend
   * on the innermost loop is computed before it.
   */
  pushScaled(index: IndexExpression, bytes: number, evaluate: EvaluateScalar, lane = 0): number {
    let offset = index.offset * bytes;
    const plain: { readonly local: WasmLocal; readonly factor: number }[] = [];
    const special: { readonly atom: Atom; readonly factor: number }[] = [];
    for (const { atom, coefficient } of index.terms) {
      const factor = coefficient * bytes;
      if (atom.kind !== 'axis') {
        special.push({ atom, factor });
        continue;
      }
      const binding = this.axis(atom.axis);
      const isLaneAxis = atom.axis === this.vector?.axis;
      offset += factor * (binding.offset + (isLaneAxis ? lane : 0));
      if (binding.local !== null) plain.push({ local: binding.local, factor });
    }
    let pushed = 0;
    if (plain.length > 0) {
      this.code.get(this.#sum(plain));
      pushed++;
    }
    for (const { atom, factor } of special) {
      this.#pushAtom(atom, evaluate, lane);
      this.#scale(this.code, factor);
      if (pushed++ > 0) this.code.op('i32.add');
    }
    if (pushed === 0) this.code.i32(0);
    return offset;
  }

  /** `Σ local · factor` in a local of the outermost scope that has all the locals. */
  #sum(terms: readonly { readonly local: WasmLocal; readonly factor: number }[]): WasmLocal {
    const [only, ...more] = terms;
    if (only !== undefined && more.length === 0 && only.factor === 1) return only.local;
    const ordered = terms.toSorted((a, b) => this.#levelOf(a.local) - this.#levelOf(b.local));
    const last = ordered.at(-1);
    if (last === undefined) throw new InternalError('E_EMIT', 'a sum of nothing');
    const before = ordered.slice(0, -1);
    const home = this.#ancestor(this.#levelOf(last.local));
    const key = ordered.map(({ local, factor }) => `${local.index}*${factor}`).join('+');
    const prefix = before.length > 0 ? home.#sum(before) : null;
    return home.kept(`sum ${key}`, 'i32', 'at', (code) => {
      code.get(last.local);
      home.#scale(code, last.factor);
      if (prefix !== null) code.get(prefix).op('i32.add');
    });
  }

  readonly #homes = new Map<number, number>();

  /** Makes a local known as one that changes with this scope's loop. */
  ownLocal(type: ValueType, name: string): WasmLocal {
    const local = this.context.writer.local(type, name);
    this.#homes.set(local.index, this.#depth());
    return local;
  }

  #depth(): number {
    const outer = this.#outer();
    return outer === null ? 0 : outer.#depth() + 1;
  }

  /** The depth of the scope in which a local gets its value. */
  #levelOf(local: WasmLocal): number {
    const outer = this.#outer();
    return this.#homes.get(local.index) ?? (outer === null ? 0 : outer.#levelOf(local));
  }

  #ancestor(depth: number): Scope {
    const outer = this.#outer();
    return outer === null || this.#depth() <= depth ? this : outer.#ancestor(depth);
  }

  #scale(code: Code, factor: number): void {
    if (factor === 1) return;
    const shift = Math.log2(factor);
    if (Number.isInteger(shift)) code.i32(shift).op('i32.shl');
    else code.i32(factor).op('i32.mul');
  }

  #pushAtom(atom: Atom, evaluate: EvaluateScalar, lane: number): void {
    const { code } = this;
    switch (atom.kind) {
      case 'axis':
        throw new InternalError('E_EMIT', 'loop variables are summed on their own');
      case 'dynamic':
        evaluate(atom.value, this, lane);
        return;
      case 'clamped': {
        const value = this.context.writer.local('i32', 'index');
        this.pushIndex(atom.of, evaluate, lane);
        code.tee(value).i32(atom.low).get(value).i32(atom.low).op('i32.gt_s').op('select');
        code.tee(value).i32(atom.high).get(value).i32(atom.high).op('i32.lt_s').op('select');
        return;
      }
      case 'quotient':
        this.pushIndex(atom.of, evaluate, lane);
        if (rangeOf(atom.of).low >= 0) {
          code.i32(atom.by).op('i32.div_u');
          return;
        }
        this.#roundDown(atom.by);
        code.i32(atom.by).op('i32.div_s');
        return;
      case 'remainder':
        this.pushIndex(atom.of, evaluate, lane);
        code.i32(atom.by);
        if (rangeOf(atom.of).low >= 0) {
          code.op('i32.rem_u');
          return;
        }
        code.op('i32.rem_s').i32(atom.by).op('i32.add').i32(atom.by).op('i32.rem_s');
        return;
    }
  }

  /** Makes a quotient that truncates round down: what is negative gets `by - 1` less. */
  #roundDown(by: number): void {
    const value = this.context.writer.local('i32', 'index');
    this.code
      .tee(value)
      .get(value)
      .i32(31)
      .op('i32.shr_s')
      .i32(by - 1)
      .op('i32.and')
      .op('i32.sub');
  }

  /** Puts the value of an index on the stack, for one lane. */
  pushIndex(index: IndexExpression, evaluate: EvaluateScalar, lane = 0): void {
    const offset = this.pushScaled(index, 1, evaluate, lane);
    if (offset !== 0) this.code.i32(offset).op('i32.add');
  }

  /** Puts an element's address on the stack, but for the offset that it returns: an immediate of the access. */
  pushAddress(buffer: BufferReference, index: IndexExpression, evaluate: EvaluateScalar, lane = 0): number {
    const { base, offset: start } = this.context.addressOf(buffer);
    const bytes = this.laneBuffers.has(buffer)
      ? 16 * (this.vector?.vectors ?? 1)
      : bytesPerElement[buffer.dtype];
    const offset = start + this.pushScaled(index, bytes, evaluate, lane);
    if (base !== null) this.code.get(base).op('i32.add');
    // Addresses are unsigned: what an immediate is added to must not be negative.
    if (offset >= 0 && rangeOf({ terms: index.terms, offset: 0 }).low >= 0) return offset;
    this.code.i32(offset).op('i32.add');
    return 0;
  }
}
