import { describe, expect, test } from 'vitest';
import { dim } from '../../src/ir/size.ts';
import type { Kernel, KernelProgram } from '../../src/kernels/kernel.ts';
import { accuracy } from '../../src/nn/accuracy.ts';
import { relu } from '../../src/nn/activation.ts';
import { crossEntropy } from '../../src/nn/cross-entropy.ts';
import { linear } from '../../src/nn/linear.ts';
import { sequential } from '../../src/nn/sequential.ts';
import { input } from '../../src/ops/leaf.ts';
import { adam } from '../../src/optim/adam.ts';
import { compile } from '../../src/runtime/program.ts';

const batch = dim('batch');
const x = input('x', [batch, 4]);
const y = input('y', [batch], 'i32');

const net = sequential('iris', linear(4, 30), relu(), linear(30, 10), relu(), linear(10, 3));
const logits = net(x);

const program = compile({
  loss: crossEntropy(logits, y),
  optimizer: adam({ lr: 0.025 }),
  outputs: { logits },
  metrics: { accuracy: accuracy(logits, y) },
  sizes: { batch: 90 },
});

const { compilation } = program.at({});

function kernelsOf(name: string): KernelProgram {
  const found = compilation.programs.find((each) => each.name === name);
  if (found === undefined) throw new Error(`the program has no ${name}`);
  return found;
}

describe('the program of the Iris network', () => {
  test('takes a training step in at most thirteen kernels', () => {
    const { kernels } = kernelsOf('step');
    expect(kernels.length).toBeLessThanOrEqual(13);
    expect(kernelsOf('predict').kernels).toHaveLength(3);
    expect(kernelsOf('evaluate').kernels).toHaveLength(4);
  });

  test.each(['initialise', 'step', 'evaluate', 'predict'])(
    'stores no number in %s that only the kernel uses which makes it',
    (name) => {
      const { buffers, kernels } = kernelsOf(name);
      const users = (buffer: (typeof buffers)[number]): readonly Kernel[] =>
        kernels.filter((kernel) => kernel.reads.includes(buffer) || kernel.writes.includes(buffer));
      const temporary = buffers.filter(({ role }) => role === 'temporary');
      expect(temporary.filter((buffer) => users(buffer).length < 2).map((buffer) => buffer.name)).toEqual([]);
    },
  );

  test('updates each parameter with its moments in one pass, in place', () => {
    const updates = kernelsOf('step').kernels.filter(({ phase }) => phase === 'update');
    const passes = updates.filter(({ writes }) => writes.some(({ role }) => role === 'parameter'));
    expect(passes).toHaveLength(6);
    for (const { writes } of passes) {
      expect(writes.map(({ role }) => role).sort()).toEqual(['parameter', 'state', 'state']);
    }
  });

  test('needs no more memory than what is alive at one time', () => {
    for (const { arenaBytes, lowerBound } of compilation.plans) {
      expect(arenaBytes).toBeLessThanOrEqual(lowerBound * 1.1);
    }
  });
});
