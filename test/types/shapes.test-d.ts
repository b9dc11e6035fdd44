import {
  accuracy,
  add,
  argmax,
  broadcastTo,
  cast,
  concat,
  constant,
  contract,
  crossEntropy,
  dim,
  div,
  equal,
  exp,
  expandDims,
  filled,
  flatten,
  flip,
  gather,
  grad,
  huber,
  input,
  iota,
  isNaN,
  leakyRelu,
  less,
  logicalAnd,
  matmul,
  max,
  mean,
  mse,
  nll,
  oneHot,
  pad,
  randomUniform,
  relu,
  reshape,
  scalar,
  scatterAdd,
  slice,
  softmax,
  squeeze,
  stack,
  stepCounter,
  sum,
  transpose,
  variance,
  where,
  type DType,
  type Dim,
  type Shape,
  type Size,
  type Tensor,
} from 'tapeless';
import { expectTypeOf, test } from 'vitest';
import type { Difference, Product, Quotient, Sum } from '../../src/ir/types/decimal.ts';

type Batch = Dim<'batch'>;

const batch = dim('batch');
const x = input('x', [batch, 3]);
const images = input('images', [batch, 28, 28]);
const four = input('four', [4]);
const labels = input('labels', [batch], 'i32');
const integers = input('integers', [3], 'i32');
declare const anyTensor: Tensor;
declare const someNumber: number;
declare const oneOfTwo: Tensor<[3], 'f32'> | Tensor<[4], 'f32'>;

test('input infers literal and named sizes as a tuple, f32 unless told otherwise', () => {
  expectTypeOf(x).toEqualTypeOf<Tensor<[Batch, 3], 'f32'>>();
  expectTypeOf(labels).toEqualTypeOf<Tensor<[Batch], 'i32'>>();
  const shape = [2, 3] as const;
  expectTypeOf(input('fixed', shape)).toEqualTypeOf<Tensor<[2, 3], 'f32'>>();
  expectTypeOf(input('wide', [someNumber, 3])).toEqualTypeOf<Tensor<[number, 3], 'f32'>>();
});

test('constants, random numbers and counters have the types that they are declared with', () => {
  expectTypeOf(constant([1, 2], [2])).toEqualTypeOf<Tensor<[2], 'f32'>>();
  expectTypeOf(constant([1, 2], [2, 1], 'i32')).toEqualTypeOf<Tensor<[2, 1], 'i32'>>();
  expectTypeOf(scalar(1)).toEqualTypeOf<Tensor<[], 'f32'>>();
  expectTypeOf(randomUniform([batch, 3])).toEqualTypeOf<Tensor<[Batch, 3], 'f32'>>();
  expectTypeOf(filled([2], 1, 'f64')).toEqualTypeOf<Tensor<[2], 'f64'>>();
  expectTypeOf(iota(5)).toEqualTypeOf<Tensor<[5], 'i32'>>();
  expectTypeOf(stepCounter()).toEqualTypeOf<Tensor<[], 'i32'>>();
});

test('elementwise functions broadcast literal and named sizes', () => {
  expectTypeOf(add(x, input('bias', [3]))).toEqualTypeOf<Tensor<[Batch, 3], 'f32'>>();
  expectTypeOf(add(input('a', [batch, 1, 3]), input('b', [5, 1]))).toEqualTypeOf<
    Tensor<[Batch, 5, 3], 'f32'>
  >();
  expectTypeOf(add(input('a', []), x)).toEqualTypeOf<Tensor<[Batch, 3], 'f32'>>();
  // @ts-expect-error sizes 3 and 4
  add(x, four);
  // @ts-expect-error sizes batch and time
  add(x, input('z', [dim('time'), 3]));
  // @ts-expect-error sizes batch and 5
  add(x, input('z', [5, 3]));
});

test('numbers are scalars of the other operand’s dtype', () => {
  expectTypeOf(add(x, 1)).toEqualTypeOf<Tensor<[Batch, 3], 'f32'>>();
  expectTypeOf(add(1, integers)).toEqualTypeOf<Tensor<[3], 'i32'>>();
  expectTypeOf(add(1, 2)).toEqualTypeOf<Tensor<[], 'f32'>>();
});

