// Where tensors lie as the statement builders see it, and loads and stores of their elements.
import { type Axis, constantIndex, flatIndex } from '../ir/index-expression.ts';
import type { Tensor } from '../ir/node.ts';
import type { Expression } from '../ir/scalar.ts';
import { stridesOf } from '../ir/value.ts';
import { type ElementMemo, elementOf, type Index, type Resolve } from './element.ts';
import type { Buffer, Statement } from './kernel.ts';

/** Where tensors lie, as the kernel builder sees it. */
export interface Storage {
  /** The buffer of a leaf or of a stored tensor. */
  bufferOf(tensor: Tensor): Buffer;
  /** Whether a tensor that this cluster computes is written to memory. */
  isStored(tensor: Tensor): boolean;
  /** The buffers that a computed tensor is written to: none, one, or the leaves that it updates. */
  targetsOf(tensor: Tensor): readonly Buffer[];
  /** Whether a tensor is computed by name in some kernel, rather than inlined where it is read. */
  isInMemory(tensor: Tensor): boolean;
  /** What a computed tensor is called inside a kernel. */
  localName(tensor: Tensor): string;
  /** Private memory for a value that later inner loops of the same kernel read. */
  scratch(tensor: Tensor, axes: readonly Axis[]): Buffer;
}

/** The element of a buffer that stands for an index of its tensor. */
export function loadFrom(buffer: Buffer, index: Index): Expression {
  return {
    kind: 'load',
    type: buffer.dtype,
    buffer,
    index: buffer.length === 1 ? constantIndex(0) : flatIndex(index, stridesOf(buffer.shape)),
  };
}

export function storeTo(buffer: Buffer, index: Index, value: Expression): Statement {
  const flat = buffer.length === 1 ? constantIndex(0) : flatIndex(index, stridesOf(buffer.shape));
  return { kind: 'store', buffer, index: flat, value };
}

/** The value of a tensor that is computed here, even where `resolve` would read it. */
export function compute(tensor: Tensor, index: Index, resolve: Resolve, memo: ElementMemo): Expression {
  memo.delete(tensor);
  return elementOf(tensor, index, (each, at) => (each === tensor ? undefined : resolve(each, at)), memo);
}

export function remember(memo: ElementMemo, tensor: Tensor, index: Index, expression: Expression): void {
  memo.set(tensor, [{ index, expression }]);
}
