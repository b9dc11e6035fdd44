// Layers made of layers that do not stand one after the other: shortcuts and branches.
import { DeclarationError } from '../ir/errors.ts';
import type { Tensor } from '../ir/node.ts';
import { printShape, shapesEqual } from '../ir/size.ts';
import type { AnyShape, Residual } from '../ir/types/combinator.ts';
import type { LayerRule, Same } from '../ir/types/layer.ts';
import { add, mul } from '../ops/arithmetic.ts';
import { concat } from '../ops/concat.ts';
import { shapeMismatch } from '../ops/mismatch.ts';
import { defineLayer, isLayer, type Layer, type NamedLayer } from './layer.ts';
import { checkNames, checkOption, chosen, wholeNumber } from '../ops/option.ts';
import { nameLayers } from './sequential.ts';

/** Options of {@link residual}. */
export interface ResidualOptions<S extends LayerRule = Same> {
  /** What the input goes through on its way around the body, default nothing: a projection to another shape. */
  readonly shortcut?: Layer<S>;
  /** Name of the layer, in scopes and of its leaves; default: its type and a number. */
  readonly name?: string;
}

/**
 * `shortcut(x) + body(x)`, where the shortcut is `x` itself unless one is given (He et al. 2016). The leaves of the layers
 * inside are named `body` and `shortcut`, or by their own names.
 * @example residual(sequential(linear(64, 64), relu(), linear(64, 64)))
 * @throws {DeclarationError} `E_LAYER` for what is not a layer
 * @throws {ShapeError} `E_SHAPE_MISMATCH` when both give different shapes: they are not broadcast
 */
export function residual<B extends LayerRule, S extends LayerRule = Same>(
  body: Layer<B>,
  options: ResidualOptions<S> = {},
): Layer<Residual<B, S>> {
  checkNames('residual', options, ['shortcut', 'name']);
  const { shortcut, name } = options;
  const inner = child('residual', 'body', body);
  const around = shortcut === undefined ? undefined : child('residual', 'shortcut', shortcut);
  return defineLayer<Residual<B, S>>({
    type: 'residual',
    label: 'residual()',
    name,
    scope: 'model',
    children: around === undefined ? [inner] : [inner, around],
    apply: (x, { title }) => {
      const kept = around === undefined ? x : around.layer.applyAs(around.name, x);
      const change = inner.layer.applyAs(inner.name, x);
      if (!shapesEqual(kept.shape, change.shape)) {
        throw shapeMismatch({
          code: 'E_SHAPE_MISMATCH',
          operation: title,
          problem: `the body gives ${printShape(change.shape)}, the shortcut ${printShape(kept.shape)}`,
          expectation: 'adds tensors of one shape',
          operands: [kept, change],
          help: 'give a shortcut that brings the input to the shape of the body',
        });
      }
      return add(kept, change);
    },
  });
}

function child(call: string, name: string, layer: unknown): NamedLayer {
  if (isLayer(layer)) return { name: layer.name ?? name, layer };
  throw new DeclarationError('E_LAYER', `${call}: the ${name} is not a layer but a ${typeof layer}`);
}

/** How branches come together: side by side along an axis, added, or multiplied. */
export type Join = 'concat' | 'sum' | 'product';

/** Options of {@link parallel}. */
export interface ParallelOptions {
  /** How branches come together, default `concat`. */
  readonly join?: Join;
  /** The axis along which they are concatenated, default 1: channels. */
  readonly axis?: number;
  /** Name of the layer, in scopes and of its leaves; default: its type and a number. */
  readonly name?: string;
}

/**
 * `join(layer₁(x), layer₂(x), …)`: several layers on one input, their outputs concatenated along an axis, added or
 * multiplied (Szegedy et al. 2015's inception blocks; gates are products). Layers without a name are named as in
 * `sequential`: `linear1`, `linear2`.
 * @example parallel([conv2d(8, 4, 1), conv2d(8, 4, 3, { padding: 1 })])
 * @throws {DeclarationError} `E_LAYER` for what is not a layer or for none, `E_NAME` for two of one name, `E_OPTION`
 * @throws {ShapeError} `E_SHAPE_MISMATCH` when the outputs do not fit together; they are not broadcast
 */
export function parallel(layers: readonly Layer[], options: ParallelOptions = {}): Layer<AnyShape> {
  checkNames('parallel', options, ['join', 'axis', 'name']);
  const { join = 'concat', axis = 1, name } = options;
  checkOption('parallel', 'axis', axis, wholeNumber);
  const pairwise = chosen('parallel', 'join', join, joins);
  const stranger = layers.findIndex((layer) => !isLayer(layer));
  if (stranger >= 0 || layers.length === 0) {
    const problem = layers.length === 0 ? 'there is no layer' : `layer ${stranger + 1} is not a layer`;
    throw new DeclarationError('E_LAYER', `parallel: ${problem}`);
  }
  const children = nameLayers('parallel', layers);
  return defineLayer<AnyShape>({
    type: 'parallel',
    label: `parallel({ join: '${join}' })`,
    name,
    scope: 'model',
    children,
    apply: (x, { title }) => {
      const outputs = children.map((branch) => branch.layer.applyAs(branch.name, x));
      if (pairwise === null) return concat(outputs, axis);
      refuseDifferent(title, outputs);
      return outputs.reduce(pairwise);
    },
  });
}

const joins: Readonly<Record<Join, ((a: Tensor, b: Tensor) => Tensor) | null>> = {
  concat: null,
  sum: (a, b) => add(a, b),
  product: (a, b) => mul(a, b),
};

function refuseDifferent(title: string, outputs: readonly Tensor[]): void {
  const [first, ...others] = outputs;
  const other = others.find((each) => first !== undefined && !shapesEqual(each.shape, first.shape));
  if (first === undefined || other === undefined) return;
  throw shapeMismatch({
    code: 'E_SHAPE_MISMATCH',
    operation: title,
    problem: `one branch gives ${printShape(first.shape)}, another ${printShape(other.shape)}`,
    expectation: 'joins tensors of one shape',
    operands: [first, other],
  });
}
