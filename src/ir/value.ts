// Concrete tensors of the reference interpreter: every dtype is held in doubles, so that the interpreter is the
// float64 oracle for all targets.
import type { DType } from './dtype.ts';

/** A concrete tensor: row-major elements. */
export interface Value {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly data: Float64Array;
}

/** Row-major strides of a concrete shape. */
export function stridesOf(shape: readonly number[]): readonly number[] {
  const strides: number[] = [];
  let stride = 1;
  for (const size of shape.toReversed()) {
    strides.unshift(stride);
    stride *= size;
  }
  return strides;
}

/** Calls `visit` with every index of `shape` in row-major order. The array is reused between calls. */
export function forEachIndex(
  shape: readonly number[],
  visit: (index: readonly number[], flat: number) => void,
): void {
  const count = shape.reduce((product, size) => product * size, 1);
  const index = shape.map(() => 0);
  for (let flat = 0; flat < count; flat++) {
    visit(index, flat);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const next = (index[axis] ?? 0) + 1;
      index[axis] = next;
      if (next < (shape[axis] ?? 0)) break;
      index[axis] = 0;
    }
  }
}

/** Flat position of an index. */
export function flatten(index: readonly number[], strides: readonly number[]): number {
  let flat = 0;
  for (let axis = 0; axis < index.length; axis++) flat += (index[axis] ?? 0) * (strides[axis] ?? 0);
  return flat;
}

/** Builds a value by computing every element from its index. */
export function tabulate(
  shape: readonly number[],
  dtype: DType,
  element: (index: readonly number[], flat: number) => number,
): Value {
  const data = new Float64Array(shape.reduce((product, size) => product * size, 1));
  forEachIndex(shape, (index, flat) => {
    data[flat] = element(index, flat);
  });
  return { shape, dtype, data };
}
