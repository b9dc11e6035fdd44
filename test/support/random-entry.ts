// Random entry points: a recipe of numbers that fast-check can shrink becomes a typed graph over the public ops, with
// gradients, outputs and updates of parameters and states. Numbers are kept tame, so that f32 and f64 can be compared.
import { fc } from '@fast-check/vitest';
import type { DType, FloatDType } from '../../src/ir/dtype.ts';
import { isFloat, roundTo } from '../../src/ir/dtype.ts';
import type { Bindings } from '../../src/ir/interpret.ts';
import { makeNode, topologicalOrder, type Tensor } from '../../src/ir/node.ts';
import { concreteCount, concreteShape, shapesEqual } from '../../src/ir/size.ts';
import type { Value } from '../../src/ir/value.ts';
import { grad } from '../../src/autodiff/grad.ts';
import type { EntryGraph } from '../../src/kernels/anchors.ts';
import { add, div, equal, less, maximum, minimum, mul, pow, sub } from '../../src/ops/arithmetic.ts';
import { broadcastAlong, broadcastShapes, broadcastTo } from '../../src/ops/broadcast.ts';
import { lerp } from '../../src/ops/blend.ts';
import { clamp } from '../../src/ops/clamp.ts';
import { contract, matmul } from '../../src/ops/contraction.ts';
import { asinh } from '../../src/ops/hyperbolic.ts';
import { logaddexp } from '../../src/ops/logarithm.ts';
import { erfc } from '../../src/ops/special.ts';
import { atan, atan2 } from '../../src/ops/trigonometric.ts';
import { logSigmoid, mish, silu } from '../../src/nn/activation.ts';
import { elu, gelu, softplus } from '../../src/nn/rectifier.ts';
import { gather, oneHot } from '../../src/ops/gather.ts';
import { scatter, scatterAdd, scatterReduce } from '../../src/ops/scatter.ts';
import { arrayValue, constant, constrain, input, parameter, scalar, state } from '../../src/ops/leaf.ts';
import { seedOp, sessionSeed, stepCounter, stepCounterOp } from '../../src/ops/counters.ts';
import { concat } from '../../src/ops/concat.ts';
import { cummax, cummin } from '../../src/ops/cumulative.ts';
import { flip, sliceAxis, transpose } from '../../src/ops/movement.ts';
import { pad } from '../../src/ops/pad.ts';
import { filled, iota, randomBitsOp, uniformFromBitsOp } from '../../src/ops/random.ts';
import { max, mean, min, prod, sum, variance } from '../../src/ops/reduce.ts';
import { argmax, argmin } from '../../src/ops/arg-extreme.ts';
import { expandDims, reshape, squeeze } from '../../src/ops/reshape.ts';
import { cast, stopGradient, where } from '../../src/ops/select.ts';
import { sort, topk } from '../../src/ops/sort.ts';
import { abs, cos, exp, log, neg, relu, sigmoid, sin, sqrt, tanh } from '../../src/ops/unary.ts';
import { scanStep } from './random-scans.ts';
import { uniformNumbers } from './values.ts';

/** One step: which operation, on what, how. */
interface Step {
  readonly operation: number;
  readonly a: number;
  readonly b: number;
  readonly choice: number;
}

export interface Recipe {
  readonly dtype: FloatDType;
  readonly sizes: readonly [number, number, number];
  readonly steps: readonly Step[];
  /** Which tensors of the pool are handed out. */
  readonly outputs: readonly number[];
  readonly updates: readonly { readonly kind: number; readonly pick: number }[];
  readonly withGradients: boolean;
  readonly seed: number;
}

const pick = fc.nat(999);

export const recipes: fc.Arbitrary<Recipe> = fc.record({
  dtype: fc.constantFrom<FloatDType>('f64', 'f64', 'f32'),
  sizes: fc.tuple(size(), size(), size()),
  steps: fc.array(fc.record({ operation: pick, a: pick, b: pick, choice: pick }), {
    minLength: 1,
    maxLength: 12,
  }),
  outputs: fc.array(pick, { minLength: 1, maxLength: 3 }),
  updates: fc.array(fc.record({ kind: pick, pick }), { maxLength: 4 }),
  withGradients: fc.boolean(),
  seed: fc.nat(1000),
});

