// What functions of a trace take and give: our tensors, complex pairs of them, and JavaScript's own values. What
// TensorFlow.js takes for a tensor besides (numbers, nested lists) becomes an input that is fed.
import { add, DTypeError, input, ShapeError, type DType, type Tensor } from 'tapeless';
import type { FedInput } from '../execute.ts';

/** A complex tensor as its parts. */
export class Complex {
  readonly real: Tensor;
  readonly imaginary: Tensor;

  constructor(real: Tensor, imaginary: Tensor) {
    this.real = real;
    this.imaginary = imaginary;
  }
}

/**
 * A tensor of text, which has no place in a graph: it has a shape, and whatever function takes it refuses it, as it is
 * none of our tensors.
 */
export class Text {
  readonly elements: readonly string[];
  readonly shape: readonly number[];

  constructor(elements: readonly string[], shape: readonly number[]) {
    this.elements = elements;
    this.shape = shape;
  }
}

export interface TypedNumbers {
  readonly typed: string;
  readonly numbers: readonly number[];
}

/** An argument of a call, decoded. */
export type Value =
  | Tensor
  | Complex
  | Text
  | TypedNumbers
  | number
  | boolean
  | string
  | null
  | readonly Value[]
  | { readonly [name: string]: Value };

/** What a call gives. */
export type Result = Tensor | Complex | Text | readonly Result[] | { readonly [name: string]: Result };

/** A call of TensorFlow.js on our public functions. */
export type TracedCall = (args: readonly Value[], context: Context) => Result;

export type CallTable = Readonly<Record<string, TracedCall>>;

/** What a call may use besides its arguments. */
export interface Context {
  readonly float: 'f32' | 'f64';
  /** Whether the call stands in a function that is differentiated. */
  readonly isDifferentiated: boolean;
  /** Whether integers are computed with as floats, so that they have gradients. */
  readonly hasFloatsOnly: boolean;
  /** An input that is fed these elements; text among them is refused when it is fed. */
  feed(elements: readonly unknown[], shape: readonly number[], dtype: DType): Tensor;
  /** Numbers of tensors that a shape depends on, which are computed at once. */
  compute(tensors: readonly Tensor[]): readonly (readonly number[])[];
  /** The random tensor of a seed: it is drawn once. */
  drawnOnce(key: string, draw: () => Tensor): Tensor;
  /** Names of variables that are taken. */
  readonly names: Set<string>;
}

export function isTensor(value: unknown): value is Tensor {
  return typeof value === 'object' && value !== null && 'op' in value && 'inputs' in value;
}

export function isTyped(value: Value | undefined): value is TypedNumbers {
  return typeof value === 'object' && value !== null && 'typed' in value && 'numbers' in value;
}

export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

export function isRecordValue(value: Value | undefined): value is { readonly [name: string]: Value } {
  return (
    typeof value === 'object' &&
    value !== null &&
    !isList(value) &&
    !isTensor(value) &&
    !isTyped(value) &&
    !(value instanceof Complex || value instanceof Text)
  );
}

/** The shape of nested lists by their first elements, and all that stands in them. */
export function flattened(value: Value): {
  readonly elements: readonly Value[];
  readonly shape: readonly number[];
} {
  if (isTyped(value)) return { elements: value.numbers, shape: [value.numbers.length] };
  if (!isList(value)) return { elements: [value], shape: [] };
  const parts = value.map(flattened);
  const [first] = parts;
  const inner = first?.shape ?? [];
  if (parts.some((part) => part.shape.join() !== inner.join())) {
    throw refusal('ragged lists are no tensor');
  }
  return { elements: parts.flatMap((part) => part.elements), shape: [value.length, ...inner] };
}

/** The dtype that TensorFlow.js infers. */
export function inferredDtype(value: Value, context: Context): DType {
  if (isTyped(value)) return value.typed === 'Float32Array' ? context.float : 'i32';
  if (isList(value)) return value.length === 0 ? context.float : inferredDtype(value[0] ?? null, context);
  return typeof value === 'boolean' ? 'bool' : context.float;
}

/**
 * The tensor that an argument stands for. What stands for none is handed on as it is, so that the public function that
 * gets it refuses it.
 */
