import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  batchNorm1d,
  compile,
  dim,
  dropout,
  ema,
  input,
  linear,
  mse,
  relu,
  sequential,
  sgd,
  tanh,
} from 'tapeless';
import { restore, standardScaler } from 'tapeless/data';
import { decodeSafetensors, encodeSafetensors, encodeWeights, loadWeights } from 'tapeless/io';
import { expectIoError } from './expect-io-error.ts';

/** Files that Python wrote of networks of PyTorch, with inputs and the outputs in evaluation. */
interface PytorchFiles {
  readonly net: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly sequential: string;
  readonly sx: readonly number[];
  readonly sy: readonly number[];
}
const files = JSON.parse(
  readFileSync(new URL('pytorch-files.json', import.meta.url), 'utf8'),
) as PytorchFiles;
const bytesOf = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'));

const batch = dim('batch');

function program(hidden = 5, averaged = false) {
  const x = input('x', [batch, 3]);
  const target = input('target', [batch, 2]);
  const net = sequential(
    'net',
    linear(3, hidden),
    batchNorm1d(hidden),
    relu(),
    dropout(0.2),
    linear(hidden, 2),
  );
  const y = net(x);
  const average = averaged ? { average: ema({ decay: 0.5 }) } : {};
  return compile(
    { loss: mse(y, target), outputs: { y }, optimizer: sgd({ lr: 0.1, momentum: 0.9 }), ...average },
    { target: 'js' },
  );
}

const x = Float32Array.from(files.x);
const feeds = { x, target: new Float32Array(8) };
const names = [
  'batchNorm1.bias',
  'batchNorm1.num_batches_tracked',
  'batchNorm1.running_mean',
  'batchNorm1.running_var',
  'batchNorm1.weight',
  'linear1.bias',
  'linear1.weight',
  'linear2.bias',
  'linear2.weight',
];

describe('weights as a file', () => {
  test("have the names of PyTorch's state_dict, running statistics and the count of batches included", () => {
    const session = program().start();
    session.step(feeds);
    session.step(feeds);
    const { tensors, metadata } = decodeSafetensors(encodeWeights(session, { metadata: { author: 'me' } }));
    expect(Object.keys(tensors).toSorted()).toEqual(names);
    expect(tensors['batchNorm1.num_batches_tracked']?.data).toEqual(BigInt64Array.of(2n));
    expect(tensors['linear1.weight']).toMatchObject({ dtype: 'F32', shape: [5, 3] });
    expect(metadata).toEqual({ format: 'pt', author: 'me' });
  });

  test('put into another session give the same outputs and statistics', () => {
    const trained = program().start({ seed: 1 });
    for (let step = 0; step < 5; step++) trained.step(feeds);
    const other = program().start({ seed: 2 });
    const report = loadWeights(other, encodeWeights(trained));
    expect(report).toEqual({ loaded: expect.any(Array) as unknown, missing: [], unexpected: [], extras: {} });
    expect(report.loaded.toSorted()).toEqual(names.filter((name) => !name.includes('num_batches')));
    expect(other.predict({ x })).toEqual(trained.predict({ x }));
    expect(other.buffers()).toEqual(trained.buffers());
    expect(other.steps).toBe(0);
  });

  test('are the averages that evaluation reads, unless the trained values are asked for', () => {
    const trained = program(5, true).start();
    for (let step = 0; step < 3; step++) trained.step(feeds);
    const other = program().start();
    loadWeights(other, encodeWeights(trained));
    expect(other.predict({ x })).toEqual(trained.predict({ x }));
    loadWeights(other, encodeWeights(trained, { average: false }));
    expect(other.parameters()).toEqual(trained.parameters());
    const again = program(5, true).start({ seed: 9 });
    loadWeights(again, encodeWeights(trained));
    expect(again.predict({ x })).toEqual(trained.predict({ x }));
  });

  test('carry scalers and whatever else is JSON', () => {
    const scaler = standardScaler().fit([
      [1, 2],
      [3, 5],
    ]);
    const bytes = encodeWeights(program().start(), { extras: { scaler, classes: ['a'], none: NaN } });
    const { extras } = loadWeights(program().start(), bytes);
    expect(extras).toEqual({ scaler: scaler.toJSON(), classes: ['a'], none: NaN });
    expect(restore(extras['scaler']).toJSON()).toEqual(scaler.toJSON());
  });

  test('may be half as large', () => {
    const session = program().start();
    const { tensors } = decodeSafetensors(encodeWeights(session, { dtype: 'BF16' }));
    expect(tensors['linear1.weight']?.dtype).toBe('BF16');
    const report = loadWeights(program().start({ seed: 4 }), encodeWeights(session, { dtype: 'F16' }));
    expect(report.missing).toEqual([]);
  });
});

