// Options that say how a model is built, which all commands that run one share.

import type { BuildOptions } from '../compiler/build-options.ts';
import type { Options, ValuesOf } from './option.ts';
import { choice, wholeOr } from './option.ts';

/** How to build; default: as the model file says. */
export const buildOptions = {
  target: choice(['wasm', 'js', 'interpreter'], 'what runs the model'),
  threads: wholeOr('n', 'auto', 'threads that work together (WebAssembly only)'),
  numerics: choice(['strict', 'fast'], 'strict: the same bits everywhere; fast: fused multiply-add'),
} satisfies Options;

/** The options as `compile` takes them. */
export function buildFrom({ target, threads, numerics }: ValuesOf<typeof buildOptions>): BuildOptions {
  return {
    ...(target === undefined ? {} : { target }),
    ...(threads === undefined ? {} : { threads }),
    ...(numerics === undefined ? {} : { numerics }),
  };
}
