// Binary cross-entropy of probabilities: an op of its own, since its gradient is not that of its formula, which divides 0
// by 0 at both ends.
import { demand, inputOf, makeNode, type Op, type Tensor } from '../ir/node.ts';
import { concreteShape, shapesEqual } from '../ir/size.ts';
import { div, maximum, mul, sub } from './arithmetic.ts';
import { log, log1p, neg } from './unary.ts';

/** PyTorch's bounds: logarithms are at least -100, `x (1 - x)` of the gradient at least 1e-12, a float there. */
const leastLogarithm = -100;
const leastSpread = Math.fround(1e-12);

/**
 * `-(y · log x + (1 - y) · log(1 - x))` of probabilities `x` and targets `y`, logarithms clamped at -100. The gradient is
 * PyTorch's: `(x - y) / max((1 - x) · x, 1e-12)` in `x`, `log(1 - x) - log x` in `y`.
 */
export const binaryCrossEntropyOp: Op = {
  name: 'binaryCrossEntropy',
  arity: 2,
  shape: ([x, y]) => {
    demand('binaryCrossEntropy', shapesEqual(x?.shape ?? [], y?.shape ?? []), 'takes inputs of one shape');
    return x?.shape ?? [];
  },
  dtype: ([x, y]) => {
    demand('binaryCrossEntropy', x?.dtype === y?.dtype, 'takes inputs of one dtype');
    return x?.dtype ?? 'f32';
  },
  vjp: ({ node, cotangent }) => {
    const x = inputOf(node, 0);
    const y = inputOf(node, 1);
    const slope = div(sub(x, y), maximum(mul(sub(1, x), x), leastSpread));
    return [mul(cotangent, slope), mul(cotangent, sub(log1p(neg(x)), log(x)))];
  },
  evaluate: ([x, y], _, node) => ({
    shape: concreteShape(node.shape),
    dtype: node.dtype,
    data: Float64Array.from(x?.data ?? [], (probability, position) => {
      const target = y?.data[position] ?? Number.NaN;
      const ofOne = Math.max(Math.log(probability), leastLogarithm);
      const ofZero = Math.max(Math.log1p(-probability), leastLogarithm);
      return (target - 1) * ofZero - target * ofOne;
    }),
  }),
  lowering: {
    kind: 'expansion',
    expand: (_inputs, _attrs, node) => {
      const x = inputOf(node, 0);
      const y = inputOf(node, 1);
      const ofOne = maximum(log(x), leastLogarithm);
      const ofZero = maximum(log1p(neg(x)), leastLogarithm);
      return sub(mul(sub(y, 1), ofZero), mul(y, ofOne));
    },
  },
};

/** The op on two tensors of one shape and dtype. */
export function binaryCrossEntropy(x: Tensor, y: Tensor): Tensor {
  return makeNode(binaryCrossEntropyOp, [x, y], {});
}
