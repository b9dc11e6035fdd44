import { describe, expect, test } from 'vitest';
import { dim } from '../../src/ir/size.ts';
import { groupNorm } from '../../src/nn/group-norm.ts';
import { instanceNorm } from '../../src/nn/instance-norm.ts';
import { layerNorm } from '../../src/nn/layer-norm.ts';
import { parametersOf } from '../../src/nn/layer.ts';
import { nameOf } from '../../src/ops/leaf.ts';
import { evaluate, fed, numbersBetween, refusal } from '../support/values.ts';
import { rounded } from '../support/loss-values.ts';
import { input } from '../support/untyped.ts';

const x = fed('x', [2, 4, 3], numbersBetween(-2, 2, 24));

describe('groupNorm', () => {
  test('of one group is layer normalisation of an example', () => {
    const grouped = evaluate(groupNorm(x.leaf, 1), [x]);
    expect(rounded(grouped)).toEqual(rounded(evaluate(layerNorm(x.leaf, [4, 3]), [x])));
  });

  test('of as many groups as channels is instance normalisation', () => {
    const grouped = evaluate(groupNorm(x.leaf, 4), [x]);
    expect(rounded(grouped)).toEqual(rounded(evaluate(instanceNorm(x.leaf).output, [x])));
  });

  test('as a layer has a weight and a bias of every channel', () => {
    const layer = groupNorm(2, 4, { name: 'norm' });
    const result = layer(input('x', [dim('batch'), 4, 5, 5]));
    expect(result.shape).toEqual([dim('batch'), 4, 5, 5]);
    expect(parametersOf(result).map((each) => [nameOf(each), each.shape])).toEqual([
      ['norm.weight', [4]],
      ['norm.bias', [4]],
    ]);
    expect(parametersOf(groupNorm(2, 4, { affine: false })(x.leaf))).toEqual([]);
  });

  test('refuses what does not fit', () => {
    expect(refusal(() => groupNorm(3, 4))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => groupNorm(x.leaf, 3))).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(refusal(() => groupNorm(x.leaf, 0))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => groupNorm(2, 6)(x.leaf))).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(refusal(() => groupNorm(x.leaf, 2, { weight: input('w', [2]) }))).toBe(
      'ShapeError E_SHAPE_MISMATCH',
    );
    expect(refusal(() => groupNorm(input('x', [4]), 2))).toBe('ShapeError E_SHAPE_MISMATCH');
    expect(refusal(() => groupNorm(input('x', [1, 2, 1]), 2))).toBe('ShapeError E_SINGLE_VALUE');
    expect(refusal(() => groupNorm(input('x', [2, 2, 1]), 2))).toBe('no error');
  });
});
