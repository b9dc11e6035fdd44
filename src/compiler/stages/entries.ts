// Differentiation and the entry points: what step, evaluate, predict and initialise compute, each in its own mode.
import { castDraft } from 'immer';
import { specialiseMode } from '../../autodiff/mode.ts';
import { DeclarationError } from '../../ir/errors.ts';
import { inputOf, topologicalOrder, type Tensor } from '../../ir/node.ts';
import { rebuild, withInputs } from '../../ir/rebuild.ts';
import {
  arrayOp,
  initialValueOf,
  isLeafOf,
  nameOf,
  parameterOp,
  scalar,
  stateOp,
  updateOp,
  type Mode,
} from '../../ops/leaf.ts';
import { ownCounter } from '../../ops/counters.ts';
import { streamNumbering } from '../../ops/random.ts';
import {
  mapEntry,
  rootsOf,
  type AveragedParameter,
  type Compilation,
  type Entry,
  type EntryName,
  type Stage,
} from '../compilation.ts';
import { checkDistinctNames, trainingOf, type Training } from './training.ts';

/** Gradients of the loss, and the updates that the optimizer makes of them. */
export const differentiate: Stage = {
  name: 'differentiate',
  summary: 'adds gradients and optimizer updates to the graph, and splits it into entry points',
  run: (compilation) => {
    const training = trainingOf(compilation);
    const averages = training?.averages ?? [];
    const entries = entriesOf(compilation, training);
    const isState = (leaf: Tensor): boolean => isLeafOf(stateOp, leaf);
    // State of an optimizer is laid out in the order of the parameters that it belongs to.
    const updated = byParameter(entries.flatMap((entry) => entry.updates.map((update) => update.leaf)));
    const mentioned = topologicalOrder(entries.flatMap(rootsOf));
    const states = new Set([...compilation.states, ...updated.filter(isState), ...mentioned.filter(isState)]);
    const { counters } = compilation;
    checkDistinctNames([...compilation.parameters, ...states]);
    const persistent = [...states, counters.step, counters.seed];
    return (draft) => {
      draft.averages = castDraft(averages);
      draft.states = castDraft(persistent);
      draft.entries = castDraft([initialEntry(compilation, persistent), ...entries]);
    };
  },
};

/** Updated leaves, parameter by parameter in the order of declaration; each parameter's own in the optimizer's order. */
function byParameter(updated: readonly Tensor[]): readonly Tensor[] {
  const groups: Tensor[][] = [];
  for (const leaf of updated) {
    const group = groups.at(-1);
    if (group === undefined || isLeafOf(parameterOp, leaf)) groups.push([leaf]);
    else group.push(leaf);
  }
  return groups.toReversed().flat();
}

function entriesOf(compilation: Compilation, training: Training | null): readonly Entry[] {
  const { loss, outputs, metrics } = compilation.captured;
  const results = loss === null ? [] : [{ name: 'loss', tensor: loss }, ...metrics];
  const parts = {
    forward: outputs.map((output) => output.tensor),
    loss: loss === null ? [] : [loss],
    metrics: metrics.map((metric) => metric.tensor),
  };
  const entries: Entry[] = [];
  if (training !== null) {
    const { updates, gradients } = training;
    entries.push({ name: 'step', outputs: results, updates, gradients, ...parts });
  }
  const averaged = withAverages(training?.averages ?? []);
  const passive = { updates: [], gradients: [] };
  if (results.length > 0) {
    entries.push(averaged({ name: 'evaluate', outputs: results, ...passive, ...parts }));
  }
  if (outputs.length > 0) {
    entries.push(averaged({ name: 'predict', outputs, ...passive, ...parts, loss: [], metrics: [] }));
  }
  return entries;
}

/** The entry as it computes with averages in place of the parameters. */
function withAverages(averages: readonly AveragedParameter[]): (entry: Entry) => Entry {
  if (averages.length === 0) return (entry) => entry;
  const replacement = new Map(averages.map(({ parameter, average }) => [parameter, average]));
  return (entry) => {
    const mapping = rebuild(rootsOf(entry), (node) => replacement.get(node));
    return mapEntry(entry, (tensor) => mapping.get(tensor) ?? tensor);
  };
}

