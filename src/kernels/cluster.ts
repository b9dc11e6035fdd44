// Clusters: tensors that one kernel computes in common loops, and the test whether one more tensor fits. A tensor
// fits when its axes can be laid on the loops so that it reads the cluster's own values only where they stand.
import { axisIndex, type Axis } from '../ir/index-expression.ts';
import { inputOf, type Tensor } from '../ir/node.ts';
import { literal } from '../ir/scalar.ts';
import { concreteShape } from '../ir/size.ts';
import { freeAxes } from '../ops/contraction.ts';
import { isLeaf } from './anchors.ts';
import { elementOf, type ElementMemo, type Index } from './element.ts';

/** Where a value stands: once per kernel, once per outer iteration, or in the inner loops. */
export type Level = 'kernel' | 'outer' | 'inner';

export interface Member {
  readonly tensor: Tensor;
  /** Loop of every axis of the tensor; null for axes of size 1. */
  readonly axes: readonly (Axis | null)[];
  /** For reductions, folds and scans: the loop of every axis of the inputs. */
  readonly inputAxes?: readonly (Axis | null)[];
}

interface ClusterBase {
  /** Order of making. */
  readonly number: number;
  readonly members: Map<Tensor, Member>;
  /** Clusters whose results are read here, or that must have read what is overwritten here. */
  readonly after: Set<Cluster>;
  /** Everything read from outside. */
  readonly sources: Set<Tensor>;
}

/** Loops over `outer`, and inside them one or more loops over `inner`. */
export interface LoopCluster extends ClusterBase {
  readonly kind: 'loops';
  outer: readonly Axis[];
  inner: readonly Axis[];
}

/** One contraction and the elementwise tensors of its epilogue. */
export interface ContractionCluster extends ClusterBase {
  readonly kind: 'contraction';
  readonly contraction: Tensor;
  readonly batch: readonly Axis[];
  readonly rows: readonly Axis[];
  readonly columns: readonly Axis[];
  readonly contracted: readonly (Axis | null)[];
}

/** One scatter. */
export interface ScatterCluster extends ClusterBase {
  readonly kind: 'scatter';
  readonly scatter: Tensor;
}

export type Cluster = LoopCluster | ContractionCluster | ScatterCluster;

/** One element that a tensor's own computation reads: of an anchor or a leaf. */
export interface Read {
  readonly tensor: Tensor;
  readonly index: Index;
}

/** A tensor's own loops, before they are laid on those of a cluster. */
export interface Domain {
  readonly axes: readonly (Axis | null)[];
  readonly reads: readonly Read[];
  /** Positions in `axes` that are reduced away, or that a scan runs along; empty for elementwise tensors. */
  readonly reduced: readonly number[];
}

const indexNames = ['i', 'j', 'k', 'l', 'm', 'n'];
const matrixNames = ['row', 'column'];

/** A loop for every axis of a shape, but those of size 1. */
export function freshAxes(
  shape: readonly number[],
  names: readonly string[] = shape.length === 2 ? matrixNames : indexNames,
): readonly (Axis | null)[] {
  return shape.map((extent, position) =>
    extent === 1 ? null : { name: names[position] ?? `axis${position}`, extent },
  );
}

export function indexOf(axes: readonly (Axis | null)[]): Index {
  return axes.map((axis) => axisIndex(axis ?? { name: 'unit', extent: 1 }));
}

/** The axes of its inputs that a reduction, a fold or a scan gathers over; none for other tensors. */
function gatheredAxes({ op: { lowering }, attrs }: Tensor): readonly number[] {
  if (lowering.kind === 'reduction') return lowering.axes(attrs);
  return lowering.kind === 'fold' || lowering.kind === 'scan' ? [lowering.axis(attrs)] : [];
}

/** The loops and reads of an elementwise tensor, a reduction, a fold or a scan. `opaque` says where reading stops. */
export function domainOf(tensor: Tensor, opaque: (tensor: Tensor) => boolean): Domain {
  const reduced = gatheredAxes(tensor);
  const gathers = reduced.length > 0;
  const bodies = gathers ? tensor.inputs : [tensor];
  const axes = freshAxes(concreteShape((bodies[0] ?? tensor).shape));
  const index = indexOf(axes);
  return { axes, reduced, reads: bodies.flatMap((body) => readsOf(body, index, opaque, gathers)) };
}

