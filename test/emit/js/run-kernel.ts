// Runs kernel statements as the JavaScript that the emitter makes of them: whole modules of one entry with one kernel.
import { printModule } from '../../../src/emit/js/module.ts';
import type { DType } from '../../../src/ir/dtype.ts';
import type { Buffer, Kernel, KernelProgram, Statement } from '../../../src/kernels/kernel.ts';
import { input } from '../../../src/ops/leaf.ts';
import { layoutState, planEntry } from '../../../src/plan/planner.ts';
import { instantiate } from '../../../src/runtime/instantiate.ts';

/** A flat buffer that is fed or handed out. */
export function buffer(name: string, role: 'input' | 'output', dtype: DType, length: number): Buffer {
  return { name, role, dtype, shape: [length], length, tensor: input(name, [length], dtype) };
}

/** The module of one kernel that reads and writes these buffers. */
export function printKernel(
  body: readonly Statement[],
  reads: readonly Buffer[],
  writes: readonly Buffer[],
): string {
  const kernel: Kernel = { name: 'kernel', phase: 'forward', body, computes: [], reads, writes, scratch: [] };
  const program: KernelProgram = {
    name: 'predict',
    kernels: [kernel],
    buffers: [...reads, ...writes],
    outputs: writes.map((written) => ({ name: written.name, buffer: written })),
  };
  const state = layoutState([]);
  return printModule({ title: 'kernel', state, entries: [planEntry(program, state)] });
}

/** What the kernel writes, by buffer name, when its inputs hold the given numbers. */
export function runKernel(
  body: readonly Statement[],
  reads: ReadonlyMap<Buffer, ArrayLike<number>>,
  writes: readonly Buffer[],
): Readonly<Record<string, readonly number[]>> {
  const module = instantiate(printKernel(body, [...reads.keys()], writes), ['predict']);
  const entry = module.entries['predict']?.(new ArrayBuffer(module.layout.bytes));
  if (entry === undefined) throw new Error('the module has no entry');
  for (const [each, numbers] of reads) entry.inputs[each.name]?.set(numbers);
  entry.run();
  return Object.fromEntries(Object.entries(entry.outputs).map(([name, values]) => [name, [...values]]));
}
