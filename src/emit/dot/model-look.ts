// What the cards, frames and edges of the model view say and look like.
import type { Tensor } from '../../ir/node.ts';
import type { Scope } from '../../ir/origin.ts';
import { concreteCount } from '../../ir/size.ts';
import { inputOp, isLeafOf, nameOf, parameterOp, stateOp } from '../../ops/leaf.ts';
import { card as cardStyle, frameOf, operator, pill, store, titled, type DotAttributes } from './document.ts';
import { roleOfKind, type LayerKind } from './layer-kind.ts';
import { operationLabel } from './operation.ts';
import { chainOf, type Card, type Group, type Repeat, type Shown } from './outline.ts';
import { light } from './palette.ts';
import { lastWord } from './source.ts';
import { countOf, describeShape } from './unit.ts';

/** Name and total of what is drawn: the model, or the inside of one of its scopes. */
export function captionOf(
  { name, frozen = [] }: { readonly name: string; readonly frozen?: readonly Tensor[] | undefined },
  { order, keys }: Shown,
  path: string | undefined,
): { readonly title: string; readonly subtitle?: string } {
  const scope = path === undefined ? undefined : keys.scopeOf.get(path);
  const own = scope === undefined ? order : order.filter((tensor) => chainOf(tensor).includes(scope));
  const parameters = own.filter((tensor) => isLeafOf(parameterOp, tensor));
  const fixed = valuesIn(parameters.filter((tensor) => frozen.includes(tensor)));
  const running = valuesIn(own.filter((tensor) => isLeafOf(stateOp, tensor)));
  const parts = [
    ...(parameters.length === 0 && scope !== undefined
      ? []
      : [countOf(valuesIn(parameters), 'parameter', 'parameters')]),
    ...(fixed === 0 ? [] : [countOf(fixed, 'of them is frozen', 'of them are frozen')]),
    ...(running === 0 ? [] : [countOf(running, 'running value', 'running values')]),
  ];
  const title = scope === undefined ? name : titleOf(scope, path);
  return parts.length === 0 ? { title } : { title, subtitle: parts.join(', ') };
}

function titleOf(scope: Scope, path: string | undefined): string {
  return scope.kind === 'function' ? (path ?? scope.name) : `${path ?? scope.name} · ${scope.label}`;
}

function valuesIn(leaves: readonly Tensor[]): number {
  return leaves.reduce((sum, { shape }) => sum + concreteCount(shape), 0);
}

export interface CardContext {
  readonly kind: LayerKind;
  readonly shown: Shown;
  readonly frozen: readonly Tensor[];
}

/** @param names the scopes that the card stands for: its own, or those of all blocks of a repetition */
export function cardLook(
  card: Card,
  names: readonly Scope[],
  { kind, shown, frozen }: CardContext,
): DotAttributes {
  const { scope, tensors, activations } = card;
  const role = roleOfKind[kind];
  if (scope === undefined) return operationLook(tensors[0], role);
  const title = [scope, ...activations].map(({ label }) => label).join(', ');
  const key = shown.keys.keyOf.get(scope);
  const marks = { id: key, tooltip: key };
  if (scope.kind === 'function') return { ...cardStyle(role), ...marks, ...titled(title) };
  const own = shown.order.filter((tensor) => chainOf(tensor).includes(scope));
  const parameters = own.filter((tensor) => isLeafOf(parameterOp, tensor));
  const isFrozen = parameters.length > 0 && parameters.every((tensor) => frozen.includes(tensor));
  const running = valuesIn(own.filter((tensor) => isLeafOf(stateOp, tensor)));
  const sizes = [
    ...(parameters.length === 0 ? [] : [countOf(valuesIn(parameters), 'parameter', 'parameters')]),
    ...(isFrozen ? ['frozen'] : []),
    ...(running === 0 ? [] : [countOf(running, 'running value', 'running values')]),
  ];
  const named = [nameOfAll(names.length === 0 ? [scope] : names), ...sizes].join(' · ');
  const style = isFrozen ? 'rounded,filled,dashed' : undefined;
  return {
    ...cardStyle(role),
    ...(style === undefined ? {} : { style }),
    ...marks,
    width: 2,
    ...titled(title, named),
  };
}

/** `linear1`, or `linear1 … linear12`. */
function nameOfAll(scopes: readonly Scope[]): string {
  const names = [...new Set(scopes.map(({ name }) => name))];
  const [first = '', last = ''] = [names[0], names.at(-1)];
  return names.length < 2 ? first : `${first} … ${last}`;
}

/** An operation in the open; signs are round, so that sums of branches are found at a glance. */
function operationLook(tensor: Tensor, role: (typeof roleOfKind)[LayerKind]): DotAttributes {
  const label = operationLabel(tensor);
  const look = { ...operator(role), label: { lines: [label] } };
  return label.length > 1
    ? look
    : { ...look, shape: 'circle', style: 'filled', width: 0.34, fontsize: 14, margin: 0 };
}

/** Frames go by their names alone: what comes in from above has to pass beside the title. */
export function groupLook({ scope }: Group, { keys }: Shown): DotAttributes {
  const key = keys.keyOf.get(scope);
  return { ...frameOf(scope.name), id: key, tooltip: scope.label };
}

export function repeatLook({ blocks }: Repeat): DotAttributes {
  const { line, ink } = light.roles.accent;
  const title = `× ${blocks.length}`;
  return { ...frameOf(title), style: 'rounded,dashed', color: line, fontcolor: ink, fontsize: 14 };
}

/** Inputs, and the parameters and state of layers that are open. */
export function leafLook(leaf: Tensor): DotAttributes {
  if (isLeafOf(inputOp, leaf)) {
    return { ...pill('data'), label: { lines: [`${nameOf(leaf)} ${describeShape(leaf)}`.trim()] } };
  }
  const role = isLeafOf(parameterOp, leaf) ? 'update' : 'data';
  return { ...store(role), tooltip: nameOf(leaf), ...titled(lastWord(leaf), describeShape(leaf)) };
}

/** What the inside of a layer reads from outside. */
export function outsideLook(name: string, tensor: Tensor): DotAttributes {
  return {
    ...pill('data'),
    style: 'rounded,dashed',
    label: { lines: [`${name} ${describeShape(tensor)}`.trim()] },
  };
}

export function resultLook(name: string, tensor: Tensor, isLoss: boolean): DotAttributes {
  const shape = describeShape(tensor);
  return { ...pill(isLoss ? 'loss' : 'data'), label: { lines: [shape === '' ? name : `${name} ${shape}`] } };
}

/** Whether an edge is part of the model's chain, and whether it goes past other cards. */
export interface Standing {
  readonly isChain: boolean;
  readonly isSkip: boolean;
}

/** An edge with the shapes of what passes; one that goes past other cards is drawn stronger. */
export function linkLook(shapes: readonly string[], { isChain, isSkip }: Standing): DotAttributes {
  return {
    weight: isChain && !isSkip ? 100 : undefined,
    label: shapes.length === 0 ? undefined : { lines: shapes.map((shape) => `  ${shape}  `) },
    ...(isSkip ? { color: light.roles.accent.line, penwidth: 1.8 } : {}),
  };
}

/** To cards that read the parameters of others: penalties, and layers that stand twice. */
export function sharedLook(words: readonly string[]): DotAttributes {
  const { line, ink } = light.roles.update;
  return { style: 'dashed', color: line, fontcolor: ink, label: { lines: [`  ${words.join(', ')}  `] } };
}
