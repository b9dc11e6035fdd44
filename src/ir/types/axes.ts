// Axes in types: counted from either end, reduced, permuted, inserted and dropped. Axes that are not literals, and
// axes of unknown ranks, widen the result. Relies on ./sentence.ts.
import type { DType } from '../dtype.ts';
import type { Tensor } from '../node.ts';
import type { Shape, Size } from '../size.ts';
import type { PrintShape, PrintSize } from './sentence.ts';

/** One axis or several. */
export type Axes = number | readonly number[];

/** Whether the type knows the rank. */
type HasRank<S extends Shape> = number extends S['length'] ? false : true;

/**
 * The position from the front of an axis that may count from the end: a literal, `number` where the type does not
 * know, `never` where there is no such axis.
 */
export type Position<S extends Shape, Axis extends number> = number extends Axis | S['length']
  ? number
  : `${Axis}` extends `-${infer FromEnd extends number}`
    ? LengthWithout<S, FromEnd>
    : `${Axis}` extends keyof S
      ? Axis
      : never;

/** The length of the shape without its last `Count` sizes; `never` when it has fewer. */
type LengthWithout<
  S extends Shape,
  Count extends number,
  Dropped extends readonly 0[] = [],
> = Dropped['length'] extends Count
  ? S['length']
  : S extends readonly [...infer Before extends Shape, Size]
    ? LengthWithout<Before, Count, [...Dropped, 0]>
    : never;

export type AxisSentence<
  S extends Shape,
  Axis extends number,
> = `axis ${Axis} does not exist in ${PrintShape<S>}, a tensor of rank ${S['length']}`;

/** Positions of axes as a union: `number` where one is not known, a sentence where one does not exist. */
type Positions<S extends Shape, List, Done extends number = never> = List extends number
  ? Positions<S, [List]>
  : List extends readonly []
    ? Done
    : List extends readonly [infer First extends number, ...infer Others]
      ? [Position<S, First>] extends [never]
        ? AxisSentence<S, First>
        : [Position<S, First>] extends [Done]
          ? number extends Position<S, First>
            ? number
            : `axis ${First} of ${PrintShape<S>} is given twice`
          : Positions<S, Others, Done | Position<S, First>>
      : number;

/** Outcome of `softmax(x, axis)` and its kind: the tensor itself. */
export type AlongAxis<T extends Tensor, Axis extends number> = [Position<T['shape'], Axis>] extends [never]
  ? AxisSentence<T['shape'], Axis>
  : Tensor<T['shape'], T['dtype']>;

/** Outcome of `flip(x, axes)` and its kind: the tensor itself, several axes. */
export type AlongAxes<T extends Tensor, List extends Axes> =
  Positions<T['shape'], List> extends infer Found
    ? [Found] extends [string]
      ? Found
      : Tensor<T['shape'], T['dtype']>
    : never;

/** Outcome of `sum(x, axes, { keepdims })`; without axes all of them are reduced. `D` is the dtype of the result. */
export type Reduction<
  T extends Tensor,
  List extends Axes | undefined,
  Keep extends boolean,
  D extends DType = T['dtype'],
> = [List] extends [undefined]
  ? Tensor<ReducedShape<T['shape'], Keep>, D>
  : Positions<T['shape'], List> extends infer Found
    ? [Found] extends [string]
      ? Found
      : Tensor<ReducedShape<T['shape'], Keep, Found>, D>
    : never;

/** `Found` is a union of positions; by default every position. */
type ReducedShape<S extends Shape, Keep extends boolean, Found = 'all'> = boolean extends Keep
  ? Size[]
  : [Found] extends ['all']
    ? [Keep] extends [false]
      ? []
      : RemoveAxes<S, number, true>
    : HasRank<S> extends false
      ? Size[]
      : number extends Found
        ? [Keep] extends [true]
          ? UnknownSizes<S>
          : Size[]
        : RemoveAxes<S, Found, Keep>;

type UnknownSizes<S extends Shape> = { -readonly [Axis in keyof S]: Size };

/** The shape without the sizes at the positions, or with 1 in their place. */
type RemoveAxes<
  S extends Shape,
  Found,
  Keep extends boolean,
  Seen extends readonly 0[] = [],
  Done extends Size[] = [],
> = S extends readonly [infer First extends Size, ...infer Others extends Shape]
  ? RemoveAxes<
      Others,
      Found,
      Keep,
      [...Seen, 0],
      Seen['length'] extends Found ? (Keep extends true ? [...Done, 1] : Done) : [...Done, First]
    >
  : S extends readonly []
    ? Done
    : Size[];

/** Outcome of `argmax(x, axis, …)`: positions, of the flattened tensor without an axis. */
export type ArgExtreme<
  T extends Tensor,
  Axis extends number | undefined,
  Keep extends boolean = false,
