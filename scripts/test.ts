// What `npm test` runs: the static checks side by side, then every test. Stops at the first stage that fails, and
// always ends with one line, `N passed, N failed, N skipped`. Arguments go to vitest.
import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';

interface Outcome {
  readonly name: string;
  readonly exitCode: number;
  readonly seconds: number;
  readonly output: string;
}

const root = join(import.meta.dirname, '..');
const binaries = join(root, 'node_modules', '.bin');

/** The tools of this checkout and its Node go first, however this script was started. */
const environment = {
  ...process.env,
  PATH: `${binaries}${delimiter}${process.env['PATH'] ?? ''}`,
  ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}),
};

const staticChecks: Readonly<Record<string, readonly [command: string, ...rest: string[]]>> = {
  format: ['prettier', '--check', '--log-level', 'warn', '.'],
  types: ['tsc', '-p', '.'],
  lint: ['eslint', '--max-warnings', '0', '.'],
  package: ['node', 'scripts/check-package.ts'],
};

const closingLine = /^\d+ passed, (\d+) failed(?:, \d+ skipped)?$/;

/** Runs a tool to its end; its output is kept, and shown at once as well if `live`. */
const run = (name: string, [command, ...rest]: readonly [string, ...string[]], live: boolean) =>
  new Promise<Outcome>((resolve) => {
    const started = performance.now();
    const chunks: string[] = [];
    const finish = (exitCode: number) => {
      resolve({ name, exitCode, seconds: (performance.now() - started) / 1000, output: chunks.join('') });
    };
    const child = spawn(command, rest, { cwd: root, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        chunks.push(chunk);
        if (live) process.stdout.write(chunk);
      });
    }
    child.on('error', (error) => {
      chunks.push(`${error.message}\n`);
      finish(1);
    });
    child.on('close', (exitCode) => {
      finish(exitCode ?? 1);
    });
  });

const checked = await Promise.all(
  Object.entries(staticChecks).map(async ([name, command]) => {
    const outcome = await run(name, command, false);
    console.log(`${outcome.exitCode === 0 ? '✓' : '✗'} ${name} (${outcome.seconds.toFixed(1)} s)`);
    return outcome;
  }),
);
const failed = checked.filter((outcome) => outcome.exitCode !== 0);

if (failed.length > 0) {
  for (const { name, output } of failed) console.log(`\n── ${name}\n${output.trimEnd()}`);
  console.log(`\n0 passed, ${String(failed.length)} failed`);
  process.exitCode = 1;
} else {
  const tests = await run('tests', ['vitest', 'run', ...process.argv.slice(2)], true);
  const lastLine = tests.output.trimEnd().split('\n').at(-1) ?? '';
  const failures = closingLine.exec(lastLine)?.[1];
  // vitest can fail before, after or without its reporter; the last line must not hide that.
  if (failures === undefined || (tests.exitCode !== 0 && failures === '0'))
    console.log('\n0 passed, 1 failed');
  process.exitCode = failures === undefined ? Math.max(tests.exitCode, 1) : tests.exitCode;
}
