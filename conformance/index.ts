// `npm run --silent conformance -- FILE…`: runs the cases of files and prints what became of them.
import { compile, scalar } from 'tapeless';
import { CorpusError, readCorpus } from './corpus.ts';
import { help, OptionError, parseOptions, type Options } from './options.ts';
import { rowOf, type CaseOutcome } from './run.ts';
import { closingLine, countOutcomes, outcomeDetails, outcomeTable } from './table.ts';
import { runOnAllProcessors } from './team.ts';

/** The target of `compile` where it is not told one. */
const defaultTarget = () => compile({ outputs: { one: scalar(1) } }).target;

async function run({ files, target = defaultTarget(), only, verbose }: Options): Promise<void> {
  // All files are read before any case is run.
  const corpora = files.map(readCorpus);
  const all: CaseOutcome[] = [];
  for (const { file, kind, header, cases } of corpora) {
    const chosen = cases.filter((each) => only.length === 0 || only.includes(rowOf(kind, each)));
    const outcomes = await runOnAllProcessors({ kind, header }, chosen, target);
    all.push(...outcomes);
    const details = outcomeDetails(outcomes, verbose);
    console.log(`${kind} of ${file} on ${target}\n\n${outcomeTable(outcomes)}\n`);
    if (details !== '') console.log(`${details}\n`);
  }
  const counts = countOutcomes(all);
  console.log(closingLine(counts));
  process.exitCode = counts.failed > 0 ? 1 : 0;
}

try {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) console.log(help);
  else await run(options);
} catch (error) {
  if (!(error instanceof OptionError || error instanceof CorpusError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
