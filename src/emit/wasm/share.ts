// How threads divide the work of a kernel: in one static partition, by the number of a thread alone.
import type { WasmLocal } from './code.ts';
import type { Scope } from './scope.ts';

/** The part of a kernel that a call of its function does: the shares of threads `from … to - 1`. */
export interface Share {
  readonly threads: number;
  /** First and last of `units` equal pieces of work, the last one not included. */
  of(units: number, scope: Scope): { readonly first: WasmLocal; readonly last: WasmLocal };
}

/** The share that a function's parameters `from` and `to` name, of work divided for a number of threads. */
export function shareOf(from: WasmLocal, to: WasmLocal, threads: number): Share {
  return {
    threads,
    of: (units, scope) => {
      const end = (thread: WasmLocal, name: string): WasmLocal => {
        const local = scope.context.writer.local('i32', name);
        scope.code.get(thread).i32(units).op('i32.mul').i32(threads).op('i32.div_u').set(local);
        return local;
      };
      return { first: end(from, 'first'), last: end(to, 'last') };
    },
  };
}
