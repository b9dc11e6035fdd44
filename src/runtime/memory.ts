// The memory of a session: one run of bytes that grows and keeps what is in it.
import { TapelessError } from '../ir/errors.ts';
import { printBytes } from '../plan/plan.ts';

export interface SessionMemory {
  /** The bytes; another object after they have grown, which arrays have to be made over anew. */
  readonly buffer: ArrayBufferLike;
  /** What a WebAssembly module imports; null where JavaScript runs. */
  readonly imported: WebAssembly.Memory | null;
  /** Makes room for so many bytes at least. @throws {TapelessError} `E_MEMORY` */
  reserve(bytes: number): void;
}

/** Memory for JavaScript. */
export function plainMemory(): SessionMemory {
  let buffer = new ArrayBuffer(0);
  return {
    get buffer() {
      return buffer;
    },
    imported: null,
    reserve: (bytes) => {
      if (bytes <= buffer.byteLength) return;
      const grown = allocate(bytes, () => new ArrayBuffer(bytes));
      new Uint8Array(grown).set(new Uint8Array(buffer));
      buffer = grown;
    },
  };
}

const pageBytes = 65_536;
const mostPages = 65_536;
/** Half of it is the least that is tried to set aside for threads: 64 MiB. */
const fewestPages = 2048;

/** Memory for WebAssembly, which grows in place; threads can share it, or one has it for itself. */
export function wasmMemory(isShared = false): SessionMemory {
  const imported = isShared ? sharedMemory(mostPages) : new WebAssembly.Memory({ initial: 0 });
  return {
    get buffer() {
      return imported.buffer;
    },
    imported,
    reserve: (bytes) => {
      const missing = Math.ceil((bytes - imported.buffer.byteLength) / pageBytes);
      if (missing <= 0) return;
      if (bytes > mostPages * pageBytes) throw tooLarge(bytes, 'more than WebAssembly can address');
      allocate(bytes, () => imported.grow(missing));
    },
  };
}

/** Engines with little address space refuse to set much of it aside: less will do. */
function sharedMemory(pages: number): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({ initial: 0, maximum: pages, shared: true });
  } catch (cause) {
    if (pages < fewestPages) throw cause;
    return sharedMemory(pages / 2);
  }
}

function allocate<T>(bytes: number, make: () => T): T {
  try {
    return make();
  } catch (cause) {
    throw tooLarge(bytes, 'more than the engine gives', cause);
  }
}

function tooLarge(bytes: number, limit: string, cause?: unknown): TapelessError {
  const message = `the program needs ${printBytes(bytes)} of memory at these sizes, ${limit}; feed smaller batches`;
  return new TapelessError('E_MEMORY', message, { cause });
}
