// Movement of elements in TensorFlow.js.
import {
  add,
  batchToSpace,
  broadcastTo,
  concat,
  depthToSpace,
  diag,
  expandDims,
  flip,
  pad,
  reshape,
  slice,
  spaceToBatch,
  split,
  squeeze,
  stack,
  stopGradient,
  sub,
  tile,
  transpose,
  unbind,
  type SliceRange,
  type Tensor,
} from 'tapeless';
import { asNumber, matched } from './elementwise.ts';
import {
  axesOf,
  demand,
  demandDtype,
  isList,
  isTensor,
  known,
  numberOf,
  numbersOf,
  shapeOf,
  sizesOf,
  tensorOf,
  type CallTable,
  type Context,
  type TracedCall,
  type Value,
} from './value.ts';

/** A function of a tensor of a fixed rank. */
const ofRank =
  (name: string, rank: number, build: TracedCall): TracedCall =>
  (args, context) => {
    const x = tensorOf(args[0], context);
    demand(!isTensor(x) || x.shape.length === rank, `${name} takes rank ${rank}`);
    return build([x, ...args.slice(1)], context);
  };

function tensorsOf(list: Value | undefined, context: Context): readonly Tensor[] {
  return isList(list) ? matched(list, context) : [tensorOf(list, context)];
}

function joined(list: Value | undefined, axis: number, context: Context, rank?: number): Tensor {
  const tensors = tensorsOf(list, context);
  demand(
    rank === undefined || tensors.every((x) => !isTensor(x) || x.shape.length === rank),
    `concat takes tensors of rank ${rank}`,
  );
  return concat(tensors, axis);
}

const reshaped: TracedCall = ([x, shape], context) => reshape(tensorOf(x, context), shapeOf(shape));

const asRank: TracedCall = ([x, ...sizes], context) =>
  reshape(
    tensorOf(x, context),
    sizes.map((size) => numberOf(size)),
  );

function squeezed([value, axes = null]: readonly Value[], context: Context): Tensor {
  const x = tensorOf(value, context);
  const given = axesOf(axes);
  const isAll = given === undefined || (Array.isArray(given) && given.length === 0);
  if (isAll || !isTensor(x)) return squeeze(x);
  // The last axes go first, so that the others keep their places.
  const rank = x.shape.length;
  const places = numbersOf(axes).map((axis) => (axis < 0 ? axis + rank : axis));
  return places.toSorted((a, b) => b - a).reduce<Tensor>((y, axis) => squeeze(y, axis), x);
}

function flipped([value, axes = null]: readonly Value[], context: Context): Tensor {
  const x = tensorOf(value, context);
  if (isTensor(x) && x.shape.length === 0) return x;
  const given = axesOf(axes);
  return flip(x, given === undefined ? (isTensor(x) ? x.shape.map((_, axis) => axis) : 0) : given);
}

/** `slice(x, begin, size)`; sizes that are missing, and -1, reach to the end. */
function sliced([value, begin, size = null]: readonly Value[], context: Context): Tensor {
  const x = tensorOf(value, context);
  if (!isTensor(x)) return slice(x, []);
  demand(x.shape.length > 0, 'slice: a scalar cannot be sliced');
  const starts = numbersOf(begin);
  const counts = size === null ? [] : numbersOf(size);
  const ranges = sizesOf(x).map((extent, axis): SliceRange => {
    const start = starts[axis] ?? 0;
    const count = counts[axis] ?? -1;
    demand(start >= 0, `slice: ${start} is no beginning`);
    const stop = count === -1 ? extent : start + count;
    demand(stop <= extent, `slice: ${start} + ${count} is beyond ${extent}`);
    return { start, stop };
  });
  return slice(x, ranges);
}

const isSet = (mask: number, position: number): boolean => ((mask >> position) & 1) === 1;

