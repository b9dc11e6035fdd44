import { afterEach, describe, expect, test, vi } from 'vitest';
import { input } from '../../src/ops/leaf.ts';
import { neg } from '../../src/ops/unary.ts';
import { instantiate } from '../../src/runtime/instantiate.ts';
import { compile } from '../../src/runtime/program.ts';
import { refusal } from '../support/values.ts';

const { source } = compile({ outputs: { opposite: neg(input('x', [2])) } });

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('a generated module', () => {
  test('runs over any memory that is large enough, several at a time', () => {
    const { layout, entries } = instantiate(source, ['initialise', 'predict']);
    const [first, second] = [new ArrayBuffer(layout.bytes), new ArrayBuffer(layout.bytes + 64)].map(
      (memory) => entries['predict']?.(memory),
    );
    first?.inputs['x']?.set([1, 2]);
    second?.inputs['x']?.set([3, 4]);
    first?.run();
    second?.run();
    expect(first?.outputs['opposite']).toEqual(Float32Array.of(-1, -2));
    expect(second?.outputs['opposite']).toEqual(Float32Array.of(-3, -4));
  });

  test('that is no JavaScript is a bug of the compiler, and not blamed on the page', () => {
    expect(refusal(() => instantiate('const 1 = 2;', []))).toBe('InternalError E_EMIT');
  });

  test('cannot be made where a page forbids code from text, and says what to do', () => {
    vi.stubGlobal('Function', () => {
      throw new EvalError('unsafe-eval is not an allowed source of script');
    });
    expect(refusal(() => instantiate(source, ['predict']))).toBe('TapelessError E_EVAL');
  });
});
