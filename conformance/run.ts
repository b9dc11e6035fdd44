// Runs conformance cases in double precision through the reference interpreter, gradients included, and says what
// differs. Relies on public functions and the interpreter only.
import { grad } from '../src/autodiff/grad.ts';
import type { DType } from '../src/ir/dtype.ts';
import { TapelessError } from '../src/ir/errors.ts';
import { interpret, type Bindings } from '../src/ir/interpret.ts';
import type { Tensor } from '../src/ir/node.ts';
import { concreteShape } from '../src/ir/size.ts';
import type { Value } from '../src/ir/value.ts';
import { add, mul } from '../src/ops/arithmetic.ts';
import { constant, input } from '../src/ops/leaf.ts';
import { sum } from '../src/ops/reduce.ts';
import {
  corpusCotangent,
  firstDifference,
  inputDoubles,
  toDoubles,
  type CorpusTensor,
  type GraphCase,
  type Num,
  type OperatorCase,
} from './corpus.ts';
import { graphOperators } from './graph-operators.ts';
import { operators } from './operators/index.ts';

/** Relative to the largest reference magnitude. */
const tolerance = 1e-10;

export interface Outcome {
  readonly status: 'passed' | 'failed' | 'skipped';
  readonly reasons: readonly string[];
}

const passed: Outcome = { status: 'passed', reasons: [] };

function skipped(reason: string): Outcome {
  return { status: 'skipped', reasons: [reason] };
}

function outcome(reasons: readonly string[]): Outcome {
  return reasons.length === 0 ? passed : { status: 'failed', reasons };
}

const dtypes: Readonly<Record<CorpusTensor['t'], DType>> = { f: 'f64', i: 'i32', b: 'bool' };

function declare(tensors: readonly (CorpusTensor | null)[]): {
  leaves: readonly (Tensor | null)[];
  bindings: Bindings;
} {
  const bindings = new Map<Tensor, Value>();
  const leaves = tensors.map((tensor, position) => {
    if (tensor === null) return null;
    const dtype = dtypes[tensor.t];
    const leaf: Tensor = input(`in${position}`, tensor.s, dtype);
    bindings.set(leaf, { shape: tensor.s, dtype, data: inputDoubles(tensor) });
    return leaf;
  });
  return { leaves, bindings };
}

function cotangentOf(x: Tensor): Tensor {
  const shape = concreteShape(x.shape);
  const length = shape.reduce((product, size) => product * size, 1);
  return constant(corpusCotangent(length), shape, 'f64');
}

/** One operator case: outputs, gradients, or the refusal of a malformed call. */
export function runOperatorCase(operatorCase: OperatorCase): Outcome {
  const operator = operators[operatorCase.op];
  if (operator === undefined) return skipped('no such operator yet');
  const { leaves, bindings } = declare(operatorCase.in);
  let results: readonly Tensor[] | undefined;
  try {
    results = operator(leaves, operatorCase.attrs);
  } catch (error) {
    if (!(error instanceof TapelessError)) throw error;
    return operatorCase.error === undefined ? outcome([`refused: ${error.message}`]) : passed;
  }
  if (results === undefined) return skipped('an option that we do not have');
  if (operatorCase.error !== undefined) return outcome(['a malformed call was not refused']);
  return outcome([
    ...compareOutputs(operatorCase, results, bindings),
    ...compareGradients(operatorCase, leaves, results, bindings),
  ]);
}

function compareOutputs(
  { out = [] }: OperatorCase,
  results: readonly Tensor[],
  bindings: Bindings,
): readonly string[] {
  const values = interpret(results, bindings);
  return out.flatMap((expected, position) => {
    const value = values[position];
    if (value === undefined) return [`output ${position} is missing`];
    if (value.shape.join() !== expected.s.join()) {
      return [`output ${position} has shape [${value.shape.join()}], expected [${expected.s.join()}]`];
    }
    const numbers = toDoubles(expected.d64 ?? expected.d ?? []);
    return labelled(`output ${position}`, firstDifference(value.data, numbers, tolerance));
  });
}

