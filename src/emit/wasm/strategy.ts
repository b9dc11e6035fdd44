// Which loops of a kernel run four iterations at a time, and about how long the kernel takes: every choice that is
// allowed is priced, the cheapest is taken. Prices are cycles of one core, roughly.
import type { Axis } from '../../ir/index-expression.ts';
import {
  operandsOf,
  type BufferReference,
  type Expression,
  type Local,
  type ScalarFunction,
} from '../../ir/scalar.ts';
import { visitExpression } from '../../kernels/expressions.ts';
import type { Buffer, Contraction, Loop, Reduction, Statement } from '../../kernels/kernel.ts';
import { expressionsIn } from '../../kernels/statements.ts';
import { stepOf, varies, type LaneKnowledge } from './variation.ts';

/** What was decided about a kernel. */
export interface Strategy {
  /** Loops whose iterations run in vectors. */
  readonly vectorised: ReadonlyMap<Loop, Vectors>;
  /** Values of loops that differ from lane to lane: what reductions and folds gather. */
  readonly varying: ReadonlySet<Local>;
  /** Estimated cycles of the whole. */
  readonly cycles: number;
}

/** How a loop runs in vectors. */
export interface Vectors {
  /** Private buffers that hold one value a lane. */
  readonly laneBuffers: ReadonlySet<BufferReference>;
  /** Vectors that run side by side. */
  readonly vectors: number;
}

/** Decides for every loop among some statements. */
export function strategyFor(statements: readonly Statement[]): Strategy {
  const vectorised = new Map<Loop, Vectors>();
  const varying = new Set<Local>();
  const cycles = priceOf(statements, { lanes: null, vectorised, varying });
  return { vectorised, varying, cycles };
}

/** Cycles for statements whose axis runs over the lanes; infinite where something among them has no vectors. */
export function priceInLanes(statements: readonly Statement[], axis: Axis): number {
  const varying = new Set<Local>();
  const lanes = { axis, isVarying: (local: Local) => varying.has(local), isLaneBuffer: () => false };
  return priceOf(statements, { lanes, vectorised: new Map(), varying });
}

/** Where a price is asked for: the lanes around it, if any, and where decisions are written down. */
interface Pricing {
  readonly lanes: LaneKnowledge | null;
  readonly vectorised: Map<Loop, Vectors>;
  readonly varying: Set<Local>;
}

function priceOf(statements: readonly Statement[], pricing: Pricing): number {
  return statements.reduce((sum, statement) => sum + priceOfStatement(statement, pricing), 0);
}

function priceOfStatement(statement: Statement, pricing: Pricing): number {
  const { lanes, varying } = pricing;
  switch (statement.kind) {
    case 'let': {
      if (lanes !== null && varies(statement.value, lanes)) varying.add(statement.local);
      return priceOfValue(statement.value, lanes);
    }
    case 'store':
      return priceOfStore(statement, lanes);
    case 'scatter':
      return lanes === null
        ? 10 * count(statement.axes) * (1 + priceOfValue(statement.value, null))
        : Infinity;
    case 'contraction':
      return lanes === null ? priceOfContraction(statement, pricing) : Infinity;
    case 'loop':
      return priceOfLoop(statement, pricing);
  }
}

function count(axes: readonly Axis[]): number {
  return axes.reduce((product, axis) => product * axis.extent, 1);
}

/** Eight products and sums of two numbers a cycle, and the epilogue in vectors. */
function priceOfContraction(contraction: Contraction, pricing: Pricing): number {
  const { rows, columns, contracted, epilogue } = contraction;
  const results = count(rows) * count(columns);
  return results * (count(contracted) / 8 + priceOf(epilogue, pricing) / 4);
}

function priceOfStore(
  { buffer, index, value }: Extract<Statement, { kind: 'store' }>,
  lanes: LaneKnowledge | null,
): number {
  const price = priceOfValue(value, lanes);
  if (lanes === null || lanes.isLaneBuffer(buffer)) return price + 1;
  const step = stepOf(index, lanes);
  if (buffer.dtype === 'f64' && step !== 0) return Infinity;
  return price + (step === 1 ? 1 : 6);
}

const loopOverhead = 2;

function priceOfLoop(loop: Loop, pricing: Pricing): number {
  if (pricing.lanes !== null) return priceOfRounds(loop, loop.axis.extent, pricing);
  const alone = trial(pricing);
  const oneByOne = priceOfRounds(loop, loop.axis.extent, alone);
  const laneBuffers = laneBuffersOf(loop);
  const together = trial(pricing, {
    axis: loop.axis,
    isVarying: (local) => together.varying.has(local),
    isLaneBuffer: (buffer) => laneBuffers.has(buffer),
  });
  const inVectors = isInAnyOrder(loop)
    ? priceOfRounds(loop, Math.ceil(loop.axis.extent / 4), together)
    : Infinity;
  const isWorthIt = inVectors < oneByOne;
  const taken = isWorthIt ? together : alone;
  for (const [each, buffers] of taken.vectorised) pricing.vectorised.set(each, buffers);
  for (const each of taken.varying) pricing.varying.add(each);
  if (isWorthIt) pricing.vectorised.set(loop, { laneBuffers, vectors: vectorsFor(loop) });
  return Math.min(inVectors, oneByOne);
}

/**
 * Vectors that run side by side: several where an iteration is one long chain of operations, each of which waits for
 * the one before.
 */
