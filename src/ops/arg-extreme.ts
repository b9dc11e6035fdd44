// The position of the largest or smallest element along an axis.
import { demand, makeNode, type Attributes, type Op, type Tensor } from '../ir/node.ts';
import { binary, compare, literal, local, select, type Local } from '../ir/scalar.ts';
import { concreteShape } from '../ir/size.ts';
import type { ArgExtreme } from '../ir/types/axes.ts';
import type { Checked, DTypeProblem, NumberDType, Result, Unless } from '../ir/types/sentence.ts';
import { flatten, forEachIndex, stridesOf } from '../ir/value.ts';
import { normaliseAxis, requireTensors } from './mismatch.ts';
import { checkNames } from './option.ts';
import { initialOf, keepAxes, keptShape, refuseBooleans, refuseEmpty, type ReduceOptions } from './reduce.ts';
import { reshape } from './reshape.ts';

interface ArgAttributes extends Attributes {
  readonly axis: number;
  readonly extreme: 'max' | 'min';
}

/** Position of the first extreme element along an axis; NaN counts as extreme (PyTorch). */
export const argExtremeOp: Op<ArgAttributes> = {
  name: 'argExtreme',
  arity: 1,
  shape: ([x], { axis }) => {
    demand('argExtreme', x?.shape[axis] !== undefined, 'takes an axis of its input');
    return x === undefined ? [] : keptShape(x, [axis]);
  },
  dtype: ([x]) => {
    demand('argExtreme', x !== undefined && x.dtype !== 'bool', 'takes numbers');
    return 'i32';
  },
  vjp: { notDifferentiable: 'zero', reason: 'a position does not change with small changes of the values' },
  evaluate: ([x], attrs, node) => {
    const shape = concreteShape(node.shape);
    const strides = stridesOf(shape);
    const length = shape.reduce((product, size) => product * size, 1);
    const data = new Float64Array(length);
    const best = new Float64Array(length);
    if (x === undefined) return { shape, dtype: 'i32', data };
    forEachIndex(x.shape, (index, flat) => {
      const position = flatten(index.toSpliced(attrs.axis, 1), strides);
      const element = x.data[flat] ?? 0;
      const known = best[position] ?? 0;
      const first = index[attrs.axis] === 0;
      const beyond = attrs.extreme === 'max' ? element > known : element < known;
      if (first || (!Number.isNaN(known) && (beyond || Number.isNaN(element)))) {
        best[position] = element;
        data[position] = index[attrs.axis] ?? 0;
      }
    });
    return { shape, dtype: 'i32', data };
  },
  lowering: {
    kind: 'fold',
    axis: (attrs) => attrs.axis,
    folds: (attrs, element, position) => {
      const best: Local = { name: 'best', type: element.type };
      const at: Local = { name: 'position', type: 'i32' };
      const beyond = compare(attrs.extreme === 'max' ? 'gt' : 'lt', element, local(best));
      const elementIsNaN = compare('ne', element, element);
      const bestIsNumber = compare('eq', local(best), local(best));
      const better =
        element.type === 'i32' ? beyond : binary('or', beyond, binary('and', elementIsNaN, bestIsNumber));
      const start = initialOf(attrs.extreme, element.type);
      return [
        {
          local: at,
          initial: literal('i32', 0),
          next: select(better, { kind: 'index', type: 'i32', index: position }, local(at)),
        },
        { local: best, initial: literal(element.type, start), next: select(better, element, local(best)) },
      ];
    },
  },
};

function argExtreme(
  operation: string,
  extreme: 'max' | 'min',
  x: Tensor,
  axis: number | undefined,
  options: ReduceOptions,
): Tensor {
  checkNames(operation, options, ['keepdims']);
  const { keepdims = false } = options;
  requireTensors(operation, x);
  refuseBooleans(operation, x);
  const flat = axis === undefined ? reshape(x, [-1]) : x;
  const position = normaliseAxis(operation, flat, axis ?? 0);
  refuseEmpty(operation, flat, [position]);
  const found = makeNode(argExtremeOp, [flat], { axis: position, extreme });
  const reduced = axis === undefined ? x.shape.map((_, each) => each) : [position];
  return keepdims ? keepAxes(found, x, reduced) : found;
}

/**
 * `min { i : x[i] = max x }`: position of the first largest element along `axis`, i32 (PyTorch's `argmax`); without
 * an axis, of the flattened tensor. NaN counts as the largest.
 * @throws {ShapeError} `E_AXIS`, `E_EMPTY` @throws {DTypeError} `E_DTYPE_MISMATCH` for booleans
 */
export function argmax<T extends Tensor, A extends number | undefined = undefined, K extends boolean = false>(
  x: Unless<DTypeProblem<T['dtype'], NumberDType, 'argmax'>, T>,
  axis?: Checked<A, ArgExtreme<T, A, K>>,
  options?: { readonly keepdims?: K },
): Result<ArgExtreme<T, A, K>>;
export function argmax(x: Tensor, axis?: number, options: ReduceOptions = {}): Tensor {
  return argExtreme('argmax', 'max', x, axis, options);
}

/**
 * `min { i : x[i] = min x }`: position of the first smallest element along `axis`, i32 (PyTorch's `argmin`); without
 * an axis, of the flattened tensor. NaN counts as the smallest.
 * @throws {ShapeError} `E_AXIS`, `E_EMPTY` @throws {DTypeError} `E_DTYPE_MISMATCH` for booleans
 */
export function argmin<T extends Tensor, A extends number | undefined = undefined, K extends boolean = false>(
  x: Unless<DTypeProblem<T['dtype'], NumberDType, 'argmin'>, T>,
  axis?: Checked<A, ArgExtreme<T, A, K>>,
  options?: { readonly keepdims?: K },
): Result<ArgExtreme<T, A, K>>;
export function argmin(x: Tensor, axis?: number, options: ReduceOptions = {}): Tensor {
  return argExtreme('argmin', 'min', x, axis, options);
}
