// What an adapter of the corpus is: a call of our public functions in PyTorch's conventions, and how it reads its
// inputs and attributes.
import { reshape, type Tensor } from 'tapeless';
import type { CorpusAttributes } from '../corpus.ts';

/** Inputs of a case; absent optional ones are null. */
export type Inputs = readonly (Tensor | null)[];

/** A corpus operator on our tensors; undefined for an option that the project does not have. */
export type Operator = (inputs: Inputs, attrs: CorpusAttributes) => readonly Tensor[] | undefined;

export function at(inputs: Inputs, position: number): Tensor {
  const input = inputs[position];
  if (input === undefined || input === null) throw new Error(`the case has no input ${position}`);
  return input;
}

export const one =
  (build: (x: Tensor) => Tensor): Operator =>
  (inputs) => [build(at(inputs, 0))];

export const two =
  (build: (a: Tensor, b: Tensor) => Tensor): Operator =>
  (inputs) => [build(at(inputs, 0), at(inputs, 1))];

export function numberAttribute(attrs: CorpusAttributes, name: string, absent?: number): number {
  const value = attrs[name] ?? absent;
  if (typeof value === 'string') return Number(value);
  if (typeof value !== 'number') throw new Error(`the case has no number "${name}"`);
  return value;
}

export function numbersAttribute(attrs: CorpusAttributes, name: string): readonly number[] {
  const value = attrs[name];
  if (!Array.isArray(value)) throw new Error(`the case has no list "${name}"`);
  // Lists of the corpora hold numbers.
  return value as readonly number[];
}

/** `dim` is null (all), a number or a list. A scalar, which PyTorch takes for a vector of one, has none. */
export function axesOf(x: Tensor, attrs: CorpusAttributes): number | readonly number[] | undefined {
  const { dim = null } = attrs;
  if (dim === null || (x.shape.length === 0 && (dim === 0 || dim === -1))) return undefined;
  return typeof dim === 'number' ? dim : numbersAttribute(attrs, 'dim');
}

/** A function of a vector: PyTorch takes a scalar for a vector of one, and gives a scalar. */
export function asVector(x: Tensor, build: (vector: Tensor) => Tensor): Tensor {
  return x.shape.length > 0 ? build(x) : reshape(build(reshape(x, [1])), []);
}
