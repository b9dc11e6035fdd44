// Leaves of the graph: what is fed, what is learned, what is carried from step to step, and constants; and the
// markers that earlier stages replace (sizes, modes, updates, constraints).
import { isFloat, roundTo, type DType } from '../ir/dtype.ts';
import { hashText } from '../ir/equal.ts';
import { DeclarationError, DTypeError, InternalError, ShapeError } from '../ir/errors.ts';
import { attributeKey, demand, makeNode, type Attributes, type Op, type Tensor } from '../ir/node.ts';
import { bindSize, namesIn, printSize, shapesEqual, type Shape, type Size } from '../ir/size.ts';
import type { Value } from '../ir/value.ts';
import { dtypeMismatch, requireDType, requireShape, requireTensors } from './mismatch.ts';
import { badOption, describeValue } from './option.ts';

interface LeafAttributes extends Attributes {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: DType;
}

function leafOp(name: string): Op<LeafAttributes> {
  return {
    name,
    arity: 0,
    identity: 'unique',
    shape: (_, attrs) => attrs.shape,
    dtype: (_, attrs) => attrs.dtype,
    vjp: () => [],
    evaluate: (_, attrs) => {
      throw new InternalError(
        'E_UNBOUND_LEAF',
        `the interpreter was given no value for ${name} "${attrs.name}"`,
      );
    },
    lowering: { kind: 'leaf' },
    bindAttributes: (attrs, sizes) => ({ ...attrs, shape: attrs.shape.map((size) => bindSize(size, sizes)) }),
  };
}

export const inputOp = leafOp('input');
export const parameterOp = leafOp('parameter');
export const stateOp = leafOp('state');

export function nameOf(leaf: Tensor): string {
  const { name } = leaf.attrs;
  if (typeof name !== 'string') throw new InternalError('E_LEAF', `${leaf.op.name} has no name`);
  return name;
}

export function isLeafOf(op: Op<LeafAttributes>, node: Tensor): boolean {
  // Nodes hold their op with its attribute type forgotten.
  return node.op === (op as unknown as Op);
}

/**
 * Declares a tensor that is fed at every step.
 * @param shape sizes, named dimensions from {@link dim} included
 * @param dtype element type, default `f32`
 * @throws {ShapeError} `E_SHAPE` for sizes that are not whole numbers
 * @throws {DeclarationError} `E_NAME` for an empty name
 */
export function input<const S extends Size[], D extends DType = 'f32'>(
  name: string,
  shape: readonly [...S],
  dtype?: D,
): Tensor<S, D>;
export function input(name: string, shape: Shape, dtype: DType = 'f32'): Tensor {
  if (typeof name !== 'string' || name === '') {
    throw new DeclarationError('E_NAME', "input: the name is empty or no text; try input('x', …)");
  }
  requireShape(`input "${name}"`, shape);
  requireDType(`input "${name}"`, dtype);
  return makeNode(inputOp, [], { name, shape, dtype });
}

const initialValues = new WeakMap<Tensor, Tensor>();

/** A trainable leaf. `initial` is a graph of the same shape and dtype that is evaluated when a session starts. */
export function parameter(name: string, initial: Tensor): Tensor {
  return statefulLeaf(parameterOp, name, initial);
}

/** A leaf that lives from step to step but is not trained: moments of optimizers, running statistics, counters. */
export function state(name: string, initial: Tensor): Tensor {
  return statefulLeaf(stateOp, name, initial);
}

function statefulLeaf(op: Op<LeafAttributes>, name: string, initial: Tensor): Tensor {
  const unbound = initial.shape.flatMap((size) => namesIn(size));
  if (unbound.length > 0) {
    throw new ShapeError(
      'E_STATE_SHAPE',
      `${op.name} "${name}": its size depends on "${unbound.join()}", which changes`,
    );
  }
  const leaf = makeNode(op, [], { name, shape: initial.shape, dtype: initial.dtype });
  initialValues.set(leaf, initial);
  return leaf;
}

const declaredLeaves = new WeakMap<Tensor, Tensor>();

/** The same parameter or state under another name. */
export function renamed(leaf: Tensor, name: string): Tensor {
  const other = statefulLeaf(isLeafOf(parameterOp, leaf) ? parameterOp : stateOp, name, initialValueOf(leaf));
  declaredLeaves.set(other, declaredLeaf(leaf));
  return other;
}

/** The leaf as the user holds it, whatever the program calls it. */
export function declaredLeaf(leaf: Tensor): Tensor {
  return declaredLeaves.get(leaf) ?? leaf;
}

/** The graph that gives a parameter or state its first value. */
export function initialValueOf(leaf: Tensor): Tensor {
  const initial = initialValues.get(leaf);
  if (initial === undefined)
    throw new InternalError('E_LEAF', `${leaf.op.name} "${nameOf(leaf)}" has no initial value`);
  return initial;
}

interface ConstantAttributes extends Attributes {
  readonly value: number;
  readonly dtype: DType;
}

