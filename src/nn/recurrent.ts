// Recurrent layers: cells unrolled over the steps of a sequence, in several layers and both directions.
import type { FloatDType } from '../ir/dtype.ts';
import type { Tensor } from '../ir/node.ts';
import { printShape, type Shape } from '../ir/size.ts';
import type { Sequences } from '../ir/types/layer.ts';
import { concat, stack } from '../ops/concat.ts';
import { broadcastAlong } from '../ops/broadcast.ts';
import { scalar } from '../ops/leaf.ts';
import { requireTensors, shapeMismatch } from '../ops/mismatch.ts';
import { numericSize, sliceAxis } from '../ops/movement.ts';
import { expandDims, reshape, squeeze } from '../ops/reshape.ts';
import { dropout as dropElements } from './dropout.ts';
import { defineLayerWith, type Layer, type LayerContext } from './layer.ts';
import { checkNames, checkOption, chosen, fraction, positiveWhole } from '../ops/option.ts';
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

/** Options of recurrent layers. */
export interface RecurrentOptions {
  /** Layers one above the other, default 1. */
  readonly numLayers?: number;
  /** Whether biases are added, default true. */
  readonly bias?: boolean;
  /** Whether sequences are `[N, T, inputSize]`, the default; otherwise `[T, N, inputSize]` (PyTorch's default). */
  readonly batchFirst?: boolean;
  /** Probability of dropout on the outputs of all layers but the last, default 0. */
  readonly dropout?: number;
  /** Whether a second network of each layer runs backwards, default false; features are those of both. */
  readonly bidirectional?: boolean;
  /** Name of the layer, in scopes and of its parameters; default: its type and a number. */
  readonly name?: string;
}

/** Options of {@link rnn}. */
export interface RnnOptions extends RecurrentOptions {
  /** What the sums go through, default tanh. */
  readonly nonlinearity?: Nonlinearity;
}

/** What a recurrent layer gives for a sequence. */
export interface Unrolled {
  /** The hidden states of the last layer at every step, of the shape of the input but for the features. */
  readonly output: Tensor;
  /** The same, a tensor `[N, features]` for every step; `steps.at(-1)` is the last one. */
  readonly steps: readonly Tensor[];
  /** Hidden states after the last step, `[numLayers · directions, N, hiddenSize]`; directions of a layer are neighbours. */
  readonly hidden: Tensor;
}

/** What an LSTM gives for a sequence. */
export interface UnrolledLstm extends Unrolled {
  /** Cells after the last step, of the shape of `hidden`. */
  readonly cell: Tensor;
}

/** States before the first step, of the shapes of those after the last; zeros where they are absent. */
export interface InitialState {
  readonly hidden?: Tensor;
}

/** Likewise of an LSTM. */
export interface InitialLstmState extends InitialState {
  readonly cell?: Tensor;
}

/** The layer of a rule: on one tensor it gives the output, `unroll` gives the states too. */
export type Recurrent<Name extends string, In extends number, Out extends number> = Layer<
  Sequences<Name, In, Out>
> & {
  readonly unroll: (x: Tensor, initial?: InitialState) => Unrolled;
};

/** {@link lstm}, whose states are pairs. */
export type LstmLayer<In extends number, Out extends number> = Layer<Sequences<'lstm', In, Out>> & {
  readonly unroll: (x: Tensor, initial?: InitialLstmState) => UnrolledLstm;
};

/** The features that come out: those of both directions where there may be two. */
type Features<H extends number, O extends RecurrentOptions> = O extends { readonly bidirectional: infer B }
  ? B extends false
    ? H
    : number
  : H;

/**
 * A recurrent network `h' = tanh(W x + b + U h + c)` over a sequence `[N, T, inputSize]` (Elman 1990; PyTorch's `RNN`),
 * unrolled: the length `T` is a number. The layer gives the hidden states of all steps, `[N, T, hiddenSize]`;
 * `layer.unroll(x, initial)` gives the last states too. Sequences without a batch, `[T, inputSize]`, are taken as well.
 *
 * Parameters are named as PyTorch's: `weight_ih_l0`, `weight_hh_l0`, `bias_ih_l0`, `bias_hh_l0`, then `l1`, …, with
 * `_reverse` for the backward direction, all uniform in ±1/√hiddenSize.
 * @throws {DeclarationError} `E_OPTION` for options out of range
 * @throws {ShapeError} `E_SHAPE_MISMATCH` for an input or a state of another shape, or without steps; `E_UNBOUND_DIM` for a
 * named number of steps
 */
