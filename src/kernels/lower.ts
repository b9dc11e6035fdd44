// From an entry's tensor graph to its kernel program: fusion, storage, statements, names.
import { InternalError } from '../ir/errors.ts';
import type { Axis } from '../ir/index-expression.ts';
import type { Tensor } from '../ir/node.ts';
import { concreteCount, concreteShape } from '../ir/size.ts';
import { arrayOp, arrayValue, constrainOp, inputOp, isLeafOf, nameOf, parameterOp } from '../ops/leaf.ts';
import { isFree, isLeaf, sourceOf, type EntryGraph } from './anchors.ts';
import { buildContraction, buildScatter } from './build-contraction.ts';
import { buildLoops } from './build-loops.ts';
import { nest } from './nest.ts';
import { loadFrom, storeTo, type Storage } from './storage.ts';
import { freshAxes, indexOf, type Cluster } from './cluster.ts';
import { visitExpression } from './expressions.ts';
import { fuse, type Fusion } from './fuse.ts';
import type { Buffer, BufferRole, Kernel, KernelProgram, Phase, Statement } from './kernel.ts';
import {
  bufferName,
  identifier,
  kernelName,
  leafName,
  localName,
  nameTable,
  placeName,
  type NameTable,
} from './names.ts';
import { nameLocals } from './local-names.ts';
import { simplify } from './simplify.ts';
import { expressionsIn } from './statements.ts';

/** The kernel program of an entry. Sizes are numbers, modes are specialised, erased nodes are gone. */
export function lower(entry: EntryGraph): KernelProgram {
  const fusion = fuse(entry);
  const consumers = consumersOf(fusion);
  const buffers = bufferTable(fusion, (tensor) => isLayerResult(tensor, consumers.get(tensor) ?? []));
  const kernelNames = nameTable();
  const shared = new Set(fusion.clusters.flatMap((cluster) => [...cluster.sources]));
  const positions = new Map(fusion.anchors.order.map((tensor, position) => [tensor, position]));
  const computed = fusion.clusters.map((cluster) => {
    const scratch: Buffer[] = [];
    const storage = storageFor(fusion, shared, buffers, scratch);
    const statements = buildStatements(cluster, storage, (tensor) => consumers.get(tensor) ?? []);
    return finishKernel(describe(cluster, fusion, positions, kernelNames), simplify(statements), scratch);
  });
  const updated = new Set(entry.updates.map((update) => update.leaf));
  // Leaves that are handed out, or copied to others, are saved before they get their new values.
  const saved = new Set(
    [...entry.outputs.map((output) => output.tensor), ...fusion.copies.map((copy) => copy.next)].filter(
      (tensor) => isLeaf(tensor) && updated.has(tensor),
    ),
  );
  const before = [...saved].map((leaf) =>
    copyKernel(kernelNames, `save ${leafName(leaf)}`, leaf, buffers.leaf(leaf), buffers.saved(leaf)),
  );
  const sourceBuffer = (tensor: Tensor): Buffer => {
    if (saved.has(tensor)) return buffers.saved(tensor);
    return isLeaf(tensor) ? buffers.leaf(tensor) : buffers.of(tensor);
  };
  const after = fusion.copies.map(({ leaf, next }) =>
    copyKernel(kernelNames, `update ${leafName(leaf)}`, next, sourceBuffer(next), buffers.leaf(leaf)),
  );
  const kernels = [...before, ...computed, ...after];
  const outputs = entry.outputs.map(({ name, tensor }) => ({ name, buffer: sourceBuffer(tensor) }));
  const used = new Set(kernels.flatMap((kernel) => [...kernel.reads, ...kernel.writes]));
  for (const { buffer } of outputs) used.add(buffer);
  return { name: entry.name, kernels, buffers: [...used], outputs };
}

function consumersOf({ anchors, entry }: Fusion): ReadonlyMap<Tensor, readonly Tensor[]> {
  const consumers = new Map<Tensor, Tensor[]>();
  for (const node of anchors.order) {
    for (const input of new Set(node.inputs)) consumers.set(input, [...(consumers.get(input) ?? []), node]);
  }
  // What leaves the kernels is read there, too: by itself, so that it never looks like an intermediate.
  for (const { tensor } of entry.outputs) consumers.set(tensor, [...(consumers.get(tensor) ?? []), tensor]);
  for (const { next } of entry.updates) consumers.set(next, [...(consumers.get(next) ?? []), next]);
  return consumers;
}

function buildStatements(
  cluster: Cluster,
  storage: Storage,
  consumersOf: (tensor: Tensor) => readonly Tensor[],
): readonly Statement[] {
  switch (cluster.kind) {
    case 'loops':
      return buildLoops(cluster, storage);
    case 'contraction':
      return buildContraction(cluster, storage, consumersOf);
    case 'scatter':
      return buildScatter(cluster, storage);
  }
}

