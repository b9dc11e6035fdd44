// Functions of f64 tensors compute in double precision throughout: nothing below their results and gradients is rounded to
// f32, and generated code agrees with the ops' own references to the last digits.
import { describe, expect, test } from 'vitest';
import { grad } from '../src/autodiff/grad.ts';
import { emptyCompilation, runStages } from '../src/compiler/compilation.ts';
import {
  referenceSpecialisationStages,
  referenceStages,
  specialisationStages,
  symbolicStages,
} from '../src/compiler/stages.ts';
import { isFloat } from '../src/ir/dtype.ts';
import { InternalError } from '../src/ir/errors.ts';
import { interpret, type Bindings } from '../src/ir/interpret.ts';
import { topologicalOrder, type Tensor } from '../src/ir/node.ts';
import { concreteShape } from '../src/ir/size.ts';
import type { Value } from '../src/ir/value.ts';
import { nameOf } from '../src/ops/leaf.ts';
import { sum } from '../src/ops/reduce.ts';
import { square } from '../src/ops/unary.ts';
import { computed, tensorsOf } from './bits/computed.ts';
import { operandsOf, type BitsTable } from './bits/operands.ts';
import { runAsJavaScript } from './support/wasm-run.ts';

/** What has f32 in it although its operands are f64, and why. */
const singlePrecision: Readonly<Record<string, string>> = {
  cast: 'casts to f32 and back',
  sizeOf: 'casts the f32 that it gives where no dtype is asked for',
  oneHot: 'gives f32 where no dtype is asked for',
  rrelu: 'draws random numbers, which are multiples of 2^-24',
  gumbelSoftmax: 'draws random numbers, which are multiples of 2^-24',
  median: 'halves a count of elements',
  nanmedian: 'halves a count of elements',
  accuracy: 'metrics are f32',
  binaryAccuracy: 'metrics are f32',
  confusionMatrix: 'metrics are f32',
  f1: 'metrics are f32',
  precision: 'metrics are f32',
  recall: 'metrics are f32',
  topKAccuracy: 'metrics are f32',
};

/** Results of a program, and their gradients by all that they depend on. */
function withGradients(results: readonly Tensor[]): readonly Tensor[] {
  const gradients = results
    .filter(({ dtype }) => isFloat(dtype))
    .flatMap((result) => {
      const leaves = topologicalOrder([result]).filter(
        ({ op, dtype }) => (op.name === 'input' || op.name === 'parameter') && isFloat(dtype),
      );
      const loss: Tensor = sum(square(result));
      return leaves.length === 0 ? [] : [...grad(loss, leaves)];
    });
  return [...results, ...gradients];
}

type Numbers = ReadonlyMap<string, Float64Array>;

function bindingsOf(leaves: readonly Tensor[], numbers: Numbers): Bindings {
  return new Map<Tensor, Value>(
    leaves.map((leaf) => {
      const data = numbers.get(nameOf(leaf)) ?? new Float64Array(1);
      return [leaf, { dtype: leaf.dtype, shape: concreteShape(leaf.shape), data }];
    }),
  );
}

/** Where generated code and references differ by more than rounding in double precision can make of numbers of size 1. */
function differences(tensors: readonly Tensor[], numbers: Numbers): readonly string[] {
  const outputs = Object.fromEntries(tensors.map((tensor, at) => [`output${at}`, tensor]));
  const symbolic = runStages(emptyCompilation({ outputs }), symbolicStages);
  const { plans, state } = runStages(symbolic.compilation, specialisationStages({})).compilation;
  const plan = plans.find(({ program }) => program.name === 'predict');
  const reference = runStages(emptyCompilation({ outputs }), referenceStages);
  const { entries } = runStages(reference.compilation, referenceSpecialisationStages({})).compilation;
  const entry = entries.find(({ name }) => name === 'predict');
  if (plan === undefined || entry === undefined) throw new InternalError('E_TEST', 'there is no predict');
  const fed = plan.placements.flatMap(({ buffer: { role, tensor } }) =>
    role === 'input' || role === 'parameter' ? [tensor] : [],
  );
  const found = runAsJavaScript(plan, state, bindingsOf(fed, numbers));
  const roots = entry.outputs.map(({ tensor }) => tensor);
  const leaves = topologicalOrder(roots).filter(({ op }) =>
    ['input', 'parameter', 'state'].includes(op.name),
  );
  const expected = interpret(roots, bindingsOf(leaves, numbers));
  return entry.outputs.flatMap(({ name }, at) => {
    const buffer = plan.program.outputs.find((each) => each.name === name)?.buffer.name ?? '';
    const got = found.get(buffer) ?? [];
    const wrong = Array.from(expected[at]?.data ?? []).flatMap((wanted, position) => {
      const value = got[position] ?? Number.NaN;
      const isNear = Math.abs(value - wanted) <= 1e-12 * Math.max(1, Math.abs(wanted));
      return Object.is(value, wanted) || isNear
        ? []
        : [`${name}[${position}] is ${value}, should be ${wanted}`];
    });
    return wrong.slice(0, 2);
  });
}

describe('functions of f64 compute in f64', () => {
  test.each(Object.entries<BitsTable[string]>(computed).filter(([name]) => !(name in singlePrecision)))(
    '%s',
    (_, program) => {
      const { operands, numbers } = operandsOf('f64');
      const tensors = withGradients(tensorsOf(program(operands)));
      const single = topologicalOrder(tensors).filter(({ dtype }) => dtype === 'f32');
      expect(single.map(({ op }) => op.name)).toEqual([]);
      const named = new Map([...numbers].map(([leaf, data]) => [nameOf(leaf), data]));
      expect(differences(tensors, named)).toEqual([]);
    },
  );

  test('where they do not, they have f32 in them indeed', () => {
    const table: BitsTable = computed;
    const needless = Object.keys(singlePrecision).filter((name) => {
      const program = table[name];
      const tensors = program === undefined ? [] : tensorsOf(program(operandsOf('f64').operands));
      return topologicalOrder(withGradients(tensors)).every(({ dtype }) => dtype !== 'f32');
    });
    expect(needless).toEqual([]);
  });
});
