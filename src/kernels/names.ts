// Names for what the compiler makes: buffers, locals and kernels are called after the user's layers, functions and
// leaves, so that generated code reads as if written for this model.
import type { Tensor } from '../ir/node.ts';
import type { Scope } from '../ir/origin.ts';
import { inputOp, isLeafOf, nameOf, parameterOp, stateOp } from '../ops/leaf.ts';
import type { Buffer, Phase } from './kernel.ts';

/** `hidden layer/linear1.weight` → `hiddenLayerLinear1Weight`: an identifier in every target. */
export function identifier(text: string): string {
  const words = text.split(/[^A-Za-z0-9$]+/).filter((word) => word !== '');
  const joined = words
    .map((word, position) =>
      position === 0 ? lowerFirst(word) : word.charAt(0).toUpperCase() + word.slice(1),
    )
    .join('');
  if (joined === '') return 'value';
  return /^[0-9]/.test(joined) || reserved.has(joined) ? `_${joined}` : joined;
}

function lowerFirst(word: string): string {
  return word === word.toUpperCase() ? word.toLowerCase() : word.charAt(0).toLowerCase() + word.slice(1);
}

/** Words that a target gives a meaning of its own, and names that generated modules use. */
const reserved: ReadonlySet<string> = new Set(
  `abstract arguments await boolean break byte case catch char class const continue debugger default delete do double
  else enum eval export extends false final finally float for function goto if implements import in instanceof int
  interface let long native new null package private protected public return short static super switch synchronized
  this throw throws transient true try typeof undefined var void volatile while with yield NaN Infinity at
  fround abs sqrt floor ceil trunc min max imul memory kernels layout instantiate step evaluate predict initialise`.split(
    /\s+/,
  ),
);

/** Hands out each name once; later comers get a number. */
export interface NameTable {
  unique(wanted: string): string;
}

export function nameTable(taken: Iterable<string> = []): NameTable {
  const used = new Set(taken);
  // Numbers below it were handed out, or are taken.
  const nextNumber = new Map<string, number>();
  return {
    unique: (wanted) => {
      let name = wanted;
      // A second linear1 is linear1_2: linear12 would be another layer.
      const separator = /[0-9]$/.test(wanted) ? '_' : '';
      let number = nextNumber.get(wanted) ?? 2;
      for (; used.has(name); number++) name = `${wanted}${separator}${number}`;
      nextNumber.set(wanted, number);
      used.add(name);
      return name;
    },
  };
}

/** What an operation's result is called where it has no better name. */
const nouns: Readonly<Record<string, string>> = {
  add: 'total',
  sub: 'difference',
  mul: 'product',
  div: 'quotient',
  maximum: 'larger',
  minimum: 'smaller',
  pow: 'power',
  exp: 'exponential',
  expm1: 'exponential',
  log: 'logarithm',
  log1p: 'logarithm',
  neg: 'negative',
  abs: 'magnitude',
  sqrt: 'root',
  select: 'chosen',
  cast: 'converted',
  relu: 'rectified',
  contraction: 'sum',
  argExtreme: 'position',
  accumulate: 'running',
  runningPosition: 'position',
  randomBits: 'bits',
  uniformFromBits: 'uniform',
  less: 'isLess',
  lessEqual: 'isAtMost',
  greater: 'isGreater',
  greaterEqual: 'isAtLeast',
  equal: 'isEqual',
  notEqual: 'differs',
};

function noun(tensor: Tensor): string {
  const [input] = tensor.inputs;
  if (tensor.op.name === 'cast' && input !== undefined && nouns[input.op.name] !== undefined)
    return noun(input);
  if (tensor.op.name === 'reduce') {
    const { combiner } = tensor.attrs;
    return combiner === 'max'
      ? 'largest'
      : combiner === 'min'
        ? 'smallest'
        : combiner === 'product'
          ? 'product'
          : 'sum';
  }
  return nouns[tensor.op.name] ?? identifier(tensor.op.name);
}

/** A local's name: what the value is; results of whole functions carry the function's name. */
export function localName(tensor: Tensor): string {
  const [outermost] = functionsOf(tensor.origin.scope);
  const isWhole = tensor.op.name === 'reduce' && tensor.shape.length === 0;
  return isWhole && outermost !== undefined ? identifier(`${outermost.name} ${noun(tensor)}`) : noun(tensor);
}

