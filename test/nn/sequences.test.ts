// Attention and recurrent networks against values and gradients that PyTorch computed in double precision.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { grad } from '../../src/autodiff/grad.ts';
import { interpret } from '../../src/ir/interpret.ts';
import type { Tensor } from '../../src/ir/node.ts';
import { concreteShape } from '../../src/ir/size.ts';
import type { Value } from '../../src/ir/value.ts';
import { scaledDotProductAttention, type AttentionOptions } from '../../src/nn/attention.ts';
import { parametersOf } from '../../src/nn/layer.ts';
import { multiheadAttention, type MultiheadAttentionOptions } from '../../src/nn/multihead-attention.ts';
import { gruCell, lstmCell, rnnCell } from '../../src/nn/recurrent-cell.ts';
import { gru, lstm, rnn, type RnnOptions } from '../../src/nn/recurrent.ts';
import { transformerEncoderLayer, type TransformerEncoderOptions } from '../../src/nn/transformer.ts';
import { add, mul } from '../../src/ops/arithmetic.ts';
import { constant, nameOf } from '../../src/ops/leaf.ts';
import { sum } from '../../src/ops/reduce.ts';
import { firstDifference } from '../../conformance/compare.ts';
import { corpusCotangent, toDoubles, type Num } from '../../conformance/corpus.ts';
import { input } from '../support/untyped.ts';

interface Recorded {
  readonly shape: readonly number[];
  readonly data: readonly Num[];
  readonly bool?: boolean;
}

type Named<T> = Readonly<Record<string, T>>;

interface Case {
  readonly name: string;
  readonly call: string;
  /** Sizes and options by our names. */
  readonly options: Partial<CaseOptions>;
  readonly inputs: Named<Recorded>;
  readonly parameters: Named<Recorded>;
  readonly outputs: Named<Recorded>;
  readonly gradients: Named<Recorded>;
}

const file = `${import.meta.dirname}/../fixtures/sequences.json`;
// A fixture of this repository, in the form above.
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: readonly Case[] };

/** The sizes that calls take, and options by our names; a case has those of its call. */
interface CaseOptions
  extends MultiheadAttentionOptions, TransformerEncoderOptions, RnnOptions, Omit<AttentionOptions, 'mask'> {
  readonly embedDim: number;
  readonly dModel: number;
  readonly heads: number;
  readonly inputSize: number;
  readonly hiddenSize: number;
}

type Build = (x: Named<Tensor>, options: CaseOptions) => Named<Tensor | readonly Tensor[]>;

function leaf(x: Named<Tensor>, name: string): Tensor {
  const tensor = x[name];
  if (tensor === undefined) throw new Error(`the case has no ${name}`);
  return tensor;
}

/** The inputs of some names, where the case has them. */
function given(x: Named<Tensor>, names: readonly string[]): Named<Tensor> {
  return Object.fromEntries(Object.entries(x).filter(([name]) => names.includes(name)));
}

// Options of other calls are refused when they are there, so none is.
const builds: Named<Build> = {
  scaledDotProductAttention: (x, options) => ({
    output: scaledDotProductAttention(leaf(x, 'queries'), leaf(x, 'keys'), leaf(x, 'values'), {
      ...options,
      ...given(x, ['mask']),
    }),
  }),
  multiheadAttention: (x, { embedDim, heads, ...options }) => {
    const layer = multiheadAttention(embedDim, heads, options);
    if (x['x'] !== undefined) return { output: layer(x['x']) };
    return {
      ...layer.attend(
        leaf(x, 'query'),
        leaf(x, 'key'),
        leaf(x, 'value'),
        given(x, ['attnMask', 'keyPaddingMask']),
      ),
    };
  },
  transformerEncoderLayer: (x, { dModel, heads, ...options }) => {
    const layer = transformerEncoderLayer(dModel, heads, options);
    const masks = given(x, ['keyPaddingMask']);
    return {
      output: Object.keys(masks).length === 0 ? layer(leaf(x, 'x')) : layer.encode(leaf(x, 'x'), masks),
    };
  },
  rnnCell: (x, { inputSize, hiddenSize, ...options }) => ({
    hidden: rnnCell(inputSize, hiddenSize, options)(leaf(x, 'x'), x['hidden']),
  }),
  gruCell: (x, { inputSize, hiddenSize, ...options }) => ({
    hidden: gruCell(inputSize, hiddenSize, options)(leaf(x, 'x'), x['hidden']),
  }),
  lstmCell: (x, { inputSize, hiddenSize, ...options }) => {
    const { hidden, cell } = x;
    const state = hidden === undefined || cell === undefined ? undefined : { hidden, cell };
    return { ...lstmCell(inputSize, hiddenSize, options)(leaf(x, 'x'), state) };
  },
  rnn: (x, { inputSize, hiddenSize, ...options }) => ({
    ...rnn(inputSize, hiddenSize, options).unroll(leaf(x, 'x'), given(x, ['hidden'])),
  }),
  gru: (x, { inputSize, hiddenSize, ...options }) => ({
    ...gru(inputSize, hiddenSize, options).unroll(leaf(x, 'x'), given(x, ['hidden'])),
  }),
  lstm: (x, { inputSize, hiddenSize, ...options }) => ({
    ...lstm(inputSize, hiddenSize, options).unroll(leaf(x, 'x'), given(x, ['hidden', 'cell'])),
  }),
};

