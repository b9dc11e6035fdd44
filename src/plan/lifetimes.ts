// When buffers of an entry are alive, and which may take over the memory of another.
import { indicesEqual, type IndexExpression } from '../ir/index-expression.ts';
import { visitExpression } from '../kernels/expressions.ts';
import type { Buffer, Kernel, KernelProgram, Statement } from '../kernels/kernel.ts';
import { expressionsIn } from '../kernels/statements.ts';

export interface Lifetime {
  readonly buffer: Buffer;
  readonly firstUse: number;
  readonly lastUse: number;
  /** Whether it is read again after the last kernel, so that nothing may take over its memory. */
  readonly outlivesEntry: boolean;
}

/** Roles whose contents survive from one run of any entry to the next. */
export function isPersistent(buffer: Buffer): boolean {
  return buffer.role === 'parameter' || buffer.role === 'state' || buffer.role === 'constant';
}

/**
 * First and last kernel of every buffer that does not persist. Inputs are filled before the first kernel; outputs are
 * read after the last.
 */
export function lifetimes(program: KernelProgram): readonly Lifetime[] {
  const last = program.kernels.length - 1;
  const firstUses = new Map<Buffer, number>();
  const lastUses = new Map<Buffer, number>();
  for (const [position, { reads, writes }] of program.kernels.entries()) {
    for (const buffer of [...reads, ...writes]) {
      if (!firstUses.has(buffer)) firstUses.set(buffer, position);
      lastUses.set(buffer, position);
    }
  }
  const handedOut = new Set(program.outputs.map((output) => output.buffer));
  return program.buffers
    .filter((buffer) => !isPersistent(buffer))
    .map((buffer) => {
      const isFed = buffer.role === 'input';
      // A full batch may be fed once for many steps: nothing may be laid over it.
      const outlivesEntry = handedOut.has(buffer) || isFed;
      return {
        buffer,
        firstUse: isFed ? 0 : (firstUses.get(buffer) ?? 0),
        lastUse: outlivesEntry ? Math.max(last, 0) : (lastUses.get(buffer) ?? 0),
        outlivesEntry,
      };
    });
}

interface Access {
  readonly kind: 'load' | 'store';
  readonly buffer: Buffer;
  readonly index: IndexExpression;
  /** The innermost loop statement it stands in, or the contraction whose epilogue it stands in. */
  readonly place: object;
}

/** Loads and stores of a kernel with the loop body they stand in. */
function accesses(kernel: Kernel): readonly Access[] {
  const found: Access[] = [];
  const visit = (statement: Statement, place: object): void => {
    const addLoads = (roots: ReturnType<typeof expressionsIn>, where: object): void => {
      for (const root of roots) {
        visitExpression(root, (each) => {
          if (each.kind === 'load') {
            // Kernels load from whole buffers; expressions know them by the narrower type of the scalar language.
            found.push({ kind: 'load', buffer: each.buffer as Buffer, index: each.index, place: where });
          }
        });
      }
    };
    switch (statement.kind) {
      case 'let':
        addLoads(expressionsIn(statement), place);
        return;
      case 'store':
        addLoads(expressionsIn(statement), place);
        found.push({ kind: 'store', buffer: statement.buffer, index: statement.index, place });
        return;
      case 'scatter':
        addLoads(expressionsIn(statement), statement);
        found.push({ kind: 'store', buffer: statement.target, index: statement.index, place: statement });
        return;
      case 'loop':
        for (const each of statement.body) visit(each, statement);
        addLoads(
          [
            ...statement.reductions.map((each) => each.contribution),
            ...statement.folds.flatMap((each) => [each.initial, each.next]),
          ],
          // Contributions are gathered after the stores of the body: nothing may be overwritten under them.
          statement.reductions,
        );
        return;
      case 'contraction':
        addLoads([statement.left, statement.right, statement.initial], statement.contracted);
        for (const each of statement.epilogue) visit(each, statement);
        return;
    }
  };
  for (const statement of kernel.body) visit(statement, kernel);
  return found;
}

/** Whether `result` may lie where `source` lies: each element is read before the same element is written. */
export function canReplace(kernel: Kernel, source: Buffer, result: Buffer): boolean {
  if (source.dtype !== result.dtype || source.length !== result.length) return false;
  if (kernel.writes.includes(source) || kernel.reads.includes(result)) return false;
  const all = accesses(kernel);
  const stores = all.filter((access) => access.kind === 'store' && access.buffer === result);
  const [store, ...others] = stores;
  if (store === undefined || others.length > 0) return false;
  // Accesses are listed in the order in which an iteration makes them: a later load would see the new element.
  const position = all.indexOf(store);
  return all.every(
    (access, order) =>
      access.kind === 'store' ||
      access.buffer !== source ||
      (order < position && access.place === store.place && indicesEqual(access.index, store.index)),
  );
}
