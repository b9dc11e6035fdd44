// How the types report a mistake: the offending parameter's type becomes a sentence, a string literal type. `tsc`
// then prints one line that ends in the sentence; an interface around it would be printed as a missing property.
// Relies on the tensor and size types alone.
import type { DType, FloatDType } from '../dtype.ts';
import type { Tensor } from '../node.ts';
import type { Dim, Shape } from '../size.ts';

/**
 * The type of a parameter that is at fault when the outcome `Of` of a call is a sentence: the argument's own type, or
 * the sentence. An outcome is what a call gives, a tensor type, or the sentence that says what is wrong.
 */
export type Checked<Argument, Of> = [Of] extends [string] ? Refusal<Argument, Of> : Argument;

/** As {@link Checked}, for a check that gives nothing but its problem: `never`, or a sentence. */
export type Unless<Problem, Argument> = [Problem] extends [never] ? Argument : Refusal<Argument, Problem>;

/**
 * The sentence, kept out of the inference of the argument. An argument of type `any` passes: with it overloads are
 * compared with their implementation.
 */
type Refusal<Argument, Sentence> = unknown extends Argument ? Argument : NoInfer<Sentence>;

/** The result of a checked call. A call with a mistake gives an unknown tensor, so that one mistake is one error. */
export type Result<Of> = [Of] extends [string] ? Tensor : Exclude<Of, string>;

/** `batch`, `3`, or `?` where the type does not know. */
export type PrintSize<S> = [S] extends [number]
  ? number extends S
    ? '?'
    : `${S}`
  : [S] extends [Dim<infer Name>]
    ? string extends Name
      ? '?'
      : Name
    : '?';

type Append<Text extends string, Item extends string> = Text extends '' ? Item : `${Text}, ${Item}`;
type Prepend<Item extends string, Text extends string> = Text extends '' ? Item : `${Item}, ${Text}`;

/** `[batch, 3]`; axes that the type does not know are `...`. */
export type PrintShape<
  S extends Shape,
  Before extends string = '',
  After extends string = '',
> = S extends readonly []
  ? `[${Before}]`
  : S extends readonly [infer First, ...infer Others extends Shape]
    ? PrintShape<Others, Append<Before, PrintSize<First>>>
    : S extends readonly [...infer Others extends Shape, infer Last]
      ? PrintShape<Others, Before, Prepend<PrintSize<Last>, After>>
      : `[${Append<Before, Prepend<'...', After>>}]`;

/** The shape, after the dtype where that is not a float: `[batch, 3]`, `i32 [batch]`. */
export type PrintTensor<T extends Tensor> = [T['dtype']] extends ['i32' | 'bool']
  ? `${T['dtype']} ${PrintShape<T['shape']>}`
  : PrintShape<T['shape']>;

/** Element types that arithmetic takes. */
export type NumberDType = FloatDType | 'i32';

/** `f32 or f64`, as in the compiler's messages. */
export type PrintDTypes<Takes extends DType> = [DType] extends [Takes]
  ? 'any dtype'
  : [NumberDType] extends [Takes]
    ? 'f32, f64 or i32'
    : [FloatDType] extends [Takes]
      ? 'f32 or f64'
      : Takes;

/** The problem of a dtype that a function does not take: `exp takes f32 or f64, given i32`; `never` where it may. */
export type DTypeProblem<D extends DType, Takes extends DType, What extends string> = [
  Extract<D, Takes>,
] extends [never]
  ? `${What} takes ${PrintDTypes<Takes>}, given ${D}`
  : never;
