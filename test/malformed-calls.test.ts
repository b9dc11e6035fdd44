// Every public function is called with what TypeScript would refuse, as plain JavaScript calls it: whatever is wrong, the
// answer is an error of the library's own, never one of the language's.
import { describe, expect, test } from 'vitest';
import * as tapeless from 'tapeless';
import { dim, input, TapelessError } from 'tapeless';

const strange: Readonly<Record<string, unknown>> = {
  nothing: undefined,
  null: null,
  NaN: Number.NaN,
  'a negative number': -3,
  'a fraction': 1.5,
  infinity: Infinity,
  text: 'text',
  'an object': {},
  'an unknown option': { nonsense: 1 },
  'an empty list': [],
  'numbers in a list': [1, 2],
  'fractions in a list': [0.5, 0.5],
  'text in a list': ['text'],
  'nothing in a list': [undefined],
  'a hole in a list': new Array(1),
  'what looks like a tensor': { shape: [2], dtype: 'f32' },
  'a function': () => 1,
  symbol: Symbol('symbol'),
  bigint: 3n,
};

const tensors = (): readonly unknown[] => [
  input('rows', [dim('batch'), 4]),
  input('labels', [dim('batch')], 'i32'),
  input('mask', [dim('batch'), 4], 'bool'),
  input('number', []),
  input('images', [2, 3, 8, 8]),
];

// What takes programs, and the classes of errors.
const others: ReadonlySet<string> = new Set(['compile', 'edit']);
const functions = Object.entries(tapeless).filter(
  ([name, value]) => typeof value === 'function' && !others.has(name) && !name.endsWith('Error'),
) as readonly (readonly [string, (...given: readonly unknown[]) => unknown])[];

/** What a call throws beside errors of the library, with the call. */
function foreignErrors(call: (...given: readonly unknown[]) => unknown, given: readonly unknown[]): string[] {
  try {
    call(...given);
    return [];
  } catch (error) {
    return error instanceof TapelessError
      ? []
      : [`(${given.map(describeArgument).join(', ')}): ${String(error)}`];
  }
}

function describeArgument(value: unknown): string {
  const known = Object.entries(strange).find(([, each]) => Object.is(each, value));
  return known?.[0] ?? 'a tensor';
}

describe('malformed calls are refused with errors of the library', () => {
  test.each(functions)('%s', (_, call) => {
    const given = tensors();
    const values = Object.values(strange);
    const calls: (readonly unknown[])[] = [[], ...values.map((value) => [value])];
    for (const first of given) calls.push(...values.map((second) => [first, second]));
    const [rows, labels] = given;
    for (const second of [rows, labels]) calls.push(...values.map((third) => [rows, second, third]));
    expect(calls.flatMap((each) => foreignErrors(call, each)).slice(0, 5)).toEqual([]);
  });
});