/** The tensors whose elements a member computes or gathers: itself, or the inputs of a reduction, a fold or a scan. */
export function bodiesOf({ tensor, inputAxes }: Member): readonly Tensor[] {
  return inputAxes === undefined ? [tensor] : tensor.inputs;
}

/** What the computation of a member's bodies reads, each at its own index. */
export function readsOfMember(member: Member, opaque: (tensor: Tensor) => boolean): readonly Read[] {
  const index = indexOf(member.inputAxes ?? member.axes);
  return bodiesOf(member).flatMap((body) => readsOf(body, index, opaque, member.inputAxes !== undefined));
}

/** The loops of a tensor that gathers: those of its inputs, of which only a scan keeps all. */
function gatheringMember(tensor: Tensor, inputAxes: readonly (Axis | null)[], { reduced }: Domain): Member {
  const isScan = tensor.op.lowering.kind === 'scan';
  return {
    tensor,
    inputAxes,
    axes: isScan ? inputAxes : inputAxes.filter((_, axis) => !reduced.includes(axis)),
  };
}

/** What computing one element of `body` reads; `body` itself counts as a read when it is looked at as an operand. */
export function readsOf(
  body: Tensor,
  index: Index,
  opaque: (tensor: Tensor) => boolean,
  asOperand: boolean,
): readonly Read[] {
  const reads: Read[] = [];
  const memo: ElementMemo = new Map();
  elementOf(
    body,
    index,
    (tensor, at) => {
      if (tensor === body && !asOperand && !isLeaf(tensor)) return undefined;
      if (!isLeaf(tensor) && !opaque(tensor)) return undefined;
      reads.push({ tensor, index: at });
      return literal(tensor.dtype, 0);
    },
    memo,
  );
  return reads;
}

/** Level of a value that stands on the given loops. In a kernel without outer loops, `outer` is the kernel itself. */
export function levelOf(cluster: LoopCluster, axes: readonly (Axis | null)[]): Level {
  if (axes.some((axis) => axis !== null && cluster.inner.includes(axis))) return 'inner';
  const standsOnOuter = axes.some((axis) => axis !== null) || cluster.outer.length === 0;
  return standsOnOuter ? 'outer' : 'kernel';
}

/** Kernels of scalars only. */
export function isScalarCluster(cluster: Cluster): boolean {
  return cluster.kind === 'loops' && cluster.outer.length === 0 && cluster.inner.length === 0;
}

/** Lays a domain's axes on the cluster's loops, or says that it does not fit. */
export function fit(cluster: Cluster, tensor: Tensor, domain: Domain): Member | undefined {
  switch (cluster.kind) {
    case 'loops':
      return fitLoops(cluster, tensor, domain);
    case 'contraction':
      return domain.reduced.length > 0 ? undefined : fitEpilogue(cluster, tensor, domain);
    case 'scatter':
      return undefined;
  }
}

type Assignment = Map<Axis, Axis>;

/** Own axis → loop, as the reads of members demand; undefined when a member is read elsewhere than where it stands. */
function assign(members: ReadonlyMap<Tensor, Member>, domain: Domain): Assignment | undefined {
  const assignment: Assignment = new Map();
  for (const { tensor, index } of domain.reads) {
    const member = members.get(tensor);
    if (member === undefined) continue;
    for (const [position, loop] of member.axes.entries()) {
      if (loop === null) continue;
      const own = plainAxis(index[position]);
      if (own === undefined || own.extent !== loop.extent) return undefined;
      const known = assignment.get(own);
      if (known !== undefined && known !== loop) return undefined;
      assignment.set(own, loop);
    }
  }
  const loops = [...assignment.values()];
  return new Set(loops).size === loops.length ? assignment : undefined;
}

