// A program at concrete sizes: the stages below the symbolic graph, run once for each set of sizes and kept. What is
// emitted and run of it is made when it is first asked for; so are the kernels where the interpreter runs, which needs
// none.
import type { Build } from '../compiler/build-options.ts';
import {
  runStages,
  type Compilation,
  type Compiled,
  type Entry,
  type StageReport,
} from '../compiler/compilation.ts';
import {
  emitJavaScript,
  emitWebAssembly,
  type EmissionReport,
  type WasmProgram,
} from '../compiler/emission.ts';
import { referenceSpecialisationStages, specialisationStages } from '../compiler/stages.ts';
import { InternalError } from '../ir/errors.ts';
import { once } from '../ir/once.ts';
import type { Sizes } from '../ir/size.ts';
import { printBytes } from '../plan/plan.ts';
import { interpreted } from './interpreter.ts';
import { compileKernels, instantiate, type GeneratedModule } from './instantiate.ts';

/** A program at concrete sizes, with what is emitted and run of it. */
export interface Specialisation {
  readonly sizes: Sizes;
  readonly compilation: Compilation;
  /** What runs, entry by entry, at these sizes. */
  readonly entries: readonly Entry[];
  readonly build: Build;
  readonly reports: readonly StageReport[];
  /** What has been made of it so far. */
  readonly emissions: readonly EmissionReport[];
  /** The generated JavaScript: a complete module that imports nothing, whatever target runs. */
  readonly source: string;
  /** The WebAssembly module with its driver; null on any other target. */
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

/**
 * Specialises on demand; equal sizes are specialised once.
 * @param symbolic what kernels are made of, asked for where kernels are wanted
 * @param running what is run: the same, or what the interpreter evaluates
 */
export function specialisations(
  symbolic: () => Compiled,
  running: Compiled,
  build: Build,
): (sizes: Sizes) => Specialisation {
  const known = new Map<string, Specialisation>();
  return (sizes) => {
    const key = JSON.stringify(Object.entries(sizes).toSorted(([a], [b]) => (a < b ? -1 : 1)));
    const found =
      known.get(key) ??
      (build.target === 'interpreter'
        ? interpretedAt(symbolic, running, sizes, build)
        : specialiseTo(running, sizes, build));
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
    entries: compilation.entries,
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

/** Entries that are evaluated; what is printed and drawn is the JavaScript program. */
function interpretedAt(
  symbolic: () => Compiled,
  running: Compiled,
  sizes: Sizes,
  build: Build,
): Specialisation {
  const { compilation } = runStages(running.compilation, referenceSpecialisationStages(sizes));
  const printed = once(() => specialiseTo(symbolic(), sizes, { ...build, target: 'js' }));
  const persistent = [...compilation.parameters, ...compilation.states];
  const module = interpreted(compilation.entries, persistent, build.guard);
  return Object.freeze({
    sizes,
    get compilation() {
      return printed().compilation;
    },
    entries: compilation.entries,
    build,
    get reports() {
      return printed().reports;
    },
    get emissions() {
      return printed().emissions;
    },
    get source() {
      return printed().source;
    },
    wasm: null,
    executable: () => ({ module, kernels: null }),
    timed: () => {
      throw new InternalError('E_INTERPRET', 'the interpreter runs no kernels that could be timed');
    },
  });
}