/** NumPy's slices, with masks for what is left open, for new axes, for axes that go, and for an ellipsis. */
function stridedSlice(args: readonly Value[], context: Context): Tensor {
  const [value, begin, end, strides = null, ...masks] = args;
  const x = tensorOf(value, context);
  if (!isTensor(x)) return slice(x, []);
  const [openBegin, openEnd, ellipsis, newAxis, shrink] = [0, 1, 2, 3, 4].map((position) =>
    numberOf(masks[position], 0),
  ) as [number, number, number, number, number];
  const [starts, stops] = [numbersOf(begin), numbersOf(end)];
  const steps = strides === null ? starts.map(() => 1) : numbersOf(strides);
  demand(starts.length === stops.length && starts.length === steps.length, 'stridedSlice: unequal lists');
  const places = starts.map((_, position) => position);
  const ellipses = places.filter((position) => isSet(ellipsis, position));
  demand(ellipses.length <= 1, 'stridedSlice: several ellipses');
  const consumed = places.filter((position) => !isSet(newAxis, position) && !isSet(ellipsis, position));
  const elided = x.shape.length - consumed.length;
  demand(elided >= 0, `stridedSlice: ${consumed.length} ranges for rank ${x.shape.length}`);
  const sizes = sizesOf(x);
  const ranges: (SliceRange | null)[] = [];
  /** Sizes of the result; null for an axis that goes. */
  const kept: (number | null)[] = [];
  const whole = (count: number): void => {
    for (let each = 0; each < count; each++) {
      kept.push(sizes[ranges.length] ?? 0);
      ranges.push(null);
    }
  };
  for (const position of places) {
    if (isSet(ellipsis, position)) {
      whole(elided);
    } else if (isSet(newAxis, position)) {
      kept.push(1);
    } else {
      const size = sizes[ranges.length] ?? 0;
      const step = steps[position] ?? 1;
      demand(step !== 0, 'stridedSlice: a step of 0');
      const [from, to] = boundsOf(
        isSet(openBegin, position) ? null : (starts[position] ?? 0),
        isSet(openEnd, position) ? null : (stops[position] ?? 0),
        step,
        size,
      );
      if (isSet(shrink, position)) {
        const start = starts[position] ?? 0;
        const at = start < 0 ? start + size : start;
        demand(at >= 0 && at < size, `stridedSlice: ${start} is outside of ${size}`);
        ranges.push({ start: at, stop: at + 1 });
        kept.push(null);
      } else {
        const count = Math.max(0, Math.ceil((to - from) / step));
        ranges.push(rangeOf(from, count, step));
        kept.push(count);
      }
    }
  }
  if (ellipses.length === 0) whole(sizes.length - ranges.length);
  return reshape(
    strideThrough(x, ranges),
    kept.filter((size) => size !== null),
  );
}

interface Stride {
  readonly start: number;
  readonly stop: number;
  readonly step?: number;
}

/** A range that goes down is one that goes up on the reversed axis: the caller turns it round. */
function rangeOf(from: number, count: number, step: number): Stride {
  if (count === 0) return { start: 0, stop: 0 };
  return step > 0
    ? { start: from, stop: from + (count - 1) * step + 1, step }
    : { start: from + (count - 1) * step, stop: from + 1, step };
}

function strideThrough(x: Tensor, ranges: readonly (SliceRange | null)[]): Tensor {
  const downward = ranges.flatMap((range, axis) =>
    range !== null && typeof range === 'object' && (range.step ?? 1) < 0 ? [axis] : [],
  );
  const upward = ranges.map((range) =>
    range !== null && typeof range === 'object' && (range.step ?? 1) < 0
      ? { ...range, step: -(range.step ?? 1) }
      : range,
  );
  const part = slice(x, upward);
  return downward.length === 0 ? part : flip(part, downward);
}

function boundsOf(
  start: number | null,
  stop: number | null,
  step: number,
  size: number,
): readonly [number, number] {
  const [low, high] = step > 0 ? [0, size] : [-1, size - 1];
  const inside = (place: number): number => Math.min(high, Math.max(low, place < 0 ? place + size : place));
  return [
    start === null ? (step > 0 ? 0 : size - 1) : inside(start),
    stop === null ? (step > 0 ? size : -1) : inside(stop),
  ];
}

