// Element types of tensors and of scalar expressions. Relies on nothing.

/** Element type of a tensor: IEEE single and double precision, 32-bit integer, boolean. */
export type DType = 'f32' | 'f64' | 'i32' | 'bool';

/** Element types that have gradients. */
export type FloatDType = 'f32' | 'f64';

/** The typed array that holds elements of a dtype at run time; booleans take one byte. */
export interface DTypeArray {
  f32: Float32Array;
  f64: Float64Array;
  i32: Int32Array;
  bool: Uint8Array;
}

/** Bytes an element takes in the arena. */
export const bytesPerElement: Readonly<Record<DType, number>> = { f32: 4, f64: 8, i32: 4, bool: 1 };

export function isFloat(dtype: DType): dtype is FloatDType {
  return dtype === 'f32' || dtype === 'f64';
}

/** A zero-filled typed array for `length` elements of `dtype`. */
export function allocate<D extends DType>(dtype: D, length: number): DTypeArray[D] {
  const constructors: { readonly [K in DType]: new (length: number) => DTypeArray[K] } = {
    f32: Float32Array,
    f64: Float64Array,
    i32: Int32Array,
    bool: Uint8Array,
  };
  return new constructors[dtype](length);
}

/** Rounds a double to the nearest value of `dtype`: what storing it in the dtype's array gives. */
export function roundTo(dtype: DType, value: number): number {
  const round: Readonly<Record<DType, (x: number) => number>> = {
    f32: Math.fround,
    f64: (x) => x,
    i32: (x) => x | 0,
    bool: (x) => (x !== 0 ? 1 : 0),
  };
  return round[dtype](value);
}
