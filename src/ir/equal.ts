// Equality and hashing of whole graphs by structure: what is computed from which leaves, wherever and in whatever
// order it was declared. Relies on nodes and their attributes only; origins (lines, scopes) never count.
import { attributeKey, topologicalOrder, type Op, type Tensor } from './node.ts';

/** The results of a graph: one, several in order, or several by name. */
export type Roots = Tensor | readonly Tensor[] | Readonly<Record<string, Tensor>>;

/** Roots with their labels; names are sorted, so that the order of properties does not count. */
function labelled(roots: Roots): readonly (readonly [label: string, root: Tensor])[] {
  if (isTensor(roots)) return [['', roots]];
  if (isList(roots)) return roots.map((root, position) => [String(position), root]);
  return Object.entries(roots).sort(([a], [b]) => (a < b ? -1 : 1));
}

function isTensor(roots: Roots): roots is Tensor {
  return 'op' in roots && 'inputs' in roots && Array.isArray(roots.inputs);
}

function isList(roots: Roots): roots is readonly Tensor[] {
  return Array.isArray(roots);
}

/**
 * Visits the nodes inputs first. Leaves that stand for themselves are numbered among those of equal attributes, in
 * the order of their declaration: that order is what tells two random streams of one name apart.
 */
function keysOf<Key extends string | number>(
  roots: readonly Tensor[],
  keyOf: (op: Op, description: string, inputs: readonly Key[]) => Key,
): ReadonlyMap<Tensor, Key> {
  const keys = new Map<Tensor, Key>();
  const namesakes = new Map<string, number>();
  for (const node of topologicalOrder(roots)) {
    let description = attributeKey(node.attrs);
    if (node.op.identity === 'unique') {
      const name = `${node.op.name} ${description}`;
      const before = namesakes.get(name) ?? 0;
      namesakes.set(name, before + 1);
      description = `${description} #${before}`;
    }
    const inputs = node.inputs.flatMap((input) => keys.get(input) ?? []);
    keys.set(node, keyOf(node.op, description, inputs));
  }
  return keys;
}

/**
 * Whether two graphs compute the same from equal leaves: equal ops, attributes and wiring. Leaves are equal by kind,
 * name, shape and dtype; leaves of one name (unnamed random streams) by the order in which they were declared. What a
 * parameter starts from is not below it: compare the initial values too where they matter.
 */
export function structurallyEqual(a: Roots, b: Roots): boolean {
  const [left, right] = [labelled(a), labelled(b)];
  // Nodes of both graphs get one number when they are equal: the comparison is exact, and linear in the graphs.
  const numbers = new Map<string, number>();
  const opNumbers = new Map<Op, number>();
  const numberOf = (op: Op, description: string, inputs: readonly number[]): number => {
    const opNumber = opNumbers.get(op) ?? opNumbers.size;
    opNumbers.set(op, opNumber);
    const key = `${opNumber} ${inputs.join()} ${description}`;
    const known = numbers.get(key) ?? numbers.size;
    numbers.set(key, known);
    return known;
  };
  const [leftKeys, rightKeys] = [left, right].map((roots) =>
    keysOf(
      roots.map(([, root]) => root),
      numberOf,
    ),
  );
  return (
    left.length === right.length &&
    left.every(([label, root], position) => {
      const [otherLabel, other] = right[position] ?? [];
      return label === otherLabel && other !== undefined && leftKeys?.get(root) === rightKeys?.get(other);
    })
  );
}

/**
 * A hash of the structure of a graph, 16 hexadecimal digits: equal for graphs that are {@link structurallyEqual}, in
 * every process and version of the engine, and in practice different for all others.
 */
export function graphHash(roots: Roots): string {
  const named = labelled(roots);
  const digests = keysOf<string>(
    named.map(([, root]) => root),
    (op, description, inputs) => hashText(`${op.name}(${inputs.join()}) ${description}`),
  );
  return hashText(named.map(([label, root]) => `${label}=${digests.get(root) ?? ''}`).join());
}

/**
 * A 64-bit hash of a text, 16 hexadecimal digits: two 32-bit multiplicative lanes over UTF-16 units, finished by
 * Murmur3's avalanche across the lanes (cyrb53 by bryc, public domain). Not for adversaries.
 */
export function hashText(text: string): string {
  let low = 0xdeadbeef;
  let high = 0x41c6ce57;
  for (let position = 0; position < text.length; position++) {
    const unit = text.charCodeAt(position);
    low = Math.imul(low ^ unit, 2654435761);
    high = Math.imul(high ^ unit, 1597334677);
  }
  const finish = (own: number, other: number): number =>
    Math.imul(own ^ (own >>> 16), 2246822507) ^ Math.imul(other ^ (other >>> 13), 3266489909);
  low = finish(low, high);
  high = finish(high, low);
  return [high, low].map((lane) => (lane >>> 0).toString(16).padStart(8, '0')).join('');
}
