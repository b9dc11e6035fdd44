// The text form of a tensor graph: one line a node, inputs first, for golden tests and for reading. It relies on
// nodes only, so it prints any op; equal graphs print equal texts but for lines and scopes, which can be left out.
import { isDim, topologicalOrder, type Attribute, type Tensor } from './node.ts';
import { printSpan } from './frame.ts';
import { scopePath, spanOf } from './origin.ts';
import { printShape, printSize, shapesEqual, type Size } from './size.ts';

/** What {@link printGraph} shows beside the computation; both default to true. */
export interface PrintOptions {
  /** The user's `file:line` of every node. */
  readonly spans?: boolean;
  /** The path of models, layers and functions that made a node. */
  readonly scopes?: boolean;
}

/**
 * A graph as text:
 *
 *     x = input : [batch, 4] f32                                  ; iris.ts:3
 *     %0 = contraction(x, linear1.weight) contract 1×1 : [batch, 30] f32   ; iris/linear1  iris.ts:9
 *     return logits = %0
 *
 * Nodes are numbered in the order of the text; leaves go by their names (a second leaf of one name is `name#2`), and
 * scalar constants stand where they are used. `: shape dtype` is the type of the result; attributes that only repeat
 * it are left out.
 */
export function printGraph(
  roots: Readonly<Record<string, Tensor>> | readonly Tensor[],
  options: PrintOptions = {},
): string {
  const named = Object.entries(roots);
  const nodes = topologicalOrder(named.map(([, root]) => root));
  const names = referencesOf(nodes);
  const nameOf = (node: Tensor): string => names.get(node) ?? printNumber(Number(node.attrs.value));
  const lines = nodes
    .filter((node) => names.has(node))
    .map((node) => `${nameOf(node)} = ${printNode(node, nameOf)}${comment(node, options)}`);
  const results = named.map(([label, root]) =>
    Array.isArray(roots) ? nameOf(root) : `${label} = ${nameOf(root)}`,
  );
  return [...lines, `return ${results.join(', ')}`].join('\n') + '\n';
}

/** How lines refer to nodes; scalar constants are missing here, because they stand inline. */
function referencesOf(nodes: readonly Tensor[]): ReadonlyMap<Tensor, string> {
  const names = new Map<Tensor, string>();
  const namesakes = new Map<string, number>();
  let number = 0;
  for (const node of nodes) {
    if (isScalarConstant(node)) continue;
    const leaf = leafName(node);
    if (leaf === undefined) {
      names.set(node, `%${number++}`);
      continue;
    }
    const count = (namesakes.get(leaf) ?? 0) + 1;
    namesakes.set(leaf, count);
    names.set(node, count === 1 ? leaf : `${leaf}#${count}`);
  }
  return names;
}

function isScalarConstant(node: Tensor): boolean {
  return node.inputs.length === 0 && node.shape.length === 0 && typeof node.attrs.value === 'number';
}

/** The name of what is fed or kept between steps; quoted where it could be taken for something else. */
function leafName(node: Tensor): string | undefined {
  if (node.op.lowering.kind !== 'leaf') return undefined;
  const { name } = node.attrs;
  if (typeof name !== 'string') return node.op.name;
  return /^[A-Za-z_][\w./-]*$/.test(name) ? name : JSON.stringify(name);
}

/** One node without its number: `contraction(%2, %3) contract 1×1 : [batch, 30] f32`. */
function printNode(node: Tensor, nameOf: (node: Tensor) => string): string {
  const operands = node.inputs.length === 0 ? '' : `(${node.inputs.map(nameOf).join(', ')})`;
  const attributes = printAttributes(node);
  const call = `${node.op.name}${operands}${attributes === '' ? '' : ` ${attributes}`}`;
  return `${call} : ${printShape(node.shape)} ${node.dtype}`;
}

function printAttributes(node: Tensor): string {
  if (node.op.printAttributes !== undefined) return node.op.printAttributes(node.attrs);
  const isLeaf = node.op.lowering.kind === 'leaf';
  return Object.entries(node.attrs)
    .filter(([name, value]) => {
      if (isLeaf && name === 'name') return false;
      if (name === 'dtype') return value !== node.dtype;
      return !(name === 'shape' && isShape(value) && shapesEqual(value, node.shape));
    })
    .map(([name, value]) => `${name} ${printAttribute(value)}`)
    .join(', ');
}

function isShape(value: Attribute | undefined): value is readonly Size[] {
  return (
    Array.isArray(value) &&
    // Array.isArray widens a readonly list to any[].
    (value as readonly Attribute[]).every((each) => typeof each === 'number' || isDimension(each))
  );
}

function isDimension(value: Attribute): boolean {
  return typeof value === 'object' && value !== null && isDim(value);
}

function printAttribute(value: Attribute): string {
  if (typeof value === 'number') return printNumber(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (isDim(value)) return printSize(value);
  if (Array.isArray(value)) {
    // Array.isArray widens a readonly list to any[].
    return `[${(value as readonly Attribute[]).map(printAttribute).join(', ')}]`;
  }
  return `{${Object.entries(value)
    .map(([name, each]) => `${name} ${printAttribute(each)}`)
    .join(', ')}}`;
}

function printNumber(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

function comment(node: Tensor, { spans = true, scopes = true }: PrintOptions): string {
  const path = scopes ? scopePath(node.origin.scope) : '';
  const span = spans ? spanOf(node.origin) : null;
  const parts = [path, span === null ? '' : printSpan(span)].filter((part) => part !== '');
  return parts.length === 0 ? '' : `   ; ${parts.join('  ')}`;
}
