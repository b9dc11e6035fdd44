// One line of mathematics for what a kernel stores: `relu1 = relu(x · linear1Weightᵀ + linear1Bias)`. For readers
// of generated code, diagrams and tables; nothing is computed from it.
import { inputOf, type Attribute, type Tensor } from '../ir/node.ts';
import { isErasedIdentity } from './element.ts';
import type { Buffer, Kernel } from './kernel.ts';
import { placeName } from './names.ts';

/** Names of tensors that a formula may end at: buffers that the kernel reads or has computed before. */
export type NameOf = (tensor: Tensor) => string | undefined;

// Longer formulas say less than the code below them.
const longest = 100;
// A graph may be far larger as a tree: printing stops when the text is too long in any case.
const mostNodes = 200;
const tooLong = ' '.repeat(longest);

/** `name = formula`, or undefined when the formula is too long to help. */
function formulaOf(name: string, tensor: Tensor, nameOf: NameOf): string | undefined {
  let budget = mostNodes;
  const limited: NameOf = (each) => (budget-- < 0 ? tooLong : each === tensor ? undefined : nameOf(each));
  const text = `${name} = ${stripParentheses(print(tensor, limited))}`;
  return text.length <= longest ? text : undefined;
}

/** A formula for each new value of a kernel that can be said in one line; what it computed before goes by name. */
export function formulasOf(kernel: Kernel): readonly string[] {
  const names = new Map(kernel.reads.map((buffer) => [buffer.tensor, buffer.name]));
  return kernel.writes.flatMap((buffer) => {
    if (!kernel.computes.includes(buffer.tensor)) return [];
    const formula = formulaOf(buffer.name, buffer.tensor, (each) => names.get(each));
    names.set(buffer.tensor, buffer.name);
    return [formula ?? `${buffer.name} = ${outlineOf(kernel, buffer)}`];
  });
}

/** What a value is where its formula is too long: `crossEntropy(logits, y)`, or the gradient of that. */
function outlineOf(kernel: Kernel, buffer: Buffer): string {
  const place = placeName(buffer.tensor) || buffer.tensor.op.name;
  if (buffer.name.endsWith('Gradient')) return `gradient that ${place} hands back`;
  const read = kernel.reads.filter(({ role }) => role !== 'parameter' && role !== 'state');
  return `${place}(${read.map((each) => each.name).join(', ')})`;
}

/** What a kernel does, a line each: formulas of what it stores, the gradient it gathers, the leaves it updates. */
export function statementsOf(kernel: Kernel): readonly string[] {
  const updates = kernel.phase === 'initialise' ? [] : updatesOf(kernel);
  return [...formulasOf(kernel), ...gathered(kernel), ...updates];
}

/** The gradient that an update starts from, which is nowhere stored. */
function gathered(kernel: Kernel): readonly string[] {
  if (kernel.phase !== 'update') return [];
  const known = new Map(kernel.reads.map((buffer) => [buffer.tensor, buffer.name]));
  const gathers = kernel.computes.find(
    ({ op }) => op.lowering.kind === 'contraction' || op.lowering.kind === 'reduction',
  );
  const formula = gathers && formulaOf('gradient', gathers, (each) => known.get(each));
  return formula === undefined ? [] : [formula];
}

/** The leaves that a kernel gives new values: `updates linear1Weight, linear1WeightExpAvg`. */
function updatesOf(kernel: Kernel): readonly string[] {
  const leaves = kernel.writes.filter(({ role }) => role === 'parameter' || role === 'state');
  return leaves.length === 0 ? [] : [`updates ${leaves.map((buffer) => buffer.name).join(', ')}`];
}

function stripParentheses(text: string): string {
  if (!text.startsWith('(') || !text.endsWith(')')) return text;
  let depth = 0;
  for (let position = 0; position < text.length - 1; position++) {
    if (text[position] === '(') depth++;
    if (text[position] === ')') depth--;
    if (depth === 0) return text;
  }
  return text.slice(1, -1);
}

const infix: Readonly<Record<string, string>> = {
  add: '+',
  sub: '-',
  mul: '*',
  div: '/',
  less: '<',
  lessEqual: '≤',
  greater: '>',
  greaterEqual: '≥',
  equal: '=',
  notEqual: '≠',
  logicalAnd: 'and',
  logicalOr: 'or',
};

function print(tensor: Tensor, nameOf: NameOf): string {
  const name = nameOf(tensor);
  if (name !== undefined) return name;
  const { op, inputs, attrs } = tensor;
  const operand = (position: number): string => print(inputOf(tensor, position), nameOf);
  if (isErasedIdentity(tensor)) return operand(0);
  const sign = infix[op.name];
  if (sign !== undefined) return `(${operand(0)} ${sign} ${operand(1)})`;
  switch (op.name) {
    case 'constant':
      return tensor.dtype === 'f32' ? shortNumber(Number(attrs['value'])) : String(Number(attrs['value']));
    case 'broadcast':
    case 'reshape':
    case 'stopGradient':
      return operand(0);
    case 'transpose':
      return tensor.shape.length === 2 ? `${operand(0)}ᵀ` : `transpose(${operand(0)})`;
    case 'neg':
      return `-${operand(0)}`;
    case 'select':
      return `where(${stripParentheses(operand(0))}, ${operand(1)}, ${operand(2)})`;
    case 'cast':
      return `${tensor.dtype}(${stripParentheses(operand(0))})`;
    case 'reduce':
      return `${textOf(attrs['combiner'])}(${stripParentheses(operand(0))}${reducedAxes(tensor)})`;
    case 'argExtreme':
      return `arg${textOf(attrs['extreme'])}(${stripParentheses(operand(0))})`;
    case 'contraction':
      return product(tensor, nameOf);
    default: {
      const list = inputs.map((_, position) => stripParentheses(operand(position)));
      return `${op.name}(${list.join(', ')})`;
    }
  }
}

/** `, axis 0` where not all axes are reduced. */
function reducedAxes(tensor: Tensor): string {
  const { lowering } = tensor.op;
  if (lowering.kind !== 'reduction' || tensor.shape.length === 0) return '';
  const axes = lowering.axes(tensor.attrs);
  return `, ${axes.length === 1 ? 'axis' : 'axes'} ${axes.join(', ')}`;
}

function textOf(attribute: Attribute | undefined): string {
  return typeof attribute === 'string' ? attribute : '';
}

/** A matrix product with the transposes that its paired axes imply. */
function product(tensor: Tensor, nameOf: NameOf): string {
  const { lowering } = tensor.op;
  if (lowering.kind !== 'contraction') return tensor.op.name;
  const { contractLeft, contractRight, batchLeft } = lowering.axes(tensor.attrs);
  const [left, right] = [inputOf(tensor, 0), inputOf(tensor, 1)];
  const isLeftTurned = left.shape.length === 2 && contractLeft[0] === 0;
  const isRightTurned =
    right.shape.length - batchLeft.length === 2 && contractRight[0] === right.shape.length - 1;
  const transposed = (text: string, isTurned: boolean): string => (isTurned ? `${text}ᵀ` : text);
  return `${transposed(print(left, nameOf), isLeftTurned)} · ${transposed(print(right, nameOf), isRightTurned)}`;
}

/** A number as a person would write it: the shortest decimal that rounds to it in single precision. */
export function shortNumber(value: number): string {
  for (let digits = 1; digits <= 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === Math.fround(value)) return String(Number(text));
  }
  return String(value);
}
