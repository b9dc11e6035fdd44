// Signals: windows, frames, and spectra over time.
import type { FloatDType } from '../ir/dtype.ts';
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import { printShape } from '../ir/size.ts';
import { checkNames, requireWhole } from './option.ts';
import { mul } from './arithmetic.ts';
import { broadcastTo } from './broadcast.ts';
import { gather } from './gather.ts';
import { constant, requireFloat } from './leaf.ts';
import { requireTensors, shapeMismatch } from './mismatch.ts';
import { numericSize } from './movement.ts';
import { pad } from './pad.ts';
import { reshape } from './reshape.ts';
import { rfft, type ComplexParts } from './spectrum.ts';

/** `a - b·cos(2πi / N)`, N the length, or one less where that is odd. */
function cosineWindow(operation: string, length: number, a: number, b: number, dtype: FloatDType): Tensor {
  requireWhole(operation, 'length', length, 1);
  const period = Math.max(1, length % 2 === 0 ? length : length - 1);
  const elements = Array.from({ length }, (_, i) => a - b * Math.cos((2 * Math.PI * i) / period));
  return constant(elements, [length], dtype);
}

/**
 * `½ - ½·cos(2πi / N)`: a window that falls to zero (Hann). N is the length, or one less where that is odd, as in
 * TensorFlow's `hann_window`.
 * @throws {DeclarationError} `E_OPTION`
 */
export function hannWindow(length: number, dtype: FloatDType = 'f32'): Tensor {
  return cosineWindow('hannWindow', length, 0.5, 0.5, dtype);
}

/**
 * `0.54 - 0.46·cos(2πi / N)` (TensorFlow's `hamming_window`): a window that falls to 0.08 (Hamming). N as in {@link
 * hannWindow}.
 * @throws {DeclarationError} `E_OPTION`
 */
export function hammingWindow(length: number, dtype: FloatDType = 'f32'): Tensor {
  return cosineWindow('hammingWindow', length, 0.54, 0.46, dtype);
}

/** Options of {@link frame}. */
export interface FrameOptions {
  /** Whether frames that only begin inside count, default false. */
  readonly padEnd?: boolean;
  /** What stands behind the end of the signal, default 0. */
  readonly value?: number;
}

/**
 * Frames of a signal, `[n]` → `[count, length]`: frame i begins at `i · step` (TensorFlow's `frame`).
 * @throws {ShapeError} `E_RANK`, `E_UNBOUND_DIM` @throws {DeclarationError} `E_OPTION`
 */
export function frame(signal: Tensor, length: number, step: number, options: FrameOptions = {}): Tensor {
  checkNames('frame', options, ['padEnd', 'value']);
  requireWhole('frame', 'length', length, 1);
  requireWhole('frame', 'step', step, 1);
  requireTensors('frame', signal);
  if (signal.shape.length !== 1) {
    throw shapeMismatch({
      code: 'E_RANK',
      operation: 'frame',
      problem: `${printShape(signal.shape)} is no signal`,
      expectation: 'takes one axis',
      operands: [signal],
    });
  }
  const { padEnd = false, value = 0 } = options;
  const size = numericSize('frame', signal, 0);
  const count = padEnd ? Math.ceil(size / step) : Math.max(0, Math.floor((size - length) / step) + 1);
  return composite('frame', () => {
    const missing = Math.max(0, (count - 1) * step + length - size);
    const whole = missing === 0 ? signal : pad(signal, [[0, missing]], { value });
    const places = Array.from({ length: count * length }, (_, flat) => {
      const row = Math.floor(flat / length);
      return row * step + (flat - row * length);
    });
    return reshape(gather(whole, constant(places, [places.length], 'i32'), 0), [count, length]);
  });
}

/**
 * Spectra of a signal over time, `[n]` → `[count, ⌊spectrum/2⌋ + 1]`: {@link frame}, times a window, through {@link rfft}
 * (TensorFlow's `stft`).
 * @param spectrum length of each transform; default: the least power of two that holds a frame
 * @param window of the length of a frame; default {@link hannWindow}
 * @throws {ShapeError} as {@link frame} does @throws {DeclarationError} `E_OPTION`
 */
export function stft(
  signal: Tensor,
  length: number,
  step: number,
  spectrum?: number,
  window?: Tensor,
): ComplexParts {
  const frames = frame(signal, length, step);
  requireFloat('stft', signal);
  const shape = window ?? hannWindow(length, signal.dtype === 'f64' ? 'f64' : 'f32');
  return composite('stft', () =>
    rfft(mul(frames, broadcastTo(shape, frames.shape)), spectrum ?? 2 ** Math.ceil(Math.log2(length))),
  );
}
