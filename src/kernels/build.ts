// From clusters to kernels: which values are stored, in which loop each is computed, and the statements themselves.
import { InternalError } from '../ir/errors.ts';
import { axisIndex, constantIndex, flatIndex, type Axis } from '../ir/index-expression.ts';
import type { Combiner, Fold } from '../ir/lowering.ts';
import { inputOf, type Tensor } from '../ir/node.ts';
import { literal, local, type Expression, type Local } from '../ir/scalar.ts';
import { concreteCount, concreteShape } from '../ir/size.ts';
import { stridesOf } from '../ir/value.ts';
import { isLeafOf, parameterOp, stateOp } from '../ops/leaf.ts';
import { isLeaf, sourceOf } from './anchors.ts';
import { indexOf, levelOf, readsOf, type Cluster, type LoopCluster, type Member } from './cluster.ts';
import { elementOf, type ElementMemo, type Index, type Resolve } from './element.ts';
import { substituteLocal, visitExpression } from './expressions.ts';
import type { Buffer, Loop, Reduction, Statement } from './kernel.ts';

/** Where tensors lie, as the kernel builder sees it. */
export interface Storage {
  /** The buffer of a leaf or of a stored tensor. */
  bufferOf(tensor: Tensor): Buffer;
  /** Whether a tensor that this cluster computes is written to memory. */
  isStored(tensor: Tensor): boolean;
  /** The buffers that a computed tensor is written to: none, one, or the leaves that it updates. */
  targetsOf(tensor: Tensor): readonly Buffer[];
  /** Whether a tensor is computed by name in some kernel, rather than inlined where it is read. */
  isInMemory(tensor: Tensor): boolean;
  /** What a computed tensor is called inside a kernel. */
  localName(tensor: Tensor): string;
  /** Private memory for a value that later inner loops of the same kernel read. */
  scratch(tensor: Tensor, axes: readonly Axis[]): Buffer;
}

/** The element of a buffer that stands for an index of its tensor. */
export function loadFrom(buffer: Buffer, index: Index): Expression {
  return {
    kind: 'load',
    type: buffer.dtype,
    buffer,
    index: buffer.length === 1 ? constantIndex(0) : flatIndex(index, stridesOf(buffer.shape)),
  };
}

export function storeTo(buffer: Buffer, index: Index, value: Expression): Statement {
  const flat = buffer.length === 1 ? constantIndex(0) : flatIndex(index, stridesOf(buffer.shape));
  return { kind: 'store', buffer, index: flat, value };
}

/** The value of a tensor that is computed here, even where `resolve` would read it. */
export function compute(tensor: Tensor, index: Index, resolve: Resolve, memo: ElementMemo): Expression {
  memo.delete(tensor);
  return elementOf(tensor, index, (each, at) => (each === tensor ? undefined : resolve(each, at)), memo);
}

function remember(memo: ElementMemo, tensor: Tensor, index: Index, expression: Expression): void {
  memo.set(tensor, [{ index, expression }]);
}

/** How far along its loop cluster each member is computed. */
interface Timing {
  /** The inner loop that computes an inner value, or that feeds a reduction. */
  readonly loop: ReadonlyMap<Tensor, number>;
  /** The first inner loop that can read an outer value. */
  readonly ready: ReadonlyMap<Tensor, number>;
  readonly loops: number;
}

