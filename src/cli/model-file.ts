// A model file: a TypeScript or JavaScript module that exports a program and perhaps its data. Loads it by Node's own
// stripping of types, and says in plain words what is wrong with it. Relies on Node's modules.

import { existsSync, readdirSync, statSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { basename, dirname, extname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BuildOptions } from '../compiler/build-options.ts';
import type { Dataset } from '../data/index.ts';
import { once } from '../ir/once.ts';
import { nearest } from '../ir/nearest.ts';
import { edit, type Program } from '../runtime/program.ts';
import type { FitOptions, TrainingData } from '../train/index.ts';
import { CommandError } from './failure.ts';
import type { Terminal } from './terminal.ts';

/** The datasets of a model. */
export interface ModelData {
  readonly train: TrainingData;
  readonly validation?: Dataset;
  readonly test?: Dataset;
}

/** What a model file exports. */
export interface ModelFile {
  /** As it was named on the command line. */
  readonly name: string;
  readonly program: Program;
  /** The data, read when they are first asked for; `undefined` where the file exports none. */
  readonly data: (() => Promise<ModelData>) | undefined;
  /** Options of `fit`. */
  readonly training: Partial<FitOptions>;
  /** From raw columns to what the model is fed with; leaves them as they are where the file exports nothing. */
  readonly prepare: (raw: Dataset) => Promise<Dataset>;
}

const extensions = ['.ts', '.mts', '.js', '.mjs'];
const example = 'export const program = compile({ loss, optimizer, outputs: { logits } })';

/**
 * Loads a model file, built as the file says or as `build` does.
 * @throws CommandError `E_MODEL_FILE`, `E_MODEL_EXPORT`, `E_MODEL_SYNTAX`, and what the module throws
 */
export async function loadModel(
  name: string,
  terminal: Pick<Terminal, 'folder'>,
  build: BuildOptions = {},
): Promise<ModelFile> {
  const path = resolve(terminal.folder, name);
  requireModule(name, path);
  const exported = await importModule(name, path);
  const program = programOf(name, exported);
  const changes = Object.keys(build).length > 0;
  const { training = {}, prepare } = exported;
  if (typeof training !== 'object' || training === null) {
    throw exportError(
      name,
      `exports "training", which is ${describe(training)}`,
      'it is an object: { epochs: 25 }',
    );
  }
  if (prepare !== undefined && typeof prepare !== 'function') {
    throw exportError(
      name,
      `exports "prepare", which is ${describe(prepare)}`,
      'it is a function: (raw) => raw.with({ x: scaler.transform(raw.columns.x) })',
    );
  }
  return {
    name,
    program: changes ? edit(program, () => undefined, build) : program,
    data: exported['data'] === undefined ? undefined : once(() => dataOf(name, exported['data'])),
    training, // what is in it is for `fit` to check
    prepare: async (raw) => {
      if (prepare === undefined) return raw;
      // A function, as was just seen; what it gives is held against what a dataset has.
      const prepared: unknown = await (prepare as (raw: Dataset) => unknown)(raw);
      if (isDataset(prepared)) return prepared;
      throw exportError(name, `exports "prepare", which gives ${describe(prepared)}`, 'it gives a dataset');
    },
  };
}

function requireModule(name: string, path: string): void {
  const help = (): string | undefined => {
    const folder = dirname(path);
    if (!existsSync(folder)) return `there is no folder ${relative('.', folder)} either; check the path`;
    const modules = readdirSync(folder).filter((file) => extensions.includes(extname(file)));
    const near = nearest(basename(path), modules);
    if (near !== undefined) return `did you mean ${join(dirname(name), near)}?`;
    return modules.length === 0 ? 'check the path' : `there are ${modules.join(', ')} in that folder`;
  };
  if (!existsSync(path)) throw new CommandError('E_MODEL_FILE', `there is no file ${name}`, help());
  if (statSync(path).isDirectory()) {
    const model = extensions
      .map((extension) => `model${extension}`)
      .find((file) => existsSync(join(path, file)));
    throw new CommandError(
      'E_MODEL_FILE',
      `${name} is a folder`,
      model === undefined ? 'name the model file in it' : `did you mean ${join(name, model)}?`,
    );
  }
  if (!extensions.includes(extname(path))) {
    throw new CommandError(
      'E_MODEL_FILE',
      `${name} is no model file`,
      `a model file is a TypeScript or JavaScript module: ${extensions.join(', ')}`,
    );
  }
}

type Exports = Readonly<Record<string, unknown>>;

async function importModule(name: string, path: string): Promise<Exports> {
  findOurselves();
  try {
    // A namespace is a record of exports; `import()` of a computed name cannot know which.
    return (await import(/* @vite-ignore */ pathToFileURL(path).href)) as Exports;
  } catch (error) {
    throw importError(name, path, error) ?? error;
  }
}

let hasHooks = false;

/**
 * Lets a model import `tapeless` where no such package is installed beside it: it is given the one that runs. Files
 * that stand alone can be trained that way.
 */
function findOurselves(): void {
  if (hasHooks) return;
  hasHooks = true;
  registerHooks({
    resolve: (specifier, context, next) => {
      try {
        return next(specifier, context);
      } catch (error) {
        if (!/^tapeless(\/|$)/.test(specifier)) throw error;
        return next(specifier, { ...context, parentURL: import.meta.url });
      }
    },
  });
}

/** What Node says about modules that cannot be loaded, in words that help; undefined for all other errors. */
function importError(name: string, path: string, error: unknown): Error | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = 'code' in error ? String(error.code) : '';
  if (code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX' || code === 'ERR_INVALID_TYPESCRIPT_SYNTAX') {
    // Node prints the place above the stack: `/path/model.ts:3` and the line.
    const [, file = path, line] = /^(?:file:\/\/)?(\/.*|[A-Z]:.*):(\d+)$/m.exec(error.stack ?? '') ?? [];
    const place = line === undefined ? name : `${relative(dirname(path), file) || name}:${line}`;
    return new CommandError(
      'E_MODEL_SYNTAX',
      `${place}: ${error.message}`,
      code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX'
        ? 'types are stripped, not compiled: write a const object in place of an enum, a module in place of a ' +
            'namespace, and fields in place of parameter properties'
        : 'correct the line',
      error,
    );
  }
  if (code === 'ERR_MODULE_NOT_FOUND') {
    const [, missing = ''] = /Cannot find (?:module|package) '([^']+)'/.exec(error.message) ?? [];
    const [, importer = path] = /imported from (.+)$/m.exec(error.message) ?? [];
    const isPackage = error.message.startsWith('Cannot find package');
    const shown = isPackage ? missing : relative(dirname(importer), missing);
    const typescript = extensions
      .map((extension) => missing.replace(/\.js$/, '') + extension)
      .find(existsSync);
    const help = isPackage
      ? `npm install ${missing}`
      : typescript === undefined
        ? 'check the path'
        : `imports of a file name its extension: './${relative(dirname(importer), typescript)}'`;
    return new CommandError(
      'E_MODEL_IMPORT',
      `${relative(dirname(path), importer) || name} imports ${JSON.stringify(shown)}, which is not there`,
      help,
      error,
    );
  }
  if (error instanceof SyntaxError) {
    const [, file = '', line = ''] = /^(file:\/\/\S+|\/\S+):(\d+)$/m.exec(error.stack ?? '') ?? [];
    const place = line === '' ? name : `${basename(file)}:${line}`;
    return new CommandError('E_MODEL_SYNTAX', `${place}: ${error.message}`, undefined, error);
  }
  return undefined;
}

