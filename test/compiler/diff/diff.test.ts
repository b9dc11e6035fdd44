import {
  accuracy,
  adam,
  add,
  cast,
  clipNorm,
  compile,
  crossEntropy,
  diffPrograms,
  dim,
  dropout,
  ema,
  input,
  l2,
  linear,
  mul,
  relu,
  residual,
  sequential,
  sgd,
  tanh,
  type Layer,
  type Program,
  type Tensor,
} from 'tapeless';
import { describe, expect, test } from 'vitest';
import { renderDiagram } from '../../../src/viz/diagram.ts';
import { darkPartners } from '../../../src/viz/theme.ts';

const batch = dim('batch');
type Extras = Partial<Parameters<typeof compile>[0]>;

function classifier(layers: readonly unknown[], extras: Extras = {}, features = 4): Program {
  const x = input('x', [batch, features]);
  const y = input('y', [batch], 'i32');
  const net = sequential('iris', ...(layers as [never])) as Layer;
  const logits = net(x) as Tensor<[never, 3]>;
  return compile({
    loss: crossEntropy(logits, y),
    optimizer: adam({ lr: 0.025 }),
    outputs: { logits },
    metrics: { accuracy: accuracy(logits, y) },
    ...extras,
  });
}

const plain = (): Program => classifier([linear(4, 30), relu(), linear(30, 10), relu(), linear(10, 3)]);

/** `~ iris/linear1 shape`: what differs among the layers. */
function layersOf(before: Program, after: Program): readonly string[] {
  return diffPrograms(before, after)
    .layers.filter(({ kind }) => kind !== 'unchanged')
    .map(({ kind, before: was, after: is, reasons }) => [kind, is?.path ?? was?.path, ...reasons].join(' '));
}

