// One step of the recurrent networks: from the projected input and the state before to the state after. Cells and
// layers own the parameters; the formulas and the order of gates are PyTorch's.
import { isFloat, type FloatDType } from '../ir/dtype.ts';
import type { Tensor } from '../ir/node.ts';
import { printShape, shapesEqual, type Shape } from '../ir/size.ts';
import { add, mul, sub } from '../ops/arithmetic.ts';
import { broadcastTo } from '../ops/broadcast.ts';
import { contract } from '../ops/contraction.ts';
import { scalar } from '../ops/leaf.ts';
import { dtypeMismatch, requireTensors, shapeMismatch } from '../ops/mismatch.ts';
import { sliceAxis } from '../ops/movement.ts';
import { relu, sigmoid, tanh } from '../ops/unary.ts';
import { uniform } from './initialiser.ts';
import type { LayerContext } from './layer.ts';

/** The state of a recurrent network, `[N, hiddenSize]`; only LSTMs have a cell. */
export interface RecurrentState {
  readonly hidden: Tensor;
  readonly cell?: Tensor;
}

/** A recurrent network, as one step of it. */
export interface RecurrentKind {
  readonly name: 'rnn' | 'gru' | 'lstm';
  /** How many groups of `hiddenSize` rows the weights have. */
  readonly gates: number;
  /**
   * @param input the input by its weight and bias, `[N, gates · H]`
   * @param recurrent the state by its weight and bias, likewise
   * @param before the state before; undefined stands for zeros
   */
  readonly step: (
    input: Tensor,
    recurrent: Tensor,
    before: RecurrentState | undefined,
    hiddenSize: number,
  ) => RecurrentState;
}

export type Nonlinearity = 'tanh' | 'relu';

function gateOf(x: Tensor, gate: number, hiddenSize: number): Tensor {
  return sliceAxis(x, x.shape.length - 1, gate * hiddenSize, hiddenSize);
}

/** `h' = tanh(W x + b + U h + c)`, or relu in place of tanh (Elman 1990). */
export function elman(nonlinearity: Nonlinearity): RecurrentKind {
  const activation = nonlinearity === 'tanh' ? tanh : relu;
  return {
    name: 'rnn',
    gates: 1,
    step: (input, recurrent) => ({ hidden: activation(add(input, recurrent)) }),
  };
}

/** Gates in the order reset, update, new; the reset gate multiplies `U h + c` of the new one (Cho et al. 2014). */
export const gatedUnit: RecurrentKind = {
  name: 'gru',
  gates: 3,
  step: (input, recurrent, before, hiddenSize) => {
    const opened = (gate: number): Tensor =>
      sigmoid(add(gateOf(input, gate, hiddenSize), gateOf(recurrent, gate, hiddenSize)));
    const [reset, update] = [opened(0), opened(1)];
    const fresh = tanh(add(gateOf(input, 2, hiddenSize), mul(reset, gateOf(recurrent, 2, hiddenSize))));
    const kept = mul(sub(1, update), fresh);
    return { hidden: before === undefined ? kept : add(kept, mul(update, before.hidden)) };
  },
};

/** Gates in the order input, forget, cell, output (Hochreiter and Schmidhuber 1997, Gers et al. 2000). */
export const longShortTerm: RecurrentKind = {
  name: 'lstm',
  gates: 4,
  step: (input, recurrent, before, hiddenSize) => {
    const sums = add(input, recurrent);
    const gate = (position: number): Tensor => gateOf(sums, position, hiddenSize);
    const gained = mul(sigmoid(gate(0)), tanh(gate(2)));
    const cell = before?.cell === undefined ? gained : add(mul(sigmoid(gate(1)), before.cell), gained);
    return { hidden: mul(sigmoid(gate(3)), tanh(cell)), cell };
  },
};

