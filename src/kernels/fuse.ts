// Fusion: every anchor is placed in the cluster of a producer when it fits there and no cycle arises, else in a
// cluster of its own. Updates come last, so that what is overwritten has been read.
import { InternalError } from '../ir/errors.ts';
import type { Axis } from '../ir/index-expression.ts';
import type { Tensor } from '../ir/node.ts';
import { concreteCount, concreteShape } from '../ir/size.ts';
import { findAnchors, isFree, isLeaf, type Anchors, type EntryGraph } from './anchors.ts';
import {
  domainOf,
  fit,
  freshAxes,
  indexOf,
  isScalarCluster,
  levelOf,
  newCluster,
  readsMember,
  readsOf,
  readsOfMember,
  type Cluster,
  type Domain,
  type LoopCluster,
} from './cluster.ts';
import { sameIndex } from './element.ts';

/** What fusion decided: the clusters in execution order and what is written over what. */
export interface Fusion {
  readonly entry: EntryGraph;
  readonly anchors: Anchors;
  readonly clusters: readonly Cluster[];
  readonly clusterOf: ReadonlyMap<Tensor, Cluster>;
  /** Tensors that are computed straight into the leaves that they update. */
  readonly inPlace: ReadonlyMap<Tensor, readonly Tensor[]>;
  /** Updates that have to wait in a buffer of their own until the leaf has been read. */
  readonly copies: readonly { readonly leaf: Tensor; readonly next: Tensor }[];
}

export function fuse(entry: EntryGraph): Fusion {
  const anchors = findAnchors(entry);
  const clusters: Cluster[] = [];
  const clusterOf = new Map<Tensor, Cluster>();
  const readersOf = new Map<Tensor, readonly Cluster[]>();
  const isPlaced = (tensor: Tensor): boolean => clusterOf.has(tensor);
  // An anchor that has no place yet is read through, so that what is behind it decides where its reader goes.
  const isOpaque = (tensor: Tensor): boolean =>
    !isFree(tensor) && (isPlaced(tensor) || anchors.kinds.get(tensor) === 'hard');

  const join = (cluster: Cluster, tensor: Tensor, domain: Domain | undefined): void => {
    clusterOf.set(tensor, cluster);
    for (const read of domain?.reads ?? operandReads(tensor, isOpaque)) {
      const producer = clusterOf.get(read.tensor);
      if (producer === cluster) continue;
      cluster.sources.add(read.tensor);
      readersOf.set(read.tensor, [...(readersOf.get(read.tensor) ?? []), cluster]);
      if (producer !== undefined) cluster.after.add(producer);
    }
  };

  const place = (tensor: Tensor): void => {
    if (isPlaced(tensor)) return;
    // An update whose value is read by others cannot come last.
    for (const read of hardReads(tensor, anchors, isPlaced)) place(read);
    const { kind } = tensor.op.lowering;
    if (kind === 'contraction' || kind === 'scatter') {
      placeSoft(tensor, undefined);
      const cluster = newCluster(clusters.length, tensor, undefined);
      clusters.push(cluster);
      join(cluster, tensor, undefined);
      return;
    }
    const outline = domainOf(tensor, isOpaque);
    const home = candidates(outline, tensor).find((cluster) => accepts(cluster, tensor, outline));
    placeSoft(tensor, home);
    // Soft anchors now have places: look again, since they are read as values and no longer through.
    const domain = domainOf(tensor, isOpaque);
    const target = [...(home === undefined ? [] : [home]), ...candidates(domain, tensor)].find((cluster) =>
      accepts(cluster, tensor, domain),
    );
    if (target === undefined) {
      const cluster = newCluster(clusters.length, tensor, domain);
      clusters.push(cluster);
      join(cluster, tensor, domain);
      return;
    }
    addMember(target, tensor, domain);
    join(target, tensor, domain);
  };

  /** Places the soft anchors that `tensor` reads: beside it if they fit, else on their own. */
  const placeSoft = (tensor: Tensor, home: Cluster | undefined): void => {
    for (const soft of softReads(tensor, anchors, isPlaced)) {
      const domain = domainOf(soft, isOpaque);
      const options = [...(home === undefined ? [] : [home]), ...candidates(domain, soft)];
      const target = options.find((cluster) => accepts(cluster, soft, domain));
      const cluster = target ?? newCluster(clusters.length, soft, domain);
      if (target === undefined) clusters.push(cluster);
      else addMember(target, soft, domain);
      join(cluster, soft, domain);
    }
  };

  /** Clusters worth trying: those of producers, latest first, then those that read the same memory. */
  const candidates = (domain: Domain, tensor: Tensor): readonly Cluster[] => {
    const latestFirst = (found: Iterable<Cluster>): readonly Cluster[] =>
      [...new Set(found)].toSorted((a, b) => b.number - a.number);
    const producers = latestFirst(domain.reads.flatMap(({ tensor: read }) => clusterOf.get(read) ?? []));
    const isScalar = concreteCount(tensor.shape) === 1 && domain.reduced.length === 0;
    const shared = domain.reads.filter(({ tensor: read }) => concreteCount(read.shape) > 1);
    const neighbours = isScalar
      ? clusters.filter(isScalarCluster)
      : shared
          .flatMap(({ tensor: read }) => readersOf.get(read) ?? [])
          .filter(({ kind }) => kind === 'loops');
    return [...producers, ...latestFirst(neighbours).filter((cluster) => !producers.includes(cluster))];
  };

  const accepts = (cluster: Cluster, tensor: Tensor, domain: Domain): boolean => {
    const fits = fit(cluster, tensor, domain) ?? splitFor(cluster, tensor, domain);
    if (fits === undefined) return false;
    // Running the cluster later than all that the tensor reads must not make it wait for itself.
    return domain.reads.every(({ tensor: read }) => {
      const producer = clusterOf.get(read);
      return producer === undefined || producer === cluster || !runsAfter(producer, cluster);
    });
  };

  const updateAnchors = new Set(entry.updates.map((update) => update.next));
  const hard = anchors.order.filter((tensor) => anchors.kinds.get(tensor) === 'hard');
  for (const tensor of hard) if (!updateAnchors.has(tensor)) place(tensor);
  for (const tensor of hard) if (updateAnchors.has(tensor)) place(tensor);
  const { inPlace, copies } = resolveUpdates(entry, clusterOf, clusters);
  return { entry, anchors, clusters: schedule(clusters), clusterOf, inPlace, copies };
}

