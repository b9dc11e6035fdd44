import { describe, expect, test } from 'vitest';
import { modelDot } from '../../../src/emit/dot/model.ts';
import { light } from '../../../src/emit/dot/palette.ts';
import type { Tensor } from '../../../src/ir/node.ts';
import { dim } from '../../../src/ir/size.ts';
import { relu, tanh } from '../../../src/nn/activation.ts';
import { zeros } from '../../../src/nn/initialiser.ts';
import { defineLayer, parametersOf } from '../../../src/nn/layer.ts';
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
    expect(dot).toMatch(/card1 -> card2 \[label="\s*\[batch, 8\]\s*"\]/);
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
    expect(dot).toMatch(/class="store".*gain \[4\]/);
  });

  test('frames a layer that holds layers, with its own operations as a card inside', () => {
    const inner = linear(4, 4);
    const residual = defineLayer({
      type: 'residual',
      label: 'residual()',
      apply: (x, { parameter: own }) => add(mul(inner(x), own('gain', [4], zeros, 'f32')), x),
    });
    const dot = draw(residual(input('x', [batch, 4])));
    const [, frame = ''] = dot.split('subgraph ');
    expect(frame).toContain('label=" residual "');
    expect(cardOf(frame, 'residual()')).toContain('residual · 4 parameters');
    expect(cardOf(frame, 'linear(4, 4)')).toContain('linear · 20 parameters');
  });

  test('leaves out constants that several layers share', () => {
    const x = input('x', [batch, 4]);
    const dot = draw(add(relu(mul(x, 2)), relu(mul(x, 3))));
    expect(dot).toContain('label="× 2"');
    expect(dot).not.toContain('constant');
  });
});