describe('the difference of two programs', () => {
  test('is nothing where both were declared alike', () => {
    const diff = diffPrograms(plain(), plain());
    expect(diff.isEqual).toBe(true);
    expect(String(diff)).toBe('iris: nothing differs');
    expect(diff.layers.length).toBeGreaterThan(5);
  });

  test('tells layers with other options, and what only has another shape for it', () => {
    const wider = classifier([linear(4, 64), relu(), linear(64, 10), relu(), linear(10, 3)]);
    expect(layersOf(plain(), wider)).toEqual([
      'changed iris/linear1 options shape',
      'changed iris/relu1 shape',
      'changed iris/linear2 options',
    ]);
    const { before, after, parameters } = diffPrograms(plain(), wider);
    expect([before.parameters, after.parameters]).toEqual([493, 1003]);
    expect(parameters.filter(({ kind }) => kind !== 'unchanged')).toEqual([
      {
        kind: 'changed',
        what: 'parameter',
        name: 'iris/linear1.weight',
        before: '[30, 4]',
        after: '[64, 4]',
      },
      { kind: 'changed', what: 'parameter', name: 'iris/linear1.bias', before: '[30]', after: '[64]' },
      {
        kind: 'changed',
        what: 'parameter',
        name: 'iris/linear2.weight',
        before: '[10, 30]',
        after: '[10, 64]',
      },
    ]);
  });

  test('calls a layer that is put in front new, and those after it renamed at most', () => {
    const layers = [linear(4, 4), relu(), linear(4, 30), relu(), linear(30, 10), relu(), linear(10, 3)];
    const longer = classifier(layers);
    expect(layersOf(plain(), longer)).toEqual([
      'added iris/linear1',
      'added iris/relu1',
      'renamed iris/linear2 name',
      'renamed iris/relu2 name',
      'renamed iris/linear3 name',
      'renamed iris/relu3 name',
      'renamed iris/linear4 name',
    ]);
    const renamed = diffPrograms(plain(), longer).parameters.find(({ kind }) => kind === 'renamed');
    expect(renamed).toMatchObject({ name: 'iris/linear2.weight', formerName: 'iris/linear1.weight' });
  });

  test('tells what was replaced as removed and added', () => {
    const other = classifier([linear(4, 30), tanh(), linear(30, 10), relu(), linear(10, 3)]);
    expect(layersOf(plain(), other)).toEqual([
      'removed iris/relu1',
      'added iris/tanh1',
      'renamed iris/relu1 name',
    ]);
  });

  test('tells whole blocks with all that is in them', () => {
    const block = residual(sequential(linear(30, 30), relu())) as Layer;
    const deeper = classifier([linear(4, 30), relu(), block, linear(30, 10), relu(), linear(10, 3)]);
    const added = [
      'added iris/residual1',
      'added iris/residual1/body',
      'added iris/residual1/body/linear1',
      'added iris/residual1/body/relu1',
      'added iris/residual1',
    ];
    expect(layersOf(plain(), deeper)).toEqual(added);
    expect(layersOf(deeper, plain())).toEqual(added.map((line) => line.replace('added', 'removed')));
  });

  test('sees inside of functions that are called alike, and numbers in the open', () => {
    const wrap = (factor: number): Program => {
      const x = input('x', [batch, 4]);
      return compile({ outputs: { out: mul(linear(4, 2, { name: 'head' })(x), factor) } });
    };
    expect(layersOf(wrap(2), wrap(2))).toEqual([]);
    expect(layersOf(wrap(2), wrap(3))).toEqual(['changed  options']);
    const dropping = (p: number): Program => {
      const x = input('x', [batch, 4]);
      return compile({ outputs: { out: dropout(linear(4, 2, { name: 'head' })(x), p) } });
    };
    expect(layersOf(dropping(0.2), dropping(0.5))).toEqual(['changed dropout operations']);
  });

  test('tells layers that read from elsewhere', () => {
    const wired = (isCrossed: boolean): Program => {
      const x = input('x', [batch, 4]);
      const a = linear(4, 4, { name: 'a' })(x);
      const b = linear(4, 4, { name: 'b' })(a);
      return compile({ outputs: { out: linear(4, 2, { name: 'head' })(isCrossed ? a : b), b } });
    };
    expect(layersOf(wired(false), wired(true))).toEqual(['changed head sources']);
    const skipping = (isSkipped: boolean): Program => {
      const x = input('x', [batch, 4]);
      const a = linear(4, 4, { name: 'a' })(x);
      return compile({ outputs: { out: linear(4, 2, { name: 'head' })(isSkipped ? add(a, x) : a) } });
    };
    expect(layersOf(skipping(false), skipping(true))).toEqual(['added ']);
  });

  test('tells inputs, outputs and metrics', () => {
    const other = classifier(
      [linear(5, 30), relu(), linear(30, 10), relu(), linear(10, 3)],
      { metrics: {} },
      5,
    );
    const { inputs, results } = diffPrograms(plain(), other);
    expect(inputs).toContainEqual({
      kind: 'changed',
      what: 'input',
      name: 'x',
      before: '[batch, 4]',
      after: '[batch, 5]',
    });
    expect(results.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'unchanged logits',
      'removed accuracy',
    ]);
  });

  test('tells how models are trained: optimizers, their options, gradients, averages, penalties', () => {
    const settings = (extras: Extras): readonly string[] =>
      diffPrograms(
        plain(),
        classifier([linear(4, 30), relu(), linear(30, 10), relu(), linear(10, 3)], extras),
      )
        .settings.filter(({ kind }) => kind !== 'unchanged')
        .map(({ kind, name, before = '', after = '' }) => `${kind} ${name}: ${before} → ${after}`);
    expect(settings({ optimizer: adam({ lr: 0.01 }) })).toEqual(['changed optimizer.lr: 0.025 → 0.01']);
    expect(settings({ optimizer: sgd({ lr: 0.1 }) })).toEqual([
      'changed optimizer: adam({ lr: 0.025 }) → sgd({ lr: 0.1 })',
    ]);
    expect(settings({ gradients: clipNorm(1), average: ema(), accumulate: 4 })).toEqual([
      'added gradients:  → clipNorm(1)',
      'changed accumulate: 1 → 4',
      'added average:  → ema',
    ]);
    const falling = { optimizer: adam({ lr: (step) => mul(cast(step, 'f32'), 0.1) }) } satisfies Extras;
    expect(settings(falling)).toEqual(['changed optimizer.lr: 0.025 → a schedule']);
    const small = (extras: Extras): Program => classifier([linear(4, 3)], extras);
    expect(diffPrograms(small(falling), small(falling)).isEqual).toBe(true);
    expect(layersOf(small({}), small({ penalties: [l2(0.01)] }))).toContain('added l2');
  });

  test('prints what differs, and counts what does not', () => {
    const other = classifier([dropout(0.2), linear(4, 64), relu(), linear(64, 10), relu(), linear(10, 3)], {
      optimizer: adam({ lr: 0.01 }),
    });
    expect(String(diffPrograms(plain(), other))).toMatchInlineSnapshot(`
      "iris: 493 → 1,003 parameters

      layers
          … 1 unchanged
        +  iris/dropout1  dropout(0.2)                     [batch, 4]
        ~  iris/linear1   linear(4, 30) → linear(4, 64)    [batch, 30] → [batch, 64]
        ~  iris/relu1     relu()                           [batch, 30] → [batch, 64]
        ~  iris/linear2   linear(30, 10) → linear(64, 10)  [batch, 10]
          … 4 unchanged

      parameters
        ~  iris/linear1.weight  [30, 4] → [64, 4]
        ~  iris/linear1.bias    [30] → [64]
        ~  iris/linear2.weight  [10, 30] → [10, 64]
          … 3 unchanged

      training
          … 1 unchanged
        ~  optimizer.lr  0.025 → 0.01
          … 7 unchanged"
    `);
  });

  test('is data', () => {
    const diff = diffPrograms(plain(), plain());
    const copy = JSON.parse(JSON.stringify(diff)) as Record<string, unknown>;
    expect(Object.keys(copy)).toEqual([
      'before',
      'after',
      'isEqual',
      'inputs',
      'layers',
      'parameters',
      'results',
      'settings',
    ]);
  });

  test('refuses what is no program', () => {
    expect(() => diffPrograms(plain(), {} as never)).toThrow('the second program is an object');
    expect(() => diffPrograms(null as never, plain())).toThrow('the first program is null');
  });
});

