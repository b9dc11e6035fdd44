// Functions of TensorFlow.js that make tensors, change their element type or hand them on.
import {
  add,
  broadcastTo,
  cast,
  constant,
  eye,
  filled,
  iota,
  linspace,
  meshgrid,
  mul,
  reshape,
  DeclarationError,
  zerosLike,
  type DType,
  type Tensor,
} from 'tapeless';
import {
  Complex,
  demand,
  dtypeNamed,
  flattened,
  inferredDtype,
  isList,
  isTyped,
  known,
  numberOf,
  numbersOf,
  shapeOf,
  sizesOf,
  stored,
  Text,
  tensorOf,
  type CallTable,
  type Context,
  type Result,
  type TracedCall,
  type Value,
} from './value.ts';

/** `tensor(values, shape?, dtype?)`; a fixed rank where the name of the function has one. */
function made(
  values: Value | undefined,
  given: { readonly shape?: Value | undefined; readonly dtype?: Value | undefined; readonly rank?: number },
  context: Context,
): Result {
  const { shape = null, dtype = null, rank } = given;
  const { elements, shape: nested } = flattened(values ?? null);
  const sizes = shape === null ? nested : shapeOf(shape);
  demand(
    sizes.every((size) => size >= 0),
    `[${sizes.join(', ')}] is no shape`,
  );
  demand(rank === undefined || sizes.length === rank, `[${sizes.join(', ')}] has not rank ${rank}`);
  const isNested = nested.length !== 1 && !hasTyped(values ?? null);
  demand(
    shape === null || !isNested || nested.join() === sizes.join(),
    `lists of shape [${nested.join(', ')}] are not of shape [${sizes.join(', ')}]`,
  );
  if (dtype === 'string' || elements.some((element) => typeof element === 'string')) {
    return new Text(elements.map(String), sizes);
  }
  const count = sizes.reduce((product, size) => product * size, 1);
  demand(elements.length === count, `${elements.length} elements for shape [${sizes.join(', ')}]`);
  const ours = dtype === null ? inferredDtype(values ?? null, context) : dtypeNamed(dtype, context);
  return context.feed(
    stored(
      elements.map((element) =>
        element === null || typeof element === 'boolean' ? Number(element) : numberOf(element),
      ),
      ours,
    ),
    sizes,
    ours,
  );
}

/** Typed arrays are flat, whatever the shape: so are lists of them. */
function hasTyped(value: Value): boolean {
  return isTyped(value) || (isList(value) && value.some(hasTyped));
}

const ofRank =
  (rank: number): TracedCall =>
  ([values, shape, dtype], context) => {
    const { shape: nested } = flattened(values ?? null);
    demand(
      nested.length === rank || nested.length === 1,
      `lists of depth ${nested.length} are no tensor of rank ${rank}`,
    );
    demand(nested.length === rank || isList(shape), 'a flat list needs a shape');
    return made(values, { shape, dtype, rank }, context);
  };

/** A tensor of one value, of any dtype. */
export function full(shape: readonly number[], value: number, dtype: DType): Tensor {
  if (dtype === 'f32' || dtype === 'f64') return filled(shape, value, dtype);
  return broadcastTo(constant([value], [], dtype), shape);
}

const filledWith =
  (value: number): TracedCall =>
  ([shape, dtype], context) => {
    const sizes = shapeOf(shape);
    // An input, so that no other constant is this tensor when it is differentiated by.
    if (dtype !== 'complex64') {
      const count = sizes.reduce((product, size) => product * size, 1);
      return context.feed(Array<number>(count).fill(value), sizes, dtypeNamed(dtype, context));
    }
    return new Complex(filled(sizes, value, context.float), filled(sizes, 0, context.float));
  };

const filledLike =
  (value: number): TracedCall =>
  ([like], context) => {
    if (like instanceof Complex) {
      const sizes = sizesOf(like.real);
      return new Complex(filled(sizes, value, context.float), filled(sizes, 0, context.float));
    }
    const x = tensorOf(like, context);
    return full(sizesOf(known(x)), value, x.dtype);
  };

function rangeOf([start, stop, step = null, dtype]: readonly Value[], context: Context): Tensor {
  const [from, to] = [numberOf(start), numberOf(stop)];
  const by = numberOf(step, from < to ? 1 : -1);
  demand(by !== 0, 'range: a step of zero gets nowhere');
  const count = Math.max(0, Math.ceil((to - from) / by));
  const ours = dtypeNamed(dtype, context);
  const positions = cast(iota(count), ours);
  return add(mul(positions, by), from);
}