describe("PyTorch's weights", () => {
  test('give the outputs that PyTorch gives', () => {
    const session = program().start();
    loadWeights(session, bytesOf(files.net));
    const { y } = session.predict({ x });
    y.data.forEach((value, index) => {
      expect(value).toBeCloseTo(files.y[index] ?? NaN, 5);
    });
  });

  test('of an nn.Sequential are found by the order of their numbers', () => {
    const input2 = input('x', [batch, 2]);
    const layers = Array.from({ length: 6 }, () => [linear(2, 2), tanh()]).flat();
    const y = sequential('net', ...layers)(input2);
    const session = compile({ outputs: { y } }, { target: 'js' }).start();
    const bytes = bytesOf(files.sequential);
    expectIoError(() => loadWeights(session, bytes), 'E_WEIGHTS_MISMATCH', "match: 'order'");
    loadWeights(session, bytes, { match: 'order' });
    session.predict({ x: Float32Array.from(files.sx) }).y.data.forEach((value, index) => {
      expect(value).toBeCloseTo(files.sy[index] ?? NaN, 5);
    });
  });

  test('may have other names and a prefix', () => {
    const session = program().start({ seed: 1 });
    const options = { prefix: 'module.', rename: (name: string) => name.replace('linear', 'fc') };
    const bytes = encodeWeights(session, options);
    expect(Object.keys(decodeSafetensors(bytes).tensors)).toContain('module.fc1.weight');
    const other = program().start({ seed: 2 });
    loadWeights(other, bytes, { prefix: 'module.', rename: (name) => name.replace('fc', 'linear') });
    expect(other.parameters()).toEqual(session.parameters());
  });
});

describe('weights that do not fit', () => {
  const unchanged = (action: (session: ReturnType<ReturnType<typeof program>['start']>) => void) => {
    const session = program().start();
    const before = session.snapshot();
    action(session);
    expect(session.snapshot()).toEqual(before);
  };

  test('are refused with all names and shapes, and nothing is changed', () => {
    const given = decodeSafetensors(bytesOf(files.net)).tensors;
    const { 'linear1.weight': weight, 'linear1.bias': _, ...rest } = given;
    const bytes = encodeSafetensors({
      ...rest,
      'linear1.wieght': weight!,
      'linear2.bias': { data: new Float32Array(3) },
    });
    unchanged((session) => {
      expectIoError(
        () => loadWeights(session, bytes, { file: 'net.safetensors' }),
        'E_WEIGHTS_MISMATCH',
        'net.safetensors: the weights do not fit the model',
        'linear1.weight is missing (there is linear1.wieght)',
        'linear1.bias is missing',
        'linear1.wieght is not in the model',
        "linear2.bias has shape [3], the model's is [2]",
      );
    });
  });

  test('are loaded as far as they fit if told so, but never with another shape', () => {
    const wide = encodeWeights(program(6).start());
    unchanged((session) => {
      expectIoError(() => loadWeights(session, wide, { strict: false }), 'E_WEIGHTS_MISMATCH', '[6, 3]');
    });
    const session = program().start();
    const rename = (name: string) => (name.startsWith('linear2') ? 'head' + name.slice(7) : name);
    const report = loadWeights(session, bytesOf(files.net), { strict: false, rename });
    expect(report.missing).toEqual(['linear2.weight', 'linear2.bias']);
    expect(report.unexpected).toEqual(['head.bias', 'head.weight']);
    expect(report.loaded).toHaveLength(6);
  });

  test('are left out where rename gives undefined', () => {
    const rename = (name: string) => (name.startsWith('linear2') ? undefined : name);
    const report = loadWeights(program().start(), bytesOf(files.net), { strict: false, rename });
    expect(report.unexpected).toEqual([]);
    expect(report.missing).toHaveLength(2);
  });

  test('are refused where two get one name', () => {
    const rename = () => 'same';
    expectIoError(() => encodeWeights(program().start(), { rename }), 'E_WEIGHTS_NAME', '"same"');
    expectIoError(
      () => loadWeights(program().start(), bytesOf(files.net), { rename }),
      'E_WEIGHTS_NAME',
      '"same"',
    );
  });
});
