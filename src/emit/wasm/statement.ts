// Kernel statements as WebAssembly: values, stores and loops, one iteration at a time or four.
import { bytesPerElement } from '../../ir/dtype.ts';
import { InternalError } from '../../ir/errors.ts';
import type { Axis } from '../../ir/index-expression.ts';
import { literal, local, type Expression } from '../../ir/scalar.ts';
import { laneCount, type Loop, type Reduction, type Statement } from '../../kernels/kernel.ts';
import { initialOf } from '../../ops/reduce.ts';
import type { WasmLocal } from './code.ts';
import { emitContraction } from './contraction.ts';
import { emitScalar, scalarLoad, scalarStore, scalarType } from './scalar.ts';
import type { Scope, ValueBinding } from './scope.ts';
import type { Share } from './share.ts';
import { hasLanes, type Strategy } from './strategy.ts';
import { stepOf } from './variation.ts';
import { emitVector, evaluate, lanesOf, literalBits, vectorOf, vectorWidth } from './vector.ts';

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
    case 'scatterAdd':
      emitScatterAdd(statement, scope);
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
  const { valid } = vectorOf(scope);
  if (isLaneBuffer || (step === 1 && valid === vectorWidth && buffer.dtype !== 'bool')) {
    const offset = scope.pushAddress(buffer, index, emitScalar);
    emitVector(value, scope);
    code.memory('v128.store', offset);
    return;
  }
  emitVector(value, scope);
  const lanes = scope.context.writer.local('v128', 'lanes');
  if (buffer.dtype === 'bool') {
    storeMask(statement, step, lanes, scope);
    return;
  }
  code.set(lanes);
  if (step !== 1) {
    for (let lane = 0; lane < valid; lane++) {
      const offset = scope.pushAddress(buffer, index, emitScalar, lane);
      code.get(lanes).memoryLane('v128.store32_lane', lane, offset);
    }
    return;
  }
  const address = scope.context.writer.local('i32', 'at');
  const offset = scope.pushAddress(buffer, index, emitScalar);
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
  { buffer, index }: Extract<Statement, { kind: 'store' }>,
  step: number | 'scattered',
  lanes: WasmLocal,
  scope: Scope,
): void {
  const { code } = scope;
  const { valid } = vectorOf(scope);
  scope.pushVector(1);
  code.op('v128.and').set(lanes);
  if (step === 1 && valid === vectorWidth) {
    const offset = scope.pushAddress(buffer, index, emitScalar);
    code.get(lanes).get(lanes).op('i16x8.narrow_i32x4_u').tee(lanes).get(lanes).op('i8x16.narrow_i16x8_u');
    code.memoryLane('v128.store32_lane', 0, offset);
    return;
  }
  for (let lane = 0; lane < valid; lane++) {
    const offset = scope.pushAddress(buffer, index, emitScalar, lane);
    code.get(lanes).lane('i32x4.extract_lane', lane).memory('i32.store8', offset);
  }
}

function emitScatterAdd(
  { axes, target, index, value }: Extract<Statement, { kind: 'scatterAdd' }>,
  scope: Scope,
): void {
  const inside = (rest: readonly Axis[], around: Scope): void => {
    const [axis, ...inner] = rest;
    if (axis === undefined) {
      const { code } = around;
      const address = around.context.writer.local('i32', 'at');
      const offset = around.pushAddress(target, index, emitScalar);
      code.tee(address).get(address).memory(scalarLoad[target.dtype], offset);
      emitScalar(value, around);
      const type = scalarType[target.dtype];
      if (type === 'v128') throw new InternalError('E_EMIT', 'one element is no vector');
      code.op(`${type}.add`).memory(scalarStore[target.dtype], offset);
      return;
    }
    if (axis.extent > 0) counted(axis, around, (body) => inside(inner, body));
  };
  inside(axes, scope);
}

