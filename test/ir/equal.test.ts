import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { grad } from '../../src/autodiff/grad.ts';
import { graphHash, hashText, structurallyEqual, type Roots } from '../../src/ir/equal.ts';
import type { DType } from '../../src/ir/dtype.ts';
import { inScope } from '../../src/ir/origin.ts';
import { dim } from '../../src/ir/size.ts';
import { add, mul, sub } from '../../src/ops/arithmetic.ts';
import { matmul } from '../../src/ops/contraction.ts';
import { constant, input, parameter, scalar, state } from '../../src/ops/leaf.ts';
import { randomUniform } from '../../src/ops/random.ts';
import { mean, sum } from '../../src/ops/reduce.ts';
import { relu, tanh } from '../../src/ops/unary.ts';
import { buildGraph, recipes } from '../support/random-graph.ts';

interface Options {
  readonly inputName?: string;
  readonly weightName?: string;
  readonly features?: number;
  readonly dtype?: DType;
  readonly size?: string;
  readonly scale?: number;
  readonly activation?: typeof relu;
  readonly axis?: number;
  readonly table?: readonly number[];
  readonly swapped?: boolean;
  readonly kind?: typeof parameter;
}

/** A small model, declared anew at every call. */
function model(options: Options = {}): Roots {
  const {
    inputName = 'x',
    weightName = 'w',
    features = 3,
    dtype = 'f32',
    size = 'batch',
    scale = 2,
  } = options;
  const { activation = relu, axis = 1, table = [1, 2], swapped = false, kind = parameter } = options;
  const declare = (): readonly [ReturnType<typeof input>, ReturnType<typeof parameter>] => {
    const x = (): ReturnType<typeof input> => input(inputName, [dim(size), features], dtype);
    const w = (): ReturnType<typeof parameter> =>
      kind(weightName, constant(Array(features * 2).fill(0.5), [features, 2], dtype));
    if (!swapped) return [x(), w()];
    const weight = w();
    return [x(), weight];
  };
  const [x, w] = declare();
  const hidden = activation(add(matmul(x, w), constant(table, [2], dtype)));
  const loss = mean(mul(sum(hidden, axis), scale));
  return { loss, slope: grad(loss, [w])[0] };
}

/** Each is one small change of the model. */
const mutations: Readonly<Record<string, Options>> = {
  'the name of an input': { inputName: 'z' },
  'the name of a parameter': { weightName: 'v' },
  'a size': { features: 4 },
  'a dtype': { dtype: 'f64' },
  'the name of a dimension': { size: 'rows' },
  'a constant': { scale: 3 },
  'the sign of a constant': { scale: -2 },
  'an op': { activation: tanh },
  'an axis': { axis: 0 },
  'an element of an array': { table: [1, 3] },
  'the sign of a zero in an array': { table: [1, -0] },
  'the order of elements of an array': { table: [2, 1] },
  'the kind of a leaf': { kind: state },
};

describe('graphs declared apart', () => {
  test('are equal, and hash alike, when they compute the same', () => {
    expect(structurallyEqual(model(), model())).toBe(true);
    expect(graphHash(model())).toBe(graphHash(model()));
    expect(graphHash(model())).toMatch(/^[0-9a-f]{16}$/);
  });

  test('do not depend on lines, scopes, or the order of declaration of leaves', () => {
    const scoped = inScope({ name: 'elsewhere', kind: 'model', label: 'elsewhere' }, () =>
      model({ swapped: true }),
    );
    expect(structurallyEqual(model(), scoped)).toBe(true);
    expect(graphHash(scoped)).toBe(graphHash(model()));
  });

  test.each(Object.entries(mutations))('differ after a change of %s', (_, options) => {
    expect(structurallyEqual(model(), model(options))).toBe(false);
    expect(graphHash(model(options))).not.toBe(graphHash(model()));
    expect(graphHash(model(options))).toBe(graphHash(model(options)));
  });

  test('a zero and a negative zero are two changes', () => {
    expect(graphHash(model({ table: [1, 0] }))).not.toBe(graphHash(model({ table: [1, -0] })));
  });

  test('have a hash that never changes between processes and versions', () => {
    const x = input('x', [dim('batch'), 2]);
    expect(graphHash(sum(mul(x, 2), 1))).toMatchInlineSnapshot(`"ec5fba4c14042a85"`);
  });
});

