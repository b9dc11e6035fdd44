import { describe, expect, test } from 'vitest';
import { dim } from '../../src/ir/size.ts';
import { relu } from '../../src/nn/activation.ts';
import { parallel, residual } from '../../src/nn/combinator.ts';
import { parametersOf, type Layer } from '../../src/nn/layer.ts';
import { linear } from '../../src/nn/linear.ts';
import { sequential } from '../../src/nn/sequential.ts';
import { flatten } from '../../src/nn/flatten.ts';
import { identity, unflatten } from '../../src/nn/shape-layer.ts';
import { nameOf } from '../../src/ops/leaf.ts';
import { evaluate, fed, refusal } from '../support/values.ts';
import { input } from '../support/untyped.ts';

const batch = dim('batch');
const x = fed('x', [2, 2], [1, -2, 3, 4]);

/** Calls as plain JavaScript makes them, where types refuse nothing. */
const untyped = residual as (body: unknown, options?: object) => Layer;

describe('residual', () => {
  test('adds what a body gives to its input', () => {
    expect(evaluate(residual(relu())(x.leaf), [x])).toEqual([2, -2, 6, 8]);
  });

  test('sends the input through a shortcut, if there is one', () => {
    const layer = residual(linear(2, 3), { shortcut: linear(2, 3, { bias: false }), name: 'block' });
    const result = layer(input('x', [batch, 2]));
    expect(result.shape).toEqual([batch, 3]);
    expect(parametersOf(result).map(nameOf).toSorted()).toEqual([
      'block/body.bias',
      'block/body.weight',
      'block/shortcut.weight',
    ]);
    expect(String(layer)).toBe(
      'block: residual()\n  body: linear(2, 3)\n  shortcut: linear(2, 3, { bias: false })',
    );
  });

  test('keeps the names of layers, and shares parameters where it is applied twice', () => {
    const net = sequential(
      'net',
      residual(sequential('inner', linear(4, 4), relu())),
      residual(linear(4, 4)),
    );
    const parameters = parametersOf(net(input('x', [batch, 4]))).map(nameOf);
    expect(parameters).toContain('net/residual1/inner/linear1.weight');
    expect(parameters).toContain('net/residual2/body.weight');
    const block = residual(linear(4, 4));
    const twice = block(block(input('x', [batch, 4])));
    expect(parametersOf(twice)).toHaveLength(2);
  });

  test('refuses bodies that change the shape, and what is no layer', () => {
    expect(refusal(() => untyped(linear(2, 1))(x.leaf))).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(() => untyped(linear(2, 1))(input('x', [batch, 2]))).toThrow(
      /the body gives \[batch, 1\], the shortcut \[batch, 2\]/,
    );
    expect(refusal(() => untyped(relu))).toBe('DeclarationError E_LAYER');
    expect(refusal(() => untyped(relu(), { shortcut: 3 }))).toBe('DeclarationError E_LAYER');
    expect(refusal(() => untyped(relu(), { skip: identity() }))).toBe('DeclarationError E_OPTION');
  });
});

describe('parallel', () => {
  test('concatenates, adds or multiplies what branches give', () => {
    const branches = [identity(), relu()];
    expect(evaluate(parallel(branches)(x.leaf), [x])).toEqual([1, -2, 1, 0, 3, 4, 3, 4]);
    expect(evaluate(parallel(branches, { axis: 0 })(x.leaf), [x])).toEqual([1, -2, 3, 4, 1, 0, 3, 4]);
    expect(evaluate(parallel(branches, { join: 'sum' })(x.leaf), [x])).toEqual([2, -2, 6, 8]);
    expect(evaluate(parallel(branches, { join: 'product' })(x.leaf), [x])).toEqual([1, -0, 9, 16]);
  });

  test('names its branches as sequential does', () => {
    const layer = parallel([linear(2, 3), linear(2, 4), linear(2, 5, { name: 'last' })], { name: 'fork' });
    const result = layer(input('x', [batch, 2]));
    expect(result.shape).toEqual([batch, 12]);
    expect(parametersOf(result).map(nameOf)).toContain('fork/linear2.weight');
    expect(parametersOf(result).map(nameOf)).toContain('fork/last.bias');
  });

  test('refuses outputs that do not fit, and what is no layer', () => {
    const uneven = [linear(2, 1), linear(2, 2)];
    expect(refusal(() => parallel(uneven, { join: 'sum' })(x.leaf))).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(refusal(() => parallel([]))).toBe('DeclarationError E_LAYER');
    // What plain JavaScript may pass.
    expect(refusal(() => parallel([relu as never]))).toBe('DeclarationError E_LAYER');
    expect(refusal(() => parallel([relu()], { join: 'mean' as never }))).toBe('DeclarationError E_OPTION');
    expect(() => parallel([linear(1, 1, { name: 'a' }), linear(1, 1, { name: 'a' })])).toThrow(
      /parallel: two layers are named "a"/,
    );
  });
});

describe('layers of shapes', () => {
  test('flatten and unflatten between layers that want other shapes', () => {
    const net = sequential(unflatten(1, [2, -1]), flatten(), identity(), linear(6, 2));
    expect(net(input('x', [batch, 6])).shape).toEqual([batch, 2]);
    expect(unflatten(-1, [2, 3])(input('x', [batch, 6])).shape).toEqual([batch, 2, 3]);
    expect(flatten(0, 1)(input('x', [2, 3, 4])).shape).toEqual([6, 4]);
    expect(flatten(input('x', [2, 3, 4])).shape).toEqual([2, 12]);
    expect(unflatten(input('x', [2, 12]), 1, [3, 4]).shape).toEqual([2, 3, 4]);
    expect(identity()(x.leaf)).toBe(x.leaf);
  });

  test('print as they were written', () => {
    expect([flatten(), flatten(2), unflatten(1, [2, 3]), identity()].map(({ label }) => label)).toEqual([
      'flatten()',
      'flatten(2)',
      'unflatten(1, [2, 3])',
      'identity()',
    ]);
  });

  test('refuse axes that are not whole numbers, and tensors that do not fit', () => {
    expect(refusal(() => flatten(0.5))).toBe('DeclarationError E_OPTION');
    // What plain JavaScript may pass.
    expect(refusal(() => unflatten(Number.NaN, [1]))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => flatten(3)(input('x', [2, 3])))).toBe('ShapeError E_AXIS');
    expect(refusal(() => unflatten(1, [2, 2])(input('x', [2, 3])))).toBe('ShapeError E_ELEMENT_COUNT');
  });
});
