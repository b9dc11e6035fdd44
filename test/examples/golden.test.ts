// The programs of the larger examples, as the printers give them. Iris and the MNIST lab pin their code as well, in
// tests of their own.
import { describe, expect, test } from 'vitest';
import type { Program } from 'tapeless';
import { program as convolution } from '../../examples/convolution/model.ts';
import { program as custom } from '../../examples/custom/model.ts';
import { program as fuel } from '../../examples/fuel/model.ts';
import { program as gradientPenalty } from '../../examples/gradient-penalty/model.ts';
import { program as initialisation } from '../../examples/initialisation/model.ts';
import { program as mnistFull } from '../../examples/mnist-full/model.ts';
import { program as optimizers } from '../../examples/optimizers/model.ts';
import { program as regularisation } from '../../examples/regularisation/model.ts';
import { goldenOf } from '../support/golden-program.ts';

const programs: Readonly<Record<string, Program>> = {
  convolution,
  custom,
  fuel,
  'gradient-penalty': gradientPenalty,
  initialisation,
  'mnist-full': mnistFull,
  optimizers,
  regularisation,
};
const pinned = ['graph.txt', 'kernels.txt', 'explain.txt', 'summary.txt'];

describe.for(Object.entries(programs))('the program of the example %s', ([example, program]) => {
  test.for(goldenOf(program).filter(({ name }) => pinned.includes(name)))(
    'has the recorded $name',
    async ({ name, text }) => {
      await expect(text).toMatchFileSnapshot(`golden/${example}/${name}`);
    },
  );
});
