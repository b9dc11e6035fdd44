// Layers one after the other: a model is a layer whose body applies its layers.
import { DeclarationError } from '../ir/errors.ts';
import type { Tensor } from '../ir/node.ts';
import type { SequentialParameters, SequentialRule } from '../ir/types/layer.ts';
import { defineLayer, isLayer, type Layer, type NamedLayer } from './layer.ts';

/**
 * Layers one after the other, `layerₙ(… layer₁(x))` (PyTorch's `Sequential`). A layer without a name is named by its
 * type and a number counted per type: `linear1`, `relu1`, `linear2`. A layer that stands twice shares its parameters
 * and its name.
 * @param layers the layers in order, after an optional name of the model; without a name it is `sequential`, or
 * numbered by the model around it
 * @throws {DeclarationError} `E_LAYER` for an argument that is not a layer, `E_NAME` for two layers of one name
 */
export function sequential<const A extends readonly unknown[]>(
  ...layers: SequentialParameters<A>
): Layer<SequentialRule<A>> {
  const given: readonly unknown[] = layers;
  const [first, ...others] = given;
  const name = typeof first === 'string' ? first : undefined;
  const checked = (typeof first === 'string' ? others : given).map((layer, position) => {
    if (isLayer(layer)) return layer;
    throw new DeclarationError(
      'E_LAYER',
      `sequential: layer ${position + 1} is not a layer but ${describe(layer)}; write relu() for a layer, relu(x) for a tensor`,
    );
  });
  const children = nameLayers('sequential', checked);
  return defineLayer<SequentialRule<A>>({
    type: 'sequential',
    label: name === undefined ? 'sequential()' : `sequential('${name}')`,
    name,
    scope: 'model',
    children,
    apply: (x) => children.reduce<Tensor>((value, child) => child.layer.applyAs(child.name, value), x),
  });
}

function describe(value: unknown): string {
  return typeof value === 'function' ? `the function ${value.name}` : `a ${typeof value}`;
}

/** Names for the layers of a container: their own, or their type with a number. @throws {DeclarationError} `E_NAME` */
export function nameLayers(call: string, layers: readonly Layer[]): readonly NamedLayer[] {
  const holders = new Map<string, Layer>();
  for (const layer of layers) {
    if (layer.name === undefined) continue;
    const holder = holders.get(layer.name);
    if (holder !== undefined && holder !== layer) {
      throw new DeclarationError(
        'E_NAME',
        `${call}: two layers are named "${layer.name}": ${holder.label} and ${layer.label}`,
      );
    }
    holders.set(layer.name, layer);
  }
  const names = new Map<Layer, string>();
  const counts = new Map<string, number>();
  for (const layer of layers) {
    if (names.has(layer)) continue;
    if (layer.name !== undefined) {
      names.set(layer, layer.name);
      continue;
    }
    let number = counts.get(layer.type) ?? 0;
    do number++;
    while (holders.has(`${layer.type}${number}`));
    counts.set(layer.type, number);
    names.set(layer, `${layer.type}${number}`);
  }
  return layers.map((layer) => ({ name: names.get(layer) ?? layer.type, layer }));
}
