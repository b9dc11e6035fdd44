// Sums of products over axes that are chosen by number or by list.
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import { printShape, type Size } from '../ir/size.ts';
import { checkContraction, contraction, freeAxes, productsSummed } from './contraction.ts';
import { normaliseAxes, normaliseAxis, requireTensors, shapeMismatch } from './mismatch.ts';
import { sum } from './reduce.ts';
import { requireList } from './option.ts';

/**
 * `out[i…, j…] = Σ a[i…, k…] · b[k…, j…]`: sum of products over chosen axes (PyTorch's `tensordot`): over the last
 * `axes` of `a` and the first `axes` of `b`, or over the axes of the two lists in pairs. Free axes of `a` come
 * first, then those of `b`; 0 axes give the outer product. A paired axis of size 1 broadcasts.
 * @throws {ShapeError} `E_AXIS` for axes that do not exist or are given twice, `E_SHAPE_MISMATCH` for sizes that
 * differ
 */
export function tensordot<A extends Tensor, B extends Tensor>(
  a: A,
  b: B,
  axes?: number | readonly [readonly number[], readonly number[]],
): Tensor<Size[], A['dtype'] & B['dtype']>;
export function tensordot(
  a: Tensor,
  b: Tensor,
  axes: number | readonly [readonly number[], readonly number[]] = 2,
): Tensor {
  requireTensors('tensordot', a, b);
  return composite('tensordot', () => {
    const [contractLeft, contractRight] = pairedAxes(a, b, axes);
    const isOne = (x: Tensor, axis: number | undefined): boolean => x.shape[axis ?? -1] === 1;
    // What broadcasts against size 1 is summed at once.
    const left = sumKept(
      a,
      contractLeft.filter((_, position) => isOne(b, contractRight[position])),
    );
    const right = sumKept(
      b,
      contractRight.filter((_, position) => isOne(a, contractLeft[position])),
    );
    const pairs = { batchLeft: [], batchRight: [], contractLeft, contractRight };
    checkContraction('tensordot', left, right, pairs, [a, b]);
    const free =
      freeAxes(a.shape.length, [], contractLeft).length + freeAxes(b.shape.length, [], contractRight).length;
    const isPlain = contractLeft.length === 0 || free === 0;
    return (isPlain ? productsSummed : contraction)(left, right, pairs);
  });
}

function sumKept(x: Tensor, axes: readonly number[]): Tensor {
  return axes.length === 0 ? x : sum(x, axes, { keepdims: true });
}

function pairedAxes(
  a: Tensor,
  b: Tensor,
  axes: number | readonly [readonly number[], readonly number[]],
): readonly [readonly number[], readonly number[]] {
  const least = Math.min(a.shape.length, b.shape.length);
  if (typeof axes === 'number' && (!Number.isInteger(axes) || axes < 0 || axes > least)) {
    throw shapeMismatch({
      code: 'E_AXIS',
      operation: 'tensordot',
      problem: `${axes} axes of ${printShape(a.shape)} and ${printShape(b.shape)}`,
      expectation: `takes a whole number of axes from 0 to ${least}`,
      operands: [a, b],
    });
  }
  if (typeof axes !== 'number') requireList('tensordot', 'axes', axes, 'two lists of axes');
  const [left, right] =
    typeof axes === 'number'
      ? [
          Array.from({ length: axes }, (_, position) => a.shape.length - axes + position),
          Array.from({ length: axes }, (_, position) => position),
        ]
      : axes;
  requireList('tensordot', 'axes[0]', left, 'axes');
  requireList('tensordot', 'axes[1]', right, 'axes');
  normaliseAxes('tensordot', a, left);
  normaliseAxes('tensordot', b, right);
  if (left.length !== right.length) {
    throw shapeMismatch({
      code: 'E_AXIS',
      operation: 'tensordot',
      problem: `${left.length} axes of the left are paired with ${right.length} of the right`,
      expectation: 'takes as many axes of both',
      operands: [a, b],
    });
  }
  return [
    left.map((axis) => normaliseAxis('tensordot', a, axis)),
    right.map((axis) => normaliseAxis('tensordot', b, axis)),
  ];
}
