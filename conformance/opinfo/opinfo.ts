// What an adapter of PyTorch's OpInfo cases is: the call as PyTorch's test-suite makes it, with our tensors in it.
import type { Tensor } from 'tapeless';

/** A range of one axis as Python writes it; null for a default. */
export interface PythonSlice {
  readonly slice: readonly (number | null)[];
}

/** An argument of a call: tensors are in place of `{"$t": i}`. */
export type Argument = Tensor | PythonSlice | number | boolean | string | null | readonly Argument[];

export interface Call {
  readonly args: readonly Argument[];
  readonly kwargs: Readonly<Record<string, Argument>>;
  /** Shapes of the expected results, for functions whose shapes depend on data: ours are told them. */
  readonly shapes: readonly (readonly number[])[];
}

export type OpinfoOperator = (call: Call) => readonly Tensor[];
