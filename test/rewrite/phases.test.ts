import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { grad } from '../../src/autodiff/grad.ts';
import { interpret } from '../../src/ir/interpret.ts';
import { topologicalOrder, type Tensor } from '../../src/ir/node.ts';
import { dim } from '../../src/ir/size.ts';
import { specialiseSizes } from '../../src/rewrite/rules/specialise.ts';
import { printGraph } from '../../src/ir/print.ts';
import { neg, log, exp } from '../../src/ops/unary.ts';
import { div, sub } from '../../src/ops/arithmetic.ts';
import { gather } from '../../src/ops/gather.ts';
import { constrain, input } from '../../src/ops/leaf.ts';
import { max, mean, sum } from '../../src/ops/reduce.ts';
import { reshape } from '../../src/ops/reshape.ts';
import { stopGradient } from '../../src/ops/select.ts';
import { applyRules } from '../../src/rewrite/driver.ts';
import { allRules, rulesOfPhase } from '../../src/rewrite/phases.ts';
import { evaluateRounded } from '../support/evaluate-f32.ts';
import { hardBindings, leafOf } from './hard-inputs.ts';
import { anyOperations, buildGraph, programs, smoothOperations } from './random-program.ts';

const seed = 20240611;
const hardLeaves = {
  matrix: leafOf('hard matrix', [2, 3], [Number.NaN, -0, Number.NEGATIVE_INFINITY, 2 ** -149, 1.5, -3.4e38]),
  row: leafOf('hard row', [3], [0, -0, Number.POSITIVE_INFINITY]),
  labels: leafOf('hard labels', [2], [2, 0], 'i32'),
};
const mildLeaves = {
  matrix: leafOf('matrix', [2, 3], [0.3, -1.2, 0.7, 1.9, -0.4, 0.05]),
  row: leafOf('row', [3], [0.6, -0.9, 1.3]),
  labels: leafOf('labels', [2], [1, 2], 'i32'),
};

const flat = (values: readonly { readonly data: Float64Array }[]): readonly number[] =>
  values.flatMap(({ data }) => [...data]);

describe('the exact phases', () => {
  property.prop([programs(anyOperations, [0, -0, 1, -1, 2, 0.1, Number.POSITIVE_INFINITY, Number.NaN], 12)], {
    seed,
    numRuns: 400,
  })('keep every bit of random graphs on hard inputs', (program) => {
    const roots = buildGraph(anyOperations, program, hardLeaves);
    const canonical = applyRules(roots, rulesOfPhase.canonicalise).roots;
    const specialised = applyRules(roots, rulesOfPhase.specialise).roots;
    const before = flat(evaluateRounded(roots, hardBindings));
    expect(flat(evaluateRounded(canonical, hardBindings))).toEqual(before);
    expect(flat(evaluateRounded(specialised, hardBindings))).toEqual(before);
  });
});

describe('all phases', () => {
  property.prop([programs(smoothOperations, [0, 1, -1, 2, 0.5], 7)], { seed, numRuns: 400 })(
    'compute the same function, up to rounding',
    (program) => {
      const roots = buildGraph(smoothOperations, program, mildLeaves);
      const before = flat(interpret(roots, hardBindings));
      fc.pre(before.every((value) => Math.abs(value) < 1e6));
      const specialised = applyRules(roots, rulesOfPhase.specialise).roots;
      const canonical = applyRules(specialised, rulesOfPhase.canonicalise).roots;
      const stable = applyRules(canonical, rulesOfPhase.stabilise).roots;
      flat(interpret(stable, hardBindings)).forEach((value, at) => {
        const expected = before[at] ?? Number.NaN;
        expect(Math.abs(value - expected)).toBeLessThanOrEqual(1e-7 * Math.max(1, Math.abs(expected)));
      });
    },
  );

  property.prop([programs(anyOperations, [0, 1, -1, 2, 0.5], 12)], { seed, numRuns: 200 })(
    'come to rest: running them again changes nothing',
    (program) => {
      const roots = buildGraph(anyOperations, program, mildLeaves);
      const once = applyRules(roots, rulesOfPhase.stabilise);
      expect(applyRules(once.roots, rulesOfPhase.stabilise).ledger).toEqual([]);
    },
  );
});

describe('the random graphs', () => {
  test('make most rules fire', () => {
    const fired = new Set<string>();
    for (const program of fc.sample(programs(anyOperations, [0, -0, 1, -1, 2, 0.1], 12), {
      seed,
      numRuns: 300,
    })) {
      const roots = buildGraph(anyOperations, program, hardLeaves);
      const { roots: specialised, ledger } = applyRules(roots, rulesOfPhase.specialise);
      const stable = applyRules(specialised, rulesOfPhase.stabilise);
      for (const { rule } of [...ledger, ...stable.ledger]) fired.add(rule);
    }
    expect(fired.size).toBeGreaterThan(0.7 * allRules.length);
  });
});