function valueOf({ shape, data, bool }: Recorded): Value {
  return { shape, dtype: bool ? 'bool' : 'f64', data: toDoubles(data) };
}

/** What differs from the recording: outputs, gradients by inputs and by parameters. */
function differences({ call, options, inputs, parameters, outputs, gradients }: Case): readonly string[] {
  const leaves = Object.fromEntries(
    Object.entries(inputs).map(([name, { shape, bool }]) => [
      name,
      input(name, shape, bool === true ? 'bool' : 'f64'),
    ]),
  );
  const built = builds[call]?.(leaves, options as CaseOptions) ?? {};
  const results = Object.keys(outputs).map((name) => built[name] as Tensor);
  const owned = Object.fromEntries(
    parametersOf(results).map((each) => [
      nameOf(each)
        .replace(/^[^./]*[./]/, '')
        .replaceAll('/', '.'),
      each,
    ]),
  );
  // A state of zeros takes no product, so that its weight need not exist.
  const needed = Object.keys(parameters).filter((name) =>
    toDoubles(gradients[name]?.data ?? []).some(Boolean),
  );
  expect(Object.keys(owned).sort()).toEqual(needed.sort());
  const wanted = Object.entries(gradients).filter(([name]) => name in owned || name in leaves);
  const variables = wanted.map(([name]) => owned[name] ?? leaf(leaves, name));
  const total = results
    .map((result) => {
      const shape = concreteShape(result.shape);
      const count = shape.reduce((product, size) => product * size, 1);
      return sum(mul(result, constant(corpusCotangent(count), shape, 'f64') as Tensor));
    })
    .reduce(add);
  const bindings = new Map<Tensor, Value>([
    ...Object.entries(inputs).map(([name, each]) => [leaf(leaves, name), valueOf(each)] as const),
    ...Object.entries(owned).map(
      ([name, each]) => [each, valueOf(parameters[name] ?? { shape: [], data: [] })] as const,
    ),
  ]);
  const values = interpret([...results, ...grad(total, variables)], bindings);
  return [...Object.entries(outputs), ...wanted].flatMap(([name, { shape, data }], position) => {
    const value = values[position];
    if (value?.shape.join() !== shape.join()) return [`${name} has shape [${value?.shape.join() ?? ''}]`];
    const difference = firstDifference(value, [toDoubles(data)], { relative: 1e-11, absolute: 1e-12 });
    return difference === undefined ? [] : [`${name}: ${difference}`];
  });
}

describe('as PyTorch, with the same names of parameters', () => {
  test.each(cases.map((each) => [`${each.call}: ${each.name}`, each] as const))('%s', (_, each) => {
    expect(differences(each)).toEqual([]);
  });

  test('a wrong option is noticed', () => {
    const causal = cases.find(({ options }) => options['causal'] === true);
    if (causal === undefined) throw new Error('the recording has no causal attention');
    expect(differences({ ...causal, options: {} })).not.toEqual([]);
  });
});
