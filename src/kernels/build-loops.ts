// Statements of loop clusters: in which loop each value is computed, what is stored, and what loops gather.
import { isFloat } from '../ir/dtype.ts';
import { InternalError } from '../ir/errors.ts';
import { type Axis, axisIndex, constantIndex } from '../ir/index-expression.ts';
import type { Combiner, Fold } from '../ir/lowering.ts';
import { inputOf, type Tensor } from '../ir/node.ts';
import { type Expression, literal, type Local, local } from '../ir/scalar.ts';
import { isLeaf } from './anchors.ts';
import { bodiesOf, indexOf, levelOf, type LoopCluster, type Member, readsOfMember } from './cluster.ts';
import { type ElementMemo, elementOf, type Index, type Resolve } from './element.ts';
import { substituteLocal } from './expressions.ts';
import type { Buffer, Reduction, Statement } from './kernel.ts';
import { nest, partialOf } from './nest.ts';
import { compute, loadFrom, remember, type Storage, storeTo } from './storage.ts';

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
    const read = readsOfMember(member, isPlaced).flatMap(({ tensor }) => cluster.members.get(tensor) ?? []);
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
    const carried: (readonly Fold[])[] = [];
    for (const member of members) {
      const { tensor } = member;
      if (loop.get(tensor) !== now) continue;
      const index = indexOf(member.inputAxes ?? member.axes);
      if (member.inputAxes === undefined) {
        body.push({ kind: 'let', local: localOf(tensor), value: compute(tensor, index, resolve, memo) });
        remember(memo, tensor, index, local(localOf(tensor)));
        continue;
      }
      const elements = bodiesOf(member).map((each) => elementOf(each, index, resolve, memo));
      if (tensor.op.lowering.kind === 'scan') {
        const scan = scanOf(member, localOf(tensor), elements);
        body.push(...scan.lets);
        carried.push(scan.folds);
        remember(memo, tensor, index, local(localOf(tensor)));
        continue;
      }
      const [element = literal(tensor.dtype, 0)] = elements;
      gather(member, localOf(tensor), element, inner, reductions, folds);
    }
    // What reads a value that is carried round is computed before that value changes.
    return { body, reductions, folds: [...folds, ...carried.toReversed().flat()], now };
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
          : trivialGathering(
              member,
              bodiesOf(member).map((each) => elementOf(each, index, resolve, outerMemo)),
            );
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
    outerReductions.push(reductionOf(member, localOf(tensor), contribution, outer));
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
    reductions.push(reductionOf(member, target, element, axes));
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

function positionOf(member: Member, axis: number): Index[number] {
  const loop = member.inputAxes?.[axis];
  return loop ? axisIndex(loop) : constantIndex(0);
}

/** What one iteration of a scan computes, under the name of its result, and what it hands on to the next. */
function scanOf(
  member: Member,
  result: Local,
  elements: readonly Expression[],
): { readonly lets: readonly Statement[]; readonly folds: readonly Fold[] } {
  const { folds, exclusive } = foldsOfScan(member, elements);
  const [first] = folds;
  const nexts = folds.map((fold, position): Local =>
    position === 0 && !exclusive ? result : { name: `${fold.local.name}Next`, type: fold.local.type },
  );
  const nextOf = (fold: Fold): Local => nexts[folds.indexOf(fold)] ?? result;
  const lets = folds.map((fold): Statement => ({ kind: 'let', local: nextOf(fold), value: fold.next }));
  return {
    lets:
      exclusive && first !== undefined
        ? [{ kind: 'let', local: result, value: local(first.local) }, ...lets]
        : lets,
    folds: folds.map((fold) => ({ ...fold, next: local(nextOf(fold)) })),
  };
}

function foldsOfScan(
  member: Member,
  elements: readonly Expression[],
): { readonly folds: readonly Fold[]; readonly exclusive: boolean } {
  const { op, attrs } = member.tensor;
  if (op.lowering.kind !== 'scan') throw new InternalError('E_LOWERING', `${op.name} is no scan`);
  const folds = op.lowering.folds(attrs, elements, positionOf(member, op.lowering.axis(attrs)));
  if (folds.length === 0) throw new InternalError('E_LOWERING', `${op.name} carries nothing`);
  return { folds, exclusive: op.lowering.exclusive(attrs) };
}

/** A reduction or a scan over axes of size 1 only. */
function trivialGathering(member: Member, elements: readonly Expression[]): Expression {
  const [element = literal(member.tensor.dtype, 0)] = elements;
  const { kind } = member.tensor.op.lowering;
  if (kind === 'fold') return literal('i32', 0);
  if (kind !== 'scan') return element;
  const { folds, exclusive } = foldsOfScan(member, elements);
  const [first] = folds;
  if (first === undefined || exclusive) return first?.initial ?? element;
  return folds.reduce((value, fold) => substituteLocal(value, fold.local, fold.initial), first.next);
}

function combinerOf(tensor: Tensor): Combiner {
  const { lowering } = tensor.op;
  if (lowering.kind !== 'reduction')
    throw new InternalError('E_LOWERING', `${tensor.op.name} is no reduction`);
  return lowering.combiner(tensor.attrs);
}

// Below this a reduction is a plain loop: eight partial results would cost more than they save.
const lanesFrom = 16;

/**
 * A reduction with its canonical order. The order follows from the tensor alone, never from how loops were fused: the
 * last axis of the input goes in lanes when it is long enough, every other axis in ascending order.
 */
function reductionOf(
  { tensor, inputAxes = [] }: Member,
  target: Local,
  contribution: Expression,
  axes: readonly Axis[],
): Reduction {
  const combiner = combinerOf(tensor);
  const innermost = axes.at(-1);
  const inLanes =
    (combiner === 'sum' || combiner === 'product') &&
    isFloat(tensor.dtype) &&
    innermost !== undefined &&
    innermost.extent >= lanesFrom &&
    inputAxes.at(-1) === innermost;
  return { local: target, combiner, contribution, order: inLanes ? 'lanes' : 'ascending' };
}
