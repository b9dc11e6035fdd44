import { test as property, fc } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import type { Tensor } from '../../../src/ir/node.ts';
import type { EntryGraph } from '../../../src/kernels/anchors.ts';
import { add, less, mul, sub } from '../../../src/ops/arithmetic.ts';
import { broadcastAlong } from '../../../src/ops/broadcast.ts';
import { contract } from '../../../src/ops/contraction.ts';
import { input, parameter } from '../../../src/ops/leaf.ts';
import { flip, transpose } from '../../../src/ops/movement.ts';
import { filled } from '../../../src/ops/random.ts';
import { max, sum } from '../../../src/ops/reduce.ts';
import { expandDims } from '../../../src/ops/reshape.ts';
import { cast } from '../../../src/ops/select.ts';
import { exp, tanh } from '../../../src/ops/unary.ts';
import { planned } from '../../kernels/run-entry.ts';
import { plainEntry, randomBindings } from '../../support/plain-entry.ts';
import { productEntry, productRecipes } from '../../support/random-products.ts';
import { memoryProblems } from '../../support/wasm-memory.ts';

function problems(entry: EntryGraph, threads: number, seed = 1): readonly string[] {
  const { plan, state } = planned(entry);
  return memoryProblems(plan, state, randomBindings(entry, { seed }), threads);
}

const matrices = { batchLeft: [], batchRight: [], contractLeft: [1], contractRight: [0] };

function product(left: Tensor, right: Tensor): Tensor {
  return contract(left, right, matrices);
}

/** An entry by the sentence that says what is particular about it. */
type Cases = Readonly<Record<string, () => EntryGraph>>;

/** One test a case, each with the work of one thread and divided for two and for three. */
function leaveWhatJavaScriptLeaves(cases: Cases): void {
  for (const [what, entryOf] of Object.entries(cases)) {
    test(what, () => {
      for (const threads of [1, 2, 3]) expect(problems(entryOf(), threads)).toEqual([]);
    });
  }
}

describe('contractions leave the memory that JavaScript leaves', () => {
  property.prop([productRecipes, fc.nat(999)], { seed: 41, numRuns: 200 })(
    'whatever the order of their axes, what their operands are made of, and what follows',
    (recipe, seed) => {
      expect(problems(productEntry(recipe), 1, seed)).toEqual([]);
    },
  );

  property.prop([productRecipes, fc.nat(999), fc.integer({ min: 2, max: 5 })], { seed: 42, numRuns: 150 })(
    'with work divided for any number of threads, each in private memory of its own',
    (recipe, seed, threads) => {
      expect(problems(productEntry(recipe), threads, seed)).toEqual([]);
    },
  );
});

describe('operands of a product may', () => {
  const left = (): Tensor => input('left', [5, 20]);
  const right = (): Tensor => input('right', [20, 7]);
  const backwards = (): Tensor => flip(left(), 1);
  const upwards = (): Tensor => flip(right(), 0);
  const standing = (): Tensor => broadcastAlong(input('left', [5]), [5, 20], [0]);
  const resting = (): Tensor => broadcastAlong(input('right', [7]), [20, 7], [1]);
  const of = (a: Tensor, b: Tensor): EntryGraph => plainEntry({ product: product(a, b) });
  leaveWhatJavaScriptLeaves({
    'run backwards along k on the left': () => of(backwards(), right()),
    'run backwards along k on the right': () => of(left(), upwards()),
    'run backwards along k on both sides': () => of(backwards(), upwards()),
    'run backwards along few k': () => of(flip(input('left', [5, 5]), 1), input('right', [5, 7])),
    'run backwards along rows and columns': () => of(flip(left(), 0), flip(right(), 1)),
    'stand still along k on the left': () => of(standing(), right()),
    'stand still along k on both sides': () => of(standing(), resting()),
    'stand still on one side and run backwards on the other': () => of(standing(), upwards()),
    'run backwards on one side and stand still on the other': () => of(backwards(), resting()),
    'be converted from f64': () =>
      of(cast(input('left', [5, 20], 'f64'), 'f32'), cast(input('right', [20, 7], 'f64'), 'f32')),
    'be converted from i32': () =>
      of(cast(input('left', [5, 20], 'i32'), 'f32'), cast(input('right', [20, 7], 'i32'), 'f32')),
    'be converted from bool': () =>
      of(cast(input('left', [5, 20], 'bool'), 'f32'), cast(input('right', [20, 7], 'bool'), 'f32')),
  });
});

describe('what follows a product may', () => {
  const whole = (): Tensor => product(input('left', [5, 20]), input('right', [20, 7]));
  leaveWhatJavaScriptLeaves({
    'be of f64': () => plainEntry({ result: cast(whole(), 'f64') }),
    'compute in f64': () => plainEntry({ result: mul(cast(whole(), 'f64'), input('gate', [5, 7], 'f64')) }),
    'be a comparison': () => plainEntry({ result: less(whole(), 0) }),
    'be another product, four times': () => {
      const chain = [0, 1, 2, 3].reduce<Tensor>(
        (x, position) => tanh(product(x, input(`right${position}`, [30, 30]))),
        tanh(input('left', [30, 30])),
      );
      return plainEntry({ chain });
    },
  });
});

describe('an update is done once', () => {
  const weight = (extents: readonly number[]): Tensor => parameter('net/layer.weight', filled(extents, 0));
  const halvedBy = (gradient: Tensor): EntryGraph => {
    const leaf = weight([50, 70]);
    return plainEntry({}, [{ leaf, next: sub(mul(leaf, 0.5), gradient) }]);
  };
  leaveWhatJavaScriptLeaves({
    'where k is empty': () => halvedBy(product(input('left', [50, 0]), input('right', [0, 70]))),
    'where k is empty and the left operand turned': () =>
      halvedBy(product(transpose(input('left', [0, 50])), input('right', [0, 70]))),
    'where the gradient runs over many k': () =>
      halvedBy(product(transpose(input('left', [64, 50])), input('right', [64, 70]))),
    'where a product in f64 has no tiles': () => {
      const leaf = parameter('net/layer.weight', filled([20, 30], 0, 'f64'));
      const gradient = product(input('left', [20, 9], 'f64'), input('right', [9, 30], 'f64'));
      return plainEntry({}, [{ leaf, next: sub(mul(leaf, 0.5), gradient) }]);
    },
    'where the parameter is the left operand': () => {
      const leaf = weight([30, 30]);
      return plainEntry({}, [{ leaf, next: product(leaf, input('right', [30, 30])) }]);
    },
    'where the parameter is the right operand': () => {
      const leaf = weight([30, 30]);
      return plainEntry({}, [{ leaf, next: product(input('left', [30, 30]), leaf) }]);
    },
  });
});

describe('a reduction may', () => {
  const softened = (): Tensor => {
    const powers = exp(input('x', [22, 9]));
    return mul(powers, sum(powers, 1, { keepdims: true }));
  };
  leaveWhatJavaScriptLeaves({
    'be read by another one over repeated rows': () =>
      plainEntry({ result: max(mul(expandDims(softened(), 1), expandDims(input('other', [12, 9]), 0)), 2) }),
    'be read by another one over repeated columns': () =>
      plainEntry({ result: max(add(expandDims(softened(), 2), expandDims(input('other', [9, 12]), 0)), 1) }),
  });
});
