// Whether a declaration gives the bits of JavaScript as WebAssembly, on one thread and divided among several.
import { emptyCompilation, runStages } from '../../src/compiler/compilation.ts';
import type { Declaration } from '../../src/compiler/declaration.ts';
import { specialisationStages, symbolicStages } from '../../src/compiler/stages.ts';
import { isFloat } from '../../src/ir/dtype.ts';
import type { Bindings } from '../../src/ir/interpret.ts';
import type { Tensor } from '../../src/ir/node.ts';
import { concreteShape } from '../../src/ir/size.ts';
import type { Value } from '../../src/ir/value.ts';
import type { EntryPlan } from '../../src/plan/plan.ts';
import { nameOf } from '../../src/ops/leaf.ts';
import { numbersBetween } from '../support/values.ts';
import { bitDifferences, runAsJavaScript, runAsWasm } from '../support/wasm-run.ts';

/** What is fed, by the names of inputs and parameters. */
export type Fed = ReadonlyMap<string, Float64Array>;

/** Now and then a number that arithmetic treats apart. */
export function withSpecials(numbers: Float64Array): Float64Array {
  const specials = [Number.NaN, -0, 0, Infinity, -Infinity, 3e38, 1e-42];
  return numbers.map((each, position) =>
    position % 11 === 5 ? (specials[(position * 7) % specials.length] ?? each) : each,
  );
}

/** Where the entries of a declaration differ from what JavaScript gives, on so many threads. */
export function disagreements(declaration: Declaration, fed: Fed, threads: number): readonly string[] {
  const symbolic = runStages(emptyCompilation(declaration), symbolicStages);
  const { plans, state } = runStages(symbolic.compilation, specialisationStages({})).compilation;
  return plans.flatMap((plan) => {
    const bindings = bindingsOf(plan, fed);
    const expected = runAsJavaScript(plan, state, bindings, 2);
    const found = bitDifferences(runAsWasm(plan, state, bindings, { threads, times: 2 }), expected);
    return found.map((each) => `${plan.program.name} on ${threads} threads: ${each}`);
  });
}

/** Numbers for inputs and parameters; state, which is not fed, begins with zeros. */
function bindingsOf({ placements }: EntryPlan, fed: Fed): Bindings {
  const bindings = new Map<Tensor, Value>();
  for (const { buffer } of placements) {
    const { tensor, role, length } = buffer;
    if (role !== 'input' && role !== 'parameter') continue;
    const data =
      fed.get(nameOf(tensor)) ?? Float64Array.from(numbersBetween(-1, 1, length, bindings.size + 1));
    const { dtype } = tensor;
    bindings.set(tensor, {
      dtype,
      shape: concreteShape(tensor.shape),
      data: isFloat(dtype) ? data : data.map(Math.trunc),
    });
  }
  return bindings;
}