function compareGradients(
  { grad: expected = [], tags }: OperatorCase,
  leaves: readonly (Tensor | null)[],
  results: readonly Tensor[],
  bindings: Bindings,
): readonly string[] {
  const [first] = results;
  const wanted = expected.flatMap((each, position) => {
    const variable = leaves[position];
    return each === null || !variable ? [] : [{ variable, numbers: each.d64, position }];
  });
  if (first?.dtype !== 'f64' || wanted.length === 0) return [];
  const gradients = grad(
    first,
    wanted.map((each) => each.variable),
    { cotangent: cotangentOf(first) },
  );
  const values = interpret(gradients, bindings);
  return wanted.flatMap(({ numbers, position }, at) =>
    labelled(
      `gradient ${position}${tags.length === 0 ? '' : ` (${tags.join()})`}`,
      firstDifference(values[at]?.data ?? [], toDoubles(numbers), tolerance),
    ),
  );
}

function labelled(what: string, difference: string | undefined): readonly string[] {
  return difference === undefined ? [] : [`${what}: ${difference}`];
}

/** One random graph: loss, chosen intermediate values, gradients, and Hessian-vector products where given. */
export function runGraphCase(graphCase: GraphCase): Outcome {
  const { leaves, bindings } = declare(graphCase.in);
  const nodes: Tensor[] = leaves.filter((leaf): leaf is Tensor => leaf !== null);
  const variables = [...nodes];
  for (const { op, in: references, attrs } of graphCase.nodes) {
    const inputs = references.map((reference) => nodeAt(nodes, reference));
    const composite = graphOperators[op]?.(inputs, attrs);
    const node = composite ?? operators[op]?.(inputs, biased(op, attrs))?.[0];
    if (node === undefined) return skipped(`no operator ${op}`);
    nodes.push(node);
  }
  const loss = nodeAt(nodes, graphCase.loss);
  const gradients = grad(loss, variables);
  const products = graphCase.hvp === undefined ? [] : hessianVectorProducts(gradients, graphCase, variables);
  const outs = graphCase.outs.map(({ ref }) => nodeAt(nodes, ref));
  const values = interpret([loss, ...outs, ...gradients, ...products], bindings);
  const expected: readonly (readonly [string, readonly Num[] | undefined])[] = [
    ['loss', [graphCase.loss64]],
    ...graphCase.outs.map((out, position) => [`output ${position}`, out.d64] as const),
    ...graphCase.grad.map((each, position) => [`gradient ${position}`, each?.d64] as const),
    ...(graphCase.hvp ?? []).map((each, position) => [`Hessian product ${position}`, each?.d64] as const),
  ];
  return outcome(
    expected.flatMap(([what, numbers], position) => {
      const got = values[position]?.data ?? [];
      // A null gradient means that the loss does not depend on the input: ours is zeros.
      const wanted = numbers === undefined ? new Float64Array(got.length) : toDoubles(numbers);
      return labelled(what, firstDifference(got, wanted, tolerance));
    }),
  );
}

/** Variances of graphs are the biased ones. */
function biased(op: string, attrs: GraphCase['nodes'][number]['attrs']): typeof attrs {
  return op === 'var' ? { ...attrs, correction: 0 } : attrs;
}

function nodeAt(nodes: readonly Tensor[], reference: number): Tensor {
  const node = nodes[reference];
  if (node === undefined) throw new Error(`the graph has no node ${reference}`);
  return node;
}

/** Gradients of `Σ gradient · vector` over the inputs that have a gradient. */
function hessianVectorProducts(
  gradients: readonly Tensor[],
  graphCase: GraphCase,
  variables: readonly Tensor[],
): readonly Tensor[] {
  const projections = gradients.flatMap((gradient, position) =>
    graphCase.grad[position] ? [sum(mul(gradient, cotangentOf(gradient)))] : [],
  );
  const [first, ...others] = projections;
  if (first === undefined) return [];
  return grad(others.reduce(add, first), variables);
}
