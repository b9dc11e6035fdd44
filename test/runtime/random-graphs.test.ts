import { fc, test as property } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { grad } from '../../src/autodiff/grad.ts';
import { isFloat, type FloatDType } from '../../src/ir/dtype.ts';
import { interpret, type Bindings } from '../../src/ir/interpret.ts';
import { topologicalOrder, type Tensor } from '../../src/ir/node.ts';
import { inputOp, isLeafOf, nameOf } from '../../src/ops/leaf.ts';
import { compile } from '../../src/runtime/program.ts';
import type { Feeds } from '../../src/runtime/feeds.ts';
import { buildEntry, recipes as entryRecipes, type Recipe } from '../support/random-entry.ts';
import { buildGraph, recipes as graphRecipes } from '../support/random-graph.ts';
import { bindingsOf } from '../support/values.ts';

/** Rounding is relative to the largest number on the way, in f32 to what single operations lose. */
const tolerances = { f32: 5e-5, f64: 1e-9 };

/** Places where the program's predictions are not what the interpreter computes, as text. */
function disagreements(
  outputs: Readonly<Record<string, Tensor>>,
  bindings: Bindings,
  tolerance: number,
  seed = 0,
): readonly string[] {
  const all = topologicalOrder(Object.values(outputs));
  const values = new Map(interpret(all, bindings).map((value, position) => [all[position], value]));
  let magnitude = 1;
  for (const [node, value] of values) {
    if (node === undefined || !isFloat(node.dtype)) continue;
    for (const number of value.data) magnitude = Math.max(magnitude, Math.abs(number));
  }
  const inputs = all.filter((node) => isLeafOf(inputOp, node));
  const feeds: Feeds = Object.fromEntries(
    inputs.map((leaf) => {
      const data = values.get(leaf)?.data ?? new Float64Array(0);
      return [nameOf(leaf), leaf.dtype === 'i32' ? Int32Array.from(data) : data];
    }),
  );
  const predicted = compile({ outputs }, { target: 'wasm' }).start({ seed }).predict(feeds);
  const asJavaScript = compile({ outputs }, { target: 'js' }).start({ seed }).predict(feeds);
  const otherBits = Object.keys(outputs).filter((name) => {
    const others = asJavaScript[name]?.data;
    return predicted[name]?.data.some((value, position) => !Object.is(value, others?.[position]));
  });
  if (otherBits.length > 0) return otherBits.map((name) => `${name} has other bits in JavaScript`);
  return Object.entries(outputs).flatMap(([name, tensor]) => {
    const want = values.get(tensor)?.data ?? [];
    const got = predicted[name]?.data ?? [];
    if (got.length !== want.length) return [`${name}: ${got.length} elements for ${want.length}`];
    const at = [...want].findIndex((value, position) => {
      const number = got[position] ?? Number.NaN;
      return !(Math.abs(number - value) <= tolerance * magnitude || Object.is(number, value));
    });
    return at < 0 ? [] : [`${name}[${at}] is ${got[at]}, expected ${want[at]}`];
  });
}

/** The tensors of a random graph with the gradients of its loss. */
function graphDisagreements(recipe: Parameters<typeof buildGraph>[0], dtype: FloatDType): readonly string[] {
  const { feeds, tensors, loss } = buildGraph(recipe, dtype);
  const leaves = feeds.map(({ leaf }) => leaf);
  const outputs = {
    ...Object.fromEntries(tensors.slice(-4).map((tensor, position) => [`tensor${position}`, tensor])),
    ...Object.fromEntries(grad(loss, leaves).map((each, position) => [`gradient${position}`, each])),
    loss,
  };
  return disagreements(outputs, bindingsOf(feeds), tolerances[dtype]);
}

/** What an entry hands out, its gradients and random numbers included; leaves that are not fed start at zero. */
function entryDisagreements(recipe: Recipe): readonly string[] {
  const { entry, bindings, dtype } = buildEntry(recipe);
  const outputs = Object.fromEntries(entry.outputs.map(({ name, tensor }) => [name, tensor]));
  const seed = 1234567;
  const started: Bindings = new Map(
    [...bindings].map(([leaf, value]) => {
      const isFed = isLeafOf(inputOp, leaf);
      const number = leaf.op.name === 'seed' ? seed : 0;
      return [leaf, isFed ? value : { ...value, data: value.data.map(() => number) }];
    }),
  );
  return disagreements(outputs, started, tolerances[dtype], seed);
}

describe('compiled graphs give the numbers of the interpreter, on every target the same bits', () => {
  property.prop([graphRecipes({ steps: 12 })], { numRuns: 80 })('in f32, with gradients', (recipe) => {
    expect(graphDisagreements(recipe, 'f32')).toEqual([]);
  });

  property.prop([graphRecipes({ steps: 12 })], { numRuns: 80 })('in f64, with gradients', (recipe) => {
    expect(graphDisagreements(recipe, 'f64')).toEqual([]);
  });

  property.prop([entryRecipes, fc.constant(0)], { numRuns: 80 })(
    'with softmax, contractions, labels, scatters and random bits',
    (recipe) => {
      expect(entryDisagreements(recipe)).toEqual([]);
    },
  );
});
