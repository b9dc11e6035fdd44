// A unit test of TensorFlow.js as it was recorded: the calls it made, with the numbers of the tensors that went in and
// came out, and what it asserted of them.
import type { Num } from '../corpus.ts';

/** A tensor among the arguments, text, a record, or an array of numbers; numbers that JSON lacks stand as their names. */
export type TraceArgument =
  | { readonly t: number }
  | { readonly str: string }
  | { readonly obj: Readonly<Record<string, TraceArgument>> }
  | { readonly typed: string; readonly d: readonly Num[] }
  | Num
  | boolean
  | null
  | readonly TraceArgument[];

/** A tensor that came out. */
export interface TracedTensor {
  readonly t: number;
  readonly s: readonly number[];
  readonly dtype: string;
}

export type TracedOutput =
  TracedTensor | { readonly obj: Readonly<Record<string, TracedOutput>> } | readonly TracedOutput[] | null;

/** The function that was differentiated or minimised: what it calls its arguments, what it did, what it returned. */
export interface TracedFunction {
  readonly params: readonly number[];
  readonly body: readonly TraceEvent[];
  readonly ret: TracedOutput;
}

export interface TraceEvent {
  readonly fn: string;
  readonly args?: readonly TraceArgument[];
  readonly out?: TracedOutput;
  readonly f?: TracedFunction;
  /** The message of the error that it threw. */
  readonly throws?: string;
  /** What minimised: its name, the arguments it was made with, and a number that tells optimizers apart. */
  readonly opt?: string;
  readonly optArgs?: readonly (number | boolean | null)[];
  readonly optId?: number;
  /** The variables that it knows. */
  readonly vars?: readonly number[];
}

/** An assertion, made after `at` calls. */
export interface TraceAssertion {
  readonly at: number;
  /** The tensor it is about. */
  readonly t?: number;
  readonly shape?: readonly number[];
  readonly values?: readonly (Num | boolean)[];
  readonly eps?: number;
  /** The tensor that it was expected to equal: the values are that one's. */
  readonly alsoT?: number;
  /** The call that was expected to throw. */
  readonly throws?: number;
}

export interface TraceCase {
  readonly id: string;
  /** Tensors that the test did not make itself. */
  readonly consts: readonly {
    readonly t: number;
    readonly dtype: string;
    readonly s: readonly number[];
    readonly d: readonly Num[];
  }[];
  readonly trace: readonly TraceEvent[];
  readonly asserts: readonly TraceAssertion[];
}
