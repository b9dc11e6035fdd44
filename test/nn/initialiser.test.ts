import { describe, expect, test } from 'vitest';
import type { Shape } from '../../src/ir/size.ts';
import {
  constantInit,
  gain,
  kaimingNormal,
  kaimingUniform,
  normal,
  ones,
  uniform,
  xavierNormal,
  xavierUniform,
  zeros,
  type Initialiser,
  type Nonlinearity,
} from '../../src/nn/initialiser.ts';
import { inverseErrorFunction, truncatedNormal } from '../../src/nn/truncated-normal.ts';
import { referenceErf } from '../../src/ops/functions/reference.ts';
import { sessionSeed } from '../../src/ops/counters.ts';
import { evaluate, fed, refusal } from '../support/values.ts';

function draw(
  initialiser: Initialiser,
  shape: Shape,
  name = 'net/linear1.weight',
  seed = 5,
): readonly number[] {
  // The step counter is not fed: first values must not depend on it.
  return evaluate(initialiser(shape, { name }), [{ leaf: sessionSeed(), numbers: [seed] }]);
}

interface Moments {
  readonly mean: number;
  readonly deviation: number;
  /** Fourth standardised moment: 1.8 for a uniform, 3 for a normal distribution. */
  readonly kurtosis: number;
}

function momentsOf(numbers: readonly number[]): Moments {
  const average = (of: (each: number) => number): number =>
    numbers.reduce((total, each) => total + of(each), 0) / numbers.length;
  const mean = average((each) => each);
  const variance = average((each) => (each - mean) ** 2);
  const kurtosis = average((each) => (each - mean) ** 4) / variance ** 2;
  return { mean, deviation: Math.sqrt(variance), kurtosis };
}

const shape = [120, 80];
const [fanOut = 0, fanIn = 0] = shape;

describe('random initialisers have the moments of their formulas', () => {
  test.each<[string, Initialiser, number, number]>([
    ['uniform(-0.3, 0.3)', uniform(-0.3, 0.3), 0.3 / Math.sqrt(3), 1.8],
    ['normal(0, 2)', normal(0, 2), 2, 3],
    ['xavierUniform', xavierUniform(), Math.sqrt(2 / (fanIn + fanOut)), 1.8],
    ['xavierNormal', xavierNormal({ gain: 5 / 3 }), (5 / 3) * Math.sqrt(2 / (fanIn + fanOut)), 3],
    ['kaimingUniform', kaimingUniform(), Math.sqrt(2 / fanIn), 1.8],
    ['kaimingUniform, fan out', kaimingUniform({ mode: 'fanOut' }), Math.sqrt(2 / fanOut), 1.8],
    ['kaimingUniform, a = √5', kaimingUniform({ a: Math.sqrt(5) }), 1 / Math.sqrt(3 * fanIn), 1.8],
    ['kaimingNormal', kaimingNormal({ nonlinearity: 'relu' }), Math.sqrt(2 / fanIn), 3],
    ['kaimingNormal, linear', kaimingNormal({ nonlinearity: 'linear' }), 1 / Math.sqrt(fanIn), 3],
    // Deviation of a normal distribution cut at two sigmas: √(1 - 4 φ(2) / (2 Φ(2) - 1)).
    ['truncatedNormal', truncatedNormal(), 0.8796256610342398, 2.3654],
    ['truncatedNormal with far bounds', truncatedNormal({ std: 0.02 }), 0.02, 3],
  ])('%s', (_, initialiser, deviation, kurtosis) => {
    const numbers = draw(initialiser, shape);
    const moments = momentsOf(numbers);
    // Four standard errors at 9600 draws.
    expect(Math.abs(moments.mean)).toBeLessThan((4 * deviation) / Math.sqrt(numbers.length));
    expect(Math.abs(moments.deviation / deviation - 1)).toBeLessThan(
      4 * Math.sqrt((kurtosis - 1) / 4 / 9600),
    );
    expect(Math.abs(moments.kurtosis - kurtosis)).toBeLessThan(0.25);
  });

  test('uniform stays inside its bounds and fills them', () => {
    const numbers = draw(uniform(2, 3), shape);
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(2);
    expect(Math.min(...numbers)).toBeLessThan(2.002);
    expect(Math.max(...numbers)).toBeLessThan(3);
    expect(Math.max(...numbers)).toBeGreaterThan(2.998);
  });

  test('normal is centred at its mean', () => {
    expect(Math.abs(momentsOf(draw(normal(7, 0.1), shape)).mean - 7)).toBeLessThan(0.005);
  });

  test('truncatedNormal stays inside its bounds', () => {
    const numbers = draw(truncatedNormal({ mean: 1, std: 3, low: 0, high: 1.5 }), shape);
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...numbers)).toBeLessThanOrEqual(1.5);
    expect(new Set(numbers).size).toBeGreaterThan(9000);
  });

  test('windows count in both fans', () => {
    const { deviation } = momentsOf(draw(kaimingNormal({ mode: 'fanOut' }), [16, 20, 5, 5]));
    expect(Math.abs(deviation / Math.sqrt(2 / (16 * 25)) - 1)).toBeLessThan(0.03);
  });

  test('each parameter and each seed has numbers of its own', () => {
    const first = draw(normal(), [50], 'a.weight');
    expect(draw(normal(), [50], 'a.weight')).toEqual(first);
    expect(draw(normal(), [50], 'b.weight')).not.toEqual(first);
    expect(draw(normal(), [50], 'a.weight', 6)).not.toEqual(first);
  });
});