describe('the gradient of cross-entropy', () => {
  const logits: Tensor = input('logits', [90, 3]);
  const labels = constrain(input('labels', [90], 'i32'), { low: 0, high: 2, what: 'label' });

  function simplified(loss: Tensor): readonly Tensor[] {
    const [gradient] = grad(loss, [logits]);
    return applyRules(applyRules([gradient], rulesOfPhase.specialise).roots, rulesOfPhase.stabilise).roots;
  }

  test('is elementwise but for the sum of the exponentials', () => {
    const shifted = sub(logits, stopGradient(max(logits, 1, { keepdims: true })));
    const logProbabilities = sub(shifted, log(sum(exp(shifted), 1, { keepdims: true })));
    const loss = neg(mean(gather(logProbabilities, reshape(labels, [90, 1]), 1)));
    const roots = simplified(loss);
    expect(printGraph(roots, { spans: false, scopes: false })).toMatchInlineSnapshot(`
      "%0 = iota size 3 : [3] i32
      %1 = broadcast(%0) along [1] : [90, 3] i32
      labels = input : [90] i32
      %2 = constrain(labels) low 0, high 2, what "label", except null : [90] i32
      %3 = broadcast(%2) along [0] : [90, 3] i32
      %4 = equal(%1, %3) : [90, 3] bool
      %5 = broadcast(-0.011111111380159855) : [90, 3] f32
      %6 = broadcast(0) : [90, 3] f32
      %7 = select(%4, %5, %6) : [90, 3] f32
      %8 = broadcast(0.011111111380159855) : [90] f32
      logits = input : [90, 3] f32
      %9 = reduce(logits) max over [1] : [90] f32
      %10 = broadcast(%9) along [0] : [90, 3] f32
      %11 = sub(logits, %10) : [90, 3] f32
      %12 = exp(%11) : [90, 3] f32
      %13 = reduce(%12) sum over [1] : [90] f32
      %14 = div(%8, %13) : [90] f32
      %15 = broadcast(%14) along [0] : [90, 3] f32
      %16 = mul(%15, %12) : [90, 3] f32
      %17 = add(%7, %16) : [90, 3] f32
      return %17
      "
    `);
    const reductions = topologicalOrder(roots).filter(({ op }) => op.lowering.kind === 'reduction');
    expect(reductions.map(({ attrs }) => attrs.combiner)).toEqual(['max', 'sum']);
    expect(topologicalOrder(roots).some(({ op }) => op.lowering.kind === 'scatter')).toBe(false);
  });

  test('is so on named dimensions too, and in the same form as on numbers', () => {
    const batch = dim('batch');
    const open = input('logits', [batch, 3]);
    const openLabels = constrain(input('labels', [batch], 'i32'), { low: 0, high: 2, what: 'label' });
    const shifted = sub(open, stopGradient(max(open, 1, { keepdims: true })));
    const logProbabilities = sub(shifted, log(sum(exp(shifted), 1, { keepdims: true })));
    const loss = neg(mean(gather(logProbabilities, reshape(openLabels, [batch, 1]), 1)));
    const [gradient] = grad(loss, [open]);
    const early = applyRules([gradient], rulesOfPhase.specialise).roots;
    // Leaves first, so that both graphs stand on the same inputs.
    const { mapping, roots: late } = specialiseSizes([...early, gradient], { batch: 90 });
    const [fromEarly, fromLate] = applyRules(late, rulesOfPhase.specialise).roots;
    expect(mapping.get(open)?.shape).toEqual([90, 3]);
    expect(fromEarly).toBe(fromLate);
  });

  test('is finite on huge logits where a user writes the softmax out, if the loss was stabilised first', () => {
    const scores = leafOf('scores', [2, 3], [1000, 0, -1000, 200, 200, -500]);
    const classes = constrain(leafOf('classes', [2], [1, 0], 'i32'), { low: 0, high: 2, what: 'label' });
    const softmax = div(exp(scores), sum(exp(scores), 1, { keepdims: true }));
    const loss = neg(mean(log(gather(softmax, reshape(classes, [2, 1]), 1))));
    const [plain] = grad(loss, [scores]);
    const [stable = loss] = applyRules([loss], rulesOfPhase.stabilise).roots;
    const [gradient] = grad(stable, [scores]);
    expect(flat(evaluateRounded([loss], hardBindings))).toEqual([Number.NaN]);
    expect(flat(evaluateRounded([plain], hardBindings))).toContainEqual(Number.NaN);
    expect(flat(evaluateRounded([stable], hardBindings))[0]).toBeCloseTo((1000 + Math.LN2) / 2, 3);
    // (softmax - one-hot) / 2
    const expected = [0.5, -0.5, 0, -0.25, 0.25, 0];
    flat(evaluateRounded([gradient], hardBindings)).forEach((value, at) => {
      expect(value).toBeCloseTo(expected[at] ?? Number.NaN, 6);
    });
  });
});
