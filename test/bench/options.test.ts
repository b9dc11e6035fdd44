import { describe, expect, test } from 'vitest';
import { OptionError, parseOptions } from '../../bench/options.ts';

describe('the command line of the benchmarks', () => {
  test('means all workloads where nothing is said', () => {
    expect(parseOptions([])).toEqual({
      workloads: ['a', 'b', 'c', 'd', 'e', 'f', 'g'],
      kernels: false,
      compileTimes: false,
      quick: false,
      json: false,
      write: false,
      help: false,
    });
  });

  test('chooses workloads, in their own order', () => {
    expect(parseOptions(['--only', 'e, a']).workloads).toEqual(['a', 'e']);
  });

  test.for(['--kernels', '--compile-times'])('measures no workload with %s alone', (flag) => {
    expect(parseOptions([flag]).workloads).toEqual([]);
    expect(parseOptions([flag, '--only', 'b']).workloads).toEqual(['b']);
  });

  test('measures everything to write it down', () => {
    expect(parseOptions(['--write'])).toMatchObject({
      workloads: ['a', 'b', 'c', 'd', 'e', 'f', 'g'],
      kernels: true,
      compileTimes: true,
    });
  });

  test.for([
    [['--only', 'a,x'], '--only: there is no workload "x"; there are a, b, c, d, e, f, g'],
    [['--only='], '--only: there is no workload ""; there are a, b, c, d, e, f, g'],
    [['--fast'], "Unknown option '--fast'; try --help"],
    [['b'], '"b" is no flag; workloads are chosen by --only a,b'],
    [
      ['--write', '--only', 'a'],
      '--write measures everything: leave out --only, --kernels and --compile-times',
    ],
  ] as const)('refuses %j in a sentence', ([args, sentence]) => {
    expect(() => parseOptions(args)).toThrow(new OptionError(sentence));
  });
});