/** Adds a tensor to a cluster that accepted it, turning loops into inner ones where the tensor needs that. */
function addMember(cluster: Cluster, tensor: Tensor, domain: Domain): void {
  const divided = fit(cluster, tensor, domain) === undefined ? splitFor(cluster, tensor, domain) : undefined;
  if (divided !== undefined && cluster.kind === 'loops') {
    cluster.outer = divided.outer;
    cluster.inner = divided.inner;
  }
  const member = fit(cluster, tensor, domain);
  if (member === undefined) {
    throw new InternalError('E_FUSION', `${tensor.op.name} was accepted by a kernel that it does not fit`);
  }
  cluster.members.set(tensor, member);
}

/** What contractions and scatters read: the sources of their operands. */
function operandReads(tensor: Tensor, isOpaque: (tensor: Tensor) => boolean): readonly { tensor: Tensor }[] {
  return tensor.inputs.flatMap((input) =>
    readsOf(input, indexOf(freshAxes(concreteShape(input.shape))), isOpaque, true),
  );
}

/** Hard anchors without a place that `tensor` reads. */
function hardReads(
  tensor: Tensor,
  anchors: Anchors,
  isPlaced: (tensor: Tensor) => boolean,
): readonly Tensor[] {
  const found = new Set<Tensor>();
  const seen = new Set<Tensor>();
  const visit = (node: Tensor): void => {
    for (const input of node.inputs) {
      if (seen.has(input) || isLeaf(input) || isPlaced(input)) continue;
      seen.add(input);
      if (anchors.kinds.get(input) === 'hard') found.add(input);
      else visit(input);
    }
  };
  visit(tensor);
  return [...found];
}

/** Soft anchors without a place that `tensor` reads, inner ones first. */
function softReads(
  tensor: Tensor,
  anchors: Anchors,
  isPlaced: (tensor: Tensor) => boolean,
): readonly Tensor[] {
  const found: Tensor[] = [];
  const seen = new Set<Tensor>();
  const visit = (node: Tensor): void => {
    for (const input of node.inputs) {
      if (seen.has(input) || isLeaf(input) || isPlaced(input)) continue;
      seen.add(input);
      const kind = anchors.kinds.get(input);
      if (kind === 'hard') continue;
      visit(input);
      if (kind === 'soft') found.push(input);
    }
  };
  visit(tensor);
  return found;
}