/** Layers of a scope from the outside in, without the model that encloses all of them. */
function layersOf(scope: Scope | null): readonly Scope[] {
  if (scope === null) return [];
  const outer = layersOf(scope.parent);
  const isOutermostModel = scope.kind === 'model' && scope.parent === null;
  return scope.kind === 'function' || isOutermostModel ? outer : [...outer, scope];
}

function functionsOf(scope: Scope | null): readonly Scope[] {
  if (scope === null) return [];
  const outer = functionsOf(scope.parent);
  return scope.kind === 'function' ? [...outer, scope] : outer;
}

/** The layer or function that a tensor belongs to, as an identifier; empty for bare operations. */
export function placeName(tensor: Tensor): string {
  const { scope } = tensor.origin;
  const layers = layersOf(scope);
  const [outermost] = functionsOf(scope);
  const path = layers.length > 0 ? layers.map((layer) => layer.name).join('/') : (outermost?.name ?? '');
  return path === '' ? '' : identifier(path);
}

/** The name of a leaf without the model that encloses all leaves. */
export function leafName(leaf: Tensor): string {
  if (!isLeafOf(parameterOp, leaf) && !isLeafOf(stateOp, leaf) && !isLeafOf(inputOp, leaf)) {
    const names: Readonly<Record<string, string>> = { array: 'constant', step: 'stepCount' };
    return identifier(names[leaf.op.name] ?? leaf.op.name);
  }
  const name = nameOf(leaf);
  const path = isLeafOf(inputOp, leaf) ? name : name.replace(/^[^/.]*\/(?=.)/, '');
  return identifier(path);
}

/**
 * Name of the buffer of a computed tensor. The result of a layer is called after the layer; what only the layer itself
 * reads also says what it is: `batchNorm1Mean`, `dropout1Mask`.
 */
export function bufferName(tensor: Tensor, phase: Phase, isResult: boolean): string {
  const place = placeName(tensor);
  if (phase === 'update') return updateName(tensor);
  const inner = functionsOf(tensor.origin.scope).at(-1)?.name ?? noun(tensor);
  const role = tensor.dtype === 'bool' ? 'mask' : inner === place ? noun(tensor) : inner;
  const name = place === '' ? noun(tensor) : isResult ? place : identifier(`${place} ${role}`);
  return phase === 'backward' ? identifier(`${place === '' ? '' : name} gradient`) : name;
}

/** What an optimizer computes once for all parameters: `adamStepSize`. */
function updateName(tensor: Tensor): string {
  const functions = functionsOf(tensor.origin.scope);
  const [outermost, ...inner] = functions;
  if (outermost === undefined) return noun(tensor);
  return identifier(`${outermost.name} ${inner.at(-1)?.name ?? noun(tensor)}`);
}

/** What a kernel is called: after the leaves it updates, or the layer and the part of the step it works for. */
export function kernelName(anchors: readonly Tensor[], phase: Phase, updated: readonly Tensor[]): string {
  const last = anchors.at(-1);
  const [first] = updated;
  const verb: Readonly<Record<Phase, string>> = {
    forward: 'forward',
    loss: 'loss',
    backward: 'backward',
    update: 'update',
    metric: 'measure',
    initialise: 'initialise',
  };
  if (first !== undefined && (phase === 'update' || phase === 'initialise')) {
    const owner = updated.find((leaf) => isLeafOf(parameterOp, leaf)) ?? first;
    return identifier(`${phase === 'initialise' ? 'initialise' : 'update'} ${leafName(owner)}`);
  }
  const named = anchors.find((tensor) => placeName(tensor) !== '');
  const place = named === undefined ? (last === undefined ? '' : noun(last)) : placeName(named);
  return identifier(`${verb[phase]} ${place}`);
}

/** The name that users know a leaf of the state by. */
export function publicName({ tensor }: Pick<Buffer, 'tensor'>): string {
  const isNamed = isLeafOf(parameterOp, tensor) || isLeafOf(stateOp, tensor);
  return isNamed ? nameOf(tensor) : tensor.op.name;
}