describe('the picture of a difference', () => {
  const other = (): Program =>
    classifier([dropout(0.2), linear(4, 64), tanh(), linear(64, 10), relu(), linear(10, 3)]);

  test('tells differences by sign and line as well as by colour', () => {
    const dot = diffPrograms(plain(), other()).toDot();
    const line = (title: string): string => dot.split('\n').find((each) => each.includes(title)) ?? '';
    expect(line('+ dropout(0.2)')).toContain('penwidth=2.4');
    expect(line('− relu()')).toContain('dashed');
    expect(line('~ linear(4, 30) → linear(4, 64)')).toContain('peripheries=2');
    expect(line('linear3')).not.toMatch(/[+~−→] linear/);
    expect(dot).toContain('493 → 1,003 parameters');
  });

  test('has a card for what stands for what, and edges of both', () => {
    const dot = diffPrograms(plain(), other()).toDot();
    expect(dot.split('linear1').length - 1).toBe(1);
    expect(dot.match(/style="dashed"\]|style="dashed", label/g)?.length).toBeGreaterThan(1);
  });

  test('folds models in which nothing differs', () => {
    const block = (): Layer => residual(sequential(linear(30, 30), relu()));
    const before = classifier([linear(4, 30), block(), linear(30, 3)]);
    const after = classifier([linear(4, 30), block(), relu(), linear(30, 3)]);
    const dot = diffPrograms(before, after).toDot();
    expect(dot).toContain('residual()');
    expect(dot).not.toContain('linear(30, 30)');
  });

  test('is laid out, in the colours of the palette', async () => {
    const svg = await renderDiagram(diffPrograms(plain(), other()).toDot());
    const colours = new Set([...svg.matchAll(/(?:fill|stroke)="([^"]*)"/g)].map(([, colour]) => colour));
    expect([...colours].filter((colour) => colour !== 'none' && !darkPartners.has(colour ?? ''))).toEqual([]);
  });
});
