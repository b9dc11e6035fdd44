// Arithmetic on scalar constants, done at compile time. Only operations whose f32 result is the rounding of the f64
// result are folded: `+ - · / √` (Figueroa 1995: 53 bits are enough for 24), comparisons, choices and conversions.
// exp, log and their kin are not: their bits are those of our own f32 functions.
import { roundTo } from '../../../ir/dtype.ts';
import type { Tensor } from '../../../ir/node.ts';
import type { Value } from '../../../ir/value.ts';
import { constantValue, scalar } from '../../../ops/leaf.ts';
import { isFoldable } from '../../elementwise.ts';
import { rule, type Rule } from '../../rule.ts';
import * as is from '../../term.ts';

function scalarValue(node: Tensor): Value | undefined {
  const value = constantValue(node);
  return value === undefined ? undefined : { shape: [], dtype: node.dtype, data: Float64Array.of(value) };
}

export const constantRules: readonly Rule[] = [
  rule({
    name: 'constant folding',
    phase: 'canonicalise',
    exactness: 'exact',
    summary:
      'An operation on scalar constants is a constant, where compile-time arithmetic gives the same bits.',
    pattern: is.nodeWhere(isFoldable),
    replacement: (_, node) => {
      const values = node.inputs.map(scalarValue).filter((value) => value !== undefined);
      if (values.length < node.inputs.length) return undefined;
      const [result] = node.op.evaluate(values, node.attrs, node).data;
      return result === undefined ? undefined : scalar(roundTo(node.dtype, result), node.dtype);
    },
  }),
];
