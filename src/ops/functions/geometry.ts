// hypot and copysign. Rely on the float formats only.
import { compare, defineFunction, select, unary } from '../../ir/scalar.ts';
import type { FloatFunction } from './float-format.ts';
import { abs, add, div, inBothFormats, mul } from './float-format.ts';

/** The length of the vector (x, y). */
export const hypot: FloatFunction = inBothFormats((format) =>
  defineFunction(
    format.named('hypot'),
    '√(x² + y²), within 2 ulp, without overflow: the larger side times √(1 + ratio²); ∞ beside NaN is ∞, as in C99.',
    { x: format.dtype, y: format.dtype },
    format.dtype,
    ({ x, y }, { bind }) => {
      const [zero, one, infinity] = [format.constant(0), format.constant(1), format.constant(Infinity)];
      const width = bind('width', abs(x));
      const height = bind('height', abs(y));
      const isWide = bind('isWide', compare('gt', width, height));
      const longer = bind('longer', select(isWide, width, height));
      const shorter = select(isWide, height, width);
      const ratio = bind('ratio', div(shorter, select(compare('eq', longer, zero), one, longer)));
      const length = mul(longer, unary('sqrt', add(mul(ratio, ratio), one)));
      const isEndless = compare('eq', width, infinity);
      return select(isEndless, infinity, select(compare('eq', height, infinity), infinity, length));
    },
  ),
);

/** |x| with the sign of y. */
export const copysign: FloatFunction = inBothFormats((format) =>
  defineFunction(
    format.named('copysign'),
    'The magnitude of x with the sign of y, exact.',
    { x: format.dtype, y: format.dtype },
    format.dtype,
    ({ x, y }, builder) => format.flipSign(builder.bind('magnitude', abs(x)), format.signOf(y), builder),
  ),
);
