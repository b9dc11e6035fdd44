// Arguments of a Python call by name: positional ones are given the names of the function's signature.
import { add, broadcastTo, type Tensor } from 'tapeless';
import type { Argument, Call } from './opinfo.ts';

export type NamedArguments = Readonly<Record<string, Argument>>;

/** The arguments of a call to a function of this signature, without those that are None. */
export function named({ args, kwargs }: Call, signature: readonly string[]): NamedArguments {
  const positional = args.map((value, position) => [signature[position] ?? `argument ${position}`, value]);
  const all = { ...Object.fromEntries(positional), ...kwargs } as NamedArguments;
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
}

/** A tensor among the arguments. */
export function tensorOf(given: NamedArguments, name: string): Tensor {
  const value = given[name];
  if (typeof value !== 'object' || value === null || !('op' in value)) {
    throw new Error(`the call has no tensor "${name}"`);
  }
  return value;
}

/** The arguments that are left when some have been used, under the names that our options have. */
export function optionsOf(
  given: NamedArguments,
  used: readonly string[],
  names: Readonly<Record<string, string>>,
): object {
  const left = Object.entries(given).filter(([name]) => !used.includes(name));
  return Object.fromEntries(left.map(([name, value]) => [names[name] ?? name, value]));
}

/** Two tensors repeated to the shape that both broadcast to: PyTorch does so without being asked. */
export function broadcastPair(x: Tensor, y: Tensor): readonly [Tensor, Tensor] {
  const { shape } = add(x, y);
  return [broadcastTo(x, shape), broadcastTo(y, shape)];
}
