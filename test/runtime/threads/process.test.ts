// What threads mean for the process that they run in, seen from outside.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

function outcome(task: string): { readonly status: number | null; readonly said: unknown } {
  const script = fileURLToPath(new URL('open-session.ts', import.meta.url));
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--conditions=@tapeless/source', '--expose-gc', script, task],
    { encoding: 'utf8', timeout: 50_000 },
  );
  expect(stderr).toBe('');
  const said: unknown = JSON.parse(stdout);
  return { status, said };
}

describe('a session on two threads', () => {
  test('does not keep a process from ending', () => {
    expect(outcome('leave')).toEqual({ status: 0, said: { threads: 2 } });
  });

  test('ends its worker when it is closed', () => {
    expect(outcome('close')).toEqual({ status: 0, said: { threads: 1, started: 1, ended: 1 } });
  });

  test('ends its worker when nobody holds it any more', () => {
    expect(outcome('forget')).toEqual({ status: 0, said: { threads: 2, started: 1, ended: 1 } });
  });

  test('takes no processor while it rests', () => {
    const { status, said } = outcome('idle');
    expect(status).toBe(0);
    expect(said).toMatchObject({ threads: 2 });
    const { busyMilliseconds } = said as { readonly busyMilliseconds: number };
    expect(busyMilliseconds).toBeLessThan(60);
  });
});
