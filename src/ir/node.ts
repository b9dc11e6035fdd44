// The tensor graph: frozen nodes, made once for equal computations (hash-consing). An op is a value that carries
// everything the compiler needs to know of it, so there is no registry, and a new op needs no change here.
import type { DType } from './dtype.ts';
import { InternalError } from './errors.ts';
import type { Lowering } from './lowering.ts';
import { currentOrigin, nowhere, type Origin } from './origin.ts';
import { printShape, printSize, type Dim, type Shape, type Sizes } from './size.ts';
import type { Value } from './value.ts';

/** What an attribute of a node may hold; keys of hash-consing are made from these. */
export type Attribute =
  string | number | boolean | null | Dim | readonly Attribute[] | { readonly [name: string]: Attribute };
export type Attributes = Readonly<Record<string, Attribute>>;

/** What a vector-Jacobian product may use: the node, its inputs, and the cotangent of its result. */
export interface VjpContext<A extends Attributes = Attributes> {
  readonly node: Tensor;
  readonly inputs: readonly Tensor[];
  readonly attrs: A;
  readonly cotangent: Tensor;
}

/** A reason why an op has no gradient; `zero` gives no cotangent, `error` refuses to differentiate. */
export interface NotDifferentiable {
  readonly notDifferentiable: 'zero' | 'error';
  readonly reason: string;
}

/** One primitive operation: the total table of what the compiler knows of it. */
export interface Op<A extends Attributes = Attributes> {
  readonly name: string;
  /** How many inputs its nodes have; `any` is one or more. */
  readonly arity: number | 'any';
  /** Leaves that stand for themselves (inputs, parameters): every declaration is a node of its own. */
  readonly identity?: 'unique';
  /** Shape of the result. @throws {ShapeError} with both sides when the inputs do not fit. */
  shape(inputs: readonly Tensor[], attrs: A): Shape;
  /** Element type of the result. @throws {DTypeError} when the inputs do not fit. */
  dtype(inputs: readonly Tensor[], attrs: A): DType;
  /** Cotangents of the inputs (null: none), as graph; or an explicit "not differentiable". */
  readonly vjp: ((context: VjpContext<A>) => readonly (Tensor | null)[]) | NotDifferentiable;
  /** Reference evaluation in double precision, on concrete shapes. */
  evaluate(inputs: readonly Value[], attrs: A, node: Tensor): Value;
  /** How kernels compute it. */
  readonly lowering: Lowering<A>;
  /** The attributes with named dimensions replaced by numbers; absent where attributes hold no sizes. */
  bindAttributes?(attrs: A, sizes: Sizes): A;
  /** The attributes in printed graphs, where listing them by name would not read well. */
  printAttributes?(attrs: A): string;
}

/** A node of the graph, and what users hold: a tensor that is declared, not computed. */
export interface Tensor<S extends Shape = Shape, D extends DType = DType> {
  readonly op: Op;
  readonly inputs: readonly Tensor[];
  readonly attrs: Attributes;
  readonly shape: S;
  readonly dtype: D;
  readonly origin: Origin;
  /** Declaration order; inputs always have smaller numbers. Not part of identity. */
  readonly id: number;
}

class GraphNode implements Tensor {
  readonly op: Op;
  readonly inputs: readonly Tensor[];
  readonly attrs: Attributes;
  readonly shape: Shape;
  readonly dtype: DType;
  readonly origin: Origin;
  readonly id: number;

  constructor(fields: Tensor) {
    this.op = fields.op;
    this.inputs = Object.freeze([...fields.inputs]);
    this.attrs = frozenAttributes(fields.attrs);
    this.shape = Object.freeze([...fields.shape]);
    this.dtype = fields.dtype;
    this.origin = fields.origin;
    this.id = fields.id;
    Object.freeze(this);
  }

