// The bilinear form of two inputs, as a module that owns its weight and as a function.
import { isFloat } from '../ir/dtype.ts';
import { isTensor, type Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import { printShape, shapesEqual, sizesEqual, type Size } from '../ir/size.ts';
import { add } from '../ops/arithmetic.ts';
import { broadcastShapes } from '../ops/broadcast.ts';
import { contract } from '../ops/contraction.ts';
import { dtypeMismatch, requireTensors, shapeMismatch } from '../ops/mismatch.ts';
import { uniform } from './initialiser.ts';
import { defineModule, type Module } from './layer.ts';
import { checkNames, checkOption, positiveWhole } from '../ops/option.ts';

/** Options of {@link bilinear}. */
export interface BilinearOptions {
  /** Whether a bias is added, default true. */
  readonly bias?: boolean;
  /** Name of the module, in scopes and of its parameters; default: its type and a number. */
  readonly name?: string;
}

/** A module of two inputs: `[..., in1]` and `[..., in2]` give `[..., out]`. */
export interface Bilinear extends Module {
  <T extends Tensor>(left: T, right: Tensor): Tensor<Size[], T['dtype']>;
}

/**
 * `out[…, o] = Σᵢⱼ left[…, i] · weight[o, i, j] · right[…, j] + bias[o]`, with `weight [out, in1, in2]` and `bias [out]`
 * named as PyTorch's `Bilinear` and uniform in ±1/√in1. `bilinear(in1, in2, out)` is the module, which is called on two
 * tensors; `bilinear(left, right, weight, bias)` is PyTorch's `functional.bilinear`.
 * @throws {DeclarationError} `E_OPTION` for features that are not whole numbers of at least 1
 * @throws {ShapeError} `E_SHAPE_MISMATCH` when sizes or leading axes do not fit
 */
export function bilinear(in1: number, in2: number, out: number, options?: BilinearOptions): Bilinear;
/** The bilinear form `left · weight · right + bias` (PyTorch's `functional.bilinear`); of numbers it is a module. */
export function bilinear<T extends Tensor>(
  left: T,
  right: Tensor,
  weight: Tensor,
  bias?: Tensor | null,
): Tensor<Size[], T['dtype']>;
export function bilinear(
  first: number | Tensor,
  second: number | Tensor,
  third: number | Tensor,
  fourth?: BilinearOptions | Tensor | null,
): Bilinear | Tensor {
  if (typeof first === 'number' && typeof second === 'number' && typeof third === 'number') {
    return bilinearModule([first, second, third], isTensor(fourth) ? {} : (fourth ?? {}));
  }
  const bias = fourth ?? undefined;
  requireTensors('bilinear', first, second, third, ...(bias === undefined ? [] : [bias]));
  // What the line before has made sure of.
  const [left, right, weight, added] = [first, second, third, bias] as [Tensor, Tensor, Tensor, Tensor?];
  return composite('bilinear', () => form('bilinear', left, right, weight, added));
}

function form(
  operation: string,
  left: Tensor,
  right: Tensor,
  weight: Tensor,
  bias: Tensor | undefined,
): Tensor {
  const operands = [left, right, weight, ...(bias === undefined ? [] : [bias])];
  const before = left.shape.slice(0, -1);
  const [out, in1, in2] = weight.shape;
  const refuse = (problem: string): Error =>
    shapeMismatch({
      code: 'E_SHAPE_MISMATCH',
      operation,
      problem,
      expectation: 'takes [..., in1] and [..., in2], a weight [out, in1, in2] and a bias [out]',
      operands,
    });
  const fits =
    weight.shape.length === 3 &&
    sizesEqual(left.shape.at(-1) ?? -1, in1 ?? -2) &&
    sizesEqual(right.shape.at(-1) ?? -1, in2 ?? -2) &&
    shapesEqual(before, right.shape.slice(0, -1));
  if (!fits || out === undefined) {
    throw refuse(
      `${printShape(left.shape)} and ${printShape(right.shape)} by a weight ${printShape(weight.shape)}`,
    );
  }
  const batch = before.map((_, axis) => axis);
  // [..., out, in2], then for every row the product with the right.
  const forms = contract(left, weight, {
    batchLeft: [],
    batchRight: [],
    contractLeft: [before.length],
    contractRight: [1],
  });
  const sums = contract(forms, right, {
    batchLeft: batch,
    batchRight: batch,
    contractLeft: [before.length + 1],
    contractRight: [before.length],
  });
  if (bias === undefined) return sums;
  const shape = broadcastShapes(bias.shape, sums.shape);
  if (shape === undefined || !shapesEqual(shape, sums.shape)) {
    throw refuse(`a bias ${printShape(bias.shape)} does not broadcast to ${printShape(sums.shape)}`);
  }
  return add(sums, bias);
}

function bilinearModule(
  [in1, in2, out]: readonly [number, number, number],
  options: BilinearOptions,
): Bilinear {
  checkNames('bilinear', options, ['bias', 'name']);
  const { bias = true, name } = options;
  for (const [what, size] of Object.entries({ in1, in2, out })) {
    checkOption('bilinear', what, size, positiveWhole);
  }
  const bound = 1 / Math.sqrt(in1);
  return defineModule(
    { type: 'bilinear', label: `bilinear(${in1}, ${in2}, ${out})`, name },
    (within) =>
      <T extends Tensor>(left: T, right: Tensor): Tensor<Size[], T['dtype']> => {
        requireTensors('bilinear', left, right);
        return within(({ title, parameter }) => {
          const { dtype } = left;
          if (!isFloat(dtype)) {
            throw dtypeMismatch({
              operation: title,
              problem: `the input is ${dtype}`,
              expectation: 'takes f32 or f64',
              operands: [left],
            });
          }
          const weight = parameter('weight', [out, in1, in2], uniform(-bound, bound), dtype);
          const added = bias ? parameter('bias', [out], uniform(-bound, bound), dtype) : undefined;
          const result: Tensor = form(title, left, right, weight, added);
          // The shape rule of contractions keeps the dtype.
          return result as Tensor<Size[], T['dtype']>;
        });
      },
  );
}
