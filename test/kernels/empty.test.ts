// Kernels over tensors without elements: their loops never run, and nothing that they would read may be read.
import { describe, expect, test } from 'vitest';
import { grad } from '../../src/autodiff/grad.ts';
import type { Tensor } from '../../src/ir/node.ts';
import { expandDims, reshape } from '../../src/ops/reshape.ts';
import { sum } from '../../src/ops/reduce.ts';
import { take } from '../../src/ops/take.ts';
import { tile } from '../../src/ops/repeat.ts';
import { scatterAdd } from '../../src/ops/scatter.ts';
import { compile } from '../../src/runtime/program.ts';
import { constant, input } from '../support/untyped.ts';

const nothing = constant([], [0], 'i32');
const x = input('x', [0, 3]);
const vector = input('x', [0]);

const cases: readonly (readonly [string, readonly string[], () => Tensor, readonly number[]])[] = [
  ['a reshape', ['x'], () => reshape(x, [3, 2, 0]), [3, 2, 0]],
  ['a new axis', ['x'], () => expandDims(x, 1), [0, 1, 3]],
  ['a tile', ['x'], () => tile(x, [2, 3]), [0, 9]],
  ['nothing taken from nothing', ['x'], () => take(vector, nothing), [0]],
  ['its gradient', [], () => grad(sum(take(vector, nothing)), [vector])[0], [0]],
  ['nothing scattered', ['x', 'u'], () => scatterAdd(vector, nothing, input('u', [0]), 0), [0]],
];

describe.each(['js', 'wasm'] as const)('on %s, tensors without elements keep their shapes', (target) => {
  test.each(cases)('%s', (_, names, build, shape) => {
    const session = compile({ outputs: { y: build() } }, { target }).start();
    const feeds = Object.fromEntries(names.map((name) => [name, new Float32Array(0)]));
    const { y } = session.predict(feeds);
    expect(y.shape).toEqual(shape);
    expect(y.data).toHaveLength(0);
  });
});