export const constantOp: Op<ConstantAttributes> = {
  name: 'constant',
  arity: 0,
  shape: () => [],
  dtype: (_, attrs) => attrs.dtype,
  vjp: () => [],
  // The oracle keeps the double: 0.1 as the user wrote it in a float64 graph, its rounding elsewhere.
  evaluate: (_, attrs) => ({ shape: [], dtype: attrs.dtype, data: Float64Array.of(attrs.value) }),
  lowering: {
    kind: 'element',
    cost: 0,
    element: ({ attrs }) => ({ kind: 'literal', type: attrs.dtype, value: attrs.value }),
  },
};

/** A scalar constant `[]`, rounded to its dtype, f32 unless given (PyTorch's `tensor` of one number). */
export function scalar<D extends DType = 'f32'>(value: number, dtype?: D): Tensor<[], D>;
export function scalar(value: number, dtype: DType = 'f32'): Tensor {
  requireDType('scalar', dtype);
  if (typeof value !== 'number') {
    throw badOption('scalar', `the value is ${describeValue(value)}`, 'has to be a number');
  }
  if (dtype === 'i32' && !Number.isInteger(value)) {
    throw new DTypeError('E_DTYPE_MISMATCH', `scalar: ${value} is not a whole number, so it is not an i32`);
  }
  return makeNode(constantOp, [], { value: roundTo(dtype, value), dtype });
}

/** The value of a scalar constant node, or undefined for any other node. */
export function constantValue(node: Tensor): number | undefined {
  if (node.op.name !== constantOp.name) return undefined;
  const { value } = node.attrs;
  return typeof value === 'number' ? value : undefined;
}

/** An array constant: its elements are part of the program. */
export const arrayOp: Op<LeafAttributes> = {
  ...leafOp('array'),
  evaluate: (_, __, node) => {
    const value = arrays.get(node);
    if (value === undefined) throw new InternalError('E_LEAF', 'an array constant lost its elements');
    return value;
  },
};
const arrays = new WeakMap<Tensor, Value>();

/**
 * A constant tensor of the given numbers, row-major: `constant([1, 2, 3, 4], [2, 2])` (PyTorch's `tensor`). The
 * default dtype is f32.
 * @throws {ShapeError} `E_ELEMENT_COUNT` when the number of elements is not that of the shape
 */
export function constant<const S extends number[], D extends DType = 'f32'>(
  elements: ArrayLike<number>,
  shape: readonly [...S],
  dtype?: D,
): Tensor<S, D>;
export function constant(
  elements: ArrayLike<number>,
  shape: readonly number[],
  dtype: DType = 'f32',
): Tensor {
  requireShape('constant', shape);
  requireDType('constant', dtype);
  const count = shape.reduce((product, size) => product * size, 1);
  if (elements.length !== count) {
    throw new ShapeError(
      'E_ELEMENT_COUNT',
      `constant: shape [${shape.join(', ')}] has ${count} elements, got ${elements.length}`,
    );
  }
  const data = Float64Array.from(elements, (element) => roundTo(dtype, element));
  // The digest stands for the elements wherever attributes are compared, printed or hashed.
  const digest = hashText(attributeKey([...data]));
  const node = makeNode(arrayOp, [], { name: 'constant', shape, dtype, digest });
  arrays.set(node, { shape, dtype, data });
  return node;
}

/** The elements of an array constant, or undefined for any other node. */
export function arrayValue(node: Tensor): Value | undefined {
  return arrays.get(node);
}

interface SizeAttributes extends Attributes {
  readonly size: Size;
  readonly dtype: DType;
}

/** The number behind a named dimension, as a scalar; a constant once the program is specialised. */
export const sizeOp: Op<SizeAttributes> = {
  name: 'size',
  arity: 0,
  shape: () => [],
  dtype: (_, attrs) => attrs.dtype,
  vjp: () => [],
  evaluate: (_, attrs) => {
    if (typeof attrs.size === 'number')
      return { shape: [], dtype: attrs.dtype, data: Float64Array.of(attrs.size) };
    throw new InternalError('E_UNBOUND_DIM', `size of "${printSize(attrs.size)}" is not known yet`);
  },
  lowering: { kind: 'erased' },
  printAttributes: ({ size }) => printSize(size),
  bindAttributes: (attrs, sizes) => ({ ...attrs, size: bindSize(attrs.size, sizes) }),
};

/** A size as a scalar tensor, for example the divisor of a mean. */
export function sizeOf<D extends DType = 'f32'>(size: Size, dtype?: D): Tensor<[], D>;
export function sizeOf(size: Size, dtype: DType = 'f32'): Tensor {
  requireShape('sizeOf', [size]);
  return typeof size === 'number' ? scalar(size, dtype) : makeNode(sizeOp, [], { size, dtype });
}

/** What differs between the entry points of a program. */
export type Mode = 'train' | 'evaluate';