/** The unit matrix, or a batch of it. */
function eyeOf([rows, columns = null, batch = null]: readonly Value[], context: Context): Tensor {
  const [height, width] = [numberOf(rows), numberOf(columns, numberOf(rows))];
  const unit = eye(height, { columns: width, dtype: context.float });
  return batch === null ? unit : broadcastTo(unit, [...numbersOf(batch), height, width]);
}

/** Coordinates of a grid, one tensor a list; `xy` lists columns first. */
function meshgridOf(args: readonly Value[], context: Context): Result {
  const options = args.at(-1);
  const hasOptions = typeof options === 'object' && options !== null && 'indexing' in options;
  const lists = (hasOptions ? args.slice(0, -1) : args).map((each) => known(tensorOf(each, context)));
  if (lists.length === 1 && lists[0]?.shape.length === 0) return lists;
  return meshgrid(
    lists.map((x) => reshape(x, [-1])),
    // Another word than these is refused by our function.
    { indexing: (hasOptions ? options.indexing : 'xy') as 'ij' | 'xy' },
  );
}

const castTo =
  (dtype: DType | 'float'): TracedCall =>
  ([x], context) =>
    cast(known(tensorOf(x, context)), dtype === 'float' || context.hasFloatsOnly ? context.float : dtype);

const variable: TracedCall = ([initial, , name = null], context) => {
  if (typeof name === 'string') {
    if (context.names.has(name)) {
      throw new DeclarationError('E_NAME_CLASH', `variable: the name "${name}" is taken`);
    }
    context.names.add(name);
  }
  return tensorOf(initial, context);
};

const identity: TracedCall = ([x], context) => {
  if (x instanceof Complex) return x;
  return known(tensorOf(x, context));
};

export const creationCalls: CallTable = {
  tensor: ([values, shape, dtype], context) => made(values, { shape, dtype }, context),
  tensor1d: ([values, dtype], context) => {
    demand(flattened(values ?? null).shape.length === 1, 'tensor1d takes a flat list');
    return made(values, { dtype, rank: 1 }, context);
  },
  tensor2d: ofRank(2),
  tensor3d: ofRank(3),
  tensor4d: ofRank(4),
  tensor5d: ofRank(5),
  tensor6d: ofRank(6),
  scalar: ([value, dtype], context) => {
    demand(!isList(value) && !isTyped(value), 'scalar takes one number');
    return made(value, { dtype, rank: 0 }, context);
  },
  variable,
  clone: identity,
  ones: filledWith(1),
  zeros: filledWith(0),
  onesLike: filledLike(1),
  zerosLike: filledLike(0),
  fill: ([shape, value, dtype], context) => {
    const sizes = shapeOf(shape);
    if (typeof value !== 'string') return full(sizes, numberOf(value), dtypeNamed(dtype, context));
    const count = sizes.reduce((product, size) => product * size, 1);
    return new Text(Array<string>(count).fill(value), sizes);
  },
  eye: eyeOf,
  range: rangeOf,
  linspace: ([start, stop, count], context) => {
    const [from, to, steps] = [numberOf(start), numberOf(stop), numberOf(count)];
    demand(steps > 0, `linspace: ${steps} values are none`);
    return linspace(from, to, steps, { dtype: context.float });
  },
  meshgrid: meshgridOf,
  cast: ([x, dtype], context) => {
    const tensor = tensorOf(x, context);
    if (dtype === 'complex64')
      return new Complex(cast(known(tensor), context.float), zerosLike(cast(tensor, context.float)));
    return cast(known(tensor), dtypeNamed(dtype, context));
  },
  asType: ([x, dtype], context) => cast(known(tensorOf(x, context)), dtypeNamed(dtype, context)),
  toFloat: castTo('float'),
  toInt: castTo('i32'),
  toBool: castTo('bool'),
  ensureShape: ([x, shape], context) => {
    const tensor = tensorOf(x, context);
    const wanted = isList(shape) ? shape : [];
    const fits =
      wanted.length === tensor.shape.length &&
      wanted.every((size, axis) => size === null || size === -1 || size === tensor.shape[axis]);
    demand(fits, `ensureShape: [${sizesOf(tensor).join(', ')}] is not as it is to be`);
    return tensor;
  },
};
