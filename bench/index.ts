// `npm run bench`: measures what the command line asks for and prints it, or writes docs/benchmarks.md and its chart.
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { measure } from './measure.ts';
import { help, OptionError, parseOptions, type Options } from './options.ts';
import { progressReporter } from './progress.ts';
import { ratioChart } from './report/chart.ts';
import { chartPath, documentOf } from './report/document.ts';
import { report as reportOf } from './report/tables.ts';
import type { Results } from './results.ts';

const docs = new URL('../docs/', import.meta.url);

/** Writes the document and the chart; without PyTorch there is nothing to draw. */
async function write(results: Results): Promise<void> {
  const file = fileURLToPath(new URL('benchmarks.md', docs));
  const options = { ...(await resolveConfig(file)), filepath: file, proseWrap: 'always' } as const;
  await writeFile(file, await format(documentOf(results), options));
  const chart = ratioChart(results);
  if (chart !== undefined) await writeFile(new URL(chartPath, docs), chart);
}

async function run(options: Options): Promise<void> {
  if (options.help) {
    console.log(help);
    return;
  }
  const progress = progressReporter();
  const results = await measure(options, progress);
  progress('');
  if (options.write) await write(results);
  console.log(options.json ? JSON.stringify(results, undefined, 2) : reportOf(results));
  // A contender that computes something else must not pass unnoticed; a peer that is not there is no mistake.
  if (results.problems.some((problem) => problem.includes(': tapeless '))) process.exitCode = 1;
}

try {
  await run(parseOptions(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof OptionError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
