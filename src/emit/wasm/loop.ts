// Loops that run one iteration at a time, and what they gather on the way.
import { bytesPerElement } from '../../ir/dtype.ts';
import { InternalError } from '../../ir/errors.ts';
import { axisIndex, type Axis } from '../../ir/index-expression.ts';
import { literal, local, type Expression, type Local } from '../../ir/scalar.ts';
import { laneCount, type Loop, type Reduction } from '../../kernels/kernel.ts';
import { initialOf } from '../../ops/reduce.ts';
import type { WasmLocal } from './code.ts';
import { counted } from './counted.ts';
import { emitScalar, scalarLoad, scalarStore, scalarType } from './scalar.ts';
import type { ValueBinding } from './context.ts';
import type { Scope } from './scope.ts';
import type { Share } from './share.ts';
import { emitStatements } from './statement.ts';
import type { Strategy } from './strategy.ts';
import { evaluate, evaluateVectors } from './vector.ts';

/** What a loop without iterations leaves behind. */
export function emitEmptyLoop({ reductions, folds }: Loop, scope: Scope): void {
  for (const { local: target, combiner } of reductions) {
    const initial = literal(target.type, initialOf(combiner, target.type));
    scope.bindValue(target, evaluate(target, initial, scope));
  }
  for (const { local: target, initial } of folds) scope.bindValue(target, evaluate(target, initial, scope));
}

/** `target combined with value`. */
export function combined({ local: target, combiner }: Reduction, value: Expression): Expression {
  const instructions = { sum: 'add', product: 'mul', max: 'max', min: 'min' } as const;
  const { type } = target;
  return { kind: 'binary', type, instruction: instructions[combiner], left: local(target), right: value };
}

/** Where a loop keeps what it gathers while it runs. */
export interface Gatherer {
  /** Adds the contribution of one iteration. */
  gather(body: Scope): void;
  /** Binds the result in the scope after the loop. */
  finish(scope: Scope): void;
}

/** A loop that runs one iteration at a time; it may stand inside one that runs in vectors. */
export function emitLoop(loop: Loop, scope: Scope, strategy: Strategy, share: Share | null): void {
  const gatherers = loop.reductions.map((reduction) => gathererOf(reduction, loop.axis, scope, strategy));
  const folds = loop.folds.map((fold) => ({
    fold,
    binding: start(fold.local, fold.initial, scope, strategy),
  }));
  counted(
    loop.axis,
    scope,
    (inside) => {
      for (const { fold, binding } of folds) inside.bindValue(fold.local, binding);
      emitStatements(loop.body, inside, strategy);
      for (const gatherer of gatherers) gatherer.gather(inside);
      for (const { fold, binding } of folds) assign(fold.local, binding, fold.next, inside);
    },
    share,
  );
  for (const gatherer of gatherers) gatherer.finish(scope);
  for (const { fold, binding } of folds) scope.bindValue(fold.local, { ...binding, isMutable: false });
}

/** Locals that a loop changes, with their first value. */
function start(target: Local, initial: Expression, scope: Scope, strategy: Strategy): ValueBinding {
  const isVarying = scope.vector !== null && strategy.varying.has(target);
  const count = isVarying ? (scope.vector?.vectors ?? 1) : 1;
  const type = isVarying ? 'v128' : scalarType[target.type];
  const locals = Array.from({ length: count }, () => scope.context.writer.local(type, target.name));
  const binding: ValueBinding = { locals, isVarying, isMutable: true };
  assign(target, binding, initial, scope);
  return binding;
}

function valuesOf(target: Local, isVarying: boolean, value: Expression, scope: Scope): readonly WasmLocal[] {
  return isVarying ? evaluateVectors(target.name, value, scope) : evaluate(target, value, scope).locals;
}

function assign(target: Local, { locals, isVarying }: ValueBinding, value: Expression, scope: Scope): void {
  const values = valuesOf(target, isVarying, value, scope);
  locals.forEach((each, vector) => {
    const next = values[vector];
    if (next === undefined) throw new InternalError('E_EMIT', `${target.name} is no vector`);
    scope.code.get(next).set(each);
  });
}

function gathererOf(reduction: Reduction, axis: Axis, scope: Scope, strategy: Strategy): Gatherer {
  const { local: target, combiner, contribution, order } = reduction;
  if (order === 'lanes' && target.type !== 'i32') return inLanes(reduction, axis, scope, strategy);
  const binding = start(target, literal(target.type, initialOf(combiner, target.type)), scope, strategy);
  return {
    gather: (body) => {
      body.bindValue(target, binding);
      assign(target, binding, combined(reduction, contribution), body);
    },
    finish: (after) => {
      after.bindValue(target, { ...binding, isMutable: false });
    },
  };
}

/** Eight partial results in memory, for a loop that runs one iteration at a time. */
function inLanes(reduction: Reduction, axis: Axis, scope: Scope, strategy: Strategy): Gatherer {
  const { local: target, combiner, contribution } = reduction;
  const isVarying = scope.vector !== null && strategy.varying.has(target);
  const vectors = isVarying ? (scope.vector?.vectors ?? 1) : 1;
  const bytes = isVarying ? 16 : bytesPerElement[target.type];
  const stride = bytes * vectors;
  const { base, offset } = scope.context.reserve(laneCount * stride);
  const load = isVarying ? 'v128.load' : scalarLoad[target.type];
  const store = isVarying ? 'v128.store' : scalarStore[target.type];
  const type = isVarying ? 'v128' : scalarType[target.type];
  const locals = Array.from({ length: vectors }, () => scope.context.writer.local(type, target.name));
  const pushBase = ({ code }: Scope): void => {
    if (base === null) code.i32(0);
    else code.get(base);
  };
  const initial = literal(target.type, initialOf(combiner, target.type));
  const [first] = valuesOf(target, isVarying, initial, scope);
  if (first === undefined) throw new InternalError('E_EMIT', `${target.name} has no first value`);
  for (let part = 0; part < laneCount * vectors; part++) {
    pushBase(scope);
    scope.code.get(first).memory(store, offset + part * bytes);
  }
  return {
    gather: (body) => {
      const { code } = body;
      const address = body.context.writer.local('i32', 'at');
      body.pushIndex(axisIndex(axis), emitScalar);
      code.i32(laneCount - 1).op('i32.and');
      code.i32(stride).op('i32.mul');
      if (base !== null) code.get(base).op('i32.add');
      code.set(address);
      locals.forEach((each, vector) =>
        code
          .get(address)
          .memory(load, offset + vector * bytes)
          .set(each),
      );
      body.bindValue(target, { locals, isVarying, isMutable: true });
      const values = valuesOf(target, isVarying, combined(reduction, contribution), body);
      values.forEach((each, vector) =>
        code
          .get(address)
          .get(each)
          .memory(store, offset + vector * bytes),
      );
    },
    finish: (after) => {
      const { code } = after;
      const shape = isVarying ? 'f32x4' : target.type === 'f64' ? 'f64' : 'f32';
      const sign = combiner === 'product' ? 'mul' : 'add';
      locals.forEach((each, vector) => {
        const pushFour = (lane: number): void => {
          for (const pair of [lane, lane + 2]) {
            for (const part of [pair, pair + 4]) {
              pushBase(after);
              code.memory(load, offset + part * stride + vector * bytes);
            }
            code.op(`${shape}.${sign}`);
          }
          code.op(`${shape}.${sign}`);
        };
        pushFour(0);
        pushFour(1);
        code.op(`${shape}.${sign}`).set(each);
      });
      after.bindValue(target, { locals, isVarying, isMutable: false });
    },
  };
}
