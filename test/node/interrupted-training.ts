// Run by progress.test.ts in a process of its own: draws a bar on standard output as if that were a terminal, and is
// interrupted in the middle. With the argument `listen`, somebody else listens to the signal too.
import { terminalProgress } from '../../src/node/progress.ts';

const stream = Object.assign(process.stdout, { isTTY: true, columns: 80 });
const progress = terminalProgress({ stream, label: 'interrupted' });
progress({ kind: 'start', epochs: 2 });
progress({
  kind: 'batch',
  epoch: 1,
  batch: 1,
  batches: 2,
  steps: 1,
  loss: 1,
  meanLoss: 1,
  samples: 1,
  meanMetrics: {},
});
if (process.argv.includes('listen')) {
  process.once('SIGINT', () => {
    process.exitCode = 3;
  });
}
if (process.argv.includes('exit')) process.exit(4);
setTimeout(() => process.kill(process.pid, 'SIGINT'), 20);
setTimeout(() => undefined, 500);