/** The parameters of one direction of one layer. */
export interface RecurrentParameters {
  readonly inputWeight: Tensor;
  readonly hiddenWeight: Tensor;
  readonly inputBias: Tensor | undefined;
  readonly hiddenBias: Tensor | undefined;
}

/** Parameters named as PyTorch's, `weight_ih`, `weight_hh`, `bias_ih`, `bias_hh`, uniform in ±1/√hiddenSize. */
export function recurrentParameters(
  { parameter }: LayerContext,
  { gates }: RecurrentKind,
  { inputSize, hiddenSize, bias }: { inputSize: number; hiddenSize: number; bias: boolean },
  suffix: string,
  dtype: FloatDType,
): RecurrentParameters {
  const bound = 1 / Math.sqrt(hiddenSize);
  const rows = gates * hiddenSize;
  const make = (name: string, shape: Shape): Tensor =>
    parameter(`${name}${suffix}`, shape, uniform(-bound, bound), dtype);
  return {
    inputWeight: make('weight_ih', [rows, inputSize]),
    hiddenWeight: make('weight_hh', [rows, hiddenSize]),
    inputBias: bias ? make('bias_ih', [rows]) : undefined,
    hiddenBias: bias ? make('bias_hh', [rows]) : undefined,
  };
}

/** `x · weightᵀ + bias` over the last axis. */
export function projection(x: Tensor, weight: Tensor, bias: Tensor | undefined): Tensor {
  const sums = contract(x, weight, {
    batchLeft: [],
    batchRight: [],
    contractLeft: [x.shape.length - 1],
    contractRight: [1],
  });
  return bias === undefined ? sums : add(sums, bias);
}

/** The state after one step; a state of zeros takes no product. */
export function stepFrom(
  { step }: RecurrentKind,
  { hiddenWeight, hiddenBias }: RecurrentParameters,
  projected: Tensor,
  before: RecurrentState | undefined,
): RecurrentState {
  const hiddenSize = Number(hiddenWeight.shape[1]);
  const recurrent =
    before === undefined
      ? broadcastTo(hiddenBias ?? scalar(0, projected.dtype), projected.shape)
      : projection(before.hidden, hiddenWeight, hiddenBias);
  return step(projected, recurrent, before, hiddenSize);
}

/** The dtype of an input whose last axis has `features`. @throws {ShapeError} `E_SHAPE_MISMATCH` @throws {DTypeError} */
export function checkSequence(
  title: string,
  x: Tensor,
  ranks: readonly number[],
  features: number,
  expectation: string,
): FloatDType {
  if (!ranks.includes(x.shape.length) || x.shape.at(-1) !== features) {
    throw shapeMismatch({
      code: 'E_SHAPE_MISMATCH',
      operation: title,
      problem: `the input has shape ${printShape(x.shape)}`,
      expectation,
      operands: [x],
    });
  }
  if (isFloat(x.dtype)) return x.dtype;
  throw dtypeMismatch({
    operation: title,
    problem: `the input is ${x.dtype}`,
    expectation: 'takes f32 or f64',
    operands: [x],
  });
}

/** Refuses a state of another shape or dtype. @throws {ShapeError} `E_SHAPE_MISMATCH` @throws {DTypeError} */
export function checkState(title: string, what: string, given: Tensor, shape: Shape, like: Tensor): void {
  requireTensors(title, given);
  if (!shapesEqual(given.shape, shape)) {
    throw shapeMismatch({
      code: 'E_SHAPE_MISMATCH',
      operation: title,
      problem: `the ${what} has shape ${printShape(given.shape)}`,
      expectation: `takes a ${what} ${printShape(shape)}`,
      operands: [given, like],
    });
  }
  if (given.dtype === like.dtype) return;
  throw dtypeMismatch({
    operation: title,
    problem: `the ${what} is ${given.dtype}, the input ${like.dtype}`,
    expectation: `takes a ${what} of the dtype of its input`,
    operands: [given, like],
  });
}
