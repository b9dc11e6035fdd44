import {
  confusionMatrix,
  cosineEmbedding,
  dim,
  f1,
  input,
  klDiv,
  marginRanking,
  mse,
  multiMargin,
  multilabelSoftMargin,
  r2,
  smoothL1,
  topKAccuracy,
  type Dim,
  type Tensor,
} from 'tapeless';
import { expectTypeOf, test } from 'vitest';

type Batch = Dim<'batch'>;

const batch = dim('batch');
const x = input('x', [batch, 3]);
const y = input('y', [batch, 3]);
const labels = input('labels', [batch], 'i32');

test('losses of elements are scalars, or of the shape of the elements', () => {
  expectTypeOf(smoothL1(x, y)).toEqualTypeOf<Tensor<[], 'f32'>>();
  expectTypeOf(mse(x, y, { reduction: 'none' })).toEqualTypeOf<Tensor<[Batch, 3], 'f32'>>();
  expectTypeOf(klDiv(x, y, { reduction: 'batchmean' })).toEqualTypeOf<Tensor<[], 'f32'>>();
  expectTypeOf(marginRanking(x, y, labels, { reduction: 'none' })).toEqualTypeOf<Tensor<[Batch, 3], 'f32'>>();
  // @ts-expect-error shapes differ
  smoothL1(x, input('y', [batch]));
  // @ts-expect-error only a divergence has a mean over the batch
  mse(x, y, { reduction: 'batchmean' });
});

test('losses of rows have no last axis', () => {
  const none = { reduction: 'none' } as const;
  expectTypeOf(multilabelSoftMargin(x, y, none)).toEqualTypeOf<Tensor<[Batch], 'f32'>>();
  expectTypeOf(cosineEmbedding(x, y, labels, none)).toEqualTypeOf<Tensor<[Batch], 'f32'>>();
  expectTypeOf(multiMargin(x, labels, none)).toEqualTypeOf<Tensor<[Batch], 'f32'>>();
  expectTypeOf(multiMargin(x, labels)).toEqualTypeOf<Tensor<[], 'f32'>>();
  // @ts-expect-error labels are integers
  multiMargin(x, input('labels', [batch]));
  // @ts-expect-error one label a row
  multiMargin(x, input('labels', [batch, 3], 'i32'));
});

test('metrics are scalars, of every class where no average is taken', () => {
  expectTypeOf(topKAccuracy(x, labels, 2)).toEqualTypeOf<Tensor<[], 'f32'>>();
  expectTypeOf(r2(x, y)).toEqualTypeOf<Tensor<[], 'f32'>>();
  expectTypeOf(f1(x, labels)).toEqualTypeOf<Tensor<[], 'f32'>>();
  expectTypeOf(f1(x, labels, { average: 'none' })).toEqualTypeOf<Tensor<[number], 'f32'>>();
  expectTypeOf(confusionMatrix(x, labels)).toEqualTypeOf<Tensor<[number, number], 'f32'>>();
});
