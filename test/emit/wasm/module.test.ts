import { describe, expect, test } from 'vitest';
import { FunctionWriter } from '../../../src/emit/wasm/code.ts';
import { encodeModule, mostPages, pageBytes } from '../../../src/emit/wasm/module.ts';
import type { ValueType } from '../../../src/emit/wasm/opcodes.ts';
import { disassemble } from './assemble.ts';
import { runModule } from './run-module.ts';

function constant(name: string, value: number): FunctionWriter {
  const writer = new FunctionWriter(name, [], 'i32');
  writer.body.i32(value);
  return writer;
}

/** A compiled module; copied, because the compiler's types want bytes that cannot be shared. */
function compiled(functions: readonly FunctionWriter[], shared = false): WebAssembly.Module {
  return new WebAssembly.Module(new Uint8Array(encodeModule(functions, { pages: 2, shared })));
}

describe('a module', () => {
  test('exports its functions by name, in order', () => {
    const { bytes, call } = runModule([constant('one', 1), constant('two', 2)]);
    expect(WebAssembly.validate(new Uint8Array(bytes))).toBe(true);
    expect(WebAssembly.Module.exports(compiled([constant('one', 1), constant('two', 2)]))).toMatchObject([
      { name: 'one', kind: 'function' },
      { name: 'two', kind: 'function' },
    ]);
    expect([call('one'), call('two')]).toEqual([1, 2]);
  });

  test('without functions is valid', () => {
    expect(WebAssembly.Module.exports(compiled([]))).toEqual([]);
  });

  test('imports one memory and nothing else', () => {
    expect(WebAssembly.Module.imports(compiled([]))).toMatchObject([
      { module: 'env', name: 'memory', kind: 'memory' },
    ]);
  });

  test('holds more functions and longer names than one byte counts', () => {
    const names = Array.from({ length: 300 }, (_, index) => `${'kernel'.repeat(30)}${index}`);
    const { call } = runModule(names.map(constant));
    expect(call(names[299] ?? '')).toBe(299);
  });

  test('declares every function type once', () => {
    const of = (name: string, parameters: readonly ValueType[], result: ValueType | null): FunctionWriter => {
      const writer = new FunctionWriter(
        name,
        parameters.map((type, index) => [`p${index}`, type]),
        result,
      );
      if (result !== null) writer.body.op('unreachable');
      return writer;
    };
    const text = disassemble(
      encodeModule(
        [
          of('a', [], null),
          of('b', ['i32', 'f32'], null),
          of('c', ['i32', 'f32'], 'f64'),
          of('d', ['i32', 'f32'], null),
          of('e', [], 'v128'),
          of('f', [], null),
        ],
        { pages: 1, shared: false },
      ),
    );
    expect(text.match(/\(type \(;\d+;\) .*/g)).toEqual([
      '(type (;0;) (func))',
      '(type (;1;) (func (param i32 f32)))',
      '(type (;2;) (func (param i32 f32) (result f64)))',
      '(type (;3;) (func (result v128)))',
    ]);
    expect(text.match(/\(func \$\w+ \(type \d+\)/g)).toEqual([
      '(func $a (type 0)',
      '(func $b (type 1)',
      '(func $c (type 2)',
      '(func $d (type 1)',
      '(func $e (type 3)',
      '(func $f (type 0)',
    ]);
  });

  test('names its functions and locals for debuggers', () => {
    const writer = new FunctionWriter('forward', [['from', 'i32']]);
    writer.local('f32', 'sum');
    const module = compiled([writer]);
    expect(WebAssembly.Module.customSections(module, 'name')).toHaveLength(1);
    expect(disassemble(encodeModule([writer], { pages: 1, shared: false }))).toMatch(
      /\(func \$forward .*\(param \$from i32\)[^]*\(local \$sum f32\)/,
    );
  });

  test('is a copy that later modules do not change', () => {
    const first = encodeModule([constant('one', 1)], { pages: 1, shared: false });
    const before = [...first];
    encodeModule([constant('other', 2)], { pages: 1, shared: false });
    expect([...first]).toEqual(before);
    expect(first.byteLength).toBe(first.buffer.byteLength);
  });
});

describe('memory', () => {
  const memory = (options: WebAssembly.MemoryDescriptor): WebAssembly.Imports => ({
    env: { memory: new WebAssembly.Memory(options) },
  });

  test('must have the pages that the module asks for, and may have more', () => {
    const module = compiled([]);
    expect(() => new WebAssembly.Instance(module, memory({ initial: 1 }))).toThrow(WebAssembly.LinkError);
    new WebAssembly.Instance(module, memory({ initial: 2 }));
    new WebAssembly.Instance(module, memory({ initial: 5, maximum: 9 }));
  });

  test('is shared exactly where the module says so', () => {
    const shared = memory({ initial: 2, maximum: mostPages, shared: true });
    const own = memory({ initial: 2, maximum: mostPages });
    new WebAssembly.Instance(compiled([], true), shared);
    new WebAssembly.Instance(compiled([], false), own);
    expect(() => new WebAssembly.Instance(compiled([], true), own)).toThrow(WebAssembly.LinkError);
    expect(() => new WebAssembly.Instance(compiled([], false), shared)).toThrow(WebAssembly.LinkError);
  });

  test('is written where JavaScript sees it, shared or not', () => {
    for (const shared of [false, true]) {
      const writer = new FunctionWriter('store', [['x', 'f32']]);
      writer.body.i32(pageBytes).get(writer.parameters[0]!).memory('f32.store', 12);
      const running = runModule([writer], { pages: 2, shared });
      running.call('store', 2.5);
      expect(running.memory.getFloat32(pageBytes + 12, true)).toBe(2.5);
    }
  });
});
