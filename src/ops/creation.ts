// Tensors from a rule: equal elements of another tensor's shape, numbers in a row, and grids of coordinates. They are
// computed where they are read, and take no memory.
import type { DType } from '../ir/dtype.ts';
import type { Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import type { Size } from '../ir/size.ts';
import { badOption, checkNames, requireOneOf, requireWhole } from './option.ts';
import { add, less, mul, pow, sub } from './arithmetic.ts';
import { broadcastAlong } from './broadcast.ts';
import { scalar } from './leaf.ts';
import { requireTensorList, requireTensors, shapeMismatch } from './mismatch.ts';
import { iota } from './random.ts';
import { reshape } from './reshape.ts';
import { cast, where } from './select.ts';

/**
 * `out[i] = value` in the shape of `x`, and of its dtype where none is given (PyTorch's `full_like`).
 * @throws {DTypeError} `E_NOT_A_TENSOR`
 */
export function filledLike<T extends Tensor, D extends DType = T['dtype']>(
  x: T,
  value: number,
  dtype?: D,
): Tensor<T['shape'], D>;
export function filledLike(x: Tensor, value: number, dtype?: DType): Tensor {
  requireTensors('filledLike', x);
  return broadcastAlong(scalar(value, dtype ?? x.dtype), x.shape, []);
}

/**
 * `out[i] = 0` in the shape of `x`, and of its dtype where none is given (PyTorch's `zeros_like`).
 * @throws {DTypeError} `E_NOT_A_TENSOR`
 */
export function zerosLike<T extends Tensor, D extends DType = T['dtype']>(
  x: T,
  dtype?: D,
): Tensor<T['shape'], D>;
export function zerosLike(x: Tensor, dtype?: DType): Tensor {
  return filledLike(x, 0, dtype);
}

/**
 * `out[i] = 1` in the shape of `x`, and of its dtype where none is given (PyTorch's `ones_like`).
 * @throws {DTypeError} `E_NOT_A_TENSOR`
 */
export function onesLike<T extends Tensor, D extends DType = T['dtype']>(
  x: T,
  dtype?: D,
): Tensor<T['shape'], D>;
export function onesLike(x: Tensor, dtype?: DType): Tensor {
  return filledLike(x, 1, dtype);
}

/** What {@link arange} takes beside its ends. */
export interface ArangeOptions<D extends DType = DType> {
  /** Distance of neighbours, default 1; negative to count down. */
  readonly step?: number;
  /** Element type, default `f32`. */
  readonly dtype?: D;
}

/**
 * `start, start + step, …` as long as they are before `stop`: `⌈(stop - start) / step⌉` numbers (PyTorch's and NumPy's
 * `arange`). Computed in double precision and rounded once.
 * @throws {DeclarationError} `E_OPTION` for ends that are not finite, a step of 0 or away from `stop`, and fractions in i32
 */
export function arange<D extends DType = 'f32'>(
  start: number,
  stop: number,
  options?: ArangeOptions<D>,
): Tensor<[number], D>;
export function arange(start: number, stop: number, options: ArangeOptions = {}): Tensor {
  checkNames('arange', options, ['step', 'dtype']);
  const { step = 1, dtype = 'f32' } = options;
  requireFinite('arange', { start, stop, step });
  if (step === 0 || (stop - start) / step < 0) {
    throw badOption('arange', `step is ${step}`, `has to lead from ${start} to ${stop}`);
  }
  if (dtype === 'i32') {
    requireWhole('arange', 'start', start);
    requireWhole('arange', 'step', step);
  }
  return composite('arange', () => {
    const counted = iota(Math.ceil((stop - start) / step));
    if (dtype === 'i32') return add(mul(counted, step), start);
    return cast(add(mul(cast(counted, 'f64'), step), start), dtype);
  });
}

/** What {@link linspace} and {@link logspace} take beside their ends. */
export interface SpaceOptions<D extends DType = DType> {
  /** Element type, default `f32`. */
  readonly dtype?: D;
}

/**
 * `start + i · (end - start) / (count - 1)`: `count` numbers at equal distances from `start` to `end`, both included
 * (PyTorch's and NumPy's `linspace`). Computed in double precision, the first half from the start and the second
 * half from the end, and rounded once.
 * @throws {DeclarationError} `E_OPTION` for ends that are not finite and a count that is no whole number
 */
export function linspace<D extends DType = 'f32'>(
  start: number,
  end: number,
  count: number,
  options?: SpaceOptions<D>,
): Tensor<[number], D>;
export function linspace(start: number, end: number, count: number, options: SpaceOptions = {}): Tensor {
  checkNames('linspace', options, ['dtype']);
  const { dtype = 'f32' } = options;
  requireFinite('linspace', { start, end });
  requireWhole('linspace', 'count', count, 0);
  return composite('linspace', () => cast(equallySpaced(start, end, count), dtype));
}

function equallySpaced(start: number, end: number, count: number): Tensor {
  const counted = iota(count);
  const step = count < 2 ? 0 : (end - start) / (count - 1);
  const fromStart = add(mul(cast(counted, 'f64'), step), start);
  const fromEnd = sub(scalar(end, 'f64'), mul(cast(sub(count - 1, counted), 'f64'), step));
  return count < 2 ? fromStart : where(less(counted, Math.floor(count / 2)), fromStart, fromEnd);
}

/** What {@link logspace} takes beside its ends. */
export interface LogspaceOptions<D extends DType = DType> extends SpaceOptions<D> {
  /** What is raised to the exponents, default 10. */
  readonly base?: number;
}

/**
 * `base^(start + i · (end - start) / (count - 1))`: `base` to the power of `count` exponents at equal distances from
 * `start` to `end`, both included (PyTorch's and NumPy's `logspace`).
 * @throws {DeclarationError} `E_OPTION` for exponents that are not finite and a count that is no whole number
 */
export function logspace<D extends DType = 'f32'>(
  start: number,
  end: number,
  count: number,
  options?: LogspaceOptions<D>,
): Tensor<[number], D>;
export function logspace(start: number, end: number, count: number, options: LogspaceOptions = {}): Tensor {
  checkNames('logspace', options, ['base', 'dtype']);
  const { base = 10, dtype = 'f32' } = options;
  requireFinite('logspace', { start, end, base });
  requireWhole('logspace', 'count', count, 0);
  return composite('logspace', () => cast(pow(scalar(base, 'f64'), equallySpaced(start, end, count)), dtype));
}

function requireFinite(operation: string, values: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      throw badOption(operation, `${name} is ${String(value)}`, 'has to be a finite number');
    }
  }
}

