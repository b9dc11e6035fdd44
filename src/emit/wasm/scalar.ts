// Scalar expressions as WebAssembly, one value at a time. Booleans are 0 and 1.
import { InternalError } from '../../ir/errors.ts';
import type { DType } from '../../ir/dtype.ts';
import type {
  BinaryInstruction,
  CompareInstruction,
  Expression,
  Local,
  ScalarFunction,
  UnaryInstruction,
} from '../../ir/scalar.ts';
import type { WasmLocal } from './code.ts';
import type { MemoryInstruction, PlainInstruction, ValueType } from './opcodes.ts';
import type { Scope } from './scope.ts';

/** The WebAssembly type of one value of a dtype. */
export const scalarType: Readonly<Record<DType, ValueType>> = {
  f32: 'f32',
  f64: 'f64',
  i32: 'i32',
  bool: 'i32',
};

export const scalarLoad: Readonly<Record<DType, MemoryInstruction>> = {
  f32: 'f32.load',
  f64: 'f64.load',
  i32: 'i32.load',
  bool: 'i32.load8_u',
};

export const scalarStore: Readonly<Record<DType, MemoryInstruction>> = {
  f32: 'f32.store',
  f64: 'f64.store',
  i32: 'i32.store',
  bool: 'i32.store8',
};

/**
 * Leaves the value of an expression on the stack: of an expression that is the same in all lanes, or of the given
 * lane where lanes differ.
 */
export function emitScalar(expression: Expression, scope: Scope, lane = 0): void {
  const { code } = scope;
  const emit = (operand: Expression): void => {
    emitScalar(operand, scope, lane);
  };
  switch (expression.kind) {
    case 'literal':
      emitLiteral(expression.type, expression.value, scope);
      return;
    case 'local':
      emitLocal(expression, scope, lane);
      return;
    case 'load':
      emitLoad(expression, scope, lane);
      return;
    case 'index':
      scope.pushIndex(expression.index, emitScalar, lane);
      return;
    case 'unary':
      emitUnary(expression.instruction, expression.operand, scope, emit);
      return;
    case 'binary':
      emitBinary(expression.instruction, expression.left, expression.right, scope, emit);
      return;
    case 'compare':
      emit(expression.left);
      emit(expression.right);
      code.op(comparison(expression.instruction, expression.left.type));
      return;
    case 'select':
      emit(expression.then);
      emit(expression.otherwise);
      emit(expression.condition);
      code.op('select');
      return;
    case 'convert':
      emit(expression.operand);
      emitConversion(expression.operand.type, expression.type, scope);
      return;
    case 'call':
      emitCall(expression.function, expression.arguments, scope, lane);
      return;
  }
}

function emitLiteral(type: DType, value: number, { code }: Scope): void {
  switch (type) {
    case 'f32':
      code.f32(value);
      return;
    case 'f64':
      code.f64(value);
      return;
    case 'i32':
    case 'bool':
      code.i32(value);
      return;
  }
}

function emitLocal(
  { local, type }: Extract<Expression, { kind: 'local' }>,
  scope: Scope,
  lane: number,
): void {
  const { locals, isVarying } = scope.value(local);
  const value = locals[isVarying ? lane >> 2 : 0];
  if (value === undefined) throw new InternalError('E_EMIT', `${local.name} has no lane ${lane}`);
  scope.code.get(value);
  if (isVarying) emitExtraction(type, scope, lane & 3);
}

/** One lane of the vector on the stack. */
function emitExtraction(type: DType, { code }: Scope, lane: number): void {
  if (type === 'f32') {
    code.lane('f32x4.extract_lane', lane);
    return;
  }
  code.lane('i32x4.extract_lane', lane);
  if (type === 'bool') code.i32(1).op('i32.and');
}

function emitLoad(load: Extract<Expression, { kind: 'load' }>, scope: Scope, lane: number): void {
  const { buffer, index, type } = load;
  const offset = scope.pushAddress(buffer, index, emitScalar, lane);
  if (scope.laneBuffers.has(buffer)) {
    scope.code.memory(type === 'f32' ? 'f32.load' : 'i32.load', offset + 4 * lane);
    if (type === 'bool') scope.code.i32(1).op('i32.and');
    return;
  }
  scope.code.memory(scalarLoad[type], offset);
}

type Emit = (operand: Expression) => void;

/** f32 or f64: what names of instructions start with. */
function floatOf(type: DType): 'f32' | 'f64' {
  if (type === 'f32' || type === 'f64') return type;
  throw new InternalError('E_EMIT', `an instruction on floats met ${type}`);
}

function emitUnary(instruction: UnaryInstruction, operand: Expression, scope: Scope, emit: Emit): void {
  const { code } = scope;
  switch (instruction) {
    case 'neg':
      if (operand.type === 'i32') {
        code.i32(0);
        emit(operand);
        code.op('i32.sub');
        return;
      }
      emit(operand);
      code.op(`${floatOf(operand.type)}.neg`);
      return;
    case 'abs': {
      emit(operand);
      if (operand.type !== 'i32') {
        code.op(`${floatOf(operand.type)}.abs`);
        return;
      }
      const value = scope.context.writer.local('i32', 'value');
      const sign = scope.context.writer.local('i32', 'sign');
      code.tee(value).get(value).i32(31).op('i32.shr_s').tee(sign).op('i32.xor').get(sign).op('i32.sub');
      return;
    }
    case 'sqrt':
    case 'floor':
    case 'ceil':
    case 'trunc':
      emit(operand);
      code.op(`${floatOf(operand.type)}.${instruction}`);
      return;
    case 'round':
      emit(operand);
      code.op(`${floatOf(operand.type)}.nearest`);
      return;
    case 'not':
      emit(operand);
      code.op('i32.eqz');
      return;
    case 'bits':
      emit(operand);
      code.op('i32.reinterpret_f32');
      return;
    case 'fromBits':
      emit(operand);
      code.op('f32.reinterpret_i32');
      return;
    case 'highWord':
      emit(operand);
      code.op('i64.reinterpret_f64').i64(32).op('i64.shr_u').op('i32.wrap_i64');
      return;
    case 'lowWord':
      emit(operand);
      code.op('i64.reinterpret_f64').op('i32.wrap_i64');
      return;
  }
}