function timing(cluster: LoopCluster, storage: Storage): Timing {
  const members = [...cluster.members.values()];
  const loop = new Map<Tensor, number>();
  const ready = new Map<Tensor, number>();
  const memberReads = new Map<Tensor, readonly Member[]>();
  const isPlaced = (tensor: Tensor): boolean => storage.isInMemory(tensor);
  for (const member of members) {
    const body = bodyOf(member);
    const reads = readsOf(body, indexOf(member.inputAxes ?? member.axes), isPlaced, body !== member.tensor);
    const read = reads.flatMap(({ tensor }) => cluster.members.get(tensor) ?? []);
    memberReads.set(member.tensor, read);
    const earliest = Math.max(
      0,
      ...read.map((each) => (levelOf(cluster, each.axes) === 'inner' ? loop : ready).get(each.tensor) ?? 0),
    );
    if (standsInInnerLoop(cluster, member)) loop.set(member.tensor, earliest);
    if (levelOf(cluster, member.axes) === 'outer') {
      ready.set(member.tensor, standsInInnerLoop(cluster, member) ? earliest + 1 : earliest);
    }
  }
  // A value that is not stored is computed as late as its first reader, so that it need not be kept.
  for (const member of members.toReversed()) {
    if (levelOf(cluster, member.axes) !== 'inner' || storage.isStored(member.tensor)) continue;
    const readers = members.filter((each) => memberReads.get(each.tensor)?.includes(member));
    const first = Math.min(...readers.map((reader) => loop.get(reader.tensor) ?? Infinity));
    if (Number.isFinite(first)) loop.set(member.tensor, first);
  }
  return { loop, ready, loops: Math.max(-1, ...loop.values()) + 1 };
}

/** The tensor whose elements a member computes or gathers: itself, or the input of a reduction. */
function bodyOf(member: Member): Tensor {
  return member.inputAxes === undefined ? member.tensor : inputOf(member.tensor, 0);
}

function standsInInnerLoop(cluster: LoopCluster, member: Member): boolean {
  return levelOf(cluster, member.inputAxes ?? member.axes) === 'inner';
}

