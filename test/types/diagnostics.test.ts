// What users read when shapes do not fit, and what checking deep models costs: TypeScript over programs in memory.
import { dirname, resolve } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';

const here = import.meta.dirname;
const configuration = ts.readConfigFile(resolve(here, '../../tsconfig.json'), (path) =>
  ts.sys.readFile(path),
);
const { options } = ts.parseJsonConfigFileContent(
  configuration.config,
  { ...ts.sys, readDirectory: () => [] },
  resolve(here, '../..'),
);

// Checking does not change them, so all programs share the files that they import.
const imported = new Map<string, ts.SourceFile | undefined>();

/** A program of one file beside this test that exists in memory only. */
function programOf(source: string): { readonly program: ts.Program; readonly file: ts.SourceFile } {
  const path = resolve(here, 'program.ts');
  const settings: ts.CompilerOptions = { ...options, types: [] };
  const host = ts.createCompilerHost(settings);
  const { readFile, fileExists, getSourceFile } = host;
  host.fileExists = (name) => name === path || fileExists(name);
  host.readFile = (name) => (name === path ? source : readFile(name));
  host.getSourceFile = (name, languageVersion) => {
    if (name === path) return ts.createSourceFile(name, source, languageVersion, true);
    if (!imported.has(name)) imported.set(name, getSourceFile(name, languageVersion));
    return imported.get(name);
  };
  host.getCurrentDirectory = () => dirname(path);
  const program = ts.createProgram([path], settings, host);
  const file = program.getSourceFile(path);
  if (file === undefined) throw new Error(`TypeScript has no ${path}`);
  return { program, file };
}

const preamble = `
import {
  accuracy, add, argmax, batchNorm1d, broadcastTo, compile, concat, contract, crossEntropy, dim, div, dropout, exp,
  expandDims, flatten, gather, grad, input, leakyRelu, less, linear, matmul, mean, mse, oneHot, pad, relu, reshape,
  scatterAdd, sequential, slice, softmax, squeeze, stack, sum, transpose, where,
} from 'tapeless';
const batch = dim('batch');
const x = input('x', [batch, 3]);
const four = input('four', [4]);
const labels = input('labels', [batch], 'i32');
const integers = input('integers', [3], 'i32');
`;

/** Every error as the offending text and the compiler's message. */
function diagnose(source: string): readonly string[] {
  const { program, file } = programOf(preamble + source);
  return program.getSemanticDiagnostics(file).map(({ start = 0, length = 0, messageText }) => {
    const message = ts.flattenDiagnosticMessageText(messageText, '\n');
    return `${file.text.slice(start, start + length)}\n  ${message}`;
  });
}

/** Type instantiations that checking a program costs beyond its imports. */
function instantiations(source: string): number {
  const count = (text: string): number => {
    const { program, file } = programOf(preamble + text);
    expect(program.getSemanticDiagnostics(file)).toEqual([]);
    return program.getInstantiationCount();
  };
  return count(source) - count('');
}

test('a mistake on shapes, dtypes or axes is one sentence on the offending argument', () => {
  const programs = [
    'add(x, four);',
    "add(x, input('z', [dim('time'), 3]));",
    'add(x, integers);',
    'div(integers, integers);',
    'exp(integers);',
    'relu(less(x, 0));',
    'where(x, x, 0);',
    "matmul(x, input('w', [4, 10]));",
    "matmul(input('a', [2, 4, 4]), input('b', [3, 4, 4]));",
    'sum(x, 2);',
    'sum(x, [0, -2]);',
    'argmax(x, -3);',
    'mean(integers);',
    'softmax(x, 2);',
    'reshape(x, [batch, 4]);',
    'reshape(four, [3, -1]);',
    'reshape(four, [-1, -1]);',
    'flatten(x, 2);',
    'transpose(x, [0]);',
    'expandDims(x, 3);',
    'squeeze(x, 1);',
    'broadcastTo(x, [batch, 4]);',
    'broadcastTo(x, [3]);',
    "concat([x, input('z', [4, 3])], 1);",
    'stack([x, four]);',
    'slice(x, [null, null, null]);',
    'pad(x, [[0, 0]]);',
    'gather(x, labels, 1);',
    "scatterAdd(four, integers, input('u', [2]), 0);",
    'oneHot(x, 10);',
    'crossEntropy(x, integers);',
    'crossEntropy(x, four);',
    'accuracy(x, x);',
    'mse(x, four);',
    'grad(x, [x]);',
  ];
  expect(diagnose(programs.join('\n')).join('\n')).toMatchSnapshot();
});

