// Scans: values carried along one axis and kept at every position. Cumulative sums, products, log-sum-exps and extremes,
// and the linear recurrence that their gradients are made of. An axis is always walked from front to back; a scan from
// the back is one of the reversed tensor.
import { isFloat, roundTo, type DType } from '../ir/dtype.ts';
import { addIndex, clampIndex, constantIndex, scaleIndex } from '../ir/index-expression.ts';
import type { Fold } from '../ir/lowering.ts';
import { demand, inputOf, makeNode, type Attributes, type Op, type Tensor } from '../ir/node.ts';
import {
  binary,
  call,
  compare,
  literal,
  local,
  select,
  unary,
  type Expression,
  type Local,
} from '../ir/scalar.ts';
import { concreteShape, shapesEqual } from '../ir/size.ts';
import { flatten, stridesOf, tabulate, type Value } from '../ir/value.ts';
import { equal, mul, sub } from './arithmetic.ts';
import { exp as expFunction } from './functions/exponential.ts';
import { log1p as log1pFunction } from './functions/logarithm.ts';
import { elementAt } from './movement.ts';
import { where } from './select.ts';
import { exp } from './unary.ts';

interface AxisAttributes extends Attributes {
  readonly axis: number;
}

/** The elements in the opposite order along an axis, of which only a program need know the size. */
export const reverseOp: Op<AxisAttributes> = {
  name: 'reverse',
  arity: 1,
  shape: ([x], { axis }) => {
    demand('reverse', x?.shape[axis] !== undefined, 'takes an axis of its input');
    return x?.shape ?? [];
  },
  dtype: ([x]) => x?.dtype ?? 'f32',
  vjp: ({ attrs, cotangent }) => [reversed(cotangent, attrs.axis)],
  evaluate: ([x], { axis }, node) => {
    const last = (x?.shape[axis] ?? 1) - 1;
    return tabulate(concreteShape(node.shape), node.dtype, (index) =>
      elementAt(x, index.with(axis, last - (index[axis] ?? 0))),
    );
  },
  lowering: {
    kind: 'element',
    cost: 0,
    element: ({ node, attrs: { axis }, index, read }) => {
      const last = (concreteShape(node.shape)[axis] ?? 1) - 1;
      const here = scaleIndex(index[axis] ?? constantIndex(0), -1);
      return read(0, index.with(axis, addIndex(here, constantIndex(last))));
    },
  },
};

/** `x` from back to front along one axis; what was reversed before is as it was. */
export function reversed(x: Tensor, axis: number): Tensor {
  if (x.shape[axis] === 0 || x.shape[axis] === 1) return x;
  const isBack = x.op.name === reverseOp.name && x.attrs['axis'] === axis;
  return isBack ? inputOf(x, 0) : makeNode(reverseOp, [x], { axis });
}

interface ShiftAttributes extends AxisAttributes {
  /** What stands at the first position. */
  readonly fill: number;
}

/** Every element one position further along an axis; the last is dropped. */
export const shiftOp: Op<ShiftAttributes> = {
  name: 'shift',
  arity: 1,
  shape: ([x], { axis }) => {
    demand('shift', x?.shape[axis] !== undefined, 'takes an axis of its input');
    return x?.shape ?? [];
  },
  dtype: ([x]) => x?.dtype ?? 'f32',
  vjp: ({ attrs: { axis }, cotangent }) => [shiftedBack(cotangent, axis)],
  evaluate: ([x], { axis, fill }, node) =>
    tabulate(concreteShape(node.shape), node.dtype, (index) => {
      const position = index[axis] ?? 0;
      return position === 0 ? fill : elementAt(x, index.with(axis, position - 1));
    }),
  lowering: {
    kind: 'element',
    cost: 1,
    element: ({ node, attrs: { axis, fill }, index, read }) => {
      const here = index[axis] ?? constantIndex(0);
      const last = (concreteShape(node.shape)[axis] ?? 1) - 1;
      const before = clampIndex(addIndex(here, constantIndex(-1)), 0, Math.max(last, 0));
      const position: Expression = { kind: 'index', type: 'i32', index: here };
      const isFirst = compare('lt', position, literal('i32', 1));
      return select(isFirst, literal(node.dtype, fill), read(0, index.with(axis, before)));
    },
  },
};

function shifted(x: Tensor, axis: number, fill: number): Tensor {
  return makeNode(shiftOp, [x], { axis, fill });
}

/** Every element one position nearer to the front; 0 stands at the last. */
function shiftedBack(x: Tensor, axis: number): Tensor {
  return reversed(shifted(reversed(x, axis), axis, 0), axis);
}

/** Walks along an axis, line by line: `step` gets the flat positions of a line in order. */
function evaluateAlong(
  shape: readonly number[],
  axis: number,
  line: (positions: readonly number[]) => void,
): void {
  const strides = stridesOf(shape);
  const lines = tabulate(shape.with(axis, 1), 'i32', (index) => flatten(index, strides));
  const step = strides[axis] ?? 1;
  for (const start of lines.data) {
    line(Array.from({ length: shape[axis] ?? 0 }, (_, position) => start + position * step));
  }
}

