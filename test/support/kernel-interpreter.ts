// A slow, direct interpreter of the kernel IR: every statement as its comment in src/kernels/kernel.ts defines it,
// every result rounded to its type, every index checked. It shares nothing with the emitters, so it can judge them;
// run inside an arena it shows a wrong plan as wrong numbers.
import { allocate, bytesPerElement, type DType } from '../../src/ir/dtype.ts';
import type { Axis, IndexExpression } from '../../src/ir/index-expression.ts';
import type { Combiner } from '../../src/ir/lowering.ts';
import type {
  BinaryInstruction,
  BufferReference,
  CompareInstruction,
  Expression,
  Local,
  ScalarFunction,
  UnaryInstruction,
} from '../../src/ir/scalar.ts';
import { initialOf } from '../../src/ops/reduce.ts';
import {
  laneCount,
  type Buffer,
  type Contraction,
  type Kernel,
  type KernelProgram,
  type Loop,
  type Reduction,
  type Scatter,
  type Statement,
} from '../../src/kernels/kernel.ts';
import type { EntryPlan } from '../../src/plan/plan.ts';

export type Elements = Float32Array | Float64Array | Int32Array | Uint8Array;

/** Where the elements of every buffer are. */
export type Memory = ReadonlyMap<BufferReference, Elements>;

/** Every buffer in memory of its own, filled with what no kernel expects. */
export function separateMemory(program: KernelProgram): Memory {
  return new Map(program.buffers.map((buffer) => [buffer, poison(allocate(buffer.dtype, buffer.length))]));
}

/** Every buffer at its place in one arena. */
export function arenaMemory(plan: EntryPlan): Memory {
  const arena = new Uint8Array(plan.arenaBytes).fill(0xff).buffer;
  return new Map(
    plan.placements.map(({ buffer, offset }) => [buffer, viewOf(arena, buffer, offset)] as const),
  );
}

function viewOf(arena: ArrayBuffer, { dtype, length }: Buffer, offset: number): Elements {
  switch (dtype) {
    case 'f32':
      return new Float32Array(arena, offset, length);
    case 'f64':
      return new Float64Array(arena, offset, length);
    case 'i32':
      return new Int32Array(arena, offset, length);
    case 'bool':
      return new Uint8Array(arena, offset, length * bytesPerElement.bool);
  }
}

function poison(elements: Elements): Elements {
  new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength).fill(0xff);
  return elements;
}

/** What keeping a result in a type does to it. */
const round: Readonly<Record<DType, (x: number) => number>> = {
  f32: Math.fround,
  f64: (x) => x,
  i32: (x) => x | 0,
  bool: Number,
};

/** Runs kernels in order. @throws {Error} for an index outside its buffer or a dynamic index outside its promise */
export function runKernels(kernels: readonly Kernel[], memory: Memory): void {
  for (const kernel of kernels) runKernel(kernel, memory);
}

function runKernel(kernel: Kernel, memory: Memory): void {
  const scratch = kernel.scratch.map((buffer) => [buffer, allocate(buffer.dtype, buffer.length)] as const);
  const machine: Machine = {
    kernel,
    memory: new Map<BufferReference, Elements>([...memory, ...scratch]),
    axes: new Map(),
    locals: new Map(),
  };
  for (const [, elements] of scratch) poison(elements);
  const isDivisible = kernel.body.filter(({ kind }) => kind !== 'let').length === 1;
  for (const statement of kernel.body) {
    // Scratch is private to an iteration of the outermost loop: what is left there from another is not to be read.
    // Only a kernel that threads cannot divide, of several statements, hands it from one loop to the next.
    const clear = (): void => scratch.forEach(([, elements]) => poison(elements));
    compileStatement(statement, machine, isDivisible && isNest(statement) ? clear : () => undefined)();
  }
}

function isNest(statement: Statement): boolean {
  return statement.kind === 'loop' && statement.body.some((each) => each.kind === 'loop');
}

/** One mutable number: a loop variable, a local, a parameter. */
interface Cell {
  value: number;
}

