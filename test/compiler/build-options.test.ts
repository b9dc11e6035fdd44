import { afterEach, describe, expect, test, vi } from 'vitest';
import type { BuildOptions } from '../../src/compiler/build-options.ts';
import { mul } from '../../src/ops/arithmetic.ts';
import { input } from '../../src/ops/leaf.ts';
import { hasRelaxedSimd, hasSimd } from '../../src/runtime/engine.ts';
import { compile, edit } from '../../src/runtime/program.ts';

const outputs = { twice: mul(input('x', [4]), 2) };

function built(options?: BuildOptions) {
  const { target, numerics, threads } = compile({ outputs }, options);
  return { target, numerics, threads };
}

/** The message of the refusal, without the user's line. */
function complaint(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    return String(error).split('\n')[0] ?? '';
  }
  throw new Error('it was accepted');
}

/** An engine that knows only some of WebAssembly. */
function engineWith(known: { simd: boolean; relaxed: boolean }): void {
  const { validate } = WebAssembly;
  vi.spyOn(WebAssembly, 'validate').mockImplementation((bytes) => {
    const isRelaxed = String(new Uint8Array(bytes as ArrayBuffer)).includes('253,133,2');
    return validate(bytes) && (isRelaxed ? known.relaxed : known.simd);
  });
}

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe('a program says what is in force', () => {
  test('in this engine, which has vectors and fused multiply-add', () => {
    expect([hasSimd(), hasRelaxedSimd()]).toEqual([true, true]);
    expect(built({ target: 'wasm', numerics: 'fast' })).toEqual({
      target: 'wasm',
      numerics: 'fast',
      threads: 1,
    });
    expect(built({ target: 'wasm' })).toEqual({ target: 'wasm', numerics: 'strict', threads: 1 });
  });

  test('in JavaScript, which is strict and has one thread', () => {
    const javascript = { target: 'js', numerics: 'strict', threads: 1 };
    expect(built({ target: 'js', numerics: 'fast', threads: 4 })).toEqual(javascript);
  });

  test('where WebAssembly has no vectors, or is missing', () => {
    const javascript = { target: 'js', numerics: 'strict', threads: 1 };
    engineWith({ simd: false, relaxed: false });
    expect(built({ target: 'wasm', numerics: 'fast' })).toEqual(javascript);
    vi.stubGlobal('WebAssembly', undefined);
    expect(built({ target: 'wasm', numerics: 'fast' })).toEqual(javascript);
  });

  test('where nothing is fused', () => {
    engineWith({ simd: true, relaxed: false });
    const { target, numerics } = built({ target: 'wasm', numerics: 'fast' });
    expect([target, numerics]).toEqual(['wasm', 'strict']);
  });

  test('and keeps what was asked for, which edit passes on but for what it is given', () => {
    const options: BuildOptions = { target: 'js', numerics: 'fast' };
    const program = compile({ outputs }, options);
    expect(program.options).toEqual(options);
    expect(edit(program, () => undefined).options).toEqual(options);
    expect(edit(program, () => undefined, { numerics: 'strict' }).options).toEqual({
      target: 'js',
      numerics: 'strict',
    });
  });
});

describe('compile refuses', () => {
  const mistakes: readonly (readonly [string, object, string])[] = [
    [
      'an option that there is not',
      { thread: 2 },
      'there is no option "thread", it may be "threads" that is meant',
    ],
    [
      'another target',
      { target: 'webgpu' },
      "target is \"webgpu\", it has to be one of 'wasm', 'js', 'interpreter'",
    ],
    ['other numerics', { numerics: 'exact' }, "numerics is \"exact\", it has to be one of 'strict', 'fast'"],
    ['no thread', { threads: 0 }, "threads is 0, it has to be a whole number from 1 to 64, or 'auto'"],
    [
      'part of a thread',
      { threads: 1.5 },
      "threads is 1.5, it has to be a whole number from 1 to 64, or 'auto'",
    ],
    [
      'threads in words',
      { threads: 'all' },
      'threads is "all", it has to be a whole number from 1 to 64, or \'auto\'',
    ],
  ];

  test.each(mistakes)('%s', (_, options, message) => {
    expect(complaint(() => compile({ outputs }, options))).toBe(
      `DeclarationError [E_OPTION] compile: ${message}`,
    );
  });

  test('options in the declaration, and says where they go', () => {
    const declaration = { outputs, target: 'js' };
    expect(complaint(() => compile(declaration))).toBe(
      'DeclarationError [E_OPTION] compile: "target" says how to build, not what, it goes into the second argument: compile({ … }, { target: … })',
    );
  });
});
