// Ctrl-C while a model trains: the first ends the run at the next step, the second ends the process.

import type { Terminal } from './terminal.ts';
import { exitCodes } from './terminal.ts';

/** An abort signal that Ctrl-C gives. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** Gives the key back what it did before. */
  readonly release: () => void;
}

/** Listens to the interrupt key from now on. */
export function interruption(terminal: Terminal): Interruption {
  const controller = new AbortController();
  const release = terminal.onInterrupt(() => {
    if (controller.signal.aborted) {
      terminal.exit(exitCodes.interrupted);
      return;
    }
    controller.abort();
    terminal.remarks.write('\nending at the next step; Ctrl-C again ends at once, and nothing is saved\n');
  });
  return { signal: controller.signal, release };
}