/** Seventeen is where reductions take lanes and have a rest. */
function size(): fc.Arbitrary<number> {
  return fc.constantFrom(2, 3, 1, 4, 17);
}

/** An entry with values for its leaves. */
export interface RandomEntry {
  readonly entry: EntryGraph;
  readonly bindings: Bindings;
  readonly dtype: FloatDType;
}

// Larger tensors would test nothing new.
const countLimit = 700;

/** What steps may use: tensors so far, most recent last. */
interface Pool {
  readonly dtype: FloatDType;
  readonly tensors: Tensor[];
  readonly labels: readonly Tensor[];
}

export function buildEntry(recipe: Recipe): RandomEntry {
  const { dtype, sizes } = recipe;
  const [m, n, k] = sizes;
  const name = (what: string): string => `net/layer.${what}`;
  const zeros = (shape: readonly number[]): Tensor => filled(shape, 0, dtype);
  const x = input('x', [m, n], dtype);
  const labels = input('labels', [m], 'i32');
  const parameters = [
    parameter(name('weight'), zeros([k, n])),
    parameter(name('bias'), zeros([n])),
    parameter(name('square'), zeros([n, n])),
  ];
  const states = [
    state(name('weight.exp_avg'), zeros([k, n])),
    state(name('running_mean'), zeros([n])),
    state(name('other_mean'), zeros([n])),
    state(name('gain'), zeros([])),
  ];
  const uniform = uniformNumbers(recipe.seed);
  const table = constant(
    Array.from({ length: n * 2 }, () => uniform() * 2 - 1),
    [2, n],
    dtype,
  );
  const pool: Pool = {
    dtype,
    tensors: [table, ...states, ...parameters, x],
    labels: [constrain(labels, { low: 0, high: n - 1, what: 'label' })],
  };
  for (const step of recipe.steps) {
    const made = operations[step.operation % operations.length]?.(pool, step);
    if (made !== undefined && concreteCount(made.shape) <= countLimit) pool.tensors.push(made);
  }
  const at = (position: number): Tensor => choose(pool.tensors, position);
  const floats = pool.tensors.filter((tensor) => tensor.dtype === dtype);
  const last = floats.at(-1) ?? x;
  const loss = add(
    mean(tanh(last)),
    mul(mean(mul(choose(floats, recipe.seed), last.dtype === dtype ? 0.5 : 1)), 0.25),
  );
  const gradients = recipe.withGradients ? grad(loss, parameters) : parameters.map((each) => tanh(each));
  const updates = recipe.updates.flatMap((update) =>
    makeUpdates(update, { parameters, states, gradients, pool, loss }),
  );
  const unique = new Map(updates.map(({ leaf, next }) => [leaf, next]));
  const outputs = [
    ...recipe.outputs.map((position, order) => ({ name: `output${order}`, tensor: at(position) })),
    { name: 'last', tensor: last },
    ...(recipe.withGradients ? [{ name: 'loss', tensor: loss }] : []),
  ];
  const entry: EntryGraph = {
    name: 'step',
    outputs,
    updates: [...unique].map(([leaf, next]) => ({ leaf, next })),
    phaseOf: () => 'forward',
    labels: new Map(outputs.map((output) => [output.tensor, output.name])),
  };
  return { entry, bindings: bindLeaves(entry, uniform, n), dtype };
}

function choose<T>(list: readonly T[], position: number): T {
  const chosen = list[list.length - 1 - (position % list.length)];
  if (chosen === undefined) throw new Error('nothing to choose from');
  return chosen;
}

interface UpdateContext {
  readonly parameters: readonly Tensor[];
  readonly states: readonly Tensor[];
  readonly gradients: readonly Tensor[];
  readonly pool: Pool;
  readonly loss: Tensor;
}

interface Update {
  readonly leaf: Tensor;
  readonly next: Tensor;
}