/** A loop over an axis, one iteration at a time. */
export function counted(
  axis: Axis,
  scope: Scope,
  write: (body: Scope) => void,
  share: Share | null = null,
): void {
  const body = scope.inner();
  const variable = body.ownLocal('i32', axis.name);
  body.bindAxis(axis, { local: variable, offset: 0 });
  write(body);
  body.code.get(variable).i32(1).op('i32.add').tee(variable);
  if (share === null) {
    body.code.i32(axis.extent).op('i32.lt_s');
    scope.code.i32(0).set(variable).loop(body.code);
    return;
  }
  const { first, last } = share.of(axis.extent, scope);
  body.code.get(last).op('i32.lt_s');
  const whole = scope.inner();
  whole.code.loop(body.code);
  scope.code.get(first).tee(variable).get(last).op('i32.lt_s').if(whole.code);
}

/** What a loop without iterations leaves behind. */
function emitEmptyLoop({ reductions, folds }: Loop, scope: Scope): void {
  for (const { local: target, combiner } of reductions) {
    const initial = literal(target.type, initialOf(combiner, target.type));
    scope.bindValue(target, evaluate(target, initial, scope));
  }
  for (const { local: target, initial } of folds) scope.bindValue(target, evaluate(target, initial, scope));
}

/** `target combined with value`. */
function combined({ local: target, combiner }: Reduction, value: Expression): Expression {
  const instructions = { sum: 'add', product: 'mul', max: 'max', min: 'min' } as const;
  const { type } = target;
  return { kind: 'binary', type, instruction: instructions[combiner], left: local(target), right: value };
}

/** Where a loop keeps what it gathers while it runs. */
interface Gatherer {
  /** Adds the contribution of one iteration. */
  gather(body: Scope): void;
  /** Binds the result in the scope after the loop. */
  finish(scope: Scope): void;
}

function emitLoop(loop: Loop, scope: Scope, strategy: Strategy, share: Share | null): void {
  const body = scope;
  const gatherers = loop.reductions.map((reduction) => gathererOf(reduction, loop.axis, body, strategy));
  const folds = loop.folds.map((fold) => {
    const binding = start(fold.local, fold.initial, scope, strategy);
    return { fold, binding };
  });
  counted(
    loop.axis,
    scope,
    (inside) => {
      for (const { fold, binding } of folds) inside.bindValue(fold.local, binding);
      emitStatements(loop.body, inside, strategy);
      for (const gatherer of gatherers) gatherer.gather(inside);
      for (const { fold, binding } of folds) {
        if (binding.isVarying) emitVector(fold.next, inside);
        else emitScalar(fold.next, inside);
        inside.code.set(binding.local);
      }
    },
    share,
  );
  for (const gatherer of gatherers) gatherer.finish(scope);
  for (const { fold, binding } of folds) scope.bindValue(fold.local, { ...binding, isMutable: false });
}

/** A local that a loop changes, with its first value. */
function start(
  target: Reduction['local'],
  initial: Expression,
  scope: Scope,
  strategy: Strategy,
): ValueBinding {
  const isVarying = scope.vector !== null && strategy.varying.has(target);
  const binding: ValueBinding = {
    local: scope.context.writer.local(isVarying ? 'v128' : scalarType[target.type], target.name),
    isVarying,
    isMutable: true,
  };
  if (isVarying) emitVector(initial, scope);
  else emitScalar(initial, scope);
  scope.code.set(binding.local);
  return binding;
}

