// Scalar expressions as WebAssembly SIMD, one value a lane: what `scalar.ts` does for one iteration is done here for
// four. Booleans are masks of ones and zeros. f64 has no vectors here; loops over it run one value at a time.
import { InternalError } from '../../ir/errors.ts';
import type { DType } from '../../ir/dtype.ts';
import type { Expression, Local, ScalarFunction, UnaryInstruction } from '../../ir/scalar.ts';
import { operandsOf } from '../../ir/scalar.ts';
import type { Code, WasmLocal } from './code.ts';
import { lanesOf, literalBits, vectorOf } from './lanes.ts';
import type { PlainInstruction } from './opcodes.ts';
import { emitScalar, scalarType } from './scalar.ts';
import type { ValueBinding } from './context.ts';
import type { Scope } from './scope.ts';
import { variationOf } from './variation.ts';
import { emitVectorIndex, emitVectorLoad } from './vector-load.ts';

/** What is computed: one of the vectors of a scope, with the calls in the expression computed already. */
interface Place {
  readonly scope: Scope;
  readonly vector: number;
  readonly calls: ReadonlyMap<Expression, ValueBinding>;
  readonly differs: (expression: Expression) => boolean;
}

/**
 * Puts a value into locals: one vector after the other where lanes differ, one scalar where they do not. Functions are
 * expanded for all vectors at once, step by step.
 */
export function evaluate(target: Local, value: Expression, scope: Scope): ValueBinding {
  const differs = scope.vector === null ? () => false : variationOf(lanesOf(scope));
  if (differs(value))
    return { locals: vectorsOf(target.name, value, scope, differs), isVarying: true, isMutable: false };
  const local = scope.context.writer.local(scalarType[target.type], target.name);
  emitScalar(value, scope);
  scope.code.set(local);
  return { locals: [local], isVarying: false, isMutable: false };
}

/** As {@link evaluate}, but in vectors even if all lanes are the same. */
export function evaluateVectors(name: string, value: Expression, scope: Scope): readonly WasmLocal[] {
  return vectorsOf(name, value, scope, variationOf(lanesOf(scope)));
}

function vectorsOf(
  name: string,
  value: Expression,
  scope: Scope,
  differs: (expression: Expression) => boolean,
): readonly WasmLocal[] {
  const { writer } = scope.context;
  const calls = new Map<Expression, ValueBinding>();
  expandCalls(value, calls, scope, differs);
  const locals = Array.from({ length: vectorOf(scope).vectors }, (_, vector) => {
    const local = writer.local('v128', name);
    emitVector(value, { scope, vector, calls, differs });
    scope.code.set(local);
    return local;
  });
  for (const call of calls.values()) call.locals.forEach((local) => writer.release(local));
  return locals;
}

/** Computes the calls of functions in an expression whose results differ from lane to lane, innermost first. */
function expandCalls(
  expression: Expression,
  calls: Map<Expression, ValueBinding>,
  scope: Scope,
  differs: (expression: Expression) => boolean,
): void {
  if (!differs(expression) || calls.has(expression)) return;
  for (const operand of operandsOf(expression)) expandCalls(operand, calls, scope, differs);
  if (expression.kind !== 'call') return;
  calls.set(expression, expand(expression.function, expression.arguments, calls, scope, differs));
}

