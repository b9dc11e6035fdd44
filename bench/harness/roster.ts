// Who takes part: the configurations of tapeless, and the peers that the machine has.
import { fileURLToPath } from 'node:url';
import type { ContenderCommand } from './contender.ts';

/** What tapeless compiles for. */
export interface Configuration {
  readonly target: 'js' | 'wasm';
  readonly numerics: 'strict' | 'fast';
  readonly threads: number;
}

/** The configurations that are timed on a machine of so many cores, the slowest first. */
export function configurationsFor(cores: number): readonly Configuration[] {
  const single: readonly Configuration[] = [
    { target: 'js', numerics: 'strict', threads: 1 },
    { target: 'wasm', numerics: 'strict', threads: 1 },
    { target: 'wasm', numerics: 'fast', threads: 1 },
  ];
  if (cores === 1) return single;
  return [
    ...single,
    { target: 'wasm', numerics: 'strict', threads: cores },
    { target: 'wasm', numerics: 'fast', threads: cores },
  ];
}

/** `wasm fast, 2 threads` */
export function describeConfiguration({ target, numerics, threads }: Configuration): string {
  return `${target} ${numerics}, ${threads} thread${threads === 1 ? '' : 's'}`;
}

function script(name: string): string {
  return fileURLToPath(new URL(`../${name}`, import.meta.url));
}

function nodeContender(id: string, name: string, ...args: readonly string[]): ContenderCommand {
  return { id, command: process.execPath, args: [...process.execArgv, script(name), ...args] };
}

/** tapeless in one configuration. */
export function tapelessContender(configuration: Configuration): ContenderCommand {
  const { target, numerics, threads } = configuration;
  const id = `tapeless ${describeConfiguration(configuration)}`;
  const command = nodeContender(id, 'tapeless.ts', target, numerics, String(threads));
  return { ...command, isExact: numerics === 'strict' };
}

/** Names of the peers in results and tables. */
export type Peer = 'pytorch' | 'tfjs-wasm' | 'tfjs-cpu' | 'jax-js';

/** The peers that run on Node, in the order of tables. */
export const nodePeers = {
  'tfjs-wasm': nodeContender('tfjs-wasm', 'tensorflow.ts', 'wasm'),
  'tfjs-cpu': nodeContender('tfjs-cpu', 'tensorflow.ts', 'cpu'),
  'jax-js': nodeContender('jax-js', 'jax.ts'),
} as const satisfies Partial<Record<Peer, ContenderCommand>>;

/**
 * PyTorch at so many threads. Several threads can sleep or spin for a moment while they wait for each other; which is
 * faster depends on the library of matrix products, so both take part. OpenBLAS spins for about two milliseconds instead
 * of many, so that a contender that waits does not hold a core that others need.
 */
export function pytorchContenders(python: string, threads: number): readonly ContenderCommand[] {
  const contender = (setting: string, environment: Readonly<Record<string, string>>): ContenderCommand => ({
    id: `pytorch ${threads}`,
    setting,
    command: python,
    args: [script('pytorch.py')],
    environment: {
      OMP_NUM_THREADS: String(threads),
      OPENBLAS_NUM_THREADS: String(threads),
      MKL_NUM_THREADS: String(threads),
      OPENBLAS_THREAD_TIMEOUT: '22',
      ...environment,
    },
  });
  const sleeping = contender('', { OMP_WAIT_POLICY: 'PASSIVE' });
  return threads === 1 ? [sleeping] : [sleeping, contender('spinning', {})];
}

/** Loops over `Math`, beside the scalar functions of tapeless. */
export const mathContender = nodeContender('Math', 'math.ts');

/** The most multiplications and additions that one core does in WebAssembly. */
export const peakContender = nodeContender('peak', 'peak.ts');