test('unknown sizes and ranks take what the other operand knows', () => {
  expectTypeOf(add(x, input('wide', [someNumber, 3]))).toEqualTypeOf<Tensor<[Batch, 3], 'f32'>>();
  expectTypeOf(add(input('one', [1]), input('wide', [someNumber]))).toEqualTypeOf<Tensor<[number], 'f32'>>();
  expectTypeOf(add(x, anyTensor)).toEqualTypeOf<Tensor<[...Size[], Batch, 3], 'f32'>>();
  expectTypeOf(add(anyTensor, anyTensor)).toEqualTypeOf<Tensor<Size[], DType>>();
});

test('a union of tensors is refused only where every member is', () => {
  expectTypeOf(add(input('a', [3]), oneOfTwo)).toEqualTypeOf<Tensor<[3], 'f32'>>();
  // @ts-expect-error neither 3 nor 4 is 5
  add(input('a', [5]), oneOfTwo);
});

test('operands have one dtype, which the function takes', () => {
  expectTypeOf(isNaN(x)).toEqualTypeOf<Tensor<[Batch, 3], 'bool'>>();
  // @ts-expect-error f32 and i32
  add(x, integers);
  // @ts-expect-error division is of floats
  div(integers, integers);
  // @ts-expect-error booleans do not add
  add(less(x, 0), 1);
  expectTypeOf(less(x, 0)).toEqualTypeOf<Tensor<[Batch, 3], 'bool'>>();
  expectTypeOf(equal(labels, 1)).toEqualTypeOf<Tensor<[Batch], 'bool'>>();
  expectTypeOf(logicalAnd(less(x, 0), less(x, 1))).toEqualTypeOf<Tensor<[Batch, 3], 'bool'>>();
  // @ts-expect-error shapes of comparisons broadcast too
  less(x, four);
  expectTypeOf(cast(integers, 'f32')).toEqualTypeOf<Tensor<[3], 'f32'>>();
});

test('where broadcasts its condition with both sides', () => {
  expectTypeOf(where(less(x, 0), x, 0)).toEqualTypeOf<Tensor<[Batch, 3], 'f32'>>();
  // @ts-expect-error the condition is f32
  where(x, x, 0);
  // @ts-expect-error sizes 3 and 4
  where(less(x, 0), four, 0);
});

test('functions of one tensor keep its type, in generic functions too', () => {
  expectTypeOf(exp(x)).toEqualTypeOf<Tensor<[Batch, 3], 'f32'>>();
  expectTypeOf(exp(anyTensor)).toEqualTypeOf<Tensor>();
  expectTypeOf(relu(x)).toEqualTypeOf<Tensor<[Batch, 3], 'f32'>>();
  expectTypeOf(leakyRelu(x, 0.1)).toEqualTypeOf<Tensor<[Batch, 3], 'f32'>>();
  const twice = <S extends Shape>(of: Tensor<S, 'f32'>): Tensor<S, 'f32'> => exp(relu(of));
  expectTypeOf(twice(x)).toEqualTypeOf<Tensor<[Batch, 3], 'f32'>>();
  // @ts-expect-error exp takes floats
  exp(integers);
  // @ts-expect-error relu takes numbers
  relu(less(x, 0));
});

test('matmul follows PyTorch for vectors, matrices and batches', () => {
  expectTypeOf(matmul(x, input('w', [3, 10]))).toEqualTypeOf<Tensor<[Batch, 10], 'f32'>>();
  expectTypeOf(matmul(four, four)).toEqualTypeOf<Tensor<[], 'f32'>>();
  expectTypeOf(matmul(input('v', [3]), input('w', [3, 10]))).toEqualTypeOf<Tensor<[10], 'f32'>>();
  expectTypeOf(matmul(x, input('v', [3]))).toEqualTypeOf<Tensor<[Batch], 'f32'>>();
  expectTypeOf(matmul(images, input('w', [28, 5]))).toEqualTypeOf<Tensor<[Batch, 28, 5], 'f32'>>();
  expectTypeOf(matmul(input('a', [7, 1, 2, 3]), input('b', [4, 3, 5]))).toEqualTypeOf<
    Tensor<[7, 4, 2, 5], 'f32'>
  >();
  expectTypeOf(matmul(anyTensor, x)).toEqualTypeOf<Tensor<Size[], 'f32'>>();
  const transposed = { batchLeft: [], batchRight: [], contractLeft: [1], contractRight: [1] };
  expectTypeOf(contract(x, input('w', [10, 3]), transposed)).toEqualTypeOf<Tensor<Size[], 'f32'>>();
  // @ts-expect-error f32 and f64
  contract(x, input('w', [10, 3], 'f64'), transposed);
  // @ts-expect-error inner sizes 3 and 4
  matmul(x, input('w', [4, 10]));
  // @ts-expect-error batches 2 and 3
  matmul(input('a', [2, 4, 4]), input('b', [3, 4, 4]));
  // @ts-expect-error the operand is a scalar
  matmul(x, input('s', []));
});

