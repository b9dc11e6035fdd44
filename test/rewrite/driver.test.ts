import { describe, expect, test } from 'vitest';
import { topologicalOrder, type Tensor } from '../../src/ir/node.ts';
import { composite, scopePath, spanOf } from '../../src/ir/origin.ts';
import { add, mul, sub } from '../../src/ops/arithmetic.ts';
import { input } from '../../src/ops/leaf.ts';
import { reshape } from '../../src/ops/reshape.ts';
import { abs, exp, neg, relu } from '../../src/ops/unary.ts';
import { applyRules } from '../../src/rewrite/driver.ts';
import { countFirings, printLedger } from '../../src/rewrite/ledger.ts';
import { rule, type Rule } from '../../src/rewrite/rule.ts';
import { canonicaliseRules } from '../../src/rewrite/rules/canonicalise.ts';
import * as is from '../../src/rewrite/term.ts';

const x = input('x', [3]);
const y = input('y', [3]);

function testRule(
  name: string,
  pattern: Parameters<typeof rule<'x'>>[0]['pattern'],
  to: (x: Tensor) => Tensor,
): Rule {
  return rule({
    name,
    phase: 'canonicalise',
    exactness: 'exact',
    summary: name,
    pattern,
    replacement: (found) => to(found.x),
  });
}

describe('applyRules', () => {
  test('rewrites inputs first, and what a rule makes again, until no rule fires', () => {
    const before = neg(neg(mul(neg(neg(x)), 1)));
    expect(applyRules([before], canonicaliseRules).roots[0]).toBe(x);
  });

  test('comes to rest: a rewritten graph is not rewritten again', () => {
    const before = exp(add(mul(2, x), neg(mul(y, -1))));
    const once = applyRules([before], canonicaliseRules);
    const twice = applyRules(once.roots, canonicaliseRules);
    expect(once.ledger.length).toBeGreaterThan(0);
    expect(twice.ledger).toEqual([]);
    expect(twice.roots[0]).toBe(once.roots[0]);
  });

  test('maps every node below the old roots to its normal form', () => {
    const inner = mul(x, 1);
    const root = relu(inner);
    const { mapping, roots } = applyRules([root, inner], canonicaliseRules);
    expect(roots).toEqual([relu(x), x]);
    for (const node of topologicalOrder([root])) expect(mapping.has(node)).toBe(true);
    expect(mapping.get(inner)).toBe(x);
    expect(mapping.get(x)).toBe(x);
  });

  test('rewrites a shared node once', () => {
    const shared = neg(neg(x));
    const { ledger } = applyRules([add(exp(shared), relu(shared))], canonicaliseRules);
    expect(countFirings(ledger)).toEqual(new Map([['double negation', 1]]));
  });

  test('gives the same graph and the same ledger every time', () => {
    const before = sub(mul(x, 1), neg(mul(y, -1)));
    const [first, second] = [
      applyRules([before], canonicaliseRules),
      applyRules([before], canonicaliseRules),
    ];
    expect(printLedger(second.ledger)).toBe(printLedger(first.ledger));
    expect(second.roots[0]).toBe(first.roots[0]);
  });

  test('gives new nodes the scope and the line of the node that they stand for', () => {
    const before = composite('penalty', () => sub(exp(x), neg(abs(y))));
    const [after] = applyRules([before], canonicaliseRules).roots;
    expect(after?.op.name).toBe('add');
    expect(scopePath(after?.origin.scope ?? null)).toBe('penalty');
    expect(after === undefined ? null : spanOf(after.origin)).toEqual(spanOf(before.origin));
    expect(spanOf(before.origin)?.file).toMatch(/driver\.test\.ts$/);
  });

  test('walks graphs deeper than the call stack', () => {
    let deep: Tensor = x;
    for (let level = 0; level < 20_000; level++) deep = exp(mul(deep, 1));
    const { ledger } = applyRules([deep], canonicaliseRules);
    expect(ledger).toHaveLength(20_000);
  });

  test('refuses rules that undo one another, and names them', () => {
    const there = testRule('there', is.neg(is.any('x')), abs);
    const back = testRule('back', is.abs(is.any('x')), neg);
    expect(() => applyRules([relu(neg(x))], [there, back])).toThrow(
      'rewriting does not come to rest at neg(x): rules "there", "back" fired 2 times in a chain; ' +
        'give one of them a condition that its own result does not meet',
    );
  });

  test('refuses a rule whose result holds the node that it was made from', () => {
    const wrap = testRule('wrap', is.exp(is.any('x')), (found) => relu(exp(found)));
    expect(() => applyRules([exp(x)], [wrap])).toThrow('rule "wrap" fired 1 times in a chain');
  });

  test('refuses a rule that grows without end, after as many steps as it is allowed', () => {
    const grow = testRule('grow', is.exp(is.any('x')), (found) => exp(neg(found)));
    expect(() => applyRules([exp(x)], [grow], { limit: 10 })).toThrow(
      'rule "grow" fired 11 times in a chain',
    );
  });

  test('refuses a replacement of another shape', () => {
    const wrong = testRule('wrong', is.exp(is.any('x')), (found) => reshape(found, [1, 3]));
    expect(() => applyRules([exp(x)], [wrong])).toThrow(
      'rule "wrong" turns exp(x), [3] f32, into reshape(x), [1, 3] f32',
    );
  });
});

describe('the ledger', () => {
  test('says which rule fired where, and what it made of what', () => {
    // A fresh leaf: nodes that exist already keep the origin that they were declared with.
    const fresh = input('x', [3]);
    const before = composite('penalty', () => mul(neg(neg(fresh)), -1));
    const { ledger } = applyRules([before], canonicaliseRules);
    expect(printLedger(ledger, { spans: false })).toBe(
      'double negation: neg(neg(x)) → x   ; penalty\n' +
        'multiplication by minus one: mul(x, -1) → neg(x)   ; penalty\n',
    );
    expect(printLedger(ledger)).toMatch(/→ x {3}; penalty {2}\S*driver\.test\.ts:\d+/);
  });

  test('tells the phase and the exactness of every firing', () => {
    const [entry] = applyRules([mul(x, 1)], canonicaliseRules).ledger;
    expect(entry).toMatchObject({ rule: 'multiplication by one', phase: 'canonicalise', exactness: 'exact' });
    expect(entry?.before).toBe(mul(x, 1));
    expect(entry?.after).toBe(x);
  });
});
