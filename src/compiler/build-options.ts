// How a declaration is built: for which target, with what arithmetic, on how many threads. What of it an engine can
// grant is the runtime's business.
import type { Numerics } from '../emit/wasm/artefact.ts';
import { badOption, checkNames, checkOption, chosen, type AllowedRange } from '../nn/option.ts';

/** What runs the kernels: WebAssembly with SIMD, or JavaScript. */
export type Target = 'wasm' | 'js';

/** The second argument of {@link compile}. An engine that lacks something runs the program without it. */
export interface BuildOptions {
  /**
   * `wasm` runs kernels as WebAssembly with SIMD where the engine has that, and as JavaScript where it has not: the
   * results are the same bits. Default: `wasm`.
   */
  readonly target?: Target;
  /**
   * `strict` rounds after every operation: the same bits on every target, engine and number of threads. `fast` lets
   * WebAssembly add products that were not rounded before (fused multiply-add). Default: `strict`.
   */
  readonly numerics?: Numerics;
  /**
   * Threads that work on a step together, the session's own included; `auto` is one for every processor, at most 8.
   * The results are the same bits for any number. Default: 1.
   */
  readonly threads?: number | 'auto';
}

/** What is in force, after what the engine can do. */
export interface Build {
  readonly target: Target;
  readonly numerics: Numerics;
  readonly threads: number;
}

const optionsByName: Readonly<Record<keyof BuildOptions, true>> = {
  target: true,
  numerics: true,
  threads: true,
};
export const buildOptionNames = Object.keys(optionsByName);

/** More threads than this would spend their time waiting for one another. */
const mostThreads = 64;

const threadCount: AllowedRange = {
  text: `a whole number from 1 to ${mostThreads}, or 'auto'`,
  holds: (value) => Number.isInteger(value) && value >= 1 && value <= mostThreads,
};

/** @throws {DeclarationError} `E_OPTION` */
export function checkBuildOptions(options: BuildOptions): void {
  checkNames('compile', options, buildOptionNames);
  const { target = 'wasm', numerics = 'strict', threads = 1 } = options;
  chosen('compile', 'target', target, { wasm: true, js: true });
  chosen('compile', 'numerics', numerics, { strict: true, fast: true });
  if (threads === 'auto') return;
  if (typeof threads !== 'number') {
    throw badOption('compile', `threads is ${JSON.stringify(threads)}`, `has to be ${threadCount.text}`);
  }
  checkOption('compile', 'threads', threads, threadCount);
}
