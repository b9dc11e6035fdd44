// Losses of constants and their gradients, for tests that compare with numbers of PyTorch.
import { grad } from '../../src/autodiff/grad.ts';
import type { Tensor } from '../../src/ir/node.ts';
import { sum } from '../../src/ops/reduce.ts';
import { evaluate, evaluateAll, fed } from './values.ts';

/** A loss of the numbers and the gradient of its sum. */
export function lossOf(
  numbers: readonly number[],
  build: (x: Tensor) => Tensor,
  shape: readonly number[] = [numbers.length],
): { readonly loss: readonly number[]; readonly gradient: readonly number[] } {
  const x = fed('x', shape, numbers);
  const loss = build(x.leaf);
  const [gradient] = grad(sum(loss), [x.leaf]);
  return { loss: evaluate(loss, [x]), gradient: [...(evaluateAll([gradient], [x])[0]?.data ?? [])] };
}

/** Numbers without the sign of zeros, to some decimals, as PyTorch's were copied. */
export function rounded(numbers: readonly number[], decimals = 9): readonly number[] {
  return numbers.map((each) => (Number.isFinite(each) ? Number(each.toFixed(decimals)) + 0 : each));
}
