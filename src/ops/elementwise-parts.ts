// What the entries of elementwise families are made of. Apart from ./elementwise.ts, so that tables of entries may be
// evaluated while modules that need each other are still being loaded.
import type { DType, FloatDType } from '../ir/dtype.ts';
import type { NotDifferentiable } from '../ir/node.ts';
import * as scalar from '../ir/scalar.ts';
import type { BinaryInstruction, Expression, ScalarFunction, UnaryInstruction } from '../ir/scalar.ts';
import type { NumberDType } from '../ir/types/sentence.ts';

/** The element types that an operation may take. */
export const floats: readonly FloatDType[] = ['f32', 'f64'];
export const numbers: readonly NumberDType[] = ['f32', 'f64', 'i32'];
export const anything: readonly DType[] = ['f32', 'f64', 'i32', 'bool'];

/** The expression of one instruction with one operand. */
export const instruction1 =
  (name: UnaryInstruction) =>
  (x: Expression): Expression =>
    scalar.unary(name, x);

/** The expression of one instruction with two operands. */
export const instruction2 =
  (name: BinaryInstruction) =>
  (left: Expression, right: Expression): Expression =>
    scalar.binary(name, left, right);

/** The call of a scalar function, in the format of the operands. */
export const callOf =
  (pair: { readonly f32: ScalarFunction; readonly f64: ScalarFunction }) =>
  (...operands: readonly Expression[]): Expression =>
    scalar.call(operands[0]?.type === 'f64' ? pair.f64 : pair.f32, ...operands);

export const stepwise: NotDifferentiable = {
  notDifferentiable: 'zero',
  reason: 'a step function is constant almost everywhere',
};

export const comparing: NotDifferentiable = {
  notDifferentiable: 'zero',
  reason: 'a comparison is constant almost everywhere',
};

export const ofIntegers: NotDifferentiable = {
  notDifferentiable: 'zero',
  reason: 'integers and booleans have no gradient',
};