/** `h[i] = a[i] · h[i - 1] + b[i]` along an axis, from 0. Two roundings a step. */
export const recurrenceOp: Op<AxisAttributes> = {
  name: 'recurrence',
  arity: 2,
  shape: ([a, b], { axis }) => {
    const fits = a !== undefined && b !== undefined && shapesEqual(a.shape, b.shape) && a.dtype === b.dtype;
    demand('recurrence', fits && isFloat(a.dtype), 'takes two tensors of floats of one shape');
    demand('recurrence', a?.shape[axis] !== undefined, 'takes an axis of its inputs');
    return a?.shape ?? [];
  },
  dtype: ([a]) => a?.dtype ?? 'f32',
  vjp: ({ node, inputs: [a], attrs: { axis }, cotangent }) => {
    if (a === undefined) return [];
    // What reaches h[i]: its own cotangent, and what reaches h[i + 1] by way of a[i + 1].
    const reaching = recurrenceFromBack(a, cotangent, axis);
    return [mul(reaching, shifted(node, axis, 0)), reaching];
  },
  evaluate: ([a, b], { axis }, node) => {
    const shape = concreteShape(node.shape);
    const data = new Float64Array(shape.reduce((product, size) => product * size, 1));
    evaluateAlong(shape, axis, (positions) => {
      let carried = 0;
      for (const position of positions) {
        carried = (a?.data[position] ?? 0) * carried + (b?.data[position] ?? 0);
        data[position] = carried;
      }
    });
    return { shape, dtype: node.dtype, data };
  },
  lowering: {
    kind: 'scan',
    axis: ({ axis }) => axis,
    exclusive: () => false,
    folds: (_, [a, b]) => {
      if (a === undefined || b === undefined) return [];
      const carried: Local = { name: 'carried', type: a.type };
      const next = binary('add', binary('mul', a, local(carried)), b);
      return [{ local: carried, initial: literal(a.type, 0), next }];
    },
  },
};

/** `h[i] = b[i] + a[i + 1] · h[i + 1]` */
function recurrenceFromBack(a: Tensor, b: Tensor, axis: number): Tensor {
  const coefficients = shifted(reversed(a, axis), axis, 0);
  return reversed(makeNode(recurrenceOp, [coefficients, reversed(b, axis)], { axis }), axis);
}

/** How elements are put together on the way. */
type Accumulation = 'sum' | 'product' | 'logSumExp';

interface AccumulateAttributes extends AxisAttributes {
  readonly combiner: Accumulation;
  /** Whether an element counts only for the positions after its own. */
  readonly exclusive: boolean;
}

const startOf: Readonly<Record<Accumulation, number>> = { sum: 0, product: 1, logSumExp: -Infinity };

/** All elements up to a position, put together: cumulative sums, products and log-sum-exps. */
export const accumulateOp: Op<AccumulateAttributes> = {
  name: 'accumulate',
  arity: 1,
  shape: ([x], { axis }) => {
    demand('accumulate', x?.shape[axis] !== undefined, 'takes an axis of its input');
    return x?.shape ?? [];
  },
  dtype: ([x], { combiner }) => {
    const fits = x !== undefined && (isFloat(x.dtype) || (x.dtype === 'i32' && combiner !== 'logSumExp'));
    demand('accumulate', fits, 'takes numbers');
    return x?.dtype ?? 'f32';
  },
  vjp: ({ node, inputs: [x], attrs, cotangent }) => {
    if (x === undefined) return [];
    const { axis, exclusive, combiner } = attrs;
    if (combiner === 'sum') return [reversed(accumulate(reversed(cotangent, axis), attrs), axis)];
    // Of the inclusive scan, of which the exclusive one is a shifted copy.
    const g = exclusive ? shiftedBack(cotangent, axis) : cotangent;
    if (combiner === 'product') {
      // Σ over i ≥ k of g[i] · Π x[j ≤ i, j ≠ k]: what stands before k, times what a recurrence gathers behind it.
      const before = accumulate(x, { axis, combiner, exclusive: true });
      return [mul(recurrenceFromBack(x, g, axis), before)];
    }
    // Σ over i ≥ k of g[i] · exp(x[k] - y[i]), in powers that are at most 1.
    const y = exclusive ? accumulate(x, { axis, combiner, exclusive: false }) : node;
    const ratios = expOfDifference(shifted(y, axis, -Infinity), y);
    return [mul(recurrenceFromBack(ratios, g, axis), expOfDifference(x, y))];
  },
  evaluate: ([x], { axis, combiner, exclusive }, node) =>
    scanValue(x, axis, node, startOf[combiner], exclusive, (carried, element) =>
      combineNumbers(combiner, node.dtype, carried, element),
    ),
  lowering: {
    kind: 'scan',
    axis: ({ axis }) => axis,
    exclusive: ({ exclusive }) => exclusive,
    folds: ({ combiner }, [element]): readonly Fold[] => {
      if (element === undefined) return [];
      const carried: Local = { name: 'carried', type: element.type };
      const initial = literal(element.type, startOf[combiner]);
      return [{ local: carried, initial, next: combined(combiner, local(carried), element) }];
    },
  },
  printAttributes: ({ axis, combiner, exclusive }) =>
    `${combiner} along ${axis}${exclusive ? ', exclusive' : ''}`,
};

