import { expectTypeOf, test } from 'vitest';
import {
  all,
  any,
  argmin,
  cummax,
  cumsum,
  dim,
  input,
  less,
  logSumExp,
  max,
  maxWithIndex,
  norm,
  searchSorted,
  sort,
  std,
  topk,
  unique,
  varMean,
  type Dim,
  type Size,
  type Tensor,
} from 'tapeless';

type Batch = Dim<'batch'>;
const x = input('x', [dim('batch'), 3]);
const labels = input('labels', [dim('batch')], 'i32');

test('reductions know their shapes and dtypes', () => {
  expectTypeOf(std(x, 0)).toEqualTypeOf<Tensor<[3], 'f32'>>();
  expectTypeOf(varMean(x, 1, { keepdims: true }).mean).toEqualTypeOf<Tensor<[Batch, 1], 'f32'>>();
  expectTypeOf(norm(x, 1, { p: 1, keepdims: true })).toEqualTypeOf<Tensor<[Batch, 1], 'f32'>>();
  expectTypeOf(logSumExp(x)).toEqualTypeOf<Tensor<[], 'f32'>>();
  expectTypeOf(any(x, 0)).toEqualTypeOf<Tensor<[3], 'bool'>>();
  expectTypeOf(all(less(x, 0), [0, 1])).toEqualTypeOf<Tensor<[], 'bool'>>();
  expectTypeOf(max(less(x, 0), 0)).toEqualTypeOf<Tensor<[3], 'bool'>>();
  expectTypeOf(argmin(x, 0, { keepdims: true })).toEqualTypeOf<Tensor<[1, 3], 'i32'>>();
  expectTypeOf(maxWithIndex(x, 1).values).toEqualTypeOf<Tensor<[Batch], 'f32'>>();
  expectTypeOf(maxWithIndex(x, 1, { keepdims: true }).indices).toEqualTypeOf<Tensor<[Batch, 1], 'i32'>>();
  // @ts-expect-error there is no axis 2
  std(x, 2);
  // @ts-expect-error a norm is of floats
  norm(labels);
});

test('scans and sorts keep the shape', () => {
  expectTypeOf(cumsum(x, -1, { reverse: true })).toEqualTypeOf<Tensor<[Batch, 3], 'f32'>>();
  expectTypeOf(cumsum(less(x, 0), 0)).toEqualTypeOf<Tensor<[Batch, 3], 'i32'>>();
  expectTypeOf(cummax(x, 0).indices).toEqualTypeOf<Tensor<[Batch, 3], 'i32'>>();
  expectTypeOf(sort(x).values).toEqualTypeOf<Tensor<[Batch, 3], 'f32'>>();
  expectTypeOf(sort(labels, 0, { descending: true }).indices).toEqualTypeOf<Tensor<[Batch], 'i32'>>();
  expectTypeOf(topk(x, 2).values).toEqualTypeOf<Tensor<Size[], 'f32'>>();
  expectTypeOf(searchSorted(x, x)).toEqualTypeOf<Tensor<[Batch, 3], 'i32'>>();
  expectTypeOf(unique(labels, { size: 4 }).inverse).toEqualTypeOf<Tensor<[Batch], 'i32'>>();
  // @ts-expect-error there is no axis 2
  cumsum(x, 2);
});
