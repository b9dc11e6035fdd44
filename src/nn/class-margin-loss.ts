// Losses that ask for a margin between the scores of the right classes and those of all others.
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import { printShape, shapesEqual, type Size } from '../ir/size.ts';
import type { LabelledRows, Reduction, RowLoss } from '../ir/types/loss.ts';
import type { Checked, Result } from '../ir/types/sentence.ts';
import {
  add,
  div,
  equal,
  greater,
  greaterEqual,
  lessEqual,
  logicalAnd,
  mul,
  notEqual,
  sub,
} from '../ops/arithmetic.ts';
import { broadcastAlong } from '../ops/broadcast.ts';
import { gather } from '../ops/gather.ts';
import { constrain, requireFloat, sizeOf } from '../ops/leaf.ts';
import { dtypeMismatch, requireTensors, shapeMismatch } from '../ops/mismatch.ts';
import { iota } from '../ops/random.ts';
import { max, min, sum } from '../ops/reduce.ts';
import { expandDims, reshape } from '../ops/reshape.ts';
import { cast, where } from '../ops/select.ts';
import { square } from '../ops/unary.ts';
import { checkedLabels, weightsOf, type ClassWeights } from './class-labels.ts';
import type { MarginOptions } from './margin-loss.ts';
import { badOption, checkNames, checkOption, finite } from '../ops/option.ts';
import { reducer, type LossOptions } from './reduction.ts';

/** Options of {@link multiMargin}. */
export interface MultiMarginOptions extends MarginOptions {
  /** Power of what is missing, 1 (default) or 2. */
  readonly p?: 1 | 2;
  /** A factor for every class, that of the label; default 1. The mean still divides by the number of rows. */
  readonly weight?: ClassWeights;
}

/**
 * Multi-class hinge loss of scores and integer labels (PyTorch's `multi_margin_loss`):
 * `1/C Σ_{i ≠ y} weight[y] · max(0, margin - x[y] + x[i])^p`, one loss a row, reduced. Scores are `[N, C]` with labels
 * `[N]`, or `[C]` with one label, `[]` or `[1]`; margin 1 unless given. NaN scores ask for nothing, as in PyTorch.
 * @throws {ShapeError} `E_SHAPE_MISMATCH` when labels or weights do not fit the scores
 * @throws {DeclarationError} `E_OPTION` for options out of range
 */
export function multiMargin<S extends Tensor, L extends Tensor, R extends Reduction = 'mean'>(
  scores: S,
  labels: Checked<L, LabelledRows<S, L, R>>,
  options?: MultiMarginOptions & { readonly reduction?: R },
): Result<LabelledRows<S, L, R>>;
export function multiMargin(scores: Tensor, labels: Tensor, options: MultiMarginOptions = {}): Tensor {
  checkNames('multiMargin', options, ['reduction', 'margin', 'p', 'weight']);
  const { margin = 1, p = 1, reduction } = options;
  checkOption('multiMargin', 'margin', margin, finite);
  // What plain JavaScript may pass.
  if (![1, 2].includes(p)) throw badOption('multiMargin', `p is ${String(p)}`, 'has to be 1 or 2');
  return composite('multiMargin', () => {
    const reduce = reducer('multiMargin', reduction);
    const { rows, size, classes } = rowsOf('multiMargin', scores);
    requireTensors('multiMargin', labels);
    const single = scores.shape.length < 2 && labels.shape.length < 2;
    const given = single ? reshape(labels, [size]) : labels;
    const chosen = expandDims(checkedLabels('multiMargin', rows, given, 1), 1);
    const label = broadcastAlong(chosen, rows.shape, [0, 1]);
    const own = broadcastAlong(gather(rows, chosen, 1), rows.shape, [0, 1]);
    const missing = add(sub(margin, own), rows);
    const power = p === 1 ? missing : square(missing);
    const others = notEqual(broadcastAlong(iota(classes), rows.shape, [1]), label);
    const hinges = where(logicalAnd(others, greater(missing, 0)), power, 0);
    const weights = weightsOf('multiMargin', rows, 1, options.weight);
    const factors =
      weights === undefined ? undefined : broadcastAlong(gather(weights, chosen, 1), rows.shape, [0, 1]);
    const total = sum(factors === undefined ? hinges : mul(hinges, factors), 1);
    const losses = reshape(div(total, sizeOf(classes, rows.dtype)), labels.shape);
    return reduce(losses);
  });
}