function splitUp([value, parts, axis = null]: readonly Value[], context: Context): readonly Tensor[] {
  const x = tensorOf(value, context);
  const along = numberOf(axis, 0);
  if (!isTensor(x)) return split(x, 1, along);
  const size = Number(x.shape.at(along));
  if (typeof parts === 'number') {
    demand(size % parts === 0, `split: ${size} does not divide into ${parts}`);
    return split(x, size / parts, along);
  }
  const sizes = numbersOf(parts);
  const open = sizes.filter((each) => each === -1).length;
  demand(open <= 1, 'split: one size may be open');
  const rest = size - sizes.reduce((sum, each) => sum + (each === -1 ? 0 : each), 0);
  return split(
    x,
    sizes.map((each) => (each === -1 ? rest : each)),
    along,
  );
}

function pairs(value: Value | undefined): readonly (readonly [number, number])[] {
  demand(isList(value), 'paddings are lists');
  return (isList(value) ? value : []).map((each) => {
    const pair = numbersOf(each);
    demand(isList(each) && pair.length === 2, 'paddings are pairs');
    return [pair[0] ?? 0, pair[1] ?? 0];
  });
}

function padded(x: Tensor, widths: readonly (readonly [number, number])[], value: number): Tensor {
  // Integers are padded with whole numbers.
  const whole = isTensor(x) && x.dtype === 'i32' ? Math.trunc(value) : value;
  return pad(x, widths, { value: whole });
}

const padOf =
  (rank?: number): TracedCall =>
  ([value, widths, fill = null], context) => {
    const x = tensorOf(value, context);
    demand(
      rank === undefined || !isTensor(x) || x.shape.length === rank,
      `pad takes a tensor of rank ${rank}`,
    );
    return padded(x, pairs(rank === 1 ? [widths ?? null] : widths), numberOf(fill, 0));
  };

const mirrored: TracedCall = ([value, widths, mode], context) => {
  const x = tensorOf(value, context);
  demand(mode === 'reflect' || mode === 'symmetric', `mirrorPad: there is no mode ${JSON.stringify(mode)}`);
  const given = pairs(widths);
  demand(
    given.flat().every((width) => width >= 0),
    'mirrorPad: widths are not negative',
  );
  const options = { mode: mode === 'reflect' ? 'reflect' : 'symmetric' } as const;
  if (!context.isDifferentiated) return pad(x, given, options);
  // The mirrored elements have no gradient in TensorFlow.js.
  const constant = stopGradient(x);
  return add(pad(constant, given, options), pad(sub(x, constant), given));
};

const blocks =
  (build: typeof spaceToBatch): TracedCall =>
  ([value, shape, widths], context) =>
    build(tensorOf(value, context), numbersOf(shape), pairs(widths));

