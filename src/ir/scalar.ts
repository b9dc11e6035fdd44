// The scalar expression language: what one element costs to compute. It is the vocabulary of op lowerings and of
// kernel bodies, and the complete list of what an emitter has to know. Everything else (exp, tanh, random bits) is a
// scalar function written in it, so that all targets compute the same bits.
import type { DType } from './dtype.ts';
import type { IndexExpression } from './index-expression.ts';

/**
 * Instructions with one operand. Floats: `neg abs sqrt floor ceil trunc round` (round is half-to-even), each
 * correctly rounded. `not` negates a boolean. `bits`/`fromBits` reinterpret f32 as i32 and back;
 * `highWord`/`lowWord` are the halves of an f64 as i32.
 */
export type UnaryInstruction =
  | 'neg'
  | 'abs'
  | 'sqrt'
  | 'floor'
  | 'ceil'
  | 'trunc'
  | 'round'
  | 'not'
  | 'bits'
  | 'fromBits'
  | 'highWord'
  | 'lowWord';

/**
 * Instructions with two operands of one type. `add sub mul div` round once on floats and wrap on i32 (`div` is for
 * floats only); `min`/`max` propagate NaN and order -0 below +0; `and or xor` are bitwise on i32 and logical on
 * bool; shifts take the count modulo 32; `fromWords` makes an f64 of its high and low i32 words.
 */
export type BinaryInstruction =
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'min'
  | 'max'
  | 'and'
  | 'or'
  | 'xor'
  | 'shiftLeft'
  | 'shiftRight'
  | 'shiftRightUnsigned'
  | 'fromWords';

/** IEEE comparisons; all but `ne` are false on NaN. */
export type CompareInstruction = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge';

/** A named local of a kernel or a scalar function. Identity is the object, the name is for readers. */
export interface Local {
  readonly name: string;
  readonly type: DType;
}

/** Where a load reads from: an input of a node in a lowering, a buffer in a kernel. */
export type Expression =
  | { readonly kind: 'literal'; readonly type: DType; readonly value: number }
  | { readonly kind: 'local'; readonly type: DType; readonly local: Local }
  | {
      readonly kind: 'load';
      readonly type: DType;
      readonly buffer: BufferReference;
      readonly index: IndexExpression;
    }
  /** The value of an index, as i32. */
  | { readonly kind: 'index'; readonly type: 'i32'; readonly index: IndexExpression }
  | {
      readonly kind: 'unary';
      readonly type: DType;
      readonly instruction: UnaryInstruction;
      readonly operand: Expression;
    }
  | {
      readonly kind: 'binary';
      readonly type: DType;
      readonly instruction: BinaryInstruction;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: 'compare';
      readonly type: 'bool';
      readonly instruction: CompareInstruction;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: 'select';
      readonly type: DType;
      readonly condition: Expression;
      readonly then: Expression;
      readonly otherwise: Expression;
    }
  /** Numeric conversion: floats to i32 truncate and saturate (NaN gives 0), bool is 0 or 1, to bool is `≠ 0`. */
  | { readonly kind: 'convert'; readonly type: DType; readonly operand: Expression }
  | {
      readonly kind: 'call';
      readonly type: DType;
      readonly function: ScalarFunction;
      readonly arguments: readonly Expression[];
    };

/** A buffer as the scalar language sees it: something with a name and elements of one type. */
export interface BufferReference {
  readonly name: string;
  readonly dtype: DType;
  /** Number of elements. */
  readonly length: number;
}

/**
 * A function on scalars: `const`s in order, then the result. Emitters print it once per module and call it, or
 * expand it over vectors; it has no branches, so both give the same bits.
 */
export interface ScalarFunction {
  readonly name: string;
  /** One sentence for the generated code: what it computes, its error bound and source. */
  readonly summary: string;
  readonly parameters: readonly Local[];
  readonly type: DType;
  readonly lets: readonly { readonly local: Local; readonly value: Expression }[];
  readonly result: Expression;
}

export function literal(type: DType, value: number): Expression {
  return { kind: 'literal', type, value };
}

export function local(target: Local): Expression {
  return { kind: 'local', type: target.type, local: target };
}

export function unary(instruction: UnaryInstruction, operand: Expression): Expression {
  return { kind: 'unary', type: unaryResultType(instruction, operand.type), instruction, operand };
}

function unaryResultType(instruction: UnaryInstruction, operand: DType): DType {
  if (instruction === 'fromBits') return 'f32';
  const givesWord = instruction === 'bits' || instruction === 'highWord' || instruction === 'lowWord';
  return givesWord ? 'i32' : operand;
}

export function binary(instruction: BinaryInstruction, left: Expression, right: Expression): Expression {
  const type = instruction === 'fromWords' ? 'f64' : left.type;
  return { kind: 'binary', type, instruction, left, right };
}

export function compare(instruction: CompareInstruction, left: Expression, right: Expression): Expression {
  return { kind: 'compare', type: 'bool', instruction, left, right };
}

export function select(condition: Expression, then: Expression, otherwise: Expression): Expression {
  return { kind: 'select', type: then.type, condition, then, otherwise };
}

export function convert(type: DType, operand: Expression): Expression {
  return operand.type === type ? operand : { kind: 'convert', type, operand };
}

export function call(callee: ScalarFunction, ...args: readonly Expression[]): Expression {
  return { kind: 'call', type: callee.type, function: callee, arguments: args };
}

/** The builder handed to `defineFunction`: arithmetic in one type, with named intermediate values. */
export interface FunctionBuilder {
  /** Names a value, so that it is computed once and readable in generated code. */
  readonly bind: (name: string, value: Expression) => Expression;
}

/**
 * Defines a scalar function. `build` gets the parameters as expressions and returns the result.
 * @example
 * const square = defineFunction('square', 'x · x', { x: 'f32' }, 'f32', ({ x }) => binary('mul', x, x));
 */
export function defineFunction<const P extends Readonly<Record<string, DType>>>(
  name: string,
  summary: string,
  parameters: P,
  type: DType,
  build: (parameters: { readonly [K in keyof P]: Expression }, builder: FunctionBuilder) => Expression,
): ScalarFunction {
  const locals = Object.entries(parameters).map(([key, parameterType]) => ({
    name: key,
    type: parameterType,
  }));
  const lets: { local: Local; value: Expression }[] = [];
  // Object.fromEntries forgets the keys; they are exactly those of `parameters`.
  const expressions = Object.fromEntries(locals.map((each) => [each.name, local(each)])) as {
    readonly [K in keyof P]: Expression;
  };
  const result = build(expressions, {
    bind: (bound, value) => {
      const target = { name: bound, type: value.type };
      lets.push({ local: target, value });
      return local(target);
    },
  });
  return Object.freeze({ name, summary, parameters: locals, type, lets, result });
}

/** The direct operands of an expression. */
export function operandsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'literal':
    case 'local':
    case 'load':
    case 'index':
      return [];
    case 'unary':
    case 'convert':
      return [expression.operand];
    case 'binary':
    case 'compare':
      return [expression.left, expression.right];
    case 'select':
      return [expression.condition, expression.then, expression.otherwise];
    case 'call':
      return expression.arguments;
  }
}