test('reductions drop literal axes from either end, or keep them with size 1', () => {
  expectTypeOf(sum(images)).toEqualTypeOf<Tensor<[], 'f32'>>();
  expectTypeOf(sum(images, 1)).toEqualTypeOf<Tensor<[Batch, 28], 'f32'>>();
  expectTypeOf(sum(images, [-1, 0])).toEqualTypeOf<Tensor<[28], 'f32'>>();
  expectTypeOf(sum(images, 1, { keepdims: true })).toEqualTypeOf<Tensor<[Batch, 1, 28], 'f32'>>();
  expectTypeOf(sum(x, undefined, { keepdims: true })).toEqualTypeOf<Tensor<[1, 1], 'f32'>>();
  expectTypeOf(sum(x, someNumber)).toEqualTypeOf<Tensor<Size[], 'f32'>>();
  expectTypeOf(sum(x, someNumber, { keepdims: true })).toEqualTypeOf<Tensor<[Size, Size], 'f32'>>();
  expectTypeOf(sum(anyTensor, 0)).toEqualTypeOf<Tensor<Size[]>>();
  expectTypeOf(argmax(x, -1)).toEqualTypeOf<Tensor<[Batch], 'i32'>>();
  expectTypeOf(argmax(x)).toEqualTypeOf<Tensor<[], 'i32'>>();
  expectTypeOf(argmax(x, 1, { keepdims: true })).toEqualTypeOf<Tensor<[Batch, 1], 'i32'>>();
  // @ts-expect-error there is no axis 2
  sum(x, 2);
  // @ts-expect-error there is no axis -3
  argmax(x, -3);
  expectTypeOf(variance(x, 0, { correction: 0, keepdims: true })).toEqualTypeOf<Tensor<[1, 3], 'f32'>>();
  expectTypeOf(max(integers)).toEqualTypeOf<Tensor<[], 'i32'>>();
  // @ts-expect-error axis 0 twice
  sum(x, [0, -2]);
  expectTypeOf(sum(less(x, 0), 1)).toEqualTypeOf<Tensor<[Batch], 'i32'>>();
  // @ts-expect-error a mean is of floats
  mean(integers);
});

test('softmax and flip keep the type and check their axes', () => {
  expectTypeOf(softmax(x)).toEqualTypeOf<Tensor<[Batch, 3], 'f32'>>();
  expectTypeOf(softmax(x, 0)).toEqualTypeOf<Tensor<[Batch, 3], 'f32'>>();
  expectTypeOf(flip(x, [0, 1])).toEqualTypeOf<Tensor<[Batch, 3], 'f32'>>();
  // @ts-expect-error there is no axis 2
  softmax(x, 2);
});

test('reshape counts literal elements, cancels names, and computes -1', () => {
  expectTypeOf(reshape(images, [batch, -1])).toEqualTypeOf<Tensor<[Batch, 784], 'f32'>>();
  expectTypeOf(reshape(images, [-1, 784])).toEqualTypeOf<Tensor<[Batch, 784], 'f32'>>();
  expectTypeOf(reshape(images, [batch, 784])).toEqualTypeOf<Tensor<[Batch, 784], 'f32'>>();
  expectTypeOf(reshape(input('a', [12]), [2, -1])).toEqualTypeOf<Tensor<[2, 6], 'f32'>>();
  expectTypeOf(reshape(images, [-1])).toEqualTypeOf<Tensor<[Size], 'f32'>>();
  expectTypeOf(reshape(x, [dim('time'), 3])).toEqualTypeOf<Tensor<[Dim<'time'>, 3], 'f32'>>();
  expectTypeOf(reshape(x, [someNumber, 3])).toEqualTypeOf<Tensor<[number, 3], 'f32'>>();
  expectTypeOf(reshape(anyTensor, [2, -1])).toEqualTypeOf<Tensor<[2, Size]>>();
  expectTypeOf(flatten(images)).toEqualTypeOf<Tensor<[Batch, 784], 'f32'>>();
  expectTypeOf(flatten(input('a', [2, 3, 4]), 0, 1)).toEqualTypeOf<Tensor<[6, 4], 'f32'>>();
  expectTypeOf(flatten(images, 0)).toEqualTypeOf<Tensor<[Size], 'f32'>>();
  expectTypeOf(flatten(input('a', [1, batch, 3]), 0, 1)).toEqualTypeOf<Tensor<[Batch, 3], 'f32'>>();
  expectTypeOf(flatten(input('s', []))).toEqualTypeOf<Tensor<[1], 'f32'>>();
  expectTypeOf(flatten(anyTensor)).toEqualTypeOf<Tensor<Size[]>>();
  // @ts-expect-error there is no axis 2
  flatten(x, 2);
  // @ts-expect-error 3·batch and 4·batch
  reshape(x, [batch, 4]);
  // @ts-expect-error 3 does not divide 4
  reshape(four, [3, -1]);
  // @ts-expect-error one -1 at most
  reshape(four, [-1, -1]);
});

