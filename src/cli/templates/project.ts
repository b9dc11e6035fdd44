// What every starter project has, whatever it trains: manifest, compiler options, a test that pins the generated code,
// and a README.

import { version } from '../../compiler/version.ts';

/** A starter project: files by their paths. */
export type ProjectFiles = Readonly<Record<string, string | Uint8Array>>;

/** What a template adds to the common files. */
export interface Template {
  /** One line, for help and for the README. */
  readonly summary: string;
  /** `model.ts`, `data.ts`, `train.ts` and the data. */
  readonly files: () => ProjectFiles;
  /** A file of rows to predict, as the README shows it. */
  readonly predict: string;
}

/** Versions that are known to work together; a test holds them equal to those of this package. */
export const toolVersions = {
  '@types/node': '24.19.2',
  'cli-progress': '3.12.0',
  'graphviz-cli': '2.0.0',
  typescript: '7.0.2',
} as const;

/** The files that do not depend on the template. */
export function commonFiles(name: string, template: string, { summary, predict }: Template): ProjectFiles {
  const manifest = {
    name,
    version: '0.0.0',
    private: true,
    type: 'module',
    engines: { node: '^22.18.0 || ^24.11.0 || >=26.0.0' },
    scripts: {
      check: 'tapeless check model.ts',
      train: 'tapeless train model.ts',
      evaluate: 'tapeless evaluate model.ts',
      start: 'node train.ts',
      test: 'node --test',
      typecheck: 'tsc -p .',
    },
    dependencies: { tapeless: `^${version}` },
    devDependencies: toolVersions,
  };
  const compilerOptions = {
    target: 'es2023',
    lib: ['es2024', 'dom', 'dom.iterable'],
    module: 'nodenext',
    types: ['node'],
    allowImportingTsExtensions: true,
    strict: true,
    noUncheckedIndexedAccess: true,
    verbatimModuleSyntax: true,
    erasableSyntaxOnly: true,
    skipLibCheck: true,
    noEmit: true,
  };
  return {
    'package.json': json(manifest),
    'tsconfig.json': json({ compilerOptions, include: ['*.ts'] }),
    '.gitignore': 'node_modules/\nout/\n',
    'model.test.ts': test,
    'README.md': readme(name, template, summary, predict),
  };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

const test = `// Pins what the compiler makes of the model: a change of the model, or of the compiler, shows as a difference of code.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { program } from './model.ts';

const golden = new URL('step.golden.js', import.meta.url);

test('the generated code is the one that was last looked at', async () => {
  // UPDATE=1 npm test writes it anew; look at the difference before you commit it.
  if (process.env['UPDATE'] === '1') await writeFile(golden, program.source);
  assert.equal(program.source, await readFile(golden, 'utf8'));
});
`;

function readme(name: string, template: string, summary: string, predict: string): string {
  return `# ${name}

${summary}
Made by \`tapeless new ${name} --template ${template}\`.

\`\`\`sh
npm install
npm run check       # do model and data fit together?
npm run train       # trains; leaves weights, curves, generated code and a report in out/
npm run evaluate    # loss and metrics on the test data
npx tapeless predict model.ts --input ${predict}
npm test            # the generated code is pinned in step.golden.js
\`\`\`

| file | what it holds |
| --- | --- |
| \`model.ts\` | the network, its loss and optimizer, and how it is trained |
| \`data.ts\` | where the data come from and how they are scaled and split |
| \`train.ts\` | the same as \`npm run train\`, in code of your own: \`npm start\` |
| \`model.test.ts\` | pins the generated code |

To go on: \`npx tapeless summary model.ts\`, \`diagram\`, \`explain\`, \`emit\`, \`profile\`; \`npx tapeless --help\` tells more.
`;
}
