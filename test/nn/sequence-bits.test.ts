// Attention, recurrent networks and products train to the same bits in JavaScript, WebAssembly and on threads.
import { describe, expect, test } from 'vitest';
import {
  adam,
  compile,
  cosineSimilarity,
  crossEntropy,
  dim,
  einsum,
  expandDims,
  gru,
  input,
  linear,
  lstm,
  mean,
  multiheadAttention,
  mul,
  positionalEncoding,
  rnn,
  sub,
  tensordot,
  transformerEncoderLayer,
  type Program,
  type Tensor,
} from '../../src/index.ts';
import { numbersBetween } from '../support/values.ts';

const [rows, steps, width] = [6, 5, 8];

/** Networks of sequences `[batch, steps, width]` that give `[batch, features]`. */
const networks: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  'a transformer block': (x) =>
    mean(transformerEncoderLayer(width, 2, { dimFeedforward: 12 })(positionalEncoding()(x)), 1),
  'causal attention': (x) => mean(multiheadAttention(width, 4, { causal: true, dropout: 0.2 })(x), 1),
  rnn: (x) => rnn(width, 7, { nonlinearity: 'relu' }).unroll(x).steps.at(-1) ?? x,
  'gru in both directions': (x) => mean(gru(width, 5, { bidirectional: true })(x), 1),
  'two layers of lstm': (x) => mean(lstm(width, 6, { numLayers: 2, dropout: 0.3 })(x), 1),
  'an lstm on what is learned': (x) => lstm(9, 6).unroll(linear(width, 9)(x)).steps.at(-1) ?? x,
  'einsum of three': (x) => {
    const y: Tensor = linear(width, width)(x);
    return einsum('bik,bjk,bjl->bl', x, y, y);
  },
  'distances of steps': (x) => {
    const y: Tensor = linear(width, width)(x);
    const products: Tensor = tensordot(y, mean(x, 0), 2);
    return sub(cosineSimilarity(x, y, { axis: 2 }), mul(expandDims(products, -1), 0.01));
  },
};

const batch = dim('batch');

function programOf(network: (x: Tensor) => Tensor, target: 'js' | 'wasm', threads: number): Program {
  const x = input('x', [batch, steps, width]);
  const y = input('y', [batch], 'i32');
  const features = network(x);
  const logits: Tensor = linear(Number(features.shape.at(-1)), 3, { name: 'last' })(features);
  return compile({ loss: crossEntropy(logits, y), optimizer: adam({ lr: 0.05 }) }, { target, threads });
}

/** Losses, then parameters, after a few steps. */
function bitsOf(program: Program): readonly (readonly number[])[] {
  const session = program.start({ seed: 3 });
  const feeds = {
    x: Float32Array.from(numbersBetween(-1, 1, rows * steps * width, 2)),
    y: Int32Array.from({ length: rows }, (_, row) => row % 3),
  };
  const losses = Array.from({ length: 6 }, () => session.step(feeds).loss ?? Number.NaN);
  const parameters = Object.values(session.parameters()).map(({ data }) => [...data]);
  session.close();
  return [losses, ...parameters];
}

describe('bits', () => {
  test.each(Object.entries(networks))('%s', (_, network) => {
    const expected = bitsOf(programOf(network, 'js', 1));
    expect(expected[0]?.every(Number.isFinite)).toBe(true);
    expect(expected[0]?.at(-1)).toBeLessThan(expected[0]?.[0] ?? 0);
    expect(bitsOf(programOf(network, 'wasm', 1))).toEqual(expected);
    expect(bitsOf(programOf(network, 'wasm', 2))).toEqual(expected);
  });
});
