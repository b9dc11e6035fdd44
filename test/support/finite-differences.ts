// Checks symbolic gradients against central differences in double precision: the loss is a random projection of the
// result, and its slope along one random direction has to be what the gradient says (as pytensor's verify_grad does).
import { grad } from '../../src/autodiff/grad.ts';
import type { Tensor } from '../../src/ir/node.ts';
import { concreteCount, concreteShape, printShape } from '../../src/ir/size.ts';
import { add, mul } from '../../src/ops/arithmetic.ts';
import { constant } from '../../src/ops/leaf.ts';
import { sum } from '../../src/ops/reduce.ts';
import { cast } from '../../src/ops/select.ts';
import { evaluate, evaluateAll, numbersBetween, type Feed } from './values.ts';

export interface GradientCheck {
  /** A float64 graph of the feeds. */
  readonly result: Tensor;
  /** What to differentiate by; floats, which the reference computes with in double precision. */
  readonly variables: readonly Feed[];
  /** What else is fed. */
  readonly others?: readonly Feed[];
  /** 1: gradients; 2: gradients of gradients too. Default 1. */
  readonly order?: 1 | 2;
}

/** Slopes are sums of a few dozen terms of size 1; differences of fourth order are good to about 1e-10 of them. */
const tolerance = 2e-8;
const step = 1e-3;

/** What is wrong, as sentences; empty when symbolic and numeric slopes agree. */
export function gradientProblems({
  result,
  variables,
  others = [],
  order = 1,
}: GradientCheck): readonly string[] {
  const loss = projection([result], 11);
  const leaves = variables.map(({ leaf }) => leaf);
  const gradients = grad(loss, leaves);
  const problems = [
    ...gradients.flatMap((gradient, position) => {
      const [got, wanted] = [gradient, leaves[position]].map(
        (each) => `${printShape(each?.shape ?? [])} ${each?.dtype ?? ''}`,
      );
      return got === wanted ? [] : [`gradient ${position} is ${got}, its variable ${wanted}`];
    }),
    ...slopeProblems('gradient', loss, gradients, variables, others),
  ];
  if (order === 1) return problems;
  const slope = projection(gradients, 13);
  return [...problems, ...slopeProblems('second gradient', slope, grad(slope, leaves), variables, others)];
}

/** A scalar that depends on every element of the tensors, each with a weight of its own. */
function projection(tensors: readonly Tensor[], seed: number): Tensor {
  const [first, ...rest] = tensors.map((tensor, position) => {
    const shape = concreteShape(tensor.shape);
    const weights = numbersBetween(-1, 1, concreteCount(shape), seed + position);
    return sum(mul(cast(tensor, 'f64'), constant(weights, shape, 'f64')));
  });
  if (first === undefined) throw new Error('nothing to project');
  return rest.reduce(add, first);
}

function slopeProblems(
  what: string,
  loss: Tensor,
  gradients: readonly Tensor[],
  variables: readonly Feed[],
  others: readonly Feed[],
): readonly string[] {
  const directions = variables.map(({ numbers }, position) =>
    numbersBetween(-1, 1, numbers.length, 17 + position),
  );
  const lossAt = (distance: number): number => {
    const moved = variables.map(({ leaf, numbers }, position) => ({
      leaf,
      numbers: Array.from(numbers, (each, at) => each + distance * (directions[position]?.[at] ?? 0)),
    }));
    return evaluate(loss, [...moved, ...others])[0] ?? Number.NaN;
  };
  // Fornberg's five-point formula: error of fourth order in the step.
  const numeric = (8 * (lossAt(step) - lossAt(-step)) - (lossAt(2 * step) - lossAt(-2 * step))) / (12 * step);
  const values = evaluateAll(gradients, [...variables, ...others]);
  const products = values.flatMap(({ data }, position) =>
    Array.from(data, (each, at) => each * (directions[position]?.[at] ?? 0)),
  );
  const symbolic = products.reduce((total, each) => total + each, 0);
  const scale = products.reduce((total, each) => total + Math.abs(each), 1);
  return Math.abs(symbolic - numeric) <= tolerance * scale
    ? []
    : [`${what}: the slope is ${numeric}, the gradient says ${symbolic}`];
}
