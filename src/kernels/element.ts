// Demand-driven lowering: the expression of one element of a tensor, inlining every elementwise op on the way down to
// what the caller can resolve (a buffer, a local).
import { InternalError } from '../ir/errors.ts';
import { indicesEqual, type IndexExpression, type Range } from '../ir/index-expression.ts';
import { inputOf, type Tensor } from '../ir/node.ts';
import type { Expression } from '../ir/scalar.ts';
import { constrainOp } from '../ops/leaf.ts';

export type Index = readonly IndexExpression[];

/** Gives the expression of an element that need not be inlined, or undefined to look inside the tensor. */
export type Resolve = (tensor: Tensor, index: Index) => Expression | undefined;

/** Expressions made so far, so that a value used twice is one expression object. */
export type ElementMemo = Map<Tensor, { readonly index: Index; readonly expression: Expression }[]>;

export function elementOf(tensor: Tensor, index: Index, resolve: Resolve, memo: ElementMemo): Expression {
  const known = memo.get(tensor)?.find((entry) => sameIndex(entry.index, index));
  if (known !== undefined) return known.expression;
  const expression = resolve(tensor, index) ?? lowered(tensor, index, resolve, memo);
  const entries = memo.get(tensor) ?? [];
  entries.push({ index, expression });
  memo.set(tensor, entries);
  return expression;
}

function lowered(tensor: Tensor, index: Index, resolve: Resolve, memo: ElementMemo): Expression {
  if (isErasedIdentity(tensor)) return elementOf(inputOf(tensor, 0), index, resolve, memo);
  const { lowering } = tensor.op;
  if (lowering.kind !== 'element') {
    throw new InternalError('E_LOWERING', `${tensor.op.name} (${lowering.kind}) reached a kernel body`);
  }
  return lowering.element({
    node: tensor,
    attrs: tensor.attrs,
    index,
    read: (input, at) => elementOf(inputOf(tensor, input), at, resolve, memo),
    rangeOfInput: (input) => rangeOfTensor(inputOf(tensor, input)),
  });
}

/** `constrain` is a promise about its input, not a computation. */
export function isErasedIdentity(tensor: Tensor): boolean {
  return tensor.op.name === constrainOp.name;
}

/** The range that a tensor's integers are promised to lie in, seen through movement. */
function rangeOfTensor(tensor: Tensor): Range | undefined {
  if (isErasedIdentity(tensor)) {
    const { low, high, except } = tensor.attrs;
    if (typeof low !== 'number' || typeof high !== 'number') return undefined;
    return typeof except === 'number'
      ? { low: Math.min(low, except), high: Math.max(high, except) }
      : { low, high };
  }
  const { lowering } = tensor.op;
  const [only, ...others] = tensor.inputs;
  const moves = lowering.kind === 'element' && lowering.cost === 0 && others.length === 0;
  return moves && only !== undefined ? rangeOfTensor(only) : undefined;
}

export function sameIndex(a: Index, b: Index): boolean {
  return (
    a.length === b.length &&
    a.every((each, axis) => {
      const other = b[axis];
      return other !== undefined && indicesEqual(each, other);
    })
  );
}
