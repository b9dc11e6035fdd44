import { describe, expect, test } from 'vitest';
import { grad } from '../../src/autodiff/grad.ts';
import { layersOf } from '../../src/compiler/summary.ts';
import { grouped, table } from '../../src/compiler/table.ts';
import { dim } from '../../src/ir/size.ts';
import { tanh } from '../../src/nn/activation.ts';
import { linear } from '../../src/nn/linear.ts';
import { mse } from '../../src/nn/loss.ts';
import { sequential } from '../../src/nn/sequential.ts';
import { input } from '../../src/ops/leaf.ts';
import { mean, sum } from '../../src/ops/reduce.ts';
import { square } from '../../src/ops/unary.ts';
import { sgd } from '../../src/optim/sgd.ts';
import { compile } from '../../src/runtime/program.ts';

const batch = dim('batch');
const x = input('x', [batch, 2]);
const y = input('y', [batch, 1]);
const net = sequential('small', linear(2, 3, { name: 'hidden' }), tanh(), linear(3, 1, { name: 'head' }));
const prediction = net(x);
const program = compile({
  loss: mse(prediction, y),
  optimizer: sgd({ lr: 0.1 }),
  outputs: { prediction },
  sizes: { batch: 8 },
});

describe('explain', () => {
  test('tells what stages did, which rules fired, and the work of every kernel', () => {
    const text = program.explain();
    expect(text).toMatch(/^small, batch = 8\n\ntarget\n.*\n\nstages\n/);
    for (const { program: entry } of program.at({}).compilation.plans) {
      for (const kernel of entry.kernels) expect(text).toContain(kernel.name);
    }
    expect(text).toMatch(/^memory\n {2}state [\d.]+ \w+ in \d+ leaves$/m);
  });

  test('tells what runs it', () => {
    expect(program.explain()).toContain('target\n  WebAssembly with SIMD, strict, 1 thread\n');
    expect(compile(program.declaration, { target: 'js' }).explain()).toContain(
      'target\n  JavaScript, strict',
    );
  });

  test.each([
    ['wasm', /^ {2}emit +assembles [\d.]+ \w+ of WebAssembly, prints [\d.]+ \w+ of driver +[\d.]+$/m],
    ['js', /^ {2}emit +prints [\d.]+ \w+ of JavaScript +[\d.]+$/m],
  ] as const)(
    'tells what every stage took on %s, and what was made, when asked for times',
    (target, emitted) => {
      const text = compile(program.declaration, { target }).explain({ timings: true });
      expect(text).toMatch(/^ {2}stage .* kernels +ms$/m);
      expect(text).toMatch(/^ {2}fuse .* +[\d.]+$/m);
      expect(text).toMatch(emitted);
      expect(text).toMatch(/^ {2}instantiate +hands it to the engine +[\d.]+$/m);
      expect(text).toMatch(/^ {2}total +[\d.]+$/m);
    },
  );

  test('refuses options that there are not', () => {
    const options: object = { timing: true };
    expect(() => program.explain(options)).toThrow('explain: there is no option "timing"');
  });

  test('is the same text for the same declaration, times left out', () => {
    expect(compile(program.declaration).explain()).toBe(program.explain());
  });
});

describe('summary', () => {
  test('lists layers with their shapes and parameters', () => {
    expect(program.summary()).toMatchInlineSnapshot(`
      "small: x [batch, 2] f32, y [batch, 1] f32
      layer         declared as   output      parameters
      ────────────  ────────────  ──────────  ──────────
      small/hidden  linear(2, 3)  [batch, 3]           9
      small/tanh1   tanh()        [batch, 3]
      small/head    linear(3, 1)  [batch, 1]           4
      13 parameters"
    `);
  });

  test('takes for a layer’s output what it hands on, not the gradient that comes back through it', () => {
    const scores = sequential('net', linear(2, 5), tanh(), linear(5, 1))(x);
    const [slope] = grad(sum(scores), [x]);
    const lines = compile({ loss: mean(square(slope)), outputs: { scores } })
      .summary()
      .split('\n');
    expect(lines.filter((line) => line.startsWith('net/'))).toEqual([
      'net/linear1  linear(2, 5)  [batch, 5]          15',
      'net/tanh1    tanh()        [batch, 5]',
      'net/linear2  linear(5, 1)  [batch, 1]           6',
    ]);
  });

  test('rests on layers that programs can read', () => {
    const layers = layersOf(program.at({}).compilation);
    expect(layers.map(({ path, parameters }) => [path, parameters.length])).toEqual([
      ['small/hidden', 2],
      ['small/tanh1', 0],
      ['small/head', 2],
    ]);
  });
});

describe('a table', () => {
  test('has columns as wide as their widest cell, set left or right', () => {
    const text = table(['name', 'size'], [['a', '1'], ['longer', '1,234'], ['empty']], ['left', 'right']);
    expect(text.split('\n')).toEqual([
      'name     size',
      '──────  ─────',
      'a           1',
      'longer  1,234',
      'empty',
    ]);
  });

  test('groups thousands', () => {
    expect([0, 999, 1000, 1234567].map(grouped)).toEqual(['0', '999', '1,000', '1,234,567']);
  });
});
