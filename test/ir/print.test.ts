import { describe, expect, test } from 'vitest';
import { grad } from '../../src/autodiff/grad.ts';
import { inScope } from '../../src/ir/origin.ts';
import { printGraph } from '../../src/ir/print.ts';
import { dim } from '../../src/ir/size.ts';
import { add, mul } from '../../src/ops/arithmetic.ts';
import { contract, matmul } from '../../src/ops/contraction.ts';
import { gather, oneHot } from '../../src/ops/gather.ts';
import { constant, input, parameter, scalar } from '../../src/ops/leaf.ts';
import { concat } from '../../src/ops/concat.ts';
import { slice, transpose } from '../../src/ops/movement.ts';
import { pad } from '../../src/ops/pad.ts';
import { randomUniform } from '../../src/ops/random.ts';
import { max, mean } from '../../src/ops/reduce.ts';
import { argmax } from '../../src/ops/arg-extreme.ts';
import { reshape } from '../../src/ops/reshape.ts';
import { cast } from '../../src/ops/select.ts';
import { relu, tanh } from '../../src/ops/unary.ts';

const batch = dim('batch');
const plain = { spans: false, scopes: false };

describe('printGraph', () => {
  test('prints a model and its gradient, inputs first, constants inline', () => {
    const x = input('x', [batch, 4]);
    const [weight, hidden] = inScope({ name: 'iris', kind: 'model', label: 'iris' }, () =>
      inScope({ name: 'linear1', kind: 'layer', label: 'linear(4, 30)' }, () => {
        const w = parameter('iris/linear1.weight', constant(Array(120).fill(0), [30, 4]));
        const contracted = { batchLeft: [], batchRight: [], contractLeft: [1], contractRight: [1] };
        return [w, relu(add(contract(x, w, contracted), 0.5))];
      }),
    );
    const loss = mean(hidden);
    const [gradient] = grad(loss, [weight]);
    expect(printGraph({ loss, gradient }, { spans: false })).toMatchInlineSnapshot(`
      "x = input : [batch, 4] f32
      iris/linear1.weight = parameter : [30, 4] f32   ; iris/linear1
      %0 = contraction(x, iris/linear1.weight) contract 1×1 : [batch, 30] f32   ; iris/linear1
      %1 = broadcast(0.5) : [batch, 30] f32
      %2 = add(%0, %1) : [batch, 30] f32   ; iris/linear1
      %3 = relu(%2) : [batch, 30] f32   ; iris/linear1
      %4 = reduce(%3) sum over [0, 1] : [] f32   ; mean
      %5 = size 30·batch : [] f32
      %6 = div(%4, %5) : [] f32   ; mean
      %7 = broadcast(0) : [batch, 30] f32
      %8 = lessEqual(%3, %7) : [batch, 30] bool   ; iris/linear1
      %9 = div(1, %5) : [] f32
      %10 = broadcast(%9) : [batch, 30] f32
      %11 = select(%8, %7, %10) : [batch, 30] f32   ; iris/linear1
      %12 = contraction(%11, x) contract 0×0 : [30, 4] f32   ; iris/linear1
      return loss = %6, gradient = %12
      "
    `);
  });

  test("ends lines with the user's file and line", () => {
    const text = printGraph([tanh(input('x', [2]))]);
    expect(text).toMatch(
      /^x = input : \[2\] f32 {3}; print\.test\.ts:\d+\n%0 = tanh\(x\) : \[2\] f32 {3}; print\.test\.ts:\d+\nreturn %0\n$/,
    );
  });

  test('prints the attributes of every family', () => {
    const x = input('x', [2, 3, 4], 'f64');
    const labels = input('labels', [batch], 'i32');
    const roots = {
      moved: transpose(slice(x, [null, { start: 1 }, { step: 2 }]), [2, 0, 1]),
      padded: pad(x, [
        [0, 0],
        [1, 0],
        [0, 0],
      ]),
      joined: reshape(concat([x, x], 1), [-1]),
      reduced: max(x, [0, 2]),
      position: cast(argmax(x, 1), 'f64'),
      picked: gather(x, input('at', [2, 3, 1], 'i32'), 2),
      table: constant([1, 2], [2]),
      hot: oneHot(labels, 3),
      product: matmul(x, transpose(x, [0, 2, 1])),
      random: randomUniform([batch], { name: 'dropout' }),
      average: mean(input('y', [batch])),
    };
    expect(printGraph(roots, plain)).toMatchInlineSnapshot(`
      "x = input : [2, 3, 4] f64
      %0 = slice(x) axis 1, start 1, length 2, step 1 : [2, 2, 4] f64
      %1 = slice(%0) axis 2, start 0, length 2, step 2 : [2, 2, 2] f64
      %2 = transpose(%1) permutation [2, 0, 1] : [2, 2, 2] f64
      %3 = spread(x) axis 1, start 1, size 4, step 1 : [2, 4, 4] f64
      %4 = concat(x, x) axis 1 : [2, 6, 4] f64
      %5 = reshape(%4) : [48] f64
      %6 = reduce(x) max over [0, 2] : [3] f64
      %7 = argExtreme(x) axis 1, extreme "max" : [2, 4] i32
      %8 = cast(%7) : [2, 4] f64
      at = input : [2, 3, 1] i32
      %9 = constrain(at) low 0, high 3, what "index", except null : [2, 3, 1] i32
      %10 = gather(x, %9) axis 2 : [2, 3, 1] f64
      constant = array digest "854ee379c6e55fbd" : [2] f32
      %11 = iota size 3 : [3] i32
      %12 = broadcast(%11) along [1] : [batch, 3] i32
      labels = input : [batch] i32
      %13 = constrain(labels) low 0, high 2, what "label", except null : [batch] i32
      %14 = broadcast(%13) along [0] : [batch, 3] i32
      %15 = equal(%12, %14) : [batch, 3] bool
      %16 = cast(%15) : [batch, 3] f32
      %17 = transpose(x) permutation [0, 2, 1] : [2, 4, 3] f64
      %18 = contraction(x, %17) batch 0×0 contract 2×1 : [2, 3, 3] f64
      seed = seed : [] i32
      %19 = stream path "dropout" : [] i32
      step = step : [] i32
      %20 = randomBits(seed, %19, step) : [batch] i32
      %21 = uniformFromBits(%20) : [batch] f32
      y = input : [batch] f32
      %22 = reduce(y) sum over [0] : [] f32
      %23 = size batch : [] f32
      %24 = div(%22, %23) : [] f32
      return moved = %2, padded = %3, joined = %5, reduced = %6, position = %8, picked = %10, table = constant, hot = %16, product = %18, random = %21, average = %24
      "
    `);
  });

  test('tells leaves of one name apart, and quotes names that are no words', () => {
    const sum = add(add(input('x', [2]), input('x', [2])), input('a, b = c', [2]));
    expect(printGraph([sum], plain)).toMatchInlineSnapshot(`
      "x = input : [2] f32
      x#2 = input : [2] f32
      %0 = add(x, x#2) : [2] f32
      "a, b = c" = input : [2] f32
      %1 = add(%0, "a, b = c") : [2] f32
      return %1
      "
    `);
  });

  test('shows -0, and constants that are results', () => {
    const x = input('x', []);
    expect(printGraph({ product: mul(x, -0), one: scalar(1) }, plain)).toMatchInlineSnapshot(`
      "x = input : [] f32
      %0 = mul(x, -0) : [] f32
      return product = %0, one = 1
      "
    `);
  });

  test('is equal for equal graphs, whatever was declared in between', () => {
    const model = (): string => {
      const x = input('x', [batch, 3]);
      return printGraph([tanh(mul(x, 2))], plain);
    };
    const first = model();
    mul(input('noise', [3]), 3);
    expect(model()).toBe(first);
  });
});
