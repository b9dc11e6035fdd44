import { describe, expect, test } from 'vitest';
import { compile, concat, input, reshape, sum, type Target } from 'tapeless';

describe.each<Target>(['js', 'wasm'])('on %s nothing is read before a loop that never runs', (target) => {
  const empty = input('empty', [0, 1, 0]);
  const feeds = { empty: new Float32Array(0) };

  test('where all axes are empty, so that every index is 0', () => {
    const outputs = { moved: reshape(empty, [0, 0]), total: sum(empty), rows: sum(empty, 2) };
    const { moved, total, rows } = compile({ outputs }, { target }).start().predict(feeds);
    expect(moved).toEqual({ data: new Float32Array(0), shape: [0, 0] });
    expect(total.data).toEqual(Float32Array.of(0));
    expect(rows.shape).toEqual([0, 1]);
  });

  test('also beside elements that are there', () => {
    const x = input('x', [2, 1]);
    const outputs = { joined: concat([reshape(empty, [0, 1]), x], 0) };
    const { joined } = compile({ outputs }, { target })
      .start()
      .predict({ ...feeds, x: [[1], [2]] });
    expect(joined).toEqual({ data: Float32Array.of(1, 2), shape: [2, 1] });
  });
});
