// Outcomes of convolutions and poolings in types: sizes of spatial axes follow from literal kernels, strides, paddings and
// dilations; what these do not settle is a `number`. Relies on ./decimal.ts, ./broadcast.ts and ./layer.ts.
import type { DType, FloatDType } from '../dtype.ts';
import type { Tensor } from '../node.ts';
import type { Shape, Size } from '../size.ts';
import type { EqualDType, EqualSize, WithDType } from './broadcast.ts';
import type { Difference, FloorQuotient, Product, Sum } from './decimal.ts';
import type { LayerRule } from './layer.ts';
import type { Flattened } from './reshape.ts';
import type { PrintShape, PrintSize } from './sentence.ts';

/** The value of an option, or its default where it is not given. */
type Option<Options, Name extends string, Default> = Name extends keyof Options
  ? undefined extends Options[Name]
    ? Default
    : Options[Name]
  : Default;

/** What an option says of one axis: a number for all, or a list; pairs and unknown lists say nothing. */
type AxisOf<Value, At extends number> = Value extends number
  ? Value
  : Value extends readonly [infer Only]
    ? Only extends number
      ? Only
      : number
    : Value extends readonly unknown[]
      ? Value[At] extends infer Own extends number
        ? Own
        : number
      : number;

/** `d · (k - 1) + 1`: how far a window reaches. */
type Reach<Kernel extends number, Dilation extends number> = Sum<
  Product<Dilation, Extract<Difference<Kernel, 1>, number>>,
  1
>;

/** How many windows of a reach fit at a stride: `⌊(length + 2 · padding - reach) / stride⌋ + 1`, `never` where none does. */
type WindowCount<
  Length,
  Window extends number,
  Stride extends number,
  Padding extends number,
> = Length extends number
  ? Difference<Sum<Length, Product<2, Padding>>, Window> extends infer Room
    ? [Room] extends [never]
      ? never
      : Room extends number
        ? Sum<FloorQuotient<Room, Stride>, 1>
        : number
    : number
  : number;

/** The size of one axis after a convolution. */
type ConvolvedSize<Length, Kernel, Options, At extends number> =
  Option<Options, 'padding', 0> extends infer Padding
    ? Padding extends 'same'
      ? Length
      : WindowCount<
          Length,
          Reach<AxisOf<Kernel, At>, AxisOf<Option<Options, 'dilation', 1>, At>>,
          AxisOf<Option<Options, 'stride', 1>, At>,
          Padding extends 'valid' ? 0 : AxisOf<Padding, At>
        >
    : number;

/** The size of one axis after a transposed convolution: `(length - 1) · stride - 2 · padding + reach + output padding`. */
type TransposedSize<Length, Kernel, Options, At extends number> = Length extends number
  ? Difference<
      Sum<
        Product<Extract<Difference<Length, 1>, number>, AxisOf<Option<Options, 'stride', 1>, At>>,
        Sum<
          Reach<AxisOf<Kernel, At>, AxisOf<Option<Options, 'dilation', 1>, At>>,
          AxisOf<Option<Options, 'outputPadding', 0>, At>
        >
      >,
      Product<2, AxisOf<Option<Options, 'padding', 0>, At>>
    >
  : number;

/** The size of one axis after pooling; windows that only begin inside are not counted in types. */
type PooledSize<Length, Kernel, Options, At extends number> =
  Option<Options, 'ceilMode', false> extends false
    ? WindowCount<
        Length,
        Reach<AxisOf<Kernel, At>, AxisOf<Option<Options, 'dilation', 1>, At>>,
        Option<Options, 'stride', null> extends infer Stride
          ? Stride extends null | readonly []
            ? AxisOf<Kernel, At>
            : AxisOf<Stride, At>
          : number,
        AxisOf<Option<Options, 'padding', 0>, At>
      >
    : number;

/** The size of one axis after pooling to a size; null keeps what there is. */
type AdaptedSize<Length, Wanted, At extends number> = Wanted extends number
  ? Wanted
  : Wanted extends readonly unknown[]
    ? Wanted[At] extends infer Own
      ? Own extends null
        ? Length
        : Own extends number
          ? Own
          : number
      : number
    : number;

/** What is done to the spatial axes. */
export type SpatialKind = 'convolved' | 'transposed' | 'pooled' | 'adapted';

type SizeAfter<
  Kind extends SpatialKind,
  Length,
  Kernel,
  Options,
  At extends number,
> = Kind extends 'convolved'
  ? ConvolvedSize<Length, Kernel, Options, At>
  : Kind extends 'transposed'
    ? TransposedSize<Length, Kernel, Options, At>
    : Kind extends 'pooled'
      ? PooledSize<Length, Kernel, Options, At>
      : AdaptedSize<Length, Kernel, At>;

/** The sizes of all spatial axes afterwards. */
type SizesAfter<
  Kind extends SpatialKind,
  Sizes extends Shape,
  Kernel,
  Options,
  Done extends Size[] = [],
> = Sizes extends readonly [infer First extends Size, ...infer Others extends Shape]
  ? SizeAfter<Kind, First, Kernel, Options, Done['length']> extends infer After
    ? [After] extends [never]
      ? never
      : After extends Size
        ? SizesAfter<Kind, Others, Kernel, Options, [...Done, After]>
        : never
    : never
  : Done;

