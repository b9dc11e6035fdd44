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
import { operandsOf } from '../../ir/scalar.ts';
import type { Code, WasmLocal } from './code.ts';
import type { PlainInstruction } from './opcodes.ts';
import { emitScalar, scalarLoad, scalarType } from './scalar.ts';
import type { Scope, ValueBinding, VectorContext } from './scope.ts';
import { stepOf, variationOf, type LaneKnowledge } from './variation.ts';

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

const single = new Float32Array(1);
const bitsOfSingle = new Int32Array(single.buffer);

/** The 32 bits that a literal has in a lane. */
export function literalBits(type: DType, value: number): number {
  if (type === 'bool') return value === 0 ? 0 : -1;
  if (type !== 'f32') return value | 0;
  single[0] = value;
  return bitsOfSingle[0] ?? 0;
}

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
      emitVectorLoad(expression.buffer, expression.index, place);
      return;
    case 'index':
      emitVectorIndex(expression.index, place);
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

/** Lanes of a vector that count: padding stands in the last one only. */
export function validLanes(scope: Scope, vector: number): number {
  const { valid, vectors } = vectorOf(scope);
  return vector === vectors - 1 ? valid : vectorWidth;
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

function emitVectorLoad(buffer: BufferReference, index: IndexExpression, place: Place): void {
  const { scope, vector } = place;
  const { code } = scope;
  const first = vector * vectorWidth;
  const step = stepOf(index, lanesOf(scope));
  if (scope.laneBuffers.has(buffer)) {
    if (step !== 0) throw new InternalError('E_EMIT', `${buffer.name} is private to a lane`);
    code.memory('v128.load', scope.pushAddress(buffer, index, emitScalar) + 16 * vector);
    return;
  }
  if (buffer.dtype === 'bool') {
    emitMaskLoad(buffer, index, step, place);
    return;
  }
  if (step === 1) {
    code.memory('v128.load', scope.pushAddress(buffer, index, emitScalar, first));
    return;
  }
  const valid = validLanes(scope, vector);
  const gathered = scope.context.writer.local('v128', 'gathered');
  if (step !== 'scattered') {
    const address = scope.context.writer.local('i32', 'at');
    const offset = scope.pushAddress(buffer, index, emitScalar, first);
    const bytes = step * 4;
    if (offset + Math.min(0, bytes * (valid - 1)) >= 0) {
      code.tee(address).memory('v128.load32_zero', offset);
      for (let lane = 1; lane < valid; lane++) {
        code.set(gathered).get(address).get(gathered);
        code.memoryLane('v128.load32_lane', lane, offset + lane * bytes);
      }
      return;
    }
    code.op('drop');
  }
  scope.pushVector(0);
  code.set(gathered);
  for (let lane = 0; lane < valid; lane++) {
    const offset = scope.pushAddress(buffer, index, emitScalar, first + lane);
    code.get(gathered).memoryLane('v128.load32_lane', lane, offset).set(gathered);
  }
  code.get(gathered);
}

/** Booleans take a byte each in memory, and a lane of ones or zeros here. */
function emitMaskLoad(
  buffer: BufferReference,
  index: IndexExpression,
  step: number | 'scattered',
  { scope, vector }: Place,
): void {
  const { code } = scope;
  const first = vector * vectorWidth;
  if (step === 1) {
    code.memory('v128.load32_zero', scope.pushAddress(buffer, index, emitScalar, first));
    code.op('i16x8.extend_low_i8x16_u').op('i32x4.extend_low_i16x8_u');
  } else {
    scope.pushVector(0);
    for (let lane = 0; lane < validLanes(scope, vector); lane++) {
      code.memory(scalarLoad.bool, scope.pushAddress(buffer, index, emitScalar, first + lane));
      code.lane('i32x4.replace_lane', lane);
    }
  }
  scope.pushVector(0);
  code.op('i32x4.ne');
}

/** The value of an index in every lane. */
function emitVectorIndex(index: IndexExpression, { scope, vector }: Place): void {
  const { code } = scope;
  const first = vector * vectorWidth;
  const step = stepOf(index, lanesOf(scope));
  if (step !== 'scattered') {
    scope.pushIndex(index, emitScalar, first);
    code
      .op('i32x4.splat')
      .get(scope.constantLanes([0, step, 2 * step, 3 * step]))
      .op('i32x4.add');
    return;
  }
  scope.pushVector(0);
  for (let lane = 0; lane < validLanes(scope, vector); lane++) {
    scope.pushIndex(index, emitScalar, first + lane);
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
