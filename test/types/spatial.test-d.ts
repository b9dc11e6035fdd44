// Shapes of convolutions and poolings in the editor: literal sizes are computed, what types cannot know widens.
import { expectTypeOf, test } from 'vitest';
import {
  adaptiveAvgPool2d,
  avgPool1d,
  conv1d,
  conv2d,
  convTranspose2d,
  dim,
  flatten,
  input,
  linear,
  maxPool2d,
  relu,
  sequential,
  type Tensor,
} from '../../src/index.ts';
import type { Dim } from '../../src/ir/size.ts';

const batch = dim('batch');
const images = input('images', [batch, 3, 28, 28]);
type Batch = Dim<'batch'>;

test('layers compute literal sizes and keep the batch', () => {
  expectTypeOf(conv2d(3, 8, 3)(images)).toEqualTypeOf<Tensor<[Batch, 8, 26, 26], 'f32'>>();
  expectTypeOf(conv2d(3, 8, [5, 3], { padding: [2, 1], stride: [2, 1] })(images)).toEqualTypeOf<
    Tensor<[Batch, 8, 14, 28], 'f32'>
  >();
  expectTypeOf(conv2d(3, 8, 3, { padding: 'same', dilation: 2 })(images)).toEqualTypeOf<
    Tensor<[Batch, 8, 28, 28], 'f32'>
  >();
  expectTypeOf(convTranspose2d(3, 4, 4, { stride: 2, padding: 1 })(images)).toEqualTypeOf<
    Tensor<[Batch, 4, 56, 56], 'f32'>
  >();
  expectTypeOf(maxPool2d(3, { stride: 2 })(images)).toEqualTypeOf<Tensor<[Batch, 3, 13, 13], 'f32'>>();
  expectTypeOf(adaptiveAvgPool2d([1, null])(images)).toEqualTypeOf<Tensor<[Batch, 3, 1, 28], 'f32'>>();
});

test('functions do, without a batch too', () => {
  const signal = input('signal', [4, 10]);
  const weight = input('weight', [6, 2, 3]);
  expectTypeOf(conv1d(signal, weight, { groups: 2 })).toEqualTypeOf<Tensor<[6, 8], 'f32'>>();
  expectTypeOf(avgPool1d(signal, 2)).toEqualTypeOf<Tensor<[4, 5], 'f32'>>();
  expectTypeOf(maxPool2d(images, 2, { ceilMode: true })).toEqualTypeOf<
    Tensor<[Batch, 3, number, number], 'f32'>
  >();
});

test('a model of layers is followed', () => {
  const net = sequential(conv2d(3, 8, 3), relu(), maxPool2d(2), conv2d(8, 16, 3), adaptiveAvgPool2d(1));
  expectTypeOf(net(images)).toEqualTypeOf<Tensor<[Batch, 16, 1, 1], 'f32'>>();
});

test('mistakes are sentences', () => {
  // @ts-expect-error conv2d takes [N, 4, H, W] or [4, H, W], given [batch, 3, 28, 28]
  expectTypeOf(() => conv2d(4, 8, 3)(images)).toBeFunction();
  // @ts-expect-error conv1d takes [N, 3, L] or [3, L]
  expectTypeOf(() => conv1d(3, 8, 3)(images)).toBeFunction();
  // @ts-expect-error the window does not fit
  expectTypeOf(() => conv2d(3, 8, 30)(images)).toBeFunction();
});

test('images are flattened to features on the way', () => {
  const net = sequential(conv2d(3, 8, 3), maxPool2d(2), flatten(), linear(1352, 10));
  expectTypeOf(net(images)).toEqualTypeOf<Tensor<[Batch, 10], 'f32'>>();
  expectTypeOf(flatten(images, 2)).toEqualTypeOf<Tensor<[Batch, 3, 784], 'f32'>>();
  const wrong = sequential(conv2d(3, 8, 3), maxPool2d(2), flatten(), linear(1000, 10));
  // @ts-expect-error linear takes [..., 1000], but the layers before it give [batch, 1352] for [batch, 3, 28, 28]
  expectTypeOf(() => wrong(images)).toBeFunction();
});
