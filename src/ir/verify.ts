// The verifier of tensor graphs: checks what every stage may rely on, and reports everything it finds. It trusts no
// node: shapes and dtypes are computed again by the ops' own rules.
import { bytesPerElement } from './dtype.ts';
import { isDim, topologicalOrder, type Attribute, type Tensor } from './node.ts';
import { addSizes, printShape, printSize, shapesEqual, type Dim, type Shape } from './size.ts';

/** What can be wrong with a node. */
export type GraphProblemKind =
  /** An input was declared after its consumer, so that declaration order is no topological order. */
  | 'order'
  /** The number of inputs is not the op's. */
  | 'arity'
  /** The node, its list of inputs, its shape or its attributes can be changed. */
  | 'mutable'
  /** The shape is not the one that the op's rule gives, or the rule refuses the inputs. */
  | 'shape'
  /** The dtype does not exist, is not the one that the op's rule gives, or the rule refuses the inputs. */
  | 'dtype'
  /** A size is not a whole number of 0 or more, or the name of a dimension does not tell its terms. */
  | 'size'
  /** An attribute holds what cannot be compared: a function, undefined, a typed array. */
  | 'attribute';

export interface GraphProblem {
  readonly kind: GraphProblemKind;
  readonly node: Tensor;
  /** One sentence that names the op. */
  readonly message: string;
}

/** Every problem of the graph below `roots`, inputs first; an empty list for a sound graph. */
export function verifyGraph(
  roots: Readonly<Record<string, Tensor>> | readonly Tensor[],
): readonly GraphProblem[] {
  return topologicalOrder(Object.values(roots)).flatMap((node) =>
    checks.flatMap(({ kind, check }) =>
      check(node).map((message) => ({ kind, node, message: `${node.op.name}: ${message}` })),
    ),
  );
}

interface Check {
  readonly kind: GraphProblemKind;
  readonly check: (node: Tensor) => readonly string[];
}

const checks: readonly Check[] = [
  { kind: 'order', check: checkOrder },
  { kind: 'arity', check: checkArity },
  { kind: 'mutable', check: checkFrozen },
  { kind: 'attribute', check: (node) => checkAttribute('attributes', node.attrs) },
  { kind: 'size', check: checkSizes },
  { kind: 'shape', check: checkShape },
  { kind: 'dtype', check: checkDType },
];

function checkOrder(node: Tensor): readonly string[] {
  return node.inputs.flatMap((input, position) =>
    input.id < node.id ? [] : [`input ${position} (${input.op.name}) was declared after its consumer`],
  );
}

function checkArity({ op, inputs }: Tensor): readonly string[] {
  const fits = op.arity === 'any' ? inputs.length > 0 : inputs.length === op.arity;
  const wanted = op.arity === 'any' ? 'one or more' : op.arity;
  return fits ? [] : [`takes ${wanted} inputs, has ${inputs.length}`];
}

function checkFrozen(node: Tensor): readonly string[] {
  const parts: readonly (readonly [string, unknown])[] = [
    ['the node', node],
    ['the list of inputs', node.inputs],
    ['the shape', node.shape],
    ['the attributes', node.attrs],
  ];
  return parts.flatMap(([name, part]) => (isDeeplyFrozen(part, node) ? [] : [`${name} can be changed`]));
}

/** Inputs are nodes of their own and the op and origin are shared: they are not followed. */
function isDeeplyFrozen(part: unknown, node: Tensor): boolean {
  if (typeof part !== 'object' || part === null) return true;
  if (!Object.isFrozen(part)) return false;
  if (part === node || part === node.inputs) return true;
  return Object.values(part).every((each) => isDeeplyFrozen(each, node));
}

function checkAttribute(path: string, value: Attribute | undefined): readonly string[] {
  if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return [];
  if (typeof value !== 'object') return [`${path} holds ${typeof value}`];
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== Array.prototype) {
    return [`${path} holds an object that is not a plain one`];
  }
  return Object.entries(value).flatMap(([name, each]: [string, Attribute]) =>
    checkAttribute(`${path}.${name}`, each),
  );
}

function checkSizes(node: Tensor): readonly string[] {
  return [...node.shape, ...dimensionsIn(node.attrs)].flatMap((size) => {
    if (typeof size === 'number') {
      return Number.isInteger(size) && size >= 0 ? [] : [`${size} is not a size`];
    }
    const told = printSize(addSizes(size, 0));
    return told === size.name ? [] : [`the dimension "${size.name}" is made of ${told}`];
  });
}

function dimensionsIn(value: Attribute): readonly Dim[] {
  if (typeof value !== 'object' || value === null) return [];
  if (isDim(value)) return [value];
  return Object.values(value).flatMap((each: Attribute) => dimensionsIn(each));
}

function checkShape(node: Tensor): readonly string[] {
  return byRule(
    () => node.op.shape(node.inputs, node.attrs),
    (expected: Shape) =>
      shapesEqual(expected, node.shape)
        ? []
        : [`has shape ${printShape(node.shape)}, its rule gives ${printShape(expected)}`],
  );
}

function checkDType(node: Tensor): readonly string[] {
  if (!Object.hasOwn(bytesPerElement, node.dtype)) return [`"${node.dtype}" is not a dtype`];
  return byRule(
    () => node.op.dtype(node.inputs, node.attrs),
    (expected) => (expected === node.dtype ? [] : [`has dtype ${node.dtype}, its rule gives ${expected}`]),
  );
}

/** A rule that refuses its inputs is a problem like a rule that gives another result. */
function byRule<T>(rule: () => T, compare: (expected: T) => readonly string[]): readonly string[] {
  let expected: T;
  try {
    expected = rule();
  } catch (error) {
    return [`its rule refuses the inputs: ${error instanceof Error ? error.message : String(error)}`];
  }
  return compare(expected);
}
