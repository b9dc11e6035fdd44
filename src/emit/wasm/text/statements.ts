// From stack code to expressions: within a straight run, an instruction takes what the instructions right before it
// left on the stack as its operands. Every form prints in the order of the code, so that the text means the same bytes.
import type { PlainInstruction } from '../opcodes.ts';
import type { Block, Instruction } from './instructions.ts';
import { printFloat32, printFloat64, printInt32, printVector } from './literals.ts';

/** An instruction with all of its operands. */
export interface Expression {
  readonly kind: 'expression';
  /** The instruction and its immediates. */
  readonly head: string;
  readonly operands: readonly Expression[];
  /** Columns that the expression takes on one line. */
  readonly width: number;
}

/** An instruction whose operands earlier statements left on the stack. */
export interface StackInstruction {
  readonly kind: 'stack';
  readonly head: string;
}

export interface Structure {
  readonly kind: Block['kind'];
  /** Null where no branch leads here. */
  readonly label: string | null;
  /** At most one, of an `if`; none if an earlier statement left it on the stack. */
  readonly condition: readonly Expression[];
  readonly body: readonly Statement[];
  readonly otherwise: readonly Statement[];
}

export type Statement = Expression | StackInstruction | Structure;

/** What the indices in a function's body stand for. */
export interface BodyNames {
  /** Identifiers of parameters and locals. */
  readonly locals: readonly string[];
  readonly functions: readonly Callee[];
  /** Number of results of the function itself. */
  readonly results: number;
}

export interface Callee {
  readonly identifier: string;
  readonly operands: number;
  readonly results: number;
}

export function foldBody(body: readonly Instruction[], names: BodyNames): readonly Statement[] {
  return fold(body, names, []);
}

function fold(
  instructions: readonly Instruction[],
  names: BodyNames,
  labels: readonly string[],
): readonly Statement[] {
  const statements: Statement[] = [];
  const pending: Expression[] = [];
  // What is still pending when a statement comes has to be pushed before it.
  const add = (statement: Statement): void => {
    statements.push(...pending.splice(0), statement);
  };
  for (const instruction of instructions) {
    if (isBlock(instruction)) {
      const condition = instruction.kind === 'if' ? pending.splice(-1) : [];
      add({ ...foldBlock(instruction, names, labels), condition });
      continue;
    }
    const { head, operands: count, isValue } = describe(instruction, names, labels);
    if (pending.length < count) {
      add({ kind: 'stack', head });
      continue;
    }
    const made = expression(head, pending.splice(pending.length - count));
    if (isValue) pending.push(made);
    else add(made);
  }
  return [...statements, ...pending];
}

function isBlock(instruction: Instruction): instruction is Block {
  return instruction.kind === 'block' || instruction.kind === 'loop' || instruction.kind === 'if';
}

function foldBlock(block: Block, names: BodyNames, labels: readonly string[]): Omit<Structure, 'condition'> {
  const label = `$${block.kind}${labels.length + 1}`;
  const inside = [...labels, label];
  return {
    kind: block.kind,
    label: block.isTarget ? label : null,
    body: fold(block.body, names, inside),
    otherwise: fold(block.otherwise, names, inside),
  };
}

function expression(head: string, operands: readonly Expression[]): Expression {
  const width = operands.reduce((sum, operand) => sum + 1 + operand.width, head.length + 2);
  return { kind: 'expression', head, operands, width };
}

interface Description {
  readonly head: string;
  /** Number of values that it takes from the stack. */
  readonly operands: number;
  /** Whether it leaves a value there. */
  readonly isValue: boolean;
}

function describe(
  instruction: Exclude<Instruction, Block>,
  names: BodyNames,
  labels: readonly string[],
): Description {
  switch (instruction.kind) {
    case 'plain':
      return describePlain(instruction.name, names.results);
    case 'memory':
      return describeAccess(instruction);
    case 'lane': {
      const { name, lane } = instruction;
      return { head: `${name} ${lane}`, operands: name.endsWith('.replace_lane') ? 2 : 1, isValue: true };
    }
    case 'local': {
      const { name, local } = instruction;
      const head = `${name} ${names.locals[local] ?? local}`;
      return { head, operands: name === 'local.get' ? 0 : 1, isValue: name !== 'local.set' };
    }
    case 'call': {
      const callee = names.functions[instruction.target];
      return {
        head: `call ${callee?.identifier ?? instruction.target}`,
        operands: callee?.operands ?? 0,
        isValue: callee?.results === 1,
      };
    }
    case 'branch': {
      const { name, depth } = instruction;
      const head = `${name} ${labels.at(-1 - depth) ?? depth}`;
      return { head, operands: name === 'br_if' ? 1 : 0, isValue: false };
    }
    case 'integer': {
      const { name, value } = instruction;
      return constant(`${name} ${name === 'i32.const' ? printInt32(Number(value)) : value.toString()}`);
    }
    case 'single':
      return constant(`f32.const ${printFloat32(instruction.bits)}`);
    case 'double':
      return constant(`f64.const ${printFloat64(instruction.bits)}`);
    case 'vector':
      return constant(`v128.const ${printVector(instruction.lanes)}`);
    case 'shuffle':
      return { head: `i8x16.shuffle ${instruction.lanes.join(' ')}`, operands: 2, isValue: true };
  }
}

function constant(head: string): Description {
  return { head, operands: 0, isValue: true };
}

function describePlain(name: PlainInstruction, results: number): Description {
  if (name === 'unreachable') return { head: name, operands: 0, isValue: false };
  if (name === 'return') return { head: name, operands: results, isValue: false };
  if (name === 'drop') return { head: name, operands: 1, isValue: false };
  return { head: name, operands: operandsOf(name), isValue: true };
}

const unary =
  /\.(?:abs|all_true|any_true|bitmask|ceil|clz|convert|ctz|demote|eqz|extend|floor|nearest|neg|not|popcnt|promote|reinterpret|splat|sqrt|trunc|wrap)(?:_|$)/;

/** Operands of an instruction that makes a value, which its name says. */
function operandsOf(name: PlainInstruction): number {
  if (name === 'select' || name === 'v128.bitselect' || name === 'f32x4.relaxed_madd') return 3;
  return unary.test(name) ? 1 : 2;
}

type Access = Extract<Instruction, { readonly kind: 'memory' }>;

/** A load or a store, with the immediates that are not what the format takes when they are missing. */
function describeAccess({ name, alignment, offset, lane }: Access): Description {
  const immediates = [
    ...(offset === 0 ? [] : [`offset=${offset}`]),
    ...(alignment === accessedBytes(name) ? [] : [`align=${alignment}`]),
    ...(lane === null ? [] : [String(lane)]),
  ];
  const isStore = name.includes('.store');
  return {
    head: [name, ...immediates].join(' '),
    operands: isStore || lane !== null ? 2 : 1,
    isValue: !isStore,
  };
}

/** Bytes that an access reads or writes: the alignment that the text format takes for granted. */
function accessedBytes(name: Access['name']): number {
  const [, ofType, ofAccess] = /^\w(\d+)\.(?:load|store)(\d*)/.exec(name) ?? [];
  return Number(ofAccess === '' ? ofType : ofAccess) / 8;
}
