// What the editor knows of products: shapes by equation, by rank and by layer.
import {
  bmm,
  dim,
  dot,
  einsum,
  gru,
  input,
  linear,
  lstm,
  mm,
  multiheadAttention,
  mv,
  outer,
  scaledDotProductAttention,
  sequential,
  type Dim,
  type Size,
  type Tensor,
} from 'tapeless';
import { describe, expectTypeOf, test } from 'vitest';

type Batch = Dim<'batch'>;

const batch = dim('batch');
const rows = input('rows', [batch, 3]);
const matrix = input('matrix', [3, 4]);
const vector = input('vector', [3]);

describe('einsum', () => {
  test('reads equations with an arrow', () => {
    expectTypeOf(einsum('ij,jk->ik', rows, matrix)).toEqualTypeOf<Tensor<[Batch, 4], 'f32'>>();
    expectTypeOf(einsum(' ij , jk -> ki ', rows, matrix)).toEqualTypeOf<Tensor<[4, Batch], 'f32'>>();
    expectTypeOf(einsum('ij->', matrix)).toEqualTypeOf<Tensor<[], 'f32'>>();
    expectTypeOf(einsum('ii->i', input('square', [3, 3]))).toEqualTypeOf<Tensor<[3], 'f32'>>();
    expectTypeOf(einsum('ij,ij->ij', input('a', [1, 3]), input('b', [2, 1]))).toEqualTypeOf<
      Tensor<[2, 3], 'f32'>
    >();
  });

  test('leaves other equations to the compiler', () => {
    expectTypeOf(einsum('ij,jk', rows, matrix)).toEqualTypeOf<Tensor<Size[], 'f32'>>();
    expectTypeOf(einsum('...j->...', rows)).toEqualTypeOf<Tensor<Size[], 'f32'>>();
    const equation: string = 'ij->i';
    expectTypeOf(einsum(equation, rows)).toEqualTypeOf<Tensor<Size[], 'f32'>>();
  });
});

describe('products of fixed ranks', () => {
  test('have literal shapes', () => {
    expectTypeOf(dot(vector, vector)).toEqualTypeOf<Tensor<[], 'f32'>>();
    expectTypeOf(outer(vector, input('other', [5]))).toEqualTypeOf<Tensor<[3, 5], 'f32'>>();
    expectTypeOf(mm(rows, matrix)).toEqualTypeOf<Tensor<[Batch, 4], 'f32'>>();
    expectTypeOf(mv(rows, vector)).toEqualTypeOf<Tensor<[Batch], 'f32'>>();
    expectTypeOf(bmm(input('a', [2, 3, 4]), input('b', [2, 4, 5]))).toEqualTypeOf<Tensor<[2, 3, 5], 'f32'>>();
  });

  test('linear of a tensor is a tensor, of numbers a layer', () => {
    const weight = input('weight', [4, 3]);
    expectTypeOf(linear(rows, weight)).toEqualTypeOf<Tensor<[Batch, 4], 'f32'>>();
    expectTypeOf(linear(rows, vector)).toEqualTypeOf<Tensor<[Batch], 'f32'>>();
    expectTypeOf(linear(3, 4)(rows)).toEqualTypeOf<Tensor<[Batch, 4], 'f32'>>();
  });
});

describe('sequences', () => {
  const x = input('x', [batch, 28, 8]);

  test('keep batch and steps', () => {
    expectTypeOf(lstm(8, 5)(x)).toEqualTypeOf<Tensor<[Batch, 28, 5], 'f32'>>();
    expectTypeOf(lstm(8, 5, { numLayers: 2 })(x)).toEqualTypeOf<Tensor<[Batch, 28, 5], 'f32'>>();
    expectTypeOf(gru(8, 5, { bidirectional: true })(x)).toEqualTypeOf<Tensor<[Batch, 28, number], 'f32'>>();
    expectTypeOf(multiheadAttention(8, 2)(x)).toEqualTypeOf<Tensor<[Batch, 28, 8], 'f32'>>();
    expectTypeOf(sequential(gru(8, 5), linear(5, 2))(x)).toEqualTypeOf<Tensor<[Batch, 28, 2], 'f32'>>();
  });

  test('attention has the steps of its queries and the width of its values', () => {
    const values = input('values', [batch, 28, 5]);
    expectTypeOf(scaledDotProductAttention(input('q', [batch, 7, 8]), x, values)).toEqualTypeOf<
      Tensor<[Batch, 7, 5], 'f32'>
    >();
  });

  test('another width is a sentence on the argument', () => {
    // @ts-expect-error lstm takes [..., steps, 9], given [batch, 28, 8]
    expectTypeOf(lstm(9, 5)(x)).toEqualTypeOf<Tensor>();
    // @ts-expect-error inner sizes 3 and 4
    expectTypeOf(mm(rows, input('other', [4, 4]))).toEqualTypeOf<Tensor>();
  });
});