export function rnn<In extends number, H extends number, const O extends RnnOptions = RnnOptions>(
  inputSize: In,
  hiddenSize: H,
  options?: O,
): Recurrent<'rnn', In, Features<H, O>>;
export function rnn(
  inputSize: number,
  hiddenSize: number,
  options: RnnOptions = {},
): Recurrent<'rnn', number, number> {
  checkNames('rnn', options, [
    'nonlinearity',
    'numLayers',
    'bias',
    'batchFirst',
    'dropout',
    'bidirectional',
    'name',
  ]);
  const { nonlinearity = 'tanh', ...others } = options;
  const kind = chosen('rnn', 'nonlinearity', nonlinearity, { tanh: elman('tanh'), relu: elman('relu') });
  return hiddenLayer('rnn', kind, inputSize, hiddenSize, others);
}

/**
 * A gated recurrent network over a sequence (Cho et al. 2014; PyTorch's `GRU`): {@link gruCell} unrolled, with shapes,
 * options and names of parameters as {@link rnn}.
 * @throws {DeclarationError} `E_OPTION` for options out of range
 * @throws {ShapeError} `E_SHAPE_MISMATCH` for an input or a state of another shape, or without steps; `E_UNBOUND_DIM` for a
 * named number of steps
 */
export function gru<In extends number, H extends number, const O extends RecurrentOptions = RecurrentOptions>(
  inputSize: In,
  hiddenSize: H,
  options?: O,
): Recurrent<'gru', In, Features<H, O>>;
export function gru(
  inputSize: number,
  hiddenSize: number,
  options: RecurrentOptions = {},
): Recurrent<'gru', number, number> {
  return hiddenLayer('gru', gatedUnit, inputSize, hiddenSize, options);
}

/**
 * Long short-term memory over a sequence (Hochreiter and Schmidhuber 1997; PyTorch's `LSTM`): {@link lstmCell} unrolled,
 * with shapes, options and names of parameters as {@link rnn}; states are pairs of `hidden` and `cell`.
 * @throws {DeclarationError} `E_OPTION` for options out of range
 * @throws {ShapeError} `E_SHAPE_MISMATCH` for an input or a state of another shape, or without steps; `E_UNBOUND_DIM` for a
 * named number of steps
 */
export function lstm<
  In extends number,
  H extends number,
  const O extends RecurrentOptions = RecurrentOptions,
>(inputSize: In, hiddenSize: H, options?: O): LstmLayer<In, Features<H, O>>;
export function lstm(
  inputSize: number,
  hiddenSize: number,
  options: RecurrentOptions = {},
): LstmLayer<number, number> {
  const settings = checkedSettings('lstm', inputSize, hiddenSize, options);
  return defineLayerWith<Sequences<'lstm', number, number>, Pick<LstmLayer<number, number>, 'unroll'>>(
    {
      ...settings.definition,
      apply: (x, context) => unroll(context, longShortTerm, settings, x, {}).output,
    },
    (within) => ({
      unroll: (x, initial = {}) => {
        requireTensors('lstm', x);
        return within((context) => {
          const { cell, ...others } = unroll(context, longShortTerm, settings, x, initial);
          return { ...others, cell: cell ?? others.hidden };
        });
      },
    }),
  );
}

function hiddenLayer<Name extends 'rnn' | 'gru'>(
  type: Name,
  kind: RecurrentKind,
  inputSize: number,
  hiddenSize: number,
  options: RecurrentOptions,
): Recurrent<Name, number, number> {
  const settings = checkedSettings(type, inputSize, hiddenSize, options);
  type Methods = Pick<Recurrent<Name, number, number>, 'unroll'>;
  return defineLayerWith<Sequences<Name, number, number>, Methods>(
    { ...settings.definition, apply: (x, context) => unroll(context, kind, settings, x, {}).output },
    (within) => ({
      unroll: (x, initial = {}) => {
        requireTensors(type, x);
        return within((context) => {
          const { output, steps, hidden } = unroll(context, kind, settings, x, initial);
          return { output, steps, hidden };
        });
      },
    }),
  );
}

interface Settings extends Required<Omit<RecurrentOptions, 'name'>> {
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly definition: { readonly type: string; readonly label: string; readonly name: string | undefined };
}

function checkedSettings(
  type: string,
  inputSize: number,
  hiddenSize: number,
  options: RecurrentOptions,
): Settings {
  checkNames(type, options, ['numLayers', 'bias', 'batchFirst', 'dropout', 'bidirectional', 'name']);
  const { numLayers = 1, bias = true, batchFirst = true, dropout = 0, bidirectional = false, name } = options;
  for (const [what, size] of Object.entries({ inputSize, hiddenSize, numLayers })) {
    checkOption(type, what, size, positiveWhole);
  }
  checkOption(type, 'dropout', dropout, fraction);
  const definition = { type, label: `${type}(${inputSize}, ${hiddenSize})`, name };
  return { inputSize, hiddenSize, numLayers, bias, batchFirst, dropout, bidirectional, definition };
}

type Result = Unrolled & { readonly cell?: Tensor };