/** Statements of a loop cluster. */
export function buildLoops(cluster: LoopCluster, storage: Storage): readonly Statement[] {
  const { outer, inner } = cluster;
  const members = [...cluster.members.values()];
  const { loop, ready, loops } = timing(cluster, storage);
  const locals = new Map<Tensor, Local>(
    members.map(({ tensor }) => [tensor, { name: storage.localName(tensor), type: tensor.dtype }]),
  );
  const localOf = (tensor: Tensor): Local => locals.get(tensor) ?? { name: 'value', type: tensor.dtype };
  const scratch = new Map<Tensor, Buffer>();
  const keptFor = (tensor: Tensor): Buffer => {
    if (storage.isStored(tensor)) return storage.bufferOf(tensor);
    const buffer = scratch.get(tensor) ?? storage.scratch(tensor, inner);
    scratch.set(tensor, buffer);
    return buffer;
  };
  const resolveAt =
    (now: number): Resolve =>
    (tensor, index) => {
      const member = cluster.members.get(tensor);
      if (member === undefined) {
        return isLeaf(tensor) || storage.isInMemory(tensor)
          ? loadFrom(storage.bufferOf(tensor), index)
          : undefined;
      }
      if (levelOf(cluster, member.axes) !== 'inner') return local(localOf(tensor));
      if (loop.get(tensor) === now) return local(localOf(tensor));
      const kept = keptFor(tensor);
      return kept.role === 'scratch' ? loadFrom(kept, indexOf(inner)) : loadFrom(kept, index);
    };
  const innerLoops = Array.from({ length: loops }, (_, now) => {
    const memo: ElementMemo = new Map();
    const resolve = resolveAt(now);
    const body: Statement[] = [];
    const reductions: Reduction[] = [];
    const folds: Fold[] = [];
    for (const member of members) {
      const { tensor } = member;
      if (loop.get(tensor) !== now) continue;
      const index = indexOf(member.inputAxes ?? member.axes);
      if (member.inputAxes === undefined) {
        body.push({ kind: 'let', local: localOf(tensor), value: compute(tensor, index, resolve, memo) });
        remember(memo, tensor, index, local(localOf(tensor)));
        continue;
      }
      gather(
        member,
        localOf(tensor),
        elementOf(inputOf(tensor, 0), index, resolve, memo),
        inner,
        reductions,
        folds,
      );
    }
    return { body, reductions, folds, now };
  });
  // Scratch is known only once every loop has said what it reads from earlier ones.
  const storesOf = (member: Member): readonly Statement[] => {
    const { tensor, axes } = member;
    const value = local(localOf(tensor));
    const kept = scratch.get(tensor);
    return [
      ...storage.targetsOf(tensor).map((buffer) => storeTo(buffer, indexOf(axes), value)),
      ...(kept === undefined ? [] : [storeTo(kept, indexOf(inner), value)]),
    ];
  };
  const outerBody: Statement[] = [];
  const outerMemo: ElementMemo = new Map();
  const outerValues = (now: number): void => {
    for (const member of members) {
      const { tensor } = member;
      if (levelOf(cluster, member.axes) !== 'outer' || ready.get(tensor) !== now) continue;
      if (standsInInnerLoop(cluster, member)) continue;
      const index = indexOf(member.inputAxes ?? member.axes);
      const resolve = resolveAt(-1);
      const value =
        member.inputAxes === undefined
          ? compute(tensor, index, resolve, outerMemo)
          : trivialReduction(member, elementOf(inputOf(tensor, 0), index, resolve, outerMemo));
      outerBody.push({ kind: 'let', local: localOf(tensor), value });
      remember(outerMemo, tensor, indexOf(member.axes), local(localOf(tensor)));
    }
  };
  const isAtKernelLevel = (tensor: Tensor): boolean => {
    const member = cluster.members.get(tensor);
    return member !== undefined && levelOf(cluster, member.axes) === 'kernel';
  };
  for (const { body, reductions, folds, now } of innerLoops) {
    outerValues(now);
    const stored = members.filter(
      (member) => levelOf(cluster, member.axes) === 'inner' && loop.get(member.tensor) === now,
    );
    const stores = stored.flatMap(storesOf);
    const gathered = bindContributions(reductions, stores);
    outerBody.push(...nest(inner, [...body, ...gathered.lets, ...stores], gathered.reductions, folds));
  }
  outerValues(loops);
  const outerReductions: Reduction[] = [];
  for (const member of members) {
    const { tensor, inputAxes } = member;
    if (!isAtKernelLevel(tensor) || inputAxes === undefined) continue;
    const contribution = standsInInnerLoop(cluster, member)
      ? local(partialOf(localOf(tensor)))
      : elementOf(inputOf(tensor, 0), indexOf(inputAxes), resolveAt(-1), outerMemo);
    outerReductions.push(reductionOf(tensor, localOf(tensor), contribution, outer));
  }
  const outerStores = members.filter((member) => levelOf(cluster, member.axes) === 'outer').flatMap(storesOf);
  const after: Statement[] = [];
  const afterMemo: ElementMemo = new Map();
  for (const member of members) {
    const { tensor } = member;
    if (!isAtKernelLevel(tensor)) continue;
    if (member.inputAxes === undefined) {
      const value = compute(tensor, indexOf(member.axes), resolveAt(-1), afterMemo);
      after.push({ kind: 'let', local: localOf(tensor), value });
      remember(afterMemo, tensor, indexOf(member.axes), local(localOf(tensor)));
    }
  }
  const kernelStores = members.filter((member) => isAtKernelLevel(member.tensor)).flatMap(storesOf);
  const gathered = bindContributions(outerReductions, outerStores);
  const whole = [...outerBody, ...gathered.lets, ...outerStores];
  return [...nest(outer, whole, gathered.reductions, []), ...after, ...kernelStores];

  /** Adds a member's reduction to the inner loop. One that runs over the outer loops too starts as a partial one. */
  function gather(
    member: Member,
    result: Local,
    element: Expression,
    axes: readonly Axis[],
    reductions: Reduction[],
    folds: Fold[],
  ): void {
    const { lowering } = member.tensor.op;
    if (lowering.kind === 'fold') {
      const position = positionOf(member, lowering.axis(member.tensor.attrs));
      const made = lowering.folds(member.tensor.attrs, element, position);
      const [first, ...others] = made;
      if (first === undefined)
        throw new InternalError('E_LOWERING', `${member.tensor.op.name} folds nothing`);
      const rename = (next: Expression): Expression => substituteLocal(next, first.local, local(result));
      folds.push(
        { local: result, initial: first.initial, next: rename(first.next) },
        ...others.map((fold) => ({ ...fold, next: rename(fold.next) })),
      );
      return;
    }
    const target = levelOf(cluster, member.axes) === 'kernel' ? partialOf(result) : result;
    reductions.push(reductionOf(member.tensor, target, element, axes));
  }
}

