// For tests that mock parts of the library: small kernels are divided among threads as far as they can be, and threads
// run everything together that they know, whatever it costs.
import type * as Emit from '../../../src/emit/wasm/emit.ts';
import type { Pace } from '../../../src/runtime/threads/pace.ts';

export function sharingEverything({ emitWasm, ...others }: typeof Emit): typeof Emit {
  return { ...others, emitWasm: (input) => emitWasm({ ...input, sharedFrom: 0 }) };
}

export function alwaysTogether(): Pace {
  return { isTogether: () => true, tookAlone: () => undefined, tookTogether: () => undefined };
}
