import { describe, expect, test } from 'vitest';
import { add, maximum, minimum } from '../../src/ops/arithmetic.ts';
import { broadcastTo } from '../../src/ops/broadcast.ts';
import { constrain, input, scalar } from '../../src/ops/leaf.ts';
import { sliceAxis, transpose } from '../../src/ops/movement.ts';
import { iota } from '../../src/ops/random.ts';
import { reshape } from '../../src/ops/reshape.ts';
import { dim } from '../../src/ir/size.ts';
import { integerRange } from '../../src/rewrite/integer-range.ts';

const labels = input('labels', [6], 'i32');
const checked = constrain(labels, { low: 0, high: 9, what: 'label' });
const unknown = { low: -(2 ** 31), high: 2 ** 31 - 1 };

describe('integerRange', () => {
  test.each([
    ['an input', labels, unknown],
    ['a sum', add(checked, checked), unknown],
    ['a constant', scalar(7, 'i32'), { low: 7, high: 7 }],
    ['a constrained input', checked, { low: 0, high: 9 }],
    [
      'a constrained input with an exception',
      constrain(labels, { low: 0, high: 9, except: -100, what: 'label' }),
      { low: -100, high: 9 },
    ],
    ['positions', iota(5), { low: 0, high: 4 }],
    ['positions on a named dimension', iota(dim('batch')), { low: 0, high: unknown.high }],
    ['no positions', iota(0), { low: 0, high: 0 }],
    ['what is clamped', minimum(maximum(labels, 0), 3), { low: 0, high: 3 }],
    ['what is clamped from one side', maximum(labels, 0), { low: 0, high: unknown.high }],
    ['a repetition', broadcastTo(checked, [2, 6]), { low: 0, high: 9 }],
    ['what is moved', transpose(reshape(sliceAxis(checked, 0, 1, 4), [2, 2])), { low: 0, high: 9 }],
  ])('knows the range of %s', (_, node, range) => {
    expect(integerRange(node)).toEqual(range);
  });
});