function gathererOf(reduction: Reduction, axis: Axis, scope: Scope, strategy: Strategy): Gatherer {
  const { local: target, combiner, contribution, order } = reduction;
  const initial = literal(target.type, initialOf(combiner, target.type));
  if (order === 'lanes' && target.type !== 'i32') return inLanes(reduction, axis, scope, strategy);
  const binding = start(target, initial, scope, strategy);
  return {
    gather: (body) => {
      body.bindValue(target, binding);
      if (binding.isVarying) emitVector(combined(reduction, contribution), body);
      else emitScalar(combined(reduction, contribution), body);
      body.code.set(binding.local);
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
  const bytes = isVarying ? 16 : bytesPerElement[target.type];
  const { base, offset } = scope.context.reserve(laneCount * bytes);
  const initial = literal(target.type, initialOf(combiner, target.type));
  const value = scope.context.writer.local(isVarying ? 'v128' : scalarType[target.type], target.name);
  const load = isVarying ? 'v128.load' : scalarLoad[target.type];
  const store = isVarying ? 'v128.store' : scalarStore[target.type];
  const push = (expression: Expression, where: Scope): void => {
    if (isVarying) emitVector(expression, where);
    else emitScalar(expression, where);
  };
  const pushBase = ({ code }: Scope): void => {
    if (base === null) code.i32(0);
    else code.get(base);
  };
  for (let lane = 0; lane < laneCount; lane++) {
    pushBase(scope);
    push(initial, scope);
    scope.code.memory(store, offset + lane * bytes);
  }
  const binding: ValueBinding = { local: value, isVarying, isMutable: true };
  return {
    gather: (body) => {
      const { code } = body;
      const address = body.context.writer.local('i32', 'at');
      body.pushIndex({ terms: [{ atom: { kind: 'axis', axis }, coefficient: 1 }], offset: 0 }, emitScalar);
      code
        .i32(laneCount - 1)
        .op('i32.and')
        .i32(bytes)
        .op('i32.mul');
      if (base !== null) code.get(base).op('i32.add');
      code.tee(address).memory(load, offset).set(value);
      code.get(address);
      body.bindValue(target, binding);
      push(combined(reduction, contribution), body);
      code.memory(store, offset);
    },
    finish: (after) => {
      const { code } = after;
      const type = isVarying ? 'f32x4' : target.type === 'f64' ? 'f64' : 'f32';
      const sign = combiner === 'product' ? 'mul' : 'add';
      const pushLane = (lane: number): void => {
        pushBase(after);
        code.memory(load, offset + lane * bytes);
      };
      const pushFour = (first: number): void => {
        for (const lane of [first, first + 2]) {
          pushLane(lane);
          pushLane(lane + 4);
          code.op(`${type}.${sign}`);
        }
        code.op(`${type}.${sign}`);
      };
      pushFour(0);
      pushFour(1);
      code.op(`${type}.${sign}`).set(value);
      after.bindValue(target, { ...binding, isMutable: false });
    },
  };
}

/** A loop that runs four iterations at a time, and once more for those that are left over. */
function emitVectorLoop(loop: Loop, scope: Scope, strategy: Strategy, share: Share | null): void {
  const { axis } = loop;
  const laneBuffers = strategy.vectorised.get(loop);
  const whole = Math.floor(axis.extent / vectorWidth);
  const rest = axis.extent % vectorWidth;
  const { code } = scope;
  const gatherers = loop.reductions.map((reduction) => vectorGathererOf(reduction, axis.extent, scope));
  const write = (body: Scope): void => {
    emitStatements(loop.body, body, strategy);
    for (const gatherer of gatherers) gatherer.gather(body);
  };
  const range = share?.of(whole + (rest > 0 ? 1 : 0), scope) ?? null;
  if (whole === 1 && range === null) {
    const body = scope.vectorised(axis, vectorWidth, laneBuffers);
    body.bindAxis(axis, { local: null, offset: 0 });
    write(body);
    code.append(body.code);
  } else if (whole > 0) {
    const body = scope.vectorised(axis, vectorWidth, laneBuffers);
    const variable = body.ownLocal('i32', axis.name);
    body.bindAxis(axis, { local: variable, offset: 0 });
    write(body);
    body.code.get(variable).i32(vectorWidth).op('i32.add').tee(variable);
    if (range === null) {
      body.code.i32(whole * vectorWidth).op('i32.lt_s');
      code.i32(0).set(variable).loop(body.code);
    } else {
      const end = scope.context.writer.local('i32', 'end');
      code.get(range.last).i32(whole).get(range.last).i32(whole).op('i32.lt_s').op('select');
      code.i32(2).op('i32.shl').set(end);
      body.code.get(end).op('i32.lt_s');
      const guarded = scope.inner();
      guarded.code.loop(body.code);
      code.get(range.first).i32(2).op('i32.shl').tee(variable).get(end).op('i32.lt_s').if(guarded.code);
    }
  }
  if (rest > 0) {
    const body = scope.vectorised(axis, rest, laneBuffers);
    body.bindAxis(axis, { local: null, offset: whole * vectorWidth });
    write(body);
    if (range === null) code.append(body.code);
    else {
      // Whoever has the last share takes what is left over, if it has anything to do at all.
      code.get(range.last).i32(whole).op('i32.gt_s').get(range.first).get(range.last).op('i32.lt_s');
      code.op('i32.and').if(body.code);
    }
  }
  for (const gatherer of gatherers) gatherer.finish(scope);
}

/** What a vectorised loop gathers: partial results a lane, combined in the canonical order at the end. */
function vectorGathererOf(reduction: Reduction, extent: number, scope: Scope): Gatherer {
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
  const part = { name: `${target.name}Part`, type: target.type };
  return {
    gather: (body) => {
      const { code } = body;
      const { valid } = vectorOf(body);
      const value = writer.local('v128', part.name);
      emitVector(contribution, body);
      if (valid < vectorWidth) {
        const mask = [0, 1, 2, 3].map((lane) => (lane < valid ? -1 : 0)) as [number, number, number, number];
        body.pushVector(literalBits(target.type, neutral));
        code.get(body.constantLanes(mask)).op('v128.bitselect');
      }
      code.set(value);
      body.bindValue(part, { local: value, isVarying: true, isMutable: false });
      body.bindValue(target, { local: current, isVarying: true, isMutable: true });
      emitVector(combined(reduction, local(part)), body);
      if (isTree) {
        const next = writer.local('v128', part.name);
        code.set(next).get(other).set(current).get(next).set(other);
      } else code.set(current);
    },
    finish: (after) => {
      const { code } = after;
      const groups = Math.ceil(extent / vectorWidth);
      const [low, high] = groups % 2 === 0 ? [current, other] : [other, current];
      const result = writer.local(scalarType[target.type], target.name);
      const lanes = writer.local('v128', target.name);
      if (isTree) {
        code
          .get(low)
          .get(high)
          .op(combiner === 'product' ? 'f32x4.mul' : 'f32x4.add')
          .set(lanes);
      } else code.get(current).set(lanes);
      combineLanes(reduction, lanes, after);
      code.set(result);
      after.bindValue(target, { local: result, isVarying: false, isMutable: false });
    },
  };
}

/** `(lane 0 with lane 2) with (lane 1 with lane 3)`. */
function combineLanes(reduction: Reduction, lanes: WasmLocal, scope: Scope): void {
  const { local: target } = reduction;
  const { writer } = scope.context;
  const parts = [0, 1, 2, 3].map((lane) => {
    const value = { name: `lane${lane}`, type: target.type };
    const binding = writer.local(scalarType[target.type], value.name);
    scope.code.get(lanes).lane(target.type === 'f32' ? 'f32x4.extract_lane' : 'i32x4.extract_lane', lane);
    scope.code.set(binding);
    scope.bindValue(value, { local: binding, isVarying: false, isMutable: false });
    return local(value);
  });
  const [a, b, c, d] = parts;
  if (a === undefined || b === undefined || c === undefined || d === undefined) return;
  const pair = (left: Expression, right: Expression): Expression => {
    const whole = combined(reduction, right);
    return whole.kind === 'binary' ? { ...whole, left } : whole;
  };
  emitScalar(pair(pair(a, c), pair(b, d)), scope);
}
