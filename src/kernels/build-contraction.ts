// Statements of contractions, with what starts and what follows each sum, and of scatters.
import { InternalError } from '../ir/errors.ts';
import { type Axis, constantIndex, flatIndex } from '../ir/index-expression.ts';
import { inputOf, type Tensor } from '../ir/node.ts';
import { type Expression, literal, type Local, local } from '../ir/scalar.ts';
import { concreteCount, concreteShape } from '../ir/size.ts';
import { stridesOf } from '../ir/value.ts';
import { isLeaf, sourceOf } from './anchors.ts';
import { type Cluster, indexOf, readsOf } from './cluster.ts';
import { type ElementMemo, elementOf, type Index, type Resolve } from './element.ts';
import type { Statement } from './kernel.ts';
import { nest } from './nest.ts';
import { compute, loadFrom, remember, type Storage, storeTo } from './storage.ts';
import { isLeafOf, parameterOp, stateOp } from '../ops/leaf.ts';

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

/** Statements of a scatter: the target is copied, then updates are brought in one by one. */
export function buildScatter(
  cluster: Extract<Cluster, { kind: 'scatter' }>,
  storage: Storage,
): readonly Statement[] {
  const { scatter } = cluster;
  const { lowering } = scatter.op;
  if (lowering.kind !== 'scatter') throw new InternalError('E_LOWERING', 'not a scatter');
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
  const copies = nest(axes.filter(isPresent), [copy], [], []);
  // No updates name no position, and an empty axis has none.
  if (shape.includes(0)) return copies;
  return [
    ...copies,
    {
      kind: 'scatter',
      combiner: lowering.combiner(scatter.attrs),
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
