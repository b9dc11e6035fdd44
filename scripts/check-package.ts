// Builds dist/ and loads it as a user's program would: every subpath export must load, the entries meant for
// browsers may import nothing but the run-time dependencies, a class of two entries must be one class, the command
// must run, and the types of what a user exports can be named.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

interface Manifest {
  readonly version: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string | { readonly default: string }>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

const root = join(import.meta.dirname, '..');
const dist = pathToFileURL(join(root, 'dist')).href;
// Our own file, whose fields the interface above names.
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;

/** Subpath exports that may use Node and packages of the user's choice; all others must run in a browser. */
const nodeEntries = new Set(['./node', './viz']);

const build = spawnSync('tsup', ['--silent'], { cwd: root, encoding: 'utf8' });
if (build.status !== 0) {
  console.error(build.stdout + build.stderr + (build.error?.message ?? ''));
  process.exit(1);
}

const problems = new Set<string>();
let entry = '';

registerHooks({
  resolve(specifier, context, nextResolve) {
    const fromDist = context.parentURL?.startsWith(dist) ?? false;
    const isOutside = fromDist && !specifier.startsWith('.');
    if (isOutside && !nodeEntries.has(entry) && !(specifier in manifest.dependencies)) {
      problems.add(`${entry} imports "${specifier}" while loading: it would not load in a browser`);
    }
    return nextResolve(specifier, context);
  },
});

const isClass = (value: unknown): boolean => typeof value === 'function' && /^class\b/.test(String(value));

/** Where each exported class was seen first. Functions may share a name: `oneHot` of a tensor, `oneHot` of labels. */
const firstHome = new Map<string, { readonly entry: string; readonly value: unknown }>();

// Browser entries first: a chunk that is loaded already is not resolved again.
const entries = Object.entries(manifest.exports).sort(
  ([a], [b]) => Number(nodeEntries.has(a)) - Number(nodeEntries.has(b)),
);
for (const [name, target] of entries) {
  if (typeof target === 'string') continue;
  entry = name;
  // A module namespace is a record of its exports; `import()` of a computed name cannot know which.
  const namespace = (await import(pathToFileURL(join(root, target.default)).href)) as Record<string, unknown>;
  for (const [key, value] of Object.entries(namespace)) {
    if (!isClass(value)) continue;
    const home = firstHome.get(key);
    if (home === undefined) firstHome.set(key, { entry: name, value });
    else if (home.value !== value) problems.add(`"${key}" of ${name} is not the "${key}" of ${home.entry}`);
  }
}

for (const [name, file] of Object.entries(manifest.bin)) {
  const path = join(root, file);
  if (!readFileSync(path, 'utf8').startsWith('#!')) problems.add(`${file} does not say what runs it (#!)`);
  const { stdout, stderr } = spawnSync(process.execPath, [path, '--version'], { encoding: 'utf8' });
  if (stdout.trim() !== manifest.version)
    problems.add(`${name} --version says ${JSON.stringify(stdout + stderr)}`);
}

/** What a user may export, whose types TypeScript has to be able to name: with strict checks, and no types of Node. */
const consumer = `
import { adam, compile, crossEntropy, dim, input, linear, relu, sequential } from 'tapeless';
import { dataset } from 'tapeless/data';
import { memoryStore } from 'tapeless/io';
import { fitEpochs } from 'tapeless/train';
export const batch = dim('batch');
export const x = input('x', [batch, 4]);
export const net = sequential('net', linear(4, 8), relu(), linear(8, 3));
export const logits = net(x);
export const loss = crossEntropy(logits, input('y', [batch], 'i32'));
export const program = compile({ loss, optimizer: adam(), outputs: { logits } });
export const specialisation = program.at({ batch: 2 });
export const session = program.start();
export const profile = session.profile({});
export const store = memoryStore();
export const run = fitEpochs(session, dataset({ x: [[1, 2, 3, 4]], y: [0] }), { epochs: 1 });
`;
const options = {
  ...{ target: 'es2022', lib: ['es2022', 'dom'], module: 'nodenext', strict: true, types: [] },
  ...{ declaration: true, emitDeclarationOnly: true, outDir: 'declarations', rootDir: '.' },
};
const project = join(root, 'out/consumer');
mkdirSync(project, { recursive: true });
writeFileSync(join(project, 'model.ts'), consumer);
writeFileSync(
  join(project, 'tsconfig.json'),
  JSON.stringify({ compilerOptions: options, include: ['model.ts'] }),
);
const typed = spawnSync('tsc', ['-p', project], { cwd: root, encoding: 'utf8' });
if (typed.status !== 0)
  problems.add(`a program of a user's does not pass the type checker:\n${typed.stdout}`);

for (const problem of problems) console.error(problem);
process.exitCode = problems.size === 0 ? 0 : 1;
