import { describe, expect, test } from 'vitest';
import {
  compile,
  constant,
  fft,
  frame,
  hammingWindow,
  hannWindow,
  ifft,
  irfft,
  rfft,
  stft,
  type Tensor,
} from 'tapeless';
import { numbersBetween, refusal } from '../support/values.ts';

function numbersOf(tensor: Tensor, target: 'interpreter' | 'wasm' = 'interpreter'): readonly number[] {
  return [
    ...compile({ outputs: { y: tensor } }, { target })
      .start()
      .predict({}).y.data,
  ];
}

function expectClose(found: readonly number[], expected: readonly number[]): void {
  expect(found).toHaveLength(expected.length);
  found.forEach((number, position) => expect(number).toBeCloseTo(expected[position] ?? Number.NaN, 9));
}

const signal = (...numbers: readonly number[]): Tensor => constant(numbers, [numbers.length], 'f64');

describe('windows', () => {
  test('begin and end where their formulas do', () => {
    expectClose(numbersOf(hannWindow(7, 'f64')), [0, 0.25, 0.75, 1, 0.75, 0.25, 0]);
    expectClose(numbersOf(hammingWindow(3, 'f64')), [0.08, 1, 0.08]);
    expectClose(numbersOf(hannWindow(4, 'f64')), [0, 0.5, 1, 0.5]);
    expectClose(numbersOf(hannWindow(1, 'f64')), [0]);
    expect(refusal(() => hannWindow(0))).toBe('DeclarationError E_OPTION');
  });
});

describe('frame', () => {
  test('lists frames that lie inside, or also those that only begin there', () => {
    expect(numbersOf(frame(signal(1, 2, 3, 4, 5), 3, 2))).toEqual([1, 2, 3, 3, 4, 5]);
    const padded = frame(signal(1, 2, 3, 4, 5), 3, 2, { padEnd: true, value: -1 });
    expect(padded.shape).toEqual([3, 3]);
    expect(numbersOf(padded)).toEqual([1, 2, 3, 3, 4, 5, 5, -1, -1]);
  });

  test('leaves out what lies between frames, and may find none', () => {
    expect(numbersOf(frame(signal(1, 2, 3, 4, 5), 1, 3))).toEqual([1, 4]);
    expect(frame(signal(1, 2), 3, 1).shape).toEqual([0, 3]);
    // A loop that never runs keeps no promise about its indices.
    expect(numbersOf(frame(signal(1, 2), 3, 1), 'wasm')).toEqual([]);
  });

  test('refuses other shapes and steps', () => {
    expect(refusal(() => frame(constant([1, 2], [1, 2]), 1, 1))).toBe('ShapeError E_RANK');
    expect(refusal(() => frame(signal(1, 2), 1, 0))).toBe('DeclarationError E_OPTION');
  });
});

/** The definition, term by term. */
function spectrumOf(real: readonly number[], imaginary: readonly number[], sign: 1 | -1) {
  const size = real.length;
  return real.map((_, k) => {
    let [a, b] = [0, 0];
    real.forEach((x, i) => {
      const angle = (-sign * 2 * Math.PI * i * k) / size;
      const y = imaginary[i] ?? 0;
      a += x * Math.cos(angle) - y * Math.sin(angle);
      b += x * Math.sin(angle) + y * Math.cos(angle);
    });
    return [a, b] as const;
  });
}

describe('spectra', () => {
  const real = numbersBetween(-1, 1, 6, 1);
  const imaginary = numbersBetween(-1, 1, 6, 2);
  const parts = { real: signal(...real), imaginary: signal(...imaginary) };

  test('are what their definition gives, and inverse to one another', () => {
    const spectrum = fft(parts);
    const expected = spectrumOf(real, imaginary, 1);
    expectClose(
      numbersOf(spectrum.real),
      expected.map(([a]) => a),
    );
    expectClose(
      numbersOf(spectrum.imaginary),
      expected.map(([, b]) => b),
    );
    expectClose(numbersOf(ifft(spectrum).real), real);
    expectClose(numbersOf(ifft(spectrum).imaginary), imaginary);
  });

  test('of real numbers are the first half, of even and odd lengths', () => {
    for (const size of [1, 2, 5, 6]) {
      const x = real.slice(0, size);
      const half = rfft(signal(...x));
      const expected = spectrumOf(x, [], 1).slice(0, Math.floor(size / 2) + 1);
      expectClose(
        numbersOf(half.real),
        expected.map(([a]) => a),
      );
      expectClose(
        numbersOf(half.imaginary),
        expected.map(([, b]) => b),
      );
      expectClose(numbersOf(irfft(half, size)), x);
    }
  });

  test('are cut or filled up with zeros', () => {
    const cut = rfft(signal(1, 2, 3, 4), 2);
    expectClose(numbersOf(cut.real), [3, -1]);
    const filled = rfft(signal(1, 2), 4);
    expectClose(numbersOf(filled.real), [3, 1, -1]);
    expectClose(numbersOf(filled.imaginary), [0, -2, 0]);
  });

  test('keep other axes, and stay exact for long signals of whole turns', () => {
    const batch = rfft(constant([1, 2, 3, 4, 5, 6], [2, 3], 'f64'));
    expect(batch.real.shape).toEqual([2, 2]);
    const wave = Array.from({ length: 512 }, (_, i) => (i % 2 === 0 ? 1 : -1));
    const { real: spectrum } = rfft(signal(...wave));
    const numbers = numbersOf(spectrum);
    expect(numbers[256]).toBe(512);
    expect(Math.max(...numbers.slice(0, 256).map(Math.abs))).toBeLessThan(1e-9);
  });

  test('over time are those of windowed frames', () => {
    const { real: spectrum } = stft(signal(1, 2, 3, 4, 5), 3, 1);
    expect(spectrum.shape).toEqual([3, 3]);
    // Frames of 3 in transforms of 4, under the window 0, 1, 0.
    expectClose(numbersOf(spectrum).slice(0, 3), [2, 0, -2]);
    const whole = stft(signal(1, 2, 3), 3, 1, 3, constant([1, 1, 1], [3], 'f64'));
    expectClose(numbersOf(whole.real), [6, -1.5]);
    expect(numbersOf(whole.real, 'wasm')).toHaveLength(2);
  });

  test('are refused of what is no signal', () => {
    expect(refusal(() => rfft(constant([1], [], 'f64')))).toBe('ShapeError E_RANK');
    expect(refusal(() => fft({ real: signal(1, 2), imaginary: signal(1) }))).toBe(
      'ShapeError E_SHAPE_MISMATCH',
    );
    expect(refusal(() => rfft(constant([1, 2], [2], 'i32')))).toBe('DTypeError E_DTYPE_MISMATCH');
  });
});
