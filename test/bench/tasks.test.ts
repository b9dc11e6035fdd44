import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { program as irisExample } from '../../examples/iris/model.ts';
import { program as mnistExample } from '../../examples/mnist-lab/model.ts';
import { startContender } from '../../bench/harness/contender.ts';
import { peakLoop } from '../../bench/harness/peak-loop.ts';
import { readTraining, trainingArrays, writeArrays } from '../../bench/harness/problem.ts';
import { declareContraction, declareFunction } from '../../bench/kernels.ts';
import { modelNamed } from '../../bench/models.ts';
import { contractions, sizesOf } from '../../bench/suites/kernels.ts';
import { declare, describeWorkload, parameterCount, workloads } from '../../bench/workloads.ts';
import { compile, type Snapshot } from '../../src/index.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tapeless-bench-test-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('workloads', () => {
  test.for(workloads)('$id has as many parameters as it should', (workload) => {
    const summary = compile(declare(workload)).summary();
    expect(summary.replaceAll(/[^0-9\n ]/g, '')).toContain(String(parameterCount(workload)));
  });

  test('are described in a few words', () => {
    expect(workloads.map(describeWorkload)).toEqual([
      '4-30-10-3, batch 90',
      '784-128-64-10, batch 32',
      '784-512-256-10, batch 128',
      '784-1000-1000-10, batch 256',
      '784-256-10, batch 64, batch norm, dropout 0.25',
      '1×28×28-8-16-10, batch 32, 3×3 convolutions',
      '32×64-128-10, batch 16, attention with 4 heads',
    ]);
  });

  test.for(workloads.filter(({ id }) => ['a', 'e', 'f', 'g'].includes(id)))(
    'data of $id come back from their file as they were',
    async (workload) => {
      const arrays = trainingArrays(workload);
      const file = join(folder, `${workload.id}.bin`);
      await writeArrays(file, arrays);
      const { x, y, layers } = await readTraining(file, workload);
      expect([x, y, ...layers.flatMap(({ weight, bias }) => [weight, bias])]).toEqual(arrays);
    },
  );
});

describe('models whose compilation is timed', () => {
  test.for([
    ['iris', irisExample],
    ['mnist-lab', mnistExample],
  ] as const)('%s is the example', ([name, example]) => {
    expect(compile(modelNamed(name).declare()).summary()).toBe(example.summary());
  });
});

/** The snapshot with other operands. */
function withOperands(snapshot: Snapshot, operands: Readonly<Record<string, readonly number[]>>): Snapshot {
  const values = Object.entries(snapshot.values).map(([name, value]) => {
    const given = Object.entries(operands).find(([operand]) => name.endsWith(operand));
    return [name, given === undefined ? value : Float32Array.from(given[1])];
  });
  return { ...snapshot, values: Object.fromEntries(values) as Snapshot['values'] };
}

describe('kernels', () => {
  test('assign the product in a step', () => {
    const session = compile(
      declareContraction({ left: [2, 3], right: [2, 3], contractLeft: 1, contractRight: 1 }),
    ).start();
    session.restore(
      withOperands(session.snapshot(), { operand0: [1, 2, 3, 4, 5, 6], operand1: [1, 0, 1, 0, 1, 0] }),
    );
    session.step({});
    const [result] =
      Object.entries(session.parameters())
        .find(([name]) => name.endsWith('result'))
        ?.slice(1) ?? [];
    expect(result).toMatchObject({ shape: [2, 2], data: Float32Array.of(4, 2, 10, 5) });
  });

  test('assign the function in a step', () => {
    const session = compile(declareFunction('exp', 2)).start();
    session.restore(withOperands(session.snapshot(), { operand0: [0, 1] }));
    session.step({});
    const [result] =
      Object.entries(session.parameters())
        .find(([name]) => name.endsWith('result'))
        ?.slice(1) ?? [];
    expect(result).toMatchObject({ data: Float32Array.of(1, Math.E) });
  });

  test('are the products of training', () => {
    const named = (name: string) => contractions.find((each) => each.name === name);
    expect(contractions).toHaveLength(27);
    expect(sizesOf(named('b1 forward') ?? contractions[0]!)).toEqual([32, 128, 784]);
    expect(sizesOf(named('b1 dW') ?? contractions[0]!)).toEqual([128, 784, 32]);
    expect(sizesOf(named('b2 dX') ?? contractions[0]!)).toEqual([32, 128, 64]);
    expect(named('b1 dX')).toBeUndefined();
  });

  test('are compared with a loop that multiplies and adds', () => {
    const { instruction, run } = peakLoop();
    expect(['relaxed_madd', 'mul, add']).toContain(instruction);
    // Twelve accumulators that have all come to one.
    expect(run()).toBe(12);
  });
});

describe('contenders', () => {
  test('that end are told from those that answer', async () => {
    const contender = startContender({
      id: 'short-lived',
      command: process.execPath,
      args: ['-e', 'console.error("out of breath"); process.exit(3)'],
    });
    await expect(contender.time('', 1, 0)).rejects.toThrow(
      /short-lived: ended with exit code 3\nout of breath/,
    );
    await expect(contender.time('', 1, 0)).rejects.toThrow('short-lived: ended with exit code 3');
  });

  test('that cannot be started say why', async () => {
    const contender = startContender({ id: 'absent', command: '/no/such/program', args: [] });
    await expect(contender.time('', 1, 0)).rejects.toThrow(/absent: .*ENOENT/);
  });
});