interface Machine {
  readonly kernel: Kernel;
  readonly memory: Memory;
  readonly axes: Map<Axis, Cell>;
  readonly locals: Map<Local, Cell>;
}

type Run = () => void;
type Evaluate = () => number;

function cellOf<K>(cells: Map<K, Cell>, key: K): Cell {
  const cell = cells.get(key) ?? { value: Number.NaN };
  cells.set(key, cell);
  return cell;
}

function compileStatement(statement: Statement, machine: Machine, each: Run): Run {
  switch (statement.kind) {
    case 'let': {
      const value = compile(statement.value, machine);
      const cell = cellOf(machine.locals, statement.local);
      return () => {
        cell.value = value();
      };
    }
    case 'store': {
      const value = compile(statement.value, machine);
      const index = compileIndex(statement.index, machine);
      const elements = elementsOf(statement.buffer, machine);
      const { dtype } = statement.buffer;
      return () => {
        const result = value();
        elements[inside(index(), statement.buffer, machine)] = round[dtype](result);
      };
    }
    case 'loop':
      return compileLoop(statement, machine, each);
    case 'contraction':
      return compileContraction(statement, machine);
    case 'scatter':
      return compileScatter(statement, machine);
  }
}

function compileAll(statements: readonly Statement[], machine: Machine): Run {
  const runs = statements.map((statement) => compileStatement(statement, machine, () => undefined));
  return () => {
    for (const run of runs) run();
  };
}

const combine: Readonly<Record<Combiner, (a: number, b: number, type: DType) => number>> = {
  sum: (a, b, type) => round[type](a + b),
  product: (a, b, type) => (type === 'i32' ? Math.imul(a, b) : round[type](a * b)),
  max: (a, b) => Math.max(a, b),
  min: (a, b) => Math.min(a, b),
};

function compileLoop(loop: Loop, machine: Machine, each: Run): Run {
  const axis = cellOf(machine.axes, loop.axis);
  const folds = loop.folds.map((fold) => ({
    cell: cellOf(machine.locals, fold.local),
    initial: compile(fold.initial, machine),
    next: compile(fold.next, machine),
  }));
  const body = compileAll(loop.body, machine);
  const reductions = loop.reductions.map((reduction) => compileReduction(reduction, machine));
  return () => {
    for (const fold of folds) fold.cell.value = fold.initial();
    for (const reduction of reductions) reduction.start();
    for (let position = 0; position < loop.axis.extent; position++) {
      each();
      axis.value = position;
      body();
      for (const reduction of reductions) reduction.gather(position);
      for (const fold of folds) fold.cell.value = fold.next();
    }
    for (const reduction of reductions) reduction.finish();
  };
}

interface Gathering {
  start(): void;
  gather(position: number): void;
  finish(): void;
}

function compileReduction(reduction: Reduction, machine: Machine): Gathering {
  const { combiner, order, local } = reduction;
  const cell = cellOf(machine.locals, local);
  const contribution = compile(reduction.contribution, machine);
  const join = (a: number, b: number): number => combine[combiner](a, b, local.type);
  const initial = initialOf(combiner, local.type);
  const count = order === 'lanes' ? laneCount : 1;
  const lanes = Array.from({ length: count }, () => initial);
  const lane = (position: number): number => lanes[position] ?? initial;
  return {
    start: () => lanes.fill(initial),
    gather: (position) => {
      lanes[position % count] = join(lane(position % count), contribution());
    },
    finish: () => {
      if (order === 'ascending') {
        cell.value = lane(0);
        return;
      }
      const even = join(join(lane(0), lane(4)), join(lane(2), lane(6)));
      const odd = join(join(lane(1), lane(5)), join(lane(3), lane(7)));
      cell.value = join(even, odd);
    },
  };
}

/** Nested loops over axes, in row-major order. */
function compileNest(axes: readonly Axis[], machine: Machine, body: Run): Run {
  return axes.toReversed().reduce<Run>((inner, axis) => {
    const cell = cellOf(machine.axes, axis);
    return () => {
      for (let position = 0; position < axis.extent; position++) {
        cell.value = position;
        inner();
      }
    };
  }, body);
}