function plainAxis(index: Index[number] | undefined): Axis | undefined {
  const [term, ...others] = index?.terms ?? [];
  const plain =
    index?.offset === 0 && others.length === 0 && term?.coefficient === 1 && term.atom.kind === 'axis';
  return plain ? term.atom.axis : undefined;
}

/** Completes an assignment: the axes left over take the loops left over, in order, if all extents agree. */
function complete(
  assignment: Assignment,
  own: readonly (Axis | null)[],
  loops: readonly Axis[],
): Assignment | undefined {
  const present = own.filter((axis) => axis !== null);
  const taken = present.map((axis) => assignment.get(axis)).filter((loop) => loop !== undefined);
  if (taken.some((loop) => !loops.includes(loop))) return undefined;
  const open = present.filter((axis) => !assignment.has(axis));
  const free = loops.filter((loop) => !taken.includes(loop));
  if (open.length !== free.length) return undefined;
  const completed = new Map(assignment);
  for (const [position, axis] of open.entries()) {
    const loop = free[position];
    if (loop === undefined || loop.extent !== axis.extent) return undefined;
    completed.set(axis, loop);
  }
  return completed;
}

function place(assignment: Assignment, axes: readonly (Axis | null)[]): readonly (Axis | null)[] {
  return axes.map((axis) => (axis === null ? null : (assignment.get(axis) ?? null)));
}

function fitEpilogue(cluster: ContractionCluster, tensor: Tensor, domain: Domain): Member | undefined {
  const assignment = assign(cluster.members, domain);
  if (assignment === undefined || !readsMember(cluster, domain)) return undefined;
  const loops = [...cluster.batch, ...cluster.rows, ...cluster.columns];
  const completed = complete(assignment, domain.axes, loops);
  return completed && { tensor, axes: place(completed, domain.axes) };
}

export function readsMember(cluster: Cluster, domain: Domain): boolean {
  return domain.reads.some(({ tensor }) => cluster.members.has(tensor));
}

function fitLoops(cluster: LoopCluster, tensor: Tensor, domain: Domain): Member | undefined {
  const assignment = assign(cluster.members, domain);
  if (assignment === undefined) return undefined;
  const { outer, inner } = cluster;
  const all = [...outer, ...inner];
  const readLevels = domain.reads.flatMap(({ tensor: read }) => {
    const member = cluster.members.get(read);
    return member === undefined ? [] : [levelOf(cluster, member.axes)];
  });
  // A value that exists only after the loops cannot be read inside them.
  const afterLoops = outer.length > 0 && readLevels.includes('kernel');
  if (domain.reduced.length === 0) {
    const scalar = domain.axes.every((axis) => axis === null);
    if (scalar) {
      const readable = readLevels.every((level) => level === (outer.length > 0 ? 'kernel' : 'outer'));
      const belongs = readLevels.length > 0 || isScalarCluster(cluster);
      return readable && belongs ? { tensor, axes: domain.axes } : undefined;
    }
    if (afterLoops) return undefined;
    const loopsToTry = readLevels.includes('inner') ? [all] : [outer, all];
    for (const loops of loopsToTry) {
      const completed = complete(assignment, domain.axes, loops);
      if (completed !== undefined) return { tensor, axes: place(completed, domain.axes) };
    }
    return undefined;
  }
  if (afterLoops) return undefined;
  const kept = domain.axes.filter((_, axis) => !domain.reduced.includes(axis));
  const reduced = domain.axes.filter((_, axis) => domain.reduced.includes(axis));
  const keptCount = kept.filter((axis) => axis !== null).length;
  const member = (completed: Assignment): Member =>
    gatheringMember(tensor, place(completed, domain.axes), domain);
  // Over the inner loops, keeping the outer ones.
  if (inner.length > 0 && keptCount === outer.length) {
    const keptAssigned = complete(restrict(assignment, kept), kept, outer);
    const reducedAssigned = complete(restrict(assignment, reduced), reduced, inner);
    const both = keptAssigned && reducedAssigned && new Map([...keptAssigned, ...reducedAssigned]);
    if (both !== undefined && runsInOrder(both, reduced, all)) return member(both);
  }
  if (keptCount > 0 || outer.length === 0 || tensor.op.lowering.kind !== 'reduction') return undefined;
  // Over the outer loops, or over all of them.
  const loopsToTry = readLevels.includes('inner') ? [all] : [outer, all];
  for (const loops of loopsToTry) {
    const completed = complete(assignment, reduced, loops);
    if (completed !== undefined && runsInOrder(completed, reduced, all)) return member(completed);
  }
  return undefined;
}