function unroll(
  context: LayerContext,
  kind: RecurrentKind,
  settings: Settings,
  x: Tensor,
  initial: InitialLstmState,
): Result {
  const { title } = context;
  const { inputSize, batchFirst } = settings;
  const layout = batchFirst ? `[N, T, ${inputSize}]` : `[T, N, ${inputSize}]`;
  const dtype = checkSequence(title, x, [2, 3], inputSize, `takes ${layout} or [T, ${inputSize}]`);
  if (x.shape.length === 2) return withoutBatch(context, kind, settings, x, initial);
  const stepAxis = batchFirst ? 1 : 0;
  // Steps are unrolled: there are as many cells in the graph.
  const length = numericSize(title, x, stepAxis);
  if (length === 0) {
    throw shapeMismatch({
      code: 'E_SHAPE_MISMATCH',
      operation: title,
      problem: `the input has shape ${printShape(x.shape)}`,
      expectation: `takes ${layout} with a number of steps T of at least 1`,
      operands: [x],
    });
  }
  const passes = settings.numLayers * (settings.bidirectional ? 2 : 1);
  const stateShape: Shape = [passes, x.shape[1 - stepAxis] ?? 1, settings.hiddenSize];
  for (const [what, given] of Object.entries(initial)) {
    checkState(title, `${what} state`, given as Tensor, stateShape, x);
  }
  const { steps, last } = runLayers(context, kind, settings, { x, stepAxis, length, dtype }, initial);
  const [hidden, cell] = [
    stack(last.map((state) => state.hidden)),
    last.flatMap((state) => state.cell ?? []),
  ];
  return {
    output: stack(steps, stepAxis),
    steps,
    hidden,
    ...(cell.length === 0 ? {} : { cell: stack(cell) }),
  };
}

/** One sequence as a batch of one. */
function withoutBatch(
  context: LayerContext,
  kind: RecurrentKind,
  settings: Settings,
  x: Tensor,
  initial: InitialLstmState,
): Result {
  const batchAxis = settings.batchFirst ? 0 : 1;
  const states = Object.fromEntries(
    Object.entries(initial).map(([what, given]) => [what, expandDims(given as Tensor, 1)]),
  );
  const { output, steps, hidden, cell } = unroll(context, kind, settings, expandDims(x, batchAxis), states);
  return {
    output: squeeze(output, batchAxis),
    steps: steps.map((step) => squeeze(step, 0)),
    hidden: squeeze(hidden, 1),
    ...(cell === undefined ? {} : { cell: squeeze(cell, 1) }),
  };
}

interface Sequence {
  readonly x: Tensor;
  readonly stepAxis: number;
  readonly length: number;
  readonly dtype: FloatDType;
}

function runLayers(
  context: LayerContext,
  kind: RecurrentKind,
  settings: Settings,
  { x, stepAxis, length, dtype }: Sequence,
  initial: InitialLstmState,
): { readonly steps: readonly Tensor[]; readonly last: readonly RecurrentState[] } {
  const { numLayers, hiddenSize, bias, bidirectional, dropout } = settings;
  const suffixes = bidirectional ? ['', '_reverse'] : [''];
  const last: RecurrentState[] = [];
  const stateShape = [x.shape[1 - stepAxis] ?? 1, hiddenSize];
  const before = (position: number): RecurrentState | undefined => {
    const at = (states: Tensor): Tensor => reshape(sliceAxis(states, 0, position, 1), stateShape);
    const { hidden, cell } = initial;
    if (hidden === undefined && cell === undefined) return undefined;
    return {
      hidden: hidden === undefined ? broadcastAlong(scalar(0, dtype), stateShape, []) : at(hidden),
      ...(cell === undefined ? {} : { cell: at(cell) }),
    };
  };
  let steps: readonly Tensor[] = Array.from({ length }, (_, step) =>
    reshape(sliceAxis(x, stepAxis, step, 1), x.shape.toSpliced(stepAxis, 1)),
  );
  for (let layer = 0; layer < numLayers; layer++) {
    const inputSize = Number(steps[0]?.shape.at(-1));
    const directions = suffixes.map((suffix, direction) => {
      const sizes = { inputSize, hiddenSize, bias };
      const parameters = recurrentParameters(context, kind, sizes, `_l${layer}${suffix}`, dtype);
      const order = direction === 0 ? steps : steps.toReversed();
      let state = before(last.length);
      const outputs = order.map((step) => {
        const projected = projection(step, parameters.inputWeight, parameters.inputBias);
        state = stepFrom(kind, parameters, projected, state);
        return state.hidden;
      });
      if (state !== undefined) last.push(state);
      return direction === 0 ? outputs : outputs.toReversed();
    });
    const [forward = [], backward] = directions;
    const joined =
      backward === undefined
        ? forward
        : forward.map((step, position) => concat([step, backward[position] ?? step], 1));
    const isTop = layer === numLayers - 1;
    steps = isTop
      ? joined
      : joined.map((step, position) =>
          dropElements(step, dropout, { name: `${context.path}.l${layer}.${position}` }),
        );
  }
  return { steps, last };
}
