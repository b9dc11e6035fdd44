// Elements chosen by booleans: replaced where a mask is true, and gathered into a vector of a size that is known beforehand.
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import { addSizes, elementCount, printShape, shapesEqual, type Size } from '../ir/size.ts';
import type { BroadcastShape, Operand, WithDType } from '../ir/types/broadcast.ts';
import type { Checked, Result } from '../ir/types/sentence.ts';
import { badOption, checkNames, requireWhole } from './option.ts';
import { minimum } from './arithmetic.ts';
import { broadcastAlong, broadcastShapes, broadcastTo } from './broadcast.ts';
import { cumsum } from './cumulative.ts';
import { scalar, sizeOf } from './leaf.ts';
import { dtypeMismatch, requireTensors, shapeMismatch } from './mismatch.ts';
import { sliceAxis } from './movement.ts';
import { ravel, reshape } from './reshape.ts';
import { scatterWith } from './scatter.ts';
import { cast, where } from './select.ts';
import { takeSlices } from './take.ts';

/** Outcome of a mask over a tensor: what both broadcast to, of the tensor's dtype. */
type Masked<T extends Tensor, M extends Tensor> = WithDType<
  BroadcastShape<T['shape'], M['shape']>,
  T['dtype']
>;

function requireMask(operation: string, mask: Tensor): void {
  requireTensors(operation, mask);
  if (mask.dtype === 'bool') return;
  throw dtypeMismatch({
    operation,
    problem: `the mask is ${mask.dtype}`,
    expectation: 'takes a bool mask',
    operands: [mask],
    help: 'compare it, for example notEqual(mask, 0)',
  });
}

/**
 * How many elements of a mask before an element are true, row-major, and at most `most`: the place of each true element among
 * all that are.
 */
export function rankAmongTrue(mask: Tensor, most: Size): Tensor {
  const rank = cumsum(cast(ravel(mask), 'i32'), 0, { exclusive: true });
  return reshape(minimum(rank, sizeOf(most, 'i32')), mask.shape);
}

/**
 * `mask ? value : x`: `value` where `mask` is true and `x` elsewhere, the two broadcast against each other
 * (PyTorch's `masked_fill`).
 * @param value a number, or a scalar tensor of the dtype of `x`
 * @throws {ShapeError} `E_SHAPE_MISMATCH` for shapes that do not broadcast, `E_RANK` for a value that is no scalar
 * @throws {DTypeError} `E_DTYPE_MISMATCH` for a mask that is not bool and a value of another dtype
 */
export function maskedFill<T extends Tensor, M extends Tensor>(
  x: T,
  mask: Checked<M, Masked<T, M>>,
  value: Operand,
): Result<Masked<T, M>>;
export function maskedFill(x: Tensor, mask: Tensor, value: Operand): Tensor {
  requireTensors('maskedFill', x);
  requireMask('maskedFill', mask);
  if (typeof value !== 'number') {
    requireTensors('maskedFill', value);
    if (value.shape.length > 0) {
      throw shapeMismatch({
        code: 'E_RANK',
        operation: 'maskedFill',
        problem: `the value has shape ${printShape(value.shape)}`,
        expectation: 'takes a number or a scalar',
        operands: [value],
      });
    }
  }
  const filling: Tensor = typeof value === 'number' ? scalar(value, x.dtype) : value;
  return composite('maskedFill', () => where(mask, filling, x));
}

/** What {@link maskedSelect} takes beside operands. */
export interface MaskedSelectOptions {
  /** How many elements the result has: shapes are known before data is. */
  readonly size: number;
}

/**
 * `[x[p] where mask[p]]`: the elements of `x` where `mask` is true, row-major, the two broadcast against each other
 * (PyTorch's `masked_select`). How many there are depends on data, so that the size of the result is said
 * beforehand: elements beyond it are left out, and places beyond the last element hold 0.
 * @throws {ShapeError} `E_SHAPE_MISMATCH` for shapes that do not broadcast
 * @throws {DTypeError} `E_DTYPE_MISMATCH` for a mask that is not bool @throws {DeclarationError} `E_OPTION`
 */
export function maskedSelect<T extends Tensor>(
  x: T,
  mask: Tensor,
  options: MaskedSelectOptions,
): Tensor<[number], T['dtype']>;
export function maskedSelect(x: Tensor, mask: Tensor, options: MaskedSelectOptions): Tensor {
  requireTensors('maskedSelect', x);
  requireMask('maskedSelect', mask);
  checkNames('maskedSelect', options, ['size']);
  const { size } = options;
  requireWhole('maskedSelect', 'size', size, 0);
  const shape = broadcastShapes(x.shape, mask.shape);
  if (shape === undefined) {
    throw shapeMismatch({
      code: 'E_SHAPE_MISMATCH',
      operation: 'maskedSelect',
      problem: `a mask ${printShape(mask.shape)} over ${printShape(x.shape)}`,
      expectation: 'takes a mask that broadcasts with the tensor',
      operands: [x, mask],
    });
  }
  return composite('maskedSelect', () => {
    const [from, chosen] = [ravel(broadcastTo(x, shape)), broadcastTo(mask, shape)];
    // One place more takes all that is not chosen and all that is too much.
    const place = ravel(where(chosen, rankAmongTrue(chosen, size), size));
    const places = broadcastAlong(scalar(0, x.dtype), [size + 1], []);
    return sliceAxis(scatterWith('replace', places, place, from, 0), 0, 0, size);
  });
}

/**
 * `out[p] = mask[p] ? source[n] : x[p]`: `x` with the elements of `source`, in order, where `mask` is true
 * (PyTorch's `masked_scatter`). The mask broadcasts to `x`. `source` has as many elements as the mask has true ones;
 * where it has fewer, its last one is repeated.
 * @throws {ShapeError} `E_SHAPE_MISMATCH` for a mask that does not broadcast and a source without elements
 * @throws {DTypeError} `E_DTYPE_MISMATCH` for a mask that is not bool and a source of another dtype
 */
export function maskedScatter<T extends Tensor>(
  x: T,
  mask: Tensor,
  source: Tensor,
): Tensor<T['shape'], T['dtype']>;
export function maskedScatter(x: Tensor, mask: Tensor, source: Tensor): Tensor {
  requireTensors('maskedScatter', x, source);
  requireMask('maskedScatter', mask);
  const shape = broadcastShapes(x.shape, mask.shape);
  if (shape === undefined || !shapesEqual(shape, x.shape)) {
    throw shapeMismatch({
      code: 'E_SHAPE_MISMATCH',
      operation: 'maskedScatter',
      problem: `a mask ${printShape(mask.shape)} over ${printShape(x.shape)}`,
      expectation: 'takes a mask that broadcasts to the tensor',
      operands: [x, mask],
    });
  }
  const count = elementCount(source.shape);
  if (count === 0) {
    if (elementCount(x.shape) === 0) return x;
    throw badOption('maskedScatter', 'source has no elements', 'has to have one for every true element');
  }
  return composite('maskedScatter', () => {
    const chosen = broadcastTo(mask, x.shape);
    const taken = takeSlices('maskedScatter', ravel(source), rankAmongTrue(chosen, addSizes(count, -1)), {
      axis: 0,
    });
    return where(chosen, taken, x);
  });
}
