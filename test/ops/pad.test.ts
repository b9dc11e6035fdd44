import { describe, expect, test } from 'vitest';
import { grad } from '../../src/autodiff/grad.ts';
import { dim, printShape } from '../../src/ir/size.ts';
import { pad, type PadMode, type PadOptions } from '../../src/ops/pad.ts';
import { sum } from '../../src/ops/reduce.ts';
import { constant, input } from '../support/untyped.ts';
import { evaluate, fed, refusal } from '../support/values.ts';

const x = constant([1, 2, 3, 4, 5, 6], [2, 3], 'f64');
const row = constant([1, 2, 3, 4], [4], 'f64');

describe('pad', () => {
  test('puts zeros, or one value, around', () => {
    const widths = [
      [1, 0],
      [0, 1],
    ] as const;
    expect(evaluate(pad(x, widths))).toEqual([0, 0, 0, 0, 1, 2, 3, 0, 4, 5, 6, 0]);
    expect(evaluate(pad(row, [[1, 2]], { value: Number.NaN }))).toEqual([
      Number.NaN,
      1,
      2,
      3,
      4,
      Number.NaN,
      Number.NaN,
    ]);
    const flags = constant([0, 1], [2], 'bool');
    expect(evaluate(pad(flags, [[1, 1]], { value: 1 }))).toEqual([1, 0, 1, 1]);
  });

  test('by nothing is the tensor itself', () => {
    const named = input('named', [dim('batch'), 3]);
    expect(
      pad(named, [
        [0, 0],
        [0, 0],
      ]),
    ).toBe(named);
    expect(printShape(pad(named, [[2, -1], [0, 0]]).shape)).toBe('[batch + 1, 3]'); // prettier-ignore
  });

  test.each<[PadMode, readonly number[]]>([
    ['reflect', [3, 2, 1, 2, 3, 4, 3, 2]],
    ['symmetric', [2, 1, 1, 2, 3, 4, 4, 3]],
    ['replicate', [1, 1, 1, 2, 3, 4, 4, 4]],
    ['circular', [3, 4, 1, 2, 3, 4, 1, 2]],
  ])('repeats what is there: %s', (mode, expected) => {
    expect(evaluate(pad(row, [[2, 2]], { mode }))).toEqual(expected);
  });

  // torch.nn.functional.pad(torch.arange(1., 5)[None], widths, mode)
  test.each<[PadMode, readonly [number, number], readonly number[]]>([
    ['constant', [-1, 2], [2, 3, 4, 0, 0]],
    ['reflect', [-1, 1], [2, 3, 4, 3]],
    ['reflect', [2, -2], [3, 2, 1, 2]],
    ['replicate', [2, -2], [1, 1, 1, 2]],
    ['circular', [-1, 1], [2, 3, 4, 2]],
    ['circular', [2, -1], [2, 3, 1, 2, 3]],
  ])('cuts off by negative widths: %s %j', (mode, widths, expected) => {
    expect(evaluate(pad(row, [widths], { mode }))).toEqual(expected);
  });

  test('adds the gradients of all copies', () => {
    const variable = fed('x', [4], [1, 2, 3, 4]);
    const slope = (mode: PadMode): readonly number[] => {
      const [gradient] = grad(sum(pad(variable.leaf, [[2, 2]], { mode })), [variable.leaf]);
      return gradient === undefined ? [] : evaluate(gradient, [variable]);
    };
    expect(slope('constant')).toEqual([1, 1, 1, 1]);
    expect(slope('reflect')).toEqual([1, 3, 3, 1]);
    expect(slope('symmetric')).toEqual([2, 2, 2, 2]);
    expect(slope('replicate')).toEqual([3, 1, 1, 3]);
    expect(slope('circular')).toEqual([2, 2, 2, 2]);
  });

  test('refuses widths that do not fit', () => {
    const code = (widths: readonly (readonly [number, number])[], options: PadOptions = {}): string =>
      refusal(() => pad(row, widths, options));
    expect(refusal(() => pad(x, [[1, 0]]))).toBe('ShapeError E_PAD');
    expect(code([[0.5, 0]])).toBe('ShapeError E_PAD');
    expect(code([[-5, 6]])).toBe('ShapeError E_PAD');
    expect(code([[-2, -3]])).toBe('ShapeError E_PAD');
    expect(code([[4, 0]], { mode: 'reflect' })).toBe('ShapeError E_PAD');
    expect(code([[0, 5]], { mode: 'symmetric' })).toBe('ShapeError E_PAD');
    expect(code([[5, 0]], { mode: 'circular' })).toBe('ShapeError E_PAD');
    expect(refusal(() => pad(constant([], [0], 'f64'), [[1, 0]], { mode: 'replicate' }))).toBe(
      'ShapeError E_PAD',
    );
  });

  test('refuses other modes, values that the dtype does not have, and what is no tensor', () => {
    expect(refusal(() => pad(row, [[1, 0]], { mode: 'edge' as PadMode }))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => pad(constant([1], [1], 'i32'), [[1, 0]], { value: 0.5 }))).toBe(
      'DeclarationError E_OPTION',
    );
    const array = [1, 2] as unknown as typeof row;
    expect(refusal(() => pad(array, [[1, 0]]))).toBe('DTypeError E_NOT_A_TENSOR');
  });
});
