import { defineConfig } from 'tsup';

// One file a subpath export of package.json. Shared code is split into chunks, so that a class or a hash-consing
// table is the same object whichever entries a program imports. Dependencies and peers stay imports.
const libraries = {
  index: 'src/index.ts',
  data: 'src/data/index.ts',
  train: 'src/train/index.ts',
  io: 'src/io/index.ts',
  viz: 'src/viz/index.ts',
  node: 'src/node.ts',
};

export default defineConfig({
  entry: { ...libraries, cli: 'src/cli/main.ts' },
  format: 'esm',
  target: 'es2023',
  platform: 'neutral',
  // Not of the command, which exports nothing: its first line would be copied, and is no TypeScript.
  // `using session = program.start()` needs a library that programs for older engines do not name.
  dts: { entry: libraries, banner: '/// <reference lib="esnext.disposable" />' },
  splitting: true,
  sourcemap: true,
  clean: true,
  removeNodeProtocol: false,
  external: [/^node:/, '@resvg/resvg-js', 'cli-progress', 'fast-png', 'graphviz-cli', 'linkedom'],
});