function makeUpdates(
  { kind, pick: position }: { readonly kind: number; readonly pick: number },
  { parameters, states, gradients, pool, loss }: UpdateContext,
): readonly Update[] {
  const leaves = [...parameters, ...states];
  const leaf = choose(leaves, position);
  const [weight] = parameters;
  const [average, running, other, gain] = states;
  const [weightGradient] = gradients;
  if (!weight || !average || !running || !other || !gain || !weightGradient) return [];
  const forms: readonly (() => readonly Update[])[] = [
    // Plain descent on every parameter.
    () => parameters.map((each, at) => ({ leaf: each, next: sub(each, mul(gradients[at] ?? each, 0.1)) })),
    // Momentum: two leaves in one pass.
    () => {
      const next = add(mul(average, 0.9), mul(weightGradient, 0.1));
      return [
        { leaf: average, next },
        { leaf: weight, next: sub(weight, mul(next, 0.5)) },
      ];
    },
    // Two states change places.
    () => [
      { leaf: running, next: other },
      { leaf: other, next: running },
    ],
    // A leaf becomes something else of its shape, or stays what it was.
    () => {
      const fitting = pool.tensors.filter(
        (each) => each.dtype === leaf.dtype && shapesEqual(each.shape, leaf.shape),
      );
      return [{ leaf, next: choose(fitting, position + 1) }];
    },
    // Cannot be in place: every element reads another one.
    () => (leaf.shape.length === 0 ? [] : [{ leaf, next: mul(flip(leaf, 0), 0.5) }]),
    () => [{ leaf: gain, next: add(mul(gain, 0.5), loss) }],
    // Two leaves get one value.
    () => {
      const next = mul(add(running, other), 0.5);
      return [
        { leaf: running, next },
        { leaf: other, next },
      ];
    },
    () => [{ leaf: stepCounter(), next: add(stepCounter(), 1) }],
    () => {
      const batch = mean(
        choose(
          pool.tensors.filter((each) => each.dtype === pool.dtype),
          position,
        ),
      );
      return [{ leaf: running, next: add(mul(running, 0.9), mul(broadcastTo(batch, running.shape), 0.1)) }];
    },
  ];
  return forms[kind % forms.length]?.() ?? [];
}

type Operation = (pool: Pool, step: Step) => Tensor | undefined;

function floatAt(pool: Pool, position: number): Tensor {
  return choose(
    pool.tensors.filter((each) => each.dtype === pool.dtype),
    position,
  );
}

/** A tensor that is not a leaf may be rounded differently in f32: no op that jumps is put on it there. */
function steadyAt(pool: Pool, position: number): Tensor {
  const isSteady = (each: Tensor): boolean => each.inputs.length === 0 && each.dtype === pool.dtype;
  return pool.dtype === 'f64' ? floatAt(pool, position) : choose(pool.tensors.filter(isSteady), position);
}

function axisOf(x: Tensor, position: number): number | undefined {
  return x.shape.length === 0 ? undefined : position % x.shape.length;
}

function axesOf(x: Tensor, position: number): readonly number[] {
  const subset = x.shape.map((_, axis) => axis).filter((axis) => (position >> axis) & 1);
  return subset.length === 0 ? x.shape.map((_, axis) => axis) : subset;
}

const unaryForms: readonly ((x: Tensor) => Tensor)[] = [
  relu,
  tanh,
  neg,
  (x) => exp(tanh(x)),
  sigmoid,
  abs,
  sin,
  cos,
  (x) => sqrt(add(mul(x, x), 1)),
  (x) => log(add(mul(x, x), 1)),
  (x) => mul(x, 0.5),
  (x) => pow(add(abs(tanh(x)), 1), 1.5),
  stopGradient,
  atan,
  asinh,
  erfc,
  silu,
  mish,
  (x) => elu(x),
  (x) => gelu(x),
  (x) => softplus(x),
  logSigmoid,
  (x) => clamp(x, { min: -0.5, max: 0.75 }),
];

const binaryForms: readonly ((a: Tensor, b: Tensor) => Tensor)[] = [
  add,
  sub,
  (a, b) => mul(tanh(a), b),
  maximum,
  minimum,
  (a, b) => div(a, add(mul(b, b), 1)),
  (a, b) => where(less(a, b), a, mul(b, 1)),
  logaddexp,
  (a, b) => atan2(a, add(mul(b, b), 1)),
  (a, b) => lerp(a, b, 0.25),
];

