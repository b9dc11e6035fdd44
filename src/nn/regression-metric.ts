// Metrics of numbers as graph expressions.
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import { printShape } from '../ir/size.ts';
import type { ElementLoss } from '../ir/types/loss.ts';
import type { Checked, Result } from '../ir/types/sentence.ts';
import { div, equal, sub } from '../ops/arithmetic.ts';
import { shapeMismatch } from '../ops/mismatch.ts';
import { mean, sum } from '../ops/reduce.ts';
import { cast, where } from '../ops/select.ts';
import { abs, exp, sqrt, square } from '../ops/unary.ts';
import { checkPair } from './reduction.ts';

/**
 * Mean absolute error, `mean |prediction - target|` (scikit-learn's `mean_absolute_error`).
 * @throws {ShapeError} `E_SHAPE_MISMATCH` unless both have one shape
 */
export function mae<P extends Tensor, T extends Tensor>(
  prediction: P,
  target: Checked<T, ElementLoss<P, T>>,
): Result<ElementLoss<P, T>>;
export function mae(prediction: Tensor, target: Tensor): Tensor {
  return composite('mae', () => {
    checkPair('mae', prediction, target);
    return mean(abs(sub(prediction, target)));
  });
}

/**
 * `√(Σ (prediction - target)² / n)`: root of the mean squared error (scikit-learn's `root_mean_squared_error` of one
 * output).
 * @throws {ShapeError} `E_SHAPE_MISMATCH` unless both have one shape
 */
export function rmse<P extends Tensor, T extends Tensor>(
  prediction: P,
  target: Checked<T, ElementLoss<P, T>>,
): Result<ElementLoss<P, T>>;
export function rmse(prediction: Tensor, target: Tensor): Tensor {
  return composite('rmse', () => {
    checkPair('rmse', prediction, target);
    return sqrt(mean(square(sub(prediction, target))));
  });
}

/**
 * Coefficient of determination, `1 - Σ (target - prediction)² / Σ (target - mean)²` over the first axis, averaged over the
 * others (scikit-learn's `r2_score`): 1 is perfect, 0 is no better than the mean. Where all targets are equal it is 1 for
 * perfect predictions, otherwise 0.
 * @throws {ShapeError} `E_SHAPE_MISMATCH` unless both have one shape, `E_RANK` for scalars
 */
export function r2<P extends Tensor, T extends Tensor>(
  prediction: P,
  target: Checked<T, ElementLoss<P, T>>,
): Result<ElementLoss<P, T>>;
export function r2(prediction: Tensor, target: Tensor): Tensor {
  return composite('r2', () => {
    checkPair('r2', prediction, target);
    if (target.shape.length === 0) {
      throw shapeMismatch({
        code: 'E_RANK',
        operation: 'r2',
        problem: `a target ${printShape(target.shape)} has no examples`,
        expectation: 'takes [N, …]',
        operands: [target],
      });
    }
    const unexplained = sum(square(sub(target, prediction)), 0);
    const total = sum(square(sub(target, mean(target, 0, { keepdims: true }))), 0);
    const flat = equal(total, 0);
    const perfect = cast(equal(unexplained, 0), target.dtype);
    return mean(where(flat, perfect, sub(1, div(unexplained, where(flat, 1, total)))));
  });
}

/**
 * `e^loss` of a mean cross-entropy (Jelinek et al. 1977): among how many equally likely classes the model is
 * undecided.
 * @throws {DTypeError} `E_DTYPE_MISMATCH` for what is no float
 */
export function perplexity<T extends Tensor>(loss: T): Tensor<T['shape'], T['dtype']>;
export function perplexity(loss: Tensor): Tensor {
  return composite('perplexity', () => exp(loss));
}