function programOf(name: string, exported: Exports): Program {
  const candidate = exported['program'] ?? exported['default'];
  if (isProgram(candidate)) return candidate;
  // A file without imports and exports is CommonJS to Node, which exports an object with nothing in it.
  const isEmpty = exported['program'] === undefined && Object.keys(Object(candidate) as object).length === 0;
  const names = Object.keys(exported).filter((each) => each !== 'default' && each !== 'module.exports');
  if (candidate !== undefined && !(isEmpty && typeof candidate === 'object')) {
    throw exportError(
      name,
      `exports "program", which is ${describe(candidate)}`,
      `it is what compile gives: ${example}`,
    );
  }
  throw exportError(
    name,
    `exports no program${names.length === 0 ? ', and nothing else' : `; it exports ${names.join(', ')}`}`,
    example,
  );
}

function exportError(name: string, message: string, help: string): CommandError {
  return new CommandError('E_MODEL_EXPORT', `${name} ${message}`, help);
}

function isProgram(value: unknown): value is Program {
  // By its form: the model may have a tapeless of its own.
  return hasAll(value, ['start', 'toDot', 'explain', 'summary', 'declaration']);
}

function isDataset(value: unknown): value is Dataset {
  return hasAll(value, ['size', 'columns', 'feeds', 'take', 'classNames']);
}

function hasAll(value: unknown, names: readonly string[]): boolean {
  return typeof value === 'object' && value !== null && names.every((name) => name in value);
}

async function dataOf(name: string, exported: unknown): Promise<ModelData> {
  const isFunction = typeof exported === 'function';
  // A function without parameters, by the contract of model files; what it gives is checked below.
  const data: unknown = await (isFunction ? (exported as () => unknown)() : exported);
  const what = isFunction ? 'exports "data", a function that gives' : 'exports "data", which is';
  const help =
    'it is { train, validation, test }, or a function that gives that; validation and test may be absent';
  if (typeof data !== 'object' || data === null) throw exportError(name, `${what} ${describe(data)}`, help);
  const { train, validation, test } = data as Readonly<Record<string, unknown>>;
  if (typeof train !== 'function' && !isDataset(train)) {
    throw exportError(
      name,
      train === undefined
        ? `exports "data" without "train"; it has ${Object.keys(data).join(', ') || 'nothing'}`
        : `exports "data", whose "train" is ${describe(train)}, and no dataset`,
      help,
    );
  }
  for (const [part, value] of Object.entries({ validation, test })) {
    if (value === undefined || isDataset(value)) continue;
    throw exportError(name, `exports "data", whose "${part}" is ${describe(value)}, and no dataset`, help);
  }
  return {
    // A dataset, or a function of the epoch, whose results `fit` reads.
    train: train as TrainingData,
    ...(isDataset(validation) ? { validation } : {}),
    ...(isDataset(test) ? { test } : {}),
  };
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'object') {
    const names = Object.keys(value);
    return names.length === 0
      ? 'an object with nothing in it'
      : `an object with ${names.slice(0, 6).join(', ')}`;
  }
  return `the ${typeof value} ${JSON.stringify(value)}`;
}