test('axes are permuted, inserted and dropped', () => {
  expectTypeOf(transpose(images)).toEqualTypeOf<Tensor<[28, 28, Batch], 'f32'>>();
  expectTypeOf(transpose(input('a', [2, 3, 4]), [0, -1, 1])).toEqualTypeOf<Tensor<[2, 4, 3], 'f32'>>();
  expectTypeOf(expandDims(x, -1)).toEqualTypeOf<Tensor<[Batch, 3, 1], 'f32'>>();
  expectTypeOf(expandDims(x, 0)).toEqualTypeOf<Tensor<[1, Batch, 3], 'f32'>>();
  expectTypeOf(squeeze(input('a', [batch, 1, 3]))).toEqualTypeOf<Tensor<[Batch, 3], 'f32'>>();
  expectTypeOf(squeeze(input('a', [1, 1, 3]), -2)).toEqualTypeOf<Tensor<[1, 3], 'f32'>>();
  expectTypeOf(squeeze(input('a', [someNumber, 3]))).toEqualTypeOf<Tensor<Size[], 'f32'>>();
  // @ts-expect-error two axes, one given
  transpose(x, [0]);
  // @ts-expect-error axis 0 twice
  transpose(x, [0, 0]);
  // @ts-expect-error axis 3 of a result of 3 axes
  expandDims(x, 3);
  // @ts-expect-error axis 1 has size 3
  squeeze(x, 1);
});

test('elements are repeated, joined, cut and gathered', () => {
  expectTypeOf(broadcastTo(four, [batch, 4])).toEqualTypeOf<Tensor<[Batch, 4], 'f32'>>();
  expectTypeOf(concat([x, x], 1)).toEqualTypeOf<Tensor<[Batch, 6], 'f32'>>();
  expectTypeOf(concat([x, x])).toEqualTypeOf<Tensor<[Size, 3], 'f32'>>();
  expectTypeOf(stack([x, x], 1)).toEqualTypeOf<Tensor<[Batch, 2, 3], 'f32'>>();
  expectTypeOf(slice(images, [null, { start: 3 }, { start: 2, stop: 10 }])).toEqualTypeOf<
    Tensor<[Batch, 25, 8], 'f32'>
  >();
  expectTypeOf(slice(four, [{ stop: 9 }])).toEqualTypeOf<Tensor<[4], 'f32'>>();
  expectTypeOf(slice(four, [{ stop: -1 }])).toEqualTypeOf<Tensor<[number], 'f32'>>();
  expectTypeOf(gather(anyTensor, labels, 0)).toEqualTypeOf<Tensor<[Batch]>>();
  expectTypeOf(gather(x, reshape(labels, [batch, 1]), 1)).toEqualTypeOf<Tensor<[Batch, 1], 'f32'>>();
  expectTypeOf(
    pad(x, [
      [0, 0],
      [1, 2],
    ]),
  ).toEqualTypeOf<Tensor<[Batch, 6], 'f32'>>();
  expectTypeOf(
    pad(x, [
      [1, 0],
      [0, 0],
    ]),
  ).toEqualTypeOf<Tensor<[Size, 3], 'f32'>>();
  expectTypeOf(scatterAdd(four, integers, input('u', [3]), 0)).toEqualTypeOf<Tensor<[4], 'f32'>>();
  expectTypeOf(oneHot(labels, 10)).toEqualTypeOf<Tensor<[Batch, 10], 'f32'>>();
  // @ts-expect-error sizes 3 and 4
  broadcastTo(x, [batch, 4]);
  // @ts-expect-error fewer axes
  broadcastTo(x, [3]);
  // @ts-expect-error sizes batch and 4
  concat([x, input('z', [4, 3])], 1);
  // @ts-expect-error shapes differ
  stack([x, four]);
  // @ts-expect-error three ranges for two axes
  slice(x, [null, null, null]);
  // @ts-expect-error widths for one axis of two
  pad(x, [[0, 0]]);
  scatterAdd(four, integers, four, 0);
  // @ts-expect-error two updates for three indices
  scatterAdd(four, integers, input('u', [2]), 0);
  // @ts-expect-error labels are i32
  oneHot(x, 10);
});