export const movementCalls: CallTable = {
  reshape: reshaped,
  flatten: ([x], context) => reshape(tensorOf(x, context), [-1]),
  asScalar: ([x], context) => reshape(tensorOf(x, context), []),
  as1D: ([x], context) => reshape(tensorOf(x, context), [-1]),
  as2D: asRank,
  as3D: asRank,
  as4D: asRank,
  as5D: asRank,
  reshapeAs: ([x, like], context) => reshape(tensorOf(x, context), sizesOf(tensorOf(like, context))),
  squeeze: squeezed,
  expandDims: ([x, axis = null], context) => expandDims(tensorOf(x, context), numberOf(axis, 0)),
  transpose: ([x, axes = null], context) => {
    const tensor = tensorOf(x, context);
    return axes === null ? transpose(tensor) : transpose(tensor, numbersOf(axes));
  },
  broadcastTo: ([x, shape], context) => broadcastTo(tensorOf(x, context), shapeOf(shape)),
  tile: ([x, repeats], context) => {
    const [tensor, counts] = [tensorOf(x, context), numbersOf(repeats)];
    demand(!isTensor(tensor) || tensor.shape.length === counts.length, 'tile: one number for every axis');
    return tile(tensor, counts);
  },
  concat: ([list, second = null, axis = null], context) =>
    isTensor(list)
      ? joined([list, ...(isList(second) ? second : [second])], numberOf(axis, 0), context)
      : joined(list, numberOf(second, 0), context),
  concat1d: ([list], context) => joined(list, 0, context, 1),
  concat2d: ([list, axis], context) => joined(list, numberOf(axis), context, 2),
  concat3d: ([list, axis], context) => joined(list, numberOf(axis), context, 3),
  concat4d: ([list, axis], context) => joined(list, numberOf(axis), context, 4),
  stack: ([list, second = null, axis = null], context) => {
    const [parts, along] = isTensor(list)
      ? [[list, ...(isList(second) ? second : [second])], axis]
      : [list, second];
    const tensors = (isList(parts) ? parts : [parts ?? null]).map((each) => known(tensorOf(each, context)));
    demand(new Set(tensors.map(({ dtype }) => dtype)).size <= 1, 'stack takes tensors of one type');
    return stack(tensors, numberOf(along, 0));
  },
  unstack: ([x, axis = null], context) => {
    const [tensor, along] = [tensorOf(x, context), numberOf(axis, 0)];
    return unbind(tensor, along);
  },
  split: splitUp,
  slice: sliced,
  slice1d: ofRank('slice1d', 1, ([x, begin, size], context) =>
    sliced([x ?? null, [begin ?? 0], [size ?? -1]], context),
  ),
  slice2d: ofRank('slice2d', 2, sliced),
  slice3d: ofRank('slice3d', 3, sliced),
  slice4d: ofRank('slice4d', 4, sliced),
  stridedSlice,
  reverse: flipped,
  reverse1d: ofRank('reverse1d', 1, ([x], context) => flipped([x ?? null, 0], context)),
  reverse2d: ofRank('reverse2d', 2, flipped),
  reverse3d: ofRank('reverse3d', 3, flipped),
  reverse4d: ofRank('reverse4d', 4, flipped),
  pad: padOf(),
  pad1d: padOf(1),
  pad2d: padOf(2),
  pad3d: padOf(3),
  pad4d: padOf(4),
  mirrorPad: mirrored,
  spaceToBatchND: blocks(spaceToBatch),
  batchToSpaceND: blocks(batchToSpace),
  depthToSpace: ([value, size, format = null], context) => {
    const x = tensorOf(value, context);
    demandDtype(x, ['f32', 'f64'], 'depthToSpace');
    const factor = numberOf(size);
    demand(factor > 1, `depthToSpace: blocks of ${factor}`);
    if (!isTensor(x)) return depthToSpace(x, factor);
    demand(x.shape.length === 4, 'depthToSpace takes images of rank 4');
    return depthToSpace(x, factor, { dataFormat: format === 'NCHW' ? 'NCHW' : 'NHWC' });
  },
  diag: ([value], context) => {
    const x = tensorOf(value, context);
    if (!isTensor(x)) return diag(x);
    const sizes = sizesOf(x);
    const flat = diag(reshape(asNumber(x), [-1]));
    return reshape(flat, [...sizes, ...sizes]);
  },
  broadcastArgs: ([first, second], context) => {
    const shapes = [first, second].map((value) => tensorOf(value, context, 'i32')) as [Tensor, Tensor];
    for (const each of shapes) {
      demandDtype(each, ['i32'], 'broadcastArgs');
      demand(each.shape.length === 1, 'broadcastArgs takes vectors');
    }
    const [a = [], b = []] = context.compute(shapes);
    const rank = Math.max(a.length, b.length);
    const joint = Array.from({ length: rank }, (_, place) => {
      const [left, right] = [a, b].map((list) => list[place - rank + list.length] ?? 1) as [number, number];
      demand(left === right || left === 1 || right === 1, `broadcastArgs: ${left} beside ${right}`);
      return left === 1 ? right : left;
    });
    return context.feed(joint, [rank], 'i32');
  },
};