/** An operand that broadcasts with `a`. */
function partnerOf(a: Tensor, pool: Pool, position: number): Tensor {
  const fitting = pool.tensors.filter(
    (each) => each.dtype === a.dtype && broadcastShapes(a.shape, each.shape) !== undefined,
  );
  return choose(fitting, position);
}

const operations: readonly Operation[] = [
  (pool, { a, choice }) => choose(unaryForms, choice)(floatAt(pool, a)),
  (pool, { a, b, choice }) => {
    const left = floatAt(pool, a);
    return choose(binaryForms, choice)(left, partnerOf(left, pool, b));
  },
  (pool, { a, b, choice }) => {
    const left = floatAt(pool, a);
    return choose(binaryForms, choice)(partnerOf(left, pool, b), left);
  },
  // Reductions over some axes, or all.
  (pool, { a, b, choice }) => {
    const x = floatAt(pool, a);
    const reductions: readonly ((of: Tensor, ...rest: Rest) => Tensor)[] = [
      sum,
      mean,
      max,
      min,
      (of, ...rest) => prod(tanh(of), ...rest),
      variance,
    ];
    const axes = axesOf(x, b);
    const one = axes.every((axis) => x.shape[axis] === 1);
    return choose(one ? reductions.slice(0, 4) : reductions, choice)(x, axes, { keepdims: choice % 2 === 0 });
  },
  (pool, { a, b, choice }) => {
    const x = floatAt(pool, a);
    const axis = axisOf(x, b);
    return axis === undefined ? undefined : scanStep(x, axis, choice);
  },
  // Where the largest so far stands, and what it is.
  (pool, { a, b, choice }) => {
    const x = steadyAt(pool, a);
    const axis = axisOf(x, b);
    if (axis === undefined) return undefined;
    const { values, indices } = choice % 2 === 0 ? cummax(x, axis) : cummin(x, axis);
    return choice % 3 === 0 ? values : mul(cast(indices, pool.dtype), 0.125);
  },
  // Elements in order, and the largest of them.
  (pool, { a, b, choice }) => {
    const x = steadyAt(pool, a);
    const axis = axisOf(x, b);
    if (axis === undefined) return undefined;
    const { values, indices } =
      choice % 2 === 0
        ? sort(x, axis, { descending: choice % 4 === 0 })
        : topk(x, Math.ceil((concreteShape(x.shape)[axis] ?? 1) / 2), { axis });
    return choice % 3 === 0 ? mul(cast(indices, pool.dtype), 0.125) : values;
  },
  // Softmax and its logarithm, stable, along one axis.
  (pool, { a, b, choice }) => {
    const x = floatAt(pool, a);
    const axis = axisOf(x, b);
    if (axis === undefined) return undefined;
    const shifted = sub(x, stopGradient(max(x, axis, { keepdims: true })));
    const total = sum(exp(shifted), axis, { keepdims: true });
    return choice % 2 === 0 ? div(exp(shifted), total) : sub(shifted, log(total));
  },
  // Normalisation along one axis.
  (pool, { a, b }) => {
    const x = floatAt(pool, a);
    const axis = axisOf(x, b);
    if (axis === undefined) return undefined;
    const centred = sub(x, mean(x, axis, { keepdims: true }));
    return div(centred, sqrt(add(mean(mul(centred, centred), axis, { keepdims: true }), 0.5)));
  },
  (pool, { a, choice }) => {
    const x = floatAt(pool, a);
    const axes = x.shape.map((_, axis) => axis);
    return transpose(x, choice % 2 === 0 ? axes.toReversed() : [...axes.slice(1), ...axes.slice(0, 1)]);
  },
  (pool, { a, choice }) => {
    const x = floatAt(pool, a);
    const shape = concreteShape(x.shape);
    const count = concreteCount(shape);
    const forms = [[count], [...shape, 1], shape.toReversed(), count % 2 === 0 ? [2, count / 2] : [1, count]];
    return reshape(x, choose(forms, choice));
  },
  (pool, { a, b, choice }) => {
    const x = floatAt(pool, a);
    const axis = axisOf(x, b);
    if (axis === undefined) return undefined;
    const length = concreteShape(x.shape)[axis] ?? 1;
    const forms: readonly (() => Tensor)[] = [
      () => flip(x, axis),
      () => sliceAxis(x, axis, 0, Math.ceil(length / 2), length > 1 ? 2 : 1),
      () => sliceAxis(x, axis, length > 1 ? 1 : 0, Math.max(1, length - 1)),
      () =>
        pad(
          x,
          x.shape.map((_, at) => (at === axis ? [1, 2] : [0, 0])),
        ),
      () => squeeze(x),
      () => expandDims(x, axis),
    ];
    return choose(forms, choice)();
  },
  (pool, { a, b, choice }) => {
    const x = floatAt(pool, a);
    const axis = axisOf(x, choice);
    if (axis === undefined) return undefined;
    const fitting = pool.tensors.filter(
      (each) =>
        each.dtype === x.dtype &&
        each.shape.length === x.shape.length &&
        each.shape.every((extent, at) => at === axis || extent === x.shape[at]),
    );
    return concat([x, choose(fitting, b)], axis);
  },
  (pool, { a, choice }) => {
    const x = floatAt(pool, a);
    const axes = x.shape.map((_, axis) => axis);
    return choice % 2 === 0
      ? broadcastAlong(x, [...x.shape, 3], axes)
      : broadcastTo(x, [2, ...concreteShape(x.shape)]);
  },
  // Contractions over one pair of axes, sometimes with a batch axis.
  contractionStep,
  contractionStep,
  (pool, { a, b, choice }) => {
    const x = floatAt(pool, a);
    const fitting = pool.tensors.filter(
      (each) => each.dtype === x.dtype && each.shape.length === 2 && each.shape[0] === x.shape.at(-1),
    );
    if (fitting.length === 0 || x.shape.length === 0) return undefined;
    const product = matmul(x, choose(fitting, b));
    const bias = partnerOf(product, pool, choice);
    return broadcastShapes(product.shape, bias.shape)?.length === product.shape.length
      ? relu(add(product, bias))
      : product;
  },
  // Labels that pick, count and scatter.
  (pool, { a, choice }) => {
    const [labels] = pool.labels;
    const x = floatAt(pool, a);
    const fits = labels !== undefined && x.shape.length === 2 && x.shape[0] === labels.shape[0];
    if (!fits) return undefined;
    const column = reshape(labels, [...concreteShape(labels.shape), 1]);
    const forms: readonly (() => Tensor)[] = [
      () => gather(x, column, 1),
      () => scatterAdd(x, column, sliceAxis(x, 1, 0, 1), 1),
      // Several updates a row, so that positions are repeated and their order shows.
      () => scatter(x, broadcastAlong(labels, x.shape, [0]), mul(x, 0.5), 1),
      () => scatterReduce(x, broadcastAlong(labels, x.shape, [0]), steady(pool, x, a), 1, 'amax'),
      () => scatterReduce(x, column, steady(pool, x, a), 1, 'prod', { includeSelf: false }),
      () => mul(oneHot(labels, concreteShape(x.shape)[1] ?? 1, pool.dtype), x),
      () => reshape(gather(x, column, 1), labels.shape),
      // Positions that are computed, and have to be clamped.
      () => gather(x, transpose(broadcastAlong(labels, [2, ...concreteShape(labels.shape)], [1])), 1),
      () => cast(equal(argmax(steady(pool, x, a), 1), labels), pool.dtype),
    ];
    return choose(forms, choice)();
  },
  (pool, { a, b, choice }) => {
    const x = steadyAt(pool, a);
    const axis = axisOf(x, b);
    if (axis === undefined) return undefined;
    const position = (choice % 2 === 0 ? argmax : argmin)(x, axis);
    const scaled = mul(cast(position, pool.dtype), 0.125);
    return choice % 3 === 0 ? gather(x, expandDims(position, axis), axis) : scaled;
  },
  (pool, { a, choice }) => {
    const x = floatAt(pool, a);
    const stream = scalar(choice, 'i32');
    const bits = makeNode(randomBitsOp, [sessionSeed(), stream, stepCounter()], { shape: x.shape });
    const uniform = cast(makeNode(uniformFromBitsOp, [bits], {}), pool.dtype);
    return choice % 2 === 0 ? uniform : where(less(uniform, 0.25), 0, mul(x, 1.25));
  },
  (pool, { a }) => {
    const x = floatAt(pool, a);
    const last = concreteShape(x.shape).at(-1);
    return last === undefined
      ? add(x, cast(stepCounter(), pool.dtype))
      : add(x, mul(cast(iota(last), pool.dtype), 0.25));
  },
  // A step counter at work: bias correction in f64, whatever the model computes in.
  (pool, { a }) => {
    const x = floatAt(pool, a);
    const next = cast(add(stepCounter(), 1), 'f64');
    return div(x, cast(sub(1, pow(scalar(0.5, 'f64'), next)), pool.dtype));
  },
];

