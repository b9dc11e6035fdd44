// The conformance corpora: operator and graph cases computed by PyTorch in double precision, as gzip'd JSON lines.
// The first line of a file is a header, every other line a case.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** JSON has no NaN and no infinities: these stand as their names. */
export type Num = number | 'NaN' | 'Infinity' | '-Infinity';

/** A concrete tensor: float, integer or boolean; floats of inputs are shortest decimals of float32. */
export interface CorpusTensor {
  readonly t: 'f' | 'i' | 'b';
  readonly s: readonly number[];
  readonly d: readonly Num[];
}

/** A result: floats carry the float64 oracle as `d64`. */
export interface CorpusResult {
  readonly t: 'f' | 'i' | 'b';
  readonly s: readonly number[];
  readonly d?: readonly Num[];
  readonly d64?: readonly Num[];
}

export type CorpusAttributes = Readonly<Record<string, unknown>>;

export interface OperatorCase {
  readonly id: string;
  readonly op: string;
  readonly attrs: CorpusAttributes;
  readonly tags: readonly string[];
  readonly in: readonly (CorpusTensor | null)[];
  readonly out?: readonly CorpusResult[];
  readonly grad?: readonly ({ readonly d64: readonly Num[] } | null)[];
  /** `false`: a tie, kink or singular point, where the gradient is a convention. */
  readonly fd?: boolean | null;
  /** Present on a call that has to be refused. */
  readonly error?: string;
}

export interface GraphCase {
  readonly id: string;
  readonly in: readonly CorpusTensor[];
  readonly nodes: readonly {
    readonly op: string;
    readonly in: readonly number[];
    readonly attrs: CorpusAttributes;
  }[];
  readonly loss: number;
  readonly loss64: Num;
  readonly grad: readonly ({ readonly d64: readonly Num[] } | null)[];
  readonly outs: readonly { readonly ref: number; readonly d64: readonly Num[] }[];
  readonly hvp?: readonly ({ readonly d64: readonly Num[] } | null)[];
}

/** The cases of a corpus, the header left out. */
export function readCorpus<Case extends OperatorCase | GraphCase>(file: string): readonly Case[] {
  const lines = gunzipSync(readFileSync(file)).toString('utf8').trim().split('\n');
  // The files are fixtures of this repository in the format above.
  return lines.slice(1).map((line) => JSON.parse(line) as Case);
}

export function toDoubles(numbers: readonly Num[]): Float64Array {
  return Float64Array.from(numbers, Number);
}

/** What the float64 oracle saw: float32 inputs, widened. */
export function inputDoubles(tensor: CorpusTensor): Float64Array {
  const numbers = toDoubles(tensor.d);
  return tensor.t === 'f' ? Float64Array.from(numbers, Math.fround) : numbers;
}

/** The cotangent of every case, and the vector of every Hessian-vector product: a formula of the flat index. */
export function corpusCotangent(length: number): Float64Array {
  return Float64Array.from({ length }, (_, k) => (((7 * k + 3) % 10) - 4.5) / 4);
}

/**
 * The first position where `got` is not `expected` within a relative tolerance (of the largest reference magnitude, and
 * of 1e-5 for what rounding leaves of an exact zero), or undefined. NaN equals NaN, infinities are equal by sign, -0 equals 0.
 */
export function firstDifference(
  got: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
): string | undefined {
  if (got.length !== expected.length) return `${got.length} elements, expected ${expected.length}`;
  const largest = Array.from(expected)
    .filter(Number.isFinite)
    .reduce((most, each) => Math.max(most, Math.abs(each)), 1e-5);
  for (let position = 0; position < expected.length; position++) {
    const actual = got[position] ?? Number.NaN;
    const wanted = expected[position] ?? Number.NaN;
    if (actual === wanted || (Number.isNaN(actual) && Number.isNaN(wanted))) continue;
    if (Math.abs(actual - wanted) <= tolerance * Math.max(Math.abs(wanted), largest)) continue;
    return `element ${position} is ${actual}, expected ${wanted}`;
  }
  return undefined;
}
