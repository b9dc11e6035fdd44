import { describe, expect, test } from 'vitest';
import type { Shape } from '../../src/ir/size.ts';
import { dim } from '../../src/ir/size.ts';
import type { Initialiser } from '../../src/nn/initialiser.ts';
import { orthogonal } from '../../src/nn/orthogonal.ts';
import { dirac, identityInit, sparse } from '../../src/nn/structured-initialiser.ts';
import { lecunNormal, lecunUniform, varianceScaling } from '../../src/nn/variance-scaling.ts';
import { parameter } from '../../src/ops/leaf.ts';
import { sessionSeed } from '../../src/ops/counters.ts';
import { sum } from '../../src/ops/reduce.ts';
import { compile } from '../../src/runtime/program.ts';
import { evaluate, refusal } from '../support/values.ts';

function draw(initialiser: Initialiser, shape: Shape, seed = 5): readonly number[] {
  return evaluate(initialiser(shape, { name: 'net/linear1.weight' }), [
    { leaf: sessionSeed(), numbers: [seed] },
  ]);
}

function deviation(numbers: readonly number[]): number {
  return Math.sqrt(numbers.reduce((total, each) => total + each * each, 0) / numbers.length);
}

/** The largest difference between the products of rows (or columns, if they are fewer) and those of a basis. */
function departure(numbers: readonly number[], rows: number, columns: number, square = 1): number {
  const [short, long] = [Math.min(rows, columns), Math.max(rows, columns)];
  const at = (vector: number, position: number): number =>
    numbers[rows <= columns ? vector * columns + position : position * columns + vector] ?? Number.NaN;
  let worst = 0;
  for (let a = 0; a < short; a++) {
    for (let b = 0; b < short; b++) {
      let product = 0;
      for (let position = 0; position < long; position++) product += at(a, position) * at(b, position);
      worst = Math.max(worst, Math.abs(product - (a === b ? square : 0)));
    }
  }
  return worst;
}

describe('orthogonal', () => {
  test.each([
    [1, 1],
    [4, 4],
    [3, 5],
    [5, 3],
    [1, 7],
    [7, 1],
    [20, 33],
  ])('%d × %d has orthonormal rows or columns', (rows, columns) => {
    expect(departure(draw(orthogonal(), [rows, columns]), rows, columns)).toBeLessThan(1e-12);
  });

  test('takes window axes as columns, and a gain', () => {
    const numbers = draw(orthogonal({ gain: 3 }), [4, 3, 2, 2]);
    expect(departure(numbers, 4, 12, 9)).toBeLessThan(1e-11);
  });

  test.each(['js', 'wasm'] as const)(
    'holds for more columns than one block of reflections on %s',
    (target) => {
      const weight = parameter('weight', orthogonal()([70, 75], { name: 'weight' }));
      const session = compile({ outputs: { total: sum(weight) } }, { target }).start({ seed: 2 });
      const numbers = [...(session.parameters()['weight']?.data ?? [])];
      expect(departure(numbers, 70, 75)).toBeLessThan(5e-7);
    },
  );

  test('is a rotation as often as a reflection, and its elements have the variance of a random direction', () => {
    const draws = Array.from({ length: 160 }, (_, seed) => draw(orthogonal(), [2, 2], seed));
    const rotations = draws.filter(([a = 0, b = 0, c = 0, d = 0]) => a * d - b * c > 0).length;
    // Five standard deviations of a fair coin.
    expect(Math.abs(rotations - 80)).toBeLessThan(32);
    for (let element = 0; element < 4; element++) {
      const own = draws.map((each) => each[element] ?? Number.NaN);
      expect(Math.abs(deviation(own) - Math.SQRT1_2)).toBeLessThan(0.1);
      expect(Math.abs(own.reduce((total, each) => total + each, 0) / own.length)).toBeLessThan(0.28);
    }
  });

  test('of no rows has no elements', () => {
    expect(draw(orthogonal(), [0, 3])).toEqual([]);
  });
});

describe('identityInit', () => {
  test('is 1 on the diagonal', () => {
    expect(draw(identityInit, [2, 3])).toEqual([1, 0, 0, 0, 1, 0]);
    expect(draw(identityInit, [3, 2])).toEqual([1, 0, 0, 1, 0, 0]);
  });
});

