import { describe, expect, test } from 'vitest';
import { emitJavaScript } from '../../../src/compiler/emission.ts';
import { dim } from '../../../src/ir/size.ts';
import { softmax } from '../../../src/nn/softmax.ts';
import { crossEntropy } from '../../../src/nn/cross-entropy.ts';
import { linear } from '../../../src/nn/linear.ts';
import { add, mul } from '../../../src/ops/arithmetic.ts';
import { constant, input } from '../../../src/ops/leaf.ts';
import { sum } from '../../../src/ops/reduce.ts';
import { where } from '../../../src/ops/select.ts';
import { sin } from '../../../src/ops/unary.ts';
import { sgd } from '../../../src/optim/sgd.ts';
import { printBytes } from '../../../src/plan/plan.ts';
import { compile } from '../../../src/runtime/program.ts';

describe('a printed module', () => {
  test('keeps every bit of array constants: -0, NaN, infinities, denormals, integers, booleans', () => {
    const numbers = [-0, 0, Number.NaN, Infinity, -Infinity, 1e-45, 0.1, -3.4e38];
    const one = input('one', []);
    const wide = input('wide', [], 'f64');
    const outputs = {
      single: mul(constant(numbers, [8]), one),
      double: mul(constant(numbers, [8], 'f64'), wide),
      whole: add(constant([-(2 ** 31), 2 ** 31 - 1], [2], 'i32'), input('zero', [], 'i32')),
      chosen: where(constant([1, 0], [2], 'bool'), one, 2),
    };
    const session = compile({ outputs }, { target: 'js' }).start();
    const { single, double, whole, chosen } = session.predict({ one: 1, wide: 1, zero: 0 });
    expect([...single.data]).toEqual(numbers.map(Math.fround));
    expect([...double.data]).toEqual(numbers);
    expect([...whole.data]).toEqual([-(2 ** 31), 2 ** 31 - 1]);
    expect([...chosen.data]).toEqual([1, 2]);
  });

  test('fills array constants in memory when an entry is bound, and counts them to no state', () => {
    const { source } = compile({ outputs: { y: mul(input('x', [3]), constant([1, 2, 3], [3])) } });
    expect(source).toMatch(
      /^ {2}const constant = new Float32Array\(memory, 32, 3\);\n {2}constant\.set\(\[1, 2, 3\]\);$/m,
    );
    expect(/^export const layout[\s\S]*?^}[\s\S]*?^}/m.exec(source)?.[0]).not.toContain('constant');
  });

  test('adds integers as integers, in however many lanes', () => {
    const x = input('x', [100], 'i32');
    const large = 2 ** 24 + 1;
    const got = compile({ outputs: { total: sum(x) } }, { target: 'js' })
      .start()
      .predict({ x: new Int32Array(100).fill(large) });
    expect([...got.total.data]).toEqual([large * 100]);
  });

  test('has one function for kernels of several entries that read the same', () => {
    const batch = dim('batch');
    const logits = linear(4, 3)(input('x', [batch, 4]));
    const { source } = compile({
      loss: crossEntropy(logits, input('y', [batch], 'i32')),
      optimizer: sgd({ lr: 0.1 }),
      outputs: { logits },
    });
    expect(source.match(/^function forwardLinear\(/gm)).toHaveLength(1);
    expect(source.match(/^ {6}forwardLinear\(/gm)).toHaveLength(3);
  });

  test('tells a profile after every kernel, under a name that no buffer has', () => {
    const program = compile({ outputs: { y: softmax(linear(4, 3)(input('lap', [2, 4])), 1) } });
    const text = emitJavaScript(program.at({}).compilation, true);
    expect(text.split('\n')[0]).toMatch(/ · a lap after every kernel$/);
    expect(/^export function predict[\s\S]*?^}/m.exec(text)?.[0]).toMatchInlineSnapshot(`
      "export function predict(memory) {
        const linearWeight = new Float32Array(memory, 0, 12);
        const linearBias = new Float32Array(memory, 48, 3);
        const lap = new Float32Array(memory, 96, 8);
        const linear = new Float32Array(memory, 128, 6);
        const y = new Float32Array(memory, 160, 6);
        const exponentialRow = new Float32Array(3);
        return {
          inputs: { lap },
          outputs: { y },
          run({ lap: lap2 }) {
            forwardLinear(lap, linearWeight, linearBias, linear);
            lap2(0);
            forwardSoftmax(linear, y, exponentialRow);
            lap2(1);
          },
        };
      }"
    `);
    expect(program.source).not.toContain('lap2');
  });

  test('gives private rows of one name and several lengths a name each', () => {
    const batch = dim('batch');
    const x = input('x', [batch, 4]);
    const outputs = Object.fromEntries(
      [3, 5, 20].map((width, position) => [`head${position}`, softmax(sin(linear(4, width)(x)), 1)]),
    );
    const got = compile({ outputs }, { target: 'js' })
      .start()
      .predict({ x: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8) });
    for (const { data, shape } of Object.values(got)) {
      const [rows = 0, width = 0] = shape;
      for (let row = 0; row < rows; row++) {
        const numbers = [...data].slice(row * width, (row + 1) * width);
        const total = numbers.reduce((before, each) => before + each, 0);
        expect(total).toBeCloseTo(1, 5);
      }
    }
  });

  test('writes sizes as people do', () => {
    expect([0, 1023, 1024, 1536, 1024 ** 2, 5.25 * 1024 ** 2].map(printBytes)).toEqual([
      '0 B',
      '1023 B',
      '1.0 KiB',
      '1.5 KiB',
      '1.0 MiB',
      '5.3 MiB',
    ]);
  });
});