/** exp(a - b); 1 where both are the same infinity. */
function expOfDifference(a: Tensor, b: Tensor): Tensor {
  return exp(where(equal(a, b), 0, sub(a, b)));
}

function combineNumbers(combiner: Accumulation, dtype: DType, a: number, b: number): number {
  switch (combiner) {
    case 'sum':
      return dtype === 'i32' ? roundTo('i32', a + b) : a + b;
    case 'product':
      return dtype === 'i32' ? Math.imul(a, b) : a * b;
    case 'logSumExp': {
      const high = Math.max(a, b);
      return a === b && !Number.isFinite(a) ? a : high + Math.log1p(Math.exp(Math.min(a, b) - high));
    }
  }
}

function combined(combiner: Accumulation, a: Expression, b: Expression): Expression {
  if (combiner === 'sum') return binary('add', a, b);
  if (combiner === 'product') return binary('mul', a, b);
  const format = a.type === 'f64' ? 'f64' : 'f32';
  const high = binary('max', a, b);
  const below = unary('neg', unary('abs', binary('sub', a, b)));
  const sum = binary('add', high, call(log1pFunction[format], call(expFunction[format], below)));
  const isInfinite = compare('eq', unary('abs', high), literal(a.type, Infinity));
  return select(isInfinite, high, sum);
}

function scanValue(
  x: Value | undefined,
  axis: number,
  node: Tensor,
  initial: number,
  exclusive: boolean,
  combine: (carried: number, element: number) => number,
): Value {
  const shape = concreteShape(node.shape);
  const data = new Float64Array(shape.reduce((product, size) => product * size, 1));
  evaluateAlong(shape, axis, (positions) => {
    let carried = initial;
    for (const position of positions) {
      const next = combine(carried, x?.data[position] ?? 0);
      data[position] = exclusive ? carried : next;
      carried = next;
    }
  });
  return { shape, dtype: node.dtype, data };
}

/** {@link accumulateOp} of `x`. */
export function accumulate(x: Tensor, attrs: AccumulateAttributes): Tensor {
  return makeNode(accumulateOp, [x], attrs);
}

interface ExtremeAttributes extends AxisAttributes {
  readonly extreme: 'max' | 'min';
}

/** Position of the extreme element so far, the last one of equals; NaN counts as extreme (PyTorch's cummax). */
export const runningPositionOp: Op<ExtremeAttributes> = {
  name: 'runningPosition',
  arity: 1,
  shape: ([x], { axis }) => {
    demand('runningPosition', x?.shape[axis] !== undefined, 'takes an axis of its input');
    return x?.shape ?? [];
  },
  dtype: ([x]) => {
    demand('runningPosition', x !== undefined && x.dtype !== 'bool', 'takes numbers');
    return 'i32';
  },
  vjp: { notDifferentiable: 'zero', reason: 'a position does not change with small changes of the values' },
  evaluate: ([x], { axis, extreme }, node) => {
    const shape = concreteShape(node.shape);
    const data = new Float64Array(shape.reduce((product, size) => product * size, 1));
    evaluateAlong(shape, axis, (positions) => {
      let best = Number.NaN;
      let at = 0;
      positions.forEach((position, step) => {
        const element = x?.data[position] ?? 0;
        const beyond = extreme === 'max' ? element >= best : element <= best;
        if (step === 0 || beyond || Number.isNaN(element)) [best, at] = [element, step];
        data[position] = at;
      });
    });
    return { shape, dtype: 'i32', data };
  },
  lowering: {
    kind: 'scan',
    axis: ({ axis }) => axis,
    exclusive: () => false,
    folds: ({ extreme }, [element], position) => {
      if (element === undefined) return [];
      const best: Local = { name: 'best', type: element.type };
      const at: Local = { name: 'position', type: 'i32' };
      const here: Expression = { kind: 'index', type: 'i32', index: position };
      const beyond = compare(extreme === 'max' ? 'ge' : 'le', element, local(best));
      const better = element.type === 'i32' ? beyond : binary('or', beyond, compare('ne', element, element));
      const start = { max: -Infinity, min: Infinity }[extreme];
      const startOfIntegers = { max: -(2 ** 31), min: 2 ** 31 - 1 }[extreme];
      const initial = literal(element.type, element.type === 'i32' ? startOfIntegers : start);
      return [
        { local: at, initial: literal('i32', 0), next: select(better, here, local(at)) },
        { local: best, initial, next: select(better, element, local(best)) },
      ];
    },
  },
};
