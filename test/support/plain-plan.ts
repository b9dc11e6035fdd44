// Kernels written by hand, as plans of their own: for what no graph is known to lead to, but an emitter has to get right.
import type { DType } from '../../src/ir/dtype.ts';
import { bytesPerElement } from '../../src/ir/dtype.ts';
import type { Buffer, BufferRole, Statement } from '../../src/kernels/kernel.ts';
import { input } from '../../src/ops/leaf.ts';
import { align, type EntryPlan, type Placement, type StateLayout } from '../../src/plan/plan.ts';

export function plainBuffer(
  name: string,
  role: BufferRole,
  shape: readonly number[],
  dtype: DType = 'f32',
): Buffer {
  const length = shape.reduce((product, extent) => product * extent, 1);
  return { name, role, dtype, shape, length, tensor: input(name, shape, dtype) };
}

export const noState: StateLayout = { slots: [], constants: [], bytes: 0 };

/** One kernel over some buffers, which lie one after the other; those of the role `scratch` are its own. */
export function plainPlan(body: readonly Statement[], buffers: readonly Buffer[]): EntryPlan {
  const scratch = buffers.filter(({ role }) => role === 'scratch');
  const lasting = buffers.filter(({ role }) => role !== 'scratch');
  const outputs = lasting.filter(({ role }) => role === 'output');
  const kernel = {
    name: 'kernel',
    phase: 'forward',
    body,
    computes: outputs.map(({ tensor }) => tensor),
    reads: lasting.filter(({ role }) => role === 'input'),
    writes: outputs,
    scratch,
  } as const;
  const placements: Placement[] = [];
  let arenaBytes = 0;
  for (const buffer of lasting) {
    const bytes = buffer.length * bytesPerElement[buffer.dtype];
    placements.push({ buffer, offset: arenaBytes, bytes, firstUse: 0, lastUse: 0 });
    arenaBytes += align(bytes);
  }
  const program = {
    name: 'step',
    kernels: [kernel],
    buffers: lasting,
    outputs: outputs.map((buffer) => ({ name: buffer.name, buffer })),
  };
  return { program, kernels: [kernel], placements, arenaBytes, lowerBound: arenaBytes };
}
