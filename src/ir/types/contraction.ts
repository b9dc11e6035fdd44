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
