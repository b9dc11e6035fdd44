// Choices that are decided already, logic on truth values, and conversions that lose nothing.
import type { DType } from '../../../ir/dtype.ts';
import { equal, notEqual } from '../../../ops/arithmetic.ts';
import { cast, where } from '../../../ops/select.ts';
import { repeatedConstant } from '../../pattern.ts';
import { rule, type Rule } from '../../rule.ts';
import * as is from '../../term.ts';

const x = is.any('x');
const y = is.any('y');
const condition = is.any('condition');
const exact = { phase: 'canonicalise', exactness: 'exact' } as const;

/** The dtypes that hold every value of a dtype. */
const widerThan: Readonly<Record<DType, readonly DType[]>> = {
  bool: ['bool', 'i32', 'f32', 'f64'],
  i32: ['i32', 'f64'],
  f32: ['f32', 'f64'],
  f64: ['f64'],
};

export const logicRules: readonly Rule[] = [
  rule({
    ...exact,
    name: 'decided choice',
    summary: 'A select whose condition is constant is the side that it chooses.',
    pattern: is.select(is.someNumber('condition'), x, y),
    replacement: (found) => (repeatedConstant(found.condition) !== 0 ? found.x : found.y),
  }),
  rule({
    ...exact,
    name: 'choice of equals',
    summary: 'A select with equal sides is that side.',
    pattern: is.select(condition, x, y),
    replacement: (found) => (found.x === found.y ? found.x : undefined),
  }),
  rule({
    ...exact,
    name: 'choice by a negation',
    summary: 'A select on `not c` has its sides swapped and selects on `c`.',
    pattern: is.select(is.logicalNot(condition), x, y),
    replacement: (found) => where(found.condition, found.y, found.x),
  }),
  rule({
    ...exact,
    name: 'double logical negation',
    summary: '`not not x` is `x`.',
    pattern: is.logicalNot(is.logicalNot(x)),
    replacement: (found) => found.x,
  }),
  rule({
    ...exact,
    name: 'negated equality',
    summary: '`not (x = y)` is `x ≠ y`; both hold where one side is NaN.',
    pattern: is.logicalNot(is.equal(x, y)),
    replacement: (found) => notEqual(found.x, found.y),
  }),
  rule({
    ...exact,
    name: 'negated inequality',
    summary: '`not (x ≠ y)` is `x = y`; both fail where one side is NaN.',
    pattern: is.logicalNot(is.notEqual(x, y)),
    replacement: (found) => equal(found.x, found.y),
  }),
  rule({
    ...exact,
    name: 'neutral truth value',
    summary: '`x and true` and `x or false` are `x`.',
    pattern: is.oneOf(is.logicalAnd(x, is.number(1)), is.logicalOr(x, is.number(0))),
    replacement: (found) => found.x,
  }),
  rule({
    ...exact,
    name: 'cast through a wider dtype',
    summary: 'Two casts are one where the dtype between them holds every value of the first.',
    pattern: is.cast(is.as('between', is.cast(x))),
    replacement: (found, node) =>
      widerThan[found.x.dtype].includes(found.between.dtype) ? cast(found.x, node.dtype) : undefined,
  }),
];
