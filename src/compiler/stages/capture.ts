// Capture: finds what a declaration mentions — inputs, parameters, state — gives every leaf a name of its own, numbers
// random streams, and takes the promises about fed values.
import { castDraft } from 'immer';
import { DeclarationError, type Span } from '../../ir/errors.ts';
import { frame } from '../../ir/frame.ts';
import { topologicalOrder, type Tensor } from '../../ir/node.ts';
import { spanOf, type Scope } from '../../ir/origin.ts';
import { rebuild } from '../../ir/rebuild.ts';
import { namesIn, printShape, shapesEqual, type Shape } from '../../ir/size.ts';
import { sourceOf } from '../../kernels/anchors.ts';
import { constrainOp, inputOp, isLeafOf, nameOf, parameterOp, renamed, stateOp } from '../../ops/leaf.ts';
import { ownCounter, type ProgramCounters } from '../../ops/counters.ts';
import { add } from '../../ops/arithmetic.ts';
import { streamNumbering } from '../../ops/random.ts';
import type { Compilation, FeedRange, NamedTensor, Stage } from '../compilation.ts';
import { checkDeclaration } from '../declaration.ts';

export const capture: Stage = {
  name: 'capture',
  summary: 'collects inputs, parameters and state, and names them',
  run: ({ declaration, counters }) => {
    checkDeclaration(declaration);
    const { loss, outputs = {}, metrics = {}, penalties = [], frozen = [] } = declaration;
    const named = (record: Readonly<Record<string, Tensor>>): readonly NamedTensor[] =>
      Object.entries(record).map(([name, tensor]) => ({ name, tensor }));
    const given = [
      ...(loss === undefined ? [] : [loss]),
      ...Object.values(outputs),
      ...Object.values(metrics),
    ];
    const mapping = nameLeaves(given, counters);
    const of = (tensor: Tensor): Tensor => mapping.get(tensor) ?? tensor;
    const tensors = {
      outputs: named(outputs).map(({ name, tensor }) => ({ name, tensor: of(tensor) })),
      metrics: named(metrics).map(({ name, tensor }) => ({ name, tensor: of(tensor) })),
      frozen: frozen.map(of),
    };
    const order = topologicalOrder(given.map(of));
    const parameters = order.filter((node) => isLeafOf(parameterOp, node));
    const terms = penalties.map((penalty) => penalty.apply(parameters));
    const total = loss === undefined ? null : terms.reduce((sum, term) => add(sum, term), of(loss));
    return (draft) => {
      draft.captured = castDraft({ loss: total, ...tensors });
      draft.name = declaration.name ?? modelName(order) ?? 'model';
      draft.inputs = castDraft(checkInputs(order.filter((node) => isLeafOf(inputOp, node))));
      draft.parameters = castDraft(parameters);
      draft.states = castDraft(order.filter((node) => isLeafOf(stateOp, node)));
      draft.ranges = castDraft(feedRanges(order));
    };
  },
};

/** The outermost model that all scopes share, if there is one. */
function modelName(order: readonly Tensor[]): string | undefined {
  const outermost = (scope: Scope | null): Scope | null =>
    scope === null || scope.parent === null ? scope : outermost(scope.parent);
  const names = order.flatMap((node) => {
    const scope = outermost(node.origin.scope);
    return scope?.kind === 'model' ? [scope.name] : [];
  });
  return names[0];
}

/**
 * Leaves of two layers that were given no name are told apart by number (`linear`, `linear2`), and random streams by
 * the path and order of what draws from them.
 */
