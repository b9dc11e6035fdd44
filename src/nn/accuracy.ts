// Accuracy: how many labels the largest score names.
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import { printShape, shapesEqual } from '../ir/size.ts';
import type { Accuracy } from '../ir/types/loss.ts';
import type { Checked, Result } from '../ir/types/sentence.ts';
import { equal } from '../ops/arithmetic.ts';
import { requireTensors, shapeMismatch } from '../ops/mismatch.ts';
import { mean } from '../ops/reduce.ts';
import { argmax } from '../ops/arg-extreme.ts';
import { cast } from '../ops/select.ts';

/**
 * Share of labels that the largest score names, f32 (scikit-learn's `accuracy_score`): scores `[…, C]`, i32 labels
 * `[…]`.
 * @throws {ShapeError} `E_SHAPE_MISMATCH` when the labels do not fit the scores
 */
export function accuracy<S extends Tensor, L extends Tensor>(
  scores: S,
  labels: Checked<L, Accuracy<S, L>>,
): Result<Accuracy<S, L>>;
export function accuracy(scores: Tensor, labels: Tensor): Tensor {
  requireTensors('accuracy', scores, labels);
  return composite('accuracy', () => {
    const best = argmax(scores, -1);
    if (!shapesEqual(best.shape, labels.shape)) {
      throw shapeMismatch({
        code: 'E_SHAPE_MISMATCH',
        operation: 'accuracy',
        problem: `labels ${printShape(labels.shape)} do not fit scores ${printShape(scores.shape)}`,
        expectation: `takes labels ${printShape(best.shape)}`,
        operands: [scores, labels],
      });
    }
    return mean(cast(equal(best, labels), 'f32'));
  });
}
