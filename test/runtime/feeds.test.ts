import { describe, expect, test } from 'vitest';
import { FeedError } from '../../src/ir/errors.ts';
import { dim } from '../../src/ir/size.ts';
import { add, mul } from '../../src/ops/arithmetic.ts';
import { input } from '../../src/ops/leaf.ts';
import { sum } from '../../src/ops/reduce.ts';
import { where } from '../../src/ops/select.ts';
import type { Feeds } from '../../src/runtime/feeds.ts';
import { compile } from '../../src/runtime/program.ts';
import type { Session } from '../../src/runtime/session.ts';
import { goodFeeds, mistakes, program } from './mistaken-feeds.ts';

function refusalOf(call: () => unknown): FeedError {
  try {
    call();
  } catch (error) {
    if (error instanceof FeedError) return error;
    throw error;
  }
  throw new Error('the feed was taken');
}

/** All bits that a session carries. */
function bitsOf(session: Session): unknown {
  return Object.entries(session.snapshot().values).map(([name, { buffer }]) => [
    name,
    [...new Uint8Array(buffer)],
  ]);
}

describe('a feed that is refused', () => {
  test.each(Object.entries(mistakes))('%s: says what is wrong, and changes nothing', async (name, given) => {
    const [code, feeds] = given;
    const session = program.start({ seed: 3, requireFinite: true });
    const undisturbed = program.start({ seed: 3, requireFinite: true });
    session.step(goodFeeds);
    undisturbed.step(goodFeeds);
    const before = bitsOf(session);
    // What the types forbid is passed by users of plain JavaScript.
    const refused = feeds as Feeds;
    const error = refusalOf(() => session.step(refused));
    expect(error.code).toBe(code);
    expect(refusalOf(() => session.evaluate(refused)).code).toBe(code);
    expect(bitsOf(session)).toEqual(before);
    expect(session.step(goodFeeds)).toEqual(undisturbed.step(goodFeeds));
    expect(bitsOf(session)).toEqual(bitsOf(undisturbed));
    await expect(`${String(error)}\n`).toMatchFileSnapshot(
      `golden/feeds/${name.replaceAll(/\W+/g, '-')}.txt`,
    );
  });

  test('shows the line where the input was declared, and no path of this machine', () => {
    const session = program.start();
    const error = refusalOf(() => session.step({ ...goodFeeds, labels: [5, 0] }));
    expect(error.message).toContain("input('labels', [batch], 'i32')");
    expect(error.message).not.toContain(import.meta.dirname);
    expect(error.spans).toHaveLength(1);
  });
});

describe('a feed', () => {
  const batch = dim('batch');

  test('is a typed array, one with its shape, or nested arrays, all with one result', () => {
    const session = program.start();
    const rows = [
      [1, 2, 3, 4],
      [5, 6, 7, 8],
    ];
    const flat = Float32Array.from(rows.flat());
    const expected = session.predict({ features: flat });
    expect(session.predict({ features: rows })).toEqual(expected);
    expect(session.predict({ features: { data: flat, shape: [2, 4] } })).toEqual(expected);
    expect(session.predict({ features: Float64Array.from(flat) })).toEqual(expected);
    expect(expected.logits.shape).toEqual([2, 3]);
  });

  test('may hold what only other entries read', () => {
    const session = program.start();
    const { features } = goodFeeds;
    expect(session.predict(goodFeeds)).toEqual(session.predict({ features }));
  });

  test('of booleans takes true and false, and nothing but 1 and 0 for them', () => {
    const session = compile({ outputs: { chosen: where(input('mask', [2], 'bool'), 1, 2) } }).start();
    expect([...session.predict({ mask: [true, false] }).chosen.data]).toEqual([1, 2]);
    expect([...session.predict({ mask: Uint8Array.of(0, 1) }).chosen.data]).toEqual([2, 1]);
    expect(refusalOf(() => session.predict({ mask: [0.5, 1] })).code).toBe('E_FEED_DTYPE');
  });

  test('without a named dimension may be a single number', () => {
    const session = compile({ outputs: { next: add(input('count', [], 'i32'), 1) } }).start();
    expect(session.predict({ count: 41 }).next).toEqual({ data: Int32Array.of(42), shape: [] });
  });

  test('may tell a size that another one needs, in any order', () => {
    const [a, b] = [dim('a'), dim('b')];
    const table = input('table', [a, b]);
    const session = compile({ outputs: { rows: mul(sum(table, 1), input('weights', [a])) } }).start();
    const fed = session.predict({ table: new Float32Array(12).fill(1), weights: Float32Array.of(1, 2, 3) });
    expect([...fed.rows.data]).toEqual([4, 8, 12]);
  });

  test('whose sizes do not follow from its length needs its shape, also after one that had it', () => {
    const session = compile({ outputs: { rows: sum(input('table', [dim('a'), dim('b')]), 1) } }).start();
    const data = new Float32Array(12);
    expect(session.predict({ table: { data, shape: [2, 6] } }).rows.shape).toEqual([2]);
    expect(session.predict({ table: { data, shape: [6, 2] } }).rows.shape).toEqual([6]);
    expect(refusalOf(() => session.predict({ table: data })).code).toBe('E_FEED_SIZES');
  });

  test('may be called like what every object inherits', () => {
    const session = compile({ outputs: { out: add(input('constructor', [batch]), 1) } }).start();
    expect([...session.predict({ constructor: [1] }).out.data]).toEqual([2]);
    expect(refusalOf(() => session.predict({})).code).toBe('E_FEED_MISSING');
  });
});
