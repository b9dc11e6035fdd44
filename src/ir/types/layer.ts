// Layers in types. A layer carries a rule, a function from the type of its input to the type of its output, so that
// `sequential` can check its layers against each other. A new layer brings a rule of its own: an interface that
// extends LayerRule and computes `output` from `this['input']`. Relies on ./broadcast.ts and ./sentence.ts.
import type { DType, FloatDType } from '../dtype.ts';
import type { Tensor } from '../node.ts';
import type { Shape, Size } from '../size.ts';
import type { EqualSize } from './broadcast.ts';
import type { Checked, PrintShape, PrintSize, PrintTensor, Result } from './sentence.ts';

/**
 * A function from tensor type to tensor type. `output` is what the layer gives for `input`, or what it takes instead,
 * a text such as `linear takes [..., 31]` that callers complete to a sentence. This one is the rule of layers that
 * types cannot follow: its output is unknown.
 */
export interface LayerRule {
  readonly input: unknown;
  readonly output: unknown;
}

/** The output of a rule for an input: a tensor, or the text of what the layer takes. */
export type Apply<R extends LayerRule, T> = (R & { readonly input: T })['output'] extends infer Output
  ? unknown extends Output
    ? T extends Tensor<Shape, infer D>
      ? Tensor<Size[], D>
      : never
    : Output
  : never;

/** The rule of activations, dropout, and all layers that keep shape and dtype. */
export interface Same extends LayerRule {
  readonly rule: 'same';
  readonly output: this['input'];
}

/** The rule of `linear`: `[..., In]` to `[..., Out]`. */
export interface Features<In extends number, Out extends number> extends LayerRule {
  readonly rule: 'features';
  readonly output: FeaturesOutput<this['input'], In, Out, 'linear', '...'>;
}

/** The rule of layers over sequences, attention and recurrent ones: `[..., steps, In]` to `[..., steps, Out]`. */
export interface Sequences<Name extends string, In extends number, Out extends number> extends LayerRule {
  readonly rule: 'sequences';
  readonly output: FeaturesOutput<this['input'], In, Out, Name, '..., steps'>;
}

type FeaturesOutput<T, In extends number, Out extends number, Name extends string, Before extends string> =
  T extends Tensor<infer S, infer D>
    ? IsFloat<D> extends false
      ? `${Name} takes f32 or f64`
      : S extends readonly [...infer Leading extends Size[], infer Last extends Size]
        ? [EqualSize<Last, In>] extends [never]
          ? `${Name} takes [${Before}, ${PrintSize<In>}]`
          : Tensor<[...Leading, Out], D>
        : S extends readonly []
          ? `${Name} takes [${Before}, ${PrintSize<In>}]`
          : Tensor<[...Size[], Out], D>
    : never;

/** Whether a dtype is, or may be, a float. */
type IsFloat<D extends DType> = [Extract<D, FloatDType>] extends [never] ? false : true;

/** Layers that normalise channels, by what they take. */
export type NormForm = keyof ChannelForms<1, []>;

/**
 * For each layer that normalises channels: where the channels of a shape are, or `never` for a shape of another rank, and
 * what it takes. The first axis may be missing where the second form says so.
 */
interface ChannelForms<C extends number, S extends Shape> {
  readonly batchNorm1d: [
    S extends readonly [Size, infer G] | readonly [Size, infer G, Size] ? G : never,
    `batchNorm1d takes [N, ${PrintSize<C>}] or [N, ${PrintSize<C>}, L]`,
  ];
  readonly batchNorm2d: [
    S extends readonly [Size, infer G, Size, Size] ? G : never,
    `batchNorm2d takes [N, ${PrintSize<C>}, H, W]`,
  ];
  readonly batchNorm3d: [
    S extends readonly [Size, infer G, Size, Size, Size] ? G : never,
    `batchNorm3d takes [N, ${PrintSize<C>}, D, H, W]`,
  ];
  readonly groupNorm: [
    S extends readonly [Size, infer G, ...Size[]] ? G : never,
    `groupNorm takes [N, ${PrintSize<C>}, ...]`,
  ];
  readonly instanceNorm1d: [
    S extends readonly [Size, infer G, Size] | readonly [infer G, Size] ? G : never,
    `instanceNorm1d takes [N, ${PrintSize<C>}, L] or [${PrintSize<C>}, L]`,
  ];
  readonly instanceNorm2d: [
    S extends readonly [Size, infer G, Size, Size] | readonly [infer G, Size, Size] ? G : never,
    `instanceNorm2d takes [N, ${PrintSize<C>}, H, W] or [${PrintSize<C>}, H, W]`,
  ];
  readonly instanceNorm3d: [
    S extends readonly [Size, infer G, Size, Size, Size] | readonly [infer G, Size, Size, Size] ? G : never,
    `instanceNorm3d takes [N, ${PrintSize<C>}, D, H, W] or [${PrintSize<C>}, D, H, W]`,
  ];
}

