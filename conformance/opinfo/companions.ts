// Reflected operators, parts, views and other companions among PyTorch's OpInfo cases, as calls of public functions.
import * as tl from 'tapeless';
import type { Tensor } from 'tapeless';
import { tensorOf, type NamedArguments } from './arguments.ts';
import { axesOf, calling, numberOf, numberOr, numbersOf } from './calling.ts';
import type { Argument, OpinfoOperator } from './opinfo.ts';

function operand(given: NamedArguments, name: string): Tensor | number {
  return typeof given[name] === 'number' ? numberOf(given, name) : tensorOf(given, name);
}

/** An operator whose right side is the tensor that Python calls. */
const reflected = (build: (a: Tensor | number, b: Tensor) => Tensor): OpinfoOperator =>
  calling(['other'], (x, given) => build(operand(given, 'other'), x));

/** Tensors that a call gives one by one or as a list. */
const listed = ({ args }: { readonly args: readonly Argument[] }): readonly Tensor[] =>
  // The calls that use this have nothing but tensors by position.
  args.flat() as readonly Tensor[];

const cutting = (axisOf: (x: Tensor) => number): OpinfoOperator =>
  calling(['sections'], (x, given) => tl.tensorSplit(x, axesOf(given, 'sections'), axisOf(x)));

/** Functions of tensors whose results are listed as they are. */
const each =
  (build: (x: Tensor) => Tensor): OpinfoOperator =>
  (call) =>
    listed(call).map(build);

const swapped = calling([], (x) => (x.shape.length < 2 ? x : tl.swapaxes(x, -2, -1)));

const filled = (value: (given: NamedArguments) => number): OpinfoOperator =>
  calling(['size', 'fill_value'], (x, given) =>
    tl.cast(tl.broadcastTo(tl.scalar(value(given)), numbersOf(given, 'size')), x.dtype),
  );

const padding = calling(['pad', 'value'], (x, given) => {
  const pairs = numbersOf(given, 'pad');
  const widths = x.shape.map((_, axis): readonly [number, number] => {
    const from = 2 * (x.shape.length - 1 - axis);
    return [pairs[from] ?? 0, pairs[from + 1] ?? 0];
  });
  return tl.pad(x, widths, { value: numberOr(given, 'value', 0) });
});

const integrating = (build: (y: Tensor, options: tl.TrapezoidOptions) => Tensor): OpinfoOperator =>
  calling(['x'], (y, given) =>
    build(y, {
      ...(given.x === undefined ? {} : { x: tensorOf(given, 'x') }),
      dx: numberOr(given, 'dx', 1),
      axis: numberOr(given, 'dim', -1),
    }),
  );