/** Whether a tensor is what its layer hands on: something outside the layer reads it. */
function isLayerResult(tensor: Tensor, consumers: readonly Tensor[]): boolean {
  const place = placeName(tensor);
  return consumers.some((consumer) => consumer === tensor || placeName(consumer) !== place);
}

/** Buffers by tensor, made on first use and named once. */
interface BufferTable {
  leaf(tensor: Tensor): Buffer;
  of(tensor: Tensor): Buffer;
  saved(leaf: Tensor): Buffer;
}

function bufferTable(
  { entry, anchors, inPlace }: Fusion,
  isResult: (tensor: Tensor) => boolean,
): BufferTable {
  const names = nameTable();
  const ranges = inputRanges(anchors.order);
  const made = new Map<Tensor, Buffer>();
  const copies = new Map<Tensor, Buffer>();
  const outputs = new Set(entry.outputs.map((output) => output.tensor));
  const remember = (table: Map<Tensor, Buffer>, tensor: Tensor, make: () => Buffer): Buffer => {
    const buffer = table.get(tensor) ?? make();
    table.set(tensor, buffer);
    return buffer;
  };
  // Leaves first, so that the user's names go to what the user named.
  for (const node of anchors.order) if (isLeaf(node)) makeLeaf(node);
  for (const { leaf: updated } of entry.updates) makeLeaf(updated);

  function makeLeaf(leaf: Tensor): Buffer {
    return remember(made, leaf, () =>
      makeBuffer(leaf, roleOf(leaf), names.unique(leafName(leaf)), ranges.get(leaf) ?? constantRange(leaf)),
    );
  }
  return {
    leaf: makeLeaf,
    of: (tensor) =>
      remember(made, tensor, () => {
        const [leaf] = inPlace.get(tensor) ?? [];
        if (leaf !== undefined) return makeLeaf(leaf);
        const wanted = identifier(
          entry.labels.get(tensor) ?? bufferName(tensor, entry.phaseOf(tensor), isResult(tensor)),
        );
        return makeBuffer(tensor, outputs.has(tensor) ? 'output' : 'temporary', names.unique(wanted));
      }),
    saved: (leaf) =>
      remember(copies, leaf, () =>
        makeBuffer(leaf, 'temporary', names.unique(identifier(`${leafName(leaf)} before`))),
      ),
  };
}

function makeBuffer(
  tensor: Tensor,
  role: BufferRole,
  name: string,
  range?: { readonly low: number; readonly high: number },
): Buffer {
  const shape = concreteShape(tensor.shape);
  const length = concreteCount(tensor.shape);
  return {
    name,
    role,
    dtype: tensor.dtype,
    shape,
    length,
    tensor,
    ...(range === undefined ? {} : { range }),
  };
}

/** What the buffer of a leaf is for. */
export function roleOf(leaf: Tensor): BufferRole {
  if (isLeafOf(inputOp, leaf)) return 'input';
  if (isLeafOf(parameterOp, leaf)) return 'parameter';
  return isLeafOf(arrayOp, leaf) ? 'constant' : 'state';
}

/** Ranges that `constrain` promises for inputs: a feed is checked against them before it gets here. */
function inputRanges(order: readonly Tensor[]): ReadonlyMap<Tensor, { low: number; high: number }> {
  const ranges = new Map<Tensor, { low: number; high: number }>();
  for (const node of order) {
    if (node.op.name !== constrainOp.name) continue;
    const [input] = node.inputs;
    const source = input === undefined ? undefined : sourceOf(input);
    const { low, high, except } = node.attrs;
    if (source === undefined || !isLeafOf(inputOp, source)) continue;
    if (typeof low !== 'number' || typeof high !== 'number') continue;
    const whole =
      typeof except === 'number'
        ? { low: Math.min(low, except), high: Math.max(high, except) }
        : { low, high };
    const known = ranges.get(source);
    ranges.set(source, {
      low: Math.max(whole.low, known?.low ?? -Infinity),
      high: Math.min(whole.high, known?.high ?? Infinity),
    });
  }
  return ranges;
}

/** Where the elements of an integer constant lie. */
function constantRange(leaf: Tensor): { low: number; high: number } | undefined {
  const elements = leaf.dtype === 'i32' ? arrayValue(leaf)?.data : undefined;
  if (elements === undefined || elements.length === 0) return undefined;
  let [low, high] = [Infinity, -Infinity];
  for (const element of elements) [low, high] = [Math.min(low, element), Math.max(high, element)];
  return { low, high };
}

