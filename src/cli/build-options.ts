// Options that say how a model is built, which all commands that run one share.

import type { BuildOptions } from '../compiler/build-options.ts';
import type { Options, ValuesOf } from './option.ts';
import { choice, flag, wholeOr } from './option.ts';

/** How to build; default: as the model file says. */
export const buildOptions = {
  target: choice(['wasm', 'js', 'interpreter'], 'what runs the model'),
  threads: wholeOr('n', 'auto', 'threads that work together (WebAssembly only)'),
  numerics: choice(['strict', 'fast'], 'strict: the same bits everywhere; fast: fused multiply-add'),
  guard: flag('stop at the first NaN or infinity, and name its operation, layer and line; slower'),
} satisfies Options;

/** The options as `compile` takes them. */
export function buildFrom({ target, threads, numerics, guard }: ValuesOf<typeof buildOptions>): BuildOptions {
  return {
    ...(target === undefined ? {} : { target }),
    ...(threads === undefined ? {} : { threads }),
    ...(numerics === undefined ? {} : { numerics }),
    ...(guard === undefined ? {} : { guard }),
  };
}
