// Reading and writing at positions that are data, in TensorFlow.js.
import {
  add,
  broadcastTo,
  cast,
  equal,
  expandDims,
  gather,
  iota,
  less,
  mul,
  oneHot,
  reshape,
  scatter,
  scatterAdd,
  slice,
  squeeze,
  where,
  type Tensor,
} from 'tapeless';
import { full } from './creation.ts';
import {
  demand,
  demandDtype,
  isTensor,
  numberOf,
  shapeOf,
  sizesOf,
  tensorOf,
  type CallTable,
  type Context,
  type TracedCall,
  type Value,
} from './value.ts';

const product = (sizes: readonly number[]): number => sizes.reduce((count, size) => count * size, 1);

/** Positions: data that is no tensor yet is taken for integers. */
export function positionsOf(value: Value | undefined, name: string, context: Context): Tensor {
  const indices = isTensor(value) ? value : tensorOf(value, context, 'i32');
  demandDtype(indices, ['i32'], name);
  return indices;
}

/** Slices of `x` along an axis at positions of any shape. */
export function takeRows(x: Tensor, indices: Tensor, axis: number): Tensor {
  const sizes = sizesOf(x);
  const places = sizesOf(indices);
  const count = product(places);
  const column = reshape(
    indices,
    sizes.map((_, each) => (each === axis ? count : 1)),
  );
  const taken = gather(x, broadcastTo(column, sizes.with(axis, count)), axis);
  return reshape(taken, sizes.toSpliced(axis, 1, ...places));
}

const gatherCall: TracedCall = ([value, indices, axis = null, batchDims = null], context) => {
  const x = tensorOf(value, context);
  const positions = positionsOf(indices, 'gather', context);
  // What is no tensor is refused by the function that gets it.
  if (!isTensor(x) || !isTensor(positions)) return gather(x, positions, 0);
  const rank = x.shape.length;
  const given = numberOf(axis, 0);
  const along = given < 0 ? given + rank : given;
  const wanted = numberOf(batchDims, 0);
  const batch = wanted < 0 ? wanted + positions.shape.length : wanted;
  demand(along >= 0 && along < rank, `gather: there is no axis ${given}`);
  demand(batch <= along && batch <= positions.shape.length, `gather: batchDims is ${batch}`);
  if (batch === 0) return takeRows(x, positions, along);
  const [sizes, places] = [sizesOf(x), sizesOf(positions)];
  demand(
    sizes.slice(0, batch).every((size, each) => size === places[each]),
    'gather: x and indices have other batches',
  );
  // Batches that both share stand in place; the axes between them and the axis are repeated over the positions.
  const between = sizes.slice(batch, along);
  const after = sizes.slice(along + 1);
  const inner = places.slice(batch);
  const flat = reshape(x, [...sizes.slice(0, along + 1), product(after)]);
  const at = reshape(positions, [...places.slice(0, batch), ...between.map(() => 1), product(inner), 1]);
  const spread = broadcastTo(at, [...places.slice(0, batch), ...between, product(inner), product(after)]);
  return reshape(gather(flat, spread, along), [...places.slice(0, batch), ...between, ...inner, ...after]);
};

/** Flat positions of coordinates in the last axis. */
function flatPositions(indices: Tensor, sizes: readonly number[]): Tensor {
  const strides = sizes.map((_, axis) => product(sizes.slice(axis + 1)));
  const last = indices.shape.length - 1;
  const parts = strides.map((stride, axis) => {
    const ranges = indices.shape.map((_, each) => (each === last ? { start: axis, stop: axis + 1 } : null));
    return mul(squeeze(slice(indices, ranges), last), stride);
  });
  const [first, ...others] = parts;
  if (first === undefined) throw new Error('coordinates have at least one axis');
  return others.reduce<Tensor>((sum, part) => add(sum, part), first);
}

const gatherNd: TracedCall = ([value, indices], context) => {
  const x = tensorOf(value, context);
  const positions = positionsOf(indices, 'gatherND', context);
  if (!isTensor(x) || !isTensor(positions)) return gather(x, positions, 0);
  demand(x.shape.length > 0 && positions.shape.length > 0, 'gatherND takes tensors of rank 1 or higher');
  const sizes = sizesOf(x);
  const depth = sizesOf(positions).at(-1) ?? 0;
  demand(depth <= sizes.length, `gatherND: ${depth} coordinates for rank ${sizes.length}`);
  const rows = reshape(x, [product(sizes.slice(0, depth)), ...sizes.slice(depth)]);
  return takeRows(rows, flatPositions(positions, sizes.slice(0, depth)), 0);
};

