// Reductions of rows by the segment that they belong to.
import type { FloatDType } from '../ir/dtype.ts';
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import { elementCount, printShape, sizesEqual, type Shape, type Size } from '../ir/size.ts';
import type { DTypeProblem, NumberDType, Unless } from '../ir/types/sentence.ts';
import { requireWhole } from './option.ts';
import { div, maximum } from './arithmetic.ts';
import { broadcastAlong } from './broadcast.ts';
import { requireFloat, scalar } from './leaf.ts';
import { requireTensors, shapeMismatch } from './mismatch.ts';
import { positions, requireIndices } from './positions.ts';
import { initialOf, refuseBooleans } from './reduce.ts';
import { reshape } from './reshape.ts';
import { scatterAdd, scatterReduce } from './scatter.ts';

/** Rows, the segment of each, and a tensor with one row a segment to gather them in. */
interface Segments {
  readonly rows: Tensor;
  readonly places: Tensor;
  readonly start: (value: number) => Tensor;
}

function segmentsOf(operation: string, x: Tensor, ids: Tensor, segments: number): Segments {
  requireTensors(operation, x, ids);
  requireIndices(operation, ids);
  refuseBooleans(operation, x);
  requireWhole(operation, 'segments', segments, 1);
  const fits = ids.shape.length > 0 && ids.shape.every((size, axis) => sizesEqual(size, x.shape[axis] ?? -1));
  if (!fits) {
    throw shapeMismatch({
      code: 'E_SHAPE_MISMATCH',
      operation,
      problem: `ids ${printShape(ids.shape)} for a tensor ${printShape(x.shape)}`,
      expectation: 'takes an id for every row: the ids have the first sizes of the tensor',
      operands: [x, ids],
    });
  }
  const row: Shape = x.shape.slice(ids.shape.length);
  const whole = [elementCount(ids.shape), ...row];
  const checked = reshape(positions(operation, ids, segments, { what: 'segment' }), [-1]);
  return {
    rows: reshape(x, whole),
    places: broadcastAlong(checked, whole, [0]),
    start: (value) => broadcastAlong(scalar(value, x.dtype), [segments, ...row], []),
  };
}

/**
 * The sum of the rows of each segment (TensorFlow's `unsorted_segment_sum`): `[segments, …]`, 0 for one without rows.
 * Rows are added in order.
 * @param x `[…ids, …row]` @param ids the segment of each row, from 0 to `segments - 1`, in any order; fed ids outside are
 * refused, computed ones are clamped
 * @throws {ShapeError} `E_SHAPE_MISMATCH`, `E_INDEX` for a constant id outside
 * @throws {DTypeError} `E_DTYPE_MISMATCH` for ids that are not i32 and rows of booleans
 * @throws {DeclarationError} `E_OPTION` for segments that are no whole number above 0
 */
export function segmentSum<T extends Tensor>(
  x: Unless<DTypeProblem<T['dtype'], NumberDType, 'segmentSum'>, T>,
  ids: Tensor,
  segments: number,
): Tensor<Size[], T['dtype']>;
export function segmentSum(x: Tensor, ids: Tensor, segments: number): Tensor {
  const { rows, places, start } = segmentsOf('segmentSum', x, ids, segments);
  return composite('segmentSum', () => scatterAdd(start(0), places, rows, 0));
}

/**
 * `out[s] = Σ x[i] / n` over the `n` rows of each segment, 0 for one without rows (TensorFlow's `segment_mean`).
 * Otherwise like {@link segmentSum}.
 */
export function segmentMean<T extends Tensor>(
  x: Unless<DTypeProblem<T['dtype'], FloatDType, 'segmentMean'>, T>,
  ids: Tensor,
  segments: number,
): Tensor<Size[], T['dtype']>;
export function segmentMean(x: Tensor, ids: Tensor, segments: number): Tensor {
  requireFloat('segmentMean', x);
  const { rows, places, start } = segmentsOf('segmentMean', x, ids, segments);
  return composite('segmentMean', () => {
    const ones = broadcastAlong(scalar(1, x.dtype), rows.shape, []);
    const counts = maximum(scatterAdd(start(0), places, ones, 0), 1);
    return div(scatterAdd(start(0), places, rows, 0), counts);
  });
}

/**
 * `out[s] = ∏ x[i]` over the rows of each segment, 1 for one without rows (TensorFlow's `segment_prod`). Otherwise
 * like {@link segmentSum}.
 */
export function segmentProd<T extends Tensor>(
  x: Unless<DTypeProblem<T['dtype'], NumberDType, 'segmentProd'>, T>,
  ids: Tensor,
  segments: number,
): Tensor<Size[], T['dtype']>;
export function segmentProd(x: Tensor, ids: Tensor, segments: number): Tensor {
  const { rows, places, start } = segmentsOf('segmentProd', x, ids, segments);
  return composite('segmentProd', () => scatterReduce(start(1), places, rows, 0, 'prod'));
}

/**
 * `out[s] = max x[i]` over the rows of each segment (TensorFlow's `segment_max`); -Infinity, or the least i32, for
 * one without rows. Equal elements share the gradient. Otherwise like {@link segmentSum}.
 */
export function segmentMax<T extends Tensor>(
  x: Unless<DTypeProblem<T['dtype'], NumberDType, 'segmentMax'>, T>,
  ids: Tensor,
  segments: number,
): Tensor<Size[], T['dtype']>;
export function segmentMax(x: Tensor, ids: Tensor, segments: number): Tensor {
  const { rows, places, start } = segmentsOf('segmentMax', x, ids, segments);
  return composite('segmentMax', () =>
    scatterReduce(start(initialOf('max', x.dtype)), places, rows, 0, 'amax'),
  );
}

/** `out[s] = min x[i]` over the rows of each segment (TensorFlow's `segment_min`), otherwise like {@link segmentMax}. */
export function segmentMin<T extends Tensor>(
  x: Unless<DTypeProblem<T['dtype'], NumberDType, 'segmentMin'>, T>,
  ids: Tensor,
  segments: number,
): Tensor<Size[], T['dtype']>;
export function segmentMin(x: Tensor, ids: Tensor, segments: number): Tensor {
  const { rows, places, start } = segmentsOf('segmentMin', x, ids, segments);
  return composite('segmentMin', () =>
    scatterReduce(start(initialOf('min', x.dtype)), places, rows, 0, 'amin'),
  );
}