describe('constant initialisers', () => {
  test('repeat one value', () => {
    expect(draw(zeros, [3])).toEqual([0, 0, 0]);
    expect(draw(ones, [1, 2])).toEqual([1, 1]);
    expect(draw(constantInit(-0.5), [2, 1])).toEqual([-0.5, -0.5]);
  });
});

describe('gain', () => {
  test.each<[Nonlinearity, number | undefined, number]>([
    ['linear', undefined, 1],
    ['sigmoid', undefined, 1],
    ['tanh', undefined, 1.6666666666666667],
    ['relu', undefined, 1.4142135623730951],
    ['leakyRelu', undefined, 1.4141428569978354],
    ['leakyRelu', 0.2, 1.3867504905630728],
    ['selu', undefined, 0.75],
  ])('of %s with slope %s is PyTorch’s', (nonlinearity, slope, expected) => {
    expect(gain(nonlinearity, slope)).toBeCloseTo(expected, 15);
  });
});

describe('inverseErrorFunction', () => {
  test('undoes erf to single precision, tails included', () => {
    const points = Array.from({ length: 73 }, (_, position) => (position - 36) / 10);
    const x = fed('x', [points.length], points.map(referenceErf));
    evaluate(inverseErrorFunction(x.leaf), [x]).forEach((each, position) => {
      expect(Math.abs(each - (points[position] ?? Number.NaN))).toBeLessThan(4e-6);
    });
  });

  test('is finite at the ends of its interval', () => {
    const x = fed('x', [2], [-1, 1]);
    const [low = Number.NaN, high = Number.NaN] = evaluate(inverseErrorFunction(x.leaf), [x]);
    expect(low).toBe(-high);
    expect(high).toBeGreaterThan(3.7);
    expect(high).toBeLessThan(4);
  });
});

describe('initialisers refuse', () => {
  test.each<[string, () => unknown, string]>([
    ['bounds in the wrong order', () => uniform(1, 0), 'DeclarationError E_OPTION'],
    ['a negative deviation', () => normal(0, -1), 'DeclarationError E_OPTION'],
    ['a negative gain', () => xavierUniform({ gain: -1 }), 'DeclarationError E_OPTION'],
    ['a constant that is no number', () => constantInit(Number.NaN), 'DeclarationError E_OPTION'],
    ['an empty interval', () => truncatedNormal({ low: 2, high: 2 }), 'DeclarationError E_OPTION'],
    ['an unknown nonlinearity', () => gain('swish' as Nonlinearity), 'DeclarationError E_OPTION'],
    ['fans of a vector', () => draw(xavierNormal(), [4]), 'ShapeError E_RANK'],
  ])('%s', (_, call, expected) => {
    expect(refusal(call)).toBe(expected);
  });
});