/** The rule of layers that normalise `C` channels and keep the type: `batchNorm1d` unless another is named. */
export interface Channels<C extends number, Form extends NormForm = 'batchNorm1d'> extends LayerRule {
  readonly rule: 'channels';
  readonly output: ChannelsOutput<this['input'], C, Form>;
}

type ChannelsOutput<T, C extends number, Form extends NormForm> =
  T extends Tensor<infer S, infer D>
    ? IsFloat<D> extends false
      ? `${Form} takes f32 or f64`
      : number extends S['length']
        ? T
        : ChannelForms<C, S>[Form] extends readonly [infer Given, infer Sentence]
          ? [Given] extends [never]
            ? Sentence
            : [EqualSize<Extract<Given, Size>, C>] extends [never]
              ? Sentence
              : T
          : never
    : never;

/** The rule of `layerNorm` and `rmsNorm`: the last axes have the given sizes, the type is kept. */
export interface Trailing<What extends string, N extends Shape> extends LayerRule {
  readonly rule: 'trailing';
  readonly output: TrailingOutput<this['input'], What, N>;
}

type TrailingOutput<T, What extends string, N extends Shape> =
  T extends Tensor<infer S, infer D>
    ? IsFloat<D> extends false
      ? `${What} takes f32 or f64`
      : EndsWith<S, N> extends true
        ? T
        : `${What} takes ${PrintShape<[...Size[], ...N]>}`
    : never;

/** Whether a shape ends with the sizes of another, as far as the types know. */
type EndsWith<S extends Shape, N extends Shape> = N extends readonly [
  ...infer Before extends Size[],
  infer Last extends Size,
]
  ? S extends readonly []
    ? false
    : S extends readonly [...infer Others extends Size[], infer Given extends Size]
      ? [EqualSize<Given, Last>] extends [never]
        ? false
        : EndsWith<Others, Before>
      : true
  : true;

/** The sizes of `layerNorm(4)` and `layerNorm([3, 4])`. */
export type AsShape<N extends number | readonly number[]> = N extends number
  ? [N]
  : N extends readonly number[]
    ? N
    : never;

/** The rule of several layers, one after the other, that do not amount to a shorter one. */
export interface Pipe<Rules extends readonly LayerRule[]> extends LayerRule {
  readonly rule: 'pipe';
  readonly rules: Rules;
  readonly output: PipeOutput<this['input'], Rules>;
}

type PipeOutput<
  T,
  Rules extends readonly LayerRule[],
  Inside extends boolean = false,
> = Rules extends readonly [infer First extends LayerRule, ...infer Others extends readonly LayerRule[]]
  ? Apply<First, T> extends infer Next
    ? Next extends Tensor
      ? PipeOutput<Next, Others, true>
      : Inside extends true
        ? `${Next & string}, but the layers before it give ${PrintTensor<Extract<T, Tensor>>}`
        : Next
    : never
  : T;

declare const ruleOf: unique symbol;

/**
 * What the types know of a layer: a function from tensor to tensor. Hovers show its rule: `Layer<Features<4, 30>>`
 * takes `[..., 4]` and gives `[..., 30]`.
 */
