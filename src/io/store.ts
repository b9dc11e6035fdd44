// Where checkpoints are kept: whatever can read and write bytes. Relies on nothing; the store that is a file lives with
// the code for Node.

/** One place for bytes: a file, an entry of IndexedDB, an object of a cloud's storage. */
export interface ByteStore {
  /** What was written last; `undefined` when nothing was. */
  read(): Promise<Uint8Array | undefined>;
  /** Replaces it. A write that does not come to its end has to leave what was there. */
  write(bytes: Uint8Array): Promise<void>;
}

/** A store in memory, for tests and for pages. */
export interface MemoryStore extends ByteStore {
  /** What was written last. */
  readonly bytes: Uint8Array | undefined;
  /** How often something was written. */
  readonly writes: number;
}

/** @param bytes what it holds at first; default nothing */
export function memoryStore(bytes?: Uint8Array): MemoryStore {
  let held = bytes;
  let writes = 0;
  return {
    read: () => Promise.resolve(held),
    write: (written) => {
      // A copy, as a file would be one.
      held = written.slice();
      writes++;
      return Promise.resolve();
    },
    get bytes() {
      return held;
    },
    get writes() {
      return writes;
    },
  };
}
