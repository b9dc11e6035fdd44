// Stages that rewrite the graph of every entry: sizes become numbers, then canonical and stable forms.
import { castDraft } from 'immer';
import type { Tensor } from '../../ir/node.ts';
import type { Sizes } from '../../ir/size.ts';
import { applyRules } from '../../rewrite/driver.ts';
import type { LedgerEntry } from '../../rewrite/ledger.ts';
import { rulesOfPhase } from '../../rewrite/phases.ts';
import type { Phase } from '../../rewrite/rule.ts';
import { specialiseSizes } from '../../rewrite/rules/specialise.ts';
import {
  mapEntry,
  rootsOf,
  type Compilation,
  type Entry,
  type NamedTensor,
  type Stage,
} from '../compilation.ts';

/** Numbers for named dimensions. All entries are specialised together, so that they share their inputs. */
export function specialise(sizes: Sizes): Stage {
  return {
    name: 'specialise sizes',
    summary: 'replaces named dimensions by numbers',
    run: ({ entries, inputs }) => {
      const { mapping } = specialiseSizes([...entries.flatMap(rootsOf), ...inputs], sizes);
      return (draft) => {
        draft.sizes = { ...sizes };
        draft.entries = castDraft(
          entries.map((entry) => mapEntry(entry, (each) => mapping.get(each) ?? each)),
        );
        draft.inputs = castDraft(inputs.map((input) => mapping.get(input) ?? input));
      };
    },
  };
}

function rewriting(phase: Phase, summary: string): Stage {
  return {
    name: phase,
    summary,
    run: (compilation) => {
      const { entries, ledger } = rewriteEntries(compilation, phase);
      return (draft) => {
        draft.entries = castDraft([...entries]);
        draft.ledger.push(...castDraft([...ledger]));
      };
    },
  };
}

function rewriteEntries(
  { entries }: Compilation,
  phase: Phase,
): { readonly entries: readonly Entry[]; readonly ledger: readonly LedgerEntry[] } {
  const { mapping, ledger } = applyRules(entries.flatMap(rootsOf), rulesOfPhase[phase]);
  const mapped = entries.map((entry) => {
    // Leaves are never rewritten, so only what is computed for them is mapped.
    const next = mapEntry(entry, (each) => mapping.get(each) ?? each);
    return {
      ...next,
      updates: next.updates.map((update, at) => ({
        ...update,
        leaf: entry.updates[at]?.leaf ?? update.leaf,
      })),
    };
  });
  return { entries: mapped, ledger };
}

export const dropMarkers = rewriting('specialise', 'drops markers that differentiation has used up');
export const canonicalise = rewriting('canonicalise', 'brings equal computations to one form, bit for bit');
export const stabilise = rewriting('stabilise', 'replaces forms that round badly by stable ones');

/**
 * Stable forms of what was declared, before gradients are taken: the gradient of an unstable form would be unstable
 * in ways that no rule can see any more.
 */
export const stabiliseDeclared: Stage = {
  name: 'stabilise declared',
  summary: 'replaces forms that round badly before they are differentiated',
  run: ({ captured }) => {
    const { loss, outputs, metrics } = captured;
    const roots = [
      ...(loss === null ? [] : [loss]),
      ...outputs.map((output) => output.tensor),
      ...metrics.map((metric) => metric.tensor),
    ];
    const { mapping, ledger } = applyRules(roots, rulesOfPhase.stabilise);
    const of = (tensor: Tensor): Tensor => mapping.get(tensor) ?? tensor;
    const named = (each: NamedTensor): NamedTensor => ({ name: each.name, tensor: of(each.tensor) });
    return (draft) => {
      draft.captured = castDraft({
        ...captured,
        loss: loss === null ? null : of(loss),
        outputs: outputs.map(named),
        metrics: metrics.map(named),
      });
      draft.ledger.push(...castDraft([...ledger]));
    };
  },
};
