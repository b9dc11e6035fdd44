// Single kernels as declarations: a product or a scalar function whose operands are parameters and whose result is one,
// too. An optimizer that assigns the result lets the kernel write it in place, so that a step is the kernel and next to
// nothing else; `predict` would copy operands in and the result out. Relies on the public face of the library only.
import {
  add,
  constant,
  contract,
  defineLayer,
  defineOptimizer,
  exp,
  log,
  sigmoid,
  slice,
  stopGradient,
  sum,
  tanh,
  zeros,
  type Declaration,
  type Tensor,
} from '../src/index.ts';
import type { Contraction, FunctionName } from './harness/protocol.ts';

/** Name of the parameter that a kernel writes. */
export const resultName = 'result';

/** Name of the parameter that is an operand. */
export function operandName(index: number): string {
  return `operand${index}`;
}

/** The product of a contraction, assigned in every step. */
export function declareContraction(contraction: Contraction): Declaration {
  const { left, right, contractLeft, contractRight } = contraction;
  return declareAssignment([left, right], resultShape(contraction), (operand) =>
    contract(operand(0), operand(1), {
      batchLeft: [],
      batchRight: [],
      contractLeft: [contractLeft],
      contractRight: [contractRight],
    }),
  );
}

/** Rows and columns of the product. */
export function resultShape({
  left,
  right,
  contractLeft,
  contractRight,
}: Contraction): readonly [number, number] {
  return [left[1 - contractLeft] ?? 0, right[1 - contractRight] ?? 0];
}

const functions: Readonly<Record<FunctionName, (x: Tensor) => Tensor>> = { exp, log, tanh, sigmoid };

/** A scalar function of so many elements, assigned in every step. */
export function declareFunction(name: FunctionName, elements: number): Declaration {
  return declareAssignment([[elements]], [elements], (operand) => functions[name](operand(0)));
}

function declareAssignment(
  operandShapes: readonly (readonly number[])[],
  shape: readonly number[],
  compute: (operand: (index: number) => Tensor) => Tensor,
): Declaration {
  const leaves = new Map<string, Tensor>();
  const leaf = (name: string): Tensor => {
    const found = leaves.get(name);
    if (found === undefined) throw new Error(`the kernel has no ${name}`);
    return found;
  };
  const shapes = new Map([
    [resultName, shape],
    ...operandShapes.map((each, index) => [operandName(index), each] as const),
  ]);
  const layer = defineLayer({
    type: 'kernel',
    label: 'kernel()',
    apply: (_, { parameter }) => {
      for (const [name, each] of shapes) leaves.set(name, parameter(name, each, zeros, 'f32'));
      // The compiler finds parameters by the loss: it reads one element of each, which costs next to nothing.
      return [...leaves.values()].map(firstElement).reduce((total, each) => add(total, stopGradient(each)));
    },
  });
  const loss = layer(constant([0], [1]));
  const assign = defineOptimizer({
    name: 'assign',
    options: {},
    update: ({ parameter }) =>
      parameter === leaf(resultName)
        ? [{ leaf: parameter, next: compute((index) => leaf(operandName(index))) }]
        : [],
  });
  return { name: 'kernel', loss, optimizer: assign };
}

function firstElement(x: Tensor): Tensor {
  return sum(
    slice(
      x,
      x.shape.map(() => ({ start: 0, stop: 1 })),
    ),
  );
}
