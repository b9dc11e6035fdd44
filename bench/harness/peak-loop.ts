// A hand-assembled WebAssembly loop of independent multiply-adds on 128-bit vectors and nothing else: as many operations
// as one core does in a WebAssembly module, the peak that contractions are compared with.

/** Accumulators: enough to hide the latency of two units that take four cycles each, few enough for 16 registers. */
const chains = 12;
const iterations = 5000;

/** Floating-point operations of one run: a product and a sum in each of four lanes. */
export const peakOperations = iterations * chains * 4 * 2;

/** The loop, ready to run. */
export interface PeakLoop {
  /** `relaxed_madd` where the engine has fused multiply-adds, else `mul, add`. */
  readonly instruction: string;
  readonly run: () => number;
}

/** Assembles the loop with the best instruction that this engine has. */
export function peakLoop(): PeakLoop {
  const fused = assemble(relaxedMadd);
  return WebAssembly.validate(fused)
    ? { instruction: 'relaxed_madd', run: instantiate(fused) }
    : { instruction: 'mul, add', run: instantiate(assemble(separate)) };
}

function instantiate(bytes: Uint8Array<ArrayBuffer>): () => number {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  // The module below exports exactly this.
  const run = exports['run'] as (iterations: number) => number;
  return () => run(iterations);
}

/** Numbers in LEB128, as WebAssembly writes them. */
function unsigned(value: number): readonly number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];
}

function section(id: number, content: readonly number[]): readonly number[] {
  return [id, ...unsigned(content.length), ...content];
}

const i32 = 0x7f;
const f32 = 0x7d;
const v128 = 0x7b;
const end = 0x0b;
const localGet = 0x20;
const localSet = 0x21;
const localTee = 0x22;
const splat = [0xfd, 0x13];
const sum = [0xfd, 0xe4, 0x01];
const firstLane = [0xfd, 0x1f, 0];
const half = [0x43, 0, 0, 0, 0x3f];

// Locals: the count of iterations is 0, accumulators follow, then a factor and an addend, both one half: values stay
// near one.
const accumulators = Array.from({ length: chains }, (_, index) => index + 1);
const factor = chains + 1;
const addend = chains + 2;

const relaxedMadd = (accumulator: number): readonly number[] => [
  ...[localGet, accumulator, localGet, factor, localGet, addend, 0xfd, 0x85, 0x02],
  ...[localSet, accumulator],
];

const separate = (accumulator: number): readonly number[] => [
  ...[localGet, accumulator, localGet, factor, 0xfd, 0xe6, 0x01],
  ...[localGet, addend, ...sum, localSet, accumulator],
];

function assemble(multiplyAdd: (accumulator: number) => readonly number[]): Uint8Array<ArrayBuffer> {
  const body = [
    ...[1, chains + 2, v128],
    ...[...half, ...splat, localTee, factor, localSet, addend],
    ...[0x03, 0x40, ...accumulators.flatMap(multiplyAdd)],
    ...[localGet, 0, 0x41, 1, 0x6b, localTee, 0, 0x0d, 0, end],
    ...accumulators.flatMap((each, index) => [localGet, each, ...(index === 0 ? [] : sum)]),
    ...[...firstLane, end],
  ];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 1, i32, 1, f32]),
    ...section(3, [1, 0]),
    ...section(7, [1, 3, ...Buffer.from('run'), 0, 0]),
    ...section(10, [1, ...unsigned(body.length), ...body]),
  ]);
}
