// What `npm run example` leaves behind, and what it says to a mistyped command.
import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { example as iris } from '../../examples/iris/run.ts';
import { example as mnistFull } from '../../examples/mnist-full/run.ts';
import { runExample } from '../../examples/runner.ts';

const root = join(import.meta.dirname, '../..');

test('an example leaves its code, diagrams, pictures and a report of the trained model', async () => {
  const print = vi.spyOn(console, 'log').mockReturnValue(undefined);
  const saved = await runExample('iris', iris);
  expect(print).toHaveBeenCalledWith(expect.stringContaining('test accuracy 96.67 %'));
  print.mockRestore();
  expect(saved.map((file) => file.replace('out/iris/', ''))).toEqual([
    ...['step.js', 'explain.txt'],
    ...['model.svg', 'forward.svg', 'backward.svg', 'step.svg', 'kernels.svg', 'memory.svg'],
    ...['curves.svg', 'confusion.svg', 'report.html'],
  ]);
  const report = await readFile(join(root, 'out/iris/report.html'), 'utf8');
  expect(report).toContain('<h1>Iris: 150 flowers');
  for (const part of ['Test accuracy', '96.7 %', 'Confusion', 'npm run example -- iris --seed 0']) {
    expect(report).toContain(part);
  }
});

test('a long example is given a checkpoint to save to, and to go on from when asked', async () => {
  vi.spyOn(console, 'log').mockReturnValue(undefined);
  for (const resume of [false, true]) {
    const run = vi.fn<typeof mnistFull.run>(() => Promise.resolve({ result: '', pictures: {} }));
    await runExample('iris', { ...iris, run }, { resume });
    expect(run.mock.calls[0]?.[0].checkpoint).toMatchObject({
      store: { path: join(root, 'out/iris/checkpoint.safetensors') },
      resume,
    });
  }
  vi.restoreAllMocks();
  expect(mnistFull.isLong).toBe(true);
});

test.each([
  [[], 'name an example'],
  [['flowers'], 'there is no example "flowers"'],
  [['iris', '--seed', 'one'], '--seed takes a whole number, not "one"'],
  [['iris', '--resume'], 'iris is short and keeps no checkpoint'],
  [['iris', '--sed', '1'], "Unknown option '--sed'"],
])('the command with %j says what is wrong, and how it is used', (args, problem) => {
  const command = ['--conditions=@tapeless/source', 'examples/index.ts', ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: root, encoding: 'utf8' });
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain(problem);
  expect(stderr).toContain('usage: npm run example -- <name>');
});
