// Scans along one axis: as steps of random graphs, bounded so that what is put on top of them stays tame, and as entries
// of their own with gradients and reductions of what they give.
import { fc } from '@fast-check/vitest';
import { grad } from '../../src/autodiff/grad.ts';
import type { FloatDType } from '../../src/ir/dtype.ts';
import { makeNode, type Tensor } from '../../src/ir/node.ts';
import type { EntryGraph } from '../../src/kernels/anchors.ts';
import { add, mul } from '../../src/ops/arithmetic.ts';
import { cummax, cummin, cumprod, cumsum, logCumSumExp } from '../../src/ops/cumulative.ts';
import { max, sum } from '../../src/ops/reduce.ts';
import { argmax } from '../../src/ops/arg-extreme.ts';
import { recurrenceOp } from '../../src/ops/scan.ts';
import { tanh } from '../../src/ops/unary.ts';
import { plainEntry } from './plain-entry.ts';
import { input } from './untyped.ts';

/** One of the scans, from either end, with the element of a position or without it. */
export function scanStep(x: Tensor, axis: number, choice: number): Tensor {
  const options = { exclusive: choice % 2 === 0, reverse: choice % 4 < 2 };
  // An exclusive log-sum-exp starts at -Infinity, of which tanh makes a number.
  const forms: readonly (() => Tensor)[] = [
    () => mul(cumsum(tanh(x), axis, options), 0.25),
    () => cumprod(tanh(x), axis, options),
    () => tanh(logCumSumExp(tanh(x), axis, options)),
    () => tanh(cumsum(mul(x, 0.125), axis, options)),
  ];
  return forms[(choice >> 2) % forms.length]?.() ?? x;
}

export interface ScanRecipe {
  readonly shape: readonly number[];
  readonly axis: number;
  readonly exclusive: boolean;
  readonly reverse: boolean;
  readonly form: number;
}

/** Sizes around whole vectors of the loop beside the scan, and around the eight lanes of reductions along it. */
const size = fc.constantFrom(1, 2, 3, 4, 5, 8, 17, 33);

export const scanRecipes: fc.Arbitrary<ScanRecipe> = fc.record({
  shape: fc.array(size, { minLength: 1, maxLength: 3 }),
  axis: fc.nat(2),
  exclusive: fc.boolean(),
  reverse: fc.boolean(),
  form: fc.nat(7),
});

/** The scan of a recipe, the gradient of the sum of its squares, and where it is largest. */
export function scanEntry(recipe: ScanRecipe, dtype: FloatDType): EntryGraph {
  const x = input('x', recipe.shape, dtype);
  const axis = recipe.axis % recipe.shape.length;
  const y = scanned(x, axis, recipe);
  const [gradient] = grad(sum(mul(y, y)), [x]);
  return plainEntry({ y, gradient, largest: argmax(y, axis) });
}

function scanned(x: Tensor, axis: number, { exclusive, reverse, form }: ScanRecipe): Tensor {
  const options = { exclusive, reverse };
  const forms: readonly (() => Tensor)[] = [
    () => cumsum(x, axis, options),
    () => cumprod(x, axis, options),
    () => logCumSumExp(x, axis, { reverse }),
    () => cummax(x, axis).values,
    () => cummin(x, axis).values,
    () => makeNode(recurrenceOp, [mul(x, 0.5), x], { axis }),
    // Scans of scans, read by reductions along the axis: all in one loop where nothing is turned round.
    () => {
      const inner = cumsum(x, axis, options);
      const outer = cumsum(mul(inner, x), axis, options);
      return add(outer, sum(mul(inner, outer), axis, { keepdims: true }));
    },
    () => mul(cumsum(x, axis, options), max(cumsum(x, axis, options), axis, { keepdims: true })),
  ];
  return forms[form]?.() ?? x;
}