function nameLeaves(roots: readonly Tensor[], counters: ProgramCounters): ReadonlyMap<Tensor, Tensor> {
  const owners = new Map<string, Scope | null>();
  const numberStream = streamNumbering();
  const ownerOf = (leaf: Tensor): Scope | null => leaf.origin.scope;
  const prefixOf = (leaf: Tensor): string => nameOf(leaf).replace(/\.[^.]*$/, '');
  const prefixes = new Map<string, Scope | null>();
  const chosen = new Map<Scope | null, Map<string, string>>();
  const uniquePrefix = (leaf: Tensor): string => {
    const owner = ownerOf(leaf);
    const wanted = prefixOf(leaf);
    const known = chosen.get(owner)?.get(wanted);
    if (known !== undefined) return known;
    let prefix = wanted;
    for (let number = 2; prefixes.has(prefix); number++) prefix = `${wanted}${number}`;
    prefixes.set(prefix, owner);
    const table = chosen.get(owner) ?? new Map<string, string>();
    chosen.set(owner, table.set(wanted, prefix));
    return prefix;
  };
  return rebuild(roots, (node) => {
    const counter = ownCounter(node, counters);
    if (counter !== undefined) return counter;
    const stream = numberStream(node);
    if (stream !== undefined) return stream;
    if (!isLeafOf(parameterOp, node) && !isLeafOf(stateOp, node)) return undefined;
    const name = nameOf(node);
    if (!name.includes('.')) {
      if (owners.has(name)) throw clash(name, node);
      owners.set(name, ownerOf(node));
      return undefined;
    }
    const unique = uniquePrefix(node) + name.slice(prefixOf(node).length);
    if (unique === name) return undefined;
    return renamed(node, unique);
  });
}

function clash(name: string, leaf: Tensor): DeclarationError {
  return new DeclarationError(
    'E_NAME_CLASH',
    frame(`compile: two leaves are called "${name}"`, [
      { span: spanOf(leaf.origin), text: 'needs a name of its own', mark: 'primary' },
    ]),
  );
}

/** Inputs are fed by name, so a name stands for one input. */
function checkInputs(inputs: readonly Tensor[]): readonly Tensor[] {
  const byName = new Map<string, Tensor>();
  for (const node of inputs) {
    const name = nameOf(node);
    const other = byName.get(name);
    if (other !== undefined) {
      const same = shapesEqual(other.shape, node.shape) && other.dtype === node.dtype;
      const spans = [spanOf(node.origin), spanOf(other.origin)].filter((span): span is Span => span !== null);
      throw new DeclarationError(
        'E_NAME_CLASH',
        frame(
          `compile: two inputs are called "${name}"`,
          [
            {
              span: spanOf(node.origin),
              text: `declares ${printShape(node.shape)} ${node.dtype}`,
              mark: 'primary',
            },
            {
              span: spanOf(other.origin),
              text: `declares ${printShape(other.shape)} ${other.dtype}`,
              mark: 'secondary',
            },
          ],
          same ? 'declare it once and use the tensor twice' : 'give one of them another name',
        ),
        { spans },
      );
    }
    byName.set(name, node);
  }
  return [...byName.values()];
}

/** Named dimensions of all inputs. */
export function dimensionNames({ inputs }: Pick<Compilation, 'inputs'>): readonly string[] {
  return [...new Set(inputs.flatMap((node) => node.shape.flatMap((size) => namesIn(size))))];
}

/** What `constrain` promises about fed inputs. */
function feedRanges(order: readonly Tensor[]): readonly FeedRange[] {
  return order.flatMap((node) => {
    if (node.op.name !== constrainOp.name) return [];
    const [input] = node.inputs;
    const source = input === undefined ? undefined : sourceOf(input);
    if (source === undefined || !isLeafOf(inputOp, source)) return [];
    const { low, high, highs, axes, except, what } = node.attrs;
    if (typeof low !== 'number' || typeof high !== 'number') return [];
    return [
      {
        input: nameOf(source),
        low,
        high,
        except: typeof except === 'number' ? except : null,
        // Attributes know lists of attributes; `constrain` takes numbers and sizes.
        highs: Array.isArray(highs) ? (highs as readonly number[]) : null,
        axes: Array.isArray(axes) ? (axes as Shape) : null,
        what: typeof what === 'string' ? what : 'value',
      },
    ];
  });
}