function compileContraction(contraction: Contraction, machine: Machine): Run {
  const { rows, columns, contracted, sum } = contraction;
  const cell = cellOf(machine.locals, sum);
  const left = compile(contraction.left, machine);
  const right = compile(contraction.right, machine);
  const initial = compile(contraction.initial, machine);
  const epilogue = compileAll(contraction.epilogue, machine);
  const accumulate = compileNest(contracted, machine, () => {
    cell.value = round[sum.type](cell.value + round[sum.type](left() * right()));
  });
  return compileNest([...rows, ...columns], machine, () => {
    cell.value = initial();
    accumulate();
    epilogue();
  });
}

function compileScatter(scatter: Scatter, machine: Machine): Run {
  const { target, combiner } = scatter;
  const index = compileIndex(scatter.index, machine);
  const value = compile(scatter.value, machine);
  const elements = elementsOf(target, machine);
  return compileNest(scatter.axes, machine, () => {
    const position = inside(index(), target, machine);
    const update = value();
    elements[position] =
      combiner === 'replace'
        ? round[target.dtype](update)
        : combine[combiner](elements[position] ?? Number.NaN, update, target.dtype);
  });
}

function elementsOf(buffer: BufferReference, machine: Machine): Elements {
  const elements = machine.memory.get(buffer);
  if (elements === undefined) throw new Error(`${machine.kernel.name}: ${buffer.name} is nowhere in memory`);
  return elements;
}

function inside(position: number, buffer: BufferReference, machine: Machine): number {
  if (Number.isInteger(position) && position >= 0 && position < buffer.length) return position;
  throw new Error(`${machine.kernel.name}: ${buffer.name}[${position}] of ${buffer.length} elements`);
}

function compileIndex(index: IndexExpression, machine: Machine): Evaluate {
  const terms = index.terms.map(({ atom, coefficient }) => ({
    coefficient,
    atom: compileAtom(atom, machine),
  }));
  return () => terms.reduce((sum, { atom, coefficient }) => sum + coefficient * atom(), index.offset);
}

function compileAtom(atom: IndexExpression['terms'][number]['atom'], machine: Machine): Evaluate {
  switch (atom.kind) {
    case 'axis': {
      const cell = cellOf(machine.axes, atom.axis);
      return () => cell.value;
    }
    case 'dynamic': {
      const value = compile(atom.value, machine);
      return () => {
        const position = value();
        if (position >= atom.low && position <= atom.high) return position;
        throw new Error(`${machine.kernel.name}: ${position} was promised in ${atom.low}…${atom.high}`);
      };
    }
    case 'clamped': {
      const of = compileIndex(atom.of, machine);
      return () => Math.min(Math.max(of(), atom.low), atom.high);
    }
    case 'quotient': {
      const of = compileIndex(atom.of, machine);
      return () => Math.floor(of() / atom.by);
    }
    case 'remainder': {
      const of = compileIndex(atom.of, machine);
      return () => {
        const value = of();
        return value - atom.by * Math.floor(value / atom.by);
      };
    }
  }
}

const words = new DataView(new ArrayBuffer(8));

function roundHalfEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  if (rest === 0 || Number.isNaN(rest)) return x;
  const rounded = rest < 0.5 || (rest === 0.5 && below % 2 === 0) ? below : below + 1;
  return rounded === 0 && x < 0 ? -0 : rounded;
}

const unary: Readonly<Record<UnaryInstruction, (x: number) => number>> = {
  neg: (x) => -x,
  abs: Math.abs,
  sqrt: Math.sqrt,
  floor: Math.floor,
  ceil: Math.ceil,
  trunc: Math.trunc,
  round: roundHalfEven,
  not: (x) => 1 - x,
  bits: (x) => {
    words.setFloat32(0, x);
    return words.getInt32(0);
  },
  fromBits: (x) => {
    words.setInt32(0, x);
    return words.getFloat32(0);
  },
  highWord: (x) => {
    words.setFloat64(0, x);
    return words.getInt32(0);
  },
  lowWord: (x) => {
    words.setFloat64(0, x);
    return words.getInt32(4);
  },
};

