// The command line of `npm run bench`. Pure: text in, options or a sentence out.
import { parseArgs } from 'node:util';
import { workloads } from './workloads.ts';

/** What a run measures and where its results go. */
export interface Options {
  /** Ids of the workloads to time; none where only kernels or compile times were asked for. */
  readonly workloads: readonly string[];
  readonly kernels: boolean;
  readonly compileTimes: boolean;
  readonly quick: boolean;
  readonly json: boolean;
  readonly write: boolean;
  readonly help: boolean;
}

/** A command line that cannot be followed; the message says why, and what would do. */
export class OptionError extends Error {
  override readonly name: string = 'OptionError';
}

const known = workloads.map(({ id }) => id);

export const help = `Times training steps of tapeless beside TensorFlow.js, jax-js and, where a Python has it, PyTorch.

  npm run bench                      the seven workloads, as a table in Markdown
  npm run bench -- --only a,b        some of them: ${known.join(', ')}
  npm run bench -- --kernels         products and scalar functions alone
  npm run bench -- --compile-times   from the declaration to the first step, in fresh processes
  npm run bench -- --quick           fewer rounds, and without tfjs-cpu: a minute
  npm run bench -- --write           everything, into docs/benchmarks.md and its chart
  npm run --silent bench -- --json   the results alone on standard output, as JSON

Progress goes to standard error. The peers are installed in bench/ on first use. PyTorch on Debian:
apt-get install python3-torch libopenblas0-pthread (without OpenBLAS its products are twenty times as slow).`;

/** Reads the arguments after the command's name. @throws {OptionError} */
export function parseOptions(args: readonly string[]): Options {
  const { values, positionals } = parse(args);
  const [stray] = positionals;
  if (stray !== undefined) throw new OptionError(`"${stray}" is no flag; workloads are chosen by --only a,b`);
  const only = values.only === undefined ? undefined : chosenWorkloads(values.only);
  const { kernels, 'compile-times': compileTimes, write } = values;
  if (write && (only !== undefined || kernels || compileTimes)) {
    throw new OptionError('--write measures everything: leave out --only, --kernels and --compile-times');
  }
  const isPart = kernels || compileTimes;
  return {
    workloads: only ?? (isPart ? [] : known),
    kernels: kernels || write,
    compileTimes: compileTimes || write,
    quick: values.quick,
    json: values.json,
    write,
    help: values.help,
  };
}

function parse(args: readonly string[]) {
  const flag = { type: 'boolean', default: false } as const;
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        only: { type: 'string' },
        kernels: flag,
        'compile-times': flag,
        quick: flag,
        json: flag,
        write: flag,
        help: { ...flag, short: 'h' },
      },
    });
  } catch (error) {
    // Node's message begins with a sentence that names the flag.
    const [sentence = ''] = error instanceof Error ? error.message.split('. ') : [];
    throw new OptionError(`${sentence}; try --help`, { cause: error });
  }
}

function chosenWorkloads(list: string): readonly string[] {
  const chosen = list.split(',').map((id) => id.trim());
  const unknown = chosen.find((id) => !known.includes(id));
  if (unknown !== undefined) {
    throw new OptionError(`--only: there is no workload "${unknown}"; there are ${known.join(', ')}`);
  }
  return known.filter((id) => chosen.includes(id));
}