/** Scores as rows of classes: a vector is one row, a scalar one row of one class. */
function rowsOf(
  call: string,
  scores: Tensor,
): { readonly rows: Tensor; readonly size: Size; readonly classes: Size } {
  requireTensors(call, scores);
  requireFloat(call, scores);
  const rank = scores.shape.length;
  const [size = 1, classes = 1] = rank === 2 ? scores.shape : [1, scores.shape[0]];
  if (rank <= 2) return { rows: reshape(scores, [size, classes]), size, classes };
  throw shapeMismatch({
    code: 'E_RANK',
    operation: call,
    problem: `the scores have shape ${printShape(scores.shape)}`,
    expectation: 'takes [N, C] or [C]',
    operands: [scores],
  });
}

/**
 * Hinge loss of scores and several right classes (PyTorch's `multilabel_margin_loss`):
 * `1/C Σ_j Σ_i max(0, 1 - x[y[j]] + x[i])`, one loss a row, reduced, where `j` runs over the labels before the first -1 and
 * `i` over the classes that are not among them. Scores are `[N, C]` or `[C]`, labels i32 of the same shape: class numbers
 * first, then -1. Fed labels are checked to lie in `-1 … C - 1`.
 * @throws {ShapeError} `E_SHAPE_MISMATCH` unless both have one shape
 * @throws {DTypeError} `E_DTYPE_MISMATCH` unless labels are i32
 */
export function multilabelMargin<S extends Tensor, L extends Tensor, R extends Reduction = 'mean'>(
  scores: S,
  labels: L,
  options?: { readonly reduction?: R },
): Result<RowLoss<S, Tensor<L['shape'], S['dtype']>, R>>;
export function multilabelMargin(scores: Tensor, labels: Tensor, options: LossOptions = {}): Tensor {
  checkNames('multilabelMargin', options, ['reduction']);
  return composite('multilabelMargin', () => {
    const reduce = reducer('multilabelMargin', options.reduction);
    const { rows, size, classes } = rowsOf('multilabelMargin', scores);
    checkLabelRows(scores, labels);
    const range = typeof classes === 'number' ? { low: -1, high: classes - 1, what: 'label' } : undefined;
    const given = reshape(labels, rows.shape);
    const known = range === undefined ? given : constrain(given, range);
    // Axes of what is below: the row, the label's place, the class or an earlier place.
    const square3 = [size, classes, classes];
    const places = iota(classes);
    const ofPlace = (x: Tensor): Tensor => broadcastAlong(x, square3, [0, 1]);
    const ofClass = (x: Tensor): Tensor => broadcastAlong(x, square3, [0, 2]);
    const upToHere = lessEqual(broadcastAlong(places, square3, [2]), broadcastAlong(places, square3, [1]));
    const isLabel = cast(greaterEqual(known, 0), 'i32');
    const counts = min(where(upToHere, ofClass(isLabel), 1), 2);
    const counted = ofPlace(equal(counts, 1));
    const names = logicalAnd(counted, equal(ofPlace(known), broadcastAlong(places, square3, [2])));
    const isOther = ofClass(equal(max(cast(names, 'i32'), 1), 0));
    const missing = add(sub(1, ofPlace(gather(rows, known, 1))), ofClass(rows));
    const asked = logicalAnd(logicalAnd(counted, isOther), greater(missing, 0));
    const total = sum(where(asked, missing, 0), [1, 2]);
    const losses = div(total, sizeOf(classes, rows.dtype));
    return reduce(reshape(losses, scores.shape.slice(0, -1)));
  });
}

function checkLabelRows(scores: Tensor, labels: Tensor): void {
  requireTensors('multilabelMargin', labels);
  if (labels.dtype !== 'i32') {
    throw dtypeMismatch({
      operation: 'multilabelMargin',
      problem: `the labels are ${labels.dtype}`,
      expectation: 'takes i32 labels',
      operands: [labels],
    });
  }
  if (shapesEqual(scores.shape, labels.shape)) return;
  throw shapeMismatch({
    code: 'E_SHAPE_MISMATCH',
    operation: 'multilabelMargin',
    problem: `labels ${printShape(labels.shape)} do not fit scores ${printShape(scores.shape)}`,
    expectation: 'takes labels of the shape of the scores, filled up with -1',
    operands: [scores, labels],
  });
}
