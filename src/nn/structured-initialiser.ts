// Initialisers with a structure: identities, and mostly zeros (as PyTorch's `nn.init`).
import { ShapeError } from '../ir/errors.ts';
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import { printShape, type Shape } from '../ir/size.ts';
import { equal, less, logicalAnd, logicalOr, mul } from '../ops/arithmetic.ts';
import { constant } from '../ops/leaf.ts';
import { iota, randomNormal, randomUniform } from '../ops/random.ts';
import { sum } from '../ops/reduce.ts';
import { reshape } from '../ops/reshape.ts';
import { cast, where } from '../ops/select.ts';
import { initialStream, type Initialiser } from './initialiser.ts';
import { badOption, checkNames, checkOption, fraction, nonNegative, positiveWhole } from '../ops/option.ts';

/** Sizes of a shape of `ranks` axes. @throws {ShapeError} `E_RANK` */
function sizesOf(call: string, shape: Shape, ranks: readonly number[]): readonly number[] {
  const sizes = shape.filter((size) => typeof size === 'number');
  if (sizes.length === shape.length && ranks.includes(shape.length)) return sizes;
  throw new ShapeError(
    'E_RANK',
    `${call}: takes ${ranks.join(' or ')} axes with sizes that are numbers, not ${printShape(shape)}`,
  );
}

/** Positions along one axis, in a shape that broadcasts along the others. */
function along(positions: Tensor, rank: number, axis: number): Tensor {
  return reshape(
    positions,
    Array.from({ length: rank }, (_, each) => (each === axis ? (positions.shape[0] ?? 1) : 1)),
  );
}

/**
 * `w[i, j] = i = j ? 1 : 0`: 1 on the diagonal of a matrix, 0 elsewhere: a linear layer that passes on what it gets.
 * As PyTorch's `eye_`. When it is applied it throws {@link ShapeError} `E_RANK` for what is no matrix.
 */
export const identityInit: Initialiser = (shape) => {
  const [rows = 0, columns = 0] = sizesOf('identityInit', shape, [2]);
  return composite('identityInit', () =>
    cast(equal(along(iota(rows), 2, 0), along(iota(columns), 2, 1)), 'f32'),
  );
};

/** Options of {@link dirac}. */
export interface DiracOptions {
  /** Groups of the convolution, default 1. */
  readonly groups?: number;
}

/**
 * A convolution that passes on its channels, as many as it has outputs in a group: 1 in the middle of the window where
 * output and input channel agree. For weights `[out, in, …]` with one to three window axes. As PyTorch's `dirac_`.
 * @throws {DeclarationError} `E_OPTION` unless `groups` is a whole number of at least 1; when it is applied, also unless it
 * divides the outputs; {@link ShapeError} `E_RANK`
 */
export function dirac(options: DiracOptions = {}): Initialiser {
  checkNames('dirac', options, ['groups']);
  const { groups = 1 } = options;
  checkOption('dirac', 'groups', groups, positiveWhole);
  return (shape) => {
    const [outputs = 0, inputs = 0, ...window] = sizesOf('dirac', shape, [3, 4, 5]);
    if (outputs % groups !== 0) {
      throw badOption('dirac', `groups is ${groups}`, `has to divide the ${outputs} outputs`);
    }
    return composite('dirac', () => {
      const rank = shape.length;
      const perGroup = outputs / groups;
      const channels = Array.from({ length: outputs }, (_, output) => output % perGroup);
      const passes = equal(
        along(constant(channels, [outputs], 'i32'), rank, 0),
        along(iota(inputs), rank, 1),
      );
      const isMiddle = window.map((size, axis) =>
        equal(along(iota(size), rank, axis + 2), Math.floor(size / 2)),
      );
      return cast(
        isMiddle.reduce<Tensor>((all, each) => logicalAnd(all, each), passes),
        'f32',
      );
    });
  };
}

/** Options of {@link sparse}. */
export interface SparseOptions {
  /** The part of each column that is 0. */
  readonly sparsity: number;
  /** Standard deviation of the others, default 0.01. */
  readonly std?: number;
}

/**
 * Normal numbers, of which `⌈sparsity · rows⌉` in each column are 0, at random places (Martens 2010). As PyTorch's
 * `sparse_`.
 * @throws {DeclarationError} `E_OPTION` for options out of range; when it is applied, {@link ShapeError} `E_RANK` for what
 * is no matrix
 */
export function sparse(options: SparseOptions): Initialiser {
  checkNames('sparse', options, ['sparsity', 'std']);
  const { sparsity, std = 0.01 } = options;
  checkOption('sparse', 'sparsity', sparsity, fraction);
  checkOption('sparse', 'std', std, nonNegative);
  return (shape, context) => {
    const [rows = 0, columns = 0] = sizesOf('sparse', shape, [2]);
    return composite('sparse', () => {
      const stream = initialStream(context);
      const zeros = Math.ceil(sparsity * rows);
      const keys = randomUniform([rows, columns], { ...stream, name: `${stream.name ?? ''}.order` });
      const [each, other] = [reshape(keys, [rows, 1, columns]), reshape(keys, [1, rows, columns])];
      // How many keys of the column come before this one; equal ones are told apart by their rows.
      const isEarlier = less(along(iota(rows), 3, 1), along(iota(rows), 3, 0));
      const precedes = logicalOr(less(other, each), logicalAnd(equal(other, each), isEarlier));
      const rank = sum(cast(precedes, 'i32'), 1);
      return where(less(rank, zeros), 0, mul(randomNormal([rows, columns], stream), std));
    });
  };
}