/** `train` while stepping, `evaluate` in evaluate and predict; specialisation keeps one of the two. */
export const modeOp: Op<Attributes> = {
  name: 'byMode',
  arity: 2,
  shape: ([train, evaluate]) => {
    demand('byMode', shapesEqual(train?.shape ?? [], evaluate?.shape ?? []), 'both sides have one shape');
    return train?.shape ?? [];
  },
  dtype: (inputs) => {
    demand('byMode', operand(inputs, 0).dtype === inputs[1]?.dtype, 'both sides have one dtype');
    return operand(inputs, 0).dtype;
  },
  vjp: () => {
    throw new InternalError('E_MODE', 'grad differentiates each mode on its own');
  },
  evaluate: () => {
    throw new InternalError('E_MODE', 'byMode is specialised before evaluation');
  },
  lowering: { kind: 'erased' },
};

function operand(inputs: readonly Tensor[], position: number): Tensor {
  const node = inputs[position];
  if (node === undefined) throw new InternalError('E_ARITY', `input ${position} is missing`);
  return node;
}

/** A tensor that is one expression in training and another in evaluation: dropout, batch normalisation. */
export function byMode(train: Tensor, evaluate: Tensor): Tensor {
  if (!shapesEqual(train.shape, evaluate.shape) || train.dtype !== evaluate.dtype) {
    throw new ShapeError('E_SHAPE_MISMATCH', 'byMode: both sides need one shape and one dtype');
  }
  return makeNode(modeOp, [train, evaluate], {});
}

/** `value`, and on every step `leaf ← next`. Inputs: value, leaf, next. */
export const updateOp: Op<Attributes> = {
  name: 'withUpdate',
  arity: 3,
  shape: ([value, leaf, next]) => {
    demand('withUpdate', shapesEqual(leaf?.shape ?? [], next?.shape ?? []), 'leaf and next have one shape');
    return value?.shape ?? [];
  },
  dtype: (inputs) => {
    demand('withUpdate', inputs[1]?.dtype === inputs[2]?.dtype, 'leaf and next have one dtype');
    return operand(inputs, 0).dtype;
  },
  vjp: ({ cotangent }) => [cotangent, null, null],
  evaluate: ([value]) => {
    if (value === undefined) throw new InternalError('E_ARITY', 'withUpdate has no value');
    return value;
  },
  lowering: { kind: 'erased' },
};

/** Attaches the update `leaf ← next` to a value: whoever computes the value in training also updates the leaf. */
export function withUpdate(value: Tensor, leaf: Tensor, next: Tensor): Tensor {
  if (!shapesEqual(leaf.shape, next.shape) || leaf.dtype !== next.dtype) {
    throw new ShapeError(
      'E_SHAPE_MISMATCH',
      `withUpdate: "${nameOf(leaf)}" needs a value of its own shape and dtype`,
    );
  }
  return makeNode(updateOp, [value, leaf, next], {});
}

interface RangeAttributes extends Attributes {
  readonly low: number;
  readonly high: number;
  /** A value outside the range that is allowed (an ignored label), or null. */
  readonly except: number | null;
  readonly what: string;
  // `highs`, where the components of the last axis have ranges of their own; `axes`, where these are positions on axes
  // of named size.
}

/** The identity on i32, with the promise that values lie in a range; sessions check fed values against it. */
export const constrainOp: Op<RangeAttributes> = {
  name: 'constrain',
  arity: 1,
  shape: (inputs) => operand(inputs, 0).shape,
  dtype: (inputs) => {
    demand('constrain', operand(inputs, 0).dtype === 'i32', 'takes i32');
    return 'i32';
  },
  vjp: { notDifferentiable: 'zero', reason: 'integers have no gradient' },
  evaluate: ([value]) => {
    if (value === undefined) throw new InternalError('E_ARITY', 'constrain has no value');
    return value;
  },
  lowering: { kind: 'erased' },
};

/**
 * Declares that an input's integers lie in `low … high`; a session refuses a feed that breaks it. `highs` says so more
 * closely for each component of the input's last axis. `axes` says of which axes they are positions where their sizes are
 * known with the feeds alone: one axis, or one for each component; negative ones count from the end if `low` allows any.
 */
export function constrain(
  labels: Tensor,
  range: {
    low: number;
    high: number;
    highs?: readonly number[];
    axes?: Shape;
    except?: number;
    what: string;
  },
): Tensor {
  const { low, high, highs, axes, what, except = null } = range;
  return makeNode(constrainOp, [labels], {
    low,
    high,
    what,
    except,
    ...(highs === undefined ? {} : { highs }),
    ...(axes === undefined ? {} : { axes }),
  });
}

/** Refuses integers and booleans where a gradient or a mean is wanted. @throws {DTypeError} */
export function requireFloat(operation: string, x: Tensor): void {
  requireTensors(operation, x);
  if (isFloat(x.dtype)) return;
  throw dtypeMismatch({
    operation,
    problem: `the tensor is ${x.dtype}`,
    expectation: 'takes f32 or f64',
    operands: [x],
    help: "cast(x, 'f32') makes floats",
  });
}
