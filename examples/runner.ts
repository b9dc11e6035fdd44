// Runs an example: prints what it is and what came out, and leaves code, diagrams, pictures and a report in out/.
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fileStore, saveText, terminalProgress } from 'tapeless/node';
import { htmlReport, renderDiagram } from 'tapeless/viz';
import type { Example } from './example.ts';

const views = ['model', 'forward', 'backward', 'step', 'kernels', 'memory'] as const;

/** `Mistakes` for `mistakes.svg`. */
const titleOf = (file: string): string => file.charAt(0).toUpperCase() + file.slice(1).replace(/\.svg$/, '');

async function save(folder: string, files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const saved = Object.entries(files).map(async ([file, text]) => {
    const url = new URL(`../${folder}/${file}`, import.meta.url);
    await saveText(url, text);
    return relative('.', fileURLToPath(url));
  });
  return Promise.all(saved);
}

/**
 * @param options `seed`, default 0; `keep`: put the pictures into the folder of the example, where its README shows
 *   them; `resume`: go on from the checkpoint of a run that was stopped
 * @returns the files that were written
 */
export async function runExample(
  name: string,
  { title, program, run }: Example,
  options: { readonly seed?: number; readonly keep?: boolean; readonly resume?: boolean } = {},
): Promise<readonly string[]> {
  const { seed = 0, keep = false, resume = false } = options;
  console.log(`${title}\n\n${program.summary()}\n`);
  const { result, pictures, report } = await run({
    seed,
    progress: (label) => terminalProgress({ label }),
    checkpoint: {
      store: fileStore(new URL(`../out/${name}/checkpoint.safetensors`, import.meta.url)),
      resume,
    },
  });
  console.log(`${result}\n`);
  const diagrams = await Promise.all(
    views.map(async (view) => [`${view}.svg`, await renderDiagram(program.toDot({ view }))] as const),
  );
  const files = {
    'step.js': program.source,
    'explain.txt': `${program.explain()}\n`,
    ...Object.fromEntries(diagrams),
    ...pictures,
    'report.html': await htmlReport({
      title,
      date: new Date(),
      program,
      ...report,
      pictures: Object.entries(pictures).map(([file, svg]) => ({ title: titleOf(file), svg })),
      environment: { node: process.version, system: `${process.platform} ${process.arch}` },
      seed,
      command: `npm run example -- ${name} --seed ${seed}`,
    }),
  };
  return [...(await save(`out/${name}`, files)), ...(keep ? await save(`examples/${name}`, pictures) : [])];
}
