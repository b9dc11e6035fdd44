// Contraction: sums of products over paired axes, batch axes alongside (XLA's dot_general). Matrix products and
// their gradients are all this one op; kernels keep it whole. Integers are multiplied and summed elementwise.
import { isFloat } from '../ir/dtype.ts';
import type { ContractionAxes } from '../ir/lowering.ts';
import { demand, makeNode, type Attributes, type Op, type Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import {
  concreteShape,
  printShape,
  printSize,
  shapesEqual,
  sizesEqual,
  type Shape,
  type Size,
} from '../ir/size.ts';
import type { EqualDType, WithDType } from '../ir/types/broadcast.ts';
import type { MatrixProduct } from '../ir/types/contraction.ts';
import type { Checked, Result } from '../ir/types/sentence.ts';
import { flatten, forEachIndex, stridesOf, tabulate } from '../ir/value.ts';
import { mul } from './arithmetic.ts';
import { broadcastAlong, broadcastShapes, broadcastTo } from './broadcast.ts';
import { dtypeMismatch, normaliseAxes, requireTensors, shapeMismatch } from './mismatch.ts';
import { transpose } from './movement.ts';
import { sum } from './reduce.ts';
import { reshape } from './reshape.ts';

interface ContractionAttributes extends Attributes, ContractionAxes {
  readonly batchLeft: readonly number[];
  readonly batchRight: readonly number[];
  readonly contractLeft: readonly number[];
  readonly contractRight: readonly number[];
}

/** The axes of an operand that are neither batch nor contracted, in order. */
export function freeAxes(
  rank: number,
  batch: readonly number[],
  contracted: readonly number[],
): readonly number[] {
  return Array.from({ length: rank }, (_, axis) => axis).filter(
    (axis) => !batch.includes(axis) && !contracted.includes(axis),
  );
}

function sizesAt(x: Tensor, axes: readonly number[]): Shape {
  return axes.map((axis) => x.shape[axis] ?? 1);
}

function operands(inputs: readonly Tensor[]): { left: Tensor; right: Tensor } {
  const [left, right] = inputs;
  if (left === undefined || right === undefined) throw new TypeError('a contraction takes two inputs');
  return { left, right };
}

export const contractionOp: Op<ContractionAttributes> = {
  name: 'contraction',
  arity: 2,
  shape: (inputs, attrs) => {
    const { left, right } = operands(inputs);
    const pairs = [
      [attrs.batchLeft, attrs.batchRight],
      [attrs.contractLeft, attrs.contractRight],
    ] as const;
    const fits = pairs.every(
      ([ofLeft, ofRight]) =>
        ofLeft.length === ofRight.length && shapesEqual(sizesAt(left, ofLeft), sizesAt(right, ofRight)),
    );
    demand('contraction', fits, 'pairs axes of one size');
    return [
      ...sizesAt(left, attrs.batchLeft),
      ...sizesAt(left, freeAxes(left.shape.length, attrs.batchLeft, attrs.contractLeft)),
      ...sizesAt(right, freeAxes(right.shape.length, attrs.batchRight, attrs.contractRight)),
    ];
  },
  dtype: (inputs) => {
    const { left, right } = operands(inputs);
    demand('contraction', isFloat(left.dtype) && left.dtype === right.dtype, 'takes floats of one dtype');
    return left.dtype;
  },
  vjp: ({ inputs, attrs, cotangent }) => {
    const { left, right } = operands(inputs);
    const batch = attrs.batchLeft.length;
    const leftFree = freeAxes(left.shape.length, attrs.batchLeft, attrs.contractLeft);
    const rightFree = freeAxes(right.shape.length, attrs.batchRight, attrs.contractRight);
    const batchAxes = attrs.batchLeft.map((_, axis) => axis);
    const cotangentLeft = leftFree.map((_, axis) => batch + axis);
    const cotangentRight = rightFree.map((_, axis) => batch + leftFree.length + axis);
    // The result of each has the batch axes, its operand's free axes, then the contracted axes in the order in which
    // the other operand stores them.
    const forLeft = contract(cotangent, right, {
      batchLeft: batchAxes,
      batchRight: attrs.batchRight,
      contractLeft: cotangentRight,
      contractRight: rightFree,
    });
    const forRight = contract(cotangent, left, {
      batchLeft: batchAxes,
      batchRight: attrs.batchLeft,
      contractLeft: cotangentLeft,
      contractRight: leftFree,
    });
    return [
      restoreOrder(forLeft, attrs.batchLeft, leftFree, pairedOrder(attrs.contractRight, attrs.contractLeft)),
      restoreOrder(
        forRight,
        attrs.batchRight,
        rightFree,
        pairedOrder(attrs.contractLeft, attrs.contractRight),
      ),
    ];
  },
  evaluate: ([left, right], attrs, node) => {
    if (left === undefined || right === undefined) throw new TypeError('a contraction takes two inputs');
    const leftFree = freeAxes(left.shape.length, attrs.batchLeft, attrs.contractLeft);
    const rightFree = freeAxes(right.shape.length, attrs.batchRight, attrs.contractRight);
    const batch = attrs.batchLeft.length;
    const leftStrides = stridesOf(left.shape);
    const rightStrides = stridesOf(right.shape);
    const contracted = attrs.contractLeft.map((axis) => left.shape[axis] ?? 1);
    const leftIndex = left.shape.map(() => 0);
    const rightIndex = right.shape.map(() => 0);
    return tabulate(concreteShape(node.shape), node.dtype, (index) => {
      attrs.batchLeft.forEach((axis, position) => (leftIndex[axis] = index[position] ?? 0));
      attrs.batchRight.forEach((axis, position) => (rightIndex[axis] = index[position] ?? 0));
      leftFree.forEach((axis, position) => (leftIndex[axis] = index[batch + position] ?? 0));
      rightFree.forEach(
        (axis, position) => (rightIndex[axis] = index[batch + leftFree.length + position] ?? 0),
      );
      let total = 0;
      forEachIndex(contracted, (k) => {
        attrs.contractLeft.forEach((axis, position) => (leftIndex[axis] = k[position] ?? 0));
        attrs.contractRight.forEach((axis, position) => (rightIndex[axis] = k[position] ?? 0));
        total +=
          (left.data[flatten(leftIndex, leftStrides)] ?? 0) *
          (right.data[flatten(rightIndex, rightStrides)] ?? 0);
      });
      return total;
    });
  },
  lowering: { kind: 'contraction', axes: (attrs) => attrs },
  printAttributes: ({ batchLeft, batchRight, contractLeft, contractRight }) =>
    [
      ...printPairs('batch', batchLeft, batchRight),
      ...printPairs('contract', contractLeft, contractRight),
    ].join(' '),
};

/** `contract 1×0`: the paired axes of left and right. */
function printPairs(what: string, left: readonly number[], right: readonly number[]): readonly string[] {
  const pairs = left.map((axis, position) => `${axis}×${right[position] ?? '?'}`);
  return pairs.length === 0 ? [] : [`${what} ${pairs.join(', ')}`];
}

/** The axes `paired` in the order in which their partners `by` are stored. */
function pairedOrder(by: readonly number[], paired: readonly number[]): readonly number[] {
  const order = by.map((axis, position) => ({ axis, paired: paired[position] ?? 0 }));
  return order.toSorted((a, b) => a.axis - b.axis).map((each) => each.paired);
}

/** Puts axes that stand as (batch, free, contracted) back to where the operand has them. */
function restoreOrder(
  x: Tensor,
  batch: readonly number[],
  free: readonly number[],
  contracted: readonly number[],
): Tensor {
  const stored = [...batch, ...free, ...contracted];
  return transpose(
    x,
    stored.map((_, axis) => stored.indexOf(axis)),
  );
}

/**
 * `out[b, i, j] = Σₖ left[b, i, k] · right[b, k, j]`: sums of products over paired axes (XLA's and JAX's
 * `dot_general`). Axes of the result: batch, free axes of left, free axes of right. Sums of i32 wrap at 32 bits.
 * @throws {ShapeError} `E_SHAPE_MISMATCH` when paired axes differ in size
 * @throws {DTypeError} `E_DTYPE_MISMATCH` when the operands are not numbers of one dtype
 */
export function contract<A extends Tensor, B extends Tensor>(
  left: A,
  right: Checked<B, WithDType<Size[], EqualDType<A['dtype'], B['dtype']>>>,
  axes: ContractionAxes,
): Result<WithDType<Size[], EqualDType<A['dtype'], B['dtype']>>>;
export function contract(left: Tensor, right: Tensor, axes: ContractionAxes): Tensor {
  requireTensors('contract', left, right);
  checkContraction('contract', left, right, axes);
  return contraction(left, right, axes);
}

/** The contraction of operands that have been checked. */
export function contraction(left: Tensor, right: Tensor, axes: ContractionAxes): Tensor {
  if (left.dtype === 'i32') return productsSummed(left, right, axes);
  const { batchLeft, batchRight, contractLeft, contractRight } = axes;
  return makeNode(contractionOp, [left, right], { batchLeft, batchRight, contractLeft, contractRight });
}

/**
 * A contraction as an elementwise product and a sum: for integers, and where nothing is free or nothing contracted, so
 * that tiles have nothing to gain.
 */
export function productsSummed(left: Tensor, right: Tensor, axes: ContractionAxes): Tensor {
  const { batchLeft, batchRight, contractLeft, contractRight } = axes;
  const leftFree = freeAxes(left.shape.length, batchLeft, contractLeft);
  const rightFree = freeAxes(right.shape.length, batchRight, contractRight);
  const batch = batchLeft.map((_, axis) => axis);
  const rowAxes = leftFree.map((_, position) => batch.length + position);
  const columnAxes = rightFree.map((_, position) => batch.length + leftFree.length + position);
  const rank = batch.length + rowAxes.length + columnAxes.length;
  const contracted = contractLeft.map((_, position) => rank + position);
  const shape = [
    ...sizesAt(left, [...batchLeft, ...leftFree]),
    ...sizesAt(right, rightFree),
    ...sizesAt(left, contractLeft),
  ];
  const rows = transpose(left, [...batchLeft, ...leftFree, ...contractLeft]);
  const columns = transpose(right, [...batchRight, ...rightFree, ...contractRight]);
  const products = mul(
    broadcastAlong(rows, shape, [...batch, ...rowAxes, ...contracted]),
    broadcastAlong(columns, shape, [...batch, ...columnAxes, ...contracted]),
  );
  return sum(products, contracted);
}

export function checkContraction(
  operation: string,
  left: Tensor,
  right: Tensor,
  axes: ContractionAxes,
  // What the user passed, before vectors were promoted and leading axes broadcast.
  given: readonly [left: Tensor, right: Tensor] = [left, right],
): void {
  if (left.dtype !== right.dtype || left.dtype === 'bool') {
    throw dtypeMismatch({
      operation,
      problem: `${left.dtype} by ${right.dtype}`,
      expectation: 'takes two tensors of numbers of one dtype',
      operands: given,
    });
  }
  normaliseAxes(operation, left, [...axes.batchLeft, ...axes.contractLeft]);
  normaliseAxes(operation, right, [...axes.batchRight, ...axes.contractRight]);
  const pairs = [
    ...pairUp(axes.batchLeft, axes.batchRight),
    ...pairUp(axes.contractLeft, axes.contractRight),
  ];
  for (const [axis, other] of pairs) {
    const leftSize = axis === undefined ? undefined : left.shape[axis];
    const rightSize = other === undefined ? undefined : right.shape[other];
    if (leftSize !== undefined && rightSize !== undefined && sizesEqual(leftSize, rightSize)) continue;
    const [onLeft, onRight] = [leftSize, rightSize].map((size) =>
      size === undefined ? 'nothing' : printSize(size),
    );
    throw shapeMismatch({
      code: 'E_SHAPE_MISMATCH',
      operation,
      problem: `${given.map((each) => printShape(each.shape)).join(' by ')}: the left has ${onLeft ?? ''} where the right has ${onRight ?? ''}`,
      expectation: `pairs axis ${axis ?? '?'} of the left with axis ${other ?? '?'} of the right`,
      operands: given,
    });
  }
}

/** Axes of left with their partners; an axis without one is paired with undefined. */
function pairUp(
  left: readonly number[],
  right: readonly number[],
): readonly (readonly [number | undefined, number | undefined])[] {
  return Array.from({ length: Math.max(left.length, right.length) }, (_, position) => [
    left[position],
    right[position],
  ]);
}

/**
 * Matrix product with PyTorch's `matmul` rules: vectors are promoted and the added axis removed, leading axes
 * broadcast: `[…, n, k]` by `[…, k, m]` is `[…, n, m]`.
 * @throws {ShapeError} `E_SHAPE_MISMATCH` when the inner sizes differ or leading axes do not broadcast, `E_RANK` for
 * scalars
 * @throws {DTypeError} `E_DTYPE_MISMATCH` when the operands are not numbers of one dtype
 */
export function matmul<A extends Tensor, B extends Tensor>(
  a: A,
  b: Checked<B, MatrixProduct<A, B>>,
): Result<MatrixProduct<A, B>>;
export function matmul(a: Tensor, b: Tensor): Tensor {
  requireTensors('matmul', a, b);
  return composite('matmul', () => {
    if (a.shape.length === 0 || b.shape.length === 0) {
      throw shapeMismatch({
        code: 'E_RANK',
        operation: 'matmul',
        problem: 'a scalar is not a matrix',
        expectation: 'takes tensors of rank 1 or more; use mul for scalars',
        operands: [a, b],
      });
    }
    if (a.shape.length === 1 && b.shape.length === 1) {
      const axes = { batchLeft: [], batchRight: [], contractLeft: [0], contractRight: [0] };
      checkContraction('matmul', a, b, axes);
      return productsSummed(a, b, axes);
    }
    const left = a.shape.length === 1 ? reshape(a, [1, ...a.shape]) : a;
    const right = b.shape.length === 1 ? reshape(b, [...b.shape, 1]) : b;
    const product = multiplyMatrices(left, right, [a, b]);
    const dropped = [
      ...(a.shape.length === 1 ? [product.shape.length - 2] : []),
      ...(b.shape.length === 1 ? [product.shape.length - 1] : []),
    ];
    return reshape(
      product,
      product.shape.filter((_, axis) => !dropped.includes(axis)),
    );
  });
}

function multiplyMatrices(left: Tensor, right: Tensor, given: readonly [Tensor, Tensor]): Tensor {
  const leftRank = left.shape.length;
  const rightRank = right.shape.length;
  const inner = { contractLeft: [leftRank - 1], contractRight: [rightRank - 2] };
  if (rightRank === 2) {
    const axes = { batchLeft: [], batchRight: [], ...inner };
    checkContraction('matmul', left, right, axes, given);
    return contraction(left, right, axes);
  }
  const batch = broadcastShapes(left.shape.slice(0, -2), right.shape.slice(0, -2));
  if (batch === undefined) {
    throw shapeMismatch({
      code: 'E_SHAPE_MISMATCH',
      operation: 'matmul',
      problem: `leading axes of ${given.map((each) => printShape(each.shape)).join(' and ')} do not broadcast`,
      expectation: 'multiplies the last two axes and broadcasts the others',
      operands: given,
    });
  }
  const axes = batch.map((_, axis) => axis);
  const wideLeft = broadcastTo(left, [...batch, ...left.shape.slice(-2)]);
  const wideRight = broadcastTo(right, [...batch, ...right.shape.slice(-2)]);
  const all = {
    batchLeft: axes,
    batchRight: axes,
    contractLeft: [batch.length + 1],
    contractRight: [batch.length],
  };
  checkContraction('matmul', wideLeft, wideRight, all, given);
  return contraction(wideLeft, wideRight, all);
}
