// `npm run example -- <name>`: runs one example and lists the files that it wrote.
import { parseArgs } from 'node:util';
import type { Example } from './example.ts';
import { runExample } from './runner.ts';

const examples: Readonly<Record<string, () => Promise<{ readonly example: Example }>>> = {
  iris: () => import('./iris/run.ts'),
  'mnist-lab': () => import('./mnist-lab/run.ts'),
  'mnist-full': () => import('./mnist-full/run.ts'),
  fuel: () => import('./fuel/run.ts'),
  regularisation: () => import('./regularisation/run.ts'),
  initialisation: () => import('./initialisation/run.ts'),
  optimizers: () => import('./optimizers/run.ts'),
  convolution: () => import('./convolution/run.ts'),
  'gradient-penalty': () => import('./gradient-penalty/run.ts'),
  custom: () => import('./custom/run.ts'),
};

const usage = `usage: npm run example -- <name> [--seed 0] [--keep]

names: ${Object.keys(examples).join(', ')}
--keep writes the pictures into the folder of the example as well`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { seed: { type: 'string', default: '0' }, keep: { type: 'boolean', default: false } },
  });
  const [name = ''] = positionals;
  const load = Object.hasOwn(examples, name) ? examples[name] : undefined;
  if (load === undefined || positionals.length > 1) {
    const problem = name === '' ? 'name an example' : `there is no example "${positionals.join(' ')}"`;
    console.error(`${problem}\n\n${usage}`);
    process.exitCode = 2;
    return;
  }
  const { example } = await load();
  const saved = await runExample(name, example, { seed: Number(values.seed), keep: values.keep });
  console.log(`Code, diagrams and pictures:\n${saved.map((file) => `  ${file}`).join('\n')}`);
}

await main();
