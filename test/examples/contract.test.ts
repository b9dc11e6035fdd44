// What every example promises: a model file that can be trained by what it exports, and a README whose pictures are
// there.
import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import type { Program } from 'tapeless';
import type { Dataset } from 'tapeless/data';
import { evaluate, fit } from 'tapeless/train';

interface ModelFile {
  readonly program: Program;
  readonly data: () => unknown;
  readonly training: { readonly epochs: number; readonly batchSize: number | 'full' };
}
interface ModelData {
  readonly train: Dataset | ((epoch: number) => { readonly train: Dataset; readonly validation: Dataset });
  readonly validation?: Dataset;
  readonly test?: Dataset;
}

const root = new URL('../../examples/', import.meta.url);
const folders = (await readdir(root, { withFileTypes: true }))
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
const runner = await readFile(new URL('index.ts', root), 'utf8');

test('there are the examples of the lab, and those beyond it', () => {
  expect(folders.toSorted()).toEqual([
    'convolution',
    'custom',
    'fuel',
    'gradient-penalty',
    'initialisation',
    'iris',
    'mnist-full',
    'mnist-lab',
    'optimizers',
    'regularisation',
  ]);
});

describe.for(folders)('the example %s', (name) => {
  const folder = new URL(`${name}/`, root);

  test('exports a program, data and options that train together', async () => {
    // A computed path has no type; what is missing fails below.
    const model = (await import(new URL('model.ts', folder).href)) as ModelFile;
    const data = (await model.data()) as ModelData;
    const session = model.program.start({ seed: 1 });
    const first = typeof data.train === 'function' ? data.train(0) : data;
    const few = (part: Dataset): Dataset => part.slice(0, Math.min(64, part.size));
    const train = few(first.train as Dataset);
    const validation = first.validation === undefined ? undefined : few(first.validation);
    expect(model.training.epochs).toBeGreaterThan(0);
    const history = await fit(session, train, {
      ...model.training,
      epochs: 3,
      ...(validation === undefined ? {} : { validation }),
    });
    const [before = NaN] = history.series('loss');
    expect(history.series('loss').at(-1)).toBeLessThan(before);
    if (data.test !== undefined) expect((await evaluate(session, few(data.test))).loss).toBeGreaterThan(0);
  });

  test('shows all of its pictures in its README, and says how to run it', async () => {
    const readme = await readFile(new URL('README.md', folder), 'utf8');
    const shown = [...readme.matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map(([, file]) => file);
    const pictures = (await readdir(folder)).filter((file) => file.endsWith('.svg'));
    expect(shown.toSorted()).toEqual(pictures.toSorted());
    expect(pictures.length).toBeGreaterThan(0);
    for (const file of pictures) expect(await readFile(new URL(file, folder), 'utf8')).toMatch(/^<svg/);
    expect(readme).toContain(`npm run example -- ${name}`);
    expect(runner).toContain(`import('./${name}/run.ts')`);
  });
});
