// In a file (a process) of its own, where nobody has loaded cli-progress before.
import { registerHooks } from 'node:module';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { terminalProgress } from 'tapeless/node';

test('without cli-progress, a terminal gives an error that says what to install', () => {
  const terminal = Object.assign(new PassThrough(), { isTTY: true });
  const file = new PassThrough();
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      if (specifier === 'cli-progress') throw new Error("Cannot find module 'cli-progress'");
      return next(specifier, context);
    },
  });
  try {
    expect(() => terminalProgress({ stream: terminal })).toThrow(
      'terminalProgress needs the package cli-progress; npm install cli-progress',
    );
    expect(() => terminalProgress({ stream: file })).not.toThrow();
  } finally {
    hooks.deregister();
  }
});
