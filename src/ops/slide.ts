// The movement behind windows: along one axis, elements are read at places that advance with the axis and with a second
// one, the window's. Convolutions, pooling and their gradients are made of it. In kernels it is index arithmetic.
import {
  addIndex,
  clampIndex,
  constantIndex,
  quotientIndex,
  rangeOf,
  remainderIndex,
  scaleIndex,
  type IndexExpression,
} from '../ir/index-expression.ts';
import { demand, inputOf, makeNode, type Attributes, type Op, type Tensor } from '../ir/node.ts';
import { binary, compare, literal, select, type Expression } from '../ir/scalar.ts';
import { concreteShape } from '../ir/size.ts';
import { tabulate } from '../ir/value.ts';
import { elementAt, numericSize, transpose, transposeOp } from './movement.ts';

/**
 * Where element `(o, k)` of a slide is read along `axis`: at `(o · stride + k · dilation + offset) / divisor`, where that
 * is whole and inside; elsewhere the result is `fill`.
 */
export interface Slide {
  readonly axis: number;
  /** The axis that `k` runs along; null where there is none. */
  readonly window: number | null;
  /** Size of the axis in the result. */
  readonly size: number;
  readonly stride: number;
  readonly dilation: number;
  readonly offset: number;
  readonly divisor: number;
}

interface SlideAttributes extends Attributes, Slide {
  readonly fill: number;
}

/** `o · stride + k · dilation + offset`. */
function dividend(index: readonly IndexExpression[], attrs: SlideAttributes): IndexExpression {
  const { axis, window, stride, dilation, offset } = attrs;
  const k = window === null ? undefined : index[window];
  return addIndex(
    scaleIndex(index[axis] ?? constantIndex(0), stride),
    scaleIndex(k ?? constantIndex(0), dilation),
    constantIndex(offset),
  );
}

/** Lowest and highest dividend of a slide. */
function span(x: Tensor, { window, size, stride, dilation, offset }: Slide): readonly [number, number] {
  const kernel = window === null ? 1 : numericSize('slide', x, window);
  const reach = [(size - 1) * stride, (kernel - 1) * dilation];
  const low = reach.reduce((sum, each) => sum + Math.min(0, each), offset);
  const high = reach.reduce((sum, each) => sum + Math.max(0, each), offset);
  return [low, high];
}

/** Whether a slide reads an element of its input everywhere. */
function staysInside(x: Tensor, slide: Slide): boolean {
  const length = numericSize('slide', x, slide.axis);
  if (slide.divisor !== 1) return false;
  const [low, high] = span(x, slide);
  return low >= 0 && high < length;
}

const rules = {
  arity: 1,
  shape: ([x], { axis, window, size, stride, divisor }) => {
    const fits = x?.shape[axis] !== undefined && window !== axis;
    demand(
      'slide',
      fits && stride !== 0 && divisor > 0,
      'takes an axis, a stride other than 0, a divisor above 0',
    );
    return x?.shape.with(axis, size) ?? [];
  },
  dtype: ([x]) => x?.dtype ?? 'f32',
  vjp: ({ inputs: [x], attrs, cotangent }) => {
    if (x === undefined) return [];
    const { axis, window, stride, dilation, offset, divisor } = attrs;
    const size = numericSize('slide', x, axis);
    // Element p of the input is read by (p · divisor - k · dilation - offset) / stride.
    const sign = Math.sign(stride);
    const transposed = {
      axis,
      window,
      size,
      stride: sign * divisor,
      dilation: -sign * dilation,
      offset: -sign * offset,
      divisor: sign * stride,
    };
    return [slide(cotangent, transposed)];
  },
  evaluate: ([x], attrs, node) => {
    const { axis, window, stride, dilation, offset, divisor, fill } = attrs;
    const length = x?.shape[axis] ?? 0;
    return tabulate(concreteShape(node.shape), node.dtype, (index) => {
      const k = window === null ? 0 : (index[window] ?? 0);
      const position = ((index[axis] ?? 0) * stride + k * dilation + offset) / divisor;
      const isInside = Number.isInteger(position) && position >= 0 && position < length;
      return isInside ? elementAt(x, index.with(axis, position)) : fill;
    });
  },
} satisfies Partial<Op<SlideAttributes>>;