/** What {@link meshgrid} takes beside vectors. */
export interface MeshgridOptions {
  /** `ij` (default): axis i runs along vector i. `xy`: the first two axes change places, as in plots. */
  readonly indexing?: 'ij' | 'xy';
}

/**
 * Vectors repeated to one grid: element `[i, j, …]` of the first is its element i, of the second its element j, … (PyTorch's
 * and NumPy's `meshgrid`). A scalar counts as a vector of one element.
 * @throws {ShapeError} `E_RANK` for tensors of more than one axis @throws {DeclarationError} `E_OPTION`
 */
export function meshgrid<T extends Tensor>(
  vectors: readonly T[],
  options?: MeshgridOptions,
): readonly Tensor<Size[], T['dtype']>[];
export function meshgrid(vectors: readonly Tensor[], options: MeshgridOptions = {}): readonly Tensor[] {
  requireTensorList('meshgrid', vectors);
  checkNames('meshgrid', options, ['indexing']);
  const { indexing = 'ij' } = options;
  requireOneOf('meshgrid', 'indexing', indexing, ['ij', 'xy']);
  const matrix = vectors.find((vector) => vector.shape.length > 1);
  if (matrix !== undefined) {
    throw shapeMismatch({
      code: 'E_RANK',
      operation: 'meshgrid',
      problem: 'an operand has several axes',
      expectation: 'takes vectors',
      operands: [matrix],
    });
  }
  return composite('meshgrid', () => {
    // Which axis of the grid each vector runs along.
    const along = vectors.map((_, each) =>
      indexing === 'xy' && vectors.length > 1 && each < 2 ? 1 - each : each,
    );
    const sizes = vectors.map((vector) => vector.shape[0] ?? 1);
    const shape = along.map((each) => sizes[each] ?? 1);
    return vectors.map((vector, each) =>
      broadcastAlong(reshape(vector, [sizes[each] ?? 1]), shape, [along[each] ?? each]),
    );
  });
}
