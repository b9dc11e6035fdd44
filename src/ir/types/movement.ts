// Outcomes of functions that give elements new places in types: broadcastTo, concat, stack, slice, pad, gather, scatterAdd. Sizes that
// literals do not settle widen to `Size`. Relies on ./decimal.ts, ./axes.ts and ./broadcast.ts.
import type { Tensor } from '../node.ts';
import type { Shape, Size } from '../size.ts';
import type { AxisSentence, Inserted, Position, Replaced } from './axes.ts';
import type { EqualDType, EqualSize, WithDType } from './broadcast.ts';
import type { Difference, Sum } from './decimal.ts';
import type { PrintShape, PrintSize } from './sentence.ts';

/** Outcome of `broadcastTo(x, shape)`: the shape itself, when every size of x is 1 or equal to it. */
export type BroadcastTo<T extends Tensor, To extends Shape> =
  ExpandedShape<T['shape'], To, T['shape'], To> extends infer Problem
    ? [Problem] extends [never]
      ? Tensor<[...To], T['dtype']>
      : Problem
    : never;

/** `never` when the shape may broadcast to the other, a sentence otherwise. */
type ExpandedShape<
  A extends Shape,
  To extends Shape,
  RestA extends Shape,
  RestTo extends Shape,
> = RestA extends readonly []
  ? never
  : RestA extends readonly [...infer BeforeA extends Shape, infer LastA extends Size]
    ? RestTo extends readonly []
      ? `cannot broadcast ${PrintShape<A>} to ${PrintShape<To>}, which has fewer axes`
      : RestTo extends readonly [...infer BeforeTo extends Shape, infer LastTo extends Size]
        ? 1 extends LastA
          ? ExpandedShape<A, To, BeforeA, BeforeTo>
          : [EqualSize<LastA, LastTo>] extends [never]
            ? `cannot broadcast ${PrintShape<A>} to ${PrintShape<To>}: sizes ${PrintSize<LastA>} and ${PrintSize<LastTo>}`
            : ExpandedShape<A, To, BeforeA, BeforeTo>
        : never
    : never;

/** Outcome of `concat(tensors, axis)`. */
export type Concatenation<Tensors extends readonly Tensor[], Axis extends number> = Tensors extends readonly [
  infer First extends Tensor,
  ...infer Others extends readonly Tensor[],
]
  ? [Position<First['shape'], Axis>] extends [never]
    ? AxisSentence<First['shape'], Axis>
    : ConcatenateAll<First, Others, Position<First['shape'], Axis>>
  : Tensors extends readonly []
    ? 'concat takes at least one tensor'
    : Tensor<Size[], Tensors[number]['dtype']>;

type ConcatenateAll<
  Done extends Tensor,
  Others extends readonly Tensor[],
  At extends number,
> = Others extends readonly [infer Next extends Tensor, ...infer Rest extends readonly Tensor[]]
  ? WithDType<
      JoinedShape<Done['shape'], Next['shape'], At, Done['shape'], Next['shape']>,
      EqualDType<Done['dtype'], Next['dtype']>
    > extends infer Joined
    ? Joined extends Tensor
      ? ConcatenateAll<Joined, Rest, At>
      : Joined
    : never
  : Others extends readonly []
    ? Done
    : Tensor<Size[], Done['dtype']>;

/** Sizes add at one position and are equal at the others. */
type JoinedShape<
  A extends Shape,
  B extends Shape,
  At extends number,
  RestA extends Shape,
  RestB extends Shape,
  Done extends Size[] = [],
> = number extends At | RestA['length'] | RestB['length']
  ? Size[]
  : [RestA, RestB] extends [
        readonly [infer SizeA extends Size, ...infer OthersA extends Shape],
        readonly [infer SizeB extends Size, ...infer OthersB extends Shape],
      ]
    ? Done['length'] extends At
      ? JoinedShape<A, B, At, OthersA, OthersB, [...Done, AddedSize<SizeA, SizeB>]>
      : [EqualSize<SizeA, SizeB>] extends [never]
        ? `cannot concat ${PrintShape<A>} and ${PrintShape<B>} along axis ${At}: sizes ${PrintSize<SizeA>} and ${PrintSize<SizeB>} on axis ${Done['length'] & number}`
        : JoinedShape<A, B, At, OthersA, OthersB, [...Done, EqualSize<SizeA, SizeB>]>
    : [RestA, RestB] extends [readonly [], readonly []]
      ? Done
      : `cannot concat ${PrintShape<A>} and ${PrintShape<B>}: ${A['length']} and ${B['length']} axes`;

