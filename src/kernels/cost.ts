// What a kernel costs: arithmetic operations, counted from its loops, and the bytes that it reads and writes.
import { bytesPerElement } from '../ir/dtype.ts';
import type { Axis } from '../ir/index-expression.ts';
import type { Expression, ScalarFunction } from '../ir/scalar.ts';
import { childrenOf } from './expressions.ts';
import type { Buffer, Kernel, Statement } from './kernel.ts';

export interface KernelCost {
  /** Arithmetic operations and comparisons; a function counts the operations of its body. */
  readonly operations: number;
  /** Each buffer counted once for reading and once for writing. */
  readonly bytesRead: number;
  readonly bytesWritten: number;
}

export function costOf(kernel: Kernel): KernelCost {
  return {
    operations: kernel.body.reduce((sum, statement) => sum + operationsOf(statement), 0),
    bytesRead: totalBytes(kernel.reads),
    bytesWritten: totalBytes(kernel.writes),
  };
}

function totalBytes(buffers: readonly Buffer[]): number {
  return buffers.reduce((sum, buffer) => sum + buffer.length * bytesPerElement[buffer.dtype], 0);
}

function iterations(axes: readonly Axis[]): number {
  return axes.reduce((product, axis) => product * axis.extent, 1);
}

function operationsOf(statement: Statement): number {
  switch (statement.kind) {
    case 'let':
    case 'store':
      return operationsIn(statement.value);
    case 'scatterAdd':
      return iterations(statement.axes) * (1 + operationsIn(statement.value));
    case 'loop': {
      const body = statement.body.reduce((sum, each) => sum + operationsOf(each), 0);
      const reduced = statement.reductions.reduce(
        (sum, each) => sum + 1 + operationsIn(each.contribution),
        0,
      );
      const folded = statement.folds.reduce((sum, each) => sum + operationsIn(each.next), 0);
      return statement.axis.extent * (body + reduced + folded);
    }
    case 'contraction': {
      const results = iterations([...statement.rows, ...statement.columns]);
      const epilogue = statement.epilogue.reduce((sum, each) => sum + operationsOf(each), 0);
      return results * (2 * iterations(statement.contracted) + epilogue);
    }
  }
}

const functionCosts = new WeakMap<ScalarFunction, number>();

function operationsIn(expression: Expression): number {
  const inside = childrenOf(expression).reduce((sum, child) => sum + operationsIn(child), 0);
  switch (expression.kind) {
    case 'unary':
    case 'binary':
    case 'compare':
      return inside + 1;
    case 'call':
      return inside + operationsOfFunction(expression.function);
    case 'literal':
    case 'local':
    case 'load':
    case 'index':
    case 'select':
    case 'convert':
      return inside;
  }
}

function operationsOfFunction(definition: ScalarFunction): number {
  const known = functionCosts.get(definition);
  if (known !== undefined) return known;
  const own = [...definition.lets.map((each) => each.value), definition.result];
  const total = own.reduce((sum, expression) => sum + operationsIn(expression), 0);
  functionCosts.set(definition, total);
  return total;
}
