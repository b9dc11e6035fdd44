// Runs the text of a generated module: what is exported is what is executed. The text imports nothing, so a function
// body can stand for the module. Kernels in WebAssembly are compiled beside it.
import { InternalError, TapelessError } from '../ir/errors.ts';

export type FeedArray = Float32Array | Float64Array | Int32Array | Uint8Array;

/** What one thread does of a run: the shares `from … to - 1` of every kernel that is divided. */
export interface Share {
  readonly from: number;
  readonly to: number;
  /** Called where all threads have to meet. */
  barrier(): void;
}

/** What the twin for profiles takes beside a share. */
export interface TimedShare extends Share {
  /** Called after every kernel with its position, and where threads have met with the number of kernels. */
  lap(position: number): void;
}

/** An entry point bound to memory. */
export interface BoundEntry {
  readonly inputs: Readonly<Record<string, FeedArray>>;
  readonly outputs: Readonly<Record<string, FeedArray>>;
  /** Entries whose kernels are divided among threads take a share. */
  run(share?: Share): void;
}

/** What a generated module exports. */
export interface GeneratedModule {
  readonly layout: { readonly bytes: number };
  readonly state: (memory: ArrayBufferLike) => Readonly<Record<string, FeedArray>>;
  /** Drivers of WebAssembly take the exports of its instance, too. */
  readonly entries: Readonly<
    Record<string, (memory: ArrayBufferLike, kernels?: WebAssembly.Exports) => BoundEntry>
  >;
}

/**
 * Makes the module that `source` is the text of.
 * @throws {TapelessError} `E_EVAL` where a page forbids code from text
 */
export function instantiate(source: string, entryNames: readonly string[]): GeneratedModule {
  let make: () => unknown;
  try {
    make = new Function(
      functionBody(source, `{ layout, state, entries: { ${entryNames.join(', ')} } }`),
    ) as () => unknown;
  } catch (cause) {
    if (cause instanceof SyntaxError) {
      throw new InternalError('E_EMIT', `the generated module is not JavaScript: ${cause.message}`, {
        cause,
      });
    }
    throw new TapelessError(
      'E_EVAL',
      'this page forbids code from text (its content security policy lacks "unsafe-eval"); save program.source as a module and import it',
      { cause },
    );
  }
  // The emitter writes exactly this shape; a test runs every exported name.
  return make() as GeneratedModule;
}

/** The body of a function that stands for a module, and returns what is asked of it. */
export function functionBody(source: string, result: string): string {
  return `'use strict';\n${source.replaceAll(/^export /gm, '')}\nreturn ${result};`;
}

/**
 * Compiles a module of kernels.
 * @throws {TapelessError} `E_EVAL` where a page forbids WebAssembly
 */
export function compileKernels(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module {
  try {
    return new WebAssembly.Module(bytes);
  } catch (cause) {
    if (!WebAssembly.validate(bytes)) {
      throw new InternalError('E_EMIT', `the generated module is not WebAssembly: ${String(cause)}`, {
        cause,
      });
    }
    throw new TapelessError(
      'E_EVAL',
      `this page forbids WebAssembly (its content security policy lacks "wasm-unsafe-eval"); compile with { target: 'js' }`,
      { cause },
    );
  }
}
