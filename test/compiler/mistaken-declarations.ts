// Declarations that cannot be compiled; their messages are kept as golden files, so the lines here are part of them.
import type { Declaration } from '../../src/compiler/declaration.ts';
import { dim } from '../../src/ir/size.ts';
import { linear } from '../../src/nn/linear.ts';
import { mse } from '../../src/nn/loss.ts';
import { add, mul } from '../../src/ops/arithmetic.ts';
import { input, parameter, scalar } from '../../src/ops/leaf.ts';
import { mean, sum } from '../../src/ops/reduce.ts';
import { square } from '../../src/ops/unary.ts';
import { sgd } from '../../src/optim/sgd.ts';
import { parametersOf } from '../../src/nn/layer.ts';

const batch = dim('batch');
const x = input('x', [batch, 4]);
const other = input('x', [batch, 3]);
const again = input('x', [batch, 4]);
const whole = input('whole', [batch], 'i32');
const predicted = linear(4, 1)(x);
const loss = mean(square(predicted));
const rows = square(predicted);
const optimizer = sgd({ lr: 0.1 });

export const mistakes: Readonly<Record<string, Declaration>> = {
  'nothing to compile': {},
  'nothing to compile but metrics': { metrics: { loss: mean(x) } },
  'an optimizer without a loss': { optimizer, outputs: { predicted } },
  'a loss that is no scalar': { loss: rows, optimizer },
  'a loss of integers': { loss: sum(whole) },
  'a loss without parameters': { loss: mean(x), optimizer },
  'a loss whose parameters are all frozen': { loss, optimizer, frozen: parametersOf(loss) },
  'two inputs of one name': { outputs: { sum: add(sum(x), sum(other)) } },
  'an input that is declared twice': { outputs: { product: mul(x, again) } },
  'two leaves of one name': {
    loss: mean(mul(parameter('gain', scalar(1)), parameter('gain', scalar(2)))),
    optimizer,
  },
  'a dimension that there is not': { loss, optimizer, sizes: { bach: 90 } },
  'a dimension where there is none': { outputs: { next: add(input('z', [2]), 1) }, sizes: { batch: 3 } },
  'a size that is none': { loss, optimizer, sizes: { batch: 2.5 } },
  'an output whose name is no identifier': { outputs: { 'first layer': predicted } },
  'a metric called loss': { loss, metrics: { loss } },
  'a metric that is no scalar': { loss, metrics: { rows: mean(rows, 1) } },
  'several problems': {
    loss: mse(predicted, square(predicted), { reduction: 'none' }),
    optimizer,
    metrics: { rows },
    sizes: { batch: 0, rows: 3 },
  },
};