/** Contributions are computed before anything is stored, since a store may overwrite what they read. */
function bindContributions(
  reductions: readonly Reduction[],
  stores: readonly Statement[],
): { readonly lets: readonly Statement[]; readonly reductions: readonly Reduction[] } {
  if (stores.length === 0) return { lets: [], reductions };
  const bound = reductions.map((reduction) => {
    const target: Local = { name: `${reduction.local.name}Part`, type: reduction.contribution.type };
    const statement: Statement = { kind: 'let', local: target, value: reduction.contribution };
    return { statement, reduction: { ...reduction, contribution: local(target) } };
  });
  return { lets: bound.map((each) => each.statement), reductions: bound.map((each) => each.reduction) };
}

const partials = new WeakMap<Local, Local>();

/** The inner part of a reduction that runs over outer and inner loops. */
function partialOf(total: Local): Local {
  const partial = partials.get(total) ?? { name: `${total.name}OfRow`, type: total.type };
  partials.set(total, partial);
  return partial;
}

function positionOf(member: Member, axis: number): Index[number] {
  const loop = member.inputAxes?.[axis];
  return loop ? axisIndex(loop) : constantIndex(0);
}

/** A reduction over axes of size 1 only. */
function trivialReduction(member: Member, element: Expression): Expression {
  return member.tensor.op.lowering.kind === 'fold' ? literal('i32', 0) : element;
}

function combinerOf(tensor: Tensor): Combiner {
  const { lowering } = tensor.op;
  if (lowering.kind !== 'reduction')
    throw new InternalError('E_LOWERING', `${tensor.op.name} is no reduction`);
  return lowering.combiner(tensor.attrs);
}

// Below this a reduction is a plain loop: eight partial results would cost more than they save.
const lanesFrom = 16;

function reductionOf(
  tensor: Tensor,
  target: Local,
  contribution: Expression,
  axes: readonly Axis[],
): Reduction {
  const combiner = combinerOf(tensor);
  const last = axes.at(-1);
  const inLanes =
    (combiner === 'sum' || combiner === 'product') &&
    last !== undefined &&
    last.extent >= lanesFrom &&
    readsContiguously(contribution, last);
  return { local: target, combiner, contribution, order: inLanes ? 'lanes' : 'ascending' };
}

function readsContiguously(expression: Expression, axis: Axis): boolean {
  let found = false;
  visitExpression(expression, (each) => {
    if (each.kind !== 'load') return;
    found ||= each.index.terms.some(
      ({ atom, coefficient }) => coefficient === 1 && atom.kind === 'axis' && atom.axis === axis,
    );
  });
  return found;
}

/** Loops over `axes` around `body`; a reduction over several loops gathers loop by loop, inside out. */
export function nest(
  axes: readonly Axis[],
  body: readonly Statement[],
  reductions: readonly Reduction[],
  folds: readonly Fold[],
): readonly Statement[] {
  const [first, ...rest] = axes;
  if (first === undefined) {
    const values = reductions.map(({ local: target, contribution }): Statement => ({
      kind: 'let',
      local: target,
      value: contribution,
    }));
    return [...body, ...values];
  }
  if (body.length === 0 && reductions.length === 0 && folds.length === 0) return [];
  if (rest.length === 0) {
    const single: Loop = { kind: 'loop', axis: first, body, reductions, folds };
    return [single];
  }
  if (folds.length > 0) throw new InternalError('E_FOLD', 'a fold runs over one loop');
  // Every loop gathers into a local of its own: what it gathers may be a partial result already.
  const inner = reductions.map((reduction) => {
    const { name, type } = reduction.local;
    return { ...reduction, local: { name: `${name}OfRow`, type } };
  });
  const outer = reductions.map(({ local: target, combiner }, position): Reduction => {
    const from = inner[position]?.local ?? target;
    return { local: target, combiner, contribution: local(from), order: 'ascending' };
  });
  return [{ kind: 'loop', axis: first, body: nest(rest, body, inner, []), reductions: outer, folds: [] }];
}

