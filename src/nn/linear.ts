// The fully connected layer and its function: y = x · weightᵀ + bias.
import { isFloat, type FloatDType } from '../ir/dtype.ts';
import { isTensor, type Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import { printShape, printSize, shapesEqual, sizesEqual } from '../ir/size.ts';
import type { LinearProduct } from '../ir/types/contraction.ts';
import type { Features } from '../ir/types/layer.ts';
import type { Checked, Result } from '../ir/types/sentence.ts';
import { add } from '../ops/arithmetic.ts';
import { broadcastShapes } from '../ops/broadcast.ts';
import { contract } from '../ops/contraction.ts';
import { dtypeMismatch, requireTensors, shapeMismatch } from '../ops/mismatch.ts';
import { kaimingUniform, uniform, type Initialiser } from './initialiser.ts';
import { defineLayer, type Layer } from './layer.ts';
import { checkNames, checkOption, positiveWhole } from '../ops/option.ts';

/** Options of {@link linear}. */
export interface LinearOptions {
  /** Whether a bias is added, default true. */
  readonly bias?: boolean;
  /** Name of the layer, in scopes and of its parameters; default: its type and a number. */
  readonly name?: string;
  /** First values of the weight, default `kaimingUniform({ a: √5 })`: uniform in ±1/√inFeatures. */
  readonly weightInit?: Initialiser;
  /** First values of the bias, default uniform in ±1/√inFeatures. */
  readonly biasInit?: Initialiser;
}

/**
 * `x [..., inFeatures] → x · weightᵀ + bias [..., outFeatures]`, with `weight [outFeatures, inFeatures]` and
 * `bias [outFeatures]` named and initialised as PyTorch's `Linear`. Parameters take the dtype of the first input.
 * With a tensor first it is the function, PyTorch's `functional.linear`: `linear(x, weight, bias)`.
 * @throws {DeclarationError} `E_OPTION` for features that are not whole numbers of at least 1
 * @throws {ShapeError} `E_SHAPE_MISMATCH` when it is applied to another number of features
 */
export function linear<In extends number, Out extends number>(
  inFeatures: In,
  outFeatures: Out,
  options?: LinearOptions,
): Layer<Features<In, Out>>;
/**
 * `x [..., in] · weightᵀ + bias`, with `weight [out, in]`, or `[in]` for a single feature that has no axis, and a `bias`
 * that broadcasts to the result, or none (PyTorch's `functional.linear`). Without the tensor it is a layer.
 * @throws {ShapeError} `E_SHAPE_MISMATCH` when sizes do not fit, `E_RANK` for a scalar or a weight of another rank
 * @throws {DTypeError} `E_DTYPE_MISMATCH` when the tensors are not floats of one dtype
 */
export function linear<X extends Tensor, W extends Tensor>(
  x: X,
  weight: Checked<W, LinearProduct<X, W>>,
  bias?: Tensor | null,
): Result<LinearProduct<X, W>>;
export function linear(
  first: number | Tensor,
  second: number | Tensor,
  third?: LinearOptions | Tensor | null,
): Layer | Tensor {
  if (typeof first === 'number' && typeof second === 'number') {
    return linearLayer(first, second, isTensor(third) ? {} : (third ?? {}));
  }
  const bias = third ?? undefined;
  requireTensors('linear', first, second, ...(bias === undefined ? [] : [bias]));
  // What the line before has made sure of.
  return composite('linear', () => product(first as Tensor, second as Tensor, bias as Tensor | undefined));
}

function product(x: Tensor, weight: Tensor, bias: Tensor | undefined): Tensor {
  const [rank, width] = [x.shape.length, x.shape.at(-1)];
  const features = weight.shape.at(-1);
  const refuse = (code: string, problem: string): Error =>
    shapeMismatch({
      code,
      operation: 'linear',
      problem,
      expectation: 'takes x [..., in], a weight [out, in] and a bias [out]',
      operands: [x, weight, ...(bias === undefined ? [] : [bias])],
    });
  if (width === undefined || features === undefined || weight.shape.length > 2) {
    throw refuse('E_RANK', `${printShape(x.shape)} by a weight ${printShape(weight.shape)}`);
  }
  if (!sizesEqual(width, features)) {
    throw refuse(
      'E_SHAPE_MISMATCH',
      `the input has ${printSize(width)} features, the weight expects ${printSize(features)}`,
    );
  }
  const axes = {
    batchLeft: [],
    batchRight: [],
    contractLeft: [rank - 1],
    contractRight: [weight.shape.length - 1],
  };
  const sums = contract(x, weight, axes);
  if (bias === undefined) return sums;
  const shape = broadcastShapes(bias.shape, sums.shape);
  if (shape === undefined || !shapesEqual(shape, sums.shape)) {
    throw refuse(
      'E_SHAPE_MISMATCH',
      `a bias ${printShape(bias.shape)} does not broadcast to ${printShape(sums.shape)}`,
    );
  }
  return add(sums, bias);
}

function linearLayer(inFeatures: number, outFeatures: number, options: LinearOptions): Layer {
  const { bias = true, name, weightInit = kaimingUniform({ a: Math.sqrt(5) }) } = options;
  checkNames('linear', options, ['bias', 'name', 'weightInit', 'biasInit']);
  checkOption('linear', 'inFeatures', inFeatures, positiveWhole);
  checkOption('linear', 'outFeatures', outFeatures, positiveWhole);
  const bound = 1 / Math.sqrt(inFeatures);
  const { biasInit = uniform(-bound, bound) } = options;
  const label = `linear(${inFeatures}, ${outFeatures}${bias ? '' : ', { bias: false }'})`;
  return defineLayer({
    type: 'linear',
    label,
    name,
    apply: (x, { title, parameter }) => {
      const dtype = checkInput(title, x, inFeatures, outFeatures);
      const weight = parameter('weight', [outFeatures, inFeatures], weightInit, dtype);
      const sums = contract(x, weight, {
        batchLeft: [],
        batchRight: [],
        contractLeft: [x.shape.length - 1],
        contractRight: [1],
      });
      return bias ? add(sums, parameter('bias', [outFeatures], biasInit, dtype)) : sums;
    },
  });
}

function checkInput(title: string, x: Tensor, inFeatures: number, outFeatures: number): FloatDType {
  const features = x.shape.at(-1);
  if (features !== inFeatures) {
    const given = features === undefined ? 'is a scalar' : `has ${printSize(features)} features`;
    throw shapeMismatch({
      code: 'E_SHAPE_MISMATCH',
      operation: title,
      problem: `the input ${given}, the layer expects ${inFeatures}`,
      expectation: `takes [..., ${inFeatures}]`,
      operands: [x],
      ...(typeof features === 'number' && features >= 1
        ? { help: `linear(${features}, ${outFeatures})` }
        : {}),
    });
  }
  if (isFloat(x.dtype)) return x.dtype;
  throw dtypeMismatch({
    operation: title,
    problem: `the input is ${x.dtype}`,
    expectation: 'takes f32 or f64',
    operands: [x],
    help: "cast it, for example cast(x, 'f32')",
  });
}
