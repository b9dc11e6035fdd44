import { describe, expect, test } from 'vitest';
import { modelDot, type ModelOptions } from '../../../src/emit/dot/model.ts';
import { light } from '../../../src/emit/dot/palette.ts';
import type { Tensor } from '../../../src/ir/node.ts';
import { dim } from '../../../src/ir/size.ts';
import { relu, tanh } from '../../../src/nn/activation.ts';
import { residual } from '../../../src/nn/combinator.ts';
import { flatten } from '../../../src/nn/flatten.ts';
import { zeros } from '../../../src/nn/initialiser.ts';
import { defineLayer, parametersOf, type Layer } from '../../../src/nn/layer.ts';
import { linear } from '../../../src/nn/linear.ts';
import { mse } from '../../../src/nn/loss.ts';
import { sequential } from '../../../src/nn/sequential.ts';
import { add, mul } from '../../../src/ops/arithmetic.ts';
import { input, parameter } from '../../../src/ops/leaf.ts';
import { filled } from '../../../src/ops/random.ts';
import { l2 } from '../../../src/optim/penalty.ts';
import { digits } from './example-models.ts';

function draw(tensor: Tensor, loss?: Tensor): string {
  return modelDot({ name: 'net', outputs: [{ name: 'out', tensor }], loss });
}

/** The line of the card with a title. */
function cardOf(dot: string, title: string): string {
  return dot.split('\n').find((line) => line.includes(` [class=`) && line.includes(title)) ?? '';
}

/** The id of the node with a title. */
function idOf(dot: string, title: string): string {
  return cardOf(dot, title).trim().split(' ')[0] ?? '';
}

const batch = dim('batch');

describe('the model view', () => {
  test('counts parameters by layer and in all, and running values apart', () => {
    const dot = modelDot(digits().model);
    expect(dot).toContain('digits: 235,914 parameters');
    expect(cardOf(dot, 'linear(784, 256)')).toContain('linear1 · 200,960 parameters');
    expect(cardOf(dot, 'batchNorm1d(128)')).toContain('batchNorm1 · 256 parameters · 256 running values');
  });

  test('colours layers by what they are for', () => {
    const dot = modelDot(digits().model);
    const fill = (title: string): string => /fillcolor="([^"]*)"/.exec(cardOf(dot, title))?.[1] ?? '';
    const { forward, accent, update, backward, loss, data } = light.roles;
    expect(fill('linear(784, 256)')).toBe(forward.fill);
    expect(fill('relu()')).toBe(accent.fill);
    expect(fill('batchNorm1d(256)')).toBe(update.fill);
    expect(fill('dropout(0.3)')).toBe(backward.fill);
    expect(fill('crossEntropy')).toBe(loss.fill);
    expect(fill('accuracy')).toBe(data.fill);
  });

  test('frames models inside models', () => {
    const dot = modelDot(digits().model);
    const [outer = '', inner = ''] = dot.split('subgraph ').slice(1);
    expect(outer).toContain('label=" digits "');
    expect(inner).toContain('label=" features "');
  });

  test('puts shapes with named sizes on the edges', () => {
    const dot = draw(sequential('net', linear(4, 8), relu())(input('x', [batch, 4])));
    expect(dot).toMatch(/card1 -> card2 \[weight=\d+, label="\s*\[batch, 8\]\s*"\]/);
    expect(dot).toContain('label="x [batch, 4]"');
  });

  test('draws a layer that stands twice as two cards, and the parameters that the second takes from the first', () => {
    const shared = linear(4, 4, { name: 'shared' });
    const dot = draw(sequential('net', shared, tanh(), shared)(input('x', [batch, 4])));
    expect(dot.split('linear(4, 4)').length - 1).toBe(2);
    expect(dot).toMatch(/card1 -> card3 \[style="dashed",.*weight, bias/);
    expect(dot).toContain('net: 20 parameters');
  });

  test('leads from penalised layers to the penalty, and through single operations to the loss', () => {
    const x = input('x', [batch, 4]);
    const out = linear(4, 2, { name: 'head' })(x);
    const penalty = l2(0.01).apply(parametersOf(out));
    const dot = draw(out, add(mse(out, input('y', [batch, 2])), penalty));
    expect(dot).toMatch(
      new RegExp(`${idOf(dot, 'linear(4, 2)')} -> ${idOf(dot, 'l2(0.01)')} \\[style="dashed"`),
    );
    expect(dot).toContain('class="operator"');
    expect(dot).toContain(`${idOf(dot, '"+"')} -> root2`);
    expect(cardOf(dot, 'l2(0.01)')).toContain(light.roles.backward.fill);
  });

  test('shows parameters that no layer owns', () => {
    const dot = draw(mul(input('x', [batch, 4]), parameter('gain', filled([4], 1))));
    expect(dot).toMatch(/class="store".* gain \\n\[4\]/);
  });

  test('frames a layer that holds layers, with its own operations and parameters inside', () => {
    const inner = linear(4, 4);
    const scaled = defineLayer({
      type: 'residual',
      label: 'residual()',
      apply: (x, { parameter: own }) => add(mul(inner(x), own('gain', [4], zeros, 'f32')), x),
    });
    const dot = draw(scaled(input('x', [batch, 4])));
    const [, frame = ''] = dot.split('subgraph ');
    expect(frame).toContain('label=" residual "');
    expect(cardOf(frame, ' gain ')).toContain('class="store"');
    expect(cardOf(frame, '"×"')).toContain('class="operator"');
    expect(cardOf(frame, 'linear(4, 4)')).toContain('linear · 20 parameters');
  });

  test('leaves out constants that several layers share', () => {
    const x = input('x', [batch, 4]);
    const dot = draw(add(relu(mul(x, 2)), relu(mul(x, 3))));
    expect(dot).toContain('label="× 2"');
    expect(dot).not.toContain('constant');
  });
});

