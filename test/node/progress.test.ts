import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { terminalProgress } from 'tapeless/node';
import { fit } from 'tapeless/train';
import { line, linearRegression } from '../train/linear-regression.ts';

const hideCursor = '\u001b[?25l';
const showCursor = '\u001b[?25h';

/** A stream that keeps what is written to it. */
function paper(isTTY: boolean) {
  const written: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      written.push(chunk.toString());
      done();
    },
  });
  return { stream: Object.assign(stream, { isTTY, columns: 120 }), text: () => written.join('') };
}

const listeners = () => ['SIGINT', 'SIGTERM', 'exit'].map((event) => process.listenerCount(event));

describe('terminalProgress on a terminal', () => {
  test('draws a bar up to the end and shows the cursor again', async () => {
    const before = listeners();
    const { stream, text } = paper(true);
    const progress = terminalProgress({ stream, label: 'line' });
    await fit(linearRegression(), line(8), { epochs: 4, batchSize: 4, validation: line(3), progress });
    expect(text()).toContain(`line    0%|${' '.repeat(32)}| 0/4 epochs [00:00]`);
    expect(text()).toMatch(
      /line {2}100%\|█{8,}\| 4\/4 epochs \[00:00, .*epochs\/s\] {2}loss .* {2}validation accuracy/,
    );
    expect(text().indexOf(hideCursor)).toBeGreaterThanOrEqual(0);
    expect(text().lastIndexOf(showCursor)).toBeGreaterThan(text().lastIndexOf('100%'));
    expect(text().endsWith('\n')).toBe(true);
    expect(listeners()).toEqual(before);
  });

  test('moves within an epoch', async () => {
    const { stream, text } = paper(true);
    await fit(linearRegression(), line(8), {
      epochs: 1,
      batchSize: 4,
      progress: terminalProgress({ stream }),
      onBatch: () => new Promise((resolve) => setTimeout(resolve, 250)), // more than two frames of the bar
    });
    expect(text()).toMatch(/ 50%\|█{4,} +\| 0\/1 epochs/);
  });

  test('ends when training fails, and says so', async () => {
    const before = listeners();
    const { stream, text } = paper(true);
    const run = fit(linearRegression(), line(4), {
      epochs: 2,
      progress: terminalProgress({ stream }),
      onEpoch: () => {
        throw new Error('full disk');
      },
    });
    await expect(run).rejects.toThrow('full disk');
    expect(text()).toMatch(/ 50%.* 1\/2 epochs .*failed/);
    expect(text().lastIndexOf(showCursor)).toBeGreaterThan(text().lastIndexOf('failed'));
    expect(listeners()).toEqual(before);
  });

  test('counts towards the limit on steps when that comes first', () => {
    const { stream, text } = paper(true);
    const progress = terminalProgress({ stream });
    progress({ kind: 'start', epochs: 100, steps: 4 });
    progress({
      kind: 'batch',
      epoch: 1,
      batch: 3,
      batches: 300,
      steps: 3,
      loss: 1,
      meanLoss: 1,
      samples: 1,
      meanMetrics: {},
    });
    progress({ kind: 'end', reason: 'steps' });
    expect(text()).toContain(' 75%|');
  });

  test('begins where a training was that goes on from a checkpoint', () => {
    const { stream, text } = paper(true);
    const progress = terminalProgress({ stream });
    progress({ kind: 'start', epochs: 4, resumed: { epochs: 3, steps: 30 } });
    progress({ kind: 'end', reason: 'aborted' });
    expect(text()).toContain(' 75%|');
    expect(text()).toContain('| 3/4 epochs [00:00]');
  });

  test('can be used for one training after the other', async () => {
    const { stream, text } = paper(true);
    const progress = terminalProgress({ stream });
    for (const epochs of [2, 3]) await fit(linearRegression(), line(4), { epochs, progress });
    expect(text()).toContain('100%');
    expect(text()).toContain('2/2 epochs');
    expect(text()).toContain('| 0/3 epochs [00:00]');
    expect(text()).toContain('3/3 epochs');
  });

  const interrupted = (...args: readonly string[]) => {
    const script = fileURLToPath(new URL('interrupted-training.ts', import.meta.url));
    return spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });
  };

  test('lets Ctrl-C end the process, with the cursor shown again', () => {
    const { signal, stdout } = interrupted();
    expect(signal).toBe('SIGINT');
    expect(stdout).toContain('interrupted   25%');
    expect(stdout.lastIndexOf(showCursor)).toBeGreaterThan(stdout.lastIndexOf(hideCursor));
  });

  test('leaves it to other listeners of the signal whether the process ends', () => {
    const { signal, status, stdout } = interrupted('listen');
    expect([signal, status]).toEqual([null, 3]);
    expect(stdout.lastIndexOf(showCursor)).toBeGreaterThan(stdout.lastIndexOf(hideCursor));
  });

  test('shows the cursor when the process exits', () => {
    const { status, stdout } = interrupted('exit');
    expect(status).toBe(4);
    expect(stdout.lastIndexOf(showCursor)).toBeGreaterThan(stdout.lastIndexOf(hideCursor));
  });
});

describe('terminalProgress on anything else', () => {
  test('is silent', async () => {
    const { stream, text } = paper(false);
    await fit(linearRegression(), line(4), { epochs: 3, progress: terminalProgress({ stream }) });
    expect(text()).toBe('');
  });

  test('writes a line an epoch if told to', async () => {
    const { stream, text } = paper(false);
    const progress = terminalProgress({ stream, verbose: true, label: 'line' });
    await fit(linearRegression(), line(4), { epochs: 2, progress });
    expect(text()).toMatch(/^line {2}epoch 1\/2 .*loss .*\nline {2}epoch 2\/2 .*loss .*\n$/);
  });
});
