// Outcomes of losses, metrics and gradients in types. Relies on ./broadcast.ts, ./movement.ts and ./sentence.ts.
import type { FloatDType } from '../dtype.ts';
import type { Tensor } from '../node.ts';
import type { Shape, Size } from '../size.ts';
import type { EqualDType, WithDType } from './broadcast.ts';
import type { EqualShape } from './movement.ts';
import type { DTypeProblem, PrintShape, PrintTensor } from './sentence.ts';

/** How the losses of the elements become the result: their mean, their sum, or themselves. */
export type Reduction = 'mean' | 'sum' | 'none';

/** How the elements of a divergence become the result; `batchmean` divides their sum by the size of the first axis. */
export type DivergenceReduction = Reduction | 'batchmean';

type Reduced<S extends Shape, R extends DivergenceReduction> = 'none' extends R
  ? [R] extends ['none']
    ? S
    : Size[]
  : [];

/**
 * Outcome of `crossEntropy(logits, target, { reduction })`: the target is labels, or probabilities of every class. The
 * classes are on axis 1 of `[N, C, ...]`, on the only axis of `[C]`.
 */
export type CrossEntropy<L extends Tensor, T extends Tensor, R extends Reduction = 'mean'> = [
  T['dtype'],
] extends ['i32' | 'bool']
  ? LabelLoss<'crossEntropy', L, T, R>
  : ['i32'] extends [T['dtype']]
    ? Tensor<Reduced<WithoutClasses<L['shape']>, R>, L['dtype']>
    : WithDType<EqualShape<L['shape'], T['shape']>, EqualDType<L['dtype'], T['dtype']>> extends infer Both
      ? Both extends Tensor
        ? Tensor<Reduced<WithoutClasses<Both['shape']>, R>, Both['dtype']>
        : Both
      : never;

/** Outcome of a loss of labels, `nll(logProbabilities, labels)`; axes as for cross-entropy. */
export type LabelLoss<What extends string, L extends Tensor, T extends Tensor, R extends Reduction = 'mean'> =
  LabelProblem<What, L, T, WithoutClasses<L['shape']>> extends infer Problem
    ? [Problem] extends [never]
      ? Tensor<Reduced<WithoutClasses<L['shape']>, R>, L['dtype']>
      : Problem
    : never;

/** Outcome of `accuracy(scores, labels)`: the classes are on the last axis. */
export type Accuracy<L extends Tensor, T extends Tensor> =
  LabelProblem<'accuracy', L, T, WithoutLast<L['shape']>> extends infer Problem
    ? [Problem] extends [never]
      ? Tensor<[], 'f32'>
      : Problem
    : never;

type WithoutLast<S extends Shape> = S extends readonly [...infer Before extends Size[], Size]
  ? Before
  : Size[];

type WithoutClasses<S extends Shape> = S extends readonly [Size]
  ? []
  : S extends readonly [infer Samples extends Size, Size, ...infer Others extends Size[]]
    ? [Samples, ...Others]
    : Size[];

/** `never` when labels fit scores of classes; a sentence otherwise. `S` is the shape of the labels. */
type LabelProblem<What extends string, L extends Tensor, T extends Tensor, S extends Shape> =
  IsAny<L> extends true
    ? never
    : ['i32'] extends [T['dtype']]
      ? L['shape'] extends readonly []
        ? `${What} takes scores of one class or more, given a scalar`
        : EqualShape<S, T['shape']> extends infer Both
          ? [Both] extends [string]
            ? `${What} takes labels ${PrintShape<S>} for scores ${PrintShape<L['shape']>}, given ${PrintShape<T['shape']>}`
            : never
          : never
      : `${What} takes i32 labels, given ${T['dtype']}`;

/** Whether a type is `any`, which would take both branches of the checks. */
type IsAny<T> = 0 extends 1 & T ? true : false;

/** Outcome of losses that compare element by element, `mse(prediction, target)`. */
export type ElementLoss<P extends Tensor, T extends Tensor, R extends DivergenceReduction = 'mean'> =
  WithDType<EqualShape<P['shape'], T['shape']>, EqualDType<P['dtype'], T['dtype']>> extends infer Both
    ? Both extends Tensor
      ? Tensor<Reduced<Both['shape'], R>, Both['dtype']>
      : Both
    : never;

/** Outcome of losses that compare rows on the last axis of equal shapes, `tripletMargin(a, p, n)`: one loss a row. */
export type RowLoss<A extends Tensor, B extends Tensor, R extends Reduction = 'mean'> =
  WithDType<EqualShape<A['shape'], B['shape']>, EqualDType<A['dtype'], B['dtype']>> extends infer Both
    ? Both extends Tensor
      ? Tensor<Reduced<WithoutLast<Both['shape']>, R>, Both['dtype']>
      : Both
    : never;

/** Outcome of `multiMargin(scores, labels)`: one loss a label; scores `[N, C]` or `[C]`. */
export type LabelledRows<
  S extends Tensor,
  L extends Tensor,
  R extends Reduction = 'mean',
> = S['shape'] extends readonly [Size, Size]
  ? LabelLoss<'multiMargin', S, L, R>
  : ['i32'] extends [L['dtype']]
    ? Tensor<Reduced<L['shape'], R>, S['dtype']>
    : `multiMargin takes i32 labels, given ${L['dtype']}`;

/** The problem of the first argument of `grad(loss, wrt, options)`: not a scalar, and no cotangent; or `never`. */
export type LossProblem<L extends Tensor, Options = object> = [[]] extends [L['shape']]
  ? DTypeProblem<L['dtype'], FloatDType, 'grad'>
  : Options extends { readonly cotangent: Tensor }
    ? DTypeProblem<L['dtype'], FloatDType, 'grad'>
    : `grad takes a scalar loss, given ${PrintTensor<L>}: take its mean or sum`;

/** The gradients: tensors of the shapes and dtypes of what they are taken with respect to. */
export type GradientsOf<W extends readonly Tensor[]> = {
  -readonly [K in keyof W]: Tensor<W[K]['shape'], W[K]['dtype']>;
};
