import { describe, expect, test } from 'vitest';
import { adam, compile, dim, input, linear, mse, sgd } from 'tapeless';

const x = input('x', [dim('batch'), 4]);
const y = linear(4, 1)(x);
// What JavaScript lets through and TypeScript would not.
const untyped = <T>(value: unknown): T => value as T;

describe('options that do not exist', () => {
  const mistakes: Readonly<Record<string, readonly [() => unknown, string]>> = {
    'of a layer': [
      () => linear(4, 3, untyped({ bais: false })),
      'linear: there is no option "bais", it may be "bias"',
    ],
    'of an optimizer': [
      () => adam(untyped({ lr: 0.1, beta: [0.9, 0.9] })),
      'adam: there is no option "beta", it may be "betas"',
    ],
    'of compile': [
      () => compile(untyped({ loss: mse(y, y), optimiser: adam() })),
      'compile: there is no option "optimiser", it may be "optimizer"',
    ],
    'of start': [
      () => compile({ outputs: { y } }).start(untyped({ sed: 3 })),
      'start: there is no option "sed", it may be "seed"',
    ],
  };
  test.for(Object.entries(mistakes))('%s are refused with the name that was meant', ([, [make, message]]) => {
    expect(make).toThrow(message);
  });
});

test('a learning rate that is no number is refused where it is given', () => {
  expect(() => sgd(untyped({ lr: '0.1' }))).toThrow(
    'sgd: lr is "0.1", it has to be a number or a function of the step',
  );
});

test('an optimizer by name is refused', () => {
  expect(() => compile(untyped({ loss: mse(y, y), optimizer: 'adam' }))).toThrow('try adam()');
});

test('a layer says what it takes when it is given no tensor', () => {
  expect(() => linear(4, 3)(untyped<typeof x>([[1, 2, 3, 4]]))).toThrow(
    'linear(4, 3): given an array, it takes a tensor',
  );
});
