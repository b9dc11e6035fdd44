// The lanes of a vectorised loop: which loop runs over them, which of them count, and what a number is in one.
import type { DType } from '../../ir/dtype.ts';
import { InternalError } from '../../ir/errors.ts';
import type { VectorContext } from './context.ts';
import type { Scope } from './scope.ts';
import type { LaneKnowledge } from './variation.ts';

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

/** Lanes of a vector that count: padding stands in the last one only. */
export function validLanes(scope: Scope, vector: number): number {
  const { valid, vectors } = vectorOf(scope);
  return vector === vectors - 1 ? valid : vectorWidth;
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
