// Discrete Fourier transforms, as products with matrices of cosines and sines: quadratic in the length, and differentiable
// to any order since products are. Complex tensors are pairs of real ones.
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import { printShape, shapesEqual } from '../ir/size.ts';
import { requireWhole, checkNames } from './option.ts';
import { add, sub } from './arithmetic.ts';
import { matmul } from './contraction.ts';
import { constant, requireFloat } from './leaf.ts';
import { requireTensors, shapeMismatch } from './mismatch.ts';
import { numericSize, sliceAxis } from './movement.ts';

/** The parts of complex numbers: two tensors of one shape. */
export interface ComplexParts {
  readonly real: Tensor;
  readonly imaginary: Tensor;
}

/** Size of the last axis. @throws {ShapeError} `E_RANK` for a scalar */
function lengthOf(operation: string, x: Tensor): number {
  requireTensors(operation, x);
  requireFloat(operation, x);
  if (x.shape.length > 0) return numericSize(operation, x, x.shape.length - 1);
  throw shapeMismatch({
    code: 'E_RANK',
    operation,
    problem: 'a scalar is no signal',
    expectation: 'takes an axis to transform',
    operands: [x],
  });
}

function lengthOfParts(operation: string, parts: ComplexParts): number {
  checkNames(operation, parts, ['real', 'imaginary']);
  const { real, imaginary } = parts;
  const size = lengthOf(operation, real);
  lengthOf(operation, imaginary);
  if (shapesEqual(real.shape, imaginary.shape) && real.dtype === imaginary.dtype) return size;
  throw shapeMismatch({
    code: 'E_SHAPE_MISMATCH',
    operation,
    problem: `the parts are ${printShape(real.shape)} and ${printShape(imaginary.shape)}`,
    expectation: 'takes parts of one shape and dtype',
    operands: [real, imaginary],
  });
}

/** `of(2π·row·column / period)`, row by row. */
function waves(
  rows: number,
  columns: number,
  period: number,
  of: (angle: number, row: number, column: number) => number,
  like: Tensor,
): Tensor {
  const elements = Array.from({ length: rows * columns }, (_, flat) => {
    const [row, column] = [Math.floor(flat / columns), flat % columns];
    // The angle of a whole number of turns is 0, however large the product is.
    return of((2 * Math.PI * ((row * column) % period)) / period, row, column);
  });
  return constant(elements, [rows, columns], like.dtype);
}

/**
 * The spectrum of complex numbers along the last axis: `X[k] = Σ x[i]·e^(-2πi·k/n)` (NumPy's and PyTorch's `fft`).
 * @throws {ShapeError} `E_RANK`, `E_SHAPE_MISMATCH`, `E_UNBOUND_DIM` @throws {DTypeError} `E_DTYPE_MISMATCH`
 */
export function fft(parts: ComplexParts): ComplexParts {
  const size = lengthOfParts('fft', parts);
  return composite('fft', () => transformed(parts, size, 1, 1));
}

/**
 * Complex numbers of a spectrum along the last axis (PyTorch's `ifft`): `x[i] = Σ X[k]·e^(2πi·k/n) / n`, the inverse
 * of {@link fft}.
 * @throws {ShapeError} `E_RANK`, `E_SHAPE_MISMATCH`, `E_UNBOUND_DIM` @throws {DTypeError} `E_DTYPE_MISMATCH`
 */
export function ifft(parts: ComplexParts): ComplexParts {
  const size = lengthOfParts('ifft', parts);
  return composite('ifft', () => transformed(parts, size, -1, 1 / Math.max(1, size)));
}

/** `(a + ib)(c - i·sign·s)` over the last axis, with `c` and `s` the cosines and sines. */
function transformed(
  { real, imaginary }: ComplexParts,
  size: number,
  sign: 1 | -1,
  scale: number,
): ComplexParts {
  const cosines = waves(size, size, size, (angle) => scale * Math.cos(angle), real);
  const sines = waves(size, size, size, (angle) => sign * scale * Math.sin(angle), real);
  return {
    real: add(matmul(real, cosines), matmul(imaginary, sines)),
    imaginary: sub(matmul(imaginary, cosines), matmul(real, sines)),
  };
}

/**
 * The spectrum of real numbers along the last axis, `[…, n]` → `[…, ⌊length/2⌋ + 1]`: the half of {@link fft} that is not
 * the mirror image of the other (NumPy's and PyTorch's `rfft`).
 * @param length of the signal: what is longer is cut off, what is shorter is filled up with zeros; default: as it is
 * @throws {ShapeError} `E_RANK`, `E_UNBOUND_DIM` @throws {DTypeError} `E_DTYPE_MISMATCH` @throws {DeclarationError} `E_OPTION`
 */
export function rfft(x: Tensor, length?: number): ComplexParts {
  const size = lengthOf('rfft', x);
  const count = length ?? size;
  requireWhole('rfft', 'length', count, 1);
  return composite('rfft', () => {
    const used = Math.min(size, count);
    const signal = used === size ? x : sliceAxis(x, x.shape.length - 1, 0, used);
    const frequencies = Math.floor(count / 2) + 1;
    return {
      real: matmul(signal, waves(used, frequencies, count, Math.cos, x)),
      imaginary: matmul(
        signal,
        waves(used, frequencies, count, (angle) => -Math.sin(angle), x),
      ),
    };
  });
}

/**
 * Real numbers of the half of a spectrum along the last axis, `[…, m]` → `[…, length]`, the inverse of {@link rfft} (NumPy's
 * and PyTorch's `irfft`). What is missing of the spectrum is zero.
 * @param length of the signal; default: `2·(m - 1)`, at least 1
 * @throws {ShapeError} `E_RANK`, `E_SHAPE_MISMATCH`, `E_UNBOUND_DIM` @throws {DTypeError} `E_DTYPE_MISMATCH`
 * @throws {DeclarationError} `E_OPTION`
 */
export function irfft(parts: ComplexParts, length?: number): Tensor {
  const size = lengthOfParts('irfft', parts);
  const count = length ?? Math.max(1, 2 * (size - 1));
  requireWhole('irfft', 'length', count, 1);
  return composite('irfft', () => {
    const { real, imaginary } = parts;
    const used = Math.min(size, Math.floor(count / 2) + 1);
    const cut = (x: Tensor): Tensor => (used === size ? x : sliceAxis(x, x.shape.length - 1, 0, used));
    // Frequencies stand for their mirror images, too; the first, and in even lengths the last, has none.
    const share = (frequency: number): number => (frequency === 0 || frequency * 2 === count ? 1 : 2) / count;
    const cosines = waves(used, count, count, (angle, row) => share(row) * Math.cos(angle), real);
    const sines = waves(used, count, count, (angle, row) => share(row) * Math.sin(angle), real);
    return sub(matmul(cut(real), cosines), matmul(cut(imaginary), sines));
  });
}
