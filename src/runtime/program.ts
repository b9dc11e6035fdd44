// The compiled program as users hold it: its source, its pictures and explanations, and the sessions it starts.
import { createDraft, finishDraft } from 'immer';
import type { BuildOptions, Target } from '../compiler/build-options.ts';
import { emptyCompilation, runStages, type Compilation } from '../compiler/compilation.ts';
import { defaultSize, frozenCopy, type Declaration } from '../compiler/declaration.ts';
import { diagramOf, type DiagramOptions } from '../compiler/diagram.ts';
import { modelHash, stepHash, type WasmProgram } from '../compiler/emission.ts';
import { explain, type ExplainOptions } from '../compiler/explain.ts';
import { sizeProblems } from '../compiler/stages/check.ts';
import { dimensionNames } from '../compiler/stages/capture.ts';
import { referenceStages, symbolicStages } from '../compiler/stages.ts';
import { summarise } from '../compiler/summary.ts';
import type { Numerics } from '../emit/wasm/artefact.ts';
import type { Tensor } from '../ir/node.ts';
import { once } from '../ir/once.ts';
import type { Sizes } from '../ir/size.ts';
import { checkNames } from '../ops/option.ts';
import { inForce } from './engine.ts';
import { startSession, type Session, type SessionOptions } from './session.ts';
import { specialisations, type Specialisation } from './specialisation.ts';

/** A compiled program. It holds no numbers: {@link Program.start} makes a session that does. */
export interface Program<Metrics extends string = string, Outputs extends string = string> {
  readonly name: string;
  readonly declaration: Declaration;
  /** How it was asked to be built. */
  readonly options: BuildOptions;
  /** What runs it: the target that was asked for, or `js` where that is `wasm` and the engine lacks its vectors. */
  readonly target: Target;
  /** The arithmetic in force: `fast` only where the engine can fuse multiplication and addition. */
  readonly numerics: Numerics;
  /** The number of threads in force. */
  readonly threads: number;
  /**
   * The generated JavaScript at the sizes of the declaration: a complete module that imports nothing. It gives the
   * bits of any target with strict numerics, and is there to read whatever target runs.
   */
  readonly source: string;
  /** The WebAssembly at the sizes of the declaration, with its driver; null on any other target. */
  readonly wasm: WasmProgram | null;
  /**
   * The program at other sizes: its source, kernels and plans.
   * @throws {DeclarationError} `E_UNKNOWN_DIM`, `E_SIZE`
   */
  at(sizes: Sizes): Specialisation;
  /** A diagram in Graphviz DOT; `tapeless/viz` renders it to SVG. */
  toDot(options: DiagramOptions): string;
  /** What each stage did, the kernels, their work and memory; with `timings`, the milliseconds of every stage. */
  explain(options?: ExplainOptions): string;
  /** Layers, shapes and parameter counts as a table. */
  summary(): string;
  /** Draws parameters and starts counting steps. */
  start(options?: SessionOptions): Session<Metrics, Outputs>;
}

/**
 * Compiles a declared model: checks it, differentiates it, and makes a training step, an evaluation and a prediction
 * of it. Problems are reported all at once.
 * @param declaration what is compiled
 * @param options how it is built: target, numerics, threads
 * @throws {DeclarationError} for a declaration that does not make sense, {@link ShapeError} for shapes that do not fit
 */
export function compile<Metrics extends string = never, Outputs extends string = never>(
  declaration: Declaration & {
    readonly metrics?: Readonly<Record<Metrics, Tensor>>;
    readonly outputs?: Readonly<Record<Outputs, Tensor>>;
  },
  options: BuildOptions = {},
): Program<Metrics, Outputs> {
  const build = inForce(options);
  const frozen = frozenCopy(declaration);
  const symbolic = once(() => runStages(emptyCompilation(frozen), symbolicStages));
  const running =
    build.target === 'interpreter' ? runStages(emptyCompilation(frozen), referenceStages) : symbolic();
  const specialise = specialisations(symbolic, running, build);
  const { compilation } = running;
  const defaultSizes = sizesFor(compilation);
  const nominal = (): Specialisation => specialise(defaultSizes);
  return Object.freeze({
    name: compilation.name,
    declaration: frozen,
    options: Object.freeze({ ...options }),
    ...build,
    get source() {
      return nominal().source;
    },
    get wasm() {
      return nominal().wasm;
    },
    at: (sizes: Sizes) => {
      const [problem] = sizeProblems(compilation, sizes);
      if (problem !== undefined) throw problem;
      return specialise({ ...defaultSizes, ...sizes });
    },
    toDot: (options: DiagramOptions) => diagramOf(nominal().compilation, options),
    explain: (explainOptions: ExplainOptions = {}) => {
      checkNames('explain', explainOptions, ['timings']);
      if (explainOptions.timings === true) nominal().executable();
      return explain(nominal(), explainOptions);
    },
    summary: () => summarise(compilation),
    start: (sessionOptions: SessionOptions = {}) =>
      startSession<Metrics, Outputs>(
        {
          symbolic: compilation,
          modelHash: once(() => modelHash(symbolic().compilation.captured)),
          fingerprint: once(() => stepHash(symbolic().compilation, build)),
          specialise,
          defaultSizes,
          build,
        },
        sessionOptions,
      ),
  });
}

function sizesFor(compilation: Compilation): Sizes {
  const given = compilation.declaration.sizes ?? {};
  return Object.fromEntries(dimensionNames(compilation).map((name) => [name, given[name] ?? defaultSize]));
}

/** A declaration that a recipe of {@link edit} may change. */
export type DeclarationDraft = { -readonly [Field in keyof Declaration]: Declaration[Field] };

/**
 * The program of a changed declaration: freeze parameters, swap the optimizer, cut a head. The recipe changes the
 * draft that it is given; the program given stays as it is. It is built as that one, but for the options given here.
 * @example
 * const cooler = edit(program, (draft) => {
 *   draft.optimizer = sgd({ lr: 0.1 });
 * });
 * @throws {DeclarationError} as {@link compile} does, when the changed declaration does not make sense
 */
export function edit(
  program: Program,
  recipe: (draft: DeclarationDraft) => undefined,
  options: BuildOptions = {},
): Program {
  // Immer's own Draft type would open up tensors and optimizers, too, which are values and stay whole.
  const draft = createDraft(program.declaration) as DeclarationDraft;
  recipe(draft);
  return compile(finishDraft(draft), { ...program.options, ...options });
}
