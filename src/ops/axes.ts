// Axes in another order, by name of what moves: two change places, some move elsewhere, a plane is turned.
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import type { Size } from '../ir/size.ts';
import { badOption, requireWhole } from './option.ts';
import { normaliseAxis, requireTensors, shapeMismatch } from './mismatch.ts';
import { flip, transpose } from './movement.ts';

/**
 * `x` with two axes in each other's place (PyTorch's `swapaxes` and `transpose(x, first, second)`).
 * @throws {ShapeError} `E_AXIS` for an axis that does not exist
 */
export function swapaxes<T extends Tensor>(x: T, first: number, second: number): Tensor<Size[], T['dtype']>;
export function swapaxes(x: Tensor, first: number, second: number): Tensor {
  const [a, b] = [normaliseAxis('swapaxes', x, first), normaliseAxis('swapaxes', x, second)];
  return transpose(
    x,
    x.shape.map((_, axis) => (axis === a ? b : axis === b ? a : axis)),
  );
}

/**
 * `out[…, i at to, …] = x[…, i at from, …]`: `x` with the axes `from` at the places `to` of the result, the others
 * in the order they have (PyTorch's `movedim`, NumPy's `moveaxis`).
 * @throws {ShapeError} `E_AXIS` for an axis that does not exist or is given twice, and for lists of different
 * lengths
 */
export function movedim<T extends Tensor>(
  x: T,
  from: number | readonly number[],
  to: number | readonly number[],
): Tensor<Size[], T['dtype']>;
export function movedim(x: Tensor, from: number | readonly number[], to: number | readonly number[]): Tensor {
  requireTensors('movedim', x);
  const [sources, targets] = [from, to].map((axes) =>
    (typeof axes === 'number' ? [axes] : axes).map((axis) => normaliseAxis('movedim', x, axis)),
  ) as [number[], number[]];
  const isDistinct = (axes: readonly number[]): boolean => new Set(axes).size === axes.length;
  if (sources.length !== targets.length || !isDistinct(sources) || !isDistinct(targets)) {
    throw shapeMismatch({
      code: 'E_AXIS',
      operation: 'movedim',
      problem: `axes ${JSON.stringify(from)} to ${JSON.stringify(to)}`,
      expectation: 'takes as many places as axes, each once',
      operands: [x],
    });
  }
  const others = x.shape.map((_, axis) => axis).filter((axis) => !sources.includes(axis));
  const rest = others.values();
  const order = x.shape.map((_, place) => {
    const moved = sources[targets.indexOf(place)];
    return moved ?? rest.next().value ?? 0;
  });
  return transpose(x, order);
}

/**
 * `out[i, j] = x[j, columns - 1 - i]`: `x` turned by `turns` quarters in the plane of two axes, from the first
 * towards the second (PyTorch's and NumPy's `rot90`). Turns may be negative.
 * @throws {ShapeError} `E_AXIS` for axes that do not exist; `E_UNBOUND_DIM` on named axes
 * @throws {DeclarationError} `E_OPTION` for turns that are no whole number, and for axes that are no pair
 */
export function rot90<T extends Tensor>(
  x: T,
  turns?: number,
  axes?: readonly [number, number],
): Tensor<Size[], T['dtype']>;
export function rot90(x: Tensor, turns = 1, axes: readonly [number, number] = [0, 1]): Tensor {
  requireTensors('rot90', x);
  requireWhole('rot90', 'turns', turns);
  const [first, second] = axes.map((axis) => normaliseAxis('rot90', x, axis));
  if (first === undefined || second === undefined || first === second || axes.length !== 2) {
    throw badOption('rot90', `axes is ${JSON.stringify(axes)}`, 'has to be two different axes');
  }
  return composite('rot90', () => {
    const quarter = ((turns % 4) + 4) % 4;
    if (quarter === 0) return x;
    if (quarter === 2) return flip(x, [first, second]);
    const swapped = swapaxes(x, first, second);
    // Towards the second axis: what stood at its end comes first.
    return flip(swapped, quarter === 1 ? first : second);
  });
}
