import { describe, expect, test } from 'vitest';
import { spanOf, scopePath } from '../../src/ir/origin.ts';
import { relu } from '../../src/nn/activation.ts';
import { batchNorm1d } from '../../src/nn/batch-norm.ts';
import { dropout } from '../../src/nn/dropout.ts';
import { ones } from '../../src/nn/initialiser.ts';
import { defineLayer, isLayer, parametersOf, type Layer } from '../../src/nn/layer.ts';
import { linear } from '../../src/nn/linear.ts';
import { sequential } from '../../src/nn/sequential.ts';
import { add, mul } from '../../src/ops/arithmetic.ts';
import { initialValueOf, input, nameOf } from '../../src/ops/leaf.ts';
import { refusal } from '../support/values.ts';

const x = input('x', [2, 4]);

const scale = (size: number, name?: string): Layer =>
  defineLayer({
    type: 'scale',
    label: `scale(${size})`,
    name,
    apply: (value, { parameter }) => mul(value, parameter('weight', [size], ones, 'f32')),
  });

describe('a layer', () => {
  test('names its parameters by its type where it has no name', () => {
    expect(parametersOf(linear(4, 3)(x)).map(nameOf)).toEqual(['linear.weight', 'linear.bias']);
  });

  test('names its parameters by its name', () => {
    expect(parametersOf(scale(4, 'gain')(x)).map(nameOf)).toEqual(['gain.weight']);
  });

  test('shares its parameters between applications', () => {
    const layer = linear(4, 4);
    expect(parametersOf(layer(layer(x))).length).toBe(2);
    expect(parametersOf([layer(x), layer(x)]).length).toBe(2);
  });

  test('has parameters of its own, even next to an equal one', () => {
    expect(parametersOf(linear(4, 4)(linear(4, 4)(x))).length).toBe(4);
  });

  test('takes the dtype of what it is first applied to', () => {
    const doubles = input('x', [2, 4], 'f64');
    expect(parametersOf(linear(4, 3)(doubles)).map(({ dtype }) => dtype)).toEqual(['f64', 'f64']);
  });

  test('leaves its scope and the line of its declaration on its nodes', () => {
    const layer = scale(4, 'gain');
    const result = layer(x);
    expect(scopePath(result.origin.scope)).toBe('gain');
    expect(result.origin.scope).toMatchObject({ kind: 'layer', label: 'scale(4)' });
    const line = layer.site.span?.line;
    expect(line).toBeGreaterThan(0);
    expect(spanOf(result.origin)?.line).toBe(line);
  });

  test('is told apart from other functions', () => {
    expect([isLayer(relu()), isLayer(relu), isLayer(() => x), isLayer({ kind: 'layer' })]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  test('refuses names that would break paths', () => {
    expect(refusal(() => linear(4, 3, { name: 'a/b' }))).toBe('DeclarationError E_NAME');
    expect(refusal(() => linear(4, 3, { name: 'a.b' }))).toBe('DeclarationError E_NAME');
    expect(refusal(() => linear(4, 3, { name: '' }))).toBe('DeclarationError E_NAME');
  });

  test('refuses an initialiser that gives another shape', () => {
    const wrong = linear(4, 3, { weightInit: (_, context) => ones([4, 3], context) });
    expect(() => wrong(x)).toThrow(/the initialiser of "linear\.weight" gives \[4, 3\]/);
  });
});

describe('sequential', () => {
  test('names its layers by type and number, and parameters by the whole path', () => {
    const net = sequential('iris', linear(4, 30), relu(), linear(30, 3));
    expect(net.children.map(({ name }) => name)).toEqual(['linear1', 'relu1', 'linear2']);
    expect(parametersOf(net(x)).map(nameOf)).toEqual([
      'iris/linear1.weight',
      'iris/linear1.bias',
      'iris/linear2.weight',
      'iris/linear2.bias',
    ]);
  });

  test('applies its layers in order', () => {
    const first = linear(4, 30);
    const second = linear(30, 3);
    expect(sequential(first, relu(), second)(x)).toBe(second(relu(first(x))));
  });

  test('numbers unnamed layers around the names that are taken', () => {
    const net = sequential('net', linear(4, 4), linear(4, 4, { name: 'linear1' }), linear(4, 4));
    expect(net.children.map(({ name }) => name)).toEqual(['linear2', 'linear1', 'linear3']);
  });

  test('gives a layer that stands twice one name and one set of parameters', () => {
    const shared = linear(4, 4);
    const net = sequential('net', shared, relu(), shared);
    expect(net.children.map(({ name }) => name)).toEqual(['linear1', 'relu1', 'linear1']);
    expect(parametersOf(net(x)).length).toBe(2);
  });

  test('nests', () => {
    const block = (name?: string): Layer =>
      name === undefined ? sequential(linear(4, 4), relu()) : sequential(name, linear(4, 4), relu());
    const net = sequential('net', block(), block('head'), block());
    const result = net(x);
    expect(parametersOf(result).map(nameOf)).toEqual([
      'net/sequential1/linear1.weight',
      'net/sequential1/linear1.bias',
      'net/head/linear1.weight',
      'net/head/linear1.bias',
      'net/sequential2/linear1.weight',
      'net/sequential2/linear1.bias',
    ]);
    expect(scopePath(result.origin.scope)).toBe('net/sequential2/relu1');
    expect(result.origin.scope?.parent?.kind).toBe('model');
  });

  test('prints as a tree of what was written', () => {
    const net = sequential(
      'net',
      linear(4, 8, { bias: false }),
      batchNorm1d(8),
      sequential(dropout(0.25), relu()),
    );
    expect(String(net)).toBe(
      [
        "net: sequential('net')",
        '  linear1: linear(4, 8, { bias: false })',
        '  batchNorm1: batchNorm1d(8)',
        '  sequential1: sequential()',
        '    dropout1: dropout(0.25)',
        '    relu1: relu()',
      ].join('\n'),
    );
  });

  test('is the identity without layers', () => {
    expect(sequential()(x)).toBe(x);
  });

  test('refuses two layers of one name', () => {
    const build = (): Layer => sequential(linear(4, 4, { name: 'a' }), linear(4, 4, { name: 'a' }));
    expect(refusal(build)).toBe('DeclarationError E_NAME');
  });

  test('says what stands where a layer should', () => {
    // What plain JavaScript may do: the function instead of the layer it makes.
    const notALayer = relu as unknown as Layer;
    expect(() => sequential('net', linear(4, 4), notALayer)).toThrow(
      /layer 2 is not a layer but the function/,
    );
  });
});

describe('parametersOf', () => {
  test('lists every parameter once, in the order of declaration', () => {
    const first = linear(4, 4, { name: 'first' });
    const second = linear(4, 4, { name: 'second', bias: false });
    const sum = add(second(first(x)), first(x));
    expect(parametersOf(sum).map(nameOf)).toEqual(['first.weight', 'first.bias', 'second.weight']);
  });

  test('leaves running statistics out', () => {
    expect(parametersOf(batchNorm1d(4)(x)).map(nameOf)).toEqual(['batchNorm.weight', 'batchNorm.bias']);
  });

  test('gives leaves with a first value', () => {
    const [weight] = parametersOf(linear(4, 3)(x));
    expect(weight && initialValueOf(weight).shape).toEqual([3, 4]);
  });
});
