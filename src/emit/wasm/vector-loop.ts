// Loops that run some vectors of four iterations at a time, with what is left over after the last whole vector.
import { InternalError } from '../../ir/errors.ts';
import { local, type Expression } from '../../ir/scalar.ts';
import type { Loop, Reduction } from '../../kernels/kernel.ts';
import { initialOf } from '../../ops/reduce.ts';
import type { WasmLocal } from './code.ts';
import { combined, type Gatherer } from './loop.ts';
import { emitScalar, scalarType } from './scalar.ts';
import type { Scope } from './scope.ts';
import type { Share } from './share.ts';
import { emitStatements } from './statement.ts';
import { hasLanes, type Strategy } from './strategy.ts';
import { literalBits, validLanes, vectorWidth } from './lanes.ts';
import { evaluateVectors } from './vector.ts';

/** A loop whose iterations run in vectors. */
export function emitVectorLoop(loop: Loop, scope: Scope, strategy: Strategy, share: Share | null): void {
  const { axis } = loop;
  const { laneBuffers, vectors } = strategy.vectorised.get(loop) ?? { laneBuffers: new Set(), vectors: 1 };
  const step = vectors * vectorWidth;
  const rounds = Math.floor(axis.extent / step);
  const single = Math.floor((axis.extent % step) / vectorWidth);
  const rest = axis.extent % vectorWidth;
  const gatherers = loop.reductions.map((reduction) => gathererOf(reduction, axis.extent, scope));
  const write = (body: Scope): void => {
    emitStatements(loop.body, body, strategy);
    for (const gatherer of gatherers) gatherer.gather(body);
  };
  const remainder = (around: Scope): void => {
    const start = rounds * step;
    if (single > 0) wholeVectors(loop, start, single, around, { vectors: 1, laneBuffers, write });
    if (rest === 0) return;
    const body = around.vectorised({ axis, valid: rest, vectors: 1 }, laneBuffers);
    body.bindAxis(axis, { local: null, offset: axis.extent - rest });
    write(body);
    around.code.append(body.code);
  };
  const hasRemainder = single > 0 || rest > 0;
  if (share !== null) {
    const range = share.of(rounds + (hasRemainder ? 1 : 0), scope);
    if (rounds > 0) sharedRounds(loop, step, rounds, range, scope, { vectors, laneBuffers, write });
    if (hasRemainder) {
      // Whoever has the last share takes what is left over, if it has anything to do at all.
      const last = scope.inner();
      remainder(last);
      scope.code.get(range.last).i32(rounds).op('i32.gt_s');
      scope.code.get(range.first).get(range.last).op('i32.lt_s').op('i32.and').if(last.code);
    }
  } else {
    if (rounds > 0) wholeVectors(loop, 0, rounds, scope, { vectors, laneBuffers, write });
    remainder(scope);
  }
  for (const gatherer of gatherers) gatherer.finish(scope);
}

/** Rounds of whole vectors from `start` on. */
function wholeVectors(
  { axis }: Loop,
  start: number,
  rounds: number,
  scope: Scope,
  { vectors, laneBuffers, write }: RoundBody,
): void {
  const body = scope.vectorised({ axis, valid: vectorWidth, vectors }, laneBuffers);
  if (rounds === 1) {
    body.bindAxis(axis, { local: null, offset: start });
    write(body);
    scope.code.append(body.code);
    return;
  }
  const step = vectors * vectorWidth;
  const variable = body.ownLocal('i32', axis.name);
  body.bindAxis(axis, { local: variable, offset: 0 });
  write(body);
  body.code.get(variable).i32(step).op('i32.add').tee(variable);
  body.code.i32(start + rounds * step).op('i32.lt_s');
  scope.code.i32(start).set(variable).loop(body.code);
}

/** The whole rounds among the shares of some threads. */
function sharedRounds(
  { axis }: Loop,
  step: number,
  rounds: number,
  { first, last }: { readonly first: WasmLocal; readonly last: WasmLocal },
  scope: Scope,
  { vectors, laneBuffers, write }: RoundBody,
): void {
  const { code } = scope;
  const body = scope.vectorised({ axis, valid: vectorWidth, vectors }, laneBuffers);
  const variable = body.ownLocal('i32', axis.name);
  body.bindAxis(axis, { local: variable, offset: 0 });
  write(body);
  const end = scope.context.writer.local('i32', 'end');
  code.get(last).i32(rounds).get(last).i32(rounds).op('i32.lt_s').op('select');
  code.i32(step).op('i32.mul').set(end);
  body.code.get(variable).i32(step).op('i32.add').tee(variable).get(end).op('i32.lt_s');
  const guarded = scope.inner();
  guarded.code.loop(body.code);
  code.get(first).i32(step).op('i32.mul').tee(variable).get(end).op('i32.lt_s').if(guarded.code);
}