/** Expands a function over the lanes; arguments that are the same in all of them stay scalars. */
function expand(
  definition: ScalarFunction,
  args: readonly Expression[],
  calls: ReadonlyMap<Expression, ValueBinding>,
  scope: Scope,
  differs: (expression: Expression) => boolean,
): ValueBinding {
  const { writer } = scope.context;
  const own: ValueBinding[] = [];
  const bound = definition.parameters.map((parameter, position): [Local, ValueBinding] => {
    const argument = args[position];
    if (argument === undefined) throw new InternalError('E_EMIT', `${definition.name} lacks an argument`);
    const known = calls.get(argument);
    if (known !== undefined) return [parameter, known];
    const made = differs(argument)
      ? {
          locals: operandVectors(parameter.name, argument, calls, scope, differs),
          isVarying: true,
          isMutable: false,
        }
      : evaluate(parameter, argument, scope);
    own.push(made);
    return [parameter, made];
  });
  for (const [parameter, binding] of bound) scope.bindValue(parameter, binding);
  for (const { local, value } of definition.lets) {
    const made = evaluate(local, value, scope);
    own.push(made);
    scope.bindValue(local, made);
  }
  const result = evaluate({ name: definition.name, type: definition.type }, definition.result, scope);
  // Scalars may be kept in all lanes under their number; vectors are read by nobody any more.
  for (const { locals, isVarying } of own) if (isVarying) locals.forEach((local) => writer.release(local));
  return result;
}

function operandVectors(
  name: string,
  value: Expression,
  calls: ReadonlyMap<Expression, ValueBinding>,
  scope: Scope,
  differs: (expression: Expression) => boolean,
): readonly WasmLocal[] {
  return Array.from({ length: vectorOf(scope).vectors }, (_, vector) => {
    const local = scope.context.writer.local('v128', name);
    emitVector(value, { scope, vector, calls, differs });
    scope.code.set(local);
    return local;
  });
}

/** Leaves the value of an expression in the lanes of one vector on the stack. */
function emitVector(expression: Expression, place: Place): void {
  const { scope, vector, calls, differs } = place;
  const { code } = scope;
  const emit = (operand: Expression): void => {
    emitVector(operand, place);
  };
  if (!differs(expression)) {
    emitUniform(expression, scope);
    return;
  }
  switch (expression.kind) {
    case 'literal':
      return;
    case 'local':
      code.get(vectorAt(scope.value(expression.local), vector));
      return;
    case 'load':
      emitVectorLoad(expression.buffer, expression.index, scope, vector);
      return;
    case 'index':
      emitVectorIndex(expression.index, scope, vector);
      return;
    case 'unary':
      if (expression.instruction === 'bits' || expression.instruction === 'fromBits') {
        emit(expression.operand);
        return;
      }
      emit(expression.operand);
      code.op(unaryInstruction(expression.instruction, expression.operand.type));
      return;
    case 'binary':
      emitBinary(expression, scope, emit);
      return;
    case 'compare': {
      emit(expression.left);
      emit(expression.right);
      const { type } = expression.left;
      if (type === 'f32') code.op(`f32x4.${expression.instruction}`);
      else code.op(integerComparisons[expression.instruction]);
      return;
    }
    case 'select':
      emitSelect(expression, scope, emit);
      return;
    case 'convert':
      emit(expression.operand);
      emitConversion(expression.operand.type, expression.type, scope);
      return;
    case 'call': {
      const result = calls.get(expression);
      if (result === undefined) throw new InternalError('E_EMIT', 'a call was not expanded');
      code.get(vectorAt(result, vector));
      return;
    }
  }
}

function vectorAt({ locals }: ValueBinding, vector: number): WasmLocal {
  const local = locals[vector];
  if (local === undefined) throw new InternalError('E_EMIT', `a value has no vector ${vector}`);
  return local;
}

const integerComparisons = {
  eq: 'i32x4.eq',
  ne: 'i32x4.ne',
  lt: 'i32x4.lt_s',
  le: 'i32x4.le_s',
  gt: 'i32x4.gt_s',
  ge: 'i32x4.ge_s',
} as const;

/** A value that is the same in all lanes, in all lanes. */
function emitUniform(expression: Expression, scope: Scope): void {
  const { code } = scope;
  if (expression.kind === 'literal') {
    scope.pushVector(literalBits(expression.type, expression.value));
    return;
  }
  if (expression.kind === 'local' && !scope.value(expression.local).isMutable) {
    code.get(scope.splatOf(expression.local, (home) => splat(expression.type, home)));
    return;
  }
  if (expression.kind === 'load' && (expression.type === 'f32' || expression.type === 'i32')) {
    code.memory('v128.load32_splat', scope.pushAddress(expression.buffer, expression.index, emitScalar));
    return;
  }
  emitScalar(expression, scope);
  splat(expression.type, code);
}