/** A shape as what stands before its spatial axes, and those; `never` where it has too few. */
type Parted<S extends Shape, Rank extends number> = Rank extends 1
  ? S extends readonly [...infer Before extends Shape, infer L extends Size]
    ? [Before, [L]]
    : never
  : Rank extends 2
    ? S extends readonly [...infer Before extends Shape, infer H extends Size, infer W extends Size]
      ? [Before, [H, W]]
      : never
    : S extends readonly [
          ...infer Before extends Shape,
          infer D extends Size,
          infer H extends Size,
          infer W extends Size,
        ]
      ? [Before, [D, H, W]]
      : never;

interface AxisNames {
  1: 'L';
  2: 'H, W';
  3: 'D, H, W';
}
type NamesOf<Rank extends number> = Rank extends keyof AxisNames ? AxisNames[Rank] : '...';

type Takes<
  Call extends string,
  Rank extends number,
  Channels extends string,
> = `${Call} takes [N, ${Channels}, ${NamesOf<Rank>}] or [${Channels}, ${NamesOf<Rank>}]`;

/** The shape after spatial axes were worked on, `Out` channels where they change, or a sentence. */
type ShapeAfter<
  Kind extends SpatialKind,
  Call extends string,
  Rank extends number,
  S extends Shape,
  In extends Size,
  Out extends Size | 'kept',
  Kernel,
  Options,
> = number extends S['length']
  ? Size[]
  : Parted<S, Rank> extends [infer Before extends Shape, infer Sizes extends Shape]
    ? Before extends readonly [...infer Batch extends readonly [] | readonly [Size], infer C extends Size]
      ? [EqualSize<C, In>] extends [never]
        ? Takes<Call, Rank, PrintSize<In>>
        : SizesAfter<Kind, Sizes, Kernel, Options> extends infer After
          ? [After] extends [never]
            ? `${Call}: the window does not fit into ${PrintShape<S>}`
            : After extends Size[]
              ? [...Batch, Out extends Size ? Out : C, ...After]
              : never
          : never
      : Takes<Call, Rank, number extends In ? 'C' : PrintSize<In>>
    : Takes<Call, Rank, number extends In ? 'C' : PrintSize<In>>;

type OnlyFloats<Call extends string, D extends DType> = [Extract<D, FloatDType>] extends [never]
  ? `${Call} takes f32 or f64`
  : D;

/** The rule of layers that work on spatial axes: `conv2d(3, 8, 3)`, `maxPool2d(2)`. */
export interface Spatial<
  Kind extends SpatialKind,
  Call extends string,
  Rank extends number,
  In extends Size,
  Out extends Size | 'kept',
  Kernel,
  Options,
> extends LayerRule {
  readonly rule: Kind;
  readonly output: this['input'] extends Tensor<infer S, infer D>
    ? WithDType<ShapeAfter<Kind, Call, Rank, S, In, Out, Kernel, Options>, OnlyFloats<Call, D>>
    : never;
}

/** Outcome of `conv2d(x, weight, options)` and, `transposed`, of `convTranspose2d`. */
export type Convolved<
  Kind extends 'convolved' | 'transposed',
  Call extends string,
  Rank extends number,
  X extends Tensor,
  W extends Tensor,
  Options,
> =
  Parted<W['shape'], Rank> extends [infer Before extends Shape, infer Kernel extends Shape]
    ? number extends W['shape']['length']
      ? Tensor<Size[], X['dtype']>
      : WithDType<
          ShapeAfter<
            Kind,
            Call,
            Rank,
            X['shape'],
            WeightChannels<Kind, Before, Options, 'in'>,
            WeightChannels<Kind, Before, Options, 'out'>,
            Kernel,
            Options
          >,
          EqualDType<X['dtype'], W['dtype']>
        >
    : Tensor<Size[], X['dtype']>;

/** Channels that a weight `[a, b, …]` takes and gives: the first size is whole, the second that of a group. */
type WeightChannels<
  Kind,
  Before extends Shape,
  Options,
  Side extends 'in' | 'out',
> = Before extends readonly [infer A extends Size, infer B extends Size]
  ? [Kind, Side] extends ['convolved', 'out'] | ['transposed', 'in']
    ? A
    : B extends number
      ? Product<B, AxisOf<Option<Options, 'groups', 1>, 0>>
      : Size
  : Size;

/** Outcome of `maxPool2d(x, size, options)` and its kin, and, `adapted`, of poolings to a size. */
export type Pooled<
  Kind extends 'pooled' | 'adapted',
  Call extends string,
  Rank extends number,
  X extends Tensor,
  Kernel,
  Options = object,
> = WithDType<
  ShapeAfter<Kind, Call, Rank, X['shape'], Size, 'kept', Kernel, Options>,
  OnlyFloats<Call, X['dtype']>
>;

/** The rule of `flatten(start, end)`: axes from start to end become one. */
export interface Flattening<Start extends number, End extends number> extends LayerRule {
  readonly rule: 'flattening';
  readonly output: this['input'] extends Tensor ? Flattened<this['input'], Start, End> : never;
}
