// `tapeless new`: a project to start from, which trains as soon as its packages are installed.

import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { command } from '../command.ts';
import { CommandError } from '../failure.ts';
import { loadModel } from '../model-file.ts';
import { choice } from '../option.ts';
import { pathFrom, printResult, writeFileFor } from '../result.ts';
import { classification } from '../templates/classification.ts';
import { images } from '../templates/images.ts';
import { mlp } from '../templates/mlp.ts';
import type { Template } from '../templates/project.ts';
import { commonFiles } from '../templates/project.ts';
import { regression } from '../templates/regression.ts';
import { exitCodes } from '../terminal.ts';

/** All templates by name. */
export const templates = { classification, regression, images, mlp } satisfies Record<string, Template>;

export const newProject = command({
  name: 'new',
  summary: 'a starter project: model, data, training, a test',
  description: Object.entries(templates)
    .map(([name, { summary }]) => `${name.padEnd(14)}  ${summary}`)
    .join('\n'),
  positionals: [{ name: 'folder', summary: 'where to make it; its name becomes that of the project' }],
  options: {
    template: choice(
      ['classification', 'regression', 'images', 'mlp'],
      'what it trains; default classification',
    ),
  },
  examples: [
    ['tapeless new flowers', 'a classifier on rows of a CSV file'],
    ['tapeless new shapes --template images', 'a convolutional network on a folder of images'],
  ],
  run: async (call) => {
    const [folder = ''] = call.words;
    const { template: templateName = 'classification' } = call.options;
    const path = pathFrom(call.terminal, folder);
    requireEmpty(folder, path);
    const name = packageName(basename(path), folder);
    const template: Template = templates[templateName];
    const files = { ...template.files(), ...commonFiles(name, templateName, template) };
    for (const [file, content] of Object.entries(files)) {
      await writeFileFor(call.terminal, join(folder, file), content);
    }
    // What its test holds the model to: the code of the model that was just written.
    const { program } = await loadModel(join(folder, 'model.ts'), call.terminal);
    await writeFileFor(call.terminal, join(folder, 'step.golden.js'), program.source);
    const here = relative(call.terminal.folder, path);
    const steps = [...(here === '' ? [] : [`cd ${here}`]), 'npm install', 'npm run train'];
    printResult(
      call,
      `made ${folder}: ${template.summary}\n\n${steps.map((step) => `  ${step}`).join('\n')}\n\nREADME.md tells more.`,
      {
        folder,
        name,
        template: templateName,
        files: [...Object.keys(files), 'step.golden.js'].sort(),
        next: steps,
      },
    );
    return exitCodes.success;
  },
});

function requireEmpty(folder: string, path: string): void {
  if (!existsSync(path)) return;
  if (!statSync(path).isDirectory()) {
    throw new CommandError('E_NOT_EMPTY', `${folder} is a file`, 'name a folder that is not there yet');
  }
  const entries = readdirSync(path).filter((entry) => entry !== '.git');
  if (entries.length === 0) return;
  throw new CommandError(
    'E_NOT_EMPTY',
    `${folder} is not empty: it has ${entries.slice(0, 5).join(', ')}${entries.length > 5 ? ', …' : ''}`,
    'name a folder that is not there yet; nothing was written',
  );
}

/** A name that npm allows. */
function packageName(base: string, folder: string): string {
  const name = base
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replace(/^[._-]+/, '');
  if (name !== '') return name;
  throw new CommandError('E_NAME', `no project can be called ${folder}`, 'begin the name with a letter');
}
