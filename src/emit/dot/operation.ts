// How single operations are written in diagrams: a short label, numbers it is combined with included, and which
// operations only move data and are drawn as part of an edge.
import { isDim, type Tensor } from '../../ir/node.ts';
import { printSize } from '../../ir/size.ts';
import { isLeaf } from '../../kernels/anchors.ts';
import {
  constantOp,
  constantValue,
  constrainOp,
  inputOp,
  isLeafOf,
  parameterOp,
  sizeOp,
  stateOp,
} from '../../ops/leaf.ts';
import { iotaOp } from '../../ops/random.ts';

const moving: ReadonlySet<string> = new Set([constrainOp.name, 'broadcast', 'reshape', 'stopGradient']);

/** The tensor behind operations that change nothing but the shape or the promises. */
export function carrierOf(tensor: Tensor): Tensor {
  const [input] = tensor.inputs;
  return moving.has(tensor.op.name) && input !== undefined ? carrierOf(input) : tensor;
}

/** Whether a tensor is drawn as part of an edge. */
export function isMoving(tensor: Tensor): boolean {
  return carrierOf(tensor) !== tensor;
}

/** Four digits of a fraction say enough in a picture. */
function rounded(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}

/** A number behind movement: written into the operation that uses it. */
export function numberIn(tensor: Tensor): string | undefined {
  const carrier = carrierOf(tensor);
  const value = constantValue(carrier);
  if (value !== undefined) return rounded(value);
  // The positions along an axis are as constant as a number.
  if (carrier.op.name === iotaOp.name) return 'position';
  const { size } = carrier.attrs;
  if (carrier.op.name !== sizeOp.name) return undefined;
  if (typeof size === 'number') return String(size);
  return typeof size === 'object' && size !== null && isDim(size) ? printSize(size) : undefined;
}

/** Leaves with a name of their own in diagrams: fed, trained, or carried along. */
export function isNamedLeaf(tensor: Tensor): boolean {
  return isLeafOf(inputOp, tensor) || isLeafOf(parameterOp, tensor) || isLeafOf(stateOp, tensor);
}

/** The tensors of `order` (inputs first) that depend on a leaf; the others are constants. */
export function liveTensors(order: readonly Tensor[]): ReadonlySet<Tensor> {
  const live = new Set<Tensor>();
  for (const tensor of order) {
    const isSource = isLeaf(tensor) && tensor.op.name !== constantOp.name;
    if (isSource || tensor.inputs.some((input) => live.has(input))) live.add(tensor);
  }
  return live;
}

const infix: Readonly<Record<string, string>> = {
  add: '+',
  sub: '−',
  mul: '×',
  div: '÷',
  pow: '^',
  less: '<',
  lessEqual: '≤',
  greater: '>',
  greaterEqual: '≥',
  equal: '=',
  notEqual: '≠',
};

const words: Readonly<Record<string, string>> = {
  contraction: 'matmul',
  select: 'where',
  neg: 'negate',
  randomBits: 'random bits',
  uniformFromBits: 'uniform',
  logicalAnd: 'and',
  logicalOr: 'or',
  logicalNot: 'not',
};

/** `relu`, `sum`, `×`: what an operation does, in a word or a sign. */
export function operationName({ op, attrs, dtype }: Tensor): string {
  switch (op.name) {
    case 'reduce':
      return typeof attrs['combiner'] === 'string' ? attrs['combiner'] : op.name;
    case 'argExtreme':
      return typeof attrs['extreme'] === 'string' ? `arg${attrs['extreme']}` : op.name;
    case 'cast':
      return `to ${dtype}`;
    default:
      return infix[op.name] ?? words[op.name] ?? op.name;
  }
}

/** `relu`, `sum`, `× 0.9`: the operation with the number that it takes, if any. */
export function operationLabel(tensor: Tensor): string {
  const name = operationName(tensor);
  if (infix[tensor.op.name] === undefined) return name;
  const [left, right] = tensor.inputs.map(numberIn);
  if (right !== undefined) return `${name} ${right}`;
  return left === undefined ? name : `${left} ${name}`;
}

/** The operation as a word where its label is a mere sign: what stands beside other signs. */
export function operationWord(tensor: Tensor): string {
  const label = operationLabel(tensor);
  return label.length === 1 ? tensor.op.name : label;
}
