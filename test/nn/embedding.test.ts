import { describe, expect, test } from 'vitest';
import { embedding } from '../../src/nn/embedding.ts';
import { linear } from '../../src/nn/linear.ts';
import { mse } from '../../src/nn/loss.ts';
import { sequential } from '../../src/nn/sequential.ts';
import { mean } from '../../src/ops/reduce.ts';
import { sgd } from '../../src/optim/sgd.ts';
import { compile } from '../../src/runtime/program.ts';
import { constant, input } from '../support/untyped.ts';
import { refusal } from '../support/values.ts';

describe('embedding', () => {
  test('is a table of standard normal numbers, the padding row of zeros', () => {
    const layer = embedding(2000, 8, { paddingIdx: -1, name: 'words' });
    const y = layer(input('labels', [3], 'i32'));
    const program = compile({ outputs: { y } });
    const session = program.start({ seed: 1 });
    const weight = session.parameters()['words.weight'];
    if (weight === undefined) throw new Error('the weight is missing');
    expect(weight.shape).toEqual([2000, 8]);
    const rows = [...weight.data].slice(0, -8);
    const average = rows.reduce((total, each) => total + each, 0) / rows.length;
    const variance = rows.reduce((total, each) => total + each * each, 0) / rows.length - average ** 2;
    expect(Math.abs(average)).toBeLessThan(0.03);
    expect(Math.abs(variance - 1)).toBeLessThan(0.05);
    expect([...weight.data].slice(-8)).toEqual(Array(8).fill(0));
    const rowOf = (label: number) => [...weight.data].slice(8 * label, 8 * label + 8);
    const labels = [5, 1999, 0];
    expect([...session.predict({ labels }).y.data]).toEqual(labels.flatMap(rowOf));
    expect(refusal(() => session.predict({ labels: [0, 2000, 0] }))).toBe('FeedError E_FEED_RANGE');
  });

  test.each(['js', 'wasm'] as const)(
    'trains the rows that are used and leaves the padding row alone: %s',
    (target) => {
      const net = sequential('net', embedding(4, 3, { paddingIdx: 0 }), linear(3, 1));
      const labels = input('labels', [2, 2], 'i32');
      const loss = mse(mean(net(labels)), constant([1], []));
      const session = compile({ loss, optimizer: sgd({ lr: 0.1 }) }, { target }).start({ seed: 3 });
      const before = session.parameters();
      for (let step = 0; step < 3; step++)
        session.step({
          labels: [
            [0, 1],
            [1, 2],
          ],
        });
      const name = Object.keys(before).find((each) => each.endsWith('embedding.weight')) ?? '';
      const changed = [...(session.parameters()[name]?.data ?? [])].map(
        (each, at) => each !== before[name]?.data[at],
      );
      const row = (each: number) => changed.slice(3 * each, 3 * each + 3);
      expect([row(0), row(3)].flat()).not.toContain(true);
      expect([row(1), row(2)].flat()).not.toContain(false);
    },
  );

  test('says what it is, and refuses rows that it does not have', () => {
    expect(String(embedding(4, 3, { paddingIdx: 0 }))).toContain('embedding(4, 3, { paddingIdx: 0 })');
    expect(refusal(() => embedding(0, 3))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => embedding(4, 3, { paddingIdx: 4 }))).toBe('DeclarationError E_OPTION');
    expect(refusal(() => embedding(4, 3)(input('x', [2]) as never))).toBe('DTypeError E_DTYPE_MISMATCH');
  });
});