/** {@link slide} in general: places outside are looked for and filled. */
export const slideOp: Op<SlideAttributes> = {
  ...rules,
  name: 'slide',
  lowering: {
    kind: 'element',
    cost: 2,
    element: ({ node, attrs, index, read }) => {
      const length = concreteShape(inputOf(node, 0).shape)[attrs.axis] ?? 0;
      const otherwise = literal(node.dtype, attrs.fill);
      if (length === 0) return otherwise;
      const here = dividend(index, attrs);
      const position = clampIndex(quotientIndex(here, attrs.divisor), 0, length - 1);
      const element = read(0, index.with(attrs.axis, position));
      const hit = hits(here, attrs.divisor, length);
      return hit === undefined ? element : select(hit, element, otherwise);
    },
  },
};

/** A {@link slide} that never leaves its input: pure movement, which whoever reads it reads through. */
export const windowOp: Op<SlideAttributes> = {
  ...rules,
  name: 'window',
  lowering: {
    kind: 'element',
    cost: 0,
    element: ({ attrs, index, read }) => read(0, index.with(attrs.axis, dividend(index, attrs))),
  },
};

/** Whether `here` is one of 0, divisor, …, (length - 1) · divisor; undefined when it always is. */
function hits(here: IndexExpression, divisor: number, length: number): Expression | undefined {
  const value = (index: IndexExpression): Expression => ({ kind: 'index', type: 'i32', index });
  const { low, high } = rangeOf(here);
  const last = (length - 1) * divisor;
  const remainder = remainderIndex(here, divisor);
  const conditions = [
    ...(low >= 0 ? [] : [compare('ge', value(here), literal('i32', 0))]),
    ...(high <= last ? [] : [compare('le', value(here), literal('i32', last))]),
    ...(rangeOf(remainder).high === 0 && rangeOf(remainder).low === 0
      ? []
      : [compare('eq', value(remainder), literal('i32', 0))]),
  ];
  const [first, ...others] = conditions;
  return first && others.reduce((all, condition) => binary('and', all, condition), first);
}

/**
 * `out[…, o, …, k, …] = x[…, (o · stride + k · dilation + offset) / divisor, …, k, …]`, or `fill` (default 0) where that
 * position is not whole or not inside. Its transpose is a slide again, with stride and divisor exchanged and dilation and
 * offset negated, so that gradients of any order are slides.
 */
export function slide(x: Tensor, geometry: Slide, fill = 0): Tensor {
  const { axis, window, size, stride, dilation, offset, divisor } = geometry;
  const isIdentity =
    stride === 1 &&
    offset === 0 &&
    divisor === 1 &&
    (window === null || dilation === 0) &&
    size === numericSize('slide', x, axis);
  if (isIdentity) return x;
  if (isTranspose(x)) {
    // Along the axes of what was transposed, so that a tensor and its transpose share what is copied of them.
    const { permutation } = x.attrs;
    const moved = {
      axis: permutation[axis] ?? 0,
      window: window === null ? null : (permutation[window] ?? 0),
    };
    return transpose(slide(inputOf(x, 0), { ...geometry, ...moved }, fill), permutation);
  }
  const attributes = { axis, window, size, stride, dilation, offset, divisor, fill };
  return staysInside(x, geometry)
    ? makeNode(windowOp, [x], { ...attributes, fill: 0 })
    : makeNode(slideOp, [x], attributes);
}

function isTranspose(
  x: Tensor,
): x is Tensor & { readonly attrs: { readonly permutation: readonly number[] } } {
  return x.op.name === transposeOp.name;
}