/** Statements of a cluster that is not loops. */
export function buildContraction(
  cluster: Extract<Cluster, { kind: 'contraction' }>,
  storage: Storage,
  consumersOf: (tensor: Tensor) => readonly Tensor[],
): readonly Statement[] {
  const { contraction, batch, rows, columns } = cluster;
  const { lowering } = contraction.op;
  if (lowering.kind !== 'contraction') throw new InternalError('E_LOWERING', 'not a contraction');
  const attrs = lowering.axes(contraction.attrs);
  const own = cluster.members.get(contraction)?.axes ?? [];
  const sum: Local = { name: 'sum', type: contraction.dtype };
  // Where others read the bare product from memory, nothing may be added to it.
  const bias = storage.isStored(contraction) ? undefined : biasOf(cluster, consumersOf);
  const resolve: Resolve = (tensor, index) => {
    if (tensor === contraction || tensor === bias?.add) return local(sum);
    const known = locals.get(tensor);
    if (known !== undefined) return local(known);
    return isLeaf(tensor) || storage.isInMemory(tensor)
      ? loadFrom(storage.bufferOf(tensor), index)
      : undefined;
  };
  const locals = new Map<Tensor, Local>();
  const memo: ElementMemo = new Map();
  const outside: Resolve = (tensor, index) =>
    isLeaf(tensor) || storage.isInMemory(tensor) ? loadFrom(storage.bufferOf(tensor), index) : undefined;
  const operand = (
    position: number,
    batchAxes: readonly number[],
    contractAxes: readonly number[],
  ): Expression => {
    const x = inputOf(contraction, position);
    const free =
      position === 0
        ? own.slice(batchAxes.length)
        : own.slice(own.length - freeCount(x, batchAxes, contractAxes));
    let nextFree = 0;
    const axes = x.shape.map((_, axis) => {
      const asBatch = batchAxes.indexOf(axis);
      if (asBatch >= 0) return own[asBatch] ?? null;
      const asContracted = contractAxes.indexOf(axis);
      if (asContracted >= 0) return cluster.contracted[asContracted] ?? null;
      return free[nextFree++] ?? null;
    });
    return elementOf(x, indexOf(axes), outside, new Map());
  };
  const epilogue: Statement[] = [];
  const stores: Statement[] = [];
  for (const { tensor, axes } of cluster.members.values()) {
    const index = indexOf(axes);
    let value: Expression = local(sum);
    if (tensor !== contraction && tensor !== bias?.add) {
      const target: Local = { name: storage.localName(tensor), type: tensor.dtype };
      epilogue.push({ kind: 'let', local: target, value: compute(tensor, index, resolve, memo) });
      locals.set(tensor, target);
      value = local(target);
      remember(memo, tensor, index, value);
    }
    stores.push(...storage.targetsOf(tensor).map((buffer) => storeTo(buffer, index, value)));
  }
  const isPresent = (axis: Axis | null): axis is Axis => axis !== null;
  return nest(
    batch,
    [
      {
        kind: 'contraction',
        rows,
        columns,
        contracted: cluster.contracted.filter(isPresent),
        left: operand(0, attrs.batchLeft, attrs.contractLeft),
        right: operand(1, attrs.batchRight, attrs.contractRight),
        initial:
          bias === undefined
            ? literal(contraction.dtype, 0)
            : elementOf(bias.bias, bias.index, outside, new Map()),
        sum,
        epilogue: [...epilogue, ...stores],
      },
    ],
    [],
    [],
  );
}