type Rest = [axes: readonly number[], options: { readonly keepdims: boolean }];

function steady(pool: Pool, x: Tensor, position: number): Tensor {
  if (pool.dtype === 'f64' || x.inputs.length === 0) return x;
  const fitting = pool.tensors.filter((each) => each.inputs.length === 0 && shapesEqual(each.shape, x.shape));
  return fitting.length === 0 ? stopGradient(mul(x, 0)) : choose(fitting, position);
}

function contractionStep(pool: Pool, { a, b, choice }: Step): Tensor | undefined {
  const left = floatAt(pool, a);
  const leftAxis = axisOf(left, choice);
  if (leftAxis === undefined) return undefined;
  const extent = left.shape[leftAxis];
  const fitting = pool.tensors.filter(
    (each) => each.dtype === left.dtype && each.shape.includes(extent ?? -1),
  );
  const right = choose(fitting, b);
  const rightAxes = right.shape.flatMap((each, axis) => (each === extent ? [axis] : []));
  const rightAxis = choose(rightAxes, choice);
  // A second pair of equal sizes may be a batch, or contracted too.
  const leftOther = left.shape.findIndex((_, axis) => axis !== leftAxis);
  const rightOther = right.shape.findIndex(
    (each, axis) => axis !== rightAxis && each === (left.shape[leftOther] ?? -1),
  );
  const second = leftOther >= 0 && rightOther >= 0 ? choice % 3 : 2;
  return contract(left, right, {
    batchLeft: second === 0 ? [leftOther] : [],
    batchRight: second === 0 ? [rightOther] : [],
    contractLeft: second === 1 ? [leftAxis, leftOther] : [leftAxis],
    contractRight: second === 1 ? [rightAxis, rightOther] : [rightAxis],
  });
}

/** Values for every leaf of the entry: numbers in -1 … 1, labels in range. */
function bindLeaves(entry: EntryGraph, uniform: () => number, classes: number): Bindings {
  const roots = [
    ...entry.outputs.map((output) => output.tensor),
    ...entry.updates.flatMap((update) => [update.leaf, update.next]),
  ];
  const leaves = topologicalOrder(roots).filter(
    (node) => node.op.lowering.kind === 'leaf' && arrayValue(node) === undefined,
  );
  return new Map<Tensor, Value>(
    leaves.map((leaf) => {
      const shape = concreteShape(leaf.shape);
      const data = new Float64Array(concreteCount(shape)).map(() => numberFor(leaf, uniform, classes));
      return [leaf, { shape, dtype: leaf.dtype, data }];
    }),
  );
}

function numberFor(leaf: Tensor, uniform: () => number, classes: number): number {
  // Ops are compared by name: nodes hold them with their attribute type forgotten.
  if (leaf.op.name === stepCounterOp.name) return 3;
  if (leaf.op.name === seedOp.name) return 1234567;
  const { dtype }: { dtype: DType } = leaf;
  return isFloat(dtype) ? roundTo(dtype, uniform() * 2 - 1) : Math.floor(uniform() * classes);
}
