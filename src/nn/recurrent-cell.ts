// Recurrent cells: one step that a model applies itself, once for every element of a sequence.
import type { Tensor } from '../ir/node.ts';
import { requireTensors } from '../ops/mismatch.ts';
import { defineModule, type Module } from './layer.ts';
import { checkNames, checkOption, chosen, positiveWhole } from '../ops/option.ts';
import {
  checkSequence,
  checkState,
  elman,
  gatedUnit,
  longShortTerm,
  projection,
  recurrentParameters,
  stepFrom,
  type Nonlinearity,
  type RecurrentKind,
  type RecurrentState,
} from './recurrent-step.ts';

/** Options of recurrent cells. */
export interface RecurrentCellOptions {
  /** Whether biases are added, default true. */
  readonly bias?: boolean;
  /** Name of the cell, in scopes and of its parameters; default: its type and a number. */
  readonly name?: string;
}

/** Options of {@link rnnCell}. */
export interface RnnCellOptions extends RecurrentCellOptions {
  /** What the sums go through, default tanh. */
  readonly nonlinearity?: Nonlinearity;
}

/** A cell whose state is one tensor: `cell(x, hidden)` is the next state; without `hidden` it starts from zeros. */
export interface HiddenCell extends Module {
  (x: Tensor, hidden?: Tensor): Tensor;
}

/** The state of an LSTM. */
export interface LstmState {
  readonly hidden: Tensor;
  readonly cell: Tensor;
}

/** A cell whose state is a pair: `cell(x, state)` is the next state; without `state` it starts from zeros. */
export interface LstmCell extends Module {
  (x: Tensor, state?: LstmState): LstmState;
}

/**
 * `h' = tanh(W x + b + U h + c)` (Elman 1990; PyTorch's `RNNCell`), `x [N, inputSize]` or `[inputSize]`. The parameters
 * `weight_ih [hiddenSize, inputSize]`, `weight_hh [hiddenSize, hiddenSize]`, `bias_ih` and `bias_hh [hiddenSize]` are
 * uniform in ±1/√hiddenSize.
 * @throws {DeclarationError} `E_OPTION` for options out of range
 * @throws {ShapeError} `E_SHAPE_MISMATCH` for an input or a state of another shape
 */
export function rnnCell(inputSize: number, hiddenSize: number, options: RnnCellOptions = {}): HiddenCell {
  checkNames('rnnCell', options, ['nonlinearity', 'bias', 'name']);
  const { nonlinearity = 'tanh', ...others } = options;
  const kind = chosen('rnnCell', 'nonlinearity', nonlinearity, { tanh: elman('tanh'), relu: elman('relu') });
  return hiddenCell(kind, inputSize, hiddenSize, others);
}

/**
 * Gated recurrent unit (Cho et al. 2014; PyTorch's `GRUCell`): with `r = σ(Wᵣx + bᵣ + Uᵣh + cᵣ)`, `z` likewise and
 * `n = tanh(Wₙx + bₙ + r · (Uₙh + cₙ))` the next state is `(1 - z) · n + z · h`. Parameters as those of {@link rnnCell},
 * with three times the rows, in the order r, z, n.
 * @throws {DeclarationError} `E_OPTION` for options out of range
 * @throws {ShapeError} `E_SHAPE_MISMATCH` for an input or a state of another shape
 */
export function gruCell(
  inputSize: number,
  hiddenSize: number,
  options: RecurrentCellOptions = {},
): HiddenCell {
  return hiddenCell(gatedUnit, inputSize, hiddenSize, options);
}

/**
 * Long short-term memory (Hochreiter and Schmidhuber 1997; PyTorch's `LSTMCell`): with the gates `i, f, o = σ(…)` and
 * `g = tanh(…)` of `W x + b + U h + c`, the next cell is `f · cell + i · g` and the next hidden state `o · tanh(cell')`.
 * Parameters as those of {@link rnnCell}, with four times the rows, in the order i, f, g, o.
 * @throws {DeclarationError} `E_OPTION` for options out of range
 * @throws {ShapeError} `E_SHAPE_MISMATCH` for an input or a state of another shape
 */
export function lstmCell(
  inputSize: number,
  hiddenSize: number,
  options: RecurrentCellOptions = {},
): LstmCell {
  return defineCell(
    longShortTerm,
    inputSize,
    hiddenSize,
    options,
    (run) => (x: Tensor, state?: LstmState) => {
      const { hidden, cell = hidden } = run(x, state);
      return { hidden, cell };
    },
  );
}

function hiddenCell(
  kind: RecurrentKind,
  inputSize: number,
  hiddenSize: number,
  options: RecurrentCellOptions,
): HiddenCell {
  return defineCell(
    kind,
    inputSize,
    hiddenSize,
    options,
    (run) => (x: Tensor, hidden?: Tensor) => run(x, hidden === undefined ? undefined : { hidden }).hidden,
  );
}

type Run = (x: Tensor, state: RecurrentState | undefined) => RecurrentState;

function defineCell<F extends (...given: never) => unknown>(
  kind: RecurrentKind,
  inputSize: number,
  hiddenSize: number,
  options: RecurrentCellOptions,
  make: (run: Run) => F,
): F & Module {
  const type = `${kind.name}Cell`;
  checkNames(type, options, ['bias', 'name']);
  const { bias = true, name } = options;
  checkOption(type, 'inputSize', inputSize, positiveWhole);
  checkOption(type, 'hiddenSize', hiddenSize, positiveWhole);
  const sizes = { inputSize, hiddenSize, bias };
  return defineModule({ type, label: `${type}(${inputSize}, ${hiddenSize})`, name }, (within) =>
    make((x, state) => {
      requireTensors(type, x);
      return within((context) => {
        const { title } = context;
        const expectation = `takes [N, ${inputSize}] or [${inputSize}]`;
        const dtype = checkSequence(title, x, [1, 2], inputSize, expectation);
        const stateShape = [...x.shape.slice(0, -1), hiddenSize];
        for (const [what, each] of Object.entries(state ?? {})) {
          checkState(title, `${what} state`, each as Tensor, stateShape, x);
        }
        const parameters = recurrentParameters(context, kind, sizes, '', dtype);
        const projected = projection(x, parameters.inputWeight, parameters.inputBias);
        return stepFrom(kind, parameters, projected, state);
      });
    }),
  );
}