> = Reduction<T, Axis, Keep, 'i32'>;

/** The dtype of sums and products: booleans are counted. */
export type CountedDType<D extends DType> = [D] extends ['bool'] ? 'i32' : D;

/** Outcome of `transpose(x, permutation)`; without a permutation the axes are reversed. */
export type Transposition<T extends Tensor, Permutation extends readonly number[] | undefined> = [
  Permutation,
] extends [undefined]
  ? Tensor<ReversedShape<T['shape']>, T['dtype']>
  : Permutation extends readonly number[]
    ? HasRank<T['shape']> extends false
      ? Tensor<Size[], T['dtype']>
      : number extends Permutation['length']
        ? Tensor<UnknownSizes<T['shape']>, T['dtype']>
        : Permutation['length'] extends T['shape']['length']
          ? Positions<T['shape'], Permutation> extends infer Found
            ? [Found] extends [string]
              ? Found
              : Tensor<PermutedShape<T['shape'], Permutation>, T['dtype']>
            : never
          : `${PrintShape<T['shape']>} has ${T['shape']['length']} axes, the permutation has ${Permutation['length']}`
    : never;

type ReversedShape<S extends Shape, Done extends Size[] = []> = S extends readonly [
  infer First extends Size,
  ...infer Others extends Shape,
]
  ? ReversedShape<Others, [First, ...Done]>
  : S extends readonly []
    ? Done
    : Size[];

type PermutedShape<
  S extends Shape,
  Permutation extends readonly number[],
  Done extends Size[] = [],
> = Permutation extends readonly [infer First extends number, ...infer Others extends readonly number[]]
  ? PermutedShape<S, Others, [...Done, Extract<S[Position<S, First>], Size>]>
  : Done;

/** Outcome of `expandDims(x, axis)`: the axis is one of the result. Lists of axes are left to the compiler. */
export type Expansion<T extends Tensor, Axis extends Axes> = [Axis] extends [number]
  ? ExpansionOf<T, Axis>
  : Tensor<Size[], T['dtype']>;

type ExpansionOf<T extends Tensor, Axis extends number> =
  HasRank<T['shape']> extends false
    ? Tensor<Size[], T['dtype']>
    : Position<[1, ...T['shape']], Axis> extends infer At extends number
      ? [At] extends [never]
        ? `axis ${Axis} is outside a result of ${[...T['shape'], 1]['length'] & number} axes`
        : number extends At
          ? Tensor<UnknownSizes<[1, ...T['shape']]>, T['dtype']>
          : Tensor<Inserted<T['shape'], [1], At>, T['dtype']>
      : never;

/** The shape with other sizes before one position. */
export type Inserted<
  S extends Shape,
  Sizes extends Shape,
  At extends number,
  Before extends Size[] = [],
> = Before['length'] extends At
  ? [...Before, ...Sizes, ...S]
  : S extends readonly [infer First extends Size, ...infer Others extends Shape]
    ? Inserted<Others, Sizes, At, [...Before, First]>
    : Size[];

/** The shape with other sizes in place of one axis. */
export type Replaced<
  S extends Shape,
  Sizes extends Shape,
  At extends number,
  Before extends Size[] = [],
> = S extends readonly [infer First extends Size, ...infer Others extends Shape]
  ? Before['length'] extends At
    ? [...Before, ...Sizes, ...Others]
    : Replaced<Others, Sizes, At, [...Before, First]>
  : Size[];

/** Outcome of `squeeze(x, axes)`; without axes all of size 1 are dropped. */
export type Squeezing<T extends Tensor, List extends Axes | undefined> = [List] extends [undefined]
  ? Tensor<WithoutOnes<T['shape']>, T['dtype']>
  : Positions<T['shape'], List> extends infer Found
    ? [Found] extends [string]
      ? Found
      : number extends Found
        ? Tensor<Size[], T['dtype']>
        : [NotOne<T['shape'], Found>] extends [never]
          ? Tensor<RemoveAxes<T['shape'], Found, false>, T['dtype']>
          : NotOne<T['shape'], Found>
    : never;

type NotOne<S extends Shape, Found> = Found extends keyof S & number
  ? 1 extends S[Found]
    ? never
    : `axis ${Found} of ${PrintShape<S>} has size ${PrintSize<S[Found]>}, not 1`
  : never;

/** A size that may be 1 makes the rank unknown. */
type WithoutOnes<S extends Shape, Done extends Size[] = []> = S extends readonly [
  infer First extends Size,
  ...infer Others extends Shape,
]
  ? 1 extends First
    ? [First] extends [1]
      ? WithoutOnes<Others, Done>
      : Size[]
    : WithoutOnes<Others, [...Done, First]>
  : S extends readonly []
    ? Done
    : Size[];
