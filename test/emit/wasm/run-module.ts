// Runs modules of the assembler on a memory of their own.
import type { FunctionWriter } from '../../../src/emit/wasm/code.ts';
import { encodeModule, mostPages, pageBytes } from '../../../src/emit/wasm/module.ts';

export interface RunningModule {
  readonly bytes: Uint8Array;
  readonly memory: DataView;
  call(name: string, ...values: readonly number[]): unknown;
}

export interface RunOptions {
  readonly pages?: number;
  readonly shared?: boolean;
}

/** The functions as a module that is ready to be called. */
export function runModule(functions: readonly FunctionWriter[], options: RunOptions = {}): RunningModule {
  const { pages = 1, shared = false } = options;
  return runBytes(encodeModule(functions, { pages, shared }), { pages, shared });
}

export function runBytes(bytes: Uint8Array, { pages = 1, shared = false }: RunOptions = {}): RunningModule {
  const memory = new WebAssembly.Memory(
    shared ? { initial: pages, maximum: mostPages, shared } : { initial: pages },
  );
  // A view of fixed length, so that writing outside of the memory fails.
  const view = new DataView(memory.buffer, 0, pages * pageBytes);
  // Copied, because the compiler's types want bytes that cannot be shared.
  const module = new WebAssembly.Module(new Uint8Array(bytes));
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return {
    bytes,
    memory: view,
    call(name, ...values) {
      const exported = exports[name];
      if (typeof exported !== 'function') throw new Error(`the module exports no function ${name}`);
      const result: unknown = Reflect.apply(exported, undefined, values);
      return result;
    },
  };
}
