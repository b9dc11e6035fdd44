// What the boxes of an operation view read from outside it: inputs, parameters, and in the backward view the values of
// the forward pass, drawn beside every layer that borrows them.
import type { Tensor } from '../../ir/node.ts';
import type { Scope } from '../../ir/origin.ts';
import type { EntryGraph } from '../../kernels/anchors.ts';
import { inputOp, isLeafOf, nameOf, parameterOp } from '../../ops/leaf.ts';
import type { Box, Survey } from './box.ts';
import { pill, store, titled, type DotAttributes } from './document.ts';
import { carrierOf, operationLabel } from './operation.ts';
import { roleOfPhase } from './palette.ts';
import { describeShape, placeOf, unitOf } from './unit.ts';

export interface Source {
  readonly id: string;
  readonly kind: 'input' | 'parameters' | 'borrowed';
  readonly tensors: Set<Tensor>;
  /** The box that borrows it first. */
  readonly reader: Box;
}

/** Sources by what reads them. */
export interface Sources {
  readonly all: readonly Source[];
  find(tensor: Tensor, reader: Box): Source | undefined;
  /** Where a parameter is drawn. */
  storeOf(leaf: Tensor): Source | undefined;
}

export function sourcesOf({ boxes, boxOf, detail }: Survey): Sources {
  const byKey = new Map<string, Source>();
  const keyOf = keysOf(detail === 'layers');
  for (const reader of boxes) {
    if (reader.kind === 'update') continue;
    for (const tensor of reader.tensors.flatMap((each) => each.inputs.map(carrierOf))) {
      const kind = boxOf.has(tensor) ? undefined : kindOfSource(tensor);
      if (kind === undefined) continue;
      const key = keyOf(kind, tensor, reader);
      const known = byKey.get(key);
      if (known !== undefined) known.tensors.add(tensor);
      else byKey.set(key, { id: `source${byKey.size + 1}`, kind, tensors: new Set([tensor]), reader });
    }
  }
  const find = (tensor: Tensor, reader: Box): Source | undefined => {
    const kind = kindOfSource(tensor);
    return kind === undefined ? undefined : byKey.get(keyOf(kind, tensor, reader));
  };
  const all = [...byKey.values()];
  return {
    all,
    find,
    storeOf: (leaf) => all.find(({ kind, tensors }) => kind === 'parameters' && tensors.has(leaf)),
  };
}

function kindOfSource(tensor: Tensor): Source['kind'] | undefined {
  if (isLeafOf(inputOp, tensor)) return 'input';
  if (isLeafOf(parameterOp, tensor)) return 'parameters';
  return tensor.inputs.length > 0 ? 'borrowed' : undefined;
}

/** One source for a leaf, or for the parameters of a layer; borrowed values for every layer that borrows them. */
function keysOf(isFolded: boolean): (kind: Source['kind'], tensor: Tensor, reader: Box) => string {
  const numbers = new Map<Tensor | Scope, number>();
  const numberOf = (key: Tensor | Scope): number => {
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    return number;
  };
  return (kind, tensor, reader) => {
    const place = isFolded && kind !== 'input' ? (unitOf(tensor) ?? tensor) : tensor;
    const beside = kind === 'borrowed' ? numberOf(reader.unit ?? reader.tensors[0]) : '';
    return `${kind} ${numberOf(place)} ${beside}`;
  };
}

export function sourceLook(
  { kind, tensors }: Source,
  entry: EntryGraph,
  detail: Survey['detail'],
): DotAttributes {
  const [first] = tensors;
  if (first === undefined) return {};
  const described =
    `${first.attrs['name'] === undefined ? '' : nameOf(first)} ${describeShape(first)}`.trim();
  switch (kind) {
    case 'input':
      return { ...pill('data'), label: { lines: [described] } };
    case 'parameters': {
      if (tensors.size === 1) {
        return { ...store('update'), ...titled(shortName(first), describeShape(first)) };
      }
      const leaves = [...tensors].map((leaf) => `${lastWord(leaf)} ${describeShape(leaf)}`.trim());
      return { ...store('update'), ...titled(placeOf(first), leaves.join(', ')) };
    }
    case 'borrowed': {
      const look = { ...pill(roleOfPhase[entry.phaseOf(first)]), style: 'rounded,dashed' };
      const place = placeOf(first);
      if (detail === 'layers' && place !== '') return { ...look, label: { lines: [place] } };
      const operation = operationLabel(first);
      const isSaid = /[^/]*$/.exec(place)?.[0].startsWith(operation) === true;
      const name = entry.labels.get(first) ?? (isSaid ? place : `${place} ${operation}`.trim());
      return { ...look, label: { lines: [`${name} ${describeShape(first)}`.trim()] } };
    }
  }
}

/** A leaf's name without the model around all leaves. */
export function shortName(leaf: Tensor): string {
  return nameOf(leaf).replace(/^[^/.]*\/(?=.)/, '');
}

/** `iris/linear1.weight.exp_avg`: `exp_avg`. */
export function lastWord(leaf: Tensor): string {
  return /[^./]*$/.exec(nameOf(leaf))?.[0] ?? '';
}