  toString(): string {
    return `Tensor ${printShape(this.shape)} ${this.dtype} (${this.op.name})`;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

function frozenAttributes(attrs: Attributes): Attributes {
  return Object.freeze(
    Object.fromEntries(Object.entries(attrs).map(([name, value]) => [name, frozenAttribute(value)])),
  );
}

/** A copy that nobody else can change: callers keep the lists that they passed. */
function frozenAttribute(attribute: Attribute): Attribute {
  if (typeof attribute !== 'object' || attribute === null || isDim(attribute)) return attribute;
  return isAttributeList(attribute)
    ? Object.freeze(attribute.map(frozenAttribute))
    : frozenAttributes(attribute);
}

// Nodes are interned with their youngest input, so that a table lives exactly as long as the graph it belongs to.
const consumersOf = new WeakMap<Tensor, Map<string, Tensor>>();
const leaves = new Map<string, WeakRef<Tensor>>();
const forgetLeaf = new FinalizationRegistry<string>((key) => {
  if (leaves.get(key)?.deref() === undefined) leaves.delete(key);
});
const opNumbers = new WeakMap<Op, number>();
let nextOpNumber = 0;
let nextId = 0;

/** Makes, or finds, the node of `op` on `inputs`. Shape and dtype follow from the op's own rules. */
export function makeNode<A extends Attributes>(op: Op<A>, inputs: readonly Tensor[], attrs: A): Tensor {
  // The op's own attribute type is checked at this call; nodes hold it as the general one.
  const untyped = op as unknown as Op;
  if (op.identity === 'unique') return createNode(untyped, inputs, attrs);
  const key = `${opNumber(untyped)} ${inputs.map((input) => input.id).join()} ${attributeKey(attrs)}`;
  const [first, ...rest] = inputs;
  if (first === undefined) {
    const known = leaves.get(key)?.deref();
    if (known !== undefined) return known;
    const leaf = createNode(untyped, inputs, attrs);
    leaves.set(key, new WeakRef(leaf));
    forgetLeaf.register(leaf, key);
    return leaf;
  }
  const youngest = rest.reduce((best, input) => (input.id > best.id ? input : best), first);
  const table = consumersOf.get(youngest) ?? new Map<string, Tensor>();
  consumersOf.set(youngest, table);
  const known = table.get(key);
  if (known !== undefined) return known;
  const node = createNode(untyped, inputs, attrs);
  table.set(key, node);
  return node;
}

function createNode(op: Op, inputs: readonly Tensor[], attrs: Attributes): Tensor {
  const shape = op.shape(inputs, attrs);
  const dtype = op.dtype(inputs, attrs);
  return new GraphNode({
    op,
    inputs,
    attrs,
    shape,
    dtype,
    origin: belongsToNoModel(op, inputs) ? nowhere : currentOrigin(),
    id: nextId++,
  });
}

/** Nodes without a unique leaf below them are shared by all models, so they can be of none of them. */
function belongsToNoModel(op: Op, inputs: readonly Tensor[]): boolean {
  return op.identity !== 'unique' && inputs.every((input) => input.origin === nowhere);
}

function opNumber(op: Op): number {
  const known = opNumbers.get(op);
  if (known !== undefined) return known;
  opNumbers.set(op, nextOpNumber);
  return nextOpNumber++;
}

/** A text that differs for attributes that differ, -0 and NaN included. */
export function attributeKey(attribute: Attribute): string {
  if (typeof attribute === 'number') return Object.is(attribute, -0) ? '-0' : String(attribute);
  if (typeof attribute !== 'object' || attribute === null) return JSON.stringify(attribute);
  if (isAttributeList(attribute)) return `[${attribute.map(attributeKey).join()}]`;
  if (isDim(attribute)) return `dim(${printSize(attribute)})`;
  const entries = Object.entries(attribute).map(([name, value]) => `${name}:${attributeKey(value)}`);
  return `{${entries.join()}}`;
}

function isAttributeList(attribute: Attribute): attribute is readonly Attribute[] {
  return Array.isArray(attribute);
}

/** Whether an attribute, or an entry of a shape, is a named or computed size. */
export function isDim(attribute: object): attribute is Dim {
  return 'kind' in attribute && attribute.kind === 'dim' && 'terms' in attribute;
}

/** Input `position` of a node. @throws {InternalError} when the op was built with too few inputs. */
export function inputOf(node: Tensor, position: number): Tensor {
  const input = node.inputs[position];
  if (input === undefined) throw new InternalError('E_ARITY', `${node.op.name} has no input ${position}`);
  return input;
}

/**
 * States what the inputs of an op have to be, in its shape or dtype rule. The public functions check first and give
 * framed errors, so a demand that is not met is a wrong rewrite or gradient.
 * @throws {InternalError} `E_RULE`
 */
export function demand(operation: string, holds: boolean, rule: string): void {
  if (!holds) throw new InternalError('E_RULE', `${operation}: ${rule}`);
}

/**
 * All nodes that `roots` depend on in an order that follows from the structure alone: inputs left to right, each just
 * before its first use. Declaration order is not such an order: a constant is as old as its first use in the process.
 */
export function topologicalOrder(roots: Iterable<Tensor>): readonly Tensor[] {
  const ordered = new Set<Tensor>();
  for (const root of roots) {
    // A walk with its own stack: graphs are deeper than the call stack.
    const path: { readonly node: Tensor; next: number }[] = [{ node: root, next: 0 }];
    for (let here = path.at(-1); here !== undefined; here = path.at(-1)) {
      const input = ordered.has(here.node) ? undefined : here.node.inputs[here.next++];
      if (input !== undefined) path.push({ node: input, next: 0 });
      else {
        ordered.add(here.node);
        path.pop();
      }
    }
  }
  return [...ordered];
}

/** Whether a value is a tensor of the graph. */
export function isTensor(value: unknown): value is Tensor {
  return value instanceof GraphNode;
}
