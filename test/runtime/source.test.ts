import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import type { Target } from '../../src/compiler/build-options.ts';
import { dim } from '../../src/ir/size.ts';
import { accuracy } from '../../src/nn/accuracy.ts';
import { relu } from '../../src/nn/activation.ts';
import { batchNorm1d } from '../../src/nn/batch-norm.ts';
import { crossEntropy } from '../../src/nn/cross-entropy.ts';
import { dropout } from '../../src/nn/dropout.ts';
import { linear } from '../../src/nn/linear.ts';
import { sequential } from '../../src/nn/sequential.ts';
import { input } from '../../src/ops/leaf.ts';
import * as unary from '../../src/ops/unary.ts';
import { pow } from '../../src/ops/arithmetic.ts';
import { softmax } from '../../src/nn/softmax.ts';
import { adam } from '../../src/optim/adam.ts';
import { compile } from '../../src/runtime/program.ts';
import type { GeneratedModule } from '../../src/runtime/instantiate.ts';
import { numbersBetween } from '../support/values.ts';

const directory = mkdtempSync(path.join(tmpdir(), 'tapeless-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

let files = 0;

/** What a user gets who commits the source and imports it. */
async function imported(source: string): Promise<GeneratedModule['entries'] & GeneratedModule> {
  const file = path.join(directory, `model${files++}.mjs`);
  writeFileSync(file, source);
  // Generated modules export exactly this.
  return (await import(pathToFileURL(file).href)) as GeneratedModule['entries'] & GeneratedModule;
}

function declared() {
  const batch = dim('batch');
  const x = input('x', [batch, 6]);
  const y = input('y', [batch], 'i32');
  const net = sequential('net', linear(6, 12), batchNorm1d(12), relu(), dropout(0.3), linear(12, 3));
  const logits = net(x);
  return compile({
    loss: crossEntropy(logits, y),
    optimizer: adam({ lr: 0.01 }),
    outputs: { logits },
    metrics: { accuracy: accuracy(logits, y) },
    sizes: { batch: 20 },
  });
}

const program = declared();
const x = Float32Array.from(numbersBetween(-1, 1, 120, 4));
const y = Int32Array.from({ length: 20 }, (_, row) => row % 3);

/** Functions of a module with their text, by name. */
function functionsOf(source: string): ReadonlyMap<string, string> {
  const found = [...source.matchAll(/^(?:export )?function (\w+)\([\s\S]*?^}/gm)];
  return new Map(found.map(([text, name = '']) => [name, text]));
}

describe('the source of a program', () => {
  test('imports nothing and starts with a line that says what it is', () => {
    expect(program.source).not.toMatch(/\bimport\b|\brequire\b/);
    const [header = ''] = program.source.split('\n');
    expect(header).toMatch(
      /^\/\/ tapeless \d+\.\d+\.\d+ · net · batch 20 · strict · model [0-9a-f]{8} · step in \d+ kernels · arena [\d.]+ KiB$/,
    );
  });

  test('is a module whose entries give, run by hand, the bits of a session', async () => {
    const module = await imported(program.source);
    const memory = new ArrayBuffer(module.layout.bytes);
    const state = module.state(memory);
    state['seed']?.set([5]);
    module['initialise']?.(memory).run();
    const session = program.start({ seed: 5 });
    expect(state).toEqual(session.snapshot().values);
    const step = module['step']?.(memory);
    for (let count = 0; count < 20; count++) {
      step?.inputs['x']?.set(x);
      step?.inputs['y']?.set(y);
      step?.run();
      const results = session.step({ x, y });
      expect(step?.outputs['loss']?.[0]).toBe(results.loss);
      expect(step?.outputs['accuracy']?.[0]).toBe(results.accuracy);
    }
    expect(state).toEqual(session.snapshot().values);
    const evaluate = module['evaluate']?.(memory);
    evaluate?.inputs['x']?.set(x);
    evaluate?.inputs['y']?.set(y);
    evaluate?.run();
    expect(evaluate?.outputs['loss']?.[0]).toBe(session.evaluate({ x, y }).loss);
    const predict = module['predict']?.(memory);
    predict?.inputs['x']?.set(x);
    predict?.run();
    expect(predict?.outputs['logits']).toEqual(session.predict({ x }).logits.data);
  });

  test('describes its memory as it is', async () => {
    const module = await imported(program.source);
    const state = module.state(new ArrayBuffer(module.layout.bytes));
    const { layout } = module as unknown as {
      layout: { state: Record<string, { offset: number; shape: number[] }> };
    };
    expect(Object.keys(layout.state)).toEqual(Object.keys(state));
    for (const [name, { offset, shape }] of Object.entries(layout.state)) {
      expect(state[name]?.byteOffset).toBe(offset);
      expect(state[name]?.length).toBe(shape.reduce((product, size) => product * size, 1));
    }
  });

  test('has functions that engines still optimise: below 40 kB each, and far below', () => {
    const sizes = [...functionsOf(program.source)].map(([name, text]) => ({ name, bytes: text.length }));
    expect(sizes.length).toBeGreaterThan(20);
    expect(sizes.filter(({ bytes }) => bytes > 6000)).toEqual([]);
  });

  test('has no function, array or built-in that nothing uses', () => {
    const { source } = program;
    const entries = ['initialise', 'step', 'evaluate', 'predict', 'state'];
    const [, builtins = ''] = /^const { (.*) } = Math;$/m.exec(source) ?? [];
    const arrays = [...source.matchAll(/^const (\w+) = new/gm)].map(([, name = '']) => name);
    const names = [...functionsOf(source).keys(), ...builtins.split(', '), ...arrays];
    const unused = names.filter((name) => (source.match(new RegExp(`\\b${name}\\b`, 'g')) ?? []).length < 2);
    expect(unused.filter((name) => !entries.includes(name))).toEqual([]);
  });

  test('has no line that ends in a blank, no tab, and one line feed at its end', () => {
    expect(program.source).not.toMatch(/[ \t]$|\t|\n\n\n|\r/m);
    expect(program.source).toMatch(/[^\n]\n$/);
  });
});

describe('the source is a function of the declaration', () => {
  test('compiled twice, it is the same text', () => {
    expect(declared().source).toBe(program.source);
  });

  test('whatever was declared before', () => {
    const other = input('other', [3, 3]);
    const grown = sequential('other', linear(3, 7), relu(), linear(7, 2))(other);
    expect(compile({ outputs: { grown } }).source).not.toBe(program.source);
    expect(declared().source).toBe(program.source);
  });

  test('and of nothing that a session does', () => {
    const again = declared();
    again.start({ seed: 3 }).step({ x, y });
    again.start().predict({ x: x.subarray(0, 12) });
    expect(again.source).toBe(program.source);
  });

  test('made once for every set of sizes', () => {
    expect(program.at({ batch: 7 })).toBe(program.at({ batch: 7 }));
    expect(program.at({})).toBe(program.at({ batch: 20 }));
  });

  test('at other sizes it is another text over the same state', () => {
    const [here, there] = [program.source, program.at({ batch: 7 }).source];
    const stateOf = (source: string): string | undefined =>
      /^export function state\([\s\S]*?^}/m.exec(source)?.[0];
    expect(there).toContain('batch 7');
    expect(stateOf(there)).toBe(stateOf(here));
  });
});

describe('names of the user', () => {
  const awkward = [
    ...['memory', 'row', 'at', 'fround', 'sums', 'factor', 'exp', 'step', 'layout', 'state', 'class', 'k'],
    ...[
      "it's",
      'a b',
      'a*/b',
      'back\\slash',
      'two\nlines',
      'Math',
      'constructor',
      'arguments',
      'é',
      '日本',
      '1',
    ],
    ...['sumOfLanes', 'bitsOf', 'words', 'forwardLinear', 'tanh', 'predict'],
  ];

  test.each(awkward)('may be those of generated code: an input called %j', (name) => {
    const run = (called: string, target: Target): readonly number[] => {
      const leaf = input(called, [dim('batch'), 4]);
      const hidden = linear(4, 20)(unary.exp(leaf));
      const declaration = {
        loss: crossEntropy(linear(20, 3)(unary.tanh(hidden)), input('y', [dim('batch')], 'i32')),
        outputs: { hidden, tanh: unary.tanh(hidden), chosen: softmax(pow(leaf, 2), 1), row: unary.sin(leaf) },
        optimizer: adam(),
      };
      const session = compile(declaration, { target }).start();
      const numbers = Float32Array.from(numbersBetween(-1, 1, 8));
      const { loss } = session.step({ [called]: numbers, y: [0, 2] });
      return [
        loss,
        ...Object.values(session.predict({ [called]: numbers })).flatMap(({ data }) => [...data]),
      ];
    };
    expect(run(name, 'js')).toEqual(run('x', 'js'));
    expect(run(name, 'wasm')).toEqual(run('x', 'js'));
  });

  const functions = [
    'exp',
    'tanh',
    'sigmoid',
    'sin',
    'cos',
    'erf',
    'log',
    'log1p',
    'expm1',
    'round',
  ] as const;

  test.each(functions)('may be those of functions: %s of an input and in an output of that name', (name) => {
    const apply = unary[name];
    const run = (called: string, result: string, target: Target): readonly number[] => {
      const leaf = input(called, [3]);
      const value = apply(leaf);
      const outputs = { [result]: value, power: pow(value, value), square: unary.square(value) };
      const got = compile({ outputs }, { target })
        .start()
        .predict({ [called]: [0.5, 1, 2] });
      return Object.values(got).flatMap(({ data }) => [...data]);
    };
    expect(run(name, name, 'js')).toEqual(run('x', 'value', 'js'));
    expect(run(name, name, 'wasm')).toEqual(run('x', 'value', 'js'));
  });

  test('may hold quotes where they name layers and the program', async () => {
    const leaf = input('x', [2]);
    const net = sequential(`it's "quoted" \\ `, linear(2, 2, { name: `*' \n "` }));
    const made = compile({ outputs: { out: net(leaf) }, name: 'first\nsecond' });
    const module = await imported(made.source);
    expect(Object.keys(module.state(new ArrayBuffer(module.layout.bytes)))).toEqual(
      Object.keys(made.start().snapshot().values),
    );
  });
});