type AddedSize<A extends Size, B extends Size> = A extends number
  ? B extends number
    ? Sum<A, B>
    : Size
  : Size;

/** Outcome of `stack(tensors, axis)`: all shapes equal, their number is the size of a new axis. */
export type Stacked<Tensors extends readonly Tensor[], Axis extends number> = Tensors extends readonly [
  infer First extends Tensor,
  ...infer Others extends readonly Tensor[],
]
  ? AllEqual<First, Others> extends infer Common
    ? Common extends Tensor
      ? number extends Common['shape']['length']
        ? Tensor<Size[], Common['dtype']>
        : Position<[1, ...Common['shape']], Axis> extends infer At extends number
          ? [At] extends [never]
            ? `axis ${Axis} is outside a result of ${[1, ...Common['shape']]['length'] & number} axes`
            : number extends At
              ? Tensor<Size[], Common['dtype']>
              : Tensor<Inserted<Common['shape'], [Tensors['length']], At>, Common['dtype']>
          : never
      : Common
    : never
  : Tensors extends readonly []
    ? 'stack takes at least one tensor'
    : Tensor<Size[], Tensors[number]['dtype']>;

type AllEqual<Done extends Tensor, Others extends readonly Tensor[]> = Others extends readonly [
  infer Next extends Tensor,
  ...infer Rest extends readonly Tensor[],
]
  ? WithDType<
      EqualShape<Done['shape'], Next['shape']>,
      EqualDType<Done['dtype'], Next['dtype']>
    > extends infer Both
    ? Both extends Tensor
      ? AllEqual<Both, Rest>
      : Both
    : never
  : Others extends readonly []
    ? Done
    : Tensor<Size[], Done['dtype']>;

/** The shape that two shapes agree on, or the sentence that says that they differ. */
export type EqualShape<
  A extends Shape,
  B extends Shape,
  RestA extends Shape = A,
  RestB extends Shape = B,
  Done extends Size[] = [],
> = RestA extends readonly []
  ? RestB extends readonly [...Shape, Size]
    ? `${PrintShape<A>} and ${PrintShape<B>} have to be equal`
    : Done
  : RestB extends readonly []
    ? RestA extends readonly [...Shape, Size]
      ? `${PrintShape<A>} and ${PrintShape<B>} have to be equal`
      : Done
    : [RestA, RestB] extends [
          readonly [...infer BeforeA extends Shape, infer LastA extends Size],
          readonly [...infer BeforeB extends Shape, infer LastB extends Size],
        ]
      ? [EqualSize<LastA, LastB>] extends [never]
        ? `${PrintShape<A>} and ${PrintShape<B>} have to be equal: sizes ${PrintSize<LastA>} and ${PrintSize<LastB>}`
        : EqualShape<A, B, BeforeA, BeforeB, [EqualSize<LastA, LastB>, ...Done]>
      : // One of the two ranks is unknown: the other shape is the result.
        number extends RestA['length']
        ? [...RestB, ...Done]
        : [...RestA, ...Done];

/** One axis of `slice`: Python's `start:stop:step`; absent parts take all, backwards where the step is negative. */
export interface SliceRange {
  readonly start?: number;
  readonly stop?: number;
  readonly step?: number;
}

/** Outcome of `slice(x, ranges)`: sizes of literal ranges without a step, `number` for the others. */
export type Sliced<T extends Tensor, Ranges extends readonly (SliceRange | null)[]> =
  SlicedShape<T['shape'], Ranges> extends infer S
    ? [S] extends [Shape]
      ? Tensor<S, T['dtype']>
      : `${PrintShape<T['shape']>} has ${T['shape']['length']} axes, given ${Ranges['length']} ranges`
    : never;

type SlicedShape<
  S extends Shape,
  Ranges extends readonly unknown[],
  Done extends Size[] = [],
> = number extends S['length'] | Ranges['length']
  ? Size[]
  : Ranges extends readonly [infer Range, ...infer Others]
    ? S extends readonly [infer First extends Size, ...infer Rest extends Shape]
      ? SlicedShape<Rest, Others, [...Done, [Range] extends [null] ? First : RangeLength<First, Range>]>
      : 'too many ranges'
    : [...Done, ...S];

