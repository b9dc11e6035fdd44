import { describe, expect, test } from 'vitest';
import { interpret } from '../../src/ir/interpret.ts';
import type { Tensor } from '../../src/ir/node.ts';
import { applyRules } from '../../src/rewrite/driver.ts';
import { printTerm } from '../../src/rewrite/ledger.ts';
import { allRules } from '../../src/rewrite/phases.ts';
import type { Rule } from '../../src/rewrite/rule.ts';
import { canonicaliseRules } from '../../src/rewrite/rules/canonicalise.ts';
import { add, mul, sub } from '../../src/ops/arithmetic.ts';
import { neg } from '../../src/ops/unary.ts';
import { evaluateRounded } from '../support/evaluate-f32.ts';
import { hardBindings, x, y } from './hard-inputs.ts';
import { ulpErrorF32 } from '../support/ulp.ts';
import { ruleCases } from './rule-cases.ts';
import type { RuleCase } from './rule-cases/rule-case.ts';

function caseOf(rule: Rule): RuleCase {
  const found = ruleCases[rule.name];
  if (found === undefined) throw new Error(`rule "${rule.name}" has no case in rule-cases.ts`);
  return found;
}

const rewriteBy = (rule: Rule, tensor: Tensor): Tensor => rule.rewrite(tensor) ?? tensor;
const roundedValues = (tensor: Tensor): readonly number[] =>
  evaluateRounded([tensor], hardBindings).flatMap(({ data }) => [...data]);
const oracleValues = (tensor: Tensor): readonly number[] =>
  interpret([tensor], hardBindings).flatMap(({ data }) => [...data]);

/** Ulp of f32; the wrong one of the two zeros is an error too, the smallest. */
function errorOf(value: number, truth: number): number {
  const error = ulpErrorF32(value, truth);
  return value === 0 && truth === 0 && !Object.is(value, truth) ? Number.MIN_VALUE : error;
}

describe('the table of cases', () => {
  test('names exactly the rules that exist', () => {
    expect(Object.keys(ruleCases).toSorted()).toEqual(allRules.map(({ name }) => name).toSorted());
  });

  test('is reached by names that are unique', () => {
    expect(new Set(allRules.map(({ name }) => name)).size).toBe(allRules.length);
  });
});

describe.each(allRules)('$name', (rule) => {
  const { rewrites, leaves = [], ulp = 3 } = caseOf(rule);

  test.each(rewrites.map(([before, after]) => ({ before, after, text: printTerm(before) })))(
    'turns $text into what it promises',
    ({ before, after }) => {
      const result = rewriteBy(rule, before);
      expect(printTerm(result, 12)).toBe(printTerm(after, 12));
      // Equal computations are the same node.
      expect(result === after).toBe(true);
    },
  );

  test.each(leaves.map((tensor) => ({ tensor, text: printTerm(tensor) })))(
    'leaves $text alone',
    ({ tensor }) => {
      expect(printTerm(rewriteBy(rule, tensor))).toBe(printTerm(tensor));
      expect(rewriteBy(rule, tensor) === tensor).toBe(true);
    },
  );

  if (rule.exactness === 'exact') {
    test('keeps every bit on hard inputs', () => {
      for (const [before, after] of rewrites) {
        const [left, right] = [roundedValues(before), roundedValues(after)];
        expect(left.length).toBeGreaterThan(0);
        const differing = left.findIndex((value, at) => !Object.is(value, right[at]));
        expect(
          differing < 0
            ? 'no difference'
            : `${printTerm(before)}: ${String(left[differing])} became ${String(right[differing])}`,
        ).toBe('no difference');
        expect(right).toHaveLength(left.length);
      }
    });
  } else {
    test('is at least as accurate as before, and more so somewhere', () => {
      for (const [before, after] of rewrites) {
        // In double precision the stabilised form is the truth; the plain form agrees where it does not overflow.
        const truth = oracleValues(after);
        const plain = oracleValues(before);
        const errorsOf = (tensor: Tensor): readonly number[] =>
          roundedValues(tensor).map((value, at) => errorOf(value, truth[at] ?? Number.NaN));
        const [errorsBefore, errorsAfter] = [errorsOf(before), errorsOf(after)];
        errorsAfter.forEach((error, at) => {
          const where = `element ${at} of ${printTerm(before)}, truth ${String(truth[at])}`;
          expect(error, where).toBeLessThanOrEqual(Math.max(errorsBefore[at] ?? 0, ulp));
          if (Number.isNaN(truth[at])) expect(plain[at], where).toBeNaN();
        });
        expect(Math.max(...errorsAfter)).toBeLessThan(Math.max(...errorsBefore));
      }
    });
  }
});

describe('exact rules', () => {
  test('never drop a zero that is added to or multiplied with a float', () => {
    for (const before of [add(x, 0), add(0, x), mul(x, 0), mul(0, x)]) {
      const [after] = applyRules([before], canonicaliseRules).roots;
      expect(after === add(x, 0) || after === mul(x, 0)).toBe(true);
    }
  });

  test('would be caught if they did: the hard inputs tell the two apart', () => {
    expect(roundedValues(add(x, 0))).not.toEqual(roundedValues(x));
    expect(roundedValues(mul(x, 0))).not.toEqual(roundedValues(x).map(() => 0));
    expect(roundedValues(neg(sub(x, y)))).not.toEqual(roundedValues(sub(y, x)));
    expect(roundedValues(mul(mul(x, 3), y))).not.toEqual(roundedValues(mul(mul(x, y), 3)));
  });

  test('are all that canonicalise and specialise hold', () => {
    const phases = new Set(
      allRules.filter(({ exactness }) => exactness !== 'exact').map(({ phase }) => phase),
    );
    expect([...phases]).toEqual(['stabilise']);
  });
});