interface RoundBody {
  readonly vectors: number;
  readonly laneBuffers: Scope['laneBuffers'];
  readonly write: (body: Scope) => void;
}

/** What a vectorised loop gathers: partial results a lane, combined in the canonical order at the end. */
function gathererOf(reduction: Reduction, extent: number, scope: Scope): Gatherer {
  const { local: target, combiner, contribution } = reduction;
  if (!hasLanes(reduction)) throw new InternalError('E_EMIT', `${target.name} is gathered in one order only`);
  const { writer } = scope.context;
  const initial = initialOf(combiner, target.type);
  const isTree = target.type === 'f32' && (combiner === 'sum' || combiner === 'product');
  // In lanes, elements 0…3 and 4…7 of every eight have partial results of their own: the two change places.
  const [current, other] = [writer.local('v128', target.name), writer.local('v128', target.name)];
  for (const each of isTree ? [current, other] : [current]) {
    scope.pushVector(literalBits(target.type, initial));
    scope.code.set(each);
  }
  const neutral = combiner === 'sum' && target.type === 'f32' ? -0 : initial;
  const instruction = vectorInstruction(reduction);
  return {
    gather: (body) => {
      const { code } = body;
      evaluateVectors(`${target.name}Part`, contribution, body).forEach((part, vector) => {
        const valid = validLanes(body, vector);
        code.get(current).get(part);
        if (valid < vectorWidth) {
          const mask = [0, 1, 2, 3].map((lane) => (lane < valid ? -1 : 0));
          const [a = 0, b = 0, c = 0, d = 0] = mask;
          body.pushVector(literalBits(target.type, neutral));
          code.get(body.constantLanes([a, b, c, d])).op('v128.bitselect');
        }
        code.op(instruction);
        if (!isTree) {
          code.set(current);
          return;
        }
        const next = writer.local('v128', target.name);
        code.set(next).get(other).set(current).get(next).set(other);
      });
    },
    finish: (after) => {
      const { code } = after;
      const groups = Math.ceil(extent / vectorWidth);
      const [low, high] = groups % 2 === 0 ? [current, other] : [other, current];
      const lanes = writer.local('v128', target.name);
      if (isTree) code.get(low).get(high).op(instruction).set(lanes);
      else code.get(current).set(lanes);
      const result = writer.local(scalarType[target.type], target.name);
      combineLanes(reduction, lanes, after);
      code.set(result);
      after.bindValue(target, { locals: [result], isVarying: false, isMutable: false });
    },
  };
}

function vectorInstruction({ combiner, local: { type } }: Reduction) {
  const isInteger = type === 'i32';
  const instructions = {
    sum: isInteger ? 'i32x4.add' : 'f32x4.add',
    product: isInteger ? 'i32x4.mul' : 'f32x4.mul',
    max: isInteger ? 'i32x4.max_s' : 'f32x4.max',
    min: isInteger ? 'i32x4.min_s' : 'f32x4.min',
  } as const;
  return instructions[combiner];
}

/** `(lane 0 with lane 2) with (lane 1 with lane 3)`. */
function combineLanes(reduction: Reduction, lanes: WasmLocal, scope: Scope): void {
  const { local: target } = reduction;
  const { writer } = scope.context;
  const [a, b, c, d] = [0, 1, 2, 3].map((lane) => {
    const value = { name: `lane${lane}`, type: target.type };
    const binding = writer.local(scalarType[target.type], value.name);
    scope.code.get(lanes).lane(target.type === 'f32' ? 'f32x4.extract_lane' : 'i32x4.extract_lane', lane);
    scope.code.set(binding);
    scope.bindValue(value, { locals: [binding], isVarying: false, isMutable: false });
    return local(value);
  });
  if (a === undefined || b === undefined || c === undefined || d === undefined) return;
  const pair = (left: Expression, right: Expression): Expression => {
    const whole = combined(reduction, right);
    return whole.kind === 'binary' ? { ...whole, left } : whole;
  };
  emitScalar(pair(pair(a, c), pair(b, d)), scope);
}
