// Adapters whose first argument is a tensor, or a list of them, and what they read their other arguments with.
import type { Tensor } from 'tapeless';
import { named, tensorOf, type NamedArguments } from './arguments.ts';
import type { Argument, OpinfoOperator } from './opinfo.ts';

export function numberOf(given: NamedArguments, name: string): number {
  const value = given[name];
  if (typeof value === 'number') return value;
  throw new Error(`the call has no number "${name}"`);
}

export function numberOr(given: NamedArguments, name: string, absent: number): number {
  return given[name] === undefined ? absent : numberOf(given, name);
}

function isNumbers(value: Argument | undefined): value is readonly number[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'number');
}

export function numbersOf(given: NamedArguments, name: string): readonly number[] {
  const value = given[name];
  if (isNumbers(value)) return value;
  throw new Error(`the call has no list "${name}"`);
}

/** One number or a list of them. */
export function axesOf(given: NamedArguments, name: string): number | readonly number[] {
  return typeof given[name] === 'number' ? numberOf(given, name) : numbersOf(given, name);
}

export function tensorsOf(given: NamedArguments, name: string): readonly Tensor[] {
  const value = given[name];
  // Lists of tensors hold nothing else.
  return Array.isArray(value) ? (value as readonly Tensor[]) : [];
}

/** A call of a function whose first parameter is the input, and the others have these names in PyTorch. */
export function calling(
  signature: readonly string[],
  build: (
    x: Tensor,
    given: NamedArguments,
    shapes: readonly (readonly number[])[],
  ) => Tensor | readonly Tensor[],
): OpinfoOperator {
  return (call) => {
    const given = named(call, ['input', ...signature]);
    const result = build(tensorOf(given, 'input'), given, call.shapes);
    return 'op' in result ? [result] : result;
  };
}

/** A call of a function of a list of tensors and an axis. */
export function joining(build: (tensors: readonly Tensor[], axis: number) => Tensor): OpinfoOperator {
  return (call) => {
    const given = named(call, ['tensors', 'dim']);
    return [build(tensorsOf(given, 'tensors'), numberOr(given, 'dim', 0))];
  };
}
