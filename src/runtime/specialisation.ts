// A program at concrete sizes: the stages below the symbolic graph, run once for each set of sizes and kept. What is
// emitted and run of it is made when it is first asked for.
import type { Build } from '../compiler/build-options.ts';
import { runStages, type Compilation, type Compiled, type StageReport } from '../compiler/compilation.ts';
import {
  emitJavaScript,
  emitWebAssembly,
  type EmissionReport,
  type WasmProgram,
} from '../compiler/emission.ts';
import { specialisationStages } from '../compiler/stages.ts';
import { once } from '../ir/once.ts';
import type { Sizes } from '../ir/size.ts';
import { printBytes } from '../plan/plan.ts';
import { compileKernels, instantiate, type GeneratedModule } from './instantiate.ts';

export interface Specialisation {
  readonly sizes: Sizes;
  readonly compilation: Compilation;
  readonly build: Build;
  readonly reports: readonly StageReport[];
  /** What has been made of it so far. */
  readonly emissions: readonly EmissionReport[];
  /** The generated JavaScript: a complete module that imports nothing, whatever target runs. */
  readonly source: string;
  /** The WebAssembly module with its driver; null where the target is JavaScript. */
  readonly wasm: WasmProgram | null;
  /** What sessions run, made when a session first does. */
  readonly executable: () => Executable;
  /** The twin of what sessions run that tells a profile after every kernel; it runs the same kernels. */
  readonly timed: () => GeneratedModule;
}

/** A generated module, and for WebAssembly the kernels that its entries are bound to. */
export interface Executable {
  readonly module: GeneratedModule;
  readonly kernels: WebAssembly.Module | null;
}

/** Specialises on demand; equal sizes are specialised once. */
export function specialisations(symbolic: Compiled, build: Build): (sizes: Sizes) => Specialisation {
  const known = new Map<string, Specialisation>();
  return (sizes) => {
    const key = JSON.stringify(Object.entries(sizes).toSorted(([a], [b]) => (a < b ? -1 : 1)));
    const found = known.get(key) ?? specialiseTo(symbolic, sizes, build);
    known.set(key, found);
    return found;
  };
}

function specialiseTo(symbolic: Compiled, sizes: Sizes, build: Build): Specialisation {
  const { compilation, reports } = runStages(symbolic.compilation, specialisationStages(sizes));
  const emissions: EmissionReport[] = [];
  /** Makes something once, and reports what that took. */
  const reported = <T>(name: EmissionReport['name'], make: () => T, summaryOf: (made: T) => string) =>
    once((): T => {
      const began = performance.now();
      const made = make();
      emissions.push({ name, summary: summaryOf(made), milliseconds: performance.now() - began });
      return made;
    });
  const source = reported(
    'emit',
    () => emitJavaScript(compilation),
    (text) => `prints ${printBytes(text.length)} of JavaScript`,
  );
  const emitted = reported(
    'emit',
    () => emitWebAssembly(compilation, build),
    ({ program: { bytes, driver } }) =>
      `assembles ${printBytes(bytes.length)} of WebAssembly, prints ${printBytes(driver.length)} of driver`,
  );
  const isWasm = build.target === 'wasm';
  const entryNames = compilation.entries.map((entry) => entry.name);
  const instantiated = (text: string, bytes: Uint8Array<ArrayBuffer> | null): (() => Executable) =>
    reported(
      'instantiate',
      () => ({
        module: instantiate(text, entryNames),
        kernels: bytes === null ? null : compileKernels(bytes),
      }),
      () => 'hands it to the engine',
    );
  const executable = once((): Executable => {
    if (!isWasm) return instantiated(source(), null)();
    const { driver, bytes } = emitted().program;
    return instantiated(driver, bytes)();
  });
  const timed = once(() =>
    instantiate(isWasm ? emitted().timedDriver() : emitJavaScript(compilation, true), entryNames),
  );
  return Object.freeze({
    sizes,
    compilation,
    build,
    reports: [...symbolic.reports, ...reports],
    get emissions() {
      return [...emissions];
    },
    get source() {
      return source();
    },
    get wasm() {
      return isWasm ? emitted().program : null;
    },
    executable,
    timed,
  });
}
