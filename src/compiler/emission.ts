// From a checked plan to what runs: the JavaScript module, and the WebAssembly module with its driver. Both are made
// when they are asked for, since a program is explained, drawn or run without the other.
import { printDriver } from '../emit/js/driver.ts';
import { printModule } from '../emit/js/module.ts';
import { overreachBytes, type Numerics } from '../emit/wasm/artefact.ts';
import { emitWasm } from '../emit/wasm/emit.ts';
import { printWasm } from '../emit/wasm/text.ts';
import { graphHash, hashText } from '../ir/equal.ts';
import { attributeKey } from '../ir/node.ts';
import { once } from '../ir/once.ts';
import { align } from '../plan/plan.ts';
import type { Build } from './build-options.ts';
import type { Compilation } from './compilation.ts';
import { version } from './version.ts';

/** What making something of a plan took, and how large it is. */
export interface EmissionReport {
  readonly name: 'emit' | 'instantiate';
  readonly summary: string;
  readonly milliseconds: number;
}

/** A program as WebAssembly. */
export interface WasmProgram {
  /** The binary module: it imports `env.memory` and exports a function for every kernel. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The JavaScript that binds the module to memory and calls its kernels in order, as a module of its own. */
  readonly driver: string;
  /** The binary module as WebAssembly text. */
  readonly text: string;
}

/** The JavaScript text of every entry, which is there to read whatever runs; `hasLaps` for a profile. */
export function emitJavaScript(compilation: Compilation, hasLaps = false): string {
  return printModule({
    title: titleOf(compilation, 'strict'),
    state: compilation.state,
    entries: compilation.plans,
    hasLaps,
  });
}

/** A program with the driver that profiles run, which calls the same kernels. */
export interface EmittedWasm {
  readonly program: WasmProgram;
  readonly timedDriver: () => string;
}

export function emitWebAssembly(
  compilation: Compilation,
  { numerics, threads }: Pick<Build, 'numerics' | 'threads'>,
): EmittedWasm {
  const { state, plans } = compilation;
  const artefact = emitWasm({ entries: plans, numerics, threads });
  const driver = (hasLaps: boolean): string =>
    printDriver({
      title: titleOf(compilation, numerics),
      state,
      entries: plans,
      kernels: artefact.kernels,
      threads,
      bytes: align(artefact.memoryBytes + overreachBytes),
      hasLaps,
    });
  const text = once(() => printWasm(artefact.bytes));
  const program = Object.freeze({
    bytes: artefact.bytes,
    driver: driver(false),
    get text() {
      return text();
    },
  });
  return { program, timedDriver: () => driver(true) };
}

function titleOf({ name, sizes, captured }: Compilation, numerics: Numerics): string {
  const dims = Object.entries(sizes ?? {}).map(([dimension, size]) => `${dimension} ${size}`);
  const model = modelHash(captured);
  return [`tapeless ${version}`, name, ...dims, numerics, `model ${model}`].join(' · ');
}

/** Eight digits that tell models apart, the same for models that are declared alike. */
export function modelHash(captured: Compilation['captured']): string {
  const roots = [
    ...(captured.loss === null ? [] : [captured.loss]),
    ...captured.outputs.map((output) => output.tensor),
    ...captured.metrics.map((metric) => metric.tensor),
  ];
  return graphHash(roots).slice(0, 8);
}

/** Sixteen digits that tell apart what a step makes of equal state, with the arithmetic that it does it in. */
export function stepHash({ entries }: Compilation, { target, numerics }: Build): string {
  const step = entries.find(({ name }) => name === 'step');
  const outputs = (step?.outputs ?? []).map(({ name, tensor }) => [name, tensor] as const);
  const updates = (step?.updates ?? []).map(({ leaf, next }) => [attributeKey(leaf.attrs), next] as const);
  // Strict arithmetic gives the same bits on every target but the interpreter, which has doubles.
  const arithmetic = target === 'interpreter' ? 'f64' : numerics;
  return hashText(`${arithmetic} ${graphHash(Object.fromEntries([...outputs, ...updates]))}`);
}
