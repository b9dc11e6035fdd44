// Sums of products by Einstein's notation, done pair by pair as contractions.
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import type { Size } from '../ir/size.ts';
import type { EinsumProduct } from '../ir/types/contraction.ts';
import { contraction, productsSummed } from './contraction.ts';
import { diagonal } from './diagonal.ts';
import { readEquation, type Equation, type Subscript } from './equation.ts';
import { dtypeMismatch, requireTensors } from './mismatch.ts';
import { transpose } from './movement.ts';
import { sum } from './reduce.ts';
import { reshape } from './reshape.ts';
import { badOption, describeValue } from './option.ts';

/** A tensor whose axes have distinct subscripts. */
interface Factor {
  readonly x: Tensor;
  readonly subscripts: readonly Subscript[];
}

/**
 * Sums of products by Einstein's notation (PyTorch's `einsum`): every axis of an operand has a letter, capitals differ
 * from small ones, axes of one letter run together, and letters that the result does not have are summed over.
 *
 * - `'ij,jk->ik'` is the matrix product, `'ii->i'` the diagonal, `'ij->'` the sum, `'i,j->ij'` the outer product.
 * - `...` stands for the other axes, which broadcast from the end; a result without it sums over them.
 * - Without an arrow the result has the axes of the ellipsis and then all letters that occur once, in alphabetical order.
 * - An axis of size 1 broadcasts against the size that others have for its letter.
 *
 * Any number of operands is multiplied pair by pair, the cheapest pair first; each pair is one contraction.
 * @example
 * const scores = einsum('bqhd,bkhd->bhqk', queries, keys);
 * @throws {ShapeError} `E_EQUATION` for an equation that does not fit the operands, `E_SHAPE_MISMATCH` for sizes that
 * differ
 * @throws {DTypeError} `E_DTYPE_MISMATCH` when the operands are not numbers of one dtype
 */
export function einsum<const E extends string, const T extends readonly [Tensor, ...Tensor[]]>(
  equation: E,
  ...operands: T
): EinsumProduct<E, T>;
export function einsum(equation: string, ...operands: readonly Tensor[]): Tensor {
  if (typeof equation !== 'string') {
    throw badOption('einsum', `the equation is ${describeValue(equation)}`, "takes one like 'ij,jk->ik'");
  }
  requireTensors('einsum', ...operands);
  return composite('einsum', () => {
    const read = readEquation(equation, operands);
    checkDTypes(equation, operands);
    const factors = operands.map((x, position) => factorOf(x, read.terms[position] ?? [], read));
    return inOrder(multiplyAll(factors, read), read.result);
  });
}

function checkDTypes(equation: string, operands: readonly Tensor[]): void {
  const [first] = operands;
  if (first?.dtype !== 'bool' && operands.every(({ dtype }) => dtype === first?.dtype)) return;
  throw dtypeMismatch({
    operation: `einsum "${equation}"`,
    problem: `operands are ${[...new Set(operands.map(({ dtype }) => dtype))].join(' and ')}`,
    expectation: 'takes numbers of one dtype',
    operands,
  });
}

/** An operand with repeated subscripts as diagonals, and without the axes that broadcast. */
function factorOf(x: Tensor, term: readonly Subscript[], { sizes }: Equation): Factor {
  const repeated = term.findIndex((each, axis) => term.indexOf(each) !== axis);
  if (repeated >= 0) {
    const first = term.indexOf(term[repeated] ?? '');
    const rest = term.filter((_, axis) => axis !== first && axis !== repeated);
    return factorOf(diagonal(x, { axes: [first, repeated] }), [...rest, term[repeated] ?? ''], {
      sizes,
    } as Equation);
  }
  const isStretched = (axis: number): boolean => x.shape[axis] === 1 && sizes.get(term[axis] ?? '') !== 1;
  return {
    x: reshape(
      x,
      x.shape.filter((_, axis) => !isStretched(axis)),
    ),
    subscripts: term.filter((_, axis) => !isStretched(axis)),
  };
}

/** The product of all factors; each step multiplies the two that take the fewest operations. */
function multiplyAll(factors: readonly Factor[], equation: Equation): Factor {
  let left = factors.map((factor, position) => summed(factor, factors.toSpliced(position, 1), equation));
  while (left.length > 1) {
    const [one, other] = cheapestPair(left, equation.sizes);
    const rest = left.filter((_, position) => position !== one && position !== other);
    const [a, b] = [left[one], left[other]];
    if (a === undefined || b === undefined) break;
    left = [...rest, multiply(a, b, neededBy(rest, equation))];
  }
  const [product] = left;
  if (product === undefined) throw new TypeError('einsum: takes at least one operand');
  return product;
}

/** Subscripts that other factors or the result have. */
function neededBy(factors: readonly Factor[], { result }: Equation): ReadonlySet<Subscript> {
  return new Set([...result, ...factors.flatMap(({ subscripts }) => subscripts)]);
}

/** A factor without the axes that nothing else needs. */
function summed({ x, subscripts }: Factor, others: readonly Factor[], equation: Equation): Factor {
  const needed = neededBy(others, equation);
  const axes = subscripts.flatMap((each, axis) => (needed.has(each) ? [] : [axis]));
  return { x: sum(x, axes), subscripts: subscripts.filter((each) => needed.has(each)) };
}

// Named dimensions have no number yet: about what a batch is.
const usualSize = 32;

function cheapestPair(
  factors: readonly Factor[],
  sizes: ReadonlyMap<Subscript, Size>,
): readonly [number, number] {
  let best: readonly [number, number] = [0, 1];
  let least = Infinity;
  factors.forEach((a, one) => {
    factors.slice(one + 1).forEach((b, offset) => {
      const all = [...new Set([...a.subscripts, ...b.subscripts])];
      const operations = all.reduce((product, each) => {
        const size = sizes.get(each) ?? 1;
        return product * (typeof size === 'number' ? size : usualSize);
      }, 1);
      if (operations >= least) return;
      least = operations;
      best = [one, one + 1 + offset];
    });
  });
  return best;
}

function multiply(a: Factor, b: Factor, needed: ReadonlySet<Subscript>): Factor {
  const shared = a.subscripts.filter((each) => b.subscripts.includes(each));
  const batch = shared.filter((each) => needed.has(each));
  const contracted = shared.filter((each) => !needed.has(each));
  const freeLeft = a.subscripts.filter((each) => !shared.includes(each));
  const freeRight = b.subscripts.filter((each) => !shared.includes(each));
  const axes = {
    batchLeft: batch.map((each) => a.subscripts.indexOf(each)),
    batchRight: batch.map((each) => b.subscripts.indexOf(each)),
    contractLeft: contracted.map((each) => a.subscripts.indexOf(each)),
    contractRight: contracted.map((each) => b.subscripts.indexOf(each)),
  };
  const isPlain = contracted.length === 0 || freeLeft.length + freeRight.length === 0;
  return {
    x: isPlain ? productsSummed(a.x, b.x, axes) : contraction(a.x, b.x, axes),
    subscripts: [...batch, ...freeLeft, ...freeRight],
  };
}

function inOrder({ x, subscripts }: Factor, result: readonly Subscript[]): Tensor {
  return transpose(
    x,
    result.map((each) => subscripts.indexOf(each)),
  );
}