/** Tensors that kernels hand over through memory: what is wanted there, and what another cluster reads. */
function storageFor(
  fusion: Fusion,
  shared: ReadonlySet<Tensor>,
  buffers: BufferTable,
  scratch: Buffer[],
): Storage {
  const { anchors, clusterOf } = fusion;
  const isStored = (tensor: Tensor): boolean => anchors.inMemory.has(tensor) || shared.has(tensor);
  return {
    bufferOf: (tensor) => (isLeaf(tensor) ? buffers.leaf(tensor) : buffers.of(tensor)),
    isStored,
    isInMemory: (tensor) => clusterOf.has(tensor) && !isFree(tensor),
    targetsOf: (tensor) => {
      if (!isStored(tensor)) return [];
      const leaves = fusion.inPlace.get(tensor) ?? [];
      return leaves.length > 0 ? leaves.map((leaf) => buffers.leaf(leaf)) : [buffers.of(tensor)];
    },
    localName: (tensor) => {
      const [leaf] = fusion.inPlace.get(tensor) ?? [];
      return leaf === undefined ? localName(tensor) : identifier(`next ${lastWord(leaf)}`);
    },
    scratch: (tensor, axes) => {
      const taken = scratch.map((buffer) => buffer.name);
      const shape = axes.map((axis) => axis.extent);
      const length = shape.reduce((product, extent) => product * extent, 1);
      const name = nameTable(taken).unique(identifier(`${localName(tensor)} row`));
      const buffer: Buffer = { name, role: 'scratch', dtype: tensor.dtype, shape, length, tensor };
      scratch.push(buffer);
      return buffer;
    },
  };
}

/** `iris/linear1.weight.exp_avg` → `exp_avg`. */
function lastWord(leaf: Tensor): string {
  return /[^./]*$/.exec(leaf.attrs['name'] === undefined ? leaf.op.name : nameOf(leaf))?.[0] ?? '';
}

interface Description {
  readonly name: string;
  readonly phase: Phase;
  readonly computes: readonly Tensor[];
}

function describe(
  cluster: Cluster,
  { entry, clusterOf, inPlace }: Fusion,
  positions: ReadonlyMap<Tensor, number>,
  names: NameTable,
): Description {
  const members = cluster.kind === 'scatter' ? [cluster.scatter] : [...cluster.members.keys()];
  const updated = members.flatMap((member) => inPlace.get(member) ?? []);
  const [first] = members;
  if (first === undefined) throw new InternalError('E_FUSION', 'a kernel computes nothing');
  const own = entry.phaseOf(first);
  const phase = updated.length > 0 && own === 'backward' ? 'update' : own;
  const name = names.unique(kernelName(members, phase, updated));
  return { name, phase, computes: computedBy(members, positions, (tensor) => clusterOf.has(tensor)) };
}

/** Everything that is computed for the members, what is inlined included, in graph order. */
function computedBy(
  members: readonly Tensor[],
  positions: ReadonlyMap<Tensor, number>,
  isElsewhere: (tensor: Tensor) => boolean,
): readonly Tensor[] {
  const own = new Set(members);
  const pending = [...members];
  for (let tensor = pending.pop(); tensor !== undefined; tensor = pending.pop()) {
    for (const input of tensor.inputs) {
      if (own.has(input) || isLeaf(input) || isElsewhere(input)) continue;
      own.add(input);
      pending.push(input);
    }
  }
  return [...own].toSorted((a, b) => (positions.get(a) ?? 0) - (positions.get(b) ?? 0));
}

function copyKernel(names: NameTable, wanted: string, tensor: Tensor, from: Buffer, to: Buffer): Kernel {
  const axes = freshAxes(concreteShape(tensor.shape));
  const isPresent = (axis: Axis | null): axis is Axis => axis !== null;
  const body = nest(
    axes.filter(isPresent),
    [storeTo(to, indexOf(axes), loadFrom(from, indexOf(axes)))],
    [],
    [],
  );
  const description = {
    name: names.unique(identifier(wanted)),
    phase: 'update' as const,
    computes: [tensor],
  };
  return finishKernel(description, simplify(body), []);
}

function finishKernel(
  description: Description,
  body: readonly Statement[],
  scratch: readonly Buffer[],
): Kernel {
  const reads = new Set<Buffer>();
  const writes = new Set<Buffer>();
  const visit = (statement: Statement): void => {
    if (statement.kind === 'store') writes.add(statement.buffer);
    if (statement.kind === 'scatter') writes.add(statement.target);
    if (statement.kind === 'loop') statement.body.forEach(visit);
    if (statement.kind === 'contraction') statement.epilogue.forEach(visit);
  };
  body.forEach(visit);
  for (const root of body.flatMap(expressionsIn)) {
    visitExpression(root, (each) => {
      if (each.kind !== 'load') return;
      // Loads refer to buffers by the narrower type of the scalar language; kernels make them from whole buffers.
      const buffer = each.buffer as Buffer;
      reads.add(buffer);
    });
  }
  const isPrivate = (buffer: Buffer): boolean => buffer.role === 'scratch';
  return {
    ...description,
    body: nameLocals(body, [...reads, ...writes, ...scratch]),
    reads: [...reads].filter((buffer) => !isPrivate(buffer)),
    writes: [...writes].filter((buffer) => !isPrivate(buffer)),
    scratch,
  };
}
