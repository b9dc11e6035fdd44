// How a declaration is built: for which target, with what arithmetic, on how many threads. What of it an engine can
// grant is the runtime's business.
import type { Numerics } from '../emit/wasm/artefact.ts';
import {
  badOption,
  checkNames,
  checkOption,
  chosen,
  describeValue,
  type AllowedRange,
} from '../ops/option.ts';

/** What runs a program: its kernels as WebAssembly with SIMD or as JavaScript, or the reference interpreter. */
export type Target = 'wasm' | 'js' | 'interpreter';

/** The second argument of {@link compile}. An engine that lacks something runs the program without it. */
export interface BuildOptions {
  /**
   * `wasm` runs kernels as WebAssembly with SIMD where the engine has that, and as JavaScript where it has not: the
   * results are the same bits. `interpreter` evaluates the declared graph op by op in double precision, the f32 parts
   * of it as well: it is slow, rounds next to nothing, and is there to check the others and to learn from. A constant is
   * what it was declared as: 0.1 of an f32 graph is the f32 next to 0.1. Default: `wasm`.
   */
  readonly target?: Target;
  /**
   * `strict` rounds after every operation: the same bits on every target, engine and number of threads. `fast` lets
   * WebAssembly add products that were not rounded before (fused multiply-add). Default: `strict`.
   */
  readonly numerics?: Numerics;
  /**
   * Threads that work on a step together, the session's own included; `auto` is one for every processor, at most 8.
   * The results are the same bits for any number. Only WebAssembly has more than one. Default: 1.
   */
  readonly threads?: number | 'auto';
  /**
   * Look at all that a run writes to memory, and stop at the first NaN or infinity with an error that names the operation,
   * its layer and your line (`E_NOT_FINITE`); the state is then as it was before. `nan` lets infinities pass, as masks have them. It is
   * several times slower, on one thread, and changes no bit. Default: false.
   *
   * A number that is gone again inside one kernel is not seen: NaN that is compared, or in the branch that `where` does not
   * choose; an infinity that becomes 0. `interpreter` looks at every operation, of the graph as it is declared: there even
   * `log(softmax(x))` is two.
   */
  readonly guard?: boolean | 'nan';
}

/** What a guard stops at: all that is not finite, or NaN alone. */
export type Guard = 'finite' | 'nan';

/** What is in force, after what the engine can do. */
export interface Build {
  readonly target: Target;
  readonly numerics: Numerics;
  readonly threads: number;
  readonly guard: Guard | null;
}

/** What is in force where there are kernels, which can be timed. */
export interface KernelBuild extends Pick<Build, 'numerics' | 'threads'> {
  readonly target: Exclude<Target, 'interpreter'>;
}

const optionsByName: Readonly<Record<keyof BuildOptions, true>> = {
  target: true,
  numerics: true,
  threads: true,
  guard: true,
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
  const { target = 'wasm', numerics = 'strict', threads = 1, guard = false } = options;
  chosen('compile', 'target', target, { wasm: true, js: true, interpreter: true });
  chosen('compile', 'numerics', numerics, { strict: true, fast: true });
  if (typeof guard !== 'boolean' && guard !== 'nan') {
    throw badOption('compile', `guard is ${describeValue(guard)}`, "has to be true, false or 'nan'");
  }
  if (threads === 'auto') return;
  if (typeof threads !== 'number') {
    throw badOption('compile', `threads is ${JSON.stringify(threads)}`, `has to be ${threadCount.text}`);
  }
  checkOption('compile', 'threads', threads, threadCount);
}
