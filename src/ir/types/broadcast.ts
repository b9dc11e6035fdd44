// Equality and broadcasting of sizes and shapes in types, and the elementwise signatures' outcomes. Unknown sizes
// (`number`, `Dim`, `Size`) and unknown ranks (`Size[]`) fit everything: the compiler decides them. Relies on ./sentence.ts.
import type { DType } from '../dtype.ts';
import type { Tensor } from '../node.ts';
import type { Dim, Shape, Size } from '../size.ts';
import type { NumberDType, PrintDTypes, PrintShape, PrintSize } from './sentence.ts';

/** What elementwise functions take: a tensor, or a number that adopts the other operand's dtype. */
export type Operand = Tensor | number;

/** The size that two sizes agree on, the better known of the two; `never` where they differ for certain. */
export type EqualSize<A extends Size, B extends Size> = [A] extends [B]
  ? A
  : [B] extends [A]
    ? B
    : MayMeet<A, B> extends true
      ? Size
      : never;

/** Whether two sizes, neither of which contains the other, may still be equal: unions, `number` and names. */
type MayMeet<A extends Size, B extends Size> = number extends A | B
  ? true
  : [(Extract<A, number> & Extract<B, number>) | (Extract<A, Dim> & Extract<B, Dim>)] extends [never]
    ? false
    : true;

/**
 * The size that two sizes broadcast to; `never` where they do not for certain. `1 extends A` holds when A is 1 or may
 * be: such a size settles nothing about the result.
 */
type BroadcastSize<A extends Size, B extends Size> = [A] extends [1]
  ? B
  : [B] extends [1]
    ? A
    : [A] extends [B]
      ? 1 extends A
        ? B
        : A
      : [B] extends [A]
        ? 1 extends B
          ? A
          : B
        : 1 extends A
          ? B
          : 1 extends B
            ? A
            : MayMeet<A, B> extends true
              ? Size
              : never;

/** The last size of a shape and those before it; an unknown rank gives an unknown size. `never` at the end. */
type SplitLast<S extends Shape> = S extends readonly []
  ? never
  : S extends readonly [...infer Before extends Shape, infer Last extends Size]
    ? [Before, Last]
    : [Size[], Size];

type AxisFromEnd<Done extends Shape> = Done extends readonly []
  ? 'the last axis'
  : `axis -${[0, ...Done]['length'] & number}`;

/** NumPy's broadcasting of two shapes, or the sentence that says why not. */
export type BroadcastShape<
  A extends Shape,
  B extends Shape,
  RestA extends Shape = A,
  RestB extends Shape = B,
  Done extends Size[] = [],
> = RestA extends readonly []
  ? [...RestB, ...Done]
  : RestB extends readonly []
    ? [...RestA, ...Done]
    : [IsOpen<RestA>, IsOpen<RestB>] extends [true, true]
      ? [...Size[], ...Done]
      : [SplitLast<RestA>, SplitLast<RestB>] extends [
            [infer BeforeA extends Shape, infer LastA extends Size],
            [infer BeforeB extends Shape, infer LastB extends Size],
          ]
        ? BroadcastSize<LastA, LastB> extends infer Last extends Size
          ? [Last] extends [never]
            ? `cannot broadcast ${PrintShape<A>} with ${PrintShape<B>}: sizes ${PrintSize<LastA>} and ${PrintSize<LastB>} on ${AxisFromEnd<Done>}`
            : BroadcastShape<A, B, BeforeA, BeforeB, [Last, ...Done]>
          : never
        : never;

/** Whether nothing at all is known of the end of the shape. */
type IsOpen<S extends Shape> = S extends readonly []
  ? false
  : S extends readonly [...Shape, infer _Last]
    ? false
    : true;

/** The shape of an operand; numbers are scalars. */
export type ShapeOf<A extends Operand> = [A] extends [number]
  ? []
  : [A] extends [Tensor<infer S>]
    ? S
    : Size[];

/** The dtype that two operands agree on, or the sentence that says why not. */
export type CommonDType<A extends Operand, B extends Operand> = [A] extends [number]
  ? [B] extends [number]
    ? 'f32'
    : DTypeOf<B>
  : [B] extends [number]
    ? DTypeOf<A>
    : EqualDType<DTypeOf<A>, DTypeOf<B>>;

type DTypeOf<A extends Operand> = [A] extends [Tensor<Shape, infer D>] ? D : Extract<A, Tensor>['dtype'];

/** Equal dtypes, the better known of the two, or the sentence that says that they differ. */
export type EqualDType<A extends DType, B extends DType> = [A] extends [B]
  ? A
  : [B] extends [A]
    ? B
    : [A & B] extends [never]
      ? `${A} and ${B}: cast one of them`
      : A & B;

/** Outcome of `add`, `mul`, … : broadcast shapes, equal dtypes among those that the function takes. */
export type Elementwise<A extends Operand, B extends Operand, Takes extends DType = NumberDType> = WithDType<
  BroadcastShape<ShapeOf<A>, ShapeOf<B>>,
  TakenDType<CommonDType<A, B>, Takes>
>;

/** Outcome of `less`, `equal`, … : as elementwise, with booleans as the result. */
export type Comparison<A extends Operand, B extends Operand, Takes extends DType = NumberDType> = WithDType<
  BroadcastShape<ShapeOf<A>, ShapeOf<B>>,
  TakenDType<CommonDType<A, B>, Takes, 'bool'>
>;

/** Outcome of `logicalAnd`, … : shapes broadcast, whatever the dtypes are. */
export type Logical<A extends Operand, B extends Operand> = WithDType<
  BroadcastShape<ShapeOf<A>, ShapeOf<B>>,
  'bool'
>;

/** The dtype of the result, or the sentence that says that the operands' is not one that the function takes. */
type TakenDType<D, Takes extends DType, Gives = D> = [D] extends [DType]
  ? [Extract<D, Takes>] extends [never]
    ? `${D} operands: this takes ${PrintDTypes<Takes>}, cast them`
    : Gives
  : D;

/** Outcome of `where(condition, a, b)`: all three broadcast, a and b of one dtype. */
export type Selection<C extends Tensor, A extends Operand, B extends Operand> =
  BroadcastShape<ShapeOf<A>, ShapeOf<B>> extends infer Branches
    ? Branches extends Shape
      ? WithDType<BroadcastShape<C['shape'], Branches>, CommonDType<A, B>>
      : Branches
    : never;

/** A tensor of a shape and a dtype, either of which may be a sentence; the shape's comes first. */
export type WithDType<S, D> = [S] extends [string]
  ? S
  : [D] extends [DType]
    ? S extends Shape
      ? Tensor<S, D>
      : never
    : D;
