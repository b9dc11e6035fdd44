import { describe, expect, test } from 'vitest';
import { grad } from '../../src/autodiff/grad.ts';
import { specialiseMode } from '../../src/autodiff/mode.ts';
import type { Tensor } from '../../src/ir/node.ts';
import { topologicalOrder } from '../../src/ir/node.ts';
import { dim } from '../../src/ir/size.ts';
import { dropout } from '../../src/nn/dropout.ts';
import { sequential } from '../../src/nn/sequential.ts';
import { input, sessionSeed, stepCounter, type Mode } from '../../src/ops/leaf.ts';
import { streamOp } from '../../src/ops/random.ts';
import { sum } from '../../src/ops/reduce.ts';
import { evaluate, fed, refusal } from '../support/values.ts';

const count = 20_000;
const x = fed('x', [count], new Float64Array(count).fill(3));

function inMode(tensor: Tensor, mode: Mode, seed = 7, step = 0): readonly number[] {
  const specialised = specialiseMode([tensor], mode).get(tensor) ?? tensor;
  return evaluate(specialised, [
    x,
    { leaf: sessionSeed(), numbers: [seed] },
    { leaf: stepCounter(), numbers: [step] },
  ]);
}

const zerosIn = (numbers: readonly number[]): number => numbers.filter((each) => each === 0).length;

describe('dropout', () => {
  test.each([0.1, 0.25, 0.5, 0.9])('zeroes a share of %d and scales the rest', (p) => {
    const result = inMode(dropout(p)(x.leaf), 'train');
    const spread = Math.sqrt(count * p * (1 - p));
    expect(Math.abs(zerosIn(result) - count * p)).toBeLessThan(4 * spread);
    expect(new Set(result)).toEqual(new Set([0, 3 * (1 / (1 - p))]));
  });

  test('is the identity in evaluation', () => {
    const result = dropout(0.5)(x.leaf);
    expect(specialiseMode([result], 'evaluate').get(result)).toBe(x.leaf);
  });

  test('draws anew at every step and for every seed, and the same for the same', () => {
    const result = dropout(0.5)(x.leaf);
    const first = inMode(result, 'train', 7, 0);
    expect(inMode(result, 'train', 7, 0)).toEqual(first);
    expect(inMode(result, 'train', 7, 1)).not.toEqual(first);
    expect(inMode(result, 'train', 8, 0)).not.toEqual(first);
  });

  test('passes the gradient of what it kept, with the same mask', () => {
    const result = dropout(0.5)(x.leaf);
    const [gradient] = grad(sum(result), [x.leaf]);
    const kept = inMode(result, 'train').map((each) => (each === 0 ? 0 : 2));
    expect(inMode(gradient, 'train')).toEqual(kept);
  });

  test('is the identity at p = 0 and gives zeros at p = 1', () => {
    expect(dropout(0)(x.leaf)).toBe(x.leaf);
    const all = dropout(1)(x.leaf);
    expect(zerosIn(inMode(all, 'train'))).toBe(count);
    expect(inMode(all, 'evaluate')[0]).toBe(3);
  });

  test('names its random stream after its path', () => {
    const net = sequential('net', dropout(), dropout(0.5, { name: 'last' }));
    const streams = topologicalOrder([net(x.leaf)]).filter(({ op }) => op.name === streamOp.name);
    expect(streams.map(({ attrs }) => attrs['path'])).toEqual(['net/last', 'net/dropout1']);
  });

  test('takes named dimensions', () => {
    expect(dropout()(input('x', [dim('batch'), 4])).shape).toEqual([dim('batch'), 4]);
  });

  test('refuses probabilities outside 0 … 1, and integers', () => {
    for (const p of [-0.1, 1.5, Number.NaN]) {
      expect(refusal(() => dropout(p))).toBe('DeclarationError E_OPTION');
    }
    expect(refusal(() => dropout()(input('x', [4], 'i32')))).toBe('DTypeError E_DTYPE_MISMATCH');
  });
});