function emitBinary(
  instruction: BinaryInstruction,
  left: Expression,
  right: Expression,
  scope: Scope,
  emit: Emit,
): void {
  const { code } = scope;
  const { type } = left;
  if (instruction === 'fromWords') {
    emit(left);
    code.op('i64.extend_i32_u').i64(32).op('i64.shl');
    emit(right);
    code.op('i64.extend_i32_u').op('i64.or').op('f64.reinterpret_i64');
    return;
  }
  emit(left);
  emit(right);
  if ((instruction === 'min' || instruction === 'max') && type === 'i32') {
    const [a, b] = [scope.context.writer.local('i32', 'left'), scope.context.writer.local('i32', 'right')];
    code.set(b).tee(a).get(b).get(a).get(b);
    code.op(instruction === 'min' ? 'i32.lt_s' : 'i32.gt_s').op('select');
    return;
  }
  code.op(
    type === 'i32' || type === 'bool' ? integerInstruction(instruction) : floatInstruction(instruction, type),
  );
}

function integerInstruction(instruction: BinaryInstruction): PlainInstruction {
  switch (instruction) {
    case 'add':
    case 'sub':
    case 'mul':
    case 'and':
    case 'or':
    case 'xor':
      return `i32.${instruction}`;
    case 'shiftLeft':
      return 'i32.shl';
    case 'shiftRight':
      return 'i32.shr_s';
    case 'shiftRightUnsigned':
      return 'i32.shr_u';
    case 'div':
    case 'min':
    case 'max':
    case 'fromWords':
      throw new InternalError('E_EMIT', `there is no ${instruction} of integers here`);
  }
}

function floatInstruction(instruction: BinaryInstruction, type: DType): PlainInstruction {
  switch (instruction) {
    case 'add':
    case 'sub':
    case 'mul':
    case 'div':
    case 'min':
    case 'max':
      return `${floatOf(type)}.${instruction}`;
    case 'and':
    case 'or':
    case 'xor':
    case 'shiftLeft':
    case 'shiftRight':
    case 'shiftRightUnsigned':
    case 'fromWords':
      throw new InternalError('E_EMIT', `there is no ${instruction} of ${type}`);
  }
}

function comparison(instruction: CompareInstruction, type: DType): PlainInstruction {
  if (type === 'f32' || type === 'f64') return `${type}.${instruction}`;
  return instruction === 'eq' || instruction === 'ne' ? `i32.${instruction}` : `i32.${instruction}_s`;
}

/** Converts the value on the stack. */
function emitConversion(from: DType, to: DType, { code }: Scope): void {
  if (from === to) return;
  switch (to) {
    case 'bool':
      if (from === 'f32') code.f32(0).op('f32.ne');
      else if (from === 'f64') code.f64(0).op('f64.ne');
      else code.i32(0).op('i32.ne');
      return;
    case 'i32':
      if (from === 'f32') code.op('i32.trunc_sat_f32_s');
      if (from === 'f64') code.op('i32.trunc_sat_f64_s');
      return;
    case 'f32':
      code.op(from === 'f64' ? 'f32.demote_f64' : 'f32.convert_i32_s');
      return;
    case 'f64':
      code.op(from === 'f32' ? 'f64.promote_f32' : 'f64.convert_i32_s');
      return;
  }
}

/** Expands a scalar function where it is called. */
function emitCall(definition: ScalarFunction, args: readonly Expression[], scope: Scope, lane: number): void {
  const { writer } = scope.context;
  const { code } = scope;
  definition.parameters.forEach((_, position) => {
    const argument = args[position];
    if (argument === undefined) throw new InternalError('E_EMIT', `${definition.name} lacks an argument`);
    emitScalar(argument, scope, lane);
  });
  const locals = definition.parameters.map((parameter) =>
    writer.local(scalarType[parameter.type], parameter.name),
  );
  for (const local of locals.toReversed()) code.set(local);
  const bind = (target: Local, local: WasmLocal): void => {
    scope.bindValue(target, { locals: [local], isVarying: false, isMutable: false });
  };
  definition.parameters.forEach((parameter, position) => {
    const local = locals[position];
    if (local !== undefined) bind(parameter, local);
  });
  for (const { local, value } of definition.lets) {
    emitScalar(value, scope, lane);
    const target = writer.local(scalarType[local.type], local.name);
    locals.push(target);
    code.set(target);
    bind(local, target);
  }
  emitScalar(definition.result, scope, lane);
  // In a vectorised loop a scalar may be kept in all lanes under its number.
  if (scope.vector === null) for (const local of locals) writer.release(local);
}
