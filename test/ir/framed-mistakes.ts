// Mistakes whose framed messages are kept as golden files: their lines are part of the messages.
import { dim } from '../../src/ir/size.ts';
import { add, mul } from '../../src/ops/arithmetic.ts';
import { matmul } from '../../src/ops/contraction.ts';
import { concat } from '../../src/ops/concat.ts';
import { mean, sum } from '../../src/ops/reduce.ts';
import { reshape } from '../../src/ops/reshape.ts';
import { relu } from '../../src/ops/unary.ts';
import { composite, inScope } from '../../src/ir/origin.ts';
import { input } from '../support/untyped.ts';

const batch = dim('batch');
const x = input('x', [batch, 4]);
const weight = input('weight', [30, 4]);
const hidden = relu(mul(x, 2));

export const mistakes: Readonly<Record<string, () => unknown>> = {
  elementwise: () => add(hidden, input('bias (of the wrong size)', [7])),
  matmul: () => matmul(hidden, weight),
  'matmul of vectors': () => matmul(input('a', [3]), input('b', [4])),
  'matmul by itself': () => matmul(weight, weight),
  reshape: () => reshape(hidden, [batch, 5]),
  'bad axis': () => sum(hidden, 2),
  'axis in a composite': () => mean(hidden, [0, -2]),
  dtype: () => add(hidden, input('count', [4], 'i32')),
  'several lines': () =>
    concat(
      [hidden, weight], //
      1,
    ),
  'in a layer': () =>
    inScope({ name: 'iris', kind: 'model', label: 'iris' }, () =>
      composite('shift', () => add(hidden, weight)),
    ),
};
