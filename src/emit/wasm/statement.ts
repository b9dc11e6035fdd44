// Kernel statements as WebAssembly: values, stores, and which kind of loop a loop becomes.
import type { Axis, IndexExpression } from '../../ir/index-expression.ts';
import { instructionOf, type Buffer, type Scatter, type Statement } from '../../kernels/kernel.ts';
import { binary, local, type Local } from '../../ir/scalar.ts';
import type { WasmLocal } from './code.ts';
import { counted } from './counted.ts';
import { emitContraction } from './contraction.ts';
import { emitEmptyLoop, emitLoop } from './loop.ts';
import { emitScalar, scalarLoad, scalarStore, scalarType } from './scalar.ts';
import type { Scope } from './scope.ts';
import type { Share } from './share.ts';
import type { Strategy } from './strategy.ts';
import { stepOf } from './variation.ts';
import { lanesOf, validLanes, vectorWidth } from './lanes.ts';
import { evaluate, evaluateVectors } from './vector.ts';
import { emitVectorLoop } from './vector-loop.ts';

/** Statements one after the other. `share` is the part of the only loop or contraction among them to do. */
export function emitStatements(
  statements: readonly Statement[],
  scope: Scope,
  strategy: Strategy,
  share: Share | null = null,
): void {
  for (const statement of statements) emitStatement(statement, scope, strategy, share);
}

function emitStatement(statement: Statement, scope: Scope, strategy: Strategy, share: Share | null): void {
  switch (statement.kind) {
    case 'let':
      scope.bindValue(statement.local, evaluate(statement.local, statement.value, scope));
      return;
    case 'store':
      emitStore(statement, scope);
      return;
    case 'scatter':
      emitScatter(statement, scope);
      return;
    case 'loop':
      if (statement.axis.extent === 0) emitEmptyLoop(statement, scope);
      else if (scope.vector === null && strategy.vectorised.has(statement)) {
        emitVectorLoop(statement, scope, strategy, share);
      } else emitLoop(statement, scope, strategy, share);
      return;
    case 'contraction':
      emitContraction(statement, scope, share);
      return;
  }
}

function emitStore(statement: Extract<Statement, { kind: 'store' }>, scope: Scope): void {
  const { buffer, index, value } = statement;
  const { code } = scope;
  const isLaneBuffer = scope.laneBuffers.has(buffer);
  const step = scope.vector === null ? 0 : stepOf(index, lanesOf(scope));
  if (step === 0 && !isLaneBuffer) {
    const offset = scope.pushAddress(buffer, index, emitScalar);
    emitScalar(value, scope);
    code.memory(scalarStore[buffer.dtype], offset);
    return;
  }
  evaluateVectors('stored', value, scope).forEach((lanes, vector) => {
    storeVector(statement, isLaneBuffer ? 'private' : step, lanes, vector, scope);
  });
}

function storeVector(
  { buffer, index }: Extract<Statement, { kind: 'store' }>,
  step: number | 'scattered' | 'private',
  lanes: WasmLocal,
  vector: number,
  scope: Scope,
): void {
  const { code } = scope;
  const first = vector * vectorWidth;
  const valid = validLanes(scope, vector);
  if (step === 'private') {
    const offset = scope.pushAddress(buffer, index, emitScalar) + 16 * vector;
    code.get(lanes).memory('v128.store', offset);
    return;
  }
  if (buffer.dtype === 'bool') {
    storeMask(buffer, index, step, lanes, vector, scope);
    return;
  }
  if (step !== 1) {
    for (let lane = 0; lane < valid; lane++) {
      const offset = scope.pushAddress(buffer, index, emitScalar, first + lane);
      code.get(lanes).memoryLane('v128.store32_lane', lane, offset);
    }
    return;
  }
  if (valid === vectorWidth) {
    const offset = scope.pushAddress(buffer, index, emitScalar, first);
    code.get(lanes).memory('v128.store', offset);
    return;
  }
  const address = scope.context.writer.local('i32', 'at');
  const offset = scope.pushAddress(buffer, index, emitScalar, first);
  code.set(address);
  if (valid >= 2) code.get(address).get(lanes).memoryLane('v128.store64_lane', 0, offset);
  if (valid % 2 === 1) {
    code
      .get(address)
      .get(lanes)
      .memoryLane('v128.store32_lane', valid - 1, offset + 4 * (valid - 1));
  }
}

/** Booleans take a byte each in memory. */
function storeMask(
  buffer: Buffer,
  index: IndexExpression,
  step: number | 'scattered',
  mask: WasmLocal,
  vector: number,
  scope: Scope,
): void {
  const { code } = scope;
  const first = vector * vectorWidth;
  const valid = validLanes(scope, vector);
  const lanes = scope.context.writer.local('v128', 'bytes');
  code.get(mask);
  scope.pushVector(1);
  code.op('v128.and').set(lanes);
  if (step === 1 && valid === vectorWidth) {
    const offset = scope.pushAddress(buffer, index, emitScalar, first);
    code.get(lanes).get(lanes).op('i16x8.narrow_i32x4_u').tee(lanes).get(lanes).op('i8x16.narrow_i16x8_u');
    code.memoryLane('v128.store32_lane', 0, offset);
    return;
  }
  for (let lane = 0; lane < valid; lane++) {
    const offset = scope.pushAddress(buffer, index, emitScalar, first + lane);
    code.get(lanes).lane('i32x4.extract_lane', lane).memory('i32.store8', offset);
  }
}

function emitScatter(scatter: Scatter, scope: Scope): void {
  const inside = (rest: readonly Axis[], around: Scope): void => {
    const [axis, ...inner] = rest;
    if (axis === undefined) emitUpdate(scatter, around);
    else if (axis.extent > 0) counted(axis, around, (body) => inside(inner, body));
  };
  inside(scatter.axes, scope);
}

function emitUpdate({ combiner, target, index, value }: Scatter, scope: Scope): void {
  const { code } = scope;
  const offset = scope.pushAddress(target, index, emitScalar);
  if (combiner === 'replace') emitScalar(value, scope);
  else {
    const address = scope.context.writer.local('i32', 'at');
    const current: Local = { name: 'current', type: target.dtype };
    const register = scope.context.writer.local(scalarType[target.dtype], current.name);
    code.tee(address).get(address).memory(scalarLoad[target.dtype], offset).set(register);
    scope.bindValue(current, { locals: [register], isVarying: false, isMutable: false });
    emitScalar(binary(instructionOf[combiner], local(current), value), scope);
  }
  code.memory(scalarStore[target.dtype], offset);
}
