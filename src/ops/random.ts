// Numbers from nothing: positions (iota) and counter-based random bits. A random element is a pure function of the
// session's seed, the step, the path of the node that asks, and the element's own position (Salmon et al. 2011,
// "Parallel random numbers: as easy as 1, 2, 3"), so order, threads and batching cannot change it.
import type { DType } from '../ir/dtype.ts';
import { InternalError } from '../ir/errors.ts';
import { flatIndex } from '../ir/index-expression.ts';
import { demand, makeNode, type Attributes, type Op, type Tensor } from '../ir/node.ts';
import { composite } from '../ir/origin.ts';
import * as scalarIr from '../ir/scalar.ts';
import { bindSize, concreteShape, type Shape, type Size } from '../ir/size.ts';
import { stridesOf, tabulate } from '../ir/value.ts';
import { add, mul, sub } from './arithmetic.ts';
import { broadcastAlong } from './broadcast.ts';
import { referenceThreefry } from './functions/reference.ts';
import { threefryFirst, uniformFromBits } from './functions/threefry.ts';
import { scalar } from './leaf.ts';
import { sessionSeed, stepCounter } from './counters.ts';
import { cos, log, neg, sqrt } from './unary.ts';
import { requireDType, requireShape } from './mismatch.ts';
import { checkNames } from './option.ts';

interface IotaAttributes extends Attributes {
  readonly size: Size;
}

/** 0, 1, 2, … as i32. */
export const iotaOp: Op<IotaAttributes> = {
  name: 'iota',
  arity: 0,
  shape: (_, attrs) => [attrs.size],
  dtype: () => 'i32',
  vjp: () => [],
  evaluate: (_, __, node) => tabulate(concreteShape(node.shape), 'i32', ([position]) => position ?? 0),
  lowering: {
    kind: 'element',
    cost: 0,
    element: ({ index: [position] }) => {
      if (position === undefined) throw new InternalError('E_ARITY', 'iota has one axis');
      return { kind: 'index', type: 'i32', index: position };
    },
  },
  bindAttributes: (attrs, sizes) => ({ size: bindSize(attrs.size, sizes) }),
};

/** `[0, 1, …, size - 1]` as i32; the size may be a named dimension (JAX's `iota`). */
export function iota<S extends Size>(size: S): Tensor<[S], 'i32'>;
export function iota(size: Size): Tensor {
  requireShape('iota', [size]);
  return makeNode(iotaOp, [], { size });
}

interface StreamAttributes extends Attributes {
  readonly path: string;
}

/** Names a random stream; the capture stage replaces it by the number of its path. */
export const streamOp: Op<StreamAttributes> = {
  name: 'stream',
  arity: 0,
  identity: 'unique',
  shape: () => [],
  dtype: () => 'i32',
  vjp: () => [],
  evaluate: (_, attrs) => ({ shape: [], dtype: 'i32', data: Float64Array.of(streamNumber(attrs.path)) }),
  lowering: { kind: 'erased' },
};

/** FNV-1a, 32 bits: the second key word of a stream. */
export function streamNumber(path: string): number {
  let hash = 0x811c9dc5;
  for (const character of path) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  return hash | 0;
}

/** Numbers for the random streams of one program: by path, and among equal paths by order. */
export function streamNumbering(): (node: Tensor) => Tensor | undefined {
  const counts = new Map<string, number>();
  return (node) => {
    const { path } = node.attrs;
    if (node.op.name !== streamOp.name || typeof path !== 'string') return undefined;
    const count = (counts.get(path) ?? 0) + 1;
    counts.set(path, count);
    return scalar(streamNumber(count === 1 ? path : `${path}#${count}`), 'i32');
  };
}

interface BitsAttributes extends Attributes {
  readonly shape: Shape;
}

/** 32 random bits an element, as i32: Threefry-2x32-20 with key (seed, stream) and counter (position, step). */
export const randomBitsOp: Op<BitsAttributes> = {
  name: 'randomBits',
  arity: 3,
  shape: (inputs, attrs) => {
    const words = inputs.every((input) => input.shape.length === 0 && input.dtype === 'i32');
    demand('randomBits', words, 'takes i32 scalars');
    return attrs.shape;
  },
  dtype: () => 'i32',
  vjp: { notDifferentiable: 'zero', reason: 'random bits do not depend on what they are drawn for' },
  evaluate: ([seed, stream, counter], _, node) =>
    tabulate(concreteShape(node.shape), 'i32', (__, flat) =>
      referenceThreefry(seed?.data[0] ?? 0, stream?.data[0] ?? 0, flat, counter?.data[0] ?? 0),
    ),
  lowering: {
    kind: 'element',
    cost: 60,
    element: ({ node, index, read }) => {
      const position: scalarIr.Expression = {
        kind: 'index',
        type: 'i32',
        index: flatIndex(index, stridesOf(concreteShape(node.shape))),
      };
      return scalarIr.call(threefryFirst, read(0, []), read(1, []), position, read(2, []));
    },
  },
  bindAttributes: (attrs, sizes) => ({ shape: attrs.shape.map((size) => bindSize(size, sizes)) }),
};

