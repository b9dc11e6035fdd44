// Complex tensors of TensorFlow.js, as pairs of ours: what moves elements moves both parts, and there is a little arithmetic.
import {
  add,
  cast,
  fft,
  hypot,
  ifft,
  irfft,
  mul,
  neg,
  reshape,
  rfft,
  sub,
  zerosLike,
  type ComplexParts,
  type Tensor,
} from 'tapeless';
import { asFloat } from './elementwise.ts';
import {
  Complex,
  demand,
  dtypeNamed,
  isList,
  known,
  numberOf,
  refusal,
  sizesOf,
  tensorOf,
  type CallTable,
  type Context,
  type Result,
  type TracedCall,
  type Value,
} from './value.ts';

/** Whether a call is of complex numbers. */
export function isComplexCall(args: readonly Value[]): boolean {
  return args.some((value) => value instanceof Complex || (isList(value) && isComplexCall(value)));
}

function partsOf(value: Value | undefined, context: Context): Complex {
  if (value instanceof Complex) return value;
  const real = known(asFloat(tensorOf(value, context), context));
  return new Complex(real, zerosLike(real));
}

/** A value with one part in place of each complex tensor; zeros are the imaginary part of the others in a list. */
function partOf(value: Value, part: 'real' | 'imaginary', context: Context): Value {
  if (value instanceof Complex) return value[part];
  if (!isList(value) || !isComplexCall(value)) return value;
  return value.map((each) => partsOf(each, context)[part]);
}

/** Functions that move elements: both parts are moved alike. */
const movements: ReadonlySet<string> = new Set(
  `reshape flatten as1D as2D as3D as4D as5D asScalar squeeze expandDims transpose concat concat1d concat2d concat3d
  concat4d stack slice slice1d slice2d slice3d slice4d reverse reverse1d reverse2d reverse3d reverse4d tile broadcastTo
  gather stridedSlice`.match(/\w+/g),
);

/** A call of complex numbers; undefined where the function has no form for them. */
export function complexCall(name: string, moved: TracedCall | undefined): TracedCall | undefined {
  const own = arithmetic[name];
  if (own !== undefined) return own;
  if (!movements.has(name) || moved === undefined) return undefined;
  return (args, context) => {
    const [real, imaginary] = (['real', 'imaginary'] as const).map((part) =>
      moved(
        args.map((value) => partOf(value, part, context)),
        context,
      ),
    );
    // What moves a tensor gives a tensor. A transpose may conjugate, too.
    const isConjugate = name === 'transpose' && args[2] === true;
    return new Complex(real as Tensor, isConjugate ? neg(imaginary as Tensor) : (imaginary as Tensor));
  };
}

const ofTwo =
  (build: (a: Complex, b: Complex) => Complex): TracedCall =>
  ([a, b], context) =>
    build(partsOf(a, context), partsOf(b, context));

const arithmetic: CallTable = {
  add: ofTwo((a, b) => new Complex(add(a.real, b.real), add(a.imaginary, b.imaginary))),
  sub: ofTwo((a, b) => new Complex(sub(a.real, b.real), sub(a.imaginary, b.imaginary))),
  mul: ofTwo(
    (a, b) =>
      new Complex(
        sub(mul(a.real, b.real), mul(a.imaginary, b.imaginary)),
        add(mul(a.real, b.imaginary), mul(a.imaginary, b.real)),
      ),
  ),
  abs: ([x], context) => {
    const { real, imaginary } = partsOf(x, context);
    return hypot(real, imaginary);
  },
  clone: ([x], context) => partsOf(x, context),
  cast: ([x, dtype], context) =>
    dtype === 'complex64' ? partsOf(x, context) : cast(partsOf(x, context).real, dtypeNamed(dtype, context)),
  real: ([x], context) => partsOf(x, context).real,
  imag: ([x], context) => partsOf(x, context).imaginary,
  onesLike: ([x], context) => {
    const { real, imaginary } = partsOf(x, context);
    return new Complex(add(zerosLike(real), 1), zerosLike(imaginary));
  },
  zerosLike: ([x], context) => {
    const { real, imaginary } = partsOf(x, context);
    return new Complex(zerosLike(real), zerosLike(imaginary));
  },
  'spectral.fft': spectrum(fft),
  'spectral.ifft': spectrum(ifft),
  'spectral.irfft': ([x], context) => {
    const { real, imaginary } = partsOf(x, context);
    const signal = irfft({ real, imaginary });
    // Signals without a batch get one here.
    return real.shape.length === 1 ? reshape(signal, [1, ...sizesOf(signal)]) : signal;
  },
};

function spectrum(build: (parts: ComplexParts) => ComplexParts): TracedCall {
  return ([x], context): Result => {
    if (!(x instanceof Complex)) throw refusal('a spectrum is of complex numbers');
    const { real, imaginary } = build(partsOf(x, context));
    return new Complex(real, imaginary);
  };
}

export const complexCalls: CallTable = {
  complex: ([real, imaginary], context) => {
    const [first, second] = [real, imaginary].map((value) =>
      known(asFloat(tensorOf(value, context), context)),
    ) as [Tensor, Tensor];
    demand(sizesOf(first).join() === sizesOf(second).join(), 'complex: the parts have other shapes');
    return new Complex(first, second);
  },
  'spectral.rfft': ([x, length = null], context) => {
    const parts = rfft(known(tensorOf(x, context)), length === null ? undefined : numberOf(length));
    return new Complex(parts.real, parts.imaginary);
  },
};
