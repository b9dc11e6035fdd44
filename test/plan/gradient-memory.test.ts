// How much memory a training step takes beside inputs and parameters: a few times the largest tensor that its layers cannot do
// without, whatever its gradients are made of, and hardly more than what is alive at once.
import { describe, expect, test } from 'vitest';
import { emptyCompilation, runStages } from '../../src/compiler/compilation.ts';
import { specialisationStages, symbolicStages } from '../../src/compiler/stages.ts';
import * as t from '../../src/index.ts';
import type { Tensor } from '../../src/index.ts';
import { bytesPerElement } from '../../src/ir/dtype.ts';
import type { Buffer } from '../../src/kernels/kernel.ts';
import { isPersistent, lifetimes } from '../../src/plan/lifetimes.ts';
import type { EntryPlan } from '../../src/plan/plan.ts';
import { input } from '../support/untyped.ts';

const images = (): Tensor => t.conv2d(4, 8, 1)(input('images', [8, 4, 32, 32]));
const rows = (): Tensor => t.linear(16, 64)(input('rows', [256, 16]));
const sequence = (): Tensor => input('sequence', [8, 64, 16]);
const labels = (): Tensor => input('labels', [256], 'i32');

// Elements of what a layer has at least: its images, its rows, its scores of pairs.
const image = 8 * 8 * 32 * 32;
const row = 256 * 64;
const scores = 8 * 4 * 64 * 64;

/** A model, the elements of its largest indispensable tensor, and how many times as much its step may take. */
const models: Readonly<Record<string, readonly [() => Tensor, number, number]>> = {
  conv2d: [() => t.conv2d(8, 8, 3, { padding: 1 })(images()), image, 5],
  'conv2d with a stride': [() => t.conv2d(8, 8, 3, { padding: 1, stride: 2 })(images()), image, 5],
  'conv2d by channel': [() => t.conv2d(8, 8, 3, { padding: 1, groups: 8 })(images()), image, 5],
  convTranspose2d: [() => t.convTranspose2d(8, 8, 2, { stride: 2 })(images()), 4 * image, 4],
  maxPool2d: [() => t.maxPool2d(images(), 2), image, 2],
  'maxPool2d of windows that overlap': [() => t.maxPool2d(images(), 3, { stride: 2, padding: 1 }), image, 2],
  'avgPool2d of windows that overlap': [() => t.avgPool2d(images(), 3, { stride: 2, padding: 1 }), image, 2],
  adaptiveMaxPool2d: [() => t.adaptiveMaxPool2d(images(), 7), image, 2],
  adaptiveAvgPool2d: [() => t.adaptiveAvgPool2d(images(), 7), image, 4],
  lpPool2d: [() => t.lpPool2d(images(), 2, 2), image, 3],
  batchNorm2d: [() => t.relu(t.batchNorm2d(8)(images())), image, 3.1],
  groupNorm: [() => t.groupNorm(4, 8)(images()), image, 3.1],
  instanceNorm2d: [() => t.instanceNorm2d(8, { affine: true })(images()), image, 3.1],
  localResponseNorm: [() => t.localResponseNorm(images(), 3), image, 5.1],
  unfold: [() => t.unfold(images(), 3), image, 2.1],
  interpolate: [() => t.interpolate(images(), { scaleFactor: 2, mode: 'bilinear' }), 4 * image, 3],
  layerNorm: [() => t.layerNorm([64])(rows()), row, 3.5],
  softmax: [() => t.softmax(rows()), row, 2.1],
  logSoftmax: [() => t.logSoftmax(rows()), row, 2.1],
  variance: [() => t.variance(rows(), 1), row, 2.1],
  cumsum: [() => t.cumsum(rows(), 1), row, 2.1],
  cumprod: [() => t.cumprod(rows(), 1), row, 4.1],
  sort: [() => t.sort(rows()).values, row, 4.1],
  gelu: [() => t.gelu(rows()), row, 3.1],
  multiheadAttention: [() => t.multiheadAttention(16, 4)(sequence()), scores, 4],
  'multiheadAttention, causal and with dropout': [
    () => t.multiheadAttention(16, 4, { causal: true, dropout: 0.1 })(sequence()),
    scores,
    4.5,
  ],
  transformerEncoderLayer: [
    () => t.transformerEncoderLayer(16, 4, { dimFeedforward: 32 })(sequence()),
    scores,
    4.5,
  ],
  lstm: [() => t.lstm(16, 16)(t.slice(sequence(), [null, { stop: 8 }])), 8 * 8 * 4 * 16, 5],
  gru: [() => t.gru(16, 16)(t.slice(sequence(), [null, { stop: 8 }])), 8 * 8 * 3 * 16, 5],
  embedding: [() => t.embedding(1000, 32)(input('words', [64, 16], 'i32')), 64 * 16 * 32, 2],
  crossEntropy: [() => t.crossEntropy(rows(), labels(), { labelSmoothing: 0.1 }), row, 2.1],
  multiMargin: [() => t.multiMargin(rows(), labels()), row, 2.1],
  'distances of all pairs': [
    () => t.cdist(rows(), t.linear(16, 64)(input('others', [256, 16]))),
    256 * 256,
    4,
  ],
};

function bytesOf(buffers: readonly Buffer[]): number {
  return buffers.reduce((sum, { length, dtype }) => sum + length * bytesPerElement[dtype], 0);
}

function stepOf(output: Tensor): EntryPlan {
  const declaration = { loss: t.mean(t.square(output)) as Tensor, optimizer: t.sgd({ lr: 0.1 }) };
  const symbolic = runStages(emptyCompilation(declaration), symbolicStages);
  const { plans } = runStages(symbolic.compilation, specialisationStages({})).compilation;
  const plan = plans.find(({ program }) => program.name === 'step');
  if (plan === undefined) throw new Error('there is no step');
  return plan;
}

describe('a step takes no more memory than', () => {
  test.each(Object.entries(models))('%s needs', (_, [model, elements, times]) => {
    const plan = stepOf(model());
    const passing = plan.placements.filter(({ buffer }) => !isPersistent(buffer));
    const from = Math.min(...passing.map(({ offset }) => offset));
    const to = Math.max(...passing.map(({ offset, buffer }) => offset + bytesOf([buffer])));
    const fed = bytesOf(passing.map(({ buffer }) => buffer).filter(({ role }) => role === 'input'));
    expect((to - from - fed) / (4 * elements)).toBeLessThan(times);
    const lives = lifetimes(plan.program);
    const most = plan.program.kernels.map((__, at) =>
      bytesOf(
        lives.flatMap(({ buffer, firstUse, lastUse }) => (firstUse <= at && at <= lastUse ? [buffer] : [])),
      ),
    );
    expect((to - from) / Math.max(...most)).toBeLessThan(1.2);
  });
});
