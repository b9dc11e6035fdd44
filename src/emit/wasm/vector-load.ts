// What vectors are loaded from: elements side by side, elements at even distances, elements anywhere.
import { InternalError } from '../../ir/errors.ts';
import type { IndexExpression } from '../../ir/index-expression.ts';
import type { BufferReference } from '../../ir/scalar.ts';
import { lanesOf, validLanes, vectorWidth } from './lanes.ts';
import { emitScalar, scalarLoad } from './scalar.ts';
import type { Scope } from './scope.ts';
import { stepOf } from './variation.ts';

/** Leaves elements of a buffer in the lanes of one vector on the stack. */
export function emitVectorLoad(
  buffer: BufferReference,
  index: IndexExpression,
  scope: Scope,
  vector: number,
): void {
  const { code } = scope;
  const first = vector * vectorWidth;
  const step = stepOf(index, lanesOf(scope));
  if (scope.laneBuffers.has(buffer)) {
    if (step !== 0) throw new InternalError('E_EMIT', `${buffer.name} is private to a lane`);
    code.memory('v128.load', scope.pushAddress(buffer, index, emitScalar) + 16 * vector);
    return;
  }
  if (buffer.dtype === 'bool') {
    emitMaskLoad(buffer, index, step, scope, vector);
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
  scope: Scope,
  vector: number,
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
export function emitVectorIndex(index: IndexExpression, scope: Scope, vector: number): void {
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
