// Choosing among boxes that overlap: the best one, then the best that is not too much of the same, and so on.
import { printShape, sizesEqual } from '../../ir/size.ts';
import type { Tensor } from '../../ir/node.ts';
import { composite } from '../../ir/origin.ts';
import { badOption, checkNames, requireWhole } from '../option.ts';
import {
  add,
  div,
  equal,
  greater,
  greaterEqual,
  logicalAnd,
  logicalOr,
  maximum,
  minimum,
  mul,
  sub,
} from '../arithmetic.ts';
import { broadcastTo } from '../broadcast.ts';
import { stack } from '../concat.ts';
import { gather } from '../gather.ts';
import { scalar } from '../leaf.ts';
import { requireTensors, shapeMismatch } from '../mismatch.ts';
import { sliceAxis } from '../movement.ts';
import { iota } from '../random.ts';
import { max, sum } from '../reduce.ts';
import { argmax } from '../arg-extreme.ts';
import { reshape, squeeze } from '../reshape.ts';
import { cast, where } from '../select.ts';
import { exp, square } from '../unary.ts';

/** Options of {@link nonMaxSuppression}. */
export interface SuppressionOptions {
  /** Boxes that overlap a chosen one by as much or more are left out; default 0.5. */
  readonly overlap?: number;
  /** Boxes with no higher score are left out; default none. */
  readonly least?: number;
  /** `σ` of the Gaussian that lowers scores of boxes that overlap, `e^(-iou² / 2σ)`; default 0, which lowers none. */
  readonly sigma?: number;
}

/** The boxes that were chosen, best first. */
export interface ChosenBoxes {
  /** `[limit]` i32: positions of the boxes, 0 behind the last that was chosen. */
  readonly indices: Tensor;
  /** `[limit]` their scores when they were chosen, 0 behind the last. */
  readonly scores: Tensor;
  /** How many were chosen, an i32 scalar. */
  readonly count: Tensor;
}

/**
 * Non-maximum suppression (TensorFlow's `non_max_suppression_v5`; soft suppression: Bodla et al. 2017): chooses the box of
 * the highest score, lowers or leaves out those that overlap it, and begins again, at most `limit` times. Overlap is
 * intersection over union. Of equal scores the first box is chosen.
 * @param boxes `[count, 4]` floats: two opposite corners, `[y1, x1, y2, x2]`
 * @param scores `[count]` floats
 * @throws {ShapeError} `E_SHAPE_MISMATCH`, `E_UNBOUND_DIM` @throws {DeclarationError} `E_OPTION`
 */
export function nonMaxSuppression(
  boxes: Tensor,
  scores: Tensor,
  limit: number,
  options: SuppressionOptions = {},
): ChosenBoxes {
  const operation = 'nonMaxSuppression';
  checkNames(operation, options, ['overlap', 'least', 'sigma']);
  const { overlap = 0.5, least = Number.NEGATIVE_INFINITY, sigma = 0 } = options;
  requireWhole(operation, 'limit', limit, 0);
  for (const [name, value] of Object.entries({ overlap, sigma })) {
    if (!(value >= 0 && value <= 1))
      throw badOption(operation, `${name} is ${value}`, 'has to be from 0 to 1');
  }
  requireTensors(operation, boxes, scores);
  const isFloat = boxes.dtype === scores.dtype && (boxes.dtype === 'f32' || boxes.dtype === 'f64');
  const fits = boxes.shape.length === 2 && boxes.shape[1] === 4 && scores.shape.length === 1;
  if (!isFloat || !fits || !sizesEqual(scores.shape[0] ?? -1, boxes.shape[0] ?? -1)) {
    throw shapeMismatch({
      code: 'E_SHAPE_MISMATCH',
      operation,
      problem: `boxes ${printShape(boxes.shape)} with scores ${printShape(scores.shape)}`,
      expectation: 'takes boxes [count, 4] and scores [count], floats of one dtype',
      operands: [boxes, scores],
    });
  }
  const count = boxes.shape[0] ?? 0;
  const rounds = typeof count === 'number' ? Math.min(limit, count) : limit;
  return composite(operation, () => choose(boxes, scores, rounds, { overlap, least, sigma }));
}

function choose(
  boxes: Tensor,
  scores: Tensor,
  rounds: number,
  { overlap, least, sigma }: Required<SuppressionOptions>,
): ChosenBoxes {
  const corners = cornersOf(boxes);
  const none = Number.NEGATIVE_INFINITY;
  const chosen: { readonly index: Tensor; readonly score: Tensor; readonly exists: Tensor }[] = [];
  // What is left out has a score of -∞ from then on.
  let left = where(greater(scores, least), scores, none);
  for (let round = 0; round < rounds; round++) {
    const index = argmax(left, 0);
    const score = max(left, 0);
    const exists = greater(score, none);
    chosen.push({
      index: where(exists, index, 0),
      score: where(exists, score, 0),
      exists: cast(exists, 'i32'),
    });
    const shared = overlapWith(corners, index);
    const lowered = sigma > 0 ? mul(left, exp(mul(square(shared), -0.5 / sigma))) : left;
    const isSame = equal(iota(boxes.shape[0] ?? 0), index);
    const isOut = logicalOr(isSame, greaterEqual(shared, overlap));
    // A score that was -∞ stays so.
    left = where(logicalAnd(greater(left, none), greater(lowered, least)), where(isOut, none, lowered), none);
  }
  if (chosen.length === 0) {
    const [indices, empty] = [sliceAxis(iota(1), 0, 0, 0), sliceAxis(scores, 0, 0, 0)];
    return { indices, scores: empty, count: scalar(0, 'i32') };
  }
  return {
    indices: stack(
      chosen.map((each) => each.index),
      0,
    ),
    scores: stack(
      chosen.map((each) => each.score),
      0,
    ),
    count: sum(
      stack(
        chosen.map((each) => each.exists),
        0,
      ),
    ),
  };
}

interface Corners {
  readonly top: Tensor;
  readonly left: Tensor;
  readonly bottom: Tensor;
  readonly right: Tensor;
  readonly area: Tensor;
}

function cornersOf(boxes: Tensor): Corners {
  const side = (position: number): Tensor => squeeze(sliceAxis(boxes, 1, position, 1), 1);
  const [y1, x1, y2, x2] = [side(0), side(1), side(2), side(3)];
  const [top, left] = [minimum(y1, y2), minimum(x1, x2)];
  const [bottom, right] = [maximum(y1, y2), maximum(x1, x2)];
  return { top, left, bottom, right, area: mul(sub(bottom, top), sub(right, left)) };
}

/** Intersection over union of every box with the one at `index`; 0 for boxes without area. */
function overlapWith(corners: Corners, index: Tensor): Tensor {
  const at = (x: Tensor): Tensor => broadcastTo(gather(x, reshape(index, [1]), 0), x.shape);
  const height = sub(minimum(corners.bottom, at(corners.bottom)), maximum(corners.top, at(corners.top)));
  const width = sub(minimum(corners.right, at(corners.right)), maximum(corners.left, at(corners.left)));
  const common = mul(maximum(height, 0), maximum(width, 0));
  const other = at(corners.area);
  const hasArea = logicalAnd(greater(corners.area, 0), greater(other, 0));
  return where(hasArea, div(common, sub(add(corners.area, other), common)), 0);
}
