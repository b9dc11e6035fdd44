// Outcomes of matrix products in types, with PyTorch's rules for ranks. Relies on ./broadcast.ts.
import type { Tensor } from '../node.ts';
import type { Shape, Size } from '../size.ts';
import type { BroadcastShape, EqualDType, EqualSize, WithDType } from './broadcast.ts';
import type { PrintShape, PrintSize } from './sentence.ts';

/** Outcome of `matmul(a, b)`: vectors lose their axis, the axes before the last two broadcast. */
export type MatrixProduct<A extends Tensor, B extends Tensor> = WithDType<
  MatrixShape<A['shape'], B['shape']>,
  EqualDType<A['dtype'], B['dtype']>
>;

type MatrixShape<A extends Shape, B extends Shape> = A extends readonly []
  ? ScalarSentence
  : B extends readonly []
    ? ScalarSentence
    : A extends readonly [infer K extends Size]
      ? B extends readonly [infer L extends Size]
        ? Inner<A, B, K, L, []>
        : B extends readonly [...infer Batch extends Shape, infer L extends Size, infer M extends Size]
          ? Inner<A, B, K, L, [...Batch, M]>
          : Size[]
      : A extends readonly [...infer Batch extends Shape, infer N extends Size, infer K extends Size]
        ? B extends readonly [infer L extends Size]
          ? Inner<A, B, K, L, [...Batch, N]>
          : B extends readonly [...infer Others extends Shape, infer L extends Size, infer M extends Size]
            ? Inner<A, B, K, L, BatchShape<A, B, BroadcastShape<Batch, Others>, N, M>>
            : Size[]
        : Size[];

type ScalarSentence = 'matmul takes tensors of rank 1 or more, given a scalar';

type Inner<A extends Shape, B extends Shape, K extends Size, L extends Size, Product> = [
  EqualSize<K, L>,
] extends [never]
  ? `cannot multiply ${PrintShape<A>} by ${PrintShape<B>}: inner sizes ${PrintSize<K>} and ${PrintSize<L>}`
  : Product;

type BatchShape<A extends Shape, B extends Shape, Batch, N extends Size, M extends Size> = Batch extends Shape
  ? [...Batch, N, M]
  : `cannot multiply ${PrintShape<A>} by ${PrintShape<B>}: ${Batch & string}`;

/** Outcome of `linear(x, weight)`: `[..., in]` by `[out, in]`, or by `[in]`. */
export type LinearProduct<X extends Tensor, W extends Tensor> = WithDType<
  LinearShape<X['shape'], W['shape']>,
  EqualDType<X['dtype'], W['dtype']>
>;

type LinearShape<X extends Shape, W extends Shape> = X extends readonly [
  ...infer Before extends Shape,
  infer In extends Size,
]
  ? W extends readonly [...infer Out extends Shape, infer Features extends Size]
    ? [EqualSize<In, Features>] extends [never]
      ? `linear takes a weight [out, ${PrintSize<In>}] for ${PrintShape<X>}, given ${PrintShape<W>}`
      : [...Before, ...Out]
    : Size[]
  : Size[];

/**
 * Outcome of `einsum(equation, ...operands)`. Types follow equations with an arrow and without an ellipsis; whether sizes
 * agree the compiler decides.
 */
export type EinsumProduct<Equation extends string, Operands extends readonly Tensor[]> = Tensor<
  WithoutSpaces<Equation> extends `${infer Terms}->${infer Out}`
    ? WithoutSpaces<Equation> extends `${string}.${string}`
      ? Size[]
      : SizesOf<Out, NamedSizes<Terms, Operands>>
    : Size[],
  Operands[number]['dtype']
>;

type WithoutSpaces<Text extends string> = Text extends `${infer Before} ${infer After}`
  ? WithoutSpaces<`${Before}${After}`>
  : Text;

/** A subscript with a size that an operand has for it. */
type NamedSize = readonly [subscript: string, size: Size];

/** The pairs of all operands, as a union. */
type NamedSizes<Terms extends string, Operands extends readonly Tensor[]> = Operands extends readonly [
  infer First extends Tensor,
  ...infer Others extends readonly Tensor[],
]
  ? Terms extends `${infer Term},${infer Rest}`
    ? Paired<Term, First['shape']> | NamedSizes<Rest, Others>
    : Paired<Terms, First['shape']>
  : never;

type Paired<Term extends string, S extends Shape> = Term extends `${infer Subscript}${infer Rest}`
  ? S extends readonly [infer First extends Size, ...infer Others extends Shape]
    ? readonly [Subscript, First] | Paired<Rest, Others>
    : readonly [Subscript, Size] | Paired<Rest, S>
  : never;

type SizesOf<Out extends string, Pairs extends NamedSize> = Out extends `${infer Subscript}${infer Rest}`
  ? [SizeNamed<Subscript, Pairs>, ...SizesOf<Rest, Pairs>]
  : [];

/** The size of a subscript: of those that operands have, the one that is not 1. */
type SizeNamed<Subscript extends string, Pairs extends NamedSize> = Extract<
  Pairs,
  readonly [Subscript, Size]
>[1] extends infer Sizes extends Size
  ? [Sizes] extends [never]
    ? Size
    : [Exclude<Sizes, 1>] extends [never]
      ? 1
      : Exclude<Sizes, 1>
  : Size;

/** Outcome of attention: `[..., L, E]`, `[..., S, E]` and `[..., S, V]` give `[..., L, V]`. */
export type AttentionOutcome<Q extends Tensor, K extends Tensor, V extends Tensor> = Tensor<
  Q['shape'] extends readonly [...infer Batch extends Shape, infer L extends Size, Size]
    ? K['shape'] extends readonly [...infer Keys extends Shape, Size, Size]
      ? V['shape'] extends readonly [...infer Values extends Shape, Size, infer Width extends Size]
        ? BroadcastShape<Batch, Keys> extends infer Joined extends Shape
          ? BroadcastShape<Joined, Values> extends infer All extends Shape
            ? [...All, L, Width]
            : Size[]
          : Size[]
        : Size[]
      : Size[]
    : Size[],
  Q['dtype']
>;
