// What a program is fed with, told apart by what it is for: outputs are computed of features, losses of labels too.

import type { DType } from '../ir/dtype.ts';
import { topologicalOrder } from '../ir/node.ts';
import type { Tensor } from '../ir/node.ts';
import type { Shape } from '../ir/size.ts';
import { inputOp, isLeafOf, nameOf } from '../ops/leaf.ts';
import type { Program } from '../runtime/program.ts';

/** An input of a program. */
export interface ModelInput {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: DType;
  /** Whether the outputs depend on it, or only the loss and the metrics. */
  readonly role: 'feature' | 'label';
}

/** All inputs, features first. */
export function inputsOf({ declaration }: Program): readonly ModelInput[] {
  const { loss, outputs = {}, metrics = {} } = declaration;
  const outputTensors = Object.values(outputs);
  const all = inputLeaves([
    ...outputTensors,
    ...(loss === undefined ? [] : [loss]),
    ...Object.values(metrics),
  ]);
  // Without outputs nothing tells them apart, and all are data to be fed.
  const features = new Set(inputLeaves(outputTensors.length === 0 ? all : outputTensors));
  const described = all.map((leaf): ModelInput => ({
    name: nameOf(leaf),
    shape: leaf.shape,
    dtype: leaf.dtype,
    role: features.has(leaf) ? 'feature' : 'label',
  }));
  return [...described.filter(isFeature), ...described.filter((input) => !isFeature(input))];
}

/** Whether the outputs depend on it. */
export function isFeature({ role }: ModelInput): boolean {
  return role === 'feature';
}

/** The labels of a classifier: one integer a row. */
export function classLabelInput(program: Program): ModelInput | undefined {
  return inputsOf(program).find(
    ({ role, dtype, shape }) => role === 'label' && dtype === 'i32' && shape.length === 1,
  );
}

function inputLeaves(roots: readonly Tensor[]): readonly Tensor[] {
  return topologicalOrder(roots).filter((node) => isLeafOf(inputOp, node));
}