/**
 * A cluster of plain elementwise loops can still turn its last loops into inner ones, for a reduction over them.
 * Returns the cluster as it would be.
 */
function splitFor(cluster: Cluster, tensor: Tensor, domain: Domain): LoopCluster | undefined {
  if (cluster.kind !== 'loops' || cluster.inner.length > 0 || domain.reduced.length === 0) return undefined;
  const members = [...cluster.members.values()];
  const isPlain = members.every(
    (member) => member.inputAxes === undefined && member.axes.some((axis) => axis !== null),
  );
  if (!isPlain || !readsMember(cluster, domain)) return undefined;
  const isKept = (axis: Axis | null, position: number): boolean =>
    axis !== null && !domain.reduced.includes(position);
  const kept = domain.axes.filter(isKept).length;
  const { outer } = cluster;
  if (kept >= outer.length) return undefined;
  const trial: LoopCluster = { ...cluster, outer: outer.slice(0, kept), inner: outer.slice(kept) };
  return fit(trial, tensor, domain) === undefined ? undefined : trial;
}

/** Whether `later` waits, directly or not, for `earlier`. */
function runsAfter(later: Cluster, earlier: Cluster): boolean {
  const pending = [later];
  const seen = new Set<Cluster>();
  for (let cluster = pending.pop(); cluster !== undefined; cluster = pending.pop()) {
    if (cluster === earlier) return true;
    if (seen.has(cluster)) continue;
    seen.add(cluster);
    pending.push(...cluster.after);
  }
  return false;
}

/**
 * An update is computed straight into its leaf when every other reader of the leaf can run before, and its own
 * cluster reads the leaf only element by element.
 */
function resolveUpdates(
  entry: EntryGraph,
  clusterOf: ReadonlyMap<Tensor, Cluster>,
  clusters: readonly Cluster[],
): Pick<Fusion, 'inPlace' | 'copies'> {
  const inPlace = new Map<Tensor, readonly Tensor[]>();
  const copies: { leaf: Tensor; next: Tensor }[] = [];
  const outputs = new Set(entry.outputs.map((output) => output.tensor));
  for (const { leaf, next } of entry.updates) {
    const cluster = clusterOf.get(next);
    const readers = clusters.filter((each) => each !== cluster && each.sources.has(leaf));
    const legal =
      cluster !== undefined &&
      !outputs.has(leaf) &&
      readsInStep(cluster, next, leaf, (tensor) => clusterOf.has(tensor)) &&
      readers.every((reader) => !runsAfter(reader, cluster));
    if (!legal) {
      copies.push({ leaf, next });
      continue;
    }
    inPlace.set(next, [...(inPlace.get(next) ?? []), leaf]);
    for (const reader of readers) cluster.after.add(reader);
  }
  return { inPlace, copies };
}

/** Whether a cluster reads `leaf` only at the element that `next` is about to overwrite. */
function readsInStep(
  cluster: Cluster,
  next: Tensor,
  leaf: Tensor,
  isPlaced: (tensor: Tensor) => boolean,
): boolean {
  if (!cluster.sources.has(leaf)) return true;
  const home = cluster.members.get(next);
  if (home === undefined || cluster.kind === 'scatter') return false;
  const target = indexOf(home.axes);
  // Inner loops run one after the other: a later one would read what an earlier one has overwritten.
  const isRepeated = cluster.kind === 'loops' && levelOf(cluster, home.axes) === 'inner';
  return [...cluster.members.values()].every((member) => {
    const { kind } = member.tensor.op.lowering;
    if (kind === 'contraction') {
      return operandReads(member.tensor, isPlaced).every((read) => read.tensor !== leaf);
    }
    const reads = readsOfMember(member, isPlaced).filter((read) => read.tensor === leaf);
    if (isRepeated && member.tensor !== next && reads.length > 0) return false;
    return reads.every((read) => sameIndex(read.index, target));
  });
}

/** Execution order: producers first; otherwise in order of placement, which follows the graph. */
function schedule(clusters: readonly Cluster[]): readonly Cluster[] {
  const ordered: Cluster[] = [];
  const visit = (cluster: Cluster): void => {
    if (ordered.includes(cluster)) return;
    for (const earlier of clusters) if (cluster.after.has(earlier)) visit(earlier);
    ordered.push(cluster);
  };
  for (const cluster of clusters) visit(cluster);
  return ordered;
}
