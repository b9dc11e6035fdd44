// Random typed scalar expressions over named operands, made from a list of numbers that fast-check can shrink.
import type { DType } from '../../../src/ir/dtype.ts';
import {
  binary,
  compare,
  convert,
  literal,
  select,
  unary,
  type BinaryInstruction,
  type CompareInstruction,
  type Expression,
  type UnaryInstruction,
} from '../../../src/ir/scalar.ts';

/** Operands by type: numbers that tell instructions apart, where they wrap, round, saturate and lose their sign. */
export const operands: Readonly<
  Record<string, { readonly type: DType; readonly values: readonly number[] }>
> = {
  a: { type: 'f32', values: [0, -0, 1.5, -2.5, Number.NaN, Infinity, 0.1, 3e38, 1e-40, -7].map(Math.fround) },
  b: { type: 'f32', values: [-0, 0, 2.5, 0.3, 1, -Infinity, 16777217, -3e38, -1, 0.5].map(Math.fround) },
  c: { type: 'f64', values: [0, -0, 0.1, -1.5, Number.NaN, 1e300, -Infinity, 2 ** 31, 1e-310, 2.5] },
  i: { type: 'i32', values: [0, 1, -1, 7, -(2 ** 31), 2 ** 31 - 1, 33, -5, 65537, 1000003] },
  j: { type: 'i32', values: [1, 0, 31, -7, 2 ** 31 - 1, -(2 ** 31), 65537, 3, -1, 1000003] },
  p: { type: 'bool', values: [1, 0, 1, 0, 0, 1, 1, 0, 1, 0] },
};

const literals: Readonly<Record<DType, readonly number[]>> = {
  f32: [0, -0, 1, -1.5, 0.1, Number.NaN, Infinity, -Infinity, 1e-40, 3e38].map(Math.fround),
  f64: [0, -0, 1, -1.5, 0.1, Number.NaN, Infinity, -Infinity, 1e-310, 1e300],
  i32: [0, 1, -1, 7, -(2 ** 31), 2 ** 31 - 1],
  bool: [0, 1],
};

const floatUnary: readonly UnaryInstruction[] = ['neg', 'abs', 'sqrt', 'floor', 'ceil', 'trunc', 'round'];
const floatBinary: readonly BinaryInstruction[] = ['add', 'sub', 'mul', 'div', 'min', 'max'];
const wholeBinary: readonly BinaryInstruction[] = [
  ...(['add', 'sub', 'mul', 'min', 'max', 'and', 'or', 'xor'] as const),
  ...(['shiftLeft', 'shiftRight', 'shiftRightUnsigned'] as const),
];
const logic: readonly BinaryInstruction[] = ['and', 'or', 'xor'];
const comparisons: readonly CompareInstruction[] = ['eq', 'ne', 'lt', 'le', 'gt', 'ge'];

export interface Choices {
  /** The next number of the recipe, below `count`. */
  readonly next: (count: number) => number;
  readonly operand: (name: string, type: DType) => Expression;
}

/** An expression of a type, at most `depth` operations deep. */
export function build(type: DType, depth: number, choices: Choices): Expression {
  const { next, operand } = choices;
  const of = (other: DType): Expression => build(other, depth - 1, choices);
  const pick = <T>(list: readonly [T, ...T[]] | readonly T[]): T => {
    const chosen = list[next(list.length)];
    if (chosen === undefined) throw new Error('nothing to choose from');
    return chosen;
  };
  const named = (): Expression => {
    const fitting = Object.entries(operands).filter(([, each]) => each.type === type);
    return operand(pick(fitting)[0], type);
  };
  const leaves = [named, () => literal(type, pick(literals[type])), named];
  if (depth === 0) return pick(leaves)();
  const chosen = (): Expression => select(of('bool'), of(type), of(type));
  const numeric = pick<DType>(['f32', 'f64', 'i32']);
  const forms: Readonly<Record<DType, readonly (() => Expression)[]>> = {
    f32: floatForms('f32', 'f64'),
    f64: floatForms('f64', 'f32'),
    i32: [
      () => unary('neg', of('i32')),
      () => unary('abs', of('i32')),
      () => binary(pick(wholeBinary), of('i32'), of('i32')),
      () => binary(pick(wholeBinary), of('i32'), of('i32')),
      () => convert('i32', of(pick<DType>(['f32', 'f64', 'bool']))),
      () => unary('bits', operand('a', 'f32')),
      () => unary(pick<UnaryInstruction>(['highWord', 'lowWord']), operand('c', 'f64')),
      chosen,
    ],
    bool: [
      () => unary('not', of('bool')),
      () => binary(pick(logic), of('bool'), of('bool')),
      () => binary(pick(logic), of('bool'), of('bool')),
      () => compare(pick(comparisons), of(numeric), of(numeric)),
      () => compare(pick(comparisons), of(numeric), of(numeric)),
      () => convert('bool', of(numeric)),
      chosen,
    ],
  };
  return pick([...forms[type], ...leaves.slice(0, 1)])();

  function floatForms(own: 'f32' | 'f64', other: 'f32' | 'f64'): readonly (() => Expression)[] {
    return [
      () => unary(pick(floatUnary), of(own)),
      () => binary(pick(floatBinary), of(own), of(own)),
      () => binary(pick(floatBinary), of(own), of(own)),
      () => binary(pick(floatBinary), of(own), of(own)),
      () => convert(own, of(pick<DType>([other, 'i32', 'bool']))),
      chosen,
    ];
  }
}
