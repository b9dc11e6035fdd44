import { defineConfig } from 'vitest/config';

// `tapeless` in a test is this checkout's src/: the export condition of package.json, before vite's own defaults
// for node (naming conditions replaces the defaults). Tests run as `ssr` modules: `resolve.conditions` has no effect.
const conditions = ['@tapeless/source', 'module', 'node', 'development|production'];

// Checked here and not in the set-up file: on Node 20 vitest fails before it could show an error of that file.
const oldestNode = 24;
if (Number.parseInt(process.versions.node, 10) < oldestNode) {
  throw new Error(
    `the tests need Node ${oldestNode} or newer, this is ${process.version}: run them by npm ` +
      '(`npm test`, `npx vitest run …`), which uses the Node of node_modules',
  );
}

export default defineConfig({
  ssr: { resolve: { conditions, externalConditions: ['@tapeless/source', 'node'] } },
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // One process a test file keeps hash-consing tables and stack-trace settings apart; two suit a small CI machine.
    pool: 'forks',
    maxWorkers: 2,
    typecheck: {
      enabled: true,
      checker: 'tsc',
      tsconfig: './tsconfig.json',
      include: ['test/**/*.test-d.ts'],
      // Errors outside the type tests are the business of `npm run typecheck`.
      ignoreSourceErrors: true,
    },
    reporters: ['default', './scripts/closing-line-reporter.ts'],
  },
});
