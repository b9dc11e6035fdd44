// What the gradient of a product is made of: for each element the product of all others.
import type { Tensor } from '../ir/node.ts';
import { multiplySizes } from '../ir/size.ts';
import { mul } from './arithmetic.ts';
import { transpose } from './movement.ts';
import { reshape } from './reshape.ts';
import { accumulate, reversed } from './scan.ts';

/**
 * Product of all other elements along the reduced axes: of those before times those behind, so that nothing is divided
 * and zeros do no harm.
 */
export function productOfOthers(x: Tensor, axes: readonly number[]): Tensor {
  const [only, ...more] = axes;
  if (only !== undefined && more.length === 0) return besides(x, only);
  // Bring the reduced axes together, row-major.
  const order = [...x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis)), ...axes];
  const permuted = transpose(x, order);
  const outer = permuted.shape.slice(0, -axes.length);
  const count = axes.map((axis) => x.shape[axis] ?? 1).reduce(multiplySizes, 1);
  const others = besides(reshape(permuted, [...outer, count]), outer.length);
  return transpose(
    reshape(others, permuted.shape),
    order.map((_, axis) => order.indexOf(axis)),
  );
}

function besides(x: Tensor, axis: number): Tensor {
  const before = accumulate(x, { axis, combiner: 'product', exclusive: true });
  const behind = accumulate(reversed(x, axis), { axis, combiner: 'product', exclusive: true });
  return mul(before, reversed(behind, axis));
}
