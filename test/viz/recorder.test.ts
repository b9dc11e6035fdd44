import { describe, expect, test } from 'vitest';
import {
  compile,
  crossEntropy,
  dim,
  grad,
  input,
  linear,
  parametersOf,
  sequential,
  sgd,
  sigmoid,
} from '../../src/index.ts';
import { dataset } from '../../src/data/index.ts';
import { DeclarationError } from '../../src/ir/errors.ts';
import { fit } from '../../src/train/index.ts';
import { gradientFlow, histogram, histogramRecorder, histogramRidges } from '../../src/viz/index.ts';

describe('histogramRecorder', () => {
  test('keeps a histogram and a norm of every tensor a moment', () => {
    const tensors = { a: [3, -4], b: { data: Float32Array.of(1, 2, 2) } };
    const recorder = histogramRecorder(() => tensors, { bins: 4 });
    recorder.record();
    tensors.a = [0, 0];
    recorder.record();
    recorder.record(10);
    expect(recorder.moments).toEqual([1, 2, 10]);
    expect(recorder.layers.map(({ name, norms }) => ({ name, norms }))).toEqual([
      { name: 'a', norms: [5, 0, 0] },
      { name: 'b', norms: [3, 3, 3] },
    ]);
    expect(recorder.layers[0]?.histograms[0]).toEqual(histogram([3, -4], { bins: 4 }));
    expect(JSON.parse(JSON.stringify(recorder))).toEqual({
      moments: recorder.moments,
      layers: recorder.layers,
    });
  });

  test('does not hold on to the values, and what it gave does not change later', () => {
    const shared = Float32Array.of(1, 2);
    const recorder = histogramRecorder(() => ({ shared }));
    recorder.record();
    const before = recorder.layers;
    shared.fill(7);
    recorder.record();
    expect(before[0]?.norms).toEqual([Math.sqrt(5)]);
    expect(recorder.layers[0]?.norms).toHaveLength(2);
  });

  test('keeps the tensors that are named, in their order, every so many epochs', () => {
    const recorder = histogramRecorder(() => ({ a: [1], b: [2], c: [3] }), { names: ['c', 'a'], every: 2 });
    for (let epoch = 5; epoch <= 9; epoch++) recorder.onEpoch({ epoch });
    expect(recorder.moments).toEqual([5, 7, 9]);
    expect(recorder.layers.map(({ name }) => name)).toEqual(['c', 'a']);
  });

  test('has no norm of what is not finite', () => {
    const recorder = histogramRecorder(() => ({ a: [1, NaN], b: [Infinity] }));
    recorder.record();
    expect(recorder.layers.map(({ norms }) => norms)).toEqual([[NaN], [NaN]]);
    expect(recorder.layers[0]?.histograms[0]?.missing).toBe(1);
  });

  test('watches gradients that a program declares as outputs, and does not disturb training', async () => {
    const x = input('x', [dim('batch'), 2]);
    const y = input('y', [dim('batch')], 'i32');
    const logits = sequential('net', linear(2, 3), sigmoid(), linear(3, 2))(x);
    const loss = crossEntropy(logits, y);
    const weights = parametersOf(loss).filter((parameter) => parameter.shape.length === 2);
    const [first, last] = grad(loss, weights);
    if (first === undefined || last === undefined) throw new Error('there are two weights');
    const program = compile({ loss, optimizer: sgd({ lr: 0.5 }), outputs: { first, last } });
    const data = dataset({
      x: { data: Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1), shape: [4, 2] },
      y: Int32Array.of(0, 1, 1, 0),
    });
    const session = program.start({ seed: 1 });
    const recorder = histogramRecorder(() => session.predict(data.columns));
    await fit(session, data, { epochs: 3, batchSize: 2, onEpoch: recorder.onEpoch });
    const alone = program.start({ seed: 1 });
    await fit(alone, data, { epochs: 3, batchSize: 2 });
    expect(session.snapshot()).toEqual(alone.snapshot());
    expect(recorder.moments).toEqual([1, 2, 3]);
    expect(recorder.layers.map(({ name }) => name)).toEqual(['first', 'last']);
    for (const { norms } of recorder.layers) for (const norm of norms) expect(norm).toBeGreaterThan(0);
    expect(gradientFlow(recorder)).toContain('<svg');
    expect(histogramRidges(recorder)).toContain('<svg');
  });

  test('refuses tensors that are not there, and keeps nothing of a moment that failed', () => {
    const tensors: Record<string, number[]> = { a: [1], b: [2] };
    const recorder = histogramRecorder(() => tensors);
    recorder.record();
    delete tensors['b'];
    expect(() => {
      recorder.record();
    }).toThrow('histogramRecorder: there is no tensor "b"; there are a');
    expect(recorder.moments).toEqual([1]);
    expect(recorder.layers[0]?.norms).toHaveLength(1);
    const wrong = histogramRecorder(() => ({ a: 5 as unknown as number[] }));
    expect(() => {
      wrong.record();
    }).toThrow(expect.objectContaining({ code: 'E_VALUE' }));
  });

  test.each([{ bins: 0 }, { every: 1.5 }])('refuses %o', (options) => {
    expect(() => histogramRecorder(() => ({}), options)).toThrow(DeclarationError);
  });
});
