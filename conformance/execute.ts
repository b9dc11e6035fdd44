// Running tensors on a target through the public API: declaring inputs for the tensors of a case, compiling, feeding.
import {
  compile,
  constant,
  input,
  InternalError,
  TapelessError,
  type DType,
  type Feeds,
  type NumericTensor,
  type Target,
  type Tensor,
} from 'tapeless';
import { corpusCotangent, inputDoubles, type CorpusTensor } from './corpus.ts';

/** Where cases run, and in which precision: doubles on the interpreter, single precision on the others. */
export interface Bench {
  readonly target: Target;
  readonly float: 'f32' | 'f64';
}

export function benchOf(target: Target): Bench {
  return { target, float: target === 'interpreter' ? 'f64' : 'f32' };
}

/** An input with what is fed to it. */
export interface FedInput {
  readonly name: string;
  readonly leaf: Tensor;
  readonly data: Float32Array | Float64Array | Int32Array | Uint8Array;
}

/** Declares inputs for the tensors of a case; absent ones stay null. */
export function declare(
  tensors: readonly (CorpusTensor | null)[],
  { float }: Bench,
): readonly (FedInput | null)[] {
  return tensors.map((tensor, position) => {
    if (tensor === null) return null;
    const dtypes: Readonly<Record<CorpusTensor['t'], DType>> = { f: float, i: 'i32', b: 'bool' };
    const name = `in${position}`;
    const leaf: Tensor = input(name, tensor.s, dtypes[tensor.t]);
    return { name, leaf, data: arrayOf(dtypes[tensor.t], inputDoubles(tensor)) };
  });
}

function arrayOf(dtype: DType, numbers: Float64Array): FedInput['data'] {
  switch (dtype) {
    case 'f32':
      return Float32Array.from(numbers);
    case 'f64':
      return numbers;
    case 'i32':
      return Int32Array.from(numbers);
    case 'bool':
      return Uint8Array.from(numbers);
  }
}

/** Computes tensors on the target, in order. @throws {TapelessError} as compiling and feeding do */
export function execute(
  tensors: readonly Tensor[],
  inputs: readonly (FedInput | null)[],
  { target }: Bench,
): readonly NumericTensor[] {
  if (tensors.length === 0) return [];
  const outputs = Object.fromEntries(tensors.map((tensor, position) => [`output${position}`, tensor]));
  const results = compile({ outputs }, { target }).start().predict(feedsFor(tensors, inputs));
  return tensors.flatMap((_, position) => results[`output${position}`] ?? []);
}

/** What is fed to the inputs that tensors depend on. */
export function feedsFor(tensors: readonly Tensor[], inputs: readonly (FedInput | null)[]): Feeds {
  const below = reached(tensors);
  const feeds = inputs
    .filter((each): each is FedInput => each !== null && below.has(each.leaf))
    .map(({ name, leaf, data }) => [name, { data, shape: leaf.shape.map(Number) }] as const);
  return Object.fromEntries(feeds);
}

/** Every tensor that others depend on, those included. */
function reached(tensors: readonly Tensor[]): ReadonlySet<Tensor> {
  const found = new Set(tensors);
  // A set is walked in order of insertion, what is added on the way included.
  for (const tensor of found) for (const each of tensor.inputs) found.add(each);
  return found;
}

/** The cotangent of a case, as a constant of a tensor's own shape and dtype. */
export function cotangentOf(tensor: Tensor): Tensor {
  const shape = tensor.shape.map(Number);
  const length = shape.reduce((product, size) => product * size, 1);
  return constant(corpusCotangent(length), shape, tensor.dtype);
}

/** Whether an error says what is wrong with a call; a broken invariant of the compiler does not. */
export function isRefusal(error: unknown): error is TapelessError {
  return error instanceof TapelessError && !(error instanceof InternalError);
}

/** An unexpected error in one line. */
export function describeError(error: unknown): string {
  const text = error instanceof TapelessError ? error.toString() : String(error);
  return `it threw ${text.split('\n')[0] ?? text}`;
}
