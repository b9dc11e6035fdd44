// Functions of TensorFlow.js that search, count, sort and select; the sizes of some results depend on the data. Those are
// found by functions of ours with a size that is large enough, and cut to what was found.
import {
  add,
  any,
  bincount,
  cast,
  confusionMatrix,
  equal,
  expandDims,
  gather,
  greaterEqual,
  iota,
  isNaN,
  less,
  logicalAnd,
  logicalNot,
  logicalOr,
  maximum,
  min,
  minimum,
  movedim,
  nonzero,
  reshape,
  searchSorted,
  slice,
  sum,
  topk,
  unique,
  where,
  type Tensor,
} from 'tapeless';
import { asNumber, matched } from './elementwise.ts';
import { positionsOf, takeRows } from './indexing.ts';
import { truthOf } from './logic.ts';
import {
  booleanOf,
  demand,
  demandDtype,
  isTensor,
  known,
  numberOf,
  sizesOf,
  tensorOf,
  type CallTable,
  type Context,
  type Result,
  type TracedCall,
  type Value,
} from './value.ts';

const product = (sizes: readonly number[]): number => sizes.reduce((count, size) => count * size, 1);

/** The first rows of a list, as many as were counted. */
function cut(list: Tensor, count: Tensor, context: Context): Tensor {
  const [[stop = 0] = []] = context.compute([count]);
  return slice(list, [{ start: 0, stop }]);
}

/** Coordinates of what holds, a row each. */
function placesOf(condition: Tensor, context: Context): Tensor {
  const size = product(sizesOf(condition));
  const rank = condition.shape.length;
  if (size === 0) return context.feed([], [0, rank], 'i32');
  const { indices, count } = nonzero(condition, { size });
  return cut(indices, count, context);
}

const booleanMask: TracedCall = ([value, mask, axis = null], context) => {
  const x = known(tensorOf(value, context));
  const holds = truthOf(mask, 'booleanMask', context);
  const from = numberOf(axis, 0);
  const sizes = sizesOf(x);
  const span = holds.shape.length;
  demand(span > 0, 'booleanMask: the mask is no scalar');
  demand(
    sizesOf(holds).every((size, each) => size === sizes[from + each]),
    'booleanMask: the mask has the sizes of the axes that it is for',
  );
  const rows = product(sizesOf(holds));
  const flat = reshape(x, [...sizes.slice(0, from), rows, ...sizes.slice(from + span)]);
  const places = placesOf(reshape(holds, [rows]), context);
  return takeRows(flat, reshape(places, [-1]), from);
};

const difference: TracedCall = ([first, second], context): Result => {
  const [x, y] = [known(tensorOf(first, context)), known(tensorOf(second, context))];
  demandDtype(y, [x.dtype], 'setdiff1d');
  demand(x.shape.length === 1 && y.shape.length === 1, 'setdiff1d takes vectors');
  const isIn = any(equal(expandDims(x, 1), expandDims(y, 0)), 1);
  const places = reshape(placesOf(logicalNot(isIn), context), [-1]);
  return [gather(x, places, 0), places];
};

/** Distinct elements, or slices of an axis, as they come. */
const distinct: TracedCall = ([value, axis = null], context): Result => {
  const x = known(asNumber(tensorOf(value, context)));
  const isFlat = axis === null;
  const along = isFlat ? 0 : numberOf(axis);
  const lines = isFlat ? reshape(x, [-1]) : x;
  const size = Number(lines.shape.at(along));
  const place = along < 0 ? along + lines.shape.length : along;
  // The first slice that equals each one, by its position.
  const moved = reshape(movedim(lines, place, 0), [size, -1]);
  const [a, b] = [expandDims(moved, 1), expandDims(moved, 0)];
  // NaN is one element, however often it stands there.
  const isEqual = x.dtype === 'i32' ? equal(a, b) : logicalOr(equal(a, b), logicalAnd(isNaN(a), isNaN(b)));
  const isSame = logicalNot(any(logicalNot(isEqual), 2));
  const first = min(where(isSame, expandDims(iota(size), 0), size), 1);
  const { values, inverse, count } = unique(first, { size, order: 'appearance' });
  const chosen = cut(values, count, context);
  const found = takeRows(lines, chosen, place);
  const original = tensorOf(value, context);
  return { values: cast(found, original.dtype), indices: inverse };
};

