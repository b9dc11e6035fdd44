import { describe, expect, test } from 'vitest';
import { numpyRandomState, permutation } from 'tapeless/data';
import { expectDataError } from './expect-data-error.ts';

describe('numpyRandomState', () => {
  // Made with NumPy 2.4.6: np.random.RandomState(seed).permutation(n).
  test.each([
    [0, 10, [2, 8, 4, 9, 1, 6, 7, 3, 0, 5]],
    [42, 10, [8, 1, 5, 0, 7, 2, 9, 4, 3, 6]],
    [2, 10, [4, 1, 5, 0, 7, 2, 3, 6, 9, 8]],
    [123456789, 17, [15, 1, 14, 5, 9, 8, 2, 6, 11, 16, 0, 13, 3, 4, 10, 7, 12]],
    [4294967295, 8, [1, 7, 6, 0, 5, 4, 2, 3]],
    [2, 1, [0]],
    [7, 0, []],
  ])('seeded with %i permutes %i numbers as NumPy does', (seed, n, expected) => {
    expect([...numpyRandomState(seed).permutation(n)]).toEqual(expected);
    expect([...permutation(n, numpyRandomState(seed))]).toEqual(expected);
  });

  test('permutes the 150 rows of Iris as the lab does with random_state=2', () => {
    expect([...numpyRandomState(2).permutation(150)]).toEqual([
      6, 3, 113, 12, 24, 129, 25, 108, 128, 45, 48, 42, 35, 5, 85, 54, 41, 96, 144, 89, 77, 74, 115, 94, 87,
      29, 2, 127, 44, 125, 126, 23, 64, 117, 84, 14, 132, 91, 53, 141, 78, 97, 143, 93, 11, 134, 28, 65, 0,
      27, 36, 106, 148, 131, 20, 140, 136, 105, 119, 13, 30, 101, 99, 59, 135, 123, 71, 21, 55, 16, 114, 92,
      98, 18, 81, 61, 86, 122, 1, 56, 19, 82, 120, 9, 60, 34, 40, 10, 112, 100, 26, 32, 146, 118, 62, 109, 57,
      73, 147, 17, 130, 149, 111, 8, 121, 39, 49, 79, 139, 90, 133, 50, 76, 110, 52, 80, 66, 138, 83, 142, 70,
      46, 68, 88, 69, 67, 137, 58, 33, 38, 103, 51, 107, 4, 102, 37, 116, 124, 31, 63, 47, 145, 95, 7, 104,
      75, 43, 22, 72, 15,
    ]);
  });

  test('permutes 60000 numbers as NumPy does, across many generations of the state', () => {
    const order = numpyRandomState(2).permutation(60_000);
    expect([...order.slice(0, 8)]).toEqual([10327, 11901, 13305, 27477, 55627, 7409, 20191, 14985]);
    expect([...order.slice(-4)]).toEqual([30280, 6637, 35343, 23720]);
    // The checksum Σ (value · (position + 1) mod 1000003) of NumPy's permutation.
    expect(order.reduce((sum, value, index) => sum + ((value * (index + 1)) % 1000003), 0)).toBe(30007279114);
  });

  test('goes on from where the last permutation stopped', () => {
    const random = numpyRandomState(2);
    expect([...random.permutation(5)]).toEqual([2, 4, 1, 3, 0]);
    expect([...random.permutation(7)]).toEqual([4, 1, 0, 5, 2, 3, 6]);
  });

  test('draws the words of the Mersenne Twister, before and after its state is renewed', () => {
    const random = numpyRandomState(1);
    const words = Array.from({ length: 1300 }, () => random.nextUint32());
    expect(words.slice(0, 3)).toEqual([1791095845, 4282876139, 3093770124]);
    expect(words.slice(623, 626)).toEqual([2006116153, 1104314680, 939235918]);
    expect(words[1299]).toBe(2604647584);
  });

  test('refuses seeds that NumPy refuses', () => {
    expectDataError(() => numpyRandomState(-1), 'E_DATA_OPTION', 'randomState is -1');
    expectDataError(() => numpyRandomState(2 ** 32), 'E_DATA_OPTION', 'randomState is 4294967296');
  });
});