/** Where rows of updates go: flat positions, and the updates as rows. */
function rowsFor(
  indices: Tensor,
  updates: Tensor,
  shape: readonly number[],
): { readonly positions: Tensor; readonly rows: Tensor; readonly height: number; readonly width: number } {
  demand(indices.shape.length > 0 && updates.shape.length > 0, 'indices and updates have rank 1 or higher');
  const places = sizesOf(indices);
  const depth = places.length > 1 ? (places.at(-1) ?? 1) : 1;
  const batch = places.length > 1 ? places.slice(0, -1) : places;
  demand(shape.length >= depth, `${depth} coordinates for shape [${shape.join(', ')}]`);
  demand(
    sizesOf(updates).join() === [...batch, ...shape.slice(depth)].join(),
    `updates of shape [${sizesOf(updates).join(', ')}] do not fit`,
  );
  const [count, width] = [product(batch), product(shape.slice(depth))];
  const coordinates = reshape(indices, [count, depth]);
  const flat = flatPositions(coordinates, shape.slice(0, depth));
  return {
    positions: broadcastTo(reshape(flat, [count, 1]), [count, width]),
    rows: reshape(updates, [count, width]),
    height: product(shape.slice(0, depth)),
    width,
  };
}

const scatterNd: TracedCall = ([indices, updates, shape], context) => {
  const positions = positionsOf(indices, 'scatterND', context);
  const given = tensorOf(updates, context);
  if (!isTensor(given) || !isTensor(positions)) return gather(given, positions, 0);
  const sizes = shapeOf(shape);
  const parts = rowsFor(positions, given, sizes);
  const zeros = full([parts.height, parts.width], 0, given.dtype);
  return reshape(scatterAdd(zeros, parts.positions, parts.rows, 0), sizes);
};

const tensorScatterUpdate: TracedCall = ([value, indices, updates], context) => {
  const x = tensorOf(value, context);
  const positions = positionsOf(indices, 'tensorScatterUpdate', context);
  const given = tensorOf(updates, context);
  if (!isTensor(x) || !isTensor(given) || !isTensor(positions)) return gather(given, positions, 0);
  demandDtype(given, [x.dtype], 'tensorScatterUpdate');
  const parts = rowsFor(positions, given, sizesOf(x));
  const rows = reshape(x, [parts.height, parts.width]);
  return reshape(scatter(rows, parts.positions, parts.rows, 0), sizesOf(x));
};

/** Values, or one value, at sorted coordinates; the default elsewhere. */
const sparseToDense: TracedCall = ([indices, values, shape, absent = null], context) => {
  const positions = positionsOf(indices, 'sparseToDense', context);
  const given = tensorOf(values, context);
  if (!isTensor(given) || !isTensor(positions)) return gather(given, positions, 0);
  const sizes = shapeOf(shape);
  demand(positions.shape.length <= 2, 'sparseToDense takes indices of rank 2 at most');
  const count = positions.shape.length > 0 ? Number(positions.shape[0]) : 1;
  const depth = positions.shape.length > 1 ? Number(positions.shape[1]) : 1;
  demand(sizes.length === depth, `sparseToDense: ${depth} coordinates for rank ${sizes.length}`);
  demand(given.shape.length === 0 || given.shape[0] === count, 'sparseToDense: as many values as places');
  const background = absent === null ? full([], 0, given.dtype) : tensorOf(absent, context, given.dtype);
  demandDtype(background, [given.dtype], 'sparseToDense');
  const flat = flatPositions(reshape(positions, [count, depth]), sizes);
  const target = broadcastTo(background, [product(sizes)]);
  return reshape(scatter(target, flat, broadcastTo(given, [count]), 0), sizes);
};

/** Sums of the slices with the same number. */
const segmentSum: TracedCall = ([value, ids, count], context) => {
  const x = tensorOf(value, context);
  const positions = positionsOf(ids, 'unsortedSegmentSum', context);
  if (!isTensor(x) || !isTensor(positions)) return gather(x, positions, 0);
  const segments = numberOf(count);
  demand(Number.isInteger(segments), `unsortedSegmentSum: ${segments} segments`);
  const [rows = 1, ...rest] = sizesOf(x);
  const width = product(rest);
  // Slices of negative numbers belong to no segment: they go to one that is cut off.
  const segment = where(less(positions, 0), segments, positions);
  const at = broadcastTo(reshape(segment, [rows, 1]), [rows, width]);
  const zeros = full([segments + 1, width], 0, x.dtype);
  const sums = scatterAdd(zeros, at, reshape(x, [rows, width]), 0);
  return reshape(slice(sums, [{ start: 0, stop: segments }]), [segments, ...rest]);
};

const oneHotCall: TracedCall = ([indices, depth, on = null, off = null, dtype = null], context) => {
  const count = numberOf(depth);
  demand(count >= 2, `oneHot: ${count} classes`);
  const positions = positionsOf(indices, 'oneHot', context);
  if (!isTensor(positions)) return oneHot(positions, count);
  // A position outside is refused by our oneHot; here it has no hot element.
  const isHot = equal(expandDims(positions, positions.shape.length), iota(count));
  const target = dtype === 'float32' ? context.float : dtype === 'bool' ? 'bool' : 'i32';
  const [yes, no] = [numberOf(on, 1), numberOf(off, 0)];
  const numbers = where(
    isHot,
    full([], yes, target === 'bool' ? 'i32' : target),
    full([], no, target === 'bool' ? 'i32' : target),
  );
  return cast(numbers, target);
};

export const indexingCalls: CallTable = {
  gather: gatherCall,
  gatherND: gatherNd,
  scatterND: scatterNd,
  tensorScatterUpdate,
  sparseToDense,
  unsortedSegmentSum: segmentSum,
  oneHot: oneHotCall,
};