/** A network with blocks that repeat, each with a way past it. */
function tower(blocks: number, width = 4): Tensor {
  const block = (): Layer => residual(sequential(linear(width, width), tanh(), linear(width, width)));
  const layers = Array.from({ length: blocks }, block);
  return sequential(
    'tower',
    linear(8, width),
    ...(layers as [never]),
    linear(width, 2),
  )(input('x', [batch, 8]) as never);
}

function view(tensor: Tensor, options: ModelOptions): string {
  return modelDot({ name: 'net', outputs: [{ name: 'out', tensor }] }, options);
}

const cards = (dot: string): readonly string[] => dot.match(/^ *card\d+ \[/gm) ?? [];

describe('blocks that repeat', () => {
  test('are drawn once, with a count, the names of all, and what comes after the last', () => {
    const dot = draw(tower(5));
    expect(dot).toContain('label=" × 5 "');
    expect(cards(dot)).toHaveLength(6);
    expect(dot).toContain('net: 246 parameters');
    expect(dot).toMatch(new RegExp(`${idOf(dot, '"+"')} -> ${idOf(dot, 'linear(4, 2)')} `));
    const deep = sequential('deep', ...(Array.from({ length: 7 }, () => linear(4, 4)) as [never]));
    expect(draw(deep(input('x', [batch, 4]) as never))).toContain('linear1 … linear7');
  });

  test('are drawn one by one where that is asked for, or where one of them is open', () => {
    expect(view(tower(5), { repeats: false })).not.toContain('× 5');
    expect(cards(view(tower(5), { repeats: false }))).toHaveLength(22);
    const opened = view(tower(5), { expand: ['tower/residual3/body/linear1'] });
    expect(opened.match(/label=" × \d "/g)).toEqual(['label=" × 2 "', 'label=" × 2 "']);
  });

  test('are not those that others read from, nor few small ones', () => {
    const layers = Array.from({ length: 6 }, () => linear(4, 4));
    const values = layers.reduce<readonly Tensor[]>(
      (before, layer) => [...before, layer(before.at(-1) as never)],
      [input('x', [batch, 4])],
    );
    const [, ...outputs] = values.map((tensor, position) => ({ name: `out${position}`, tensor }));
    expect(modelDot({ name: 'net', outputs })).not.toContain('×');
    expect(draw(sequential('two', linear(4, 4), linear(4, 4))(input('x', [batch, 4])))).not.toContain('×');
  });

  test('have ways past them that stand out', () => {
    const skips = draw(tower(1)).match(/penwidth=1.8/g) ?? [];
    expect(skips).toHaveLength(1);
  });
});

describe('levels', () => {
  test('are closed beyond the depth, down to one card', () => {
    const dot = view(tower(1), { depth: 1 });
    expect(cardOf(dot, 'residual()')).toContain('residual1 · 40 parameters');
    expect(cards(dot)).toHaveLength(3);
    expect(cards(view(tower(3), { depth: 0 }))).toHaveLength(1);
  });

  test('are closed by themselves where the picture would have more than forty cards', () => {
    const layers = Array.from({ length: 11 }, (_, at) =>
      residual(sequential(linear(at + 1, 4), tanh(), linear(4, at + 1)), {
        shortcut: linear(at + 1, at + 1),
      }),
    );
    const parts = layers.map((layer, at) => (layer as Layer)(input(`x${at}`, [batch, at + 1])));
    const outputs = parts.map((tensor, at) => ({ name: `out${at}`, tensor }));
    expect(cards(modelDot({ name: 'net', outputs })).length).toBeLessThanOrEqual(40);
    expect(cards(modelDot({ name: 'net', outputs }, { depth: 9 })).length).toBeGreaterThan(40);
  });

  test('are open where they are named, with the parameters that operations read', () => {
    const dot = view(tower(1), { depth: 1, expand: ['tower/residual1/body/linear2'] });
    expect(dot).toContain('label=" linear2 "');
    expect(cardOf(dot, 'matmul')).toContain('operator');
    expect(cardOf(dot, ' weight ')).toContain('[4, 4]');
    expect(cardOf(dot, 'linear1 · 20')).not.toBe('');
  });

  test('can be drawn on their own, with what comes in and goes out', () => {
    const dot = view(tower(1), { scope: 'tower/residual1' });
    expect(dot).toContain('tower/residual1 · residual(): 40 parameters');
    expect(cards(dot)).toHaveLength(4);
    expect(dot).toMatch(/leaf1 \[class="pill".*dashed.*label="linear1 \[batch, 4\]"/);
    expect(dot).toContain('label="out [batch, 4]"');
  });

  test('that are not in the model are refused, with the one that may be meant', () => {
    expect(() => view(tower(1), { expand: ['tower/linaer1'] })).toThrow(
      /may be "tower\/linear1" that is meant/,
    );
    expect(() => view(tower(1), { scope: 'elsewhere/entirely' })).toThrow(
      /E_OPTION|takes paths such as tower/,
    );
  });

  test('of one path are told apart by a number', () => {
    const shared = linear(4, 4, { name: 'shared' });
    const twice = sequential('net', shared, tanh(), shared)(input('x', [batch, 4]));
    const dot = view(twice, { expand: ['net/shared#2'] });
    expect(cards(dot)).toHaveLength(4);
    expect(dot).toContain('id="net/shared"');
  });
});

describe('activations', () => {
  test('are cards where there is room, and part of the layer before them where there is not', () => {
    const net = sequential('net', linear(4, 8), relu(), linear(8, 2))(input('x', [batch, 4]));
    expect(cards(view(net, {}))).toHaveLength(3);
    const folded = view(net, { activations: 'folded' });
    expect(cardOf(folded, 'linear(4, 8), relu()')).toContain('linear1 · 40 parameters');
    expect(cards(folded)).toHaveLength(2);
  });

  test('stay cards where the layer before them is read by others, too', () => {
    const before = linear(4, 4, { name: 'before' })(input('x', [batch, 4]));
    expect(cards(view(add(relu(before), before), { activations: 'folded' }))).toHaveLength(3);
  });
});

test('layers whose parameters keep their values say so', () => {
  const x = input('x', [batch, 4]);
  const out = sequential('net', linear(4, 8), linear(8, 2))(x);
  const [weight, bias] = parametersOf(out);
  const frozen = [weight, bias].flatMap((leaf) => leaf ?? []);
  const dot = modelDot({ name: 'net', outputs: [{ name: 'out', tensor: out }], frozen });
  expect(dot).toContain('net: 58 parameters, 40 of them are frozen');
  expect(cardOf(dot, 'linear(4, 8)')).toContain('40 parameters · frozen');
});

test('a layer that only moves data is a card, movement elsewhere is part of an edge', () => {
  const dot = draw(sequential('net', flatten(), linear(12, 2))(input('x', [batch, 3, 4])));
  expect(cardOf(dot, 'flatten()')).toContain(light.roles.data.fill);
});
