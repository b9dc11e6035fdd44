import { describe, expect, test } from 'vitest';
import { sessionSeed, stepCounter } from '../../src/ops/counters.ts';
import {
  filled,
  iota,
  randomBits,
  randomNormal,
  randomUniform,
  streamNumber,
  uniformBetween,
} from '../../src/ops/random.ts';
import { evaluate, refusal, type Feed } from '../support/values.ts';
import { makeNode, type Tensor } from '../../src/ir/node.ts';
import { randomBitsOp, uniformFromBitsOp } from '../../src/ops/random.ts';
import { constant, scalar } from '../../src/ops/leaf.ts';

function feeds(seed: number, step: number): readonly Feed[] {
  return [
    { leaf: sessionSeed(), numbers: [seed] },
    { leaf: stepCounter(), numbers: [step] },
  ];
}

test('iota counts, filled repeats', () => {
  expect(evaluate(iota(4))).toEqual([0, 1, 2, 3]);
  expect(iota(4).dtype).toBe('i32');
  expect(evaluate(filled([2, 1], 0.5))).toEqual([0.5, 0.5]);
});

test('streams are numbered by FNV-1a', () => {
  // Published test vectors of the 32-bit variant.
  expect(streamNumber('') >>> 0).toBe(0x811c9dc5);
  expect(streamNumber('a') >>> 0).toBe(0xe40c292c);
  expect(streamNumber('foobar') >>> 0).toBe(0xbf9cf968);
});

describe('random numbers', () => {
  test('are a function of seed, stream, step and position, and of nothing else', () => {
    const draw = (seed: number, step: number, name: string, size = 64): readonly number[] =>
      evaluate(randomBits([size], { name }), feeds(seed, step));
    const base = draw(1, 0, 'a');
    expect(draw(1, 0, 'a')).toEqual(base);
    expect(draw(1, 0, 'a', 16)).toEqual(base.slice(0, 16));
    for (const other of [draw(2, 0, 'a'), draw(1, 1, 'a'), draw(1, 0, 'b')]) {
      expect(other.filter((each, position) => each === base[position])).toEqual([]);
    }
    expect(new Set(base).size).toBe(64);
  });

  test('uniform numbers are the top 24 bits, in [0, 1)', () => {
    const bits = constant([0, -1, 1 << 8, 255], [4], 'i32');
    expect(evaluate(makeNode(uniformFromBitsOp, [bits], {}))).toEqual([0, 1 - 2 ** -24, 2 ** -24, 0]);
  });

  test.each([
    ['uniform', (shape: readonly number[]): Tensor => randomUniform(shape), 0.5, 1 / 12],
    ['normal', (shape: readonly number[]): Tensor => randomNormal(shape), 0, 1],
    [
      'uniform between -1 and 3',
      (shape: readonly number[]): Tensor => uniformBetween(shape, -1, 3),
      1,
      16 / 12,
    ],
  ])('%s numbers have their mean and variance', (_, build, mean, variance) => {
    const count = 20_000;
    const numbers = evaluate(build([count]), feeds(7, 3));
    const average = numbers.reduce((total, each) => total + each, 0) / count;
    const spread = numbers.reduce((total, each) => total + (each - average) ** 2, 0) / count;
    // Five standard errors of the mean; the variance of these samples varies by about 1 %.
    expect(Math.abs(average - mean)).toBeLessThan(5 * Math.sqrt(variance / count));
    expect(Math.abs(spread / variance - 1)).toBeLessThan(0.05);
    expect(numbers.every(Number.isFinite)).toBe(true);
  });

  test('two draws of one name are two streams', () => {
    expect(randomUniform([2])).not.toBe(randomUniform([2]));
  });

  test('bits take i32 scalars only', () => {
    expect(refusal(() => makeNode(randomBitsOp, [scalar(1), scalar(1), scalar(1)], { shape: [2] }))).toBe(
      'InternalError E_RULE',
    );
  });
});
