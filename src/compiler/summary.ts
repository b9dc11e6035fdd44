// The table behind `program.summary()`: the layers of a model with their output shapes and parameter counts.
import { topologicalOrder, type Tensor } from '../ir/node.ts';
import { scopePath, type Scope } from '../ir/origin.ts';
import { concreteCount, printShape } from '../ir/size.ts';
import { isLeafOf, nameOf, parameterOp } from '../ops/leaf.ts';
import type { Compilation } from './compilation.ts';
import { grouped, table } from './table.ts';

/** A layer as it stands in the graph. */
export interface LayerSummary {
  readonly path: string;
  readonly label: string;
  readonly output: Tensor;
  readonly parameters: readonly Tensor[];
}

/** The layers of a compiled model, in the order of the graph. */
export function layersOf({ captured }: Compilation): readonly LayerSummary[] {
  const roots = [
    ...captured.outputs.map((output) => output.tensor),
    ...(captured.loss === null ? [] : [captured.loss]),
  ];
  const layers = new Map<Scope, { output: Tensor; position: number; parameters: Tensor[] }>();
  for (const [position, node] of topologicalOrder(roots).entries()) {
    const layer = innermostLayer(node.origin.scope);
    // A gradient in the loss is handed back through the layers, and is the result of none of them.
    if (layer === null || node.origin.isGradient === true) continue;
    const known = layers.get(layer) ?? { output: node, position, parameters: [] };
    if (isLeafOf(parameterOp, node)) known.parameters.push(node);
    else Object.assign(known, { output: node, position });
    layers.set(layer, known);
  }
  // A layer stands where its result does: what it draws or looks up first may come from anywhere.
  const inOrder = [...layers].toSorted(([, a], [, b]) => a.position - b.position);
  return inOrder.map(([scope, { output, parameters }]) => ({
    path: scopePath(scope),
    label: scope.label,
    output,
    parameters,
  }));
}

function innermostLayer(scope: Scope | null): Scope | null {
  return scope === null || scope.kind === 'layer' ? scope : innermostLayer(scope.parent);
}

export function summarise(compilation: Compilation): string {
  const { name, inputs, parameters } = compilation;
  const count = (leaves: readonly Tensor[]): number =>
    leaves.reduce((sum, leaf) => sum + concreteCount(leaf.shape), 0);
  const rows = layersOf(compilation).map((layer) => [
    layer.path,
    layer.label,
    printShape(layer.output.shape),
    layer.parameters.length === 0 ? '' : grouped(count(layer.parameters)),
  ]);
  const fed = inputs.map((input) => `${nameOf(input)} ${printShape(input.shape)} ${input.dtype}`).join(', ');
  return [
    `${name}: ${fed}`,
    table(['layer', 'declared as', 'output', 'parameters'], rows, ['left', 'left', 'left', 'right']),
    `${grouped(count(parameters))} parameters`,
  ].join('\n');
}
