// Outcomes of reshape and flatten in types: element counts are literals times named dimensions, and names cancel. What they do not
// settle widens to `Size`. Relies on ./decimal.ts and ./broadcast.ts.
import type { Tensor } from '../node.ts';
import type { Dim, Shape, Size } from '../size.ts';
import type { AxisSentence, Position } from './axes.ts';
import type { EqualSize, WithDType } from './broadcast.ts';
import type { Product, Quotient } from './decimal.ts';
import type { PrintShape } from './sentence.ts';

/** How many elements a shape has: a literal times named dimensions, and how many sizes are -1. */
interface Count {
  readonly literal: number;
  readonly names: readonly string[];
  readonly inferred: readonly -1[];
}

/** The count of a shape, or `unknown` where a size or the rank is not known. */
type CountOf<
  S extends Shape,
  Literal extends number = 1,
  Names extends readonly string[] = [],
  Inferred extends readonly -1[] = [],
> = S extends readonly []
  ? { readonly literal: Literal; readonly names: Names; readonly inferred: Inferred }
  : S extends readonly [infer First extends Size, ...infer Others extends Shape]
    ? [First] extends [-1]
      ? CountOf<Others, Literal, Names, [...Inferred, -1]>
      : [First] extends [number]
        ? number extends First
          ? unknown
          : CountOf<Others, Product<Literal, First>, Names, Inferred>
        : [First] extends [Dim<infer Name>]
          ? string extends Name
            ? unknown
            : CountOf<Others, Literal, [...Names, Name], Inferred>
          : unknown
    : unknown;

/** The names without one occurrence of `Name`, `never` when it does not occur. */
type WithoutName<
  Names extends readonly string[],
  Name extends string,
  Before extends readonly string[] = [],
> = Names extends readonly [infer First extends string, ...infer Others extends readonly string[]]
  ? First extends Name
    ? [...Before, ...Others]
    : WithoutName<Others, Name, [...Before, First]>
  : never;

/** The names that are left after cancelling `By`, `never` when one of `By` does not occur. */
type CancelNames<Names extends readonly string[], By extends readonly string[]> = By extends readonly [
  infer First extends string,
  ...infer Others extends readonly string[],
]
  ? [WithoutName<Names, First>] extends [never]
    ? never
    : CancelNames<WithoutName<Names, First>, Others>
  : Names;

/** Outcome of `reshape(x, shape)`. */
export type Reshaped<T extends Tensor, To extends Shape> = WithDType<
  ReshapedShape<T['shape'], To, CountOf<T['shape']>, CountOf<To>>,
  T['dtype']
>;

type ReshapedShape<S extends Shape, To extends Shape, From, Into> = Into extends Count
  ? Into['inferred'] extends readonly [-1, -1, ...(readonly -1[])]
    ? `reshape takes at most one -1, given ${PrintShape<To>}`
    : From extends Count
      ? CancelNames<From['names'], Into['names']> extends infer Left
        ? [Left] extends [never]
          ? Inferred<To, Size>
          : Into['inferred'] extends readonly []
            ? SameCount<S, To, From, Into, Left>
            : InferredSize<From['literal'], Into['literal'], Left> extends infer Missing extends Size
              ? [Missing] extends [never]
                ? `cannot reshape ${PrintShape<S>} to ${PrintShape<To>}: ${Into['literal']} does not divide ${From['literal']}`
                : Inferred<To, Missing>
              : never
        : never
      : Inferred<To, Size>
  : Inferred<To, Size>;

type SameCount<S extends Shape, To extends Shape, From extends Count, Into extends Count, Left> = [
  Left,
] extends [readonly []]
  ? [EqualSize<From['literal'], Into['literal']>] extends [never]
    ? `cannot reshape ${PrintShape<S>} to ${PrintShape<To>}: ${PrintCount<From>} and ${PrintCount<Into>} elements`
    : Inferred<To, Size>
  : Inferred<To, Size>;

/** What -1 stands for: a literal, a name, or a size that only the compiler can compute; `never` where none fits. */
type InferredSize<From extends number, Into extends number, Left> = Left extends readonly []
  ? Quotient<From, Into>
  : [From, Into, Left] extends [Into, From, readonly [infer Name extends string]]
    ? Dim<Name>
    : Size;

type Inferred<To extends Shape, Missing extends Size> = {
  -readonly [Axis in keyof To]: To[Axis] extends -1 ? Missing : To[Axis];
};

/** `12`, or `16·batch` as the compiler prints it. */
type PrintCount<C extends Count> = C['names'] extends readonly []
  ? `${C['literal']}`
  : `${C['literal'] extends 1 ? '' : `${C['literal']}·`}${JoinNames<C['names']>}`;

type JoinNames<Names extends readonly string[]> = Names extends readonly [
  infer First extends string,
  ...infer Others extends readonly string[],
]
  ? Others extends readonly []
    ? First
    : `${First}·${JoinNames<Others>}`
  : '';

/** Outcome of `flatten(x, start, end)`: the axes from start to end become one; a scalar becomes a vector. */
export type Flattened<
  T extends Tensor,
  Start extends number,
  End extends number,
> = T['shape'] extends readonly []
  ? Tensor<[1], T['dtype']>
  : [Position<T['shape'], Start>] extends [never]
    ? AxisSentence<T['shape'], Start>
    : [Position<T['shape'], End>] extends [never]
      ? AxisSentence<T['shape'], End>
      : number extends Position<T['shape'], Start> | Position<T['shape'], End>
        ? Tensor<Size[], T['dtype']>
        : Tensor<MergedAxes<T['shape'], Position<T['shape'], Start>, Position<T['shape'], End>>, T['dtype']>;

/** The shape with the product of its sizes from one position to another in their place. */
type MergedAxes<
  S extends Shape,
  From extends number,
  To extends number,
  Merged extends Size | 'none' = 'none',
  Seen extends readonly 0[] = [],
  Done extends Size[] = [],
> = S extends readonly [infer First extends Size, ...infer Others extends Shape]
  ? [Merged, Seen['length'] extends From ? 'here' : 'none'] extends ['none', 'none']
    ? MergedAxes<Others, From, To, 'none', [...Seen, 0], [...Done, First]>
    : (Merged extends Size ? MultipliedSize<Merged, First> : First) extends infer So extends Size
      ? Seen['length'] extends To
        ? [...Done, So, ...Others]
        : MergedAxes<Others, From, To, So, [...Seen, 0], Done>
      : never
  : Size[];

type MultipliedSize<A extends Size, B extends Size> = [A] extends [1]
  ? B
  : [B] extends [1]
    ? A
    : [A, B] extends [infer Left extends number, infer Right extends number]
      ? Product<Left, Right>
      : Size;
