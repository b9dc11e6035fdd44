// Patterns of tensors: the left-hand sides of rewrite rules. Thin constructors of ts-pattern patterns that remember
// which names they bind, so that a replacement gets typed tensors, and which ops they start at.
import { match, P } from 'ts-pattern';
import { inputOf, type Op, type Tensor } from '../ir/node.ts';
import { broadcastOp } from '../ops/broadcast.ts';
import { constantValue } from '../ops/leaf.ts';
import { reshapeOp } from '../ops/reshape.ts';
import { isOp } from './elementwise.ts';

/** A pattern that binds `Name`s to the tensors it finds. */
export interface TensorPattern<Name extends string = string> {
  readonly names: readonly Name[];
  /** Ops of the nodes it can match; absent where it matches any op. */
  readonly ops?: readonly Op[];
  /** A quick look at ops, which every node that matches passes: most nodes match nothing. */
  readonly mayMatch: (node: Tensor) => boolean;
  readonly pattern: P.Pattern<unknown>;
}

const always = (): boolean => true;

export type Captured<Name extends string> = Readonly<Record<Name, Tensor>>;

/** Any tensor, or one that `holds` accepts. */
export function any<const Name extends string>(
  name: Name,
  holds: (node: Tensor) => boolean = () => true,
): TensorPattern<Name> {
  return { names: [name], mayMatch: always, pattern: P.select(name, P.when(onTensors(holds))) };
}

/** What `inner` matches, bound to a name of its own. */
export function as<const Name extends string, Inner extends string>(
  name: Name,
  inner: TensorPattern<Inner>,
): TensorPattern<Name | Inner> {
  return { ...inner, names: [name, ...inner.names], pattern: P.select(name, inner.pattern) };
}

/** A node of `op`, its inputs in order; without inputs, any node of the op. */
export function node<Name extends string = never>(
  op: object,
  ...inputs: readonly TensorPattern<Name>[]
): TensorPattern<Name> {
  const known = opValue(op);
  const isThis = P.when((each) => each === known);
  const pattern =
    inputs.length === 0 ? { op: isThis } : { op: isThis, inputs: inputs.map((input) => input.pattern) };
  return {
    names: inputs.flatMap((input) => input.names),
    ops: [known],
    mayMatch: (each) =>
      each.op === known &&
      inputs.every(({ mayMatch }, position) => {
        const input = each.inputs[position];
        return input !== undefined && mayMatch(input);
      }),
    pattern,
  };
}

/** A node of which something holds. */
export function nodeWhere(holds: (node: Tensor) => boolean): TensorPattern<never> {
  return { names: [], mayMatch: holds, pattern: P.when(onTensors(holds)) };
}

/** A node of any op of a set. */
export function nodeOf(ops: readonly object[]): TensorPattern<never> {
  const known = ops.map(opValue);
  // The value comes out of a Tensor's op field; a non-op is in no set.
  return {
    names: [],
    ops: known,
    mayMatch: (each) => known.includes(each.op),
    pattern: { op: P.when((each) => known.includes(each as Op)) },
  };
}

/** A node of `op` on two inputs in either order. */
export function commutative<Left extends string, Right extends string>(
  op: object,
  left: TensorPattern<Left>,
  right: TensorPattern<Right>,
): TensorPattern<Left | Right> {
  return oneOf(node<Left | Right>(op, left, right), node<Left | Right>(op, right, left));
}

/** The first alternative that matches; all bind the same names. */
export function oneOf<Name extends string>(
  first: TensorPattern<Name>,
  ...others: readonly TensorPattern<Name>[]
): TensorPattern<Name> {
  const alternatives = [first, ...others];
  const pattern = P.union(first.pattern, ...others.map((each) => each.pattern));
  const ops = alternatives.flatMap((each) => each.ops ?? []);
  const open = alternatives.some((each) => each.ops === undefined);
  const mayMatch = (each: Tensor): boolean => alternatives.some((one) => one.mayMatch(each));
  return { names: first.names, mayMatch, pattern, ...(open ? {} : { ops }) };
}

/** A scalar constant of one value (-0 and 0 differ), or its repetition over any shape. */
export function number(value: number): TensorPattern<never> {
  const pattern = P.when(onTensors((each) => Object.is(repeatedConstant(each), value)));
  return { names: [], mayMatch: always, pattern };
}

/** Any scalar constant, or its repetition over any shape. */
export function someNumber<const Name extends string>(name: Name): TensorPattern<Name> {
  return any(name, (each) => repeatedConstant(each) !== undefined);
}

/** The number that every element of a tensor is known to be: a literal reaches an operation through `broadcast`. */
export function repeatedConstant(tensor: Tensor): number | undefined {
  const moved = isOp(tensor, broadcastOp) || isOp(tensor, reshapeOp);
  return moved ? repeatedConstant(inputOf(tensor, 0)) : constantValue(tensor);
}

/** The tensors that a pattern binds in `tensor`, or undefined where it does not match. */
export function capture<Name extends string>(
  { pattern, names, mayMatch }: TensorPattern<Name>,
  tensor: Tensor,
): Captured<Name> | undefined {
  if (!mayMatch(tensor)) return undefined;
  const matched = match<unknown>(tensor)
    .with(pattern, (selected: unknown) => ({ selected }))
    .otherwise(() => undefined);
  if (matched === undefined) return undefined;
  // Every name of the pattern is a selection at the place of a tensor; without names ts-pattern gives the node.
  return (names.length === 0 ? {} : matched.selected) as Captured<Name>;
}

function onTensors(holds: (node: Tensor) => boolean): (value: unknown) => boolean {
  // Patterns are matched against tensors only: `capture` says so, and inputs of tensors are tensors.
  return (value) => holds(value as Tensor);
}

/** Op values forget their attribute type once they are in a node. */
function opValue(op: object): Op {
  return op as Op;
}
