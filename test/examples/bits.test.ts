import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { edit, type Feeds, type Program } from 'tapeless';
import { irisData } from '../../examples/iris/data.ts';
import { program as iris } from '../../examples/iris/model.ts';
import { mnistData } from '../../examples/mnist-lab/data.ts';
import { program as mnist } from '../../examples/mnist-lab/model.ts';

const steps = 200;

/** The bits of the losses of 200 steps over some batches, as a short text. */
function curveHash(program: Program, batches: readonly Feeds[]): string {
  const session = program.start({ seed: 7 });
  const losses = new Float32Array(steps).map((_, step) => {
    const batch = batches[step % batches.length];
    if (batch === undefined) throw new Error('nothing to train on');
    return session.step(batch).loss ?? Number.NaN;
  });
  return createHash('sha256').update(new Uint8Array(losses.buffer)).digest('hex').slice(0, 16);
}

/** The first rows of a dataset in batches; the last one is smaller. */
function batchesOf(
  x: Float32Array,
  y: Int32Array,
  rows: number,
  width: number,
  size: number,
): readonly Feeds[] {
  return Array.from({ length: Math.ceil(rows / size) }, (_, position) => {
    const [from, to] = [position * size, Math.min(rows, (position + 1) * size)];
    return { x: x.slice(from * width, to * width), y: y.slice(from, to) };
  });
}

const examples: Readonly<
  Record<string, { program: Program; hash: string; batches: () => Promise<readonly Feeds[]> }>
> = {
  iris: {
    program: iris,
    hash: '8d07d0a34b4fee32',
    batches: () => {
      const { x, y } = irisData().train.columns;
      return Promise.resolve(batchesOf(Float32Array.from(x.data), Int32Array.from(y.data), 90, 4, 90));
    },
  },
  'mnist-lab': {
    program: mnist,
    hash: '9da73a1a966cafd4',
    batches: async () => {
      const { x, y } = (await mnistData()).train.columns;
      return batchesOf(Float32Array.from(x.data), Int32Array.from(y.data), 140, 784, 32);
    },
  },
};

describe.for(Object.entries(examples))('200 steps of the example %s', ([, { program, hash, batches }]) => {
  let feeds: readonly Feeds[] = [];
  beforeAll(async () => {
    feeds = await batches();
  });

  test('lose as recorded, in JavaScript', () => {
    expect(
      curveHash(
        edit(program, () => undefined, { target: 'js' }),
        feeds,
      ),
    ).toBe(hash);
  });

  test.for([1, 2, 3, 4])('lose as recorded, in WebAssembly with %i threads', (threads) => {
    const built = edit(program, () => undefined, { target: 'wasm', threads });
    expect(built.target).toBe('wasm');
    expect(curveHash(built, feeds)).toBe(hash);
  });
});
