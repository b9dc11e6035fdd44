// Scalar expressions as WebAssembly SIMD, one value a lane: what `scalar.ts` does for one iteration is done here for
// four. Booleans are masks of ones and zeros. f64 has no vectors here; loops over it run one value at a time.
import { InternalError } from '../../ir/errors.ts';
import type { DType } from '../../ir/dtype.ts';
import type { IndexExpression } from '../../ir/index-expression.ts';
import type {
  BufferReference,
  Expression,
  Local,
  ScalarFunction,
  UnaryInstruction,
} from '../../ir/scalar.ts';
import type { Code } from './code.ts';
import type { PlainInstruction } from './opcodes.ts';
import { emitScalar, scalarLoad, scalarType } from './scalar.ts';
import type { Scope, ValueBinding, VectorContext } from './scope.ts';
import { stepOf, varies, type LaneKnowledge } from './variation.ts';

export const vectorWidth = 4;

/** The lanes of a scope as the analysis of variation takes them. */
export function lanesOf(scope: Scope): LaneKnowledge {
  return {
    axis: vectorOf(scope).axis,
    isVarying: (local) => scope.value(local).isVarying,
    isLaneBuffer: (buffer) => scope.laneBuffers.has(buffer),
  };
}

export function vectorOf(scope: Scope): VectorContext {
  if (scope.vector === null) throw new InternalError('E_EMIT', 'a vector outside a vectorised loop');
  return scope.vector;
}

/** The 32 bits that a literal has in a lane. */
export function literalBits(type: DType, value: number): number {
  if (type === 'f32') return new Int32Array(new Float32Array([value]).buffer)[0] ?? 0;
  if (type === 'bool') return value === 0 ? 0 : -1;
  return value | 0;
}

/** Leaves the value of an expression in all lanes on the stack. */
export function emitVector(expression: Expression, scope: Scope): void {
  const { code } = scope;
  const emit = (operand: Expression): void => {
    emitVector(operand, scope);
  };
  if (!varies(expression, lanesOf(scope))) {
    emitUniform(expression, scope);
    return;
  }
  switch (expression.kind) {
    case 'literal':
      return;
    case 'local':
      code.get(scope.value(expression.local).local);
      return;
    case 'load':
      emitVectorLoad(expression.buffer, expression.index, scope);
      return;
    case 'index':
      emitVectorIndex(expression.index, scope);
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
    case 'call':
      emitCall(expression.function, expression.arguments, scope);
      return;
  }
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

function emitVectorLoad(buffer: BufferReference, index: IndexExpression, scope: Scope): void {
  const { code } = scope;
  const step = scope.laneBuffers.has(buffer) ? 1 : stepOf(index, lanesOf(scope));
  if (scope.laneBuffers.has(buffer) && stepOf(index, lanesOf(scope)) !== 0) {
    throw new InternalError('E_EMIT', `${buffer.name} is private to a lane`);
  }
  if (buffer.dtype === 'bool' && !scope.laneBuffers.has(buffer)) {
    emitMaskLoad(buffer, index, step, scope);
    return;
  }
  if (step === 1) {
    code.memory('v128.load', scope.pushAddress(buffer, index, emitScalar));
    return;
  }
  const { valid } = vectorOf(scope);
  if (step !== 'scattered') {
    const address = scope.context.writer.local('i32', 'at');
    const offset = scope.pushAddress(buffer, index, emitScalar);
    const bytes = step * 4;
    if (offset + Math.min(0, bytes * (valid - 1)) >= 0) {
      code.tee(address).memory('v128.load32_zero', offset);
      const gathered = scope.context.writer.local('v128', 'gathered');
      for (let lane = 1; lane < valid; lane++) {
        code.set(gathered).get(address).get(gathered);
        code.memoryLane('v128.load32_lane', lane, offset + lane * bytes);
      }
      return;
    }
    code.op('drop');
  }
  scope.pushVector(0);
  const gathered = scope.context.writer.local('v128', 'gathered');
  code.set(gathered);
  for (let lane = 0; lane < valid; lane++) {
    const offset = scope.pushAddress(buffer, index, emitScalar, lane);
    code.get(gathered).memoryLane('v128.load32_lane', lane, offset).set(gathered);
  }
  code.get(gathered);
}

/** Booleans take a byte each in memory, and a lane of ones or zeros here. */
function emitMaskLoad(
  buffer: BufferReference,
  index: IndexExpression,
  step: number | 'scattered',
  scope: Scope,
): void {
  const { code } = scope;
  if (step === 1) {
    code.memory('v128.load32_zero', scope.pushAddress(buffer, index, emitScalar));
    code.op('i16x8.extend_low_i8x16_u').op('i32x4.extend_low_i16x8_u');
  } else {
    scope.pushVector(0);
    for (let lane = 0; lane < vectorOf(scope).valid; lane++) {
      code.memory(scalarLoad.bool, scope.pushAddress(buffer, index, emitScalar, lane));
      code.lane('i32x4.replace_lane', lane);
    }
  }
  scope.pushVector(0);
  code.op('i32x4.ne');
}

/** The value of an index in every lane. */
function emitVectorIndex(index: IndexExpression, scope: Scope): void {
  const { code } = scope;
  const step = stepOf(index, lanesOf(scope));
  if (step !== 'scattered') {
    scope.pushIndex(index, emitScalar);
    code
      .op('i32x4.splat')
      .get(scope.constantLanes([0, step, 2 * step, 3 * step]))
      .op('i32x4.add');
    return;
  }
  scope.pushVector(0);
  for (let lane = 0; lane < vectorOf(scope).valid; lane++) {
    scope.pushIndex(index, emitScalar, lane);
    code.lane('i32x4.replace_lane', lane);
  }
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
      // Vectors shift by one count for all lanes; `isVectorisable` has made sure of that.
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

/** Expands a scalar function over the lanes; arguments that are the same in all of them stay scalars. */
function emitCall(definition: ScalarFunction, args: readonly Expression[], scope: Scope): void {
  const bound = definition.parameters.map((parameter, position): [Local, ValueBinding] => {
    const argument = args[position];
    if (argument === undefined) throw new InternalError('E_EMIT', `${definition.name} lacks an argument`);
    return [parameter, evaluate(parameter, argument, scope)];
  });
  for (const [parameter, binding] of bound) scope.bindValue(parameter, binding);
  for (const { local, value } of definition.lets) scope.bindValue(local, evaluate(local, value, scope));
  emitVector(definition.result, scope);
}

/** Puts a value into a local of its own: a vector where lanes differ, a scalar where they do not. */
export function evaluate(target: Local, value: Expression, scope: Scope): ValueBinding {
  const { writer } = scope.context;
  const isVarying = scope.vector !== null && varies(value, lanesOf(scope));
  const local = writer.local(isVarying ? 'v128' : scalarType[target.type], target.name);
  if (isVarying) emitVector(value, scope);
  else emitScalar(value, scope);
  scope.code.set(local);
  return { local, isVarying, isMutable: false };
}