test('a mistake between layers is one sentence on the offending layer', () => {
  const programs = [
    'linear(4, 30)(x);',
    'linear(3, 30)(integers);',
    'batchNorm1d(4)(x);',
    "sequential('model', linear(4, 30), relu(), linear(31, 10), dropout());",
    'sequential(linear(4, 3), sequential(linear(4, 5), relu()));',
    'sequential(linear(4, 30), batchNorm1d(30))(x);',
    "sequential(linear(3, 30), batchNorm1d(30))(input('x', [batch, 7, 3]));",
    "sequential(linear(4, 30), 'late');",
    'sequential(linear(4, 30), softmax);',
    'sequential(linear(4, 30), x);',
    'sequential(undefined);',
  ];
  expect(diagnose(programs.join('\n')).join('\n')).toMatchSnapshot();
});

test('a name that the program was not compiled with is an unknown property', () => {
  const program = `const session = compile({ loss: mse(x, x), outputs: { x }, metrics: { m: mse(x, x) } }).start();
    session.step({}).accuracy;
    session.predict({}).logits;`;
  expect(diagnose(program).join('\n')).toMatchSnapshot();
});

test('what is of type any passes: the compiler decides', () => {
  const programs = [
    'declare const anything: any;',
    'add(anything, x); less(x, anything); where(anything, x, x); where(less(x, 0), anything, x);',
    'exp(anything); relu(anything); softmax(anything, 3); argmax(anything, 3); sum(anything, 3); flatten(anything);',
    'matmul(anything, x); matmul(x, anything); contract(anything, x, anything); reshape(anything, [2]);',
    'broadcastTo(anything, [3]); concat([anything, x]); gather(anything, labels, 0); transpose(anything, [0]);',
    'linear(4, 3)(anything); sequential(anything, relu()); batchNorm1d(3)(anything);',
    'crossEntropy(anything, labels); crossEntropy(x, anything); accuracy(anything, labels); mse(x, anything);',
    'mse(anything, x); grad(anything, [x]);',
  ];
  expect(diagnose(programs.join('\n'))).toEqual([]);
});

test('one mistake is one error: what follows from it is not refused again', () => {
  expect(diagnose('const wrong = add(x, four); mse(relu(wrong), linear(9, 2)(wrong));')).toHaveLength(1);
});

test('types of results read as a tensor of a tuple', () => {
  const printed = diagnose('const shown: never = linear(3, 5)(add(x, 1));');
  expect(printed).toEqual([
    'shown\n  Type \'Tensor<[Dim<"batch">, 5], "f32">\' is not assignable to type \'never\'.',
  ]);
});

// Bounds are about one and a half times what was counted: counts do not depend on the machine.
test('a sequential of 200 layers checks within a bound of type instantiations', () => {
  const layers = Array.from({ length: 100 }, () => 'linear(64, 64), relu()');
  const cost = instantiations(`sequential(${layers.join(', ')})(input('x', [batch, 64]));`);
  expect(cost).toBeGreaterThan(0);
  expect(cost).toBeLessThan(75_000);
});

test('a sequential of 200 layers whose rules do not shorten checks within a bound', () => {
  const layers = Array.from({ length: 100 }, () => 'linear(64, 64), batchNorm1d(64)');
  expect(instantiations(`sequential(${layers.join(', ')})(input('x', [batch, 64]));`)).toBeLessThan(200_000);
});

test('a chain of 200 layer applications checks within a bound', () => {
  const chain = Array.from({ length: 200 }, (_, i) => `const h${i + 1} = relu(linear(64, 64)(h${i}));`);
  expect(instantiations(`const h0 = input('x', [batch, 64]);\n${chain.join('\n')}`)).toBeLessThan(5_000);
});

test('a chain of 200 layers of growing sizes checks within a bound', () => {
  const chain = Array.from({ length: 200 }, (_, i) => {
    return `const h${i + 1} = relu(add(linear(${64 + i}, ${65 + i})(h${i}), 1));`;
  });
  expect(instantiations(`const h0 = input('x', [batch, 64]);\n${chain.join('\n')}`)).toBeLessThan(120_000);
});
