// Stands in for the WebAssembly emitter: modules whose kernels double what they read, or clear what they write. That is
// enough for whatever is around kernels, and says nothing about them.
import type { WasmArtefact, WasmInput, WasmKernel } from '../../src/emit/wasm/artefact.ts';
import type { Buffer, Kernel } from '../../src/kernels/kernel.ts';
import type { EntryPlan } from '../../src/plan/plan.ts';

const i32 = 0x7f;

function unsigned(value: number): readonly number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

function signed(value: number): readonly number[] {
  return value >= -0x40 && value < 0x40 ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signed(value >> 7)];
}

function constant(value: number): readonly number[] {
  return [0x41, ...signed(value)];
}

function withSize(bytes: readonly number[]): readonly number[] {
  return [...unsigned(bytes.length), ...bytes];
}

function section(id: number, items: readonly (readonly number[])[]): readonly number[] {
  return [id, ...withSize([...unsigned(items.length), ...items.flat()])];
}

function text(name: string): readonly number[] {
  return withSize([...new TextEncoder().encode(name)]);
}

function addressOf(buffer: Buffer | undefined, { placements }: EntryPlan): number {
  const placement = placements.find((each) => each.buffer === buffer);
  if (placement === undefined) throw new Error('the kernel has a buffer without a place');
  return placement.offset;
}

/** A loop over the bytes of what the kernel writes: twice what it reads, or zeros where it reads nothing. */
function body({ reads: [read], writes: [written] }: Kernel, plan: EntryPlan): readonly number[] {
  const position = [0x20, 0];
  const target = [2, ...unsigned(addressOf(written, plan))];
  const load = read === undefined ? [] : [...position, 0x2a, 2, ...unsigned(addressOf(read, plan))];
  const store =
    read === undefined
      ? [...position, ...constant(0), 0x36, ...target]
      : [...position, ...load, ...load, 0x92, 0x38, ...target];
  const advance = [...position, ...constant(4), 0x6a, 0x22, 0];
  const untilEnd = [...constant((written?.length ?? 0) * 4), 0x49, 0x0d, 0];
  return withSize([1, 1, i32, 0x03, 0x40, ...store, ...advance, ...untilEnd, 0x0b, 0x0b]);
}

export function emitWasm({ entries }: WasmInput): WasmArtefact {
  const kernels = new Map<Kernel, WasmKernel>();
  const bodies = entries.flatMap((plan) =>
    plan.kernels.map((kernel) => {
      kernels.set(kernel, { name: `${plan.program.name}.${kernel.name}`, isShared: false });
      return body(kernel, plan);
    }),
  );
  const memoryBytes = Math.max(...entries.map((plan) => plan.arenaBytes));
  const pages = unsigned(Math.ceil((memoryBytes + 64) / 65_536));
  const bytes = Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [[0x60, 0, 0]]),
    ...section(2, [[...text('env'), ...text('memory'), 2, 0, ...pages]]),
    ...section(
      3,
      bodies.map(() => [0]),
    ),
    ...section(
      7,
      [...kernels.values()].map(({ name }, index) => [...text(name), 0, ...unsigned(index)]),
    ),
    ...section(10, bodies),
  ]);
  return { bytes, memoryBytes, kernels };
}