describe('roots', () => {
  const x = input('x', [2]);
  const [double, triple] = [mul(x, 2), mul(x, 3)];

  test('by name do not depend on the order of the names, in a list they do', () => {
    expect(structurallyEqual({ a: double, b: triple }, { b: triple, a: double })).toBe(true);
    expect(graphHash({ a: double, b: triple })).toBe(graphHash({ b: triple, a: double }));
    expect(structurallyEqual([double, triple], [triple, double])).toBe(false);
    expect(graphHash([double, triple])).not.toBe(graphHash([triple, double]));
  });

  test('of another name, or more of them, are another graph', () => {
    expect(structurallyEqual({ a: double }, { b: double })).toBe(false);
    expect(structurallyEqual([double], [double, triple])).toBe(false);
    expect(structurallyEqual(double, double)).toBe(true);
    expect(structurallyEqual(double, triple)).toBe(false);
  });
});

describe('leaves of one name', () => {
  const twice = (): Roots => {
    const [first, second] = [randomUniform([2]), randomUniform([2])];
    return sub(first, second);
  };
  const reversed = (): Roots => {
    const [first, second] = [randomUniform([2]), randomUniform([2])];
    return sub(second, first);
  };
  const once = (): Roots => {
    const first = randomUniform([2]);
    return sub(first, first);
  };

  test('are told apart by where they first stand, not by when they were declared', () => {
    expect(structurallyEqual(twice(), twice())).toBe(true);
    expect(graphHash(twice())).toBe(graphHash(twice()));
    expect(structurallyEqual(twice(), reversed())).toBe(true);
    expect(graphHash(twice())).toBe(graphHash(reversed()));
    expect(structurallyEqual(twice(), once())).toBe(false);
    expect(graphHash(twice())).not.toBe(graphHash(once()));
  });
});

describe('random graphs', () => {
  property.prop([recipes()], { numRuns: 60 })('built twice are equal and hash alike', (recipe) => {
    const [first, second] = [buildGraph(recipe), buildGraph(recipe)];
    expect(structurallyEqual(first.loss, second.loss)).toBe(true);
    expect(graphHash(first.loss)).toBe(graphHash(second.loss));
  });

  property.prop([recipes(), recipes()], { numRuns: 100 })('are equal exactly if their hashes are', (a, b) => {
    const [first, second] = [buildGraph(a), buildGraph(b)];
    expect(graphHash(first.loss) === graphHash(second.loss)).toBe(structurallyEqual(first.loss, second.loss));
  });
});

describe('hashText', () => {
  test('has no collision among many short texts that differ a little', () => {
    const texts = Array.from({ length: 60_000 }, (_, number) => `mul(${number.toString(16)},x) {}`);
    expect(new Set(texts.map(hashText)).size).toBe(texts.length);
    // Both lanes carry: neither half alone may be constant or repeat the other.
    const halves = texts
      .slice(0, 2000)
      .flatMap((text) => [hashText(text).slice(0, 8), hashText(text).slice(8)]);
    expect(new Set(halves).size).toBeGreaterThan(3990);
  });

  property.prop([fc.string({ maxLength: 20 }), fc.nat(), fc.integer({ min: 1, max: 0xffff })])(
    'changes with any one character, in about half of its bits',
    (text, at, change) => {
      const letters = text === '' ? ['a'] : text.split('');
      const position = at % letters.length;
      const changed = letters.with(
        position,
        String.fromCharCode((letters[position] ?? 'a').charCodeAt(0) ^ change),
      );
      const difference =
        BigInt(`0x${hashText(letters.join(''))}`) ^ BigInt(`0x${hashText(changed.join(''))}`);
      const bits = difference.toString(2).replaceAll('0', '').length;
      expect(bits).toBeGreaterThan(8);
    },
  );

  test('of the scalar 1 and of the scalar 2 differ', () => {
    expect(graphHash(scalar(1))).not.toBe(graphHash(scalar(2)));
  });
});
