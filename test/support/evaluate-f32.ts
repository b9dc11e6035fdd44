// Evaluates a graph in the arithmetic of its dtypes: f32 is rounded after every operation, and exp, log and their kin
// are our own functions, compiled from their scalar expressions. What the bits of a strict program have to be, apart
// from kernels and emitters; contractions, which no rule takes apart, are rounded once.
import { roundTo, type DType } from '../../src/ir/dtype.ts';
import type { Bindings } from '../../src/ir/interpret.ts';
import { topologicalOrder, type Op, type Tensor } from '../../src/ir/node.ts';
import { local, type Local, type ScalarFunction } from '../../src/ir/scalar.ts';
import { concreteShape } from '../../src/ir/size.ts';
import { flatten, forEachIndex, stridesOf, type Value } from '../../src/ir/value.ts';
import { initialOf, reduceOp } from '../../src/ops/reduce.ts';
import { axesAttribute, combinerOf } from '../../src/rewrite/attributes.ts';
import { isElementwise, isOp } from '../../src/rewrite/elementwise.ts';
import { compileScalar } from './evaluate-scalar.ts';

type Kernel = (...operands: readonly unknown[]) => unknown;

const kernels = new Map<Op, Map<string, Kernel>>();

/** The scalar function of an elementwise node, compiled once for each op, operand dtypes and attributes. */
function kernelOf(node: Tensor): Kernel {
  const key = JSON.stringify([node.inputs.map((input) => input.dtype), node.attrs]);
  const ofOp = kernels.get(node.op) ?? new Map<string, Kernel>();
  kernels.set(node.op, ofOp);
  const kernel = ofOp.get(key) ?? compileKernel(node);
  ofOp.set(key, kernel);
  return kernel;
}

function compileKernel(node: Tensor): Kernel {
  const { lowering } = node.op;
  if (lowering.kind !== 'element') throw new Error(`${node.op.name} is not elementwise`);
  const parameters: readonly Local[] = node.inputs.map((input, position) => ({
    name: `operand${position}`,
    type: input.dtype,
  }));
  const result = lowering.element({
    node,
    attrs: node.attrs,
    index: [],
    read: (position) => {
      const parameter = parameters[position];
      if (parameter === undefined) throw new Error(`${node.op.name} has no input ${position}`);
      return local(parameter);
    },
    rangeOfInput: () => undefined,
  });
  const scalarFunction: ScalarFunction = {
    name: 'element',
    summary: '',
    parameters,
    type: node.dtype,
    lets: [],
    result,
  };
  // Booleans are JavaScript booleans inside, which the declared signature leaves out.
  return compileScalar(scalarFunction) as Kernel;
}

const operandOf = (dtype: DType, value: number): number | boolean => (dtype === 'bool' ? value !== 0 : value);

function evaluateElementwise(node: Tensor, inputs: readonly Value[]): Value {
  const shape = concreteShape(node.shape);
  const kernel = kernelOf(node);
  const data = Float64Array.from({ length: shape.reduce((count, size) => count * size, 1) }, (_, position) =>
    roundTo(
      node.dtype,
      Number(kernel(...inputs.map((input) => operandOf(input.dtype, input.data[position] ?? Number.NaN)))),
    ),
  );
  return { shape, dtype: node.dtype, data };
}

function evaluateReduction(node: Tensor, x: Value): Value {
  const shape = concreteShape(node.shape);
  const axes = axesAttribute(node, 'axes');
  const combiner = combinerOf(node);
  const combine = {
    sum: (a: number, b: number) => a + b,
    product: (a: number, b: number) => (node.dtype === 'i32' ? Math.imul(a, b) : a * b),
    max: Math.max,
    min: Math.min,
  }[combiner];
  const strides = stridesOf(shape);
  const length = shape.reduce((count, size) => count * size, 1);
  const data = new Float64Array(length).fill(initialOf(combiner, node.dtype));
  forEachIndex(x.shape, (index, flat) => {
    const position = flatten(
      index.filter((_, axis) => !axes.includes(axis)),
      strides,
    );
    data[position] = roundTo(node.dtype, combine(data[position] ?? 0, x.data[flat] ?? 0));
  });
  return { shape, dtype: node.dtype, data };
}

/** Values of `roots`, whose sizes are all numbers; bindings have to be values of their dtypes already. */
export function evaluateRounded(roots: readonly Tensor[], bindings: Bindings): readonly Value[] {
  const values = new Map<Tensor, Value>(bindings);
  const valueOf = (node: Tensor): Value => {
    const value = values.get(node);
    if (value === undefined) throw new Error(`${node.op.name} was not evaluated`);
    return value;
  };
  for (const node of topologicalOrder(roots)) {
    if (values.has(node)) continue;
    const inputs = node.inputs.map(valueOf);
    const [first] = inputs;
    if (isElementwise(node)) values.set(node, evaluateElementwise(node, inputs));
    else if (isOp(node, reduceOp) && first !== undefined) values.set(node, evaluateReduction(node, first));
    else {
      const { shape, dtype, data } = node.op.evaluate(inputs, node.attrs, node);
      values.set(node, { shape, dtype, data: data.map((value) => roundTo(node.dtype, value)) });
    }
  }
  return roots.map(valueOf);
}
