// The kernel IR: loop nests over scalar expressions, and contractions, which stay whole so that each target can tile
// them its own way. Nothing here knows a target language.
import type { DType } from '../ir/dtype.ts';
import type { Axis, IndexExpression } from '../ir/index-expression.ts';
import type { Combiner, Fold, ScatterCombiner } from '../ir/lowering.ts';
import type { Tensor } from '../ir/node.ts';
import type { BinaryInstruction, Expression, Local } from '../ir/scalar.ts';

/**
 * What a buffer is for. `input` is fed, `parameter` and `state` live from step to step, `output` is handed out,
 * `constant` is filled once, `temporary` lives inside a step, `scratch` inside one iteration of one kernel.
 */
export type BufferRole = 'input' | 'parameter' | 'state' | 'output' | 'constant' | 'temporary' | 'scratch';

/** A row-major array that kernels read and write. Where it lies in memory is the plan's business. */
export interface Buffer {
  readonly name: string;
  readonly role: BufferRole;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly length: number;
  /** The tensor whose elements it holds. */
  readonly tensor: Tensor;
  /** Values of an i32 buffer lie in this range: those of an input are checked before they get here. */
  readonly range?: { readonly low: number; readonly high: number };
}

/**
 * The canonical order of a reduction, the same on every target: `ascending` adds element after element; `lanes`
 * keeps eight partial results, element i going to lane i mod 8, combined as ((0+4)+(2+6))+((1+5)+(3+7)).
 */
export type ReductionOrder = 'ascending' | 'lanes';
export const laneCount = 8;

/** The instruction that combines two values. */
export const instructionOf: Readonly<Record<Combiner, BinaryInstruction>> = {
  sum: 'add',
  product: 'mul',
  max: 'max',
  min: 'min',
};

/** A reduction carried by a loop. */
export interface Reduction {
  readonly local: Local;
  readonly combiner: Combiner;
  readonly order: ReductionOrder;
  readonly contribution: Expression;
}

export type Statement =
  | { readonly kind: 'let'; readonly local: Local; readonly value: Expression }
  | {
      readonly kind: 'store';
      readonly buffer: Buffer;
      readonly index: IndexExpression;
      readonly value: Expression;
    }
  | Loop
  | Contraction
  | Scatter;

/**
 * Iterations are independent but for the reductions and folds, whose locals are visible after the loop. Those of folds
 * are visible in the body too, as they stand before its iteration: a scan stores them, or what follows from them.
 */
export interface Loop {
  readonly kind: 'loop';
  readonly axis: Axis;
  readonly body: readonly Statement[];
  readonly reductions: readonly Reduction[];
  readonly folds: readonly Fold[];
}

/**
 * For every (row, column): `sum = initial`; then, k ascending over the contracted axes, `sum += left · right`, each
 * product and each sum rounded; then the epilogue, which may use `sum`. Left depends on rows and k, right on columns
 * and k. Loops over batch axes stand around it.
 */
export interface Contraction {
  readonly kind: 'contraction';
  readonly rows: readonly Axis[];
  readonly columns: readonly Axis[];
  readonly contracted: readonly Axis[];
  readonly left: Expression;
  readonly right: Expression;
  readonly initial: Expression;
  readonly sum: Local;
  readonly epilogue: readonly Statement[];
}

/**
 * For every update in row-major order: `target[index] = target[index] combined with value`, rounded. The target was
 * filled by a statement before. With `replace` the last update of a position stands.
 */
export interface Scatter {
  readonly kind: 'scatter';
  readonly combiner: ScatterCombiner;
  readonly axes: readonly Axis[];
  readonly target: Buffer;
  readonly index: IndexExpression;
  readonly value: Expression;
}

/** What a kernel computes, for names, comments, diagrams and error messages. */
export interface Kernel {
  readonly name: string;
  readonly phase: Phase;
  readonly body: readonly Statement[];
  /** The tensors that are computed here, in order, inlined ones included. */
  readonly computes: readonly Tensor[];
  readonly reads: readonly Buffer[];
  readonly writes: readonly Buffer[];
  /** Private memory of one iteration of the outermost loop. */
  readonly scratch: readonly Buffer[];
}

/** The part of a step that a tensor belongs to. */
export type Phase = 'forward' | 'loss' | 'backward' | 'update' | 'metric' | 'initialise';

/** Kernels in execution order for one entry point, with the buffers they use. */
export interface KernelProgram {
  readonly name: string;
  readonly kernels: readonly Kernel[];
  /** Every buffer that a kernel reads or writes, scratch not included, in order of first use. */
  readonly buffers: readonly Buffer[];
  /** What is handed out, by name. */
  readonly outputs: readonly { readonly name: string; readonly buffer: Buffer }[];
}
