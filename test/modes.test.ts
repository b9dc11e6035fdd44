// What belongs to training alone, wherever it stands: inside composed functions, expansions, scans, attention, recurrent
// layers, gradients of gradients, beside accumulation and averages. `step` draws, `evaluate` and `predict` do not, and what is
// drawn follows from the seed, the step and the place of the node, whatever else the program computes.
import { describe, expect, test } from 'vitest';
import { once } from '../src/ir/once.ts';
import * as t from '../src/index.ts';
import type { Tensor } from '../src/index.ts';
import { input } from './support/untyped.ts';
import { numbersBetween } from './support/values.ts';

const x = input('x', [4, 3, 8]);
const feeds = { x: Float32Array.from(numbersBetween(-1, 1, 96, 3)) };

/** A model of a probability with which elements are dropped in training. */
type Model = (p: number) => Tensor;

const vectors = (): Tensor => t.linear(8, 8, { name: 'first' })(x);

const models: Readonly<Record<string, Model>> = {
  'in a sequence': (p) => t.sequential('net', t.linear(8, 8), t.dropout(p), t.linear(8, 4))(x),
  'in a residual': (p) => t.residual(t.sequential('inner', t.linear(8, 8), t.dropout(p)))(x),
  'in parallel branches': (p) =>
    t.parallel([
      t.sequential('a', t.linear(8, 4), t.dropout(p)),
      t.sequential('b', t.linear(8, 4), t.dropout(p)),
    ])(x),
  'as a function': (p) => t.dropout(vectors(), p),
  'below a composed function': (p) => t.softmax(t.dropout(vectors(), p)),
  'below an expansion': (p) => t.variance(t.dropout(vectors(), p), -1),
  'below a norm': (p) => t.layerNorm(t.dropout(vectors(), p), [8]),
  'below a scan': (p) => t.cumsum(t.dropout(vectors(), p), 1),
  'below a convolution': (p) => t.conv1d(t.dropout1d(vectors(), p), t.filled([2, 3, 3], 0.5)),
  'below a maximum of windows': (p) => t.maxPool1d(t.dropout(vectors(), p), 2),
  'below a sort': (p) => t.sort(t.dropout(vectors(), p)).values,
  'below a surrogate': (p) => t.straightThrough(t.dropout(vectors(), p), vectors()),
  'below stopGradient': (p) => t.mul(t.stopGradient(t.dropout(vectors(), p)), vectors()),
  'in attention': (p) => {
    const y = vectors();
    return t.scaledDotProductAttention(y, y, y, { dropout: p });
  },
  'in attention of several heads': (p) => t.multiheadAttention(8, 2, { dropout: p })(x),
  'in an encoder': (p) => t.transformerEncoderLayer(8, 2, { dropout: p, dimFeedforward: 8 })(x),
  'after positions': (p) => t.linear(8, 4)(t.positionalEncoding({ dropout: p })(x)),
  'between layers of lstm': (p) => t.lstm(8, 4, { numLayers: 2, dropout: p })(x),
  'between layers of gru': (p) => t.gru(8, 4, { numLayers: 2, dropout: p })(x),
  'beside batch normalisation': (p) => t.dropout(t.batchNorm1d(3)(t.linear(8, 8)(x)), p),
  'of alpha dropout': (p) => t.alphaDropout(vectors(), p),
  'of channels with alpha dropout': (p) => t.featureAlphaDropout(vectors(), p),
  'in the gradient of a gradient': (p) => {
    const score: Tensor = t.sum(t.square(t.dropout(t.tanh(vectors()), p)));
    const [slope] = t.grad(score, [x]);
    return t.square(slope);
  },
  'applied twice': (p) => {
    const drop = t.dropout(p);
    return t.sub(drop(vectors()), drop(t.neg(vectors())));
  },
};

interface Run {
  readonly losses: readonly number[];
  readonly evaluated: readonly number[];
  readonly predicted: readonly number[];
}

type Declared = Partial<Parameters<typeof t.compile>[0]>;

/** Three steps that change nothing, so that losses tell what was drawn. */
function run(
  y: Tensor,
  {
    seed = 0,
    target = 'js',
    ...more
  }: Declared & { seed?: number; target?: 'js' | 'wasm' | 'interpreter' } = {},
): Run {
  const loss: Tensor = t.mean(t.square(t.sub(y, 0.3)));
  const declaration = { loss, optimizer: t.sgd({ lr: 0 }), ...more, outputs: { y, ...more.outputs } };
  const session = t.compile(declaration, { target }).start({ seed });
  const predicted = Array.from(session.predict(feeds).y?.data ?? []);
  const evaluated = [1, 2].map(() => session.evaluate(feeds).loss);
  const losses = [1, 2, 3].map(() => session.step(feeds).loss);
  return { losses, evaluated, predicted };
}

const distinct = (numbers: readonly number[]): number => new Set(numbers).size;

describe.each(Object.entries(models))('dropout %s', (_, model) => {
  const dropping = once(() => run(model(0.5)));

  test('is off in evaluate and predict', () => {
    const [without, dropped] = [run(model(0)), dropping()];
    expect(dropped.predicted).toEqual(without.predicted);
    expect(dropped.evaluated).toEqual(without.evaluated);
    expect(distinct(dropped.evaluated)).toBe(1);
  });

  test('draws anew at every step, the same for one seed on every target, and otherwise for another', () => {
    const { losses } = dropping();
    expect(distinct(losses)).toBe(3);
    expect(run(model(0.5), { target: 'wasm' }).losses).toEqual(losses);
    const exact = run(model(0.5), { target: 'interpreter' }).losses;
    exact.forEach((each, at) => expect(each).toBeCloseTo(losses[at] ?? Number.NaN, 4));
    expect(distinct([...losses, ...run(model(0.5), { seed: 1 }).losses])).toBe(6);
  });

  test('does not depend on what else the program computes', () => {
    const { losses } = dropping();
    const other = t.dropout(t.linear(8, 2, { name: 'other' })(x), 0.5, { name: 'elsewhere' });
    const noise: Tensor = t.mean(t.randomUniform([3], { name: 'noise' }));
    expect(run(model(0.5), { outputs: { other }, metrics: { noise } }).losses).toEqual(losses);
    const changed = { average: t.ema(), gradients: t.clipNorm(1), accumulate: 2 };
    expect(run(model(0.5), changed).losses).toEqual(losses);
  });
});
