// Reverse-mode differentiation of the graph into more graph. The rules live with their ops; here is the walk that
// visits every node once, consumers before inputs, and adds up cotangents.
import { isFloat } from '../ir/dtype.ts';
import { DTypeError, DeclarationError, InternalError, ShapeError } from '../ir/errors.ts';
import { frame } from '../ir/frame.ts';
import { topologicalOrder, type Tensor } from '../ir/node.ts';
import { scopePath, spanOf, withOrigin, type Origin } from '../ir/origin.ts';
import { printShape, shapesEqual } from '../ir/size.ts';
import type { GradientsOf, LossProblem } from '../ir/types/loss.ts';
import type { Unless } from '../ir/types/sentence.ts';
import { add } from '../ops/arithmetic.ts';
import { broadcastAlong } from '../ops/broadcast.ts';
import { byMode, modeOp, scalar } from '../ops/leaf.ts';
import { requireTensorList, requireTensors } from '../ops/mismatch.ts';
import { specialiseMode } from './mode.ts';
import { checkNames } from '../ops/option.ts';

/** Options of {@link grad}. */
export interface GradOptions {
  /** Cotangent of the result, of its shape; default: ones, for a scalar result only. */
  readonly cotangent?: Tensor;
}

/**
 * Gradients of a scalar with respect to tensors it depends on, as tensors (PyTorch's `autograd.grad`): differentiate
 * them again for second derivatives. A tensor that the result does not depend on has a gradient of zeros.
 * @param result the loss, shape `[]`, or any float tensor with `options.cotangent`
 * @param variables parameters, inputs or intermediate tensors, of a float dtype
 * @throws {ShapeError} `E_NOT_SCALAR` @throws {DTypeError} for a cotangent of another dtype
 * @throws {DeclarationError} `E_NOT_DIFFERENTIABLE`
 */
export function grad<L extends Tensor, const V extends readonly Tensor[], O extends GradOptions = object>(
  result: Unless<LossProblem<L, O>, L>,
  variables: V,
  options?: O,
): GradientsOf<V>;
export function grad(
  result: Tensor,
  variables: readonly Tensor[],
  options: GradOptions = {},
): readonly Tensor[] {
  requireTensors('grad', result);
  requireTensorList('grad', variables);
  checkNames('grad', options, ['cotangent']);
  if (options.cotangent !== undefined) requireTensors('grad', options.cotangent);
  checkArguments(result, variables, options.cotangent);
  const seed = options.cotangent ?? scalar(1, result.dtype);
  return dependsOnMode(result)
    ? gradientsByMode(result, variables, seed)
    : gradientsOf(result, variables, seed);
}

function checkArguments(result: Tensor, variables: readonly Tensor[], cotangent: Tensor | undefined): void {
  const notes = [
    {
      span: spanOf(result.origin),
      text: `has shape ${printShape(result.shape)}, ${result.dtype}`,
      mark: 'primary' as const,
    },
  ];
  if (!isFloat(result.dtype)) {
    throw new DeclarationError('E_NOT_DIFFERENTIABLE', frame(`grad: ${result.dtype} has no gradient`, notes));
  }
  if (cotangent === undefined ? result.shape.length > 0 : !shapesEqual(cotangent.shape, result.shape)) {
    const message = frame(
      'grad: differentiates a scalar, or any tensor with a cotangent of its shape',
      notes,
      'reduce it first, for example grad(mean(x), …)',
    );
    throw new ShapeError('E_NOT_SCALAR', message);
  }
  if (cotangent !== undefined && cotangent.dtype !== result.dtype) {
    const message = frame(`grad: the cotangent is ${cotangent.dtype}, the result ${result.dtype}`, notes);
    throw new DTypeError('E_DTYPE_MISMATCH', message);
  }
  const discrete = variables.find((variable) => !isFloat(variable.dtype));
  if (discrete !== undefined) {
    const message = `grad: a variable is ${discrete.dtype}; gradients exist for f32 and f64`;
    throw new DeclarationError('E_NOT_DIFFERENTIABLE', message);
  }
}

function dependsOnMode(result: Tensor): boolean {
  return topologicalOrder([result]).some((node) => node.op === modeOp);
}

/** Training and evaluation differ below the result: each is differentiated on its own. */
function gradientsByMode(result: Tensor, variables: readonly Tensor[], seed: Tensor): readonly Tensor[] {
  const [training = [], evaluation = []] = (['train', 'evaluate'] as const).map((mode) => {
    const specialised = specialiseMode([result, ...variables, seed], mode);
    const of = (node: Tensor): Tensor => specialised.get(node) ?? node;
    return gradientsOf(of(result), variables.map(of), of(seed));
  });
  return training.map((train, position) => {
    const evaluate = evaluation[position];
    if (evaluate === undefined) throw new InternalError('E_GRADIENT', 'modes differ in their variables');
    return train === evaluate ? train : byMode(train, evaluate);
  });
}

function gradientsOf(result: Tensor, variables: readonly Tensor[], seed: Tensor): readonly Tensor[] {
  const relevant = dependents(result, variables);
  const cotangents = new Map<Tensor, Tensor>([[result, seed]]);
  for (const node of topologicalOrder([result]).toReversed()) {
    const cotangent = cotangents.get(node);
    if (cotangent === undefined || !relevant.has(node)) continue;
    const contributions = withOrigin(gradientOrigin(node), () => backward(node, cotangent));
    contributions.forEach((contribution, position) => {
      const input = node.inputs[position];
      if (contribution === null || input === undefined || !relevant.has(input)) return;
      const known = cotangents.get(input);
      const total =
        known === undefined
          ? contribution
          : withOrigin(gradientOrigin(input), () => add(known, contribution));
      cotangents.set(input, total);
    });
  }
  return variables.map(
    (variable) => cotangents.get(variable) ?? broadcastAlong(scalar(0, variable.dtype), variable.shape, []),
  );
}

/** Where the gradient of a node comes from: the user's line and the layers of the node itself. */
function gradientOrigin({ origin }: Tensor): Origin {
  return { ...origin, isGradient: true };
}

/** The nodes between the variables and the result: only these need cotangents. */
function dependents(result: Tensor, variables: readonly Tensor[]): ReadonlySet<Tensor> {
  const relevant = new Set<Tensor>(variables);
  for (const node of topologicalOrder([result])) {
    if (node.inputs.some((input) => relevant.has(input))) relevant.add(node);
  }
  return relevant;
}

function backward(node: Tensor, cotangent: Tensor): readonly (Tensor | null)[] {
  const { vjp } = node.op;
  if (typeof vjp === 'function') {
    const { inputs, attrs } = node;
    return vjp({ node, inputs, attrs, cotangent });
  }
  if (vjp.notDifferentiable === 'zero') return [];
  const span = spanOf(node.origin);
  const scope = scopePath(node.origin.scope);
  throw new DeclarationError(
    'E_NOT_DIFFERENTIABLE',
    frame(`grad: ${node.op.name} has no gradient: ${vjp.reason}`, [
      { span, text: scope === '' ? 'is used here' : `is used here, in ${scope}`, mark: 'primary' },
    ]),
  );
}
