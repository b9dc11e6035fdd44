// A random graph: its loss, values on the way, gradients, and Hessian-vector products where they are given.
import { add, grad, mul, sum, type Tensor } from 'tapeless';
import { firstDifference, labelled, referencesOf } from './compare.ts';
import type { CorpusFloats, GraphCase } from './corpus.ts';
import { cotangentOf, declare, describeError, execute, type Bench } from './execute.ts';
import { graphOperators } from './graph-operators.ts';
import { operators } from './operators/index.ts';
import { outcome, type Outcome } from './outcome.ts';
import { graphTolerance } from './tolerances.ts';

export function runGraphCase(graphCase: GraphCase, bench: Bench): Outcome {
  try {
    return outcome(compareGraph(graphCase, bench));
  } catch (error) {
    return outcome([describeError(error)]);
  }
}

function compareGraph(graphCase: GraphCase, bench: Bench): readonly string[] {
  const inputs = declare(graphCase.in, bench);
  const variables = inputs.flatMap((each) => (each === null ? [] : [each.leaf]));
  const nodes = [...variables];
  for (const { op, in: references, attrs } of graphCase.nodes) {
    const node = nodeOf(
      op,
      references.map((reference) => at(nodes, reference)),
      attrs,
    );
    if (node === undefined) return [`there is no operator ${op}`];
    nodes.push(node);
  }
  const loss = at(nodes, graphCase.loss);
  const gradients = grad(loss, variables);
  const { hvp = [] } = graphCase;
  const products = hvp.length === 0 ? [] : hessianVectorProducts(gradients, graphCase, variables);
  const outs = graphCase.outs.map(({ ref }) => at(nodes, ref));
  const found = execute([loss, ...outs, ...gradients, ...products], inputs, bench);
  const expected: readonly (readonly [string, CorpusFloats | null])[] = [
    ['loss', { d64: [graphCase.loss64], d32: [graphCase.loss32] }],
    ...graphCase.outs.map((out) => [`node ${out.ref}`, out] as const),
    ...graphCase.grad.map((each, position) => [`gradient ${position}`, each] as const),
    ...hvp.map((each, position) => [`Hessian-vector product ${position}`, each] as const),
  ];
  const isDouble = bench.float === 'f64';
  return expected.flatMap(([what, reference], position) => {
    const value = found[position];
    if (value === undefined) return [`${what} is missing`];
    // What the loss does not depend on has zeros for a gradient.
    const references =
      reference === null ? [new Float64Array(value.data.length)] : referencesOf(reference, isDouble);
    return labelled(what, firstDifference(value, references, graphTolerance(isDouble)));
  });
}

function nodeOf(
  op: string,
  inputs: readonly Tensor[],
  attrs: GraphCase['nodes'][number]['attrs'],
): Tensor | undefined {
  // Variances of graphs are the biased ones.
  const given = op === 'var' ? { ...attrs, correction: 0 } : attrs;
  return graphOperators[op]?.(inputs, given) ?? operators[op]?.(inputs, given)?.[0];
}

function at(nodes: readonly Tensor[], reference: number): Tensor {
  const node = nodes[reference];
  if (node === undefined) throw new Error(`the graph has no node ${reference}`);
  return node;
}

/** Gradients of `Σ gradient · vector` over the inputs that have a gradient. */
function hessianVectorProducts(
  gradients: readonly Tensor[],
  { grad: expected }: GraphCase,
  variables: readonly Tensor[],
): readonly Tensor[] {
  const projections = gradients.flatMap((gradient, position) =>
    expected[position] ? [sum(mul(gradient, cotangentOf(gradient)))] : [],
  );
  const [first, ...others] = projections;
  if (first === undefined) return [];
  return grad(
    others.reduce<Tensor>((total, each) => add(total, each), first),
    variables,
  );
}
