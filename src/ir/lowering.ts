// The contract between an op and the kernel builder: how one element of the result comes about. Ops say it without
// loops, buffers or targets; kernels/ decides how loops run it.
import type { IndexExpression } from './index-expression.ts';
import type { Attributes, Tensor } from './node.ts';
import type { Expression, Local } from './scalar.ts';

/** What an elementwise lowering may use. Shapes are concrete here. */
export interface ElementContext<A extends Attributes = Attributes> {
  readonly node: Tensor;
  readonly attrs: A;
  /** Index of the wanted element, one entry an axis of the result. */
  readonly index: readonly IndexExpression[];
  /** One element of an input. */
  readonly read: (input: number, index: readonly IndexExpression[]) => Expression;
  /** Range that the values of an i32 input are known to lie in, if it is known. */
  readonly rangeOfInput: (input: number) => { readonly low: number; readonly high: number } | undefined;
}

/** How a loop gathers contributions into one value. `sum` and `product` start at 0 and 1, `max`/`min` at ∓∞. */
export type Combiner = 'sum' | 'product' | 'max' | 'min';

/** How a scatter brings an update to what stands at its position: as a reduction does, or in its place. */
export type ScatterCombiner = Combiner | 'replace';

/**
 * A value carried through a loop that is not a plain reduction: `local = next`, in the order listed. No `next` reads a
 * local that is listed before its own, so that all of them see the values before the element.
 */
export interface Fold {
  readonly local: Local;
  readonly initial: Expression;
  readonly next: Expression;
}

export type Lowering<A extends Attributes = Attributes> =
  /** Lives in a buffer of its own: inputs, parameters, state, array constants. */
  | { readonly kind: 'leaf' }
  /** Every element is an expression of elements of the inputs. */
  | {
      readonly kind: 'element';
      /** Rough price of an element in units of one addition; 0 for pure movement. */
      readonly cost: number;
      /**
       * Present where an element depends on the elements at its own place alone, so that the op may run before or after
       * elements are moved or repeated. `rounded`: in f32 it gives the f64 result, rounded, which is what the reference
       * gives; `approximate`: the two may differ by rounding inside the op.
       */
      readonly pointwise?: 'rounded' | 'approximate';
      element(context: ElementContext<A>): Expression;
    }
  /** Reduces `axes` of the only input with a combiner. */
  | { readonly kind: 'reduction'; axes(attrs: A): readonly number[]; combiner(attrs: A): Combiner }
  /** Reduces one axis with carried values; the first fold is the result. */
  | {
      readonly kind: 'fold';
      axis(attrs: A): number;
      folds(attrs: A, element: Expression, position: IndexExpression): readonly Fold[];
    }
  /**
   * Carries values along one axis of inputs of one shape and keeps the first of them at every position: as it stands
   * after the element there or, in an exclusive scan, before it. Always in ascending order.
   */
  | {
      readonly kind: 'scan';
      axis(attrs: A): number;
      exclusive(attrs: A): boolean;
      folds(attrs: A, elements: readonly Expression[], position: IndexExpression): readonly Fold[];
    }
  /** A sum of products: `ops/contraction.ts` says over which axes. */
  | { readonly kind: 'contraction'; axes(attrs: A): ContractionAxes }
  /** Brings updates, in row-major order, into a copy of the target at run-time positions along an axis. */
  | { readonly kind: 'scatter'; axis(attrs: A): number; combiner(attrs: A): ScatterCombiner }
  /**
   * Composed of other ops, once gradients have been taken: the op has a gradient, a reference and a name of its own in
   * diagrams, and kernels see what it is made of. Gives a tensor of the node's shape and dtype; sizes are numbers here.
   */
  | { readonly kind: 'expansion'; expand(inputs: readonly Tensor[], attrs: A, node: Tensor): Tensor }
  /** Replaced by an earlier stage (specialisation of mode, sizes, random streams). */
  | { readonly kind: 'erased' };

/** Which axes of left and right are paired. Result: batch axes, then free axes of left, then free axes of right. */
export interface ContractionAxes {
  readonly batchLeft: readonly number[];
  readonly batchRight: readonly number[];
  readonly contractLeft: readonly number[];
  readonly contractRight: readonly number[];
}