/** The top 24 bits as a number in [0, 1), f32, exact. */
export const uniformFromBitsOp: Op = {
  name: 'uniformFromBits',
  arity: 1,
  shape: ([bits]) => bits?.shape ?? [],
  dtype: () => 'f32',
  vjp: { notDifferentiable: 'zero', reason: 'random numbers do not depend on what they are drawn for' },
  evaluate: ([bits], _, node) => ({
    shape: concreteShape(node.shape),
    dtype: 'f32',
    data: Float64Array.from(bits?.data ?? [], (value) => (value >>> 8) / 2 ** 24),
  }),
  lowering: {
    kind: 'element',
    cost: 3,
    pointwise: 'approximate',
    element: ({ index, read }) => scalarIr.call(uniformFromBits, read(0, index)),
  },
};

/** Where random numbers come from. */
export interface RandomOptions {
  /** Name of the stream; two streams of one name in a program are told apart by their order. */
  readonly name?: string;
  /** What makes the numbers of one step differ from those of another; default: the step counter. */
  readonly counter?: Tensor;
}

/**
 * 32 random bits an element, i32: `Threefry2x32(key, counter)` with the seed of the session and the name of the
 * stream as key, position and step as counter (Salmon et al. 2011).
 */
export function randomBits<const S extends Size[]>(
  shape: readonly [...S],
  options?: RandomOptions,
): Tensor<S, 'i32'>;
export function randomBits(shape: Shape, options: RandomOptions = {}): Tensor {
  requireShape('randomBits', shape);
  checkNames('randomBits', options, ['name', 'counter']);
  const { name = 'random', counter = stepCounter() } = options;
  const stream = makeNode(streamOp, [], { path: name });
  return makeNode(randomBitsOp, [sessionSeed(), stream, counter], { shape });
}

/** `bits / 2²⁴` of 24 random bits: uniform in `[0, 1)`, f32 (PyTorch's `rand`). */
export function randomUniform<const S extends Size[]>(
  shape: readonly [...S],
  options?: RandomOptions,
): Tensor<S, 'f32'>;
export function randomUniform(shape: Shape, options: RandomOptions = {}): Tensor {
  requireShape('randomUniform', shape);
  checkNames('randomUniform', options, ['name', 'counter']);
  return composite('randomUniform', () => makeNode(uniformFromBitsOp, [randomBits(shape, options)], {}));
}

/**
 * `√(-2 ln(1 - u)) · cos(2πv)` of two uniform draws: standard normal random numbers, f32 (Box and Muller 1958;
 * PyTorch's `randn`).
 */
export function randomNormal<const S extends Size[]>(
  shape: readonly [...S],
  options?: RandomOptions,
): Tensor<S, 'f32'>;
export function randomNormal(shape: Shape, options: RandomOptions = {}): Tensor {
  requireShape('randomNormal', shape);
  checkNames('randomNormal', options, ['name', 'counter']);
  return composite('randomNormal', () => {
    const { name = 'random' } = options;
    // 1 - u lies in (0, 1], so that its logarithm is finite.
    const radius = sqrt(
      mul(neg(log(sub(1, randomUniform(shape, { ...options, name: `${name}.radius` })))), 2),
    );
    const angle = mul(randomUniform(shape, { ...options, name: `${name}.angle` }), 2 * Math.PI);
    return mul(radius, cos(angle));
  });
}

/** Random numbers in [low, high). */
export function uniformBetween(shape: Shape, low: number, high: number, options: RandomOptions = {}): Tensor {
  return add(mul(randomUniform(shape, options), high - low), low);
}

/** `out[i] = value` in a shape (PyTorch's `full`, `zeros` and `ones`); `f32` where no dtype is given. */
export function filled<const S extends Size[], D extends DType = 'f32'>(
  shape: readonly [...S],
  value: number,
  dtype?: D,
): Tensor<S, D>;
export function filled(shape: Shape, value: number, dtype: DType = 'f32'): Tensor {
  requireShape('filled', shape);
  requireDType('filled', dtype);
  return broadcastAlong(scalar(value, dtype), shape, []);
}