type RangeLength<Whole extends Size, Range> = Range extends { readonly step: number }
  ? number
  : Whole extends number
    ? Range extends { readonly stop: infer Stop extends number }
      ? Clipped<Stop, Whole> extends infer End extends number
        ? Difference<
            End,
            Range extends { readonly start: infer Start extends number } ? Start : 0
          > extends infer Length extends number
          ? [Length] extends [never]
            ? 0
            : Length
          : never
        : never
      : Range extends { readonly start: infer Start extends number }
        ? Difference<Whole, Start> extends infer Length extends number
          ? [Length] extends [never]
            ? 0
            : Length
          : never
        : Whole
    : Size;

/** A position after the end is the end. */
type Clipped<Stop extends number, Whole extends number> = number extends Whole
  ? number
  : [Difference<Whole, Stop>] extends [never]
    ? Whole
    : Stop;

/** Outcome of `pad(x, widths)`. */
export type Padded<T extends Tensor, Widths extends readonly (readonly [number, number])[]> =
  PaddedShape<T['shape'], Widths> extends infer S
    ? [S] extends [Shape]
      ? Tensor<S, T['dtype']>
      : `pad takes [before, after] for each of the ${T['shape']['length']} axes of ${PrintShape<T['shape']>}, given ${Widths['length']}`
    : never;

type PaddedShape<
  S extends Shape,
  Widths extends readonly unknown[],
  Done extends Size[] = [],
> = number extends S['length'] | Widths['length']
  ? Size[]
  : [S, Widths] extends [
        readonly [infer First extends Size, ...infer Rest extends Shape],
        readonly [infer Width, ...infer Others],
      ]
    ? PaddedShape<Rest, Others, [...Done, PaddedSize<First, Width>]>
    : [S, Widths] extends [readonly [], readonly []]
      ? Done
      : 'widths and axes differ in number';

type PaddedSize<Whole extends Size, Width> = Width extends readonly [0, 0]
  ? Whole
  : Width extends readonly [infer Before extends number, infer After extends number]
    ? AddedSize<Whole, Sum<Before, After>>
    : Size;

/** Outcome of `gather(x, indices, axis)`: the indices' shape, which is larger than that of x on the axis only. */
export type Gathered<T extends Tensor, I extends Tensor, Axis extends number> =
  Position<T['shape'], Axis> extends infer At extends number
    ? [At] extends [never]
      ? AxisSentence<T['shape'], Axis>
      : number extends At
        ? Tensor<I['shape'], T['dtype']>
        : EqualShape<Replaced<T['shape'], [Size], At>, I['shape']> extends infer S
          ? S extends Shape
            ? Tensor<S, T['dtype']>
            : FitsInside<Replaced<T['shape'], [Size], At>, I['shape']> extends true
              ? Tensor<I['shape'], T['dtype']>
              : `gather from ${PrintShape<T['shape']>} along axis ${At} takes indices ${PrintShape<Replaced<T['shape'], [Size], At>>}, given ${PrintShape<I['shape']>}`
          : never
    : never;

/** Whether no size of one shape is known to be larger than that of the other, of the same rank. */
type FitsInside<Outer extends Shape, Inner extends Shape> = [Outer, Inner] extends [
  readonly [infer SizeOuter extends Size, ...infer RestOuter extends Shape],
  readonly [infer SizeInner extends Size, ...infer RestInner extends Shape],
]
  ? [EqualSize<SizeOuter, SizeInner>] extends [never]
    ? [SizeOuter, SizeInner] extends [infer Whole extends number, infer Part extends number]
      ? [Difference<Whole, Part>] extends [never]
        ? false
        : FitsInside<RestOuter, RestInner>
      : false
    : FitsInside<RestOuter, RestInner>
  : [Outer, Inner] extends [readonly [], readonly []]
    ? true
    : false;

/** Outcome of `scatterAdd(target, indices, updates, axis)`: the target, with an update for every index. */
export type Scattered<T extends Tensor, I extends Tensor, U extends Tensor> =
  WithDType<PairedShape<I['shape'], U['shape']>, EqualDType<T['dtype'], U['dtype']>> extends infer Outcome
    ? [Outcome] extends [string]
      ? Outcome
      : Tensor<T['shape'], T['dtype']>
    : never;

/** The shape of the indices, or the sentence that says that it reaches beyond that of the updates. */
type PairedShape<I extends Shape, U extends Shape> =
  EqualShape<I, U> extends infer S ? (S extends Shape ? S : FitsInside<U, I> extends true ? I : S) : never;
