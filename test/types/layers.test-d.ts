import {
  batchNorm,
  batchNorm1d,
  batchNorm2d,
  dim,
  dropout,
  flatten,
  groupNorm,
  identity,
  input,
  instanceNorm1d,
  layerNorm,
  leakyRelu,
  linear,
  parallel,
  relu,
  residual,
  rmsNorm,
  sequential,
  type Dim,
  type Layer,
  type LayerRule,
  type Size,
  type Tensor,
} from 'tapeless';
import { expectTypeOf, test } from 'vitest';
import type { Channels, Features, Pipe, Same } from '../../src/ir/types/layer.ts';

type Batch = Dim<'batch'>;

const batch = dim('batch');
const x = input('x', [batch, 4]);
declare const anyTensor: Tensor;
declare const anyLayers: Layer[];
declare const someNumber: number;

test('a layer takes its input features and gives its output features', () => {
  expectTypeOf(linear(4, 30)).toEqualTypeOf<Layer<Features<4, 30>>>();
  expectTypeOf(linear(4, 30)(x)).toEqualTypeOf<Tensor<[Batch, 30], 'f32'>>();
  expectTypeOf(linear(4, 30)(input('x', [2, 5, 4], 'f64'))).toEqualTypeOf<Tensor<[2, 5, 30], 'f64'>>();
  expectTypeOf(linear(4, 30)(anyTensor)).toEqualTypeOf<Tensor<[...Size[], 30]>>();
  expectTypeOf(linear(someNumber, 30)(x)).toEqualTypeOf<Tensor<[Batch, 30], 'f32'>>();
  // @ts-expect-error 5 features, the layer takes 4
  linear(4, 30)(input('x', [batch, 5]));
  // @ts-expect-error the operand is a scalar
  linear(4, 30)(input('x', []));
  // @ts-expect-error floats only
  linear(4, 30)(input('x', [batch, 4], 'i32'));
});

test('activations and dropout keep the type as layers', () => {
  expectTypeOf(relu()).toEqualTypeOf<Layer<Same>>();
  expectTypeOf(leakyRelu(0.1)(x)).toEqualTypeOf<Tensor<[Batch, 4], 'f32'>>();
  expectTypeOf(dropout(0.5)(anyTensor)).toEqualTypeOf<Tensor>();
});

test('batchNorm1d takes [N, C] and [N, C, L]', () => {
  expectTypeOf(batchNorm1d(4)(x)).toEqualTypeOf<Tensor<[Batch, 4], 'f32'>>();
  const signal = input('signal', [batch, 4, 100]);
  expectTypeOf(batchNorm1d(4)(signal)).toEqualTypeOf<Tensor<[Batch, 4, 100], 'f32'>>();
  // @ts-expect-error 4 channels, the layer takes 5
  batchNorm1d(5)(x);
  // @ts-expect-error the tensor has one axis
  batchNorm1d(4)(input('x', [4]));
});

test('normalisations of channels keep the type of what they take', () => {
  const images = input('images', [batch, 3, 8, 8]);
  expectTypeOf(batchNorm2d(3)(images)).toEqualTypeOf<Tensor<[Batch, 3, 8, 8], 'f32'>>();
  expectTypeOf(groupNorm(3, 3)(images)).toEqualTypeOf<Tensor<[Batch, 3, 8, 8], 'f32'>>();
  expectTypeOf(groupNorm(images, 3)).toEqualTypeOf<Tensor<[Batch, 3, 8, 8], 'f32'>>();
  expectTypeOf(batchNorm(images).output).toEqualTypeOf<Tensor<[Batch, 3, 8, 8], 'f32'>>();
  expectTypeOf(instanceNorm1d(3)(input('x', [3, 8]))).toEqualTypeOf<Tensor<[3, 8], 'f32'>>();
  expectTypeOf(batchNorm2d(someNumber)(images)).toEqualTypeOf<Tensor<[Batch, 3, 8, 8], 'f32'>>();
  // @ts-expect-error 3 channels, the layer takes 4
  batchNorm2d(4)(images);
  // @ts-expect-error the tensor has two axes
  batchNorm2d(4)(x);
  // @ts-expect-error floats only
  groupNorm(2, 4)(input('x', [batch, 4], 'i32'));
});

test('layerNorm and rmsNorm take the last axes', () => {
  const sequence = input('sequence', [batch, 5, 4]);
  expectTypeOf(layerNorm(4)(sequence)).toEqualTypeOf<Tensor<[Batch, 5, 4], 'f32'>>();
  expectTypeOf(layerNorm([5, 4])(sequence)).toEqualTypeOf<Tensor<[Batch, 5, 4], 'f32'>>();
  expectTypeOf(layerNorm(sequence, [5, 4])).toEqualTypeOf<Tensor<[Batch, 5, 4], 'f32'>>();
  expectTypeOf(rmsNorm(sequence, 4)).toEqualTypeOf<Tensor<[Batch, 5, 4], 'f32'>>();
  expectTypeOf(layerNorm(4)(anyTensor)).toEqualTypeOf<Tensor>();
  // @ts-expect-error the last axis has 4 elements
  layerNorm(5)(sequence);
  // @ts-expect-error the last axes are 5 and 4
  layerNorm(sequence, [4, 4]);
  // @ts-expect-error the tensor has too few axes
  rmsNorm([3, 4])(input('x', [4]));
});

