import { defineConfig } from 'tsup';

// One file a subpath export of package.json. Shared code is split into chunks, so that a class or a hash-consing
// table is the same object whichever entries a program imports. Dependencies and peers stay imports.
export default defineConfig({
  entry: {
    index: 'src/index.ts',
    data: 'src/data/index.ts',
    train: 'src/train/index.ts',
    io: 'src/io/index.ts',
    viz: 'src/viz/index.ts',
    node: 'src/node.ts',
  },
  format: 'esm',
  target: 'es2023',
  platform: 'neutral',
  dts: true,
  splitting: true,
  sourcemap: true,
  clean: true,
  removeNodeProtocol: false,
  external: [/^node:/, '@resvg/resvg-js', 'cli-progress', 'fast-png', 'graphviz-cli', 'linkedom'],
});
