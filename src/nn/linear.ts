// The fully connected layer: y = x · weightᵀ + bias.
import type { FloatDType } from '../ir/dtype.ts';
import type { Tensor } from '../ir/node.ts';
import { printSize } from '../ir/size.ts';
import type { Features } from '../ir/types/layer.ts';
import { add } from '../ops/arithmetic.ts';
import { contract } from '../ops/contraction.ts';
import { dtypeMismatch, shapeMismatch } from '../ops/mismatch.ts';
import { kaimingUniform, uniform, type Initialiser } from './initialiser.ts';
import { defineLayer, type Layer } from './layer.ts';
import { checkNames, checkOption, positiveWhole } from './option.ts';

/** Options of {@link linear}. */
export interface LinearOptions {
  /** Whether a bias is added, default true. */
  readonly bias?: boolean;
  /** Name of the layer, in scopes and of its parameters. */
  readonly name?: string;
  /** First values of the weight, default `kaimingUniform({ a: √5 })`: uniform in ±1/√inFeatures. */
  readonly weightInit?: Initialiser;
  /** First values of the bias, default uniform in ±1/√inFeatures. */
  readonly biasInit?: Initialiser;
}

/**
 * `x [..., inFeatures] → x · weightᵀ + bias [..., outFeatures]`, with `weight [outFeatures, inFeatures]` and
 * `bias [outFeatures]` named and initialised as PyTorch's `Linear`. Parameters take the dtype of the first input.
 * @throws {DeclarationError} `E_OPTION` for features that are not whole numbers of at least 1
 * @throws {ShapeError} `E_SHAPE_MISMATCH` when it is applied to another number of features
 */
export function linear<In extends number, Out extends number>(
  inFeatures: In,
  outFeatures: Out,
  options: LinearOptions = {},
): Layer<Features<In, Out>> {
  const { bias = true, name, weightInit = kaimingUniform({ a: Math.sqrt(5) }) } = options;
  checkNames('linear', options, ['bias', 'name', 'weightInit', 'biasInit']);
  checkOption('linear', 'inFeatures', inFeatures, positiveWhole);
  checkOption('linear', 'outFeatures', outFeatures, positiveWhole);
  const bound = 1 / Math.sqrt(inFeatures);
  const { biasInit = uniform(-bound, bound) } = options;
  const label = `linear(${inFeatures}, ${outFeatures}${bias ? '' : ', { bias: false }'})`;
  return defineLayer<Features<In, Out>>({
    type: 'linear',
    label,
    name,
    apply: (x, { title, parameter }) => {
      const dtype = checkInput(title, x, inFeatures, outFeatures);
      const weight = parameter('weight', [outFeatures, inFeatures], weightInit, dtype);
      const product = contract(x, weight, {
        batchLeft: [],
        batchRight: [],
        contractLeft: [x.shape.length - 1],
        contractRight: [1],
      });
      return bias ? add(product, parameter('bias', [outFeatures], biasInit, dtype)) : product;
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
  if (x.dtype === 'f32' || x.dtype === 'f64') return x.dtype;
  throw dtypeMismatch({
    operation: title,
    problem: `the input is ${x.dtype}`,
    expectation: 'takes f32 or f64',
    operands: [x],
    help: "cast it, for example cast(x, 'f32')",
  });
}