function vectorsFor(loop: Loop): number {
  const hasLoops = loop.body.some((statement) => statement.kind === 'loop');
  let hasCalls = false;
  for (const root of expressionsIn(loop)) {
    visitExpression(root, (each) => {
      hasCalls ||= each.kind === 'call';
    });
  }
  const wanted = hasLoops && !hasCalls ? 4 : hasLoops || hasCalls ? 3 : 1;
  return Math.max(1, Math.min(wanted, Math.floor(loop.axis.extent / 8)));
}

function trial(pricing: Pricing, lanes: LaneKnowledge | null = null): Pricing {
  return { lanes, vectorised: new Map(), varying: new Set(pricing.varying) };
}

/** A loop of so many rounds, its own axis not vectorised, or vectorised by the caller. */
function priceOfRounds(loop: Loop, rounds: number, pricing: Pricing): number {
  const { lanes, varying } = pricing;
  // What is carried round differs from lane to lane as soon as anything that it gathers does.
  const once = (): number => {
    let price = priceOf(loop.body, pricing) + loopOverhead;
    for (const { local, contribution, order } of loop.reductions) {
      if (lanes !== null && lanes.axis !== loop.axis && varies(contribution, lanes)) varying.add(local);
      price += priceOfValue(contribution, lanes) + (order === 'lanes' && lanes?.axis !== loop.axis ? 4 : 1);
    }
    for (const { initial, next } of loop.folds) {
      const differs = lanes !== null && (varies(initial, lanes) || varies(next, lanes));
      if (differs) for (const fold of loop.folds) varying.add(fold.local);
      price += priceOfValue(next, lanes);
    }
    return price;
  };
  if (rounds === 0) return 0;
  const known = varying.size;
  let price = once();
  if (varying.size > known) price = once();
  return rounds * price;
}

/** Whether iterations may run side by side: nothing is carried but reductions with an order that allows it. */
function isInAnyOrder({ folds, reductions }: Loop): boolean {
  return folds.length === 0 && reductions.every(hasLanes);
}

export function hasLanes({ combiner, order, local }: Reduction): boolean {
  if (local.type === 'f64') return false;
  return order === 'lanes' || combiner === 'max' || combiner === 'min' || local.type === 'i32';
}

/** Private buffers of one iteration: four iterations at a time need one value a lane. */
function laneBuffersOf(loop: Loop): ReadonlySet<BufferReference> {
  const shared = new Set<BufferReference>();
  const found = new Set<BufferReference>();
  const lanes: LaneKnowledge = { axis: loop.axis, isVarying: () => false, isLaneBuffer: () => false };
  const see = (buffer: BufferReference, index: Parameters<typeof stepOf>[0]): void => {
    // Kernels load from whole buffers; expressions know them by the narrower type of the scalar language.
    if ((buffer as Buffer).role !== 'scratch') return;
    found.add(buffer);
    if (stepOf(index, lanes) !== 0) shared.add(buffer);
  };
  const visit = (statement: Statement): void => {
    if (statement.kind === 'store') see(statement.buffer, statement.index);
    if (statement.kind === 'loop') statement.body.forEach(visit);
  };
  visit(loop);
  for (const root of expressionsIn(loop)) {
    visitExpression(root, (each) => {
      if (each.kind === 'load') see(each.buffer, each.index);
    });
  }
  return new Set([...found].filter((buffer) => !shared.has(buffer)));
}

/** Cycles for one value, or for four where lanes differ. */
function priceOfValue(expression: Expression, lanes: LaneKnowledge | null): number {
  const operands = (): number =>
    operandsOf(expression).reduce((sum, operand) => sum + priceOfValue(operand, lanes), 0);
  const isVector = lanes !== null && varies(expression, lanes);
  if (isVector && expression.type === 'f64') return Infinity;
  switch (expression.kind) {
    case 'literal':
    case 'local':
      return 0;
    case 'load': {
      if (!isVector || lanes.isLaneBuffer(expression.buffer)) return 1;
      if (expression.buffer.dtype === 'f64') return Infinity;
      const step = stepOf(expression.index, lanes);
      return step === 1 ? 1 : step === 'scattered' ? 12 : 5;
    }
    case 'index':
      return isVector && stepOf(expression.index, lanes) === 'scattered' ? 12 : 1;
    case 'unary':
      return operands() + (expression.instruction === 'sqrt' ? 5 : 1);
    case 'binary': {
      const isShift = expression.instruction.startsWith('shift');
      if (isVector && isShift && varies(expression.right, lanes)) return Infinity;
      return operands() + (expression.instruction === 'div' ? 5 : 1);
    }
    case 'convert':
      return isVector && expression.operand.type === 'f64' ? Infinity : operands() + 1;
    case 'compare':
    case 'select':
      return operands() + 1;
    case 'call':
      return operands() + priceOfCall(expression.function, expression.arguments, lanes);
  }
}

function priceOfCall(
  definition: ScalarFunction,
  args: readonly Expression[],
  lanes: LaneKnowledge | null,
): number {
  const varying = new Set<Local>();
  const inside: LaneKnowledge | null = lanes && { ...lanes, isVarying: (local) => varying.has(local) };
  definition.parameters.forEach((parameter, position) => {
    const argument = args[position];
    if (lanes !== null && argument !== undefined && varies(argument, lanes)) varying.add(parameter);
  });
  let price = 0;
  for (const { local, value } of definition.lets) {
    price += priceOfValue(value, inside);
    if (inside !== null && varies(value, inside)) varying.add(local);
  }
  return price + priceOfValue(definition.result, inside);
}
