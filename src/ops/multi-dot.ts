// Products of many matrices in the order that takes the fewest operations.
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import { printShape, type Size } from '../ir/size.ts';
import { checkContraction, matmul } from './contraction.ts';
import { requireTensorList, shapeMismatch } from './mismatch.ts';

/**
 * `a · b · c · …`: product of the matrices in the order that takes the fewest operations (PyTorch's
 * `linalg.multi_dot`). The first may be a vector, then it is a row, and the last one, then it is a column.
 * @throws {ShapeError} `E_RANK` for fewer than two tensors or other ranks, `E_SHAPE_MISMATCH` when sizes do not fit
 */
export function multiDot<T extends Tensor>(tensors: readonly T[]): Tensor<Size[], T['dtype']>;
export function multiDot(tensors: readonly Tensor[]): Tensor {
  requireTensorList('multiDot', tensors);
  const isEnd = (position: number): boolean => position === 0 || position === tensors.length - 1;
  const fits = tensors.every(
    ({ shape }, position) => shape.length === 2 || (shape.length === 1 && isEnd(position)),
  );
  if (!fits || tensors.length < 2) {
    throw shapeMismatch({
      code: 'E_RANK',
      operation: 'multiDot',
      problem: `given ${tensors.map(({ shape }) => printShape(shape)).join(' by ')}`,
      expectation: 'takes two matrices or more; the first and the last may be vectors',
      operands: tensors,
    });
  }
  tensors.slice(1).forEach((right, position) => {
    const left = tensors[position];
    if (left === undefined) return;
    checkContraction('multiDot', left, right, {
      batchLeft: [],
      batchRight: [],
      contractLeft: [left.shape.length - 1],
      contractRight: [0],
    });
  });
  return composite('multiDot', () => multiplyChain(tensors));
}

/** The cheapest product of a part of the chain, and what it costs. */
interface Chain {
  readonly cost: number;
  readonly split: number;
}

/** Matrix chain multiplication by dynamic programming (Godbole 1973). */
function multiplyChain(tensors: readonly Tensor[]): Tensor {
  const sizeOf = (size: Size | undefined): number => (typeof size === 'number' ? size : usualSize);
  const rows = (position: number): number => {
    const { shape = [] } = tensors[position] ?? {};
    return shape.length === 1 && position === 0 ? 1 : sizeOf(shape[0]);
  };
  const columns = (position: number): number => {
    const { shape = [] } = tensors[position] ?? {};
    return shape.length === 1 && position > 0 ? 1 : sizeOf(shape.at(-1));
  };
  const chains = new Map<string, Chain>();
  const cheapest = (first: number, last: number): Chain => {
    if (first === last) return { cost: 0, split: first };
    const known = chains.get(`${first} ${last}`);
    if (known !== undefined) return known;
    let best: Chain = { cost: Infinity, split: first };
    for (let split = first; split < last; split++) {
      const own = rows(first) * columns(split) * columns(last);
      const cost = own + cheapest(first, split).cost + cheapest(split + 1, last).cost;
      if (cost < best.cost) best = { cost, split };
    }
    chains.set(`${first} ${last}`, best);
    return best;
  };
  const product = (first: number, last: number): Tensor => {
    const only = tensors[first];
    if (first === last && only !== undefined) return only;
    const { split } = cheapest(first, last);
    return matmul(product(first, split), product(split + 1, last));
  };
  return product(0, tensors.length - 1);
}

// Named dimensions have no number yet: about what a batch is.
const usualSize = 32;
