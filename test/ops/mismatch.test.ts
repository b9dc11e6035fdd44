import { describe, expect, test } from 'vitest';
import {
  cast,
  columnStack,
  concat,
  constant,
  globalNorm,
  grad,
  hstack,
  indexPut,
  maxPoolWithIndices,
  median,
  meshgrid,
  mode,
  multiDot,
  onesLike,
  reciprocal,
  stack,
  stopGradient,
  transpose,
  vstack,
  where,
  zerosLike,
  type Tensor,
} from '../../src/index.ts';
import { refusal } from '../support/values.ts';

const strangers: readonly (readonly [string, unknown])[] = [
  ['undefined', undefined],
  ['a record', {}],
  ['a list', [1, 2]],
  ['text', 'x'],
];
const x: Tensor = constant([1, 2], [2], 'f32');

describe('what is no tensor is refused by', () => {
  const functions: readonly (readonly [string, (stranger: never) => unknown])[] = [
    ['transpose', (stranger) => transpose(stranger)],
    ['where', (stranger) => where(stranger as Tensor<[], 'bool'>, 1, 2)],
    ['cast', (stranger) => cast(stranger, 'i32')],
    ['stopGradient', (stranger) => stopGradient(stranger)],
    ['zerosLike', (stranger) => zerosLike(stranger)],
    ['onesLike', (stranger) => onesLike(stranger)],
    ['reciprocal', (stranger) => reciprocal(stranger)],
    ['median', (stranger) => median(stranger)],
    ['mode', (stranger) => mode(stranger)],
    ['maxPoolWithIndices', (stranger) => maxPoolWithIndices(stranger, [2])],
    ['grad', (stranger) => grad(stranger, [x])],
  ];
  test.each(functions)('%s', (_, call) => {
    for (const [, stranger] of strangers) {
      expect(refusal(() => call(stranger as never))).toBe('DTypeError E_NOT_A_TENSOR');
    }
  });
});

describe('what is no list of tensors is refused by', () => {
  const functions: readonly (readonly [string, (tensors: never) => unknown])[] = [
    ['concat', (tensors) => concat(tensors)],
    ['stack', (tensors) => stack(tensors)],
    ['hstack', (tensors) => hstack(tensors)],
    ['vstack', (tensors) => vstack(tensors)],
    ['columnStack', (tensors) => columnStack(tensors)],
    ['meshgrid', (tensors) => meshgrid(tensors)],
    ['multiDot', (tensors) => multiDot(tensors)],
    ['globalNorm', (tensors) => globalNorm(tensors)],
    ['indexPut', (tensors) => indexPut(x, tensors, x)],
    ['grad', (tensors) => grad(constant([1], [], 'f32'), tensors)],
  ];
  test.each(functions)('%s', (_, call) => {
    for (const [, stranger] of [...strangers, ['a tensor', x] as const]) {
      expect(refusal(() => call(stranger as never))).toBe('DTypeError E_NOT_A_TENSOR');
    }
  });

  test('and the message says what it was', () => {
    expect(() => stack(x as never)).toThrow('stack: the operand is a tensor, not a list of tensors');
    expect(() => stack(undefined as never)).toThrow('stack: the operand is undefined, not a list of tensors');
  });
});