export function tensorOf(value: Value | undefined, context: Context, dtype?: DType): Tensor {
  if (isTensor(value)) return value;
  if (typeof value === 'number' || typeof value === 'boolean' || isTyped(value) || isList(value)) {
    const { elements, shape } = flattened(value);
    if (elements.every((element) => typeof element === 'number' || typeof element === 'boolean')) {
      const numeric = dtype ?? inferredDtype(value, context);
      return context.feed(stored(elements.map(Number), numeric), shape, numeric);
    }
  }
  // It is no tensor: the public function is there to say so.
  return value as unknown as Tensor;
}

/** Numbers as the typed arrays of TensorFlow.js store them. */
export function stored(numbers: readonly number[], dtype: DType): readonly number[] {
  if (dtype === 'i32') return [...Int32Array.from(numbers)];
  // Floats are of single precision there, whatever they are computed in here.
  return numbers.map(dtype === 'bool' ? (each) => (Math.round(each) === 0 ? 0 : 1) : Math.fround);
}

/** Declares and keeps the inputs of a trace. */
export function feeding(inputs: FedInput[]): Context['feed'] {
  return (elements, shape, dtype) => {
    const name = `in${inputs.length}`;
    const leaf: Tensor = input(name, shape, dtype);
    const data = arrayOf(dtype, elements.map(Number));
    inputs.push({ name, leaf, data });
    return leaf;
  };
}

function arrayOf(dtype: DType, numbers: readonly number[]): FedInput['data'] {
  switch (dtype) {
    case 'f32':
      return Float32Array.from(numbers);
    case 'f64':
      return Float64Array.from(numbers);
    case 'i32':
      return Int32Array.from(numbers);
    case 'bool':
      return Uint8Array.from(numbers);
  }
}

/** Refuses what TensorFlow.js's narrower functions refuse and ours, which are more general, do not. */
export function refusal(problem: string): ShapeError {
  return new ShapeError('E_ARGUMENT', problem);
}

export function demand(holds: boolean, problem: string): void {
  if (!holds) throw refusal(problem);
}

/** Refuses what is no tensor as our functions do, where a call needs its shape before it gets to one. */
export function known(x: Tensor): Tensor {
  return isTensor(x) ? x : add(x, 0);
}

export function demandDtype(x: Tensor, dtypes: readonly DType[], name: string): void {
  // What is no tensor has no dtype: the public function refuses it.
  if (!isTensor(x) || dtypes.includes(x.dtype)) return;
  throw new DTypeError('E_DTYPE_MISMATCH', `${name} is ${x.dtype}, not ${dtypes.join(' or ')}`);
}

/** Our dtype for TensorFlow.js's name. */
export function dtypeNamed(name: Value | undefined, context: Context): DType {
  const names: Readonly<Record<string, DType>> = {
    float32: context.float,
    int32: context.hasFloatsOnly ? context.float : 'i32',
    bool: context.hasFloatsOnly ? context.float : 'bool',
  };
  const dtype = typeof name === 'string' ? names[name] : context.float;
  if (dtype !== undefined) return dtype;
  throw new DTypeError('E_DTYPE_MISMATCH', `there are no tensors of ${JSON.stringify(name)}`);
}

export function numberOf(value: Value | undefined, absent?: number): number {
  const given = value ?? absent;
  if (typeof given !== 'number') throw refusal(`${JSON.stringify(given)} is no number`);
  return given;
}

export function booleanOf(value: Value | undefined, absent = false): boolean {
  return value === undefined || value === null ? absent : value === true || value === 1;
}

/** A list of numbers; a single number is a list of one. */
export function numbersOf(value: Value | undefined): readonly number[] {
  if (typeof value === 'number') return [value];
  if (!isList(value)) throw refusal(`${JSON.stringify(value)} is no list of numbers`);
  return value.map((each) => numberOf(each));
}

/** Axes as TensorFlow.js gives them: none, one or several. */
export function axesOf(value: Value | undefined): number | readonly number[] | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'number' ? value : numbersOf(value);
}

export function shapeOf(value: Value | undefined): readonly number[] {
  const shape = numbersOf(value);
  demand(
    shape.every((size) => Number.isInteger(size)),
    `[${shape.join(', ')}] is no shape: sizes are whole numbers`,
  );
  return shape;
}

/** The sizes of a tensor; all are numbers here. */
export function sizesOf(x: Tensor): readonly number[] {
  return x.shape.map(Number);
}