/** Every leaf from its initial value, the seed excepted, which the session sets. */
function initialEntry({ parameters, counters }: Compilation, states: readonly Tensor[]): Entry {
  const numberStream = streamNumbering();
  const drawn = [...parameters, ...states].filter((leaf) => leaf !== counters.seed && leaf !== counters.step);
  const mapping = rebuild(drawn.map(initialValueOf), (node) => {
    return ownCounter(node, counters) ?? numberStream(node);
  });
  const updates = drawn.map((leaf) => {
    const initial = initialValueOf(leaf);
    return { leaf, next: mapping.get(initial) ?? initial };
  });
  const zero = scalar(0, 'i32');
  return {
    name: 'initialise',
    outputs: [],
    updates: [...updates, { leaf: counters.step, next: zero }],
    forward: [],
    loss: [],
    metrics: [],
    gradients: [],
  };
}

const modeOf: Readonly<Record<EntryName, Mode>> = {
  initialise: 'train',
  step: 'train',
  evaluate: 'evaluate',
  predict: 'evaluate',
};

/** Keeps one side of every mode-dependent node, and collects updates that training carries along, and constants. */
export const specialiseModes: Stage = {
  name: 'specialise modes',
  summary: 'keeps the training or the evaluation side of dropout and batch normalisation',
  run: ({ entries }) => {
    const specialised = entries.map((entry) => {
      const modes = specialiseMode(rootsOf(entry), modeOf[entry.name]);
      return takeUpdates(mapEntry(entry, (tensor) => modes.get(tensor) ?? tensor));
    });
    // Listed here, before sizes are known, so that every specialisation has them at the same place in memory.
    const constants = topologicalOrder(specialised.flatMap(rootsOf)).filter((node) =>
      isLeafOf(arrayOp, node),
    );
    return (draft) => {
      draft.entries = castDraft(specialised);
      draft.constants = castDraft(constants);
    };
  },
};

/** Turns `withUpdate` nodes of what the entry computes into updates; what `predict` alone computes brings none. */
function takeUpdates(entry: Entry): Entry {
  const carried: { leaf: Tensor; next: Tensor }[] = [];
  const computed = new Set(
    topologicalOrder([
      ...entry.outputs.map(({ tensor }) => tensor),
      ...entry.updates.map(({ next }) => next),
    ]),
  );
  const mapping = rebuild(rootsOf(entry), (node, inputs) => {
    if (node.op !== updateOp) return withInputs(node, inputs);
    const [value, , next] = inputs;
    if (value === undefined || next === undefined) return undefined;
    if (computed.has(node)) carried.push({ leaf: inputOf(node, 1), next });
    return value;
  });
  const stripped = mapEntry(entry, (tensor) => mapping.get(tensor) ?? tensor);
  if (entry.name !== 'step') return stripped;
  return { ...stripped, updates: [...stripped.updates, ...inSequence(carried, stripped.updates)] };
}

/** A leaf that is updated twice in a step (a layer that was applied twice) takes the second value from the first. */
function inSequence(
  carried: readonly { readonly leaf: Tensor; readonly next: Tensor }[],
  optimised: Entry['updates'],
): Entry['updates'] {
  const latest = new Map<Tensor, Tensor>();
  for (const { leaf, next } of carried) {
    if (optimised.some((update) => update.leaf === leaf)) {
      const message = `compile: "${nameOf(leaf)}" is updated by the optimizer and by withUpdate`;
      throw new DeclarationError('E_UPDATED_TWICE', message);
    }
    const before = latest.get(leaf);
    const after =
      before === undefined ? next : rebuild([next], (node) => (node === leaf ? before : undefined)).get(next);
    latest.set(leaf, after ?? next);
  }
  return [...latest].map(([leaf, next]) => ({ leaf, next }));
}