describe('dirac', () => {
  test('passes channels on in the middle of the window', () => {
    expect(draw(dirac(), [2, 2, 3])).toEqual([0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0]);
    // The middle of an even window is right of it, as in PyTorch.
    expect(draw(dirac(), [1, 1, 2, 2])).toEqual([0, 0, 0, 1]);
    expect(draw(dirac(), [3, 1, 1])).toEqual([1, 0, 0]);
  });

  test('begins anew in each group', () => {
    expect(draw(dirac({ groups: 2 }), [4, 2, 1])).toEqual([1, 0, 0, 1, 1, 0, 0, 1]);
    expect(draw(dirac({ groups: 2 }), [4, 1, 1])).toEqual([1, 0, 1, 0]);
  });
});

describe('sparse', () => {
  test('has as many zeros in every column, elsewhere normal numbers', () => {
    const [rows, columns] = [50, 40];
    const numbers = draw(sparse({ sparsity: 0.33, std: 2 }), [rows, columns]);
    const zeros = Array.from(
      { length: columns },
      (_, column) =>
        Array.from({ length: rows }, (__, row) => numbers[row * columns + column]).filter(
          (each) => each === 0,
        ).length,
    );
    expect(new Set(zeros)).toEqual(new Set([17]));
    const others = numbers.filter((each) => each !== 0);
    expect(Math.abs(deviation(others) / 2 - 1)).toBeLessThan(0.1);
    const places = numbers.map((each, position) => (each === 0 ? Math.floor(position / columns) : -1));
    expect(new Set(places.filter((row) => row >= 0)).size).toBe(rows);
  });

  test('may be all zeros or none', () => {
    expect(new Set(draw(sparse({ sparsity: 1 }), [4, 3]))).toEqual(new Set([0]));
    expect(draw(sparse({ sparsity: 0 }), [4, 3])).not.toContain(0);
  });
});

describe('variance scaling', () => {
  const shape = [120, 80];
  test.each<[string, Initialiser, number, number]>([
    ['fan in', varianceScaling(), Math.sqrt(1 / 80), 2 / 0.8796256610342398],
    ['fan out', varianceScaling({ scale: 2, mode: 'fanOut', distribution: 'normal' }), Math.sqrt(2 / 120), 5],
    ['both', varianceScaling({ mode: 'fanAvg', distribution: 'uniform' }), 0.1, Math.sqrt(3)],
    ['lecunNormal', lecunNormal(), Math.sqrt(1 / 80), 2 / 0.8796256610342398],
    ['lecunUniform', lecunUniform(), Math.sqrt(1 / 80), Math.sqrt(3)],
  ])('%s: deviation and largest magnitude', (_, initialiser, expected, largest) => {
    const numbers = draw(initialiser, shape);
    expect(Math.abs(deviation(numbers) / expected - 1)).toBeLessThan(0.03);
    const most = numbers.reduce((max, each) => Math.max(max, Math.abs(each)), 0) / expected;
    expect(most).toBeLessThan(largest * 1.000001);
    expect(most).toBeGreaterThan(Math.min(largest * 0.99, 3));
  });
});

describe('structured initialisers refuse', () => {
  test.each<[string, () => unknown, string]>([
    ['an infinite gain', () => orthogonal({ gain: Infinity }), 'DeclarationError E_OPTION'],
    ['a vector', () => orthogonal()([3], { name: 'w' }), 'ShapeError E_RANK'],
    ['a size that changes', () => orthogonal()([dim('n'), 3], { name: 'w' }), 'ShapeError E_RANK'],
    ['an identity of three axes', () => identityInit([2, 2, 2], { name: 'w' }), 'ShapeError E_RANK'],
    ['a dirac of two axes', () => dirac()([2, 2], { name: 'w' }), 'ShapeError E_RANK'],
    [
      'groups that do not divide',
      () => dirac({ groups: 2 })([3, 1, 1], { name: 'w' }),
      'DeclarationError E_OPTION',
    ],
    ['a part above 1', () => sparse({ sparsity: 1.1 }), 'DeclarationError E_OPTION'],
    ['a sparse vector', () => sparse({ sparsity: 0.5 })([4], { name: 'w' }), 'ShapeError E_RANK'],
    ['a scale of 0', () => varianceScaling({ scale: 0 }), 'DeclarationError E_OPTION'],
    ['an unknown mode', () => varianceScaling({ mode: 'fan_in' as never }), 'DeclarationError E_OPTION'],
    [
      'an unknown distribution',
      () => varianceScaling({ distribution: 'gauss' as never }),
      'DeclarationError E_OPTION',
    ],
    ['fans of a vector', () => varianceScaling()([3], { name: 'w' }), 'ShapeError E_RANK'],
  ])('%s', (_, call, expected) => {
    expect(refusal(call)).toBe(expected);
  });
});
