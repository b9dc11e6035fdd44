import { describe, expect, test } from 'vitest';
import { grad } from '../../src/autodiff/grad.ts';
import { specialiseMode } from '../../src/autodiff/mode.ts';
import type { Tensor } from '../../src/ir/node.ts';
import { topologicalOrder } from '../../src/ir/node.ts';
import { dim } from '../../src/ir/size.ts';
import {
  alphaDropout,
  dropout,
  dropout1d,
  dropout2d,
  dropout3d,
  featureAlphaDropout,
} from '../../src/nn/dropout.ts';
import { sequential } from '../../src/nn/sequential.ts';
import { constant, input, type Mode } from '../../src/ops/leaf.ts';
import { sessionSeed, stepCounter } from '../../src/ops/counters.ts';
import { streamOp } from '../../src/ops/random.ts';
import { sum } from '../../src/ops/reduce.ts';
import { evaluate, fed, refusal, uniformNumbers } from '../support/values.ts';

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

describe('dropout of a tensor', () => {
  test('is fixed in training or evaluation, or follows the program', () => {
    expect(dropout(x.leaf, 0.5, { training: false })).toBe(x.leaf);
    const always = dropout(x.leaf, 0.5, { training: true });
    expect(zerosIn(inMode(always, 'evaluate'))).toBeGreaterThan(count / 3);
    const byMode = dropout(x.leaf);
    expect(specialiseMode([byMode], 'evaluate').get(byMode)).toBe(x.leaf);
  });

  test('takes a mask that broadcasts', () => {
    const numbers = fed('x', [2, 2], [1, 2, 3, Number.NaN]);
    const mask = constant([1, 0], [2], 'bool');
    const result = dropout(numbers.leaf, 0.75, { training: true, mask });
    expect(evaluate(result, [numbers])).toEqual([4, 0, 12, 0]);
  });

  test('draws two masks in two calls', () => {
    const [first, second] = [dropout(x.leaf), dropout(x.leaf)];
    expect(first).not.toBe(second);
  });

  test('refuses masks that do not fit', () => {
    const refused = (mask: Tensor): string => refusal(() => dropout(x.leaf, 0.5, { mask }));
    expect(refused(input('m', [3], 'bool'))).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(refused(input('m', [count]))).toBe('DTypeError E_DTYPE_MISMATCH');
    // What plain JavaScript may pass.
    expect(refused([true] as never)).toBe('DTypeError E_NOT_A_TENSOR');
    expect(refusal(() => dropout(x.leaf, 0.5, { masks: 1 } as object))).toBe('DeclarationError E_OPTION');
  });
});

describe('dropout of channels', () => {
  const noisy = (tensor: Tensor, feed: ReturnType<typeof fed>): readonly number[] =>
    evaluate(tensor, [feed, { leaf: sessionSeed(), numbers: [3] }, { leaf: stepCounter(), numbers: [0] }]);

  test.each([
    ['dropout1d', dropout1d, [50, 4, 6]],
    ['dropout1d of one example', dropout1d, [200, 6]],
    ['dropout2d', dropout2d, [50, 4, 2, 3]],
    ['dropout2d of signals', dropout2d, [50, 4, 6]],
    ['dropout3d', dropout3d, [50, 4, 1, 2, 3]],
    ['dropout3d of one example', dropout3d, [200, 1, 2, 3]],
  ] as const)('%s keeps or drops whole channels', (_, layer, shape) => {
    const ones = fed('ones', shape, new Float64Array(1200).fill(1));
    const result = noisy(layer(ones.leaf, 0.5, { training: true }), ones);
    const channels = Array.from({ length: 200 }, (__, channel) => result.slice(channel * 6, channel * 6 + 6));
    expect(channels.every((channel) => new Set(channel).size === 1)).toBe(true);
    const dropped = channels.filter(([first]) => first === 0).length;
    expect(Math.abs(dropped - 100)).toBeLessThan(4 * Math.sqrt(50));
    expect(new Set(result)).toEqual(new Set([0, 2]));
  });

  test('refuses other ranks', () => {
    expect(refusal(() => dropout1d()(input('x', [4])))).toBe('ShapeError E_RANK');
    expect(refusal(() => dropout2d(input('x', [4, 2])))).toBe('ShapeError E_RANK');
    expect(() => dropout3d()(input('x', [4, 2]))).toThrow(/dropout3d takes 4 or 5 axes/);
  });
});

describe('alphaDropout', () => {
  test('keeps mean and variance of standard normal numbers', () => {
    const uniform = uniformNumbers(5);
    const gaussian = Array.from(
      { length: count },
      () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    );
    const feed = fed('g', [count], gaussian);
    const result = evaluate(alphaDropout(feed.leaf, 0.2, { training: true }), [
      feed,
      { leaf: sessionSeed(), numbers: [3] },
      { leaf: stepCounter(), numbers: [0] },
    ]);
    const mean = result.reduce((total, each) => total + each, 0) / count;
    const variance = result.reduce((total, each) => total + (each - mean) ** 2, 0) / count;
    expect(mean).toBeCloseTo(0, 1);
    expect(variance).toBeCloseTo(1, 1);
  });

  test('maps kept and dropped elements as its formula says', () => {
    const feed = fed('x', [2], [0.5, 0.5]);
    const mask = constant([1, 0], [2], 'bool');
    const result = evaluate(alphaDropout(feed.leaf, 0.3, { training: true, mask }), [feed]);
    const saturation = -1.0507009873554805 * 1.6732632423543772;
    const a = 1 / Math.sqrt(0.7 * (1 + 0.3 * saturation ** 2));
    expect(result[0]).toBeCloseTo(a * 0.5 - a * 0.3 * saturation, 12);
    expect(result[1]).toBeCloseTo(a * saturation - a * 0.3 * saturation, 12);
  });

  test('gives zeros at p = 1, and drops whole channels where it is of features', () => {
    expect(new Set(inMode(alphaDropout(1)(x.leaf), 'train'))).toEqual(new Set([0]));
    const channels = fed('c', [40, 5, 2], new Float64Array(400).fill(1));
    const result = evaluate(featureAlphaDropout(channels.leaf, 0.5, { training: true }), [
      channels,
      { leaf: sessionSeed(), numbers: [3] },
      { leaf: stepCounter(), numbers: [0] },
    ]);
    const pairs = Array.from({ length: 200 }, (_, pair) => [result[2 * pair], result[2 * pair + 1]]);
    expect(pairs.every(([first, second]) => first === second)).toBe(true);
    expect(new Set(result).size).toBe(2);
  });
});