/** Whether reduced axes are nested as the tensor stores them: the order of a reduction must not depend on fusion. */
function runsInOrder(
  assignment: Assignment,
  reduced: readonly (Axis | null)[],
  loops: readonly Axis[],
): boolean {
  const positions = reduced.flatMap((axis) => {
    const loop = axis === null ? undefined : assignment.get(axis);
    return loop === undefined ? [] : [loops.indexOf(loop)];
  });
  return positions.every((position, at) => at === 0 || position > (positions[at - 1] ?? -1));
}

function restrict(assignment: Assignment, axes: readonly (Axis | null)[]): Assignment {
  return new Map([...assignment].filter(([axis]) => axes.includes(axis)));
}

/** A cluster of its own for a tensor that fits nowhere. */
export function newCluster(number: number, tensor: Tensor, domain: Domain | undefined): Cluster {
  const base = {
    number,
    members: new Map<Tensor, Member>(),
    after: new Set<Cluster>(),
    sources: new Set<Tensor>(),
  };
  const { lowering } = tensor.op;
  if (lowering.kind === 'contraction') return contractionCluster(tensor, base);
  if (lowering.kind === 'scatter' || domain === undefined) return scatterCluster(tensor, base);
  const isPresent = (axis: Axis | null): axis is Axis => axis !== null;
  const kept = domain.axes.filter((_, axis) => !domain.reduced.includes(axis));
  const reduced = domain.axes.filter((_, axis) => domain.reduced.includes(axis));
  base.members.set(
    tensor,
    domain.reduced.length > 0 ? gatheringMember(tensor, domain.axes, domain) : { tensor, axes: kept },
  );
  return { kind: 'loops', outer: kept.filter(isPresent), inner: reduced.filter(isPresent), ...base };
}

function contractionCluster(tensor: Tensor, base: ClusterBase): ContractionCluster {
  const { lowering } = tensor.op;
  if (lowering.kind !== 'contraction') throw new TypeError('not a contraction');
  const attrs = lowering.axes(tensor.attrs);
  const left = inputOf(tensor, 0);
  const leftFree = freeAxes(left.shape.length, attrs.batchLeft, attrs.contractLeft);
  const shape = concreteShape(tensor.shape);
  const leftShape = concreteShape(left.shape);
  const batchCount = attrs.batchLeft.length;
  const rowCount = batchCount + leftFree.length;
  const nameOfAxis = (position: number): string =>
    position < batchCount
      ? `batch${position || ''}`
      : position < rowCount
        ? `row${position - batchCount || ''}`
        : `column${position - rowCount || ''}`;
  const axes = freshAxes(
    shape,
    shape.map((_, position) => nameOfAxis(position)),
  );
  const contracted = freshAxes(
    attrs.contractLeft.map((axis) => leftShape[axis] ?? 1),
    attrs.contractLeft.map((_, position) => `k${position || ''}`),
  );
  const isPresent = (axis: Axis | null): axis is Axis => axis !== null;
  base.members.set(tensor, { tensor, axes });
  return {
    kind: 'contraction',
    contraction: tensor,
    batch: axes.slice(0, batchCount).filter(isPresent),
    rows: axes.slice(batchCount, rowCount).filter(isPresent),
    columns: axes.slice(rowCount).filter(isPresent),
    contracted,
    ...base,
  };
}

function scatterCluster(tensor: Tensor, base: ClusterBase): ScatterCluster {
  base.members.set(tensor, { tensor, axes: freshAxes(concreteShape(tensor.shape)) });
  return { kind: 'scatter', scatter: tensor, ...base };
}
