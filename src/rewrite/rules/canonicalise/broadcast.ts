// Repetition: broadcasts are merged, freed of axes of size 1, and moved below elementwise operations, so that what is
// equal for many elements is computed once. In normal form a broadcast repeats along at least one axis, its input is
// neither a broadcast nor has axes of size 1, and an elementwise operation has an input that is not repeated like
// the others.
import { inputOf, makeNode, type Tensor } from '../../../ir/node.ts';
import { shapesEqual, type Shape } from '../../../ir/size.ts';
import { broadcastAlong, broadcastOp } from '../../../ops/broadcast.ts';
import { sliceAxis, transpose } from '../../../ops/movement.ts';
import { reshape, reshapeOp } from '../../../ops/reshape.ts';
import { selectOp } from '../../../ops/select.ts';
import { axesAttribute, sliceAttributes } from '../../attributes.ts';
import { isElementwise, isOp } from '../../elementwise.ts';
import { rule, type Rule } from '../../rule.ts';
import * as is from '../../term.ts';

const x = is.any('x');
const repeated = is.as('repeated', is.broadcast(x));
const exact = { phase: 'canonicalise', exactness: 'exact' } as const;

function sizesAt(shape: Shape, axes: readonly number[]): Shape {
  return axes.map((axis) => shape[axis] ?? 1);
}

/** Computes an elementwise operation whose inputs are all broadcasts on the axes along which one of them varies. */
function hoist(node: Tensor): Tensor | undefined {
  if (node.inputs.length === 0 || !node.inputs.every((input) => isOp(input, broadcastOp))) return undefined;
  const sources = node.inputs.map((input) => ({
    source: inputOf(input, 0),
    axes: axesAttribute(input, 'axes'),
  }));
  const varying = node.shape.flatMap((_, axis) =>
    sources.some(({ axes }) => axes.includes(axis)) ? [axis] : [],
  );
  const saves = node.shape.some((size, axis) => size !== 1 && !varying.includes(axis));
  if (!saves) return undefined;
  const inner = sizesAt(node.shape, varying);
  const inputs = sources.map(({ source, axes }) =>
    broadcastAlong(
      source,
      inner,
      axes.map((axis) => varying.indexOf(axis)),
    ),
  );
  return broadcastAlong(makeNode(node.op, inputs, node.attrs), node.shape, varying);
}

/** Whether a shape has more elements than the axes along which some of the broadcasts vary. */
function repeatsAll(broadcasts: readonly Tensor[], shape: Shape): boolean {
  return shape.some(
    (size, axis) => size !== 1 && broadcasts.every((each) => !axesAttribute(each, 'axes').includes(axis)),
  );
}

/** Moves an operation on a choice between broadcasts to the sides, where it is computed once for what is repeated. */
function chooseLast(node: Tensor): Tensor | undefined {
  const choices = node.inputs.filter((input) => !isOp(input, broadcastOp));
  const [choice] = choices;
  if (choice === undefined || choices.length > 1 || !isOp(choice, selectOp)) return undefined;
  const sides = [inputOf(choice, 1), inputOf(choice, 2)].map((side) =>
    node.inputs.map((input) => (input === choice ? side : input)),
  );
  const cheaper = sides.every(
    (inputs) => inputs.every((input) => isOp(input, broadcastOp)) && repeatsAll(inputs, node.shape),
  );
  if (!cheaper) return undefined;
  const [then, otherwise] = sides.map((inputs) => makeNode(node.op, inputs, node.attrs));
  if (then === undefined || otherwise === undefined) return undefined;
  return makeNode(selectOp, [inputOf(choice, 0), then, otherwise], {});
}

/** Computes an operation on reshapes of one shape before the reshape. */
function reshapeLast(node: Tensor): Tensor | undefined {
  const reshaped = node.inputs.find((input) => isOp(input, reshapeOp));
  if (reshaped === undefined) return undefined;
  const { shape } = inputOf(reshaped, 0);
  const inputs = node.inputs.flatMap((input) => {
    const source = input.inputs[0];
    if (source === undefined) return [];
    if (isOp(input, reshapeOp)) return shapesEqual(source.shape, shape) ? [source] : [];
    const repeatsScalar = isOp(input, broadcastOp) && source.shape.length === 0;
    return repeatsScalar ? [broadcastAlong(source, shape, [])] : [];
  });
  if (inputs.length < node.inputs.length) return undefined;
  return reshape(makeNode(node.op, inputs, node.attrs), node.shape);
}