function freeCount(x: Tensor, batch: readonly number[], contracted: readonly number[]): number {
  return x.shape.length - batch.length - contracted.length;
}

/** The addition of a term that depends on columns only, when nothing else reads the bare product. */
function biasOf(
  cluster: Extract<Cluster, { kind: 'contraction' }>,
  consumersOf: (tensor: Tensor) => readonly Tensor[],
): { readonly add: Tensor; readonly bias: Tensor; readonly index: Index } | undefined {
  const { contraction, columns } = cluster;
  const [add, ...others] = consumersOf(contraction);
  if (
    add === undefined ||
    others.length > 0 ||
    add.op.name !== 'add' ||
    cluster.members.get(contraction) === undefined
  ) {
    return undefined;
  }
  const [left, right] = add.inputs;
  const bias = left === contraction ? right : left;
  if (bias === undefined || bias === contraction) return undefined;
  // Only what has the same shape at every batch size: sums must not depend on how many rows there are.
  const source = sourceOf(bias);
  if (!isLeafOf(parameterOp, source) && !isLeafOf(stateOp, source)) return undefined;
  const own = cluster.members.get(contraction)?.axes ?? [];
  const index = indexOf(own);
  const reads = readsOf(bias, index, isLeaf, true);
  const axesRead = reads.flatMap((read) => read.index.flatMap((each) => each.terms.map(({ atom }) => atom)));
  const dependsOnColumns = axesRead.every((atom) => atom.kind === 'axis' && columns.includes(atom.axis));
  return dependsOnColumns && concreteCount(source.shape) > 0 ? { add, bias, index } : undefined;
}

/** Statements of a scatter-add: the target is copied, then updates are added one by one. */
export function buildScatter(
  cluster: Extract<Cluster, { kind: 'scatter' }>,
  storage: Storage,
): readonly Statement[] {
  const { scatter } = cluster;
  const { lowering } = scatter.op;
  if (lowering.kind !== 'scatterAdd') throw new InternalError('E_LOWERING', 'not a scatter');
  const outside: Resolve = (tensor, index) =>
    isLeaf(tensor) || storage.isInMemory(tensor) ? loadFrom(storage.bufferOf(tensor), index) : undefined;
  const isPresent = (axis: Axis | null): axis is Axis => axis !== null;
  const target = storage.bufferOf(scatter);
  const axes = cluster.members.get(scatter)?.axes ?? [];
  const copy = storeTo(
    target,
    indexOf(axes),
    elementOf(inputOf(scatter, 0), indexOf(axes), outside, new Map()),
  );
  const updates = inputOf(scatter, 2);
  const shape = concreteShape(updates.shape);
  const updateAxes = shape.map((extent, position): Axis | null =>
    extent === 1 ? null : { name: `u${position}`, extent },
  );
  const index = indexOf(updateAxes);
  const axis = lowering.axis(scatter.attrs);
  const size = concreteShape(scatter.shape)[axis] ?? 1;
  const position = elementOf(inputOf(scatter, 1), index, outside, new Map());
  return [
    ...nest(axes.filter(isPresent), [copy], [], []),
    {
      kind: 'scatterAdd',
      axes: updateAxes.filter(isPresent),
      target,
      index: flatIndex(index.with(axis, clamped(position, size)), stridesOf(target.shape)),
      value: elementOf(updates, index, outside, new Map()),
    },
  ];
}

function clamped(position: Expression, size: number): Index[number] {
  const low: Expression = {
    kind: 'binary',
    type: 'i32',
    instruction: 'max',
    left: position,
    right: literal('i32', 0),
  };
  const value: Expression = {
    kind: 'binary',
    type: 'i32',
    instruction: 'min',
    left: low,
    right: literal('i32', size - 1),
  };
  return size === 1
    ? constantIndex(0)
    : { terms: [{ atom: { kind: 'dynamic', value, low: 0, high: size - 1 }, coefficient: 1 }], offset: 0 };
}