export interface TypedLayer<R extends LayerRule = LayerRule> {
  <T extends Tensor>(x: Checked<T, Application<R, T>>): Result<Application<R, T>>;
  /** Holds the rule; no value has it, only its type. */
  readonly [ruleOf]: R;
}

/** Outcome of `layer(x)`. */
export type Application<R extends LayerRule, T extends Tensor> =
  Apply<R, T> extends infer Output
    ? [Output] extends [`${string} before it give ${string}`]
      ? `${Output} for ${PrintTensor<T>}`
      : [Output] extends [string]
        ? `${Output}, given ${PrintTensor<T>}`
        : Output
    : never;

/** Outcome of `sequential(name?, ...layers)`, checked from the first layer on, for any input. Tail recursive. */
type Compose<
  Arguments extends readonly unknown[],
  Seen extends readonly unknown[] = [],
  Current extends Tensor = Tensor<Size[]>,
  Rules extends readonly LayerRule[] = [],
> = Arguments extends readonly []
  ? Shortest<Rules>
  : Arguments extends readonly [infer First, ...infer Others]
    ? First extends { readonly [ruleOf]: infer R extends LayerRule }
      ? Apply<R, Current> extends infer Next
        ? Next extends Tensor
          ? Compose<Others, [...Seen, First], Next, Push<Rules, R>>
          : Refused<Seen, `${Next & string}, but the layers before it give ${PrintTensor<Current>}`, Others>
        : never
      : First extends string
        ? Seen extends readonly []
          ? Compose<Others, [First]>
          : Refused<Seen, 'the name comes first: sequential(name, ...layers)', Others>
        : Refused<Seen, NotALayer<First>, Others>
    : LayerRule;

type NotALayer<Given> = Given extends (...parameters: never) => unknown
  ? 'a function, not a layer: call it, for example relu()'
  : Given extends Tensor
    ? 'a tensor, not a layer: apply the layers to it afterwards, sequential(...)(x)'
    : 'sequential takes layers, after an optional name';

/** The arguments of `sequential`, with a sentence in place of the first that does not fit. */
interface Refused<
  Seen extends readonly unknown[],
  Sentence extends string,
  Others extends readonly unknown[],
> {
  readonly parameters: [...Seen, Sentence, ...Others];
}

/** The rules with one more at the end; neighbours that amount to one rule become it. */
type Push<Rules extends readonly LayerRule[], R extends LayerRule> = R extends { readonly rule: 'same' }
  ? Rules
  : R extends Pipe<infer Inner>
    ? PushAll<Rules, Inner>
    : [Rules, R] extends [
          readonly [...infer Before extends readonly LayerRule[], Features<infer In, infer _Between>],
          Features<infer _In, infer Out>,
        ]
      ? [...Before, Features<In, Out>]
      : [...Rules, R];

type PushAll<Rules extends readonly LayerRule[], More extends readonly LayerRule[]> = More extends readonly [
  infer First extends LayerRule,
  ...infer Others extends readonly LayerRule[],
]
  ? PushAll<Push<Rules, First>, Others>
  : Rules;

type Shortest<Rules extends readonly LayerRule[]> = Rules extends readonly []
  ? Same
  : Rules extends readonly [infer Only extends LayerRule]
    ? Only
    : Pipe<Rules>;

/** The parameter types of `sequential`: the arguments' own, or a sentence in place of the first that does not fit. */
export type SequentialParameters<Arguments extends readonly unknown[]> =
  Compose<Arguments> extends { readonly parameters: infer Parameters extends readonly unknown[] }
    ? Parameters
    : Arguments;

/** The rule of the layer that `sequential` gives; an unknown one where an argument does not fit. */
export type SequentialRule<Arguments extends readonly unknown[]> =
  Compose<Arguments> extends infer R extends LayerRule ? R : LayerRule;

/** Labels to vectors: i32 `[...]` to `[..., F]`, in f32. */
export interface Labels<F extends number> extends LayerRule {
  readonly rule: 'labels';
  readonly output: this['input'] extends Tensor<infer S, infer D>
    ? [Extract<D, 'i32'>] extends [never]
      ? 'embedding takes i32 labels'
      : Tensor<[...S, F], 'f32'>
    : never;
}