export const broadcastRules: readonly Rule[] = [
  rule({
    ...exact,
    name: 'broadcast of a broadcast',
    summary: 'Two broadcasts are one.',
    pattern: is.broadcast(repeated),
    replacement: (found, node) => {
      const outer = axesAttribute(node, 'axes');
      const axes = axesAttribute(found.repeated, 'axes').map((axis) => outer[axis] ?? axis);
      return broadcastAlong(found.x, node.shape, axes);
    },
  }),
  rule({
    ...exact,
    name: 'broadcast that repeats nothing',
    summary: 'A broadcast whose result has as many elements as its input is a reshape.',
    pattern: is.broadcast(x),
    replacement: (found, node) => {
      const axes = axesAttribute(node, 'axes');
      const repeats = node.shape.some((size, axis) => {
        const from = found.x.shape[axes.indexOf(axis)] ?? 1;
        return size !== 1 && from === 1;
      });
      return repeats ? undefined : reshape(found.x, node.shape);
    },
  }),
  rule({
    ...exact,
    name: 'broadcast of axes of size one',
    summary: 'A broadcast takes its input without axes of size 1.',
    pattern: is.broadcast(x),
    replacement: (found, node) => {
      const axes = axesAttribute(node, 'axes');
      const wide = found.x.shape.flatMap((size, axis) => (size === 1 ? [] : [axis]));
      if (wide.length === found.x.shape.length) return undefined;
      const squeezed = reshape(found.x, sizesAt(found.x.shape, wide));
      return broadcastAlong(
        squeezed,
        node.shape,
        wide.map((axis) => axes[axis] ?? axis),
      );
    },
  }),
  rule({
    ...exact,
    name: 'reshape of a repeated scalar',
    summary: 'A reshape of a broadcast scalar is the scalar broadcast to the other shape.',
    pattern: is.reshape(is.broadcast(is.any('x', (each) => each.shape.length === 0))),
    replacement: (found, node) => broadcastAlong(found.x, node.shape, []),
  }),
  rule({
    ...exact,
    name: 'transpose of a broadcast',
    summary: 'A transpose of a broadcast is a broadcast of what is left to transpose.',
    pattern: is.transpose(repeated),
    replacement: (found, node) => {
      const permutation = axesAttribute(node, 'permutation');
      const from = axesAttribute(found.repeated, 'axes');
      const axes = permutation.flatMap((axis, position) => (from.includes(axis) ? [position] : []));
      const order = axes.map((position) => from.indexOf(permutation[position] ?? position));
      return broadcastAlong(transpose(found.x, order), node.shape, axes);
    },
  }),
  rule({
    ...exact,
    name: 'slice of a broadcast',
    summary: 'A slice along an axis of repetition is a shorter repetition.',
    pattern: is.slice(repeated),
    replacement: (found, node) => {
      const axes = axesAttribute(found.repeated, 'axes');
      const taken = sliceAttributes(node);
      if (taken === undefined) return undefined;
      const { axis, start, length, step } = taken;
      const source = axes.indexOf(axis);
      if (source < 0) return broadcastAlong(found.x, node.shape, axes);
      if (found.x.shape[source] === 1) return undefined;
      return broadcastAlong(sliceAxis(found.x, source, start, length, step), node.shape, axes);
    },
  }),
  rule({
    ...exact,
    name: 'elementwise operation of broadcasts',
    summary: 'An elementwise operation of repeated tensors is computed once and then repeated.',
    pattern: is.nodeWhere(isElementwise),
    replacement: (_, node) => hoist(node),
  }),
  rule({
    ...exact,
    name: 'operation on a choice of broadcasts',
    summary:
      'An elementwise operation on a select between repeated tensors is computed once for each side, and then chosen.',
    pattern: is.nodeWhere((node) => isElementwise(node) && !isOp(node, selectOp)),
    replacement: (_, node) => chooseLast(node),
  }),
  rule({
    ...exact,
    name: 'elementwise operation of reshapes',
    summary: 'An elementwise operation of tensors that were reshaped alike is computed before the reshape.',
    pattern: is.nodeWhere(isElementwise),
    replacement: (_, node) => reshapeLast(node),
  }),
];