const largest: TracedCall = ([value, k = null, sorted = null], context): Result => {
  const x = known(asNumber(tensorOf(value, context)));
  demand(x.shape.length > 0, 'topk takes rank 1 or higher');
  const { values, indices } = topk(x, numberOf(k, 1), { sorted: booleanOf(sorted, true) });
  return { values, indices };
};

const bounds =
  (side?: 'left' | 'right'): TracedCall =>
  ([sequence, values, given = null], context) => {
    const [sorted, wanted] = matched([sequence, values], context).map(known) as [Tensor, Tensor];
    const rows = (x: Tensor): Tensor => (x.shape.length === 1 ? reshape(x, [1, -1]) : x);
    demand(
      given === null || given === 'left' || given === 'right',
      `searchSorted: there is no side ${JSON.stringify(given)}`,
    );
    return searchSorted(rows(sorted), rows(wanted), { right: (side ?? given) === 'right' });
  };

/** Whether the target is among the k best predictions; of equal ones the first counts. */
const isInTop: TracedCall = ([predictions, targets, k = null], context) => {
  const scores = known(tensorOf(predictions, context));
  const places = cast(known(tensorOf(targets, context)), 'i32');
  const [sizes, rows] = [sizesOf(scores), sizesOf(places)];
  const count = numberOf(k, 1);
  const classes = sizes.at(-1) ?? 0;
  demand(sizes.length > 1 && rows.join() === sizes.slice(0, -1).join(), 'inTopK: a target for every row');
  demand(count > 0 && count <= classes, `inTopK: k is ${count} of ${classes}`);
  const { indices } = topk(scores, count);
  return any(equal(indices, expandDims(places, rows.length)), rows.length);
};

/** Counts, or sums of weights, of the numbers below `size`; what is not below it does not count. */
const counts: TracedCall = ([value, weights, size], context) => {
  const x = positionsOf(value, 'bincount', context);
  return countedRows(known(x), weightsOf(weights, context), numberOf(size), context);
};

function weightsOf(value: Value | undefined, context: Context): Tensor | null {
  const weights = tensorOf(value, context);
  return isTensor(weights) && product(sizesOf(weights)) === 0 ? null : known(weights);
}

function countedRows(x: Tensor, weights: Tensor | null, size: number, context: Context): Tensor {
  demand(weights === null || sizesOf(weights).join() === sizesOf(x).join(), 'bincount: a weight for each');
  demand(size >= 0, `bincount: the size is ${size}`);
  // One more place takes what is too large, and is cut off.
  const places = where(logicalOr(less(x, 0), greaterEqual(x, size)), size, x);
  const given = weights ?? add(cast(minimum(maximum(x, 0), 0), context.float), 1);
  return slice(bincount(places, size + 1, { weights: given }), [{ start: 0, stop: size }]);
}

const denseCounts: TracedCall = ([value, weights, size, binary = null], context) => {
  const x = known(positionsOf(value, 'denseBincount', context));
  demand(x.shape.length === 1 || x.shape.length === 2, 'denseBincount takes rank 1 or 2');
  const given = weightsOf(weights, context);
  const count = numberOf(size);
  demand(given === null || sizesOf(given).join() === sizesOf(x).join(), 'denseBincount: a weight for each');
  const isOf = equal(expandDims(x, x.shape.length), iota(count));
  const along = x.shape.length - 1;
  if (booleanOf(binary)) return cast(any(isOf, along), context.float);
  const ones = cast(isOf, context.float);
  const share =
    given === null ? ones : where(isOf, expandDims(cast(given, context.float), x.shape.length), 0);
  return sum(share, along);
};

/** How often each label was taken for each class, a row a label. */
const confusions: TracedCall = ([labels, predictions, classes], context) => {
  const [truth, guesses] = [labels, predictions].map((each) =>
    cast(known(tensorOf(each, context)), 'i32'),
  ) as [Tensor, Tensor];
  demand(truth.shape.length === 1 && guesses.shape.length === 1, 'confusionMatrix takes vectors');
  return cast(confusionMatrix(guesses, truth, { classes: numberOf(classes) }), 'i32');
};

export const selectionCalls: CallTable = {
  whereAsync: ([condition], context) => placesOf(truthOf(condition, 'whereAsync', context), context),
  booleanMaskAsync: booleanMask,
  setdiff1dAsync: difference,
  unique: distinct,
  topk: largest,
  searchSorted: bounds(),
  lowerBound: bounds('left'),
  upperBound: bounds('right'),
  inTopKAsync: isInTop,
  bincount: counts,
  'math.confusionMatrix': confusions,
  denseBincount: denseCounts,
};