test('losses and metrics pair scores with labels or targets', () => {
  expectTypeOf(crossEntropy(x, labels)).toEqualTypeOf<Tensor<[], 'f32'>>();
  expectTypeOf(crossEntropy(x, x)).toEqualTypeOf<Tensor<[], 'f32'>>();
  expectTypeOf(crossEntropy(x, labels, { reduction: 'none' })).toEqualTypeOf<Tensor<[Batch], 'f32'>>();
  expectTypeOf(crossEntropy(images, input('y', [batch, 28], 'i32'))).toEqualTypeOf<Tensor<[], 'f32'>>();
  expectTypeOf(crossEntropy(four, input('y', [], 'i32'))).toEqualTypeOf<Tensor<[], 'f32'>>();
  expectTypeOf(mse(x, x)).toEqualTypeOf<Tensor<[], 'f32'>>();
  expectTypeOf(mse(x, x, { reduction: 'none' })).toEqualTypeOf<Tensor<[Batch, 3], 'f32'>>();
  expectTypeOf(accuracy(x, labels)).toEqualTypeOf<Tensor<[], 'f32'>>();
  expectTypeOf(crossEntropy(anyTensor, anyTensor)).toEqualTypeOf<Tensor<[]>>();
  expectTypeOf(nll(x, labels, { ignoreIndex: 2, reduction: 'sum' })).toEqualTypeOf<Tensor<[], 'f32'>>();
  expectTypeOf(huber(x, x, { delta: 2, reduction: 'none' })).toEqualTypeOf<Tensor<[Batch, 3], 'f32'>>();
  // @ts-expect-error labels are i32
  nll(x, x);
  // @ts-expect-error labels [3] for [batch, 3]
  crossEntropy(x, integers);
  // @ts-expect-error probabilities [4] for [batch, 3]
  crossEntropy(x, four);
  // @ts-expect-error labels are i32
  accuracy(x, x);
  // @ts-expect-error shapes differ
  mse(x, four);
});

test('grad gives tensors of the types of what it differentiates by', () => {
  expectTypeOf(grad(crossEntropy(x, labels), [x, four])).toEqualTypeOf<
    [Tensor<[Batch, 3], 'f32'>, Tensor<[4], 'f32'>]
  >();
  expectTypeOf(grad(x, [x], { cotangent: x })).toEqualTypeOf<[Tensor<[Batch, 3], 'f32'>]>();
  // @ts-expect-error the loss is not a scalar
  grad(x, [x]);
});

test('arithmetic on literals is exact far beyond the sizes of tuples', () => {
  expectTypeOf<Sum<999, 1>>().toEqualTypeOf<1000>();
  expectTypeOf<Difference<1000, 1>>().toEqualTypeOf<999>();
  expectTypeOf<Difference<1, 2>>().toEqualTypeOf<never>();
  expectTypeOf<Product<60000, 784>>().toEqualTypeOf<47040000>();
  expectTypeOf<Product<0, 784>>().toEqualTypeOf<0>();
  expectTypeOf<Quotient<47040000, 60000>>().toEqualTypeOf<784>();
  expectTypeOf<Quotient<10, 3>>().toEqualTypeOf<never>();
  expectTypeOf<Quotient<10, 0>>().toEqualTypeOf<number>();
  expectTypeOf<Product<number, 3>>().toEqualTypeOf<number>();
  expectTypeOf<Sum<0.5, 1>>().toEqualTypeOf<number>();
});