test('dropout, flatten and identity are layers and functions', () => {
  expectTypeOf(dropout(x, 0.5)).toEqualTypeOf<Tensor<[Batch, 4], 'f32'>>();
  expectTypeOf(flatten()(input('x', [batch, 3, 4]))).toEqualTypeOf<Tensor<[Batch, 12], 'f32'>>();
  expectTypeOf(flatten(input('x', [batch, 3, 4]))).toEqualTypeOf<Tensor<[Batch, 12], 'f32'>>();
  expectTypeOf(identity()(x)).toEqualTypeOf<Tensor<[Batch, 4], 'f32'>>();
  expectTypeOf(sequential(flatten(), linear(12, 2))(input('x', [batch, 3, 4]))).toEqualTypeOf<
    Tensor<[Batch, 2], 'f32'>
  >();
  // @ts-expect-error there is no axis 2
  flatten({ start: 2 })(x);
});

test('residual adds what has one type', () => {
  expectTypeOf(residual(linear(4, 4))(x)).toEqualTypeOf<Tensor<[Batch, 4], 'f32'>>();
  expectTypeOf(residual(linear(4, 3), { shortcut: linear(4, 3) })(x)).toEqualTypeOf<
    Tensor<[Batch, 3], 'f32'>
  >();
  expectTypeOf(sequential(residual(relu()), linear(4, 2))(x)).toEqualTypeOf<Tensor<[Batch, 2], 'f32'>>();
  expectTypeOf(parallel([relu(), identity()])(x)).toEqualTypeOf<Tensor<Size[], 'f32'>>();
  // @ts-expect-error the body gives 3 features, the shortcut 4
  residual(linear(4, 3))(x);
  // @ts-expect-error the body takes 5 features
  residual(linear(5, 5))(x);
});

test('sequential amounts to the shortest rule of its layers', () => {
  const iris = sequential('iris', linear(4, 30), relu(), linear(30, 10), relu(), linear(10, 3));
  expectTypeOf(iris).toEqualTypeOf<Layer<Features<4, 3>>>();
  expectTypeOf(iris(x)).toEqualTypeOf<Tensor<[Batch, 3], 'f32'>>();
  expectTypeOf(sequential(relu(), dropout(0.5))).toEqualTypeOf<Layer<Same>>();
  expectTypeOf(sequential()).toEqualTypeOf<Layer<Same>>();
  // @ts-expect-error 5 features, the model takes 4
  iris(input('x', [batch, 5]));
});

test('sequential nests, and checks the rules that do not shorten on the tensor', () => {
  const block = sequential(linear(4, 30), batchNorm1d(30), relu());
  expectTypeOf(block).toEqualTypeOf<Layer<Pipe<[Features<4, 30>, Channels<30>]>>>();
  const net = sequential('net', block, sequential(linear(30, 3), relu()));
  expectTypeOf(net).toEqualTypeOf<Layer<Pipe<[Features<4, 30>, Channels<30>, Features<30, 3>]>>>();
  expectTypeOf(net(x)).toEqualTypeOf<Tensor<[Batch, 3], 'f32'>>();
  // @ts-expect-error batchNorm1d(30) gets [batch, 7, 30]
  net(input('x', [batch, 7, 4]));
});

test('sequential refuses a layer that does not follow from those before it', () => {
  // @ts-expect-error 30 features, the layer takes 31
  sequential(linear(4, 30), relu(), linear(31, 10));
  // @ts-expect-error 3 features, the inner model takes 4
  sequential(linear(4, 3), sequential(linear(4, 5)));
  // @ts-expect-error the name comes first
  sequential(linear(4, 30), 'late');
  // @ts-expect-error relu is not called
  sequential(linear(4, 30), relu);
  // @ts-expect-error a tensor is not a layer
  sequential(linear(4, 30), x);
});

test('layers that the types do not know widen the model', () => {
  expectTypeOf(sequential(...anyLayers)).toEqualTypeOf<Layer>();
  expectTypeOf(sequential('model', ...anyLayers)).toEqualTypeOf<Layer>();
  const model: Layer = linear(4, 30);
  expectTypeOf(model(x)).toEqualTypeOf<Tensor<Size[], 'f32'>>();
  const computed = sequential(linear(4, someNumber), relu(), linear(30, 3));
  expectTypeOf(computed).toEqualTypeOf<Layer<Features<4, 3>>>();
});

test('every layer is a layer of an unknown rule', () => {
  expectTypeOf<Layer<Same>>().toExtend<Layer>();
  expectTypeOf<Layer<Channels<3>>>().toExtend<Layer>();
  expectTypeOf<Layer<Pipe<[Features<4, 30>, Channels<30>]>>>().toExtend<Layer<LayerRule>>();
});