/** The value on the stack in all lanes. */
export function splat(type: DType, code: Code): void {
  if (type === 'f64') throw new InternalError('E_EMIT', 'there are no vectors of f64');
  code.op(type === 'f32' ? 'f32x4.splat' : 'i32x4.splat');
  if (type === 'bool') code.op('i32x4.neg');
}

function unaryInstruction(instruction: UnaryInstruction, type: DType): PlainInstruction {
  switch (instruction) {
    case 'neg':
    case 'abs':
      return type === 'i32' ? `i32x4.${instruction}` : `f32x4.${instruction}`;
    case 'sqrt':
    case 'floor':
    case 'ceil':
    case 'trunc':
      return `f32x4.${instruction}`;
    case 'round':
      return 'f32x4.nearest';
    case 'not':
      return 'v128.not';
    case 'bits':
    case 'fromBits':
    case 'highWord':
    case 'lowWord':
      throw new InternalError('E_EMIT', `${instruction} has no vector instruction`);
  }
}

type Emit = (operand: Expression) => void;

function emitBinary(
  { instruction, left, right, type }: Extract<Expression, { kind: 'binary' }>,
  scope: Scope,
  emit: Emit,
): void {
  const { code } = scope;
  emit(left);
  switch (instruction) {
    case 'shiftLeft':
    case 'shiftRight':
    case 'shiftRightUnsigned':
      // Vectors shift by one count for all lanes: others have no finite price, so no loop of theirs is vectorised.
      emitScalar(right, scope);
      code.op(shifts[instruction]);
      return;
    case 'and':
    case 'or':
    case 'xor':
      emit(right);
      code.op(`v128.${instruction}`);
      return;
    case 'add':
    case 'sub':
    case 'mul':
      emit(right);
      code.op(type === 'i32' ? `i32x4.${instruction}` : `f32x4.${instruction}`);
      return;
    case 'min':
    case 'max':
      emit(right);
      code.op(type === 'i32' ? `i32x4.${instruction}_s` : `f32x4.${instruction}`);
      return;
    case 'div':
      emit(right);
      code.op('f32x4.div');
      return;
    case 'fromWords':
      throw new InternalError('E_EMIT', 'there are no vectors of f64');
  }
}

const shifts = {
  shiftLeft: 'i32x4.shl',
  shiftRight: 'i32x4.shr_s',
  shiftRightUnsigned: 'i32x4.shr_u',
} as const;

function emitSelect(
  { condition, then, otherwise }: Extract<Expression, { kind: 'select' }>,
  scope: Scope,
  emit: Emit,
): void {
  const { code } = scope;
  // A mask alone chooses between a value and +0.
  if (isZero(then)) {
    emit(otherwise);
    emit(condition);
    code.op('v128.andnot');
    return;
  }
  if (isZero(otherwise)) {
    emit(then);
    emit(condition);
    code.op('v128.and');
    return;
  }
  emit(then);
  emit(otherwise);
  emit(condition);
  code.op('v128.bitselect');
}

function isZero(expression: Expression): boolean {
  return expression.kind === 'literal' && Object.is(expression.value, 0);
}

/** Converts the vector on the stack. */
function emitConversion(from: DType, to: DType, scope: Scope): void {
  const { code } = scope;
  if (from === to) return;
  if (from === 'f64' || to === 'f64') throw new InternalError('E_EMIT', 'there are no vectors of f64');
  if (from === 'bool') {
    scope.pushVector(literalBits(to, 1));
    code.op('v128.and');
    return;
  }
  if (to === 'bool') {
    scope.pushVector(0);
    code.op(from === 'f32' ? 'f32x4.ne' : 'i32x4.ne');
  } else code.op(to === 'i32' ? 'i32x4.trunc_sat_f32x4_s' : 'f32x4.convert_i32x4_s');
}
