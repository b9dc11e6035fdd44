// How long it takes from a declaration to the first step that has been taken, in fresh processes, and what a batch of
// another size costs.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describeConfiguration, type Configuration } from '../harness/roster.ts';
import { median } from '../harness/statistics.ts';
import type { ModelName } from '../models.ts';

/** Milliseconds. */
export interface CompileTimes {
  /** From the declaration to the end of the first step, in an engine that has run nothing of the library yet. */
  readonly firstStep: number;
  /** The first step with another batch size: a specialisation. */
  readonly otherSize: number;
  /** The next step with the first batch size again: its specialisation was kept. */
  readonly knownSize: number;
}

export interface CompileTimeRow extends CompileTimes {
  readonly model: ModelName;
  readonly target: Configuration['target'];
}

const script = fileURLToPath(new URL('../first-step.ts', import.meta.url));

/** Times models, `repeats` fresh processes for each and each configuration, in turns. */
export async function timeCompilation(
  models: readonly ModelName[],
  configurations: readonly Configuration[],
  { repeats, report }: { repeats: number; report: (line: string) => void },
): Promise<readonly CompileTimeRow[]> {
  const rows: CompileTimeRow[] = [];
  for (const model of models) {
    report(`first step of ${model}`);
    const taken = new Map(configurations.map((configuration) => [configuration, [] as CompileTimes[]]));
    for (let repeat = 0; repeat < repeats; repeat++) {
      for (const [configuration, times] of taken) times.push(await firstStep(model, configuration));
    }
    for (const [{ target }, times] of taken) {
      const medianOf = (field: keyof CompileTimes): number => median(times.map((each) => each[field]));
      const [firstStep, otherSize, knownSize] = [
        medianOf('firstStep'),
        medianOf('otherSize'),
        medianOf('knownSize'),
      ];
      rows.push({ model, target, firstStep, otherSize, knownSize });
    }
  }
  return rows;
}

function firstStep(model: ModelName, configuration: Configuration): Promise<CompileTimes> {
  const { target, numerics, threads } = configuration;
  const args = [...process.execArgv, script, model, target, numerics, String(threads)];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let complaint = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
    child.on('error', reject);
    child.on('close', (code) => {
      // The script prints exactly this.
      if (code === 0) resolve(JSON.parse(output) as CompileTimes);
      else reject(new Error(`first step of ${model}, ${describeConfiguration(configuration)}: ${complaint}`));
    });
  });
}
