import { afterEach, describe, expect, test, vi } from 'vitest';
import { dim } from '../../src/ir/size.ts';
import { linear } from '../../src/nn/linear.ts';
import { mul } from '../../src/ops/arithmetic.ts';
import { matmul } from '../../src/ops/contraction.ts';
import { input } from '../../src/ops/leaf.ts';
import { compile } from '../../src/runtime/program.ts';
import { compileKernels, instantiate } from '../../src/runtime/instantiate.ts';
import { refusal } from '../support/values.ts';

const batch = dim('batch');

function doubling(target: 'wasm' | 'js' = 'wasm') {
  return compile({ outputs: { twice: mul(input('x', [batch, 4]), 2) } }, { target });
}

function rows(count: number): Float32Array {
  return Float32Array.from({ length: count * 4 }, (_, position) => position / 7);
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('a session on WebAssembly', () => {
  test('gives what JavaScript gives, for batches of any size in any order', () => {
    const [wasm, javascript] = [doubling('wasm').start(), doubling('js').start()];
    for (const count of [3, 1, 9000, 3, 40_000, 9000]) {
      const x = rows(count);
      expect(wasm.predict({ x })).toEqual(javascript.predict({ x }));
    }
  });

  test('keeps its state while its memory grows, and from a snapshot', () => {
    const session = doubling().start({ seed: 5 });
    session.predict({ x: rows(1) });
    const snapshot = session.snapshot();
    expect(snapshot.values['seed']).toEqual(Int32Array.of(5));
    session.predict({ x: rows(50_000) });
    expect(session.snapshot()).toEqual(snapshot);
    const other = doubling().start();
    other.restore(snapshot);
    expect(other.snapshot()).toEqual(snapshot);
  });

  test('keeps to memory of its own', () => {
    const program = doubling();
    const [first, second] = [program.start({ seed: 1 }), program.start({ seed: 2 })];
    const before = first.predict({ x: rows(2) });
    second.predict({ x: rows(2).fill(9) });
    expect(first.predict({ x: rows(2) })).toEqual(before);
    expect(first.snapshot().values['seed']?.[0]).toBe(1);
    expect(second.snapshot().values['seed']?.[0]).toBe(2);
  });

  test('draws its parameters when the engine refused to run anything before', () => {
    const program = compile({ outputs: { logits: linear(4, 3)(input('x', [batch, 4])) } });
    const [session, fresh] = [program.start(), program.start()];
    vi.spyOn(WebAssembly, 'Instance').mockImplementationOnce(function refuse() {
      throw new RangeError('out of memory');
    });
    expect(() => session.predict({ x: rows(2) })).toThrow(RangeError);
    expect(session.predict({ x: rows(2) })).toEqual(fresh.predict({ x: rows(2) }));
  });

  test('hands out arrays that own their bytes', () => {
    const session = doubling().start();
    const { data } = session.predict({ x: rows(2) }).twice;
    for (const { buffer, byteLength } of [data, ...Object.values(session.snapshot().values)]) {
      expect(buffer).toBeInstanceOf(ArrayBuffer);
      expect(buffer.byteLength).toBe(byteLength);
    }
  });
});

describe('a program on WebAssembly', () => {
  test('has the module and its driver at the sizes of the declaration, beside the JavaScript', () => {
    const program = doubling();
    const { wasm, source } = program;
    expect(wasm).toBe(program.at({}).wasm);
    expect(WebAssembly.validate(wasm?.bytes ?? new Uint8Array(0))).toBe(true);
    const [header] = wasm?.driver.split('\n') ?? [];
    expect(header).toMatch(
      /^\/\/ tapeless .* · batch 32 · strict · .* · predict in 1 kernels · .* · WebAssembly$/,
    );
    expect(source).toContain('function forward');
    expect(source.split('\n')[0]).toBe(header?.replace(' · WebAssembly', ''));
    expect(doubling('js').wasm).toBeNull();
    expect(doubling('js').source).toBe(source);
  });

  test('can be read as text', () => {
    expect(doubling().wasm?.text).toMatch(/^\(module\n {2}\(import "env" "memory"/);
  });

  test('says that its numerics are fast, which the JavaScript beside it is not', () => {
    const program = compile(
      { outputs: { product: matmul(input('a', [4, 4]), input('b', [4, 4])) } },
      { numerics: 'fast' },
    );
    expect(program.wasm?.driver.split('\n')[0]).toContain(' · fast · ');
    expect(program.wasm?.text).toContain('relaxed_madd');
    expect(program.source.split('\n')[0]).toContain(' · strict · ');
  });

  test('can be run by hand from what it shows', () => {
    const { driver = '', bytes = new Uint8Array(0) } = doubling().at({ batch: 2 }).wasm ?? {};
    const { layout, entries } = instantiate(driver, ['initialise', 'predict']);
    const memory = new WebAssembly.Memory({ initial: Math.ceil(layout.bytes / 65_536) });
    const { exports } = new WebAssembly.Instance(compileKernels(bytes), { env: { memory } });
    const bound = entries['predict']?.(memory.buffer, exports);
    bound?.inputs['x']?.set(rows(2));
    bound?.run();
    expect(bound?.outputs['twice']).toEqual(rows(2).map((each) => 2 * each));
  });

  test('makes no WebAssembly before something runs or reads it', () => {
    const compiled = vi.spyOn(WebAssembly, 'Module');
    const program = doubling();
    const session = program.start();
    program.explain();
    expect(program.source).toContain('export function predict');
    expect(session.steps).toBe(0);
    expect(compiled).not.toHaveBeenCalled();
    session.predict({ x: rows(1) });
    session.predict({ x: rows(1) });
    program.start().predict({ x: rows(1) });
    expect(compiled).toHaveBeenCalledTimes(1);
  });
});

describe('kernels', () => {
  test('that are no WebAssembly are a bug of the compiler, and not blamed on the page', () => {
    expect(refusal(() => compileKernels(Uint8Array.of(1, 2, 3)))).toBe('InternalError E_EMIT');
  });

  test('cannot be compiled where a page forbids it, which says what to do', () => {
    vi.spyOn(WebAssembly, 'Module').mockImplementation(function forbidden() {
      throw new WebAssembly.CompileError('violates the content security policy');
    });
    expect(
      refusal(() =>
        doubling()
          .start()
          .predict({ x: rows(1) }),
      ),
    ).toBe('TapelessError E_EVAL');
  });
});
