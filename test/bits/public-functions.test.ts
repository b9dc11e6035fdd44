// Every public function that computes something gives the same bits in JavaScript and in WebAssembly, on any number of
// threads, in both precisions, and so do its gradients. A function that is exported and stands in no table
// fails a test.
import { describe, expect, test } from 'vitest';
import { grad } from '../../src/autodiff/grad.ts';
import type { Declaration } from '../../src/compiler/declaration.ts';
import { isFloat, type FloatDType } from '../../src/ir/dtype.ts';
import { topologicalOrder, type Tensor } from '../../src/ir/node.ts';
import { concreteCount, concreteShape } from '../../src/ir/size.ts';
import * as publicFace from '../../src/index.ts';
import { nameOf } from '../../src/ops/leaf.ts';
import { constant } from '../support/untyped.ts';
import { numbersBetween } from '../support/values.ts';
import { disagreements, withSpecials, type Fed } from './agreement.ts';
import { computed, tensorsOf } from './computed.ts';
import { operandsOf, type BitsTable } from './operands.ts';
import { programs as training, type TrainingTable } from './training.ts';

/** Functions that compute nothing themselves, or whose work every program of the tables has in it. */
const withoutBits: Readonly<Record<string, string>> = {
  compile: 'runs programs',
  edit: 'makes a program of another',
  diffPrograms: 'compares declarations',
  dim: 'names a size',
  input: 'is an operand of every program',
  parametersOf: 'lists leaves',
  defineLayer: 'is what every layer is made by',
  defineOptimizer: 'is what every optimizer is made by',
  gain: 'is a number',
  grad: 'is in every program',
};

/** Results, and the gradients of each by what it depends on. */
function withGradients(results: readonly Tensor[]): Declaration {
  const gradients = results
    .filter(({ dtype }) => isFloat(dtype))
    .flatMap((result, position) => {
      const leaves = topologicalOrder([result]).filter(
        ({ op, dtype }) => (op.name === 'input' || op.name === 'parameter') && isFloat(dtype),
      );
      const shape = concreteShape(result.shape);
      const cotangent = constant(
        numbersBetween(-1, 1, concreteCount(shape), position + 3),
        shape,
        result.dtype,
      );
      return leaves.length === 0 ? [] : [...grad(result, leaves, { cotangent })];
    });
  const outputs = [...results, ...gradients].map(
    (tensor, position) => [`output${position}`, tensor] as const,
  );
  return { outputs: Object.fromEntries(outputs) };
}

function fedBy(numbers: ReadonlyMap<Tensor, Float64Array>, isSpecial: boolean): Fed {
  return new Map(
    [...numbers].map(([leaf, data]) => [
      nameOf(leaf),
      isSpecial && isFloat(leaf.dtype) ? withSpecials(data) : data,
    ]),
  );
}

test('every public function is in a table, or in the list of those without bits', () => {
  const isError = (value: unknown): boolean =>
    typeof value === 'function' && value.prototype instanceof Error;
  const listed = Object.keys({ ...computed, ...training, ...withoutBits });
  const exported = Object.entries(publicFace).flatMap(([name, value]) => (isError(value) ? [] : [name]));
  expect(listed.toSorted()).toEqual(exported.toSorted());
});

/** One thread, and by turns two, three or four. */
function severalThreads(position: number): number {
  return 2 + (position % 3);
}

describe.each<FloatDType>(['f32', 'f64'])(
  '%s has the bits of JavaScript, on several threads too',
  (dtype) => {
    test.for(
      Object.entries<BitsTable[string]>(computed).map((each, position) => [...each, position] as const),
    )('%s', ([, program, position]) => {
      const { operands, numbers } = operandsOf(dtype);
      const declaration = withGradients(tensorsOf(program(operands)));
      const alone = dtype === 'f32' ? disagreements(declaration, fedBy(numbers, false), 1) : [];
      expect(alone).toEqual([]);
      expect(disagreements(declaration, fedBy(numbers, true), severalThreads(position))).toEqual([]);
    });
  },
);

describe('two steps of training have the bits of JavaScript on several threads', () => {
  test.for(
    Object.entries<TrainingTable[string]>(training).map((each, position) => [...each, position] as const),
  )('%s', ([, declare, position]) => {
    const { operands, numbers } = operandsOf('f32');
    const threads = severalThreads(position);
    expect(disagreements(declare(operands), fedBy(numbers, false), threads)).toEqual([]);
  });
});