export const companionsOpinfo: Readonly<Record<string, OpinfoOperator>> = {
  __radd__: reflected(tl.add),
  __rmul__: reflected(tl.mul),
  __rsub__: reflected(tl.sub),
  __rdiv__: reflected((a, b) => tl.div(a, b)),
  __rmod__: reflected(tl.remainder),
  __rpow__: reflected(tl.pow),
  atleast_1d: each(tl.atleast1d),
  atleast_2d: each(tl.atleast2d),
  atleast_3d: each(tl.atleast3d),
  broadcast_tensors: (call) => listed(call).map((x) => tl.broadcastTo(x, call.shapes[0] ?? [])),
  meshgrid: (call) =>
    tl.meshgrid(
      listed(call).map((x) => tl.atleast1d(x)),
      { indexing: call.kwargs['indexing'] === 'xy' ? 'xy' : 'ij' },
    ),
  hsplit: cutting((x) => (x.shape.length === 1 ? 0 : 1)),
  vsplit: cutting(() => 0),
  dsplit: cutting(() => 2),
  narrow_copy: calling(['dim', 'start', 'length'], (x, given) =>
    tl.narrow(x, numberOf(given, 'dim'), numberOf(given, 'start'), numberOf(given, 'length')),
  ),
  constant_pad_nd: padding,
  T: calling([], (x) => tl.transpose(x)),
  H: swapped,
  mT: swapped,
  mH: swapped,
  diagflat: calling(['offset'], (x, given) => tl.diag(tl.ravel(x), numberOr(given, 'offset', 0))),
  new_zeros: filled(() => 0),
  new_ones: filled(() => 1),
  new_full: filled((given) => numberOf(given, 'fill_value')),
  zero_: calling([], (x) => tl.zerosLike(x)),
  deg2rad: calling([], (x) => tl.mul(x, Math.PI / 180)),
  rad2deg: calling([], (x) => tl.mul(x, 180 / Math.PI)),
  ldexp: calling(['other'], (x, given) => tl.ldexp(x, tensorOf(given, 'other'))),
  frexp: calling([], (x) => {
    const { mantissa, exponent } = tl.frexp(x);
    return [mantissa, exponent];
  }),
  signbit: calling([], (x) => tl.less(tl.copysign(1, x), 0)),
  isposinf: calling([], (x) => tl.equal(x, Infinity)),
  isreal: calling([], (x) => tl.equal(tl.zerosLike(x), 0)),
  bincount: calling(['weights', 'minlength'], (x, given, [[length = 0] = []]) =>
    tl.bincount(
      x,
      length,
      given.weights === undefined ? {} : { weights: tl.cast(tensorOf(given, 'weights'), 'f32') },
    ),
  ),
  isneginf: calling([], (x) => tl.equal(x, -Infinity)),
  isin: calling(['test'], (x, given) => {
    const found = tl.any(tl.equal(tl.expandDims(x, -1), tl.ravel(tensorOf(given, 'test'))), -1);
    return given.invert === true ? tl.logicalNot(found) : found;
  }),
  dist: calling(['other', 'p'], (x, given) =>
    tl.norm(tl.sub(x, tensorOf(given, 'other')), undefined, { p: Number(given.p ?? 2) }),
  ),
  // Of all pairs of rows, those above the diagonal.
  'nn.functional.pdist': calling(['p'], (x, given) => {
    const rows = Array.from({ length: Number(x.shape[0]) }, (_, row) => row);
    const pairs = rows.flatMap((i) => rows.slice(i + 1).map((k) => [i, k] as const));
    const chosen = ([0, 1] as const).map((side) =>
      tl.indexSelect(
        x,
        0,
        tl.constant(
          pairs.map((pair) => pair[side]),
          [pairs.length],
          'i32',
        ),
      ),
    );
    const [a = x, b = x] = chosen;
    return tl.norm(tl.sub(a, b), 1, { p: Number(given.p ?? 2) });
  }),
  diff: calling(['n', 'dim', 'prepend', 'append'], (x, given) =>
    tl.diff(x, {
      order: numberOr(given, 'n', 1),
      axis: numberOr(given, 'dim', -1),
      ...(given.prepend === undefined ? {} : { prepend: tensorOf(given, 'prepend') }),
      ...(given.append === undefined ? {} : { append: tensorOf(given, 'append') }),
    }),
  ),
  trapz: integrating(tl.trapezoid),
  trapezoid: integrating(tl.trapezoid),
  cumulative_trapezoid: integrating(tl.cumulativeTrapezoid),
  slice_scatter: calling(['src', 'dim', 'start', 'end', 'step'], (x, given) =>
    tl.sliceScatter(x, tensorOf(given, 'src'), numberOr(given, 'dim', 0), {
      start: numberOr(given, 'start', 0),
      ...(given.end === undefined ? {} : { stop: numberOf(given, 'end') }),
      step: numberOr(given, 'step', 1),
    }),
  ),
  select_scatter: calling(['src', 'dim', 'index'], (x, given) =>
    tl.selectScatter(x, tensorOf(given, 'src'), numberOf(given, 'dim'), numberOf(given, 'index')),
  ),
  diagonal_scatter: calling(['src', 'offset', 'dim1', 'dim2'], (x, given) =>
    tl.diagonalScatter(x, tensorOf(given, 'src'), {
      offset: numberOr(given, 'offset', 0),
      axes: [numberOr(given, 'dim1', 0), numberOr(given, 'dim2', 1)],
    }),
  ),
  renorm: calling(['p', 'dim', 'maxnorm'], (x, given) =>
    tl.renorm(x, Number(given.p), numberOf(given, 'dim'), numberOf(given, 'maxnorm')),
  ),
  logit: calling(['eps'], (x, given) =>
    tl.logit(x, given.eps === undefined ? undefined : numberOf(given, 'eps')),
  ),
  sum_to_size: calling(['size'], (x, given, [shape = []]) => {
    const added = x.shape.length - shape.length;
    const axes = x.shape.flatMap((size, axis) =>
      axis < added || shape[axis - added] !== size ? [axis] : [],
    );
    return axes.length === 0 ? x : tl.reshape(tl.sum(x, axes), shape);
  }),
  // ln Γ of several variables: that of one, at p places half apart.
  mvlgamma: calling(['p'], (x, given) => {
    const p = numberOf(given, 'p');
    const terms = Array.from({ length: p }, (_, at) => tl.lgamma(tl.sub(x, at / 2)));
    return terms.reduce<Tensor>(
      (all, term) => tl.add(all, term),
      tl.filledLike(x, ((p * (p - 1)) / 4) * Math.log(Math.PI)),
    );
  }),
  index_reduce: calling(['dim', 'index', 'source', 'reduce'], (x, given) => {
    const [vector, source] = [tl.atleast1d(x), tl.atleast1d(tensorOf(given, 'source'))];
    const axis = numberOf(given, 'dim');
    const at = axis < 0 ? axis + vector.shape.length : axis;
    const column = vector.shape.map((_, each) => (each === at ? -1 : 1));
    const places = tl.broadcastTo(tl.reshape(tensorOf(given, 'index'), column), source.shape);
    const reduction = given.reduce as tl.ScatterReduction;
    const reduced = tl.scatterReduce(vector, places, source, at, reduction, {
      includeSelf: given.include_self !== false,
    });
    return tl.reshape(reduced, x.shape);
  }),
  cross: calling(['other', 'dim'], (x, given) => {
    const other = tensorOf(given, 'other');
    // Without an axis it is the first of three elements.
    const axis = given.dim === undefined ? x.shape.indexOf(3) : numberOf(given, 'dim');
    return tl.crossProduct(x, other, axis);
  }),
  put: calling(['index', 'source', 'accumulate'], (x, given) => {
    const places = tl.ravel(tensorOf(given, 'index'));
    const written = tl.indexPut(tl.ravel(x), [places], tl.ravel(tensorOf(given, 'source')), {
      accumulate: given.accumulate === true,
    });
    return tl.reshape(written, x.shape);
  }),
  // Windows of an axis, their elements in an axis at the end.
  unfold: calling(['dim', 'size', 'step'], (x, given) => {
    const vector = tl.atleast1d(x);
    const [axis, size, step] = [numberOf(given, 'dim'), numberOf(given, 'size'), numberOf(given, 'step')];
    const count = Math.floor((Number(vector.shape.at(axis)) - size) / step) + 1;
    const windows = Array.from({ length: count }, (_, at) =>
      tl.movedim(tl.narrow(vector, axis, at * step, size), axis, -1),
    );
    // The stack counts the axis of elements too.
    const all = tl.stack(windows, axis < 0 ? axis - 1 : axis);
    return x.shape.length === 0 ? tl.ravel(all) : all;
  }),
};