const binary: Readonly<Record<BinaryInstruction, (a: number, b: number, type: DType) => number>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b, type) => (type === 'i32' ? Math.imul(a, b) : a * b),
  div: (a, b) => a / b,
  min: (a, b) => Math.min(a, b),
  max: (a, b) => Math.max(a, b),
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
  shiftLeft: (a, b) => a << b,
  shiftRight: (a, b) => a >> b,
  shiftRightUnsigned: (a, b) => a >>> b,
  fromWords: (high, low) => {
    words.setInt32(0, high);
    words.setInt32(4, low);
    return words.getFloat64(0);
  },
};

const compare: Readonly<Record<CompareInstruction, (a: number, b: number) => boolean>> = {
  eq: (a, b) => a === b,
  ne: (a, b) => a !== b,
  lt: (a, b) => a < b,
  le: (a, b) => a <= b,
  gt: (a, b) => a > b,
  ge: (a, b) => a >= b,
};

function convert(type: DType, x: number): number {
  if (type !== 'i32') return round[type](x);
  return Number.isNaN(x) ? 0 : Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, Math.trunc(x)));
}

function compile(expression: Expression, machine: Machine): Evaluate {
  const { type } = expression;
  switch (expression.kind) {
    case 'literal': {
      const value = round[type](expression.value);
      return () => value;
    }
    case 'local': {
      const cell = cellOf(machine.locals, expression.local);
      return () => cell.value;
    }
    case 'load': {
      const elements = elementsOf(expression.buffer, machine);
      const index = compileIndex(expression.index, machine);
      return () => elements[inside(index(), expression.buffer, machine)] ?? Number.NaN;
    }
    case 'index':
      return compileIndex(expression.index, machine);
    case 'unary': {
      const operand = compile(expression.operand, machine);
      const apply = unary[expression.instruction];
      return () => round[type](apply(operand()));
    }
    case 'binary': {
      const left = compile(expression.left, machine);
      const right = compile(expression.right, machine);
      const apply = binary[expression.instruction];
      return () => round[type](apply(left(), right(), type));
    }
    case 'compare': {
      const left = compile(expression.left, machine);
      const right = compile(expression.right, machine);
      const apply = compare[expression.instruction];
      return () => Number(apply(left(), right()));
    }
    case 'select': {
      const condition = compile(expression.condition, machine);
      const then = compile(expression.then, machine);
      const otherwise = compile(expression.otherwise, machine);
      // Both sides are evaluated, as a target without branches does: both have to stay inside their buffers.
      return () => {
        const [chosen, other] = [then(), otherwise()];
        return condition() !== 0 ? chosen : other;
      };
    }
    case 'convert': {
      const operand = compile(expression.operand, machine);
      return () => convert(type, operand());
    }
    case 'call': {
      const operands = expression.arguments.map((operand) => compile(operand, machine));
      const callee = compileFunction(expression.function);
      return () => callee(operands.map((operand) => operand()));
    }
  }
}

const compiled = new WeakMap<ScalarFunction, (operands: readonly number[]) => number>();

/** Scalar functions read their parameters and their own lets only. */
function compileFunction(callee: ScalarFunction): (operands: readonly number[]) => number {
  const known = compiled.get(callee);
  if (known !== undefined) return known;
  const machine: Machine = {
    kernel: {
      name: callee.name,
      phase: 'forward',
      body: [],
      computes: [],
      reads: [],
      writes: [],
      scratch: [],
    },
    memory: new Map(),
    axes: new Map(),
    locals: new Map(),
  };
  const parameters = callee.parameters.map((parameter) => cellOf(machine.locals, parameter));
  const lets = callee.lets.map((each) => ({
    cell: cellOf(machine.locals, each.local),
    value: compile(each.value, machine),
  }));
  const result = compile(callee.result, machine);
  const run = (operands: readonly number[]): number => {
    parameters.forEach((cell, position) => (cell.value = operands[position] ?? Number.NaN));
    for (const each of lets) each.cell.value = each.value();
    return result();
  };
  compiled.set(callee, run);
  return run;
}
