// What the JavaScript engine at hand can do, asked anew for every program, and what of a build's options that leaves
// in force.
import { checkBuildOptions, type Build, type BuildOptions } from '../compiler/build-options.ts';
import { processorCount, threadStarter } from './threads/host.ts';

/** What every module begins with. */
const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

/** Whether a module with one function of type `() => v128` and this body is valid. */
function validates(body: readonly number[]): boolean {
  if (typeof WebAssembly === 'undefined') return false;
  const code = [0, ...body, 0x0b];
  const sections = [
    [1, 5, 1, 0x60, 0, 1, 0x7b],
    [3, 2, 1, 0],
    [10, code.length + 2, 1, code.length, ...code],
  ];
  return WebAssembly.validate(Uint8Array.of(...header, ...sections.flat()));
}

/** `f32x4.splat` of 0. */
const zeros = [0x43, 0, 0, 0, 0, 0xfd, 0x13];

/** WebAssembly with vectors of 128 bits. */
export function hasSimd(): boolean {
  return validates([...zeros, ...zeros, 0xfd, 0xe4, 0x01]); // f32x4.add
}

/** Fused multiply-add. */
export function hasRelaxedSimd(): boolean {
  return validates([...zeros, ...zeros, ...zeros, 0xfd, 0x85, 0x02]); // f32x4.relaxed_madd
}

/** WebAssembly over memory that threads share. */
function hasThreads(): boolean {
  const sharedMemory = [5, 4, 1, 3, 0, 1];
  return WebAssembly.validate(Uint8Array.of(...header, ...sharedMemory));
}

/** What this engine makes of the options. @throws {DeclarationError} `E_OPTION` */
export function inForce(options: BuildOptions): Build {
  checkBuildOptions(options);
  const { target = 'wasm', numerics = 'strict', threads = 1 } = options;
  const guard = options.guard === true ? 'finite' : options.guard === 'nan' ? 'nan' : null;
  if (target === 'interpreter') return { target, numerics: 'strict', threads: 1, guard };
  if (target === 'js' || !hasSimd()) return { target: 'js', numerics: 'strict', threads: 1, guard };
  return {
    target,
    numerics: numerics === 'fast' && hasRelaxedSimd() ? 'fast' : 'strict',
    // Under guard the kernels run one after the other, with a look at each.
    threads: guard === null ? threadsInForce(threads) : 1,
    guard,
  };
}

/** More than these gain little, and wait for one another. */
const mostAutomatic = 8;

function threadsInForce(threads: number | 'auto'): number {
  const wanted = threads === 'auto' ? Math.min(processorCount(), mostAutomatic) : threads;
  return wanted > 1 && threadStarter() !== null && hasThreads() ? wanted : 1;
}
