#!/usr/bin/env node
// The `tapeless` command. Checks the Node that runs it before anything is loaded that an older one could not read.

const oldest = [22, 18] as const;
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
  process.stderr.write(
    `error: tapeless needs Node ${oldest.join('.')} or newer, which reads TypeScript; this is ${process.version}\n\n` +
      '  help: install a newer Node from https://nodejs.org\n',
  );
  process.exitCode = 1;
} else {
  await start();
}

async function start(): Promise<void> {
  keepQuietAboutTypes();
  // Whoever reads may stop reading: `tapeless explain model.ts | head`.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  const [{ run }, { processTerminal }] = await Promise.all([import('./run.ts'), import('./terminal.ts')]);
  process.exitCode = await run(process.argv.slice(2), processTerminal());
}

/** Node 22 warns that it strips types, which is what is wanted of it here. */
function keepQuietAboutTypes(): void {
  const printers = process.listeners('warning');
  process.removeAllListeners('warning').on('warning', (warning) => {
    if (warning.name === 'ExperimentalWarning' && warning.message.includes('Type Stripping')) return;
    for (const print of printers) print(warning);
  });
}
