// `npm run example -- <name>`: runs one example and lists the files that it wrote.
import { parseArgs } from 'node:util';
import { TapelessError } from 'tapeless';
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

const usage = `usage: npm run example -- <name> [--seed 0] [--keep] [--resume]

names: ${Object.keys(examples).join(', ')}
--keep writes the pictures into the folder of the example as well
--resume goes on where a run of mnist-full was stopped`;

function refuse(problem: string): void {
  console.error(`${problem}\n\n${usage}`);
  process.exitCode = 2;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seed: { type: 'string', default: '0' },
      keep: { type: 'boolean', default: false },
      resume: { type: 'boolean', default: false },
    },
  });
  const [name = ''] = positionals;
  const load = Object.hasOwn(examples, name) ? examples[name] : undefined;
  if (load === undefined || positionals.length > 1) {
    refuse(name === '' ? 'name an example' : `there is no example "${positionals.join(' ')}"`);
    return;
  }
  if (!/^\d+$/.test(values.seed)) {
    refuse(`--seed takes a whole number, not "${values.seed}"`);
    return;
  }
  const { example } = await load();
  if (values.resume && example.isLong !== true) {
    refuse(`${name} is short and keeps no checkpoint to go on from: run it again`);
    return;
  }
  const saved = await runExample(name, example, { ...values, seed: Number(values.seed) });
  console.log(`Code, diagrams, pictures and the report:\n${saved.map((file) => `  ${file}`).join('\n')}`);
}

try {
  await main();
} catch (error) {
  // Node's own words for a mistyped option, and ours for the rest, such as a checkpoint of another seed.
  if (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')) {
    refuse(error.message);
  } else if (error instanceof TapelessError) {
    console.error(String(error));
    process.exitCode = 1;
  } else throw error;
}
