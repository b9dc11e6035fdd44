// The peers outside this project: packages that are installed in this folder on first use, and a Python with PyTorch.
import { spawn, spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const folder = new URL('../', import.meta.url);

interface Manifest {
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

async function readManifest(file: URL): Promise<Manifest> {
  // npm's own format; the fields that are read are in every one of these files.
  return JSON.parse(await readFile(file, 'utf8')) as Manifest;
}

/** Version of a package that is installed in this folder. @throws where it is not installed */
export async function installedVersion(name: string): Promise<string> {
  const { version } = await readManifest(new URL(`node_modules/${name}/package.json`, folder));
  return version;
}

/** Whether all peers are installed in the versions that package.json names. */
async function areInstalled(): Promise<boolean> {
  const { dependencies = {} } = await readManifest(new URL('package.json', folder));
  const installed = await Promise.all(
    Object.entries(dependencies).map(async ([name, version]) => {
      const found = await installedVersion(name).catch(() => undefined);
      return found === version;
    }),
  );
  return installed.every(Boolean);
}

/**
 * The environment without the settings that npm hands to its scripts: they name the project's own folder, and an
 * installation must not touch that.
 */
function environmentWithoutNpm(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
}

/** Installs the peers' packages where they are missing; what npm prints goes to standard error. */
export async function installPeers(): Promise<void> {
  if (await areInstalled()) return;
  console.error('installing the peers in bench/ …');
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    const child = spawn('npm', ['ci', '--no-audit', '--no-fund'], {
      cwd: fileURLToPath(folder),
      env: environmentWithoutNpm(),
      stdio: ['ignore', process.stderr, process.stderr],
    });
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (exitCode !== 0) throw new Error(`npm ci in bench/ ended with exit code ${exitCode ?? '?'}`);
}

/** Where a Python with PyTorch may be; Debian's packages are for its own Python only. */
const pythons = ['python3', '/usr/bin/python3'];

/** The first Python that has PyTorch, or `undefined`. */
export function findPyTorch(): string | undefined {
  return pythons.find(
    (python) => spawnSync(python, ['-c', 'import torch'], { stdio: 'ignore' }).status === 0,
  );
}
