import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { edit, type Feeds, type Program } from 'tapeless';
import type { Dataset } from 'tapeless/data';
import { mnist as digits } from '../../examples/mnist.ts';
import { program as convolution } from '../../examples/convolution/model.ts';
import { digitData } from '../../examples/custom/data.ts';
import { program as custom } from '../../examples/custom/model.ts';
import { fuelData } from '../../examples/fuel/data.ts';
import { program as fuel } from '../../examples/fuel/model.ts';
import { program as gradientPenalty } from '../../examples/gradient-penalty/model.ts';
import { program as initialisation } from '../../examples/initialisation/model.ts';
import { irisData } from '../../examples/iris/data.ts';
import { program as iris } from '../../examples/iris/model.ts';
import { program as full } from '../../examples/mnist-full/model.ts';
import { mnistData } from '../../examples/mnist-lab/data.ts';
import { program as mnist } from '../../examples/mnist-lab/model.ts';
import { program as optimizers } from '../../examples/optimizers/model.ts';
import { variants } from '../../examples/regularisation/model.ts';

const steps = 200;
/** Plain JavaScript takes ten times as long, and every step begins with the bits that all steps before have left. */
const stepsInJavaScript = 50;

/** The losses of some steps over some batches. */
function curve(program: Program, batches: readonly Feeds[], count: number): Float32Array<ArrayBuffer> {
  const session = program.start({ seed: 7 });
  return new Float32Array(count).map((_, step) => {
    const batch = batches[step % batches.length];
    if (batch === undefined) throw new Error('nothing to train on');
    return session.step(batch).loss ?? Number.NaN;
  });
}

/** The bits of losses as a short text. */
function hashOf(losses: Float32Array<ArrayBuffer>): string {
  return createHash('sha256').update(new Uint8Array(losses.buffer)).digest('hex').slice(0, 16);
}

/** The first rows of a dataset in batches; the last one is smaller. */
function batchesOf(data: Dataset, rows: number, size: number): readonly Feeds[] {
  return Array.from(
    { length: Math.ceil(rows / size) },
    (_, at) => data.slice(at * size, Math.min(rows, (at + 1) * size)).feeds,
  );
}

const fewDigits = async (rows: number, size: number) =>
  batchesOf(await digits('train', { to: rows }), rows, size);

interface Recorded {
  readonly program: Program;
  readonly hash: string;
  readonly batches: () => Promise<readonly Feeds[]>;
}

const examples: Readonly<Record<string, Recorded>> = {
  iris: {
    program: iris,
    hash: '8d07d0a34b4fee32',
    batches: () => Promise.resolve(batchesOf(irisData().train, 90, 90)),
  },
  'mnist-lab': {
    program: mnist,
    hash: '9da73a1a966cafd4',
    batches: async () => batchesOf((await mnistData()).train, 140, 32),
  },
  'mnist-full': { program: full, hash: 'e0fd513ee87c49d9', batches: () => fewDigits(28, 8) },
  fuel: {
    program: fuel,
    hash: '6f368ec64abcb603',
    batches: async () => batchesOf((await fuelData()).train, 140, 32),
  },
  regularisation: { program: variants.L1.program, hash: '1352234451c92bad', batches: () => fewDigits(28, 8) },
  initialisation: { program: initialisation, hash: '774ecdf7541cf29c', batches: () => fewDigits(70, 16) },
  optimizers: { program: optimizers, hash: 'a8e3d7bc41ac05d0', batches: () => fewDigits(70, 16) },
  convolution: { program: convolution, hash: '415a344bf0df2097', batches: () => fewDigits(14, 4) },
  'gradient-penalty': { program: gradientPenalty, hash: '1230a6806aab93ab', batches: () => fewDigits(28, 8) },
  custom: {
    program: custom,
    hash: 'b1fe217d28efe8c3',
    batches: async () => batchesOf((await digitData()).train, 140, 64),
  },
};

describe.for(Object.entries(examples))('200 steps of the example %s', ([, { program, hash, batches }]) => {
  let feeds: readonly Feeds[] = [];
  beforeAll(async () => {
    feeds = await batches();
  });

  const inWebAssembly = (threads: number): Float32Array<ArrayBuffer> => {
    const built = edit(program, () => undefined, { target: 'wasm', threads });
    expect(built.target).toBe('wasm');
    return curve(built, feeds, steps);
  };

  test('lose as recorded, in WebAssembly, and begin with the same bits in JavaScript', () => {
    const losses = inWebAssembly(1);
    expect(hashOf(losses)).toBe(hash);
    const built = edit(program, () => undefined, { target: 'js' });
    expect(built.target).toBe('js');
    const inJavaScript = curve(built, feeds, stepsInJavaScript);
    expect(hashOf(inJavaScript)).toBe(hashOf(losses.slice(0, stepsInJavaScript)));
  });

  test.for([2, 3, 4])('lose as recorded, in WebAssembly with %i threads', (threads) => {
    expect(hashOf(inWebAssembly(threads))).toBe(hash);
  });
});
