// What a kernel costs, counted from its statements: operations, and the bytes that it moves. The counts are of the
// work as it is stated, the same for every target, whatever an emitter repeats or saves.
import { bytesPerElement, isFloat } from '../ir/dtype.ts';
import { axesIn, indicesEqual, type Axis, type IndexExpression } from '../ir/index-expression.ts';
import { isReached } from '../ir/index-proof.ts';
import type { BufferReference, Expression, ScalarFunction } from '../ir/scalar.ts';
import { walk, type Access } from './access-walk.ts';
import { childrenOf, valuesIn } from './expressions.ts';
import type { Kernel, Statement } from './kernel.ts';

/** Operations by the kind of number that they work on. */
interface Operations {
  /**
   * Floating-point operations: sums, products, quotients, roots, roundings, changes of sign, minima and maxima, and
   * comparisons count 1 each, so that a multiplication with the addition of its product is 2. `exp`, `log`, `tanh` and
   * the like count what their polynomials take. Choices, conversions and copies count nothing.
   */
  readonly flops: number;
  /**
   * Operations on integers and booleans: random numbers, most of all. Addresses and loop counters count nothing.
   */
  readonly integerOperations: number;
}

export interface KernelCost extends Operations {
  /** Bytes of all elements that are read, each once however often it is read: what has to come in at least. */
  readonly bytesRead: number;
  /** Bytes of all elements that are written, each once. */
  readonly bytesWritten: number;
}

export function costOf(kernel: Kernel): KernelCost {
  const scratch = new Set<BufferReference>(kernel.scratch);
  const accesses = walk(kernel).accesses.filter((access) => isReached(access) && !scratch.has(access.buffer));
  return {
    ...total(kernel.body.map(operationsOf)),
    bytesRead: bytesOf(accesses.filter((access) => access.kind === 'load')),
    bytesWritten: bytesOf(accesses.filter((access) => access.kind === 'store')),
  };
}

export function bytesMoved({ bytesRead, bytesWritten }: KernelCost): number {
  return bytesRead + bytesWritten;
}

/** Arithmetic intensity: floating-point operations for each byte that is moved; 0 where nothing is moved. */
export function intensityOf(cost: KernelCost): number {
  const bytes = bytesMoved(cost);
  return bytes === 0 ? 0 : cost.flops / bytes;
}

export function totalCost(costs: readonly KernelCost[]): KernelCost {
  return {
    ...total(costs),
    bytesRead: costs.reduce((sum, each) => sum + each.bytesRead, 0),
    bytesWritten: costs.reduce((sum, each) => sum + each.bytesWritten, 0),
  };
}

/** No more than the elements that the indices can tell apart, and no more than there are. */
function bytesOf(accesses: readonly Access[]): number {
  let bytes = 0;
  for (const [{ dtype, length }, ofBuffer] of Map.groupBy(accesses, (access) => access.buffer)) {
    const distinct = ofBuffer.filter(
      ({ index }, position) =>
        ofBuffer.findIndex((earlier) => indicesEqual(earlier.index, index)) === position,
    );
    const elements = distinct.reduce((sum, access) => sum + iterations(axesOf(access)), 0);
    bytes += Math.min(length, elements) * bytesPerElement[dtype];
  }
  return bytes;
}

/** The loops that an index depends on; what is looked up at run time may depend on all around it. */
function axesOf({ index, axes }: Access): ReadonlySet<Axis> {
  return new Set(valuesIn(index).length > 0 ? axes : axesIn(index));
}

function iterations(axes: Iterable<Axis>): number {
  let product = 1;
  for (const axis of axes) product *= axis.extent;
  return product;
}

const none: Operations = { flops: 0, integerOperations: 0 };

function total(parts: readonly Operations[]): Operations {
  return {
    flops: parts.reduce((sum, each) => sum + each.flops, 0),
    integerOperations: parts.reduce((sum, each) => sum + each.integerOperations, 0),
  };
}

function times(count: number, { flops, integerOperations }: Operations): Operations {
  return { flops: count * flops, integerOperations: count * integerOperations };
}

function oneOn(type: Expression['type']): Operations {
  return isFloat(type) ? { flops: 1, integerOperations: 0 } : { flops: 0, integerOperations: 1 };
}

function operationsOf(statement: Statement): Operations {
  switch (statement.kind) {
    case 'let':
      return operationsIn(statement.value);
    case 'store':
      return total([operationsIn(statement.value), operationsAt(statement.index)]);
    case 'scatter': {
      const each = [
        ...(statement.combiner === 'replace' ? [] : [oneOn(statement.target.dtype)]),
        operationsIn(statement.value),
        operationsAt(statement.index),
      ];
      return times(iterations(statement.axes), total(each));
    }
    case 'loop': {
      const { axis, body, reductions, folds } = statement;
      const iteration = [
        ...body.map(operationsOf),
        ...reductions.flatMap(({ local, contribution }) => [oneOn(local.type), operationsIn(contribution)]),
        ...folds.map(({ next }) => operationsIn(next)),
      ];
      return total([
        ...folds.map(({ initial }) => operationsIn(initial)),
        times(axis.extent, total(iteration)),
      ]);
    }
    case 'contraction': {
      const { rows, columns, contracted, left, right, initial, sum, epilogue } = statement;
      const product = times(2 * iterations(contracted), oneOn(sum.type));
      const result = total([operationsIn(initial), product, ...epilogue.map(operationsOf)]);
      // What the operands are computed from is computed once for each of their elements.
      return total([
        times(iterations([...rows, ...contracted]), operationsIn(left)),
        times(iterations([...columns, ...contracted]), operationsIn(right)),
        times(iterations([...rows, ...columns]), result),
      ]);
    }
  }
}

/** Of the values that are looked up inside an index. */
function operationsAt(index: IndexExpression): Operations {
  return total(valuesIn(index).map(operationsIn));
}

const functionCosts = new WeakMap<ScalarFunction, Operations>();

function operationsIn(expression: Expression): Operations {
  return total([ownOperation(expression), ...childrenOf(expression).map(operationsIn)]);
}

function ownOperation(expression: Expression): Operations {
  switch (expression.kind) {
    case 'unary':
      return isReinterpretation(expression.instruction) ? none : oneOn(expression.operand.type);
    case 'binary':
      return expression.instruction === 'fromWords' ? none : oneOn(expression.left.type);
    case 'compare':
      return oneOn(expression.left.type);
    case 'call':
      return operationsOfFunction(expression.function);
    case 'literal':
    case 'local':
    case 'load':
    case 'index':
    case 'select':
    case 'convert':
      return none;
  }
}

/** Whether an instruction sees the same bits as another type, which costs a processor nothing. */
function isReinterpretation(instruction: Extract<Expression, { kind: 'unary' }>['instruction']): boolean {
  return ['bits', 'fromBits', 'highWord', 'lowWord'].includes(instruction);
}

function operationsOfFunction(definition: ScalarFunction): Operations {
  const known = functionCosts.get(definition);
  if (known !== undefined) return known;
  const own = [...definition.lets.map((each) => each.value), definition.result];
  const found = total(own.map(operationsIn));
  functionCosts.set(definition, found);
  return found;
}
