import { describe, expect, test } from 'vitest';
import { ShapeError } from '../../src/ir/errors.ts';
import { topologicalOrder } from '../../src/ir/node.ts';
import { dim } from '../../src/ir/size.ts';
import { constantInit, zeros } from '../../src/nn/initialiser.ts';
import { parametersOf } from '../../src/nn/layer.ts';
import { linear } from '../../src/nn/linear.ts';
import { initialValueOf } from '../../src/ops/leaf.ts';
import { sessionSeed } from '../../src/ops/counters.ts';
import { gradientProblems } from '../support/finite-differences.ts';
import { evaluate, fed, numbersBetween, refusal } from '../support/values.ts';
import { input } from '../support/untyped.ts';

describe('linear', () => {
  test('maps the last axis and keeps the others, named ones included', () => {
    const shapes = [[4], [dim('batch'), 4], [2, dim('batch'), 4]];
    expect(shapes.map((shape) => linear(4, 3)(input('x', shape)).shape)).toEqual([
      [3],
      [dim('batch'), 3],
      [2, dim('batch'), 3],
    ]);
  });

  test('is one contraction, also with a bias', () => {
    const result = linear(4, 3)(input('x', [2, 4]));
    const names = topologicalOrder([result]).map(({ op }) => op.name);
    expect(names.filter((name) => name === 'contraction')).toHaveLength(1);
  });

  test('draws weight and bias from ±1/√inFeatures unless told otherwise', () => {
    const [weight, bias] = parametersOf(linear(16, 200)(input('x', [1, 16])));
    for (const leaf of [weight, bias]) {
      const numbers = leaf ? evaluate(initialValueOf(leaf), [{ leaf: sessionSeed(), numbers: [3] }]) : [];
      expect(Math.max(...numbers)).toBeLessThan(0.25);
      expect(Math.max(...numbers)).toBeGreaterThan(0.24);
      expect(Math.min(...numbers)).toBeGreaterThanOrEqual(-0.25);
      expect(Math.min(...numbers)).toBeLessThan(-0.24);
    }
  });

  test('takes other initialisers', () => {
    const layer = linear(2, 2, { weightInit: constantInit(3), biasInit: zeros });
    const values = parametersOf(layer(input('x', [1, 2]))).map((leaf) => evaluate(initialValueOf(leaf)));
    expect(values).toEqual([
      [3, 3, 3, 3],
      [0, 0],
    ]);
  });

  test('has gradients that agree with finite differences, to second order', () => {
    const x = fed('x', [3, 4], numbersBetween(-1, 1, 12));
    const result = linear(4, 2)(x.leaf);
    const [weight, bias] = parametersOf(result);
    if (weight === undefined || bias === undefined) throw new Error('linear has two parameters');
    const variables = [
      x,
      { leaf: weight, numbers: numbersBetween(-1, 1, 8, 2) },
      { leaf: bias, numbers: numbersBetween(-1, 1, 2, 3) },
    ];
    expect(gradientProblems({ result, variables, order: 2 })).toEqual([]);
  });

  test('frames a wrong number of features with both lines and a suggestion', () => {
    const hidden = input('hidden', [5, 128]);
    const head = linear(64, 10, { name: 'head' });
    const error = (() => {
      try {
        head(hidden);
      } catch (thrown) {
        return thrown;
      }
      return undefined;
    })();
    expect(error).toBeInstanceOf(ShapeError);
    expect(error).toMatchObject({ code: 'E_SHAPE_MISMATCH', help: 'linear(128, 10)', scope: 'head' });
    const message = String(error);
    expect(message).toContain('linear "head": the input has 128 features, the layer expects 64');
    expect(message).toContain("const head = linear(64, 10, { name: 'head' });");
    expect(message).toContain('takes [..., 64]');
    expect(message).toContain("const hidden = input('hidden', [5, 128]);");
    expect(message).toContain('has shape [5, 128]');
  });

  test('refuses integers, scalars, and features that are no sizes', () => {
    expect(refusal(() => linear(4, 3)(input('x', [2, 4], 'i32')))).toBe('DTypeError E_DTYPE_MISMATCH');
    expect(refusal(() => linear(4, 3)(input('x', [])))).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(refusal(() => linear(0, 3))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => linear(4, 2.5))).toBe('DeclarationError E_OPTION');
    expect(() => linear(4, -1)).toThrow(
      /linear: outFeatures is -1, it has to be a whole number of at least 1/,
    );
  });
});
